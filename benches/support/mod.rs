//! What the benchmarks share: a server in a process of its own, and what the kernel says of it (Linux).
#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::Context;

/// A server in a process that ends with this value.
#[derive(Debug)]
pub struct Process {
    pub address: SocketAddr,
    child: Child,
    /// Kept open: a program whose output nobody takes fails when it goes on to write.
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a program, whose first line ends with its address, and gives none of this process's options to it.
    pub fn start(program: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("WIREGLASS_") {
                command.env_remove(name);
            }
        }
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("the server has an output")?;
        let mut process = Self {
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            child,
            output: BufReader::new(stdout),
        };
        let mut line = String::new();
        process.output.read_line(&mut line)?;
        let address = line.split(' ').next_back().unwrap_or_default();
        let address = address.trim().trim_start_matches("http://");
        let address = address.trim_end_matches('/').parse();
        process.address = address.with_context(|| format!("no address: {line:?}"))?;
        Ok(process)
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The value of an option.
pub fn value<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).map(String::as_str)
}

/// Nanoseconds on a CPU of all threads of a process.
pub fn cpu(process: u32) -> anyhow::Result<u64> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
        total += schedstat
            .split(' ')
            .next()
            .context("schedstat has numbers")?
            .parse::<u64>()?;
    }
    Ok(total)
}

/// A line of a process's status, such as its memory (`VmRSS`) and the most that it ever was (`VmHWM`).
pub fn memory(process: u32, name: &str) -> anyhow::Result<String> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kibibytes: u64 = line
        .and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .with_context(|| format!("the status has no {name}"))?;
    Ok(format!("{} MiB", kibibytes / 1024))
}
