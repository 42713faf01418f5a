//! Secrets in field lines, and in the URLs of a start-line or a field.

use std::ops::Range;

use super::names;

/// What was found in some lines.
pub(super) struct Found {
    pub secrets: Vec<Range<usize>>,
    /// Where the head ends.
    pub end: usize,
    /// The body has the chunked transfer coding.
    pub is_chunked: bool,
}

/// Where the secrets of lines stand; `is_head` stops at the empty line that ends a head.
pub(super) fn secrets(bytes: &[u8], is_head: bool) -> Found {
    let mut found = Found {
        secrets: Vec::new(),
        end: 0,
        is_chunked: false,
    };
    let (mut is_begun, mut is_secret) = (false, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let start = found.end;
        found.end += line.len();
        let content = line.trim_ascii_end();
        if content.is_empty() && is_head {
            // Empty lines in front of a start-line are passed over (RFC 9112 2.2).
            if is_begun {
                break;
            }
            continue;
        }
        is_begun = true;
        // A line that begins with white space goes on with the line before it (RFC 9112 5.2).
        let goes_on = matches!(content.first(), Some(b' ' | b'\t'));
        let ranges = match field(content) {
            _ if goes_on && is_secret => vec![trim(content, 0..content.len())],
            _ if goes_on => parameters(content),
            Some(ranges) => {
                is_secret = true;
                ranges
            }
            None => {
                is_secret = false;
                parameters(content)
            }
        };
        found.is_chunked = is_chunked(content).unwrap_or(found.is_chunked);
        let ranges = ranges.into_iter().filter(|range| !range.is_empty());
        let ranges = ranges.map(|range| start + range.start..start + range.end);
        found.secrets.extend(ranges);
    }
    found
}

/// The name of a field line, and where its value begins.
fn name(line: &[u8]) -> Option<(&[u8], usize)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((line[..colon].trim_ascii(), colon + 1))
}

/// The secrets of a field line; `None` when fields of its name hold none.
fn field(line: &[u8]) -> Option<Vec<Range<usize>>> {
    let (name, start) = name(line)?;
    let value = start..line.len();
    let pairs = || split(line, value.clone(), b';').into_iter();
    Some(match name.to_ascii_lowercase().as_slice() {
        b"cookie" => pairs().map(|pair| cookie_value(line, pair)).collect(),
        b"set-cookie" => pairs()
            .take(1)
            .map(|pair| cookie_value(line, pair))
            .collect(),
        // The scheme stands in front of what it needs.
        b"authorization" | b"proxy-authorization" => {
            let value = trim(line, value);
            vec![after(line, value.clone(), b' ').unwrap_or(value)]
        }
        name if names::is_secret(name.strip_prefix(b"x-").unwrap_or(name)) => {
            vec![trim(line, value)]
        }
        _ => return None,
    })
}

/// What a Transfer-Encoding line says of the body: the last coding counts (RFC 9112 6.3).
fn is_chunked(line: &[u8]) -> Option<bool> {
    let (name, start) = name(line)?;
    let last = line[start..].rsplit(|byte| *byte == b',').next()?;
    let is_coding = name.eq_ignore_ascii_case(b"transfer-encoding");
    is_coding.then(|| last.trim_ascii().eq_ignore_ascii_case(b"chunked"))
}

/// Where the secrets stand among the parameters of the URLs in a line.
pub(super) fn parameters(line: &[u8]) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut start = 0;
    for word in line.split(u8::is_ascii_whitespace) {
        let query = word.iter().position(|byte| matches!(byte, b'?' | b'#'));
        if let Some(query) = query {
            let end = start + word.len();
            secrets.extend(in_query(line, start + query + 1..end));
        }
        start += word.len() + 1;
    }
    secrets
}

/// The secrets of a query or fragment: what follows a secret's name, up to the next parameter. Some write
/// semicolons between parameters, and some a query in the fragment; but either may also be part of a value.
fn in_query(line: &[u8], query: Range<usize>) -> Vec<Range<usize>> {
    let mut start = query.start;
    let mut secrets = Vec::new();
    for pair in line[query].split(|byte| matches!(byte, b'&' | b'#')) {
        let mut at = start;
        for part in pair.split(|byte| matches!(byte, b';' | b'?')) {
            let equals = part.iter().position(|byte| *byte == b'=');
            if let Some(equals) = equals
                && names::is_secret(&decoded(&part[..equals]))
            {
                secrets.push(at + equals + 1..start + pair.len());
                break;
            }
            at += part.len() + 1;
        }
        start += pair.len() + 1;
    }
    secrets
}

/// A name without its percent-encoding (RFC 3986 2.1).
fn decoded(name: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(name.len());
    let mut at = 0;
    while let Some(byte) = name.get(at) {
        let digits = name.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    decoded
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
        for secret in secrets(head.as_bytes(), true).secrets {
            bytes[secret].fill(b'*');
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

    #[test]
    fn fields_of_other_names_and_empty_lines_in_front() {
        let head = "\r\n\r\nGET / HTTP/1.1\r\nX-Api-Key: k1\r\nX-Auth-Token: t1\r\nX-CSRF-Token:c1\r\n\
            Proxy-Authorization: Basic YTpi\r\nSec-WebSocket-Key: k\r\n\r\nX-Api-Key: k1";
        let expected = "\r\n\r\nGET / HTTP/1.1\r\nX-Api-Key: **\r\nX-Auth-Token: **\r\nX-CSRF-Token:**\r\n\
            Proxy-Authorization: Basic ****\r\nSec-WebSocket-Key: k\r\n\r\nX-Api-Key: k1";
        assert_eq!(starred(head), expected);
    }

    #[test]
    fn parameters_of_urls() {
        for (line, expected) in [
            (
                "GET /a?x=1&access_token=ab=c&y=2 HTTP/1.1",
                "GET /a?x=1&access_token=****&y=2 HTTP/1.1",
            ),
            ("GET /a?token HTTP/1.1", "GET /a?token HTTP/1.1"),
            (
                "GET /a?%74oken=ab;c?d HTTP/1.1",
                "GET /a?%74oken=****** HTTP/1.1",
            ),
            ("GET /token=ab HTTP/1.1", "GET /token=ab HTTP/1.1"),
            (
                "Referer: http://h/?a=1;sig=ab",
                "Referer: http://h/?a=1;sig=**",
            ),
            (
                "Location: /#id_token=a.b&s=1",
                "Location: /#id_token=***&s=1",
            ),
            ("Location: /#/r?code=ab#x", "Location: /#/r?code=**#x"),
        ] {
            assert_eq!(starred(line), expected);
        }
    }

    #[test]
    fn a_head_s_end_and_the_body_s_coding_are_told() {
        let found = secrets(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n0\r\n",
            true,
        );
        assert_eq!((found.end, found.is_chunked), (53, true));
    }
}
