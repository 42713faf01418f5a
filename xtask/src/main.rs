//! The project's own tasks.
//!
//! # Layout
//!
//! ```text
//! stage      what `cargo xtask test` does, one stage after another
//! autobahn   the Autobahn Testsuite
//! fuzz       the fuzz targets
//! suites     the official test suites of Engine.IO and Socket.IO
//! page       docs/conformance.md, where both say what they found
//! server     a server for the length of a task
//! tools      programs that a task needs: cargo, npm, Python, Chromium, tshark
//! ```

mod autobahn;
mod fuzz;
mod page;
mod server;
mod stage;
mod suites;
mod tools;

#[path = "../../tests/support/capture_file.rs"]
mod capture_file;
#[path = "../../tests/support/fuzz_input.rs"]
mod fuzz_input;

use std::{env, process::ExitCode};

use anyhow::{Context, bail};

use stage::STAGES;
use tools::{cargo, run};

const HELP: &str = "\
Wireglass's own tasks.

Usage: cargo xtask TASK

Tasks:
  test                Install what the tests need, and run everything
  test --only STAGE   Run one stage, and those that it needs; may be repeated
  bench [broadcast]   Measure what the tap costs; further arguments go to the benchmark
  bench chat          Measure the chat under load, and check that nothing is lost; takes --clients and --seconds
  bench dissect       Measure how fast captures are read, beside tshark
  autobahn            Run the Autobahn Testsuite (RFC 6455), and write docs/conformance.md
  protocol-suites FOLDER
                      Run the official suites of Engine.IO and Socket.IO from their clones in a folder
  fuzz [TARGET [SECONDS]]
                      Fuzz the framing, the dissection or the filter, or each of them, for ten minutes or as long as
                      is said
  screenshots         Take the pictures in docs/ anew
  help                Print this

Environment:
  WIREGLASS_CHROMIUM  The Chromium or Chrome to test with, where it is not in the PATH
  WIREGLASS_PYTHON2   The Python 2.7 for the Autobahn Testsuite, where it is not in the PATH
  WIREGLASS_TSHARK    The tshark to test with, where it is not in the PATH
  WIREGLASS_SKIP_LIVE_CAPTURE
                      Leave out the test that captures on the loopback interface, which root may
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["test", rest @ ..] => test(rest),
        ["bench", rest @ ..] => bench(rest),
        ["autobahn"] => autobahn::autobahn(),
        ["protocol-suites", rest @ ..] => suites::protocol_suites(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["screenshots"] => stage::screenshots(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}\nStages of `test`:\n");
            for stage in STAGES {
                println!("  {:<19} {}", stage.name, stage.about);
            }
            Ok(true)
        }
        [unknown, ..] => Err(anyhow::anyhow!("no task {unknown:?}; see cargo xtask help")),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// `test [--only STAGE]…`
fn test(mut arguments: &[&str]) -> anyhow::Result<bool> {
    let mut only = Vec::new();
    while let [option, rest @ ..] = arguments {
        let "--only" = *option else {
            bail!("`test` has no option {option:?}; see cargo xtask help");
        };
        let (name, rest) = rest.split_first().context("--only needs a stage's name")?;
        only.push(*name);
        arguments = rest;
    }
    let stages = if only.is_empty() {
        STAGES.iter().collect()
    } else {
        stage::with_needs(&only)?
    };
    Ok(stage::run_all(&stages))
}

/// `bench [broadcast|chat|dissect] [ARGUMENT…]`
fn bench(arguments: &[&str]) -> anyhow::Result<bool> {
    let (name, arguments) = match arguments {
        [name @ ("broadcast" | "chat" | "dissect"), rest @ ..] => (*name, rest),
        rest => ("broadcast", rest),
    };
    run(cargo(&["bench", "--locked", "--bench", name, "--"]).args(arguments))?;
    Ok(true)
}
