//! A server for the length of a task.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, bail};

/// A program that serves, in a process of its own, ended with this value.
#[derive(Debug)]
pub struct Server {
    /// `127.0.0.1:PORT`
    pub address: String,
    child: Child,
    /// Kept open: a program whose output nobody takes fails when it goes on to write.
    output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a program, and waits until it says `… is at http://ADDRESS/`.
    pub fn start(program: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("WIREGLASS_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be run", program.display()))?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut server = Self {
            address: String::new(),
            child,
            output: BufReader::new(output),
        };
        server.address = server.read_address()?;
        Ok(server)
    }

    fn read_address(&mut self) -> anyhow::Result<String> {
        for line in self.output.by_ref().lines() {
            if let Some(address) = address(&line?) {
                return Ok(address.to_owned());
            }
        }
        bail!("the server ended before it listened");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(line: &str) -> Option<&str> {
    line.split_once(" is at http://")?.1.strip_suffix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_the_address() {
        let line = "Wireglass is at http://127.0.0.1:3000/";
        assert_eq!(address(line), Some("127.0.0.1:3000"));
        assert_eq!(address("Stop it with Ctrl-C."), None);
    }
}
