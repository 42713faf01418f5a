//! `cargo xtask autobahn`: the Autobahn Testsuite's fuzzing client against `/ws/echo`.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    page,
    server::Server,
    tools::{binary, cargo, python2, root, run, target},
};

/// A section of the suite.
struct Section {
    number: &'static str,
    about: &'static str,
    /// How many cases it has: a run that lost some is no run.
    cases: usize,
    /// What it is about was offered in the handshake.
    is_offered: bool,
}

const SECTIONS: &[Section] = &[
    section("1", "Framing", 16, true),
    section("2", "Pings and pongs", 11, true),
    section("3", "Reserved bits", 7, true),
    section("4", "Opcodes", 10, true),
    section("5", "Fragmentation", 20, true),
    section("6", "UTF-8", 145, true),
    section("7", "Closing", 37, true),
    section("9", "Limits and performance", 54, true),
    section("10", "Automatic fragmentation", 1, true),
    section("12", "Compression: payloads", 90, false),
    section("13", "Compression: parameters", 126, false),
];

const fn section(
    number: &'static str,
    about: &'static str,
    cases: usize,
    is_offered: bool,
) -> Section {
    Section {
        number,
        about,
        cases,
        is_offered,
    }
}

/// How the report calls the server.
const AGENT: &str = "Wireglass";

/// A case in the report's index.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    behavior: String,
    behavior_close: String,
    reportfile: String,
}

/// A case's own report.
#[derive(Debug, Deserialize)]
struct Details {
    description: String,
    expectation: String,
}

type Cases = BTreeMap<String, Case>;

/// Runs the suite, writes what it found into docs/conformance.md; true when no case failed.
pub fn autobahn() -> anyhow::Result<bool> {
    let wstest = install()?;
    run(&mut cargo(&["build", "--release", "--locked"]))?;
    let reports = target()?.join("autobahn/reports");
    let cases = fuzz(wstest, &reports)?;
    for section in SECTIONS {
        let found = section.of(&cases).count();
        let Section { number, cases, .. } = section;
        ensure!(
            found == *cases,
            "section {number} has {cases} cases, the report {found}"
        );
    }
    page::write("autobahn", &summary(&cases, &reports)?)?;

    let failures = failures(&cases);
    for (id, case) in &failures {
        println!("FAILED {id}: {}", case.verdict());
    }
    println!(
        "{} cases, {} failed; the summary is in docs/conformance.md, the reports are in {}",
        cases.len(),
        failures.len(),
        reports.display()
    );
    Ok(failures.is_empty())
}

/// The suite, in a folder of its own. Python 2.7 has no `venv`: pip's folder of the user's own packages, moved
/// there, keeps it apart from everything else as well.
fn install() -> anyhow::Result<Command> {
    let python = python2()?;
    let packages = target()?.join("autobahn/packages");
    let python = || {
        let mut command = Command::new(&python);
        command.env("PYTHONUSERBASE", &packages).current_dir(root());
        command
    };
    run(python().args([
        "-m",
        "pip",
        "install",
        "--user",
        "--quiet",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--requirement",
        "tests/conformance/requirements.txt",
    ]))
    .context("the Autobahn Testsuite could not be installed")?;
    let mut wstest = python();
    wstest.args(["-m", "autobahntestsuite.wstest"]);
    Ok(wstest)
}

/// Runs every case against a server of its own, and gives the report's index.
fn fuzz(mut wstest: Command, reports: &Path) -> anyhow::Result<Cases> {
    // A report that is older than this run must not be taken for its own.
    if reports.exists() {
        fs::remove_dir_all(reports)?;
    }
    fs::create_dir_all(reports)?;
    let server = Server::start(
        &binary()?,
        &["--listen", "127.0.0.1:0", "--database", ":memory:"],
    )?;
    let url = format!("ws://{}/ws/echo", server.address);
    let specification = json!({
        "outdir": reports,
        "servers": [{ "agent": AGENT, "url": url }],
        "cases": ["*"],
        "exclude-cases": [],
        "exclude-agent-cases": {},
    });
    let file = reports.join("fuzzingclient.json");
    fs::write(&file, specification.to_string())?;
    run(wstest.args(["--mode", "fuzzingclient", "--spec"]).arg(file))?;
    let mut index: BTreeMap<String, Cases> = read(&reports.join("index.json"))?;
    index
        .remove(AGENT)
        .context("the report says nothing of this server")
}

fn read<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    let text = fs::read(file).with_context(|| format!("there is no {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no report", file.display()))
}

impl Section {
    /// The section's cases among all.
    fn of<'a>(&self, cases: &'a Cases) -> impl Iterator<Item = (&'a String, &'a Case)> {
        let number = self.number;
        cases
            .iter()
            .filter(move |(id, _)| id.split('.').next() == Some(number))
    }

    /// What was not offered must not be spoken; all the rest the suite has to take as it is.
    fn has_failed(&self, case: &Case) -> bool {
        let allowed: &[&str] = match self.is_offered {
            true => &["OK", "NON-STRICT", "INFORMATIONAL"],
            false => &["UNIMPLEMENTED"],
        };
        !allowed.contains(&case.behavior.as_str()) || !case.is_closing_well()
    }
}

impl Case {
    fn is_closing_well(&self) -> bool {
        matches!(self.behavior_close.as_str(), "OK" | "INFORMATIONAL")
    }

    /// How the suite judges the case, and its closing handshake where that is what failed.
    fn verdict(&self) -> String {
        match self.is_closing_well() {
            true => self.behavior.clone(),
            false => format!("{}, closing: {}", self.behavior, self.behavior_close),
        }
    }
}

fn failures(cases: &Cases) -> Vec<(&String, &Case)> {
    let failed = |section: &'static Section| {
        section
            .of(cases)
            .filter(|(_, case)| section.has_failed(case))
    };
    SECTIONS.iter().flat_map(failed).collect()
}

fn summary(cases: &Cases, reports: &Path) -> anyhow::Result<String> {
    let suite = fs::read_to_string(root().join("tests/conformance/requirements.txt"))?;
    let version = suite.split("autobahntestsuite==").nth(1);
    let version = version.and_then(|rest| rest.split_whitespace().next());
    Ok(format!(
        "Wireglass {} with tungstenite {}; Autobahn Testsuite {}.\n\n{}\n{}",
        page::locked_version("wireglass")?,
        page::locked_version("tungstenite")?,
        version.context("the suite's version is not pinned")?,
        table(cases),
        remarks(cases, reports)?
    ))
}

/// How the suite judges a case.
const BEHAVIORS: [&str; 4] = ["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"];

/// How many cases of each section ended how.
fn table(cases: &Cases) -> String {
    let head = [&["Section"], &BEHAVIORS[..], &["FAILED"]].concat();
    let rows = SECTIONS.iter().map(|section| {
        let (failed, passed): (Vec<_>, Vec<_>) = section
            .of(cases)
            .map(|(_, case)| case)
            .partition(|case| section.has_failed(case));
        let count = |behavior| {
            passed
                .iter()
                .filter(|case| case.behavior == behavior)
                .count()
        };
        let mut row = vec![format!("{} {}", section.number, section.about)];
        row.extend(BEHAVIORS.map(|behavior| count(behavior).to_string()));
        row.push(failed.len().to_string());
        row
    });
    page::table(&head, rows)
}

/// The cases that are neither simply OK nor about what was not offered, and what the suite says of them.
fn remarks(cases: &Cases, reports: &Path) -> anyhow::Result<String> {
    let mut rows = Vec::new();
    for section in SECTIONS {
        for (id, case) in section.of(cases) {
            let is_remarkable = case.behavior != "OK" && section.is_offered;
            if is_remarkable || section.has_failed(case) {
                let details: Details = read(&reports.join(&case.reportfile))?;
                rows.push(vec![
                    id.clone(),
                    case.verdict(),
                    first_line(&details.description).to_owned(),
                    first_line(&details.expectation).to_owned(),
                ]);
            }
        }
    }
    let head = ["Case", "", "What the suite does", "What it expects"];
    Ok(page::table(&head, rows))
}

/// The suite writes HTML.
fn first_line(text: &str) -> &str {
    text.split("<br>").next().unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(behavior: &str, behavior_close: &str) -> Case {
        Case {
            behavior: behavior.to_owned(),
            behavior_close: behavior_close.to_owned(),
            reportfile: String::new(),
        }
    }

    #[test]
    fn what_fails() {
        let cases = Cases::from([
            ("1.1.1".to_owned(), case("OK", "OK")),
            ("1.1.2".to_owned(), case("FAILED", "OK")),
            ("1.1.3".to_owned(), case("OK", "UNCLEAN")),
            ("1.1.4".to_owned(), case("UNIMPLEMENTED", "OK")),
            ("6.4.3".to_owned(), case("NON-STRICT", "OK")),
            ("7.13.1".to_owned(), case("INFORMATIONAL", "INFORMATIONAL")),
            ("12.1.1".to_owned(), case("UNIMPLEMENTED", "OK")),
            ("12.1.2".to_owned(), case("OK", "OK")),
        ]);
        let failed: Vec<_> = failures(&cases).iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(failed, ["1.1.2", "1.1.3", "1.1.4", "12.1.2"]);
        let table = table(&cases);
        assert!(
            table.contains("| 1 Framing | 1 | 0 | 0 | 0 | 3 |"),
            "{table}"
        );
        assert!(table.contains("| 6 UTF-8 | 0 | 1 | 0 | 0 | 0 |"), "{table}");
    }
}
