//! Fetches the browser libraries that `web/package-lock.json` names and lays the few files that the
//! pages import into `$OUT_DIR/vendor`, from where they are embedded in the binary.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a build that fails says so by a panic"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the pages import: a path under `node_modules`, and the path under `/inspector/assets/vendor/`.
const VENDOR: &[(&str, &str)] = &[
    ("preact/dist/preact.mjs", "preact/preact.js"),
    ("preact/hooks/dist/hooks.mjs", "preact/hooks.js"),
    ("htm/preact/index.mjs", "htm/preact.js"),
    ("htm/dist/htm.mjs", "htm/htm.js"),
    ("@preact/signals/dist/signals.mjs", "preact/signals.js"),
    (
        "@preact/signals-core/dist/signals-core.mjs",
        "preact/signals-core.js",
    ),
    ("@tanstack/virtual-core/dist/esm", "virtual-core"),
    (
        "socket.io-client/dist/socket.io.js",
        "socket.io/socket.io.js",
    ),
    (
        "socket.io-client/dist/socket.io.min.js",
        "socket.io/socket.io.min.js",
    ),
    (
        "socket.io-client/dist/socket.io.esm.min.js",
        "socket.io/socket.io.esm.min.js",
    ),
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=web/package-lock.json");

    let web = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("web");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let npm = out.join("npm");
    install(&web, &npm);

    let vendor = out.join("vendor");
    let _ = fs::remove_dir_all(&vendor);
    for (from, to) in VENDOR {
        copy(&npm.join("node_modules").join(from), &vendor.join(to));
    }
}

/// `npm ci` into `npm`, unless the lock file is the one that was installed there last.
fn install(web: &Path, npm: &Path) {
    let lock = fs::read(web.join("package-lock.json")).expect("web/package-lock.json is readable");
    let stamp = npm.join("installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return;
    }
    fs::create_dir_all(npm).unwrap();
    for file in ["package.json", "package-lock.json"] {
        fs::copy(web.join(file), npm.join(file)).unwrap();
    }
    let command = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let result = Command::new(command)
        .args([
            "ci",
            "--ignore-scripts",
            "--omit=dev",
            "--no-audit",
            "--no-fund",
        ])
        .current_dir(npm)
        .output();
    match result {
        Ok(output) if output.status.success() => fs::write(stamp, lock).unwrap(),
        Ok(output) => panic!(
            "`npm ci` could not fetch the browser libraries of web/package-lock.json:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => panic!(
            "`npm` could not be run ({error}). Wireglass embeds its browser libraries, which npm \
             fetches once while building: install Node.js 20 or newer, then build again."
        ),
    }
}

/// Copies a file, or the `.js` files of a folder, without the reference to a source map that is not served.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "js") {
                copy(&path, &to.join(path.file_name().unwrap()));
            }
        }
        return;
    }
    let text = fs::read_to_string(from)
        .unwrap_or_else(|error| panic!("{} is not in its package: {error}", from.display()));
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("//# sourceMappingURL="))
        .collect();
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::write(to, kept.join("\n") + "\n").unwrap();
}
