//! Options of the command line; each can also be given by an environment variable.

use std::{fmt, path::PathBuf, str::FromStr};

use clap::{Parser, builder::TypedValueParser};

use crate::chat::database::Place;

/// A chat made of glass: talk over polling, WebSocket or Socket.IO, and see every byte that carried it.
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Config {
    /// Address and port to listen on; port 0 takes any that is free.
    #[arg(
        long,
        env = "WIREGLASS_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDRESS"
    )]
    pub listen: String,

    /// Memory for captured records; what is older makes room, and is counted [1MiB to 64GiB].
    #[arg(
        long,
        env = "WIREGLASS_CAPTURE_MEMORY",
        default_value = "64MiB",
        value_name = "SIZE"
    )]
    pub capture_memory: Memory,

    /// Another origin whose pages may use the server, such as http://example.test:8080; may be repeated.
    #[arg(
        long,
        env = "WIREGLASS_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ',',
        value_parser = origin
    )]
    pub allow_origin: Vec<String>,

    /// Where the chat's history is kept: a file, or `:memory:` for none [default: chat.db in a folder of the user's data].
    #[arg(long, env = "WIREGLASS_DATABASE", value_name = "PATH")]
    pub database: Option<PathBuf>,

    /// Most bytes of messages in the history; the oldest make room for new ones [32MiB to 1024GiB].
    #[arg(
        long,
        env = "WIREGLASS_HISTORY_SIZE",
        default_value = "64MiB",
        value_name = "SIZE",
        value_parser = history
    )]
    pub history_size: Memory,

    /// Most characters of a handle, as people count them.
    #[arg(
        long,
        env = "WIREGLASS_MAX_HANDLE",
        default_value = "32",
        value_name = "CHARACTERS",
        value_parser = count(1_000)
    )]
    pub max_handle: usize,

    /// Most characters of a message, as people count them.
    #[arg(
        long,
        env = "WIREGLASS_MAX_MESSAGE",
        default_value = "2000",
        value_name = "CHARACTERS",
        value_parser = count(1_000_000)
    )]
    pub max_message: usize,

    /// Largest body of a request, and largest message over a WebSocket or Socket.IO [1KiB to 16MiB].
    #[arg(
        long,
        env = "WIREGLASS_MAX_BODY",
        default_value = "64KiB",
        value_name = "SIZE",
        value_parser = body
    )]
    pub max_body: Memory,

    /// Messages a second that one sender may send for long; 0 turns the limit off.
    #[arg(
        long,
        env = "WIREGLASS_RATE_LIMIT",
        default_value = "10",
        value_name = "MESSAGES",
        value_parser = rate
    )]
    pub rate_limit: f64,

    /// Messages that one sender may send at once, before the rate limit holds.
    #[arg(
        long,
        env = "WIREGLASS_RATE_BURST",
        default_value = "100",
        value_name = "MESSAGES",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub rate_burst: u32,

    /// Most connections at the same time; 0 is no limit.
    #[arg(
        long,
        env = "WIREGLASS_MAX_CONNECTIONS",
        default_value_t = 8_192,
        value_name = "NUMBER"
    )]
    pub max_connections: usize,

    /// Most connections of one client address at the same time; 0 is no limit.
    #[arg(
        long,
        env = "WIREGLASS_MAX_CONNECTIONS_PER_ADDRESS",
        default_value_t = 2_048,
        value_name = "NUMBER"
    )]
    pub max_connections_per_address: usize,

    /// How long a client may take nothing of what it is sent before it is let go [1 to 3600 seconds].
    #[arg(
        long,
        env = "WIREGLASS_PATIENCE",
        default_value_t = 30,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=3_600)
    )]
    pub patience: u64,

    /// How long a client may be silent before it is asked for a sign of life; it then has four fifths of that to answer.
    #[arg(
        long,
        env = "WIREGLASS_HEARTBEAT",
        default_value = "25",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub heartbeat: u64,

    /// Open the page in the browser.
    #[arg(long, env = "WIREGLASS_OPEN")]
    pub open: bool,

    /// What to log: a level (error, warn, info, debug, trace) or a filter such as wireglass=debug.
    #[arg(
        long,
        env = "WIREGLASS_LOG",
        default_value = "warn,wireglass=info",
        value_name = "FILTER"
    )]
    pub log: String,
}

impl Default for Config {
    /// The defaults of the command line, whatever the environment says.
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:3000".to_owned(),
            capture_memory: Memory(64 << 20),
            allow_origin: Vec::new(),
            database: None,
            history_size: Memory(64 << 20),
            max_handle: 32,
            max_message: 2_000,
            max_body: Memory(64 << 10),
            rate_limit: 10.0,
            rate_burst: 100,
            max_connections: 8_192,
            max_connections_per_address: 2_048,
            patience: 30,
            heartbeat: 25,
            open: false,
            log: "warn,wireglass=info".to_owned(),
        }
    }
}

impl Config {
    /// Where the chat's history is kept; in memory where there is no folder for the user's data.
    pub fn database(&self) -> Place {
        let is_memory = |path: &PathBuf| path.as_os_str() == ":memory:";
        match &self.database {
            Some(path) if is_memory(path) => Place::Memory,
            Some(path) => Place::File(path.clone()),
            None => match dirs::data_dir() {
                Some(folder) => Place::File(folder.join("wireglass").join("chat.db")),
                None => Place::Memory,
            },
        }
    }
}

/// A number of characters, up to so many.
fn count(most: u64) -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64)
        .range(1..=most)
        .map(|count| count as usize)
}

/// The size of the history: more than can wait to be written, so that nothing goes before it was told.
fn history(text: &str) -> Result<Memory, String> {
    match bytes(text) {
        Ok(bytes @ 0x200_0000..=0x100_0000_0000) => Ok(Memory(bytes as usize)),
        Ok(_) => Err("the history has at least 32MiB, and at most 1024GiB".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// An origin as browsers send it (RFC 6454 6.2).
fn origin(text: &str) -> Result<String, String> {
    let origin = text.trim_end_matches('/').to_ascii_lowercase();
    let is_name = |byte: u8| byte.is_ascii_graphic() && !b"/?#@*\\\"'<>,".contains(&byte);
    match origin.split_once("://") {
        Some((scheme, authority))
            if !authority.is_empty()
                && authority.bytes().all(is_name)
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                && !scheme.is_empty() =>
        {
            Ok(origin)
        }
        _ => Err("an origin is a scheme, a host and a port that is not the scheme's own, as in http://example.test:8080; there is no sign for all of them".to_owned()),
    }
}

/// The size of a body.
fn body(text: &str) -> Result<Memory, String> {
    match bytes(text) {
        Ok(bytes @ 0x400..=0x100_0000) => Ok(Memory(bytes as usize)),
        Ok(_) => Err("a body has at least 1KiB, and at most 16MiB".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A rate limit: a number that is not negative.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.0..=1e9).contains(&rate) => Ok(rate),
        _ => Err("a number of messages a second, or 0 for no limit".to_owned()),
    }
}

/// A number of bytes, written as `64MiB`, `500kB` or `1048576`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(pub usize);

/// The text is no size, or one that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    #[error("a size is a whole number and a unit: B, kB, KiB, MB, MiB, GB or GiB, such as 64MiB")]
    Format,
    #[error("at least 1MiB, and at most 64GiB")]
    Range,
}

impl FromStr for Memory {
    type Err = MemoryError;

    fn from_str(text: &str) -> Result<Self, MemoryError> {
        match bytes(text)? {
            bytes @ 0x10_0000..=0x10_0000_0000 => Ok(Self(bytes as usize)),
            _ => Err(MemoryError::Range),
        }
    }
}

/// A number with a unit, as bytes.
fn bytes(text: &str) -> Result<u64, MemoryError> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().map_err(|_| MemoryError::Format)?;
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return Err(MemoryError::Format),
    };
    number.checked_mul(unit).ok_or(MemoryError::Range)
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}B", self.0)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn sizes() {
        assert_eq!("64MiB".parse(), Ok(Memory(64 << 20)));
        assert_eq!("2 MB".parse(), Ok(Memory(2_000_000)));
        assert_eq!("1048576".parse(), Ok(Memory(1 << 20)));
        assert_eq!("1".parse::<Memory>(), Err(MemoryError::Range));
        assert_eq!(
            "99999999999999999999".parse::<Memory>(),
            Err(MemoryError::Format)
        );
        assert_eq!("99999999999GiB".parse::<Memory>(), Err(MemoryError::Range));
        assert_eq!("lots".parse::<Memory>(), Err(MemoryError::Format));
        assert_eq!("-1".parse::<Memory>(), Err(MemoryError::Format));
    }

    #[test]
    fn origins() {
        for (text, expected) in [
            ("http://Friend.test:8080", "http://friend.test:8080"),
            ("HTTPS://friend.test/", "https://friend.test"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(expected));
        }
        for none in [
            "*",
            "http://*",
            "null",
            "friend.test",
            "http://",
            "://x",
            "http://a/b",
            "http://a b",
        ] {
            assert!(origin(none).is_err(), "{none}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Config::command().debug_assert();
        let parsed = Config::parse_from(["wireglass"]);
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::default()));
    }
}
