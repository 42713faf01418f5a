//! Takes secrets out of HTTP heads before anybody sees them: their name and length stay, their value goes.

use std::{borrow::Cow, ops::Range};

use crate::capture::{Kind, Layer, Record};

/// What stands in place of each byte of a secret.
const STAR: u8 = b'*';

/// A record's bytes without its secrets, and where those stood.
pub fn redact<'a>(record: &Record, bytes: &'a [u8]) -> (Cow<'a, [u8]>, Vec<Range<usize>>) {
    let secrets = match (record.kind, record.layer) {
        (Kind::Request | Kind::Response, _) => secrets(bytes, true),
        // What lost its framing may still hold heads, anywhere.
        (Kind::Opaque, Layer::Http) => secrets(bytes, false),
        _ => Vec::new(),
    };
    if secrets.is_empty() {
        return (Cow::Borrowed(bytes), secrets);
    }
    let mut redacted = bytes.to_vec();
    for secret in &secrets {
        redacted[secret.clone()].fill(STAR);
    }
    (Cow::Owned(redacted), secrets)
}

/// Where the secrets of field lines stand; `head_only` stops at the first empty line.
fn secrets(bytes: &[u8], head_only: bool) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut start = 0;
    let mut is_secret = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        if content.is_empty() && head_only && start > 0 {
            break;
        }
        // A line that begins with white space goes on with the line before it (RFC 9112 5.2).
        let goes_on = matches!(content.first(), Some(b' ' | b'\t'));
        let found = match line_secrets(content) {
            _ if goes_on && is_secret => vec![trim(content, 0..content.len())],
            _ if goes_on => Vec::new(),
            found => {
                is_secret = found.is_some();
                found.unwrap_or_default()
            }
        };
        let found = found.into_iter().filter(|range| !range.is_empty());
        let found = found.map(|range| start + range.start..start + range.end);
        secrets.extend(found);
        start += line.len();
    }
    secrets
}

/// The secrets of a field line; `None` when fields of its name hold none.
fn line_secrets(line: &[u8]) -> Option<Vec<Range<usize>>> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let value = colon + 1..line.len();
    let name = line[..colon].trim_ascii_end().to_ascii_lowercase();
    let pairs = || split(line, value.clone(), b';').into_iter();
    Some(match name.as_slice() {
        b"cookie" => pairs().map(|pair| cookie_value(line, pair)).collect(),
        b"set-cookie" => pairs()
            .take(1)
            .map(|pair| cookie_value(line, pair))
            .collect(),
        b"authorization" | b"proxy-authorization" => {
            let value = trim(line, value);
            vec![after(line, value.clone(), b' ').unwrap_or(value)]
        }
        _ => return None,
    })
}

/// A cookie's value; one without a name is a value as a whole.
fn cookie_value(line: &[u8], pair: Range<usize>) -> Range<usize> {
    match line[pair.clone()].contains(&b'=') {
        true => after(line, pair.clone(), b'=').unwrap_or(pair.end..pair.end),
        false => trim(line, pair),
    }
}

fn split(line: &[u8], range: Range<usize>, separator: u8) -> Vec<Range<usize>> {
    let mut start = range.start;
    line[range]
        .split(|byte| *byte == separator)
        .map(|part| {
            let part = start..start + part.len();
            start = part.end + 1;
            part
        })
        .collect()
}

/// What follows the first separator of a range.
fn after(line: &[u8], range: Range<usize>, separator: u8) -> Option<Range<usize>> {
    let at = line[range.clone()]
        .iter()
        .position(|byte| *byte == separator)?;
    let rest = range.start + at + 1..range.end;
    (!rest.is_empty()).then_some(rest)
}

fn trim(line: &[u8], range: Range<usize>) -> Range<usize> {
    let blanks = line[range.clone()]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    range.start + blanks..range.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starred(head: &str) -> String {
        let mut bytes = head.as_bytes().to_vec();
        for secret in secrets(head.as_bytes(), true) {
            bytes[secret].fill(STAR);
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn names_and_lengths_stay() {
        let head = "GET / HTTP/1.1\r\nCookie: a=12; bc=3=4\r\nAUTHORIZATION: Bearer tok\r\nX: y\r\n\r\nCookie: a=1";
        let expected = "GET / HTTP/1.1\r\nCookie: a=**; bc=***\r\nAUTHORIZATION: Bearer ***\r\nX: y\r\n\r\nCookie: a=1";
        assert_eq!(starred(head), expected);
        assert_eq!(
            starred("HTTP/1.1 200 OK\nSet-Cookie: s=1; Path=/\n"),
            "HTTP/1.1 200 OK\nSet-Cookie: s=*; Path=/\n"
        );
        assert_eq!(
            starred("GET /\r\nAuthorization:secret\r\n"),
            "GET /\r\nAuthorization:******\r\n"
        );
        assert_eq!(
            starred("GET /\r\nCookie:\r\nCookie: flag\r\n"),
            "GET /\r\nCookie:\r\nCookie: ****\r\n"
        );
        assert_eq!(
            starred("GET /\r\nCookie: a=1; b; c=\r\n"),
            "GET /\r\nCookie: a=*; *; c=\r\n"
        );
        assert_eq!(
            starred("GET /\r\nCookie : a=1;\r\n b=2\r\n\tc=3\r\nX: y\r\n z\r\n"),
            "GET /\r\nCookie : a=*;\r\n ***\r\n\t***\r\nX: y\r\n z\r\n"
        );
    }
}
