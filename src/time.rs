//! Times as text.

use std::time::SystemTime;

/// RFC 3339 in UTC, with milliseconds.
pub fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

/// A time between two others, as people say it.
pub fn duration(nanoseconds: u64) -> String {
    let milliseconds = nanoseconds as f64 / 1e6;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.1} ms"),
        ..1_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_have_their_unit() {
        assert_eq!(duration(4_120_000), "4.1 ms");
        assert_eq!(duration(41_000_000), "41 ms");
        assert_eq!(duration(23_399_000_000), "23.4 s");
    }
}
