//! Who may use whom: the rooms of `src/`, checked against every path that their sources name.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What a room may use besides itself: other rooms and crates, whole or a part of them.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
    /// Parts of what it may use that it may not.
    but_never: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room {
        name: "wire",
        may_use: &[
            "std",
            "base64",
            "flate2",
            "httparse",
            "serde",
            "serde_json",
            "sha1",
            "thiserror",
        ],
        // Bytes and times in, events out.
        but_never: &[
            "std::env",
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "std::thread",
            "std::time",
        ],
    },
    Room {
        name: "tap",
        may_use: &["std", "axum::serve", "tokio", "tracing", "capture", "wire"],
        but_never: &["tokio::spawn", "tokio::task", "tokio::time"],
    },
    Room {
        name: "capture",
        may_use: &["std", "crossbeam_utils", "parking_lot", "wire"],
        but_never: &[],
    },
    Room {
        name: "dissect",
        may_use: &[
            "std",
            "lru",
            "serde",
            "serde_json",
            "capture",
            "time",
            "wire",
        ],
        but_never: &[],
    },
    Room {
        name: "filter",
        may_use: &[
            "std",
            "regex",
            "strsim",
            "thiserror",
            "capture",
            "dissect",
            "wire",
        ],
        but_never: &[],
    },
    Room {
        name: "view",
        may_use: &[
            "std",
            "serde",
            "serde_json",
            "capture",
            "dissect",
            "filter",
            "time",
            "wire",
        ],
        but_never: &[],
    },
    Room {
        name: "export",
        may_use: &[
            "std",
            "base64",
            "etherparse",
            "parking_lot",
            "serde",
            "serde_json",
            "capture",
            "dissect",
            "filter",
            "time",
            "view",
            "wire",
        ],
        but_never: &[],
    },
    Room {
        name: "inspector",
        may_use: &[
            "std",
            "axum",
            "futures_util",
            "parking_lot",
            "serde",
            "serde_json",
            "tokio",
            "tokio_tungstenite",
            "tokio_util",
            "tracing",
            "capture",
            "dissect",
            "export",
            "filter",
            "refusal",
            "time",
            "transport::websocket", // the feed's own handshake and close
            "view",
            "web::session", // whose records are "mine"
            "wire",
        ],
        but_never: &[],
    },
    Room {
        name: "chat",
        may_use: &[
            "std",
            "lru",
            "parking_lot",
            "rusqlite",
            "sha2",
            "thiserror",
            "tokio::select",
            "tokio::sync",
            "tokio::time",
            "tracing",
            "unicode_segmentation",
        ],
        but_never: &[],
    },
    Room {
        name: "transport",
        may_use: &[
            "std",
            "axum",
            "futures_util",
            "hyper",
            "hyper_util",
            "parking_lot",
            "serde",
            "serde_json",
            "socketioxide",
            "thiserror",
            "tokio",
            "tokio_tungstenite",
            "tokio_util",
            "tracing",
            "chat",
            "metrics",
            "places",
            "refusal",
            "time",
            "wire",
        ],
        but_never: &[],
    },
    Room {
        name: "serve",
        may_use: &[
            "std",
            "axum",
            "futures_util",
            "hyper",
            "hyper_util",
            "parking_lot",
            "thiserror",
            "tokio",
            "tokio_util",
            "tower_service",
            "tracing",
            "metrics",
            "places",
            "refusal",
            "tap",
            "transport::SLACK", // how much more is read to say that it is too much
            "transport::largest_payload",
            "transport::going_away",
            "web::security",
        ],
        but_never: &[],
    },
    Room {
        name: "metrics",
        may_use: &[
            "std",
            "axum",
            "prometheus_client",
            "tracing",
            "capture",
            "chat",
        ],
        but_never: &[],
    },
    Room {
        name: "places",
        may_use: &["std", "parking_lot", "thiserror"],
        but_never: &[],
    },
    Room {
        name: "refusal",
        may_use: &["std", "axum", "serde", "serde_json"],
        but_never: &[],
    },
    Room {
        name: "web",
        may_use: &[
            "std",
            "askama",
            "axum",
            "base64",
            "getrandom",
            "rust_embed",
            "sha2",
            "thiserror",
            "tower_http",
            "tracing",
            "refusal",
            "tap::framing::COOKIE", // the session's name, which the tap looks for
            "transport::websocket", // the judge of handshakes
        ],
        but_never: &[],
    },
    Room {
        name: "config",
        may_use: &["std", "clap", "dirs", "thiserror", "chat::database"],
        but_never: &[],
    },
    Room {
        name: "time",
        may_use: &["std", "humantime"],
        but_never: &[],
    },
];

/// Files that put the rooms together, and so may use all of them.
const BUILDERS: &[&str] = &["lib.rs", "main.rs", "server.rs"];

#[test]
fn rooms_use_only_what_they_may() {
    let source = repository().join("src");
    let mut violations = Vec::new();
    for file in rust_files(&source) {
        let file = file.strip_prefix(&source).unwrap();
        let text = fs::read_to_string(source.join(file)).unwrap();
        violations.extend(judge(file, &text));
    }
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn the_judge_finds_what_it_should() {
    let guilty = [
        (
            "wire/http1.rs",
            "use tokio::net::TcpStream;",
            "tokio::net::TcpStream",
        ),
        (
            "wire/http1.rs",
            "use std::{fmt, time::{self, Instant}};",
            "std::time, std::time::Instant",
        ),
        (
            "wire/websocket/frame.rs",
            "use super::super::super::chat::Room;",
            "chat::Room",
        ),
        ("wire/mod.rs", "use crate::capture::*;", "capture"),
        (
            "tap/io.rs",
            "fn f() { crate::chat::Room::default(); }",
            "chat::Room::default",
        ),
        (
            "tap/io.rs",
            "use axum::{Router, serve::Listener};",
            "axum::Router",
        ),
        (
            "tap/io.rs",
            "fn f() { tokio::spawn(async {}); }",
            "tokio::spawn",
        ),
        (
            "capture/store.rs",
            "use {axum::Json, std::fmt};",
            "axum::Json",
        ),
        (
            "chat/room.rs",
            "fn f(store: &mut Vec<crate::capture::Store>) {}",
            "capture::Store",
        ),
        (
            "transport/sse.rs",
            "use crate::{chat::Room, inspector as i};",
            "inspector",
        ),
        (
            "transport/sse.rs",
            "use crate::{\n    capture::{\n        Store,\n    },\n};",
            "capture::Store",
        ),
        (
            "inspector/feed.rs",
            "use crate::web::{pages, session};",
            "web::pages",
        ),
        (
            "inspector/feed.rs",
            "#[x::y] use ::tap::z; use crate::tap::Peer; impl ::hyper::Z for X {}",
            "hyper::Z, tap::Peer",
        ),
        (
            "time.rs",
            "const A: char = '\"'; use tokio::time; const B: char = '\"';",
            "tokio::time",
        ),
        (
            "novelty/mod.rs",
            "",
            "the room `novelty` is not in the table",
        ),
    ];
    for (file, text, expected) in guilty {
        let found = judge(Path::new(file), text).join(", ");
        let found = found.replace(&format!("{file} uses "), "");
        assert_eq!(found, expected, "{file}: {text}");
    }

    let innocent = [
        (
            "wire/http1.rs",
            "use std::fmt; use super::field::Field; use crate::wire::violation;",
        ),
        (
            "wire/http1.rs",
            "// use tokio::net;\n/* use axum::{Json}; */ fn f() {}",
        ),
        (
            "wire/http1.rs",
            "/// [`tokio::net`] /* \nconst A: &str = \"use tokio::net;\";",
        ),
        (
            "wire/http1.rs",
            "const A: &str = r#\"\" use tokio::net;\"#; const B: &[u8] = b\"axum::\";",
        ),
        ("wire/http1.rs", "fn f<'a>(a: &'a str) -> char { '\\'' } "),
        (
            "wire/http1.rs",
            "fn f() {}\n#[cfg(test)]\nmod tests { use proptest::prelude::*; use tokio::x; }",
        ),
        (
            "tap/io.rs",
            "use axum::serve::Listener; use crate::{capture::Store, wire};",
        ),
        (
            "chat/room.rs",
            "fn f() { self.tokio.x(); limits::check(); Vec::<u8>::new(); }",
        ),
        (
            "server.rs",
            "use crate::{chat::Room, capture::Store}; use axum::Router;",
        ),
    ];
    for (file, text) in innocent {
        assert_eq!(judge(Path::new(file), text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn there_is_one_tungstenite() {
    let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
    for name in ["tungstenite", "tokio-tungstenite"] {
        let entry = format!("name = \"{name}\"\n");
        assert_eq!(lock.matches(&entry).count(), 1, "versions of {name}");
    }
}

/// What a file, given relative to `src/`, uses without being allowed to.
fn judge(file: &Path, text: &str) -> Vec<String> {
    let module = module_path(file);
    if BUILDERS.iter().any(|builder| file == Path::new(builder)) {
        return Vec::new();
    }
    let Some(room) = ROOMS.iter().find(|room| room.name == module[0]) else {
        return vec![format!("the room `{}` is not in the table", module[0])];
    };
    let is_within = |path: &str, part: &&str| {
        path.strip_prefix(*part)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    used_paths(text, &module)
        .into_iter()
        .filter(|path| {
            let is_own = is_within(path, &room.name);
            let may = room.may_use.iter().any(|part| is_within(path, part));
            let never = room.but_never.iter().any(|part| is_within(path, part));
            !is_own && (!may || never)
        })
        .map(|path| format!("{} uses {path}", file.display()))
        .collect()
}

/// Every path of a source that leads to a crate or to another module: from a crate's name on, or from
/// below `crate`.
fn used_paths(text: &str, module: &[String]) -> BTreeSet<String> {
    let crates = crates();
    let text = without_tests(text);
    let tokens = tokens(text);
    let mut paths = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some(token) = rest.first() {
        rest = match is_word(token) && !BEFORE_A_PATH.contains(token) {
            true => read_path(rest, &mut Vec::new(), &mut paths),
            false => &rest[1..],
        };
    }
    paths
        .into_iter()
        .filter_map(|path| resolve(path, module, &crates))
        .collect()
}

/// Words that a `::crate_name` can follow, and that are no part of its path.
const BEFORE_A_PATH: &[&str] = &["as", "dyn", "for", "impl", "in", "mut", "return", "use"];

/// Reads one path, or the tree of a `use`, from the tokens' start, and gives the tokens behind it.
fn read_path<'a>(
    mut tokens: &'a [&'a str],
    prefix: &mut Vec<&'a str>,
    paths: &mut Vec<Vec<&'a str>>,
) -> &'a [&'a str] {
    let depth = prefix.len();
    while let [word, rest @ ..] = tokens {
        if *word == "{" {
            tokens = read_group(rest, prefix, paths);
            prefix.truncate(depth);
            return tokens;
        }
        if !is_word(word) {
            break;
        }
        if *word != "self" || prefix.is_empty() {
            prefix.push(word);
        }
        let ["::", next, ..] = rest else {
            tokens = rest;
            break;
        };
        tokens = &rest[1..];
        if !is_word(next) && *next != "{" {
            break;
        }
    }
    paths.push(prefix.clone());
    prefix.truncate(depth);
    tokens
}

/// Reads the rest of a `{…}` of a `use`.
fn read_group<'a>(
    mut tokens: &'a [&'a str],
    prefix: &mut Vec<&'a str>,
    paths: &mut Vec<Vec<&'a str>>,
) -> &'a [&'a str] {
    while let [token, rest @ ..] = tokens {
        match *token {
            "}" => return rest,
            // `as name` renames, it uses nothing.
            "as" => tokens = rest.get(1..).unwrap_or_default(),
            token if is_word(token) => tokens = read_path(tokens, prefix, paths),
            _ => tokens = rest,
        }
    }
    tokens
}

/// A path as the table writes it; none when it leads to something of the module's own.
fn resolve(path: Vec<&str>, module: &[String], crates: &BTreeSet<String>) -> Option<String> {
    let (first, rest) = path.split_first()?;
    let absolute: Vec<&str> = match *first {
        "crate" => rest.to_vec(),
        "super" => {
            let up = 1 + rest.iter().take_while(|word| **word == "super").count();
            let above = module.len().checked_sub(up)?;
            let above = module[..above].iter().map(String::as_str);
            above.chain(rest[up - 1..].iter().copied()).collect()
        }
        name if crates.contains(name) && !rest.is_empty() => path,
        _ => return None,
    };
    (!absolute.is_empty()).then(|| absolute.join("::"))
}

/// `wire/websocket/frame.rs` is `wire::websocket::frame`.
fn module_path(file: &Path) -> Vec<String> {
    let path = file.with_extension("");
    let words = path.iter().map(|word| word.to_str().unwrap().to_owned());
    words.filter(|word| word != "mod").collect()
}

/// The standard library's crates, and those of `[dependencies]`.
fn crates() -> BTreeSet<String> {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[dependencies]\n").nth(1).unwrap();
    let names = dependencies
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().replace('-', "_"));
    let standard = ["std", "core", "alloc"].map(str::to_owned);
    names.chain(standard).collect()
}

/// Unit tests stand last in a file, and may use what they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

fn is_word(token: &str) -> bool {
    token.starts_with(|start: char| start.is_alphabetic() || start == '_')
}

/// Words, `::` and single signs; comments, texts, characters and lifetimes are left out.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#\"") => raw_text(rest),
            '"' => quoted(rest),
            '\'' => quote(rest),
            first if first.is_alphanumeric() || first == '_' => {
                let is_end = |sign: char| !sign.is_alphanumeric() && sign != '_';
                let length = rest.find(is_end).unwrap_or(rest.len());
                let is_prefix = rest[length..].starts_with(['"', '\'']) && length <= 2;
                if !is_prefix {
                    tokens.push(&rest[..length]);
                }
                length
            }
            ':' if rest.starts_with("::") => {
                tokens.push("::");
                2
            }
            first => {
                if !first.is_whitespace() {
                    tokens.push(&rest[..first.len_utf8()]);
                }
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a `"text"`.
fn quoted(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    while let Some((index, sign)) = signs.next() {
        match sign {
            '\\' => _ = signs.next(),
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of an `r#"text"#` or `r"text"`.
fn raw_text(text: &str) -> usize {
    let (start, end) = match text.starts_with("r#") {
        true => (3, "\"#"),
        false => (2, "\""),
    };
    text[start..]
        .find(end)
        .map_or(text.len(), |length| start + length + end.len())
}

/// The length of a character, or of a lifetime's mark and name.
fn quote(text: &str) -> usize {
    if text.starts_with("'\\") {
        return text[3..].find('\'').map_or(text.len(), |end| end + 4);
    }
    let mut signs = text.char_indices().skip(2);
    match signs.next() {
        Some((index, '\'')) => index + 1,
        _ => {
            1 + text[1..]
                .find(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .unwrap_or(text.len() - 1)
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
