//! Programs that the stages need, where they are found, and how they are called.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};

/// The names under which Chromium is installed.
const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The names under which Python 2.7 is installed.
const PYTHON2: &[&str] = &["python2.7", "python2", "pypy"];

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Runs a command to its end; one that fails is an error that names it.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = describe(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("`{line}` could not be run"))?;
    ensure!(status.success(), "`{line}` ended with {status}");
    Ok(())
}

/// The cargo that runs this program.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

pub fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments);
    command
}

/// Node.js in `tests/`, with what the tests there ask for by environment.
pub fn node(arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new("node");
    command
        .args(arguments)
        .current_dir(root().join("tests"))
        .env("WIREGLASS_BINARY", binary()?);
    if let Some(chromium) = installed_chromium() {
        command.env("WIREGLASS_CHROMIUM", chromium);
    }
    Ok(command)
}

/// The target folder that this program stands in.
pub fn target() -> anyhow::Result<PathBuf> {
    let this = env::current_exe()?;
    let target = this
        .ancestors()
        .nth(2)
        .context("xtask does not stand in a target folder")?;
    Ok(target.to_owned())
}

/// The release binary.
pub fn binary() -> anyhow::Result<PathBuf> {
    Ok(target()?
        .join("release")
        .join(format!("wireglass{}", env::consts::EXE_SUFFIX)))
}

/// An example, as `cargo build` leaves it.
pub fn example(name: &str) -> anyhow::Result<PathBuf> {
    Ok(target()?
        .join("debug/examples")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// The `*.test.js` of a folder in `tests/`, relative to `tests/`.
pub fn test_files(folder: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in root().join("tests").join(folder).read_dir()? {
        let name = entry?.file_name();
        if name.to_string_lossy().ends_with(".test.js") {
            files.push(Path::new(folder).join(name));
        }
    }
    ensure!(!files.is_empty(), "there are no tests in tests/{folder}");
    files.sort();
    Ok(files)
}

/// The Python of `tests/.venv`, in `tests/`.
pub fn python(arguments: &[&str]) -> Command {
    let mut command = Command::new(venv_python());
    command.args(arguments).current_dir(root().join("tests"));
    command
}

/// Makes `tests/.venv`, unless it is there.
pub fn venv() -> anyhow::Result<()> {
    if is_quiet_success(&mut python(&["-m", "pip", "--version"])) {
        return Ok(());
    }
    let make = || {
        let python = if cfg!(windows) { "python" } else { "python3" };
        let mut command = Command::new(python);
        command
            .args(["-m", "venv", "--clear", ".venv"])
            .current_dir(root().join("tests"));
        command
    };
    if run(&mut make()).is_err() {
        apt_install("python3-venv")
            .context("install Python 3 with its venv module, then run this again")?;
        run(&mut make())?;
    }
    Ok(())
}

fn venv_python() -> PathBuf {
    let python = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    root().join("tests/.venv").join(python)
}

/// A Python 2.7 with pip: the one that is named, one in the PATH, or one of pyenv's.
pub fn python2() -> anyhow::Result<PathBuf> {
    let candidates = match env::var_os("WIREGLASS_PYTHON2") {
        Some(named) => vec![named.into()],
        None => PYTHON2
            .iter()
            .filter_map(in_path)
            .chain(pyenv_python2())
            .collect(),
    };
    // A program of that name may be a newer Python, or pyenv's stand-in for one that was not chosen.
    let works = |python: &PathBuf| {
        let check = "import sys, pip; sys.exit(sys.version_info[:2] != (2, 7))";
        is_quiet_success(Command::new(python).args(["-c", check]))
    };
    candidates.into_iter().find(works).context(
        "the Autobahn Testsuite needs Python 2.7 with pip: install CPython 2.7 (`pyenv install 2.7.18`) or PyPy 2.7, \
         or name it in WIREGLASS_PYTHON2",
    )
}

fn pyenv_python2() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".pyenv"));
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(home)?;
    let versions = pyenv.join("versions").read_dir().ok()?;
    versions
        .flatten()
        .filter(|version| version.file_name().to_string_lossy().starts_with("2.7"))
        .map(|version| version.path().join("bin/python2.7"))
        .find(|python| python.is_file())
}

/// Chromium, installed if need be and if that can be done.
pub fn chromium() -> anyhow::Result<PathBuf> {
    let advice =
        "the browser tests need Chromium or Chrome: install one, or name it in WIREGLASS_CHROMIUM";
    program(installed_chromium, "chromium", advice)
}

fn installed_chromium() -> Option<PathBuf> {
    installed("WIREGLASS_CHROMIUM", CHROMIUM)
}

/// tshark, installed if need be and if that can be done.
pub fn tshark() -> anyhow::Result<PathBuf> {
    let advice = "the tests of the pcapng export need Wireshark's tshark: install it, or name it in WIREGLASS_TSHARK";
    program(
        || installed("WIREGLASS_TSHARK", &["tshark"]),
        "tshark",
        advice,
    )
}

/// What `find` finds, before or after the package is installed.
fn program(
    find: impl Fn() -> Option<PathBuf>,
    package: &str,
    advice: &'static str,
) -> anyhow::Result<PathBuf> {
    if let Some(path) = find() {
        ensure!(path.is_file(), "there is no {}", path.display());
        return Ok(path);
    }
    apt_install(package).context(advice)?;
    find().context(advice)
}

/// The program that a variable names, or one of these in the PATH.
fn installed(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match env::var_os(variable) {
        Some(path) => Some(path.into()),
        None => names.iter().find_map(in_path),
    }
}

/// Installs a package where that can be done without asking: by apt-get, as root or with sudo.
fn apt_install(package: &str) -> anyhow::Result<()> {
    ensure!(in_path("apt-get").is_some(), "there is no apt-get here");
    let prefix: &[&str] = if is_root() {
        &[]
    } else if is_quiet_success(Command::new("sudo").args(["-n", "true"])) {
        &["sudo", "-n"]
    } else {
        bail!("{package} cannot be installed without being root");
    };
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> = [prefix, &["apt-get"], arguments].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command)
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", package])
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn in_path(name: impl AsRef<Path>) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name.as_ref()))
        .find(|file| file.is_file())
}

/// Whether a command can be run and succeeds; what it says is nobody's concern.
pub fn is_quiet_success(command: &mut Command) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A command as one would type it.
fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_owned()];
    words.extend(command.get_args().map(OsString::from));
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
