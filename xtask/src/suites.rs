//! `cargo xtask protocol-suites FOLDER`: the official test suites of Engine.IO and Socket.IO.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use crate::{
    page,
    server::Server,
    tools::{cargo, example, npm, root, run, target},
};

/// The address that the suites take for the server's.
const SUITES_ADDRESS: &str = "localhost:3000";

/// The module with which the suites begin, and ours in its place.
const SUITES_IMPORTS: &str = "./node-imports.js";
const OUR_IMPORTS: &str = "./session.js";

/// An official suite.
struct Suite {
    name: &'static str,
    repository: &'static str,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "Engine.IO",
        repository: "engine.io-protocol",
    },
    Suite {
        name: "Socket.IO",
        repository: "socket.io-protocol",
    },
];

/// Mocha's report.
#[derive(Debug, Deserialize)]
struct Report {
    tests: Vec<Case>,
    passes: Vec<Case>,
    failures: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    full_title: String,
    err: Failure,
}

#[derive(Debug, Deserialize)]
struct Failure {
    message: Option<String>,
}

/// Runs both suites, writes what they found into docs/conformance.md; true when no case failed.
pub fn protocol_suites(arguments: &[&str]) -> anyhow::Result<bool> {
    let [folder] = arguments else {
        bail!(
            "the suites are in no package registry: clone https://github.com/socketio/{} and \
             https://github.com/socketio/{} into one folder, and name it",
            SUITES[0].repository,
            SUITES[1].repository
        );
    };
    run(&mut cargo(&[
        "build",
        "--locked",
        "--example",
        "protocol_suites",
    ]))?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for suite in SUITES {
        let checkout = Path::new(folder).join(suite.repository);
        let report = suite.judge(&checkout)?;
        rows.push(vec![
            suite.name.to_owned(),
            commit(&checkout)?,
            report.tests.len().to_string(),
            report.passes.len().to_string(),
        ]);
        let titles = report.failures.into_iter().map(|case| case.full_title);
        failed.extend(titles.map(|title| format!("- FAILED, {}: {title}\n", suite.name)));
    }
    let text = format!(
        "socketioxide {} on engineioxide {}.\n\n{}\n{}",
        page::locked_version("socketioxide")?,
        page::locked_version("engineioxide")?,
        page::table(&["Suite", "Commit", "Cases", "Passed"], rows),
        failed.concat()
    );
    page::write("protocol-suites", &text)?;
    Ok(failed.is_empty())
}

impl Suite {
    /// Runs the suite as it is, to say what depends on `session.js`, and then with it: that is what counts.
    fn judge(&self, checkout: &Path) -> anyhow::Result<Report> {
        let copy = self.copy(checkout)?;
        let as_it_is = mocha(checkout, &copy, SUITES_IMPORTS)?;
        let report = mocha(checkout, &copy, OUR_IMPORTS)?;
        let dependent: BTreeSet<_> = as_it_is.failures.iter().map(Case::title).collect();
        println!("\n{}:", self.name);
        for case in &report.tests {
            match &case.err.message {
                None if dependent.contains(case.title()) => {
                    println!(
                        "passed  {}  [with session.js only, this time]",
                        case.title()
                    );
                }
                None => println!("passed  {}", case.title()),
                Some(message) => println!("FAILED  {}: {message}", case.title()),
            }
        }
        println!(
            "{} of {} passed; as the suite is, {}\n",
            report.passes.len(),
            report.tests.len(),
            as_it_is.passes.len()
        );
        Ok(report)
    }

    /// A copy of the suite with what it needs installed: the checkout stays as it was.
    fn copy(&self, checkout: &Path) -> anyhow::Result<PathBuf> {
        let copy = target()?.join("protocol-suites").join(self.repository);
        fs::create_dir_all(&copy)?;
        for file in ["package.json", "package-lock.json", "node-imports.js"] {
            let from = checkout.join("test-suite").join(file);
            fs::copy(&from, copy.join(file))
                .with_context(|| format!("there is no {}", from.display()))?;
        }
        let ours = root().join("tests/conformance/session.js");
        fs::copy(ours, copy.join("session.js"))?;
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(npm(&install).current_dir(&copy))?;
        Ok(copy)
    }
}

impl Case {
    fn title(&self) -> &str {
        &self.full_title
    }
}

/// Runs a suite against a server of its own.
fn mocha(checkout: &Path, copy: &Path, imports: &str) -> anyhow::Result<Report> {
    let server = Server::start(&example("protocol_suites")?, &[])?;
    let suite = fs::read_to_string(checkout.join("test-suite/test-suite.js"))?;
    let suite = replace_once(&suite, SUITES_ADDRESS, &server.address)?;
    let suite = replace_once(&suite, SUITES_IMPORTS, imports)?;
    fs::write(copy.join("test-suite.js"), suite)?;
    let mocha = [
        "exec",
        "--silent",
        "--",
        "mocha",
        "--exit",
        "--reporter=json",
    ];
    let output = npm(&mocha)
        .arg("test-suite.js")
        .current_dir(copy)
        .stderr(Stdio::inherit())
        .output()
        .context("npm could not be run")?;
    let report: Report = serde_json::from_slice(&output.stdout).context("mocha gave no report")?;
    let judged = report.passes.len() + report.failures.len();
    ensure!(
        judged > 0 && judged == report.tests.len(),
        "of {} cases only {judged} were run",
        report.tests.len()
    );
    Ok(report)
}

fn replace_once(text: &str, from: &str, to: &str) -> anyhow::Result<String> {
    let count = text.matches(from).count();
    ensure!(count == 1, "the suite names {from} {count} times, not once");
    Ok(text.replace(from, to))
}

fn commit(checkout: &Path) -> anyhow::Result<String> {
    let output = Command::new("git")
        .args(["rev-parse", "--short=7", "HEAD"])
        .current_dir(checkout)
        .output()?;
    ensure!(
        output.status.success(),
        "{} is no clone",
        checkout.display()
    );
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
