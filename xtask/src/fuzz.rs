//! `cargo xtask fuzz`: the fuzz targets, from what the tests and the documentation already have.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail, ensure};

use crate::{
    capture_file::Capture,
    tools::{is_quiet_success, root, run},
};

/// A fuzz target.
#[derive(Clone, Copy)]
struct Target {
    name: &'static str,
    /// What it begins with.
    seeds: fn() -> anyhow::Result<Seeds>,
}

/// Inputs with their files' names.
type Seeds = Vec<(String, Vec<u8>)>;

const TARGETS: [Target; 3] = [
    Target {
        name: "framing",
        seeds: captures,
    },
    Target {
        name: "dissection",
        seeds: captures,
    },
    Target {
        name: "filter",
        seeds: filters,
    },
];

/// How long a target runs, in seconds.
const SECONDS: &str = "600";

/// What libFuzzer takes for a finding besides a panic: an input that takes so many seconds, and so many
/// megabytes of memory.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];

/// `fuzz [TARGET [SECONDS]]`
pub fn fuzz(arguments: &[&str]) -> anyhow::Result<bool> {
    let (targets, seconds) = match arguments {
        [] => (TARGETS.to_vec(), SECONDS),
        [target] => (vec![named(target)?], SECONDS),
        [target, seconds] => (vec![named(target)?], *seconds),
        _ => bail!("`fuzz` takes a target and seconds; see cargo xtask help"),
    };
    let seconds: u32 = seconds
        .parse()
        .with_context(|| format!("{seconds:?} is no number of seconds"))?;
    ensure!(
        is_quiet_success(&mut nightly(&["rustc", "--version"])),
        "libFuzzer needs a nightly toolchain: `rustup toolchain install nightly`"
    );
    ensure!(
        is_quiet_success(&mut nightly(&["cargo", "fuzz", "--version"])),
        "cargo-fuzz is missing: `cargo install cargo-fuzz --locked`"
    );
    for Target { name, seeds } in targets {
        let corpus = root().join("fuzz/corpus").join(name);
        write(&corpus, seeds()?)?;
        let time = format!("-max_total_time={seconds}");
        // Nothing of ours is unsafe: what AddressSanitizer costs is better spent on more inputs.
        let mut command = nightly(&["cargo", "fuzz", "run", "--sanitizer", "none", name, "--"]);
        run(command.args(LIMITS).arg(time))
            .with_context(|| format!("what {name} ended with is in fuzz/artifacts/{name}"))?;
    }
    Ok(true)
}

fn named(name: &str) -> anyhow::Result<Target> {
    let known = TARGETS.map(|target| target.name).join(", ");
    TARGETS
        .into_iter()
        .find(|target| target.name == name)
        .with_context(|| format!("no target {name:?}; there are: {known}"))
}

/// A program of the nightly toolchain.
fn nightly(words: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly"]).args(words);
    command.current_dir(root());
    command
}

/// Adds the seeds to what earlier runs found.
fn write(corpus: &Path, seeds: Seeds) -> anyhow::Result<()> {
    fs::create_dir_all(corpus)?;
    for (name, seed) in seeds {
        fs::write(corpus.join(name), seed)?;
    }
    Ok(())
}

/// The golden captures.
fn captures() -> anyhow::Result<Seeds> {
    let mut seeds = Seeds::new();
    for folder in ["ok", "violation"] {
        let folder = root().join("tests/captures").join(folder);
        for path in files(&folder)? {
            if path.extension().is_none_or(|kind| kind != "capture") {
                continue;
            }
            let capture: Result<Capture, String> = fs::read_to_string(&path)?.parse();
            let capture =
                capture.map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
            let name = path.file_stem().context("a capture without a name")?;
            seeds.push((name.to_string_lossy().into_owned(), capture.to_input()));
        }
    }
    ensure!(!seeds.is_empty(), "there are no captures");
    Ok(seeds)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    Ok(entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?)
}

/// The examples of docs/filter.md; and each with its neighbour, because most of them are a single test.
fn filters() -> anyhow::Result<Seeds> {
    let page = fs::read_to_string(root().join("docs/filter.md"))?;
    let examples: Vec<&str> = examples(&page).into_iter().collect();
    let joined = examples.windows(2);
    let joined = joined.map(|pair| format!("not ({} or {}) and {0}", pair[0], pair[1]));
    let all = examples.iter().map(ToString::to_string).chain(joined);
    Ok(all
        .enumerate()
        .map(|(index, example)| (format!("example-{index}"), example.into()))
        .collect())
}

/// What a page shows as code: each line of its blocks, and what stands between backticks in its prose.
fn examples(page: &str) -> BTreeSet<&str> {
    let mut examples = BTreeSet::new();
    for (index, part) in page.split("```").enumerate() {
        match index % 2 {
            // A block's first line names its language.
            1 => examples.extend(part.lines().skip(1)),
            _ => examples.extend(part.split('`').skip(1).step_by(2)),
        }
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_code_is_an_example() {
        let page = "Say `mine`:\n\n```text\nseq == 9\nconn\n```\n\n| `~` | `in {…}` |\n";
        let expected = ["conn", "in {…}", "mine", "seq == 9", "~"];
        assert_eq!(examples(page), BTreeSet::from(expected));
    }

    #[test]
    fn every_target_has_seeds() {
        for target in TARGETS {
            assert!((target.seeds)().unwrap().len() > 50, "{}", target.name);
        }
    }
}
