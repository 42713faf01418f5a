//! The stages of `cargo xtask test`, as a table, and what runs them.

use std::{
    io::{self, Write},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::bail;

use crate::tools::{
    binary, cargo, chromium, node, npm, python, root, run, target, test_files, tshark, venv,
};

/// One stage.
pub struct Stage {
    pub name: &'static str,
    pub about: &'static str,
    /// Stages without which this one is pointless; they stand before it.
    needs: &'static [&'static str],
    work: fn() -> anyhow::Result<()>,
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// A stage that it needs did not pass.
    NotRun,
}

/// Every stage, in the order in which they run.
pub const STAGES: &[Stage] = &[
    Stage {
        name: "format",
        about: "The Rust code is formatted",
        needs: &[],
        work: || run(&mut cargo(&["fmt", "--all", "--check"])),
    },
    Stage {
        name: "clippy",
        about: "Clippy finds nothing",
        needs: &[],
        work: || {
            run(&mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-Dwarnings",
            ]))
        },
    },
    Stage {
        name: "fuzz",
        about: "The fuzz targets are formatted, and Clippy finds nothing in them",
        needs: &[],
        work: || {
            let fuzz = ["--manifest-path", "fuzz/Cargo.toml"];
            run(cargo(&["fmt", "--check"]).args(fuzz))?;
            run(cargo(&[
                "clippy",
                "--all-targets",
                "--locked",
                "--no-default-features",
            ])
            .args(fuzz)
            .arg("--target-dir")
            .arg(target()?)
            .args(["--", "-Dwarnings"]))
        },
    },
    Stage {
        name: "rust",
        about: "The Rust tests",
        needs: &[],
        work: || run(&mut cargo(&["test", "--workspace", "--locked"])),
    },
    Stage {
        name: "load",
        about: "The load test, a small one: nothing is lost, repeated or out of order",
        needs: &[],
        work: || {
            let small = ["--clients", "50", "--seconds", "3"];
            run(cargo(&["test", "--locked", "--bench", "chat", "--"]).args(small))
        },
    },
    Stage {
        name: "release",
        about: "The release binary, for the tests with real clients",
        needs: &[],
        work: || run(&mut cargo(&["build", "--release", "--locked"])),
    },
    Stage {
        name: "types",
        about: "TypeScript finds nothing in the page's modules",
        needs: &[],
        work: || {
            npm_ci("web")?;
            run(npm(&["run", "--silent", "check"]).current_dir(root().join("web")))
        },
    },
    Stage {
        name: "packages",
        about: "Install what the tests in JavaScript need, in tests/node_modules",
        needs: &[],
        work: || npm_ci("tests"),
    },
    Stage {
        name: "python",
        about: "Install what the tests in Python need, in tests/.venv",
        needs: &[],
        work: || {
            venv()?;
            run(&mut python(&[
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
                "requirements.txt",
            ]))
        },
    },
    Stage {
        name: "chromium",
        about: "Find Chromium, or install it",
        needs: &[],
        work: || {
            println!("{}", chromium()?.display());
            Ok(())
        },
    },
    Stage {
        name: "tshark",
        about: "Find tshark, or install it",
        needs: &[],
        work: || {
            println!("{}", tshark()?.display());
            Ok(())
        },
    },
    Stage {
        name: "wireshark",
        about: "The pcapng export, and a live capture of the same traffic, as tshark reads them",
        needs: &["tshark"],
        work: || {
            let test = [
                "test",
                "--locked",
                "--test",
                "tshark",
                "--",
                "--ignored",
                "--nocapture",
            ];
            run(cargo(&test).env("WIREGLASS_TSHARK", tshark()?))
        },
    },
    Stage {
        name: "clients-node",
        about: "The official Socket.IO client, raw WebSockets, the command line",
        needs: &["release", "packages"],
        work: || node_tests("clients"),
    },
    Stage {
        name: "clients-python",
        about: "The Python Socket.IO client",
        needs: &["release", "python"],
        work: || {
            run(python(&["-m", "pytest", "--quiet", "clients"]).env("WIREGLASS_BINARY", binary()?))
        },
    },
    Stage {
        name: "browser",
        about: "The page, in a real browser",
        needs: &["release", "packages", "chromium"],
        work: || node_tests("browser"),
    },
];

/// Runs stages one after another, and says how they ended; true when all passed.
pub fn run_all(stages: &[&Stage]) -> bool {
    let mut results: Vec<(&str, Outcome, Duration)> = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        println!(
            "\n[{}/{}] {}: {}",
            index + 1,
            stages.len(),
            stage.name,
            stage.about
        );
        let _ = io::stdout().flush();
        let start = Instant::now();
        let missing = stage.needs.iter().find(|need| {
            results
                .iter()
                .any(|(name, outcome, _)| name == *need && *outcome != Outcome::Passed)
        });
        let outcome = match missing {
            Some(need) => {
                println!("not run: it needs `{need}`");
                Outcome::NotRun
            }
            None => match (stage.work)() {
                Ok(()) => Outcome::Passed,
                Err(error) => {
                    println!("FAILED: {error:#}");
                    Outcome::Failed
                }
            },
        };
        results.push((stage.name, outcome, start.elapsed()));
    }

    println!();
    for (name, outcome, took) in &results {
        let word = match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::NotRun => "not run",
        };
        println!("{word:<8} {name:<15} {:>6.1} s", took.as_secs_f32());
    }
    let count = |wanted| {
        results
            .iter()
            .filter(|(_, outcome, _)| *outcome == wanted)
            .count()
    };
    let (passed, failed) = (count(Outcome::Passed), count(Outcome::Failed));
    match count(Outcome::NotRun) {
        0 => println!("{passed} passed, {failed} failed"),
        not_run => println!("{passed} passed, {failed} failed, {not_run} not run"),
    }
    passed == results.len()
}

/// The stages of these names, and those that they need, in the table's order.
pub fn with_needs(names: &[&str]) -> anyhow::Result<Vec<&'static Stage>> {
    for name in names {
        if !STAGES.iter().any(|stage| stage.name == *name) {
            let known: Vec<_> = STAGES.iter().map(|stage| stage.name).collect();
            bail!("no stage {name:?}; there are: {}", known.join(", "));
        }
    }
    let is_wanted = |stage: &&Stage| {
        let is_needed = || {
            STAGES
                .iter()
                .any(|other| names.contains(&other.name) && other.needs.contains(&stage.name))
        };
        names.contains(&stage.name) || is_needed()
    };
    Ok(STAGES.iter().filter(is_wanted).collect())
}

/// `cargo xtask screenshots`: the browser tests' needs, then the camera.
pub fn screenshots() -> anyhow::Result<bool> {
    let needs = with_needs(&["release", "packages", "chromium"])?;
    if !run_all(&needs) {
        return Ok(false);
    }
    run(&mut node(&["browser/screenshots.js"])?)?;
    Ok(true)
}

fn npm_ci(folder: &str) -> anyhow::Result<()> {
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    run(npm(&install).current_dir(root().join(folder)))
}

/// Runs the `*.test.js` of a folder in `tests/`.
fn node_tests(folder: &str) -> anyhow::Result<()> {
    let mut command: Command = node(&["--test", "--test-reporter=spec", "--test-timeout=180000"])?;
    run(command.args(test_files(folder)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(stages: &[&Stage]) -> Vec<&'static str> {
        stages.iter().map(|stage| stage.name).collect()
    }

    #[test]
    fn what_a_stage_needs_stands_before_it() {
        for (index, stage) in STAGES.iter().enumerate() {
            for need in stage.needs {
                let before = STAGES[..index].iter().any(|other| other.name == *need);
                assert!(before, "{} needs {need}", stage.name);
            }
        }
    }

    #[test]
    fn one_stage_brings_what_it_needs() {
        let stages = with_needs(&["browser"]).unwrap();
        assert_eq!(
            names(&stages),
            ["release", "packages", "chromium", "browser"]
        );
        assert!(with_needs(&["nonsense"]).is_err());
    }

    #[test]
    fn a_stage_without_what_it_needs_is_not_run() {
        let failing = Stage {
            name: "first",
            about: "",
            needs: &[],
            work: || bail!("no"),
        };
        let needing = Stage {
            name: "second",
            about: "",
            needs: &["first"],
            work: || unreachable!(),
        };
        assert!(!run_all(&[&failing, &needing]));
    }
}
