//! The body of a Close frame (RFC 6455 5.5.1, 7.4).

use crate::wire::violation::{self, Violation};

/// Status code and reason of a Close frame that has a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseBody {
    pub code: u16,
    /// The reason's bytes, as text where they are UTF-8.
    pub reason: String,
}

/// Reads an unmasked body; `None` when it has no code (empty, or the single byte that is a violation).
pub fn parse(body: &[u8]) -> Option<CloseBody> {
    let (code, reason) = body.split_first_chunk()?;
    Some(CloseBody {
        code: u16::from_be_bytes(*code),
        reason: String::from_utf8_lossy(reason).into_owned(),
    })
}

/// Whether an endpoint may send a code in a Close frame (RFC 6455 7.4.1, 7.4.2).
pub fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The rules that a whole unmasked body breaks.
pub fn violations(body: &[u8]) -> Vec<Violation> {
    let code = parse(body).map(|body| body.code);
    let reason = body.get(2..).unwrap_or_default();
    violation::broken([
        (violation::CLOSE_BODY_ONE_BYTE, body.len() == 1),
        (
            violation::CLOSE_CODE_FORBIDDEN,
            code.is_some_and(|code| !may_be_sent(code)),
        ),
        (
            violation::CLOSE_REASON_NOT_UTF8,
            std::str::from_utf8(reason).is_err(),
        ),
    ])
}

/// What a code stands for, in one sentence.
pub fn meaning(code: u16) -> &'static str {
    match code {
        0..=999 => "Not used: codes begin at 1000.",
        1000 => "Normal closure: the purpose of the connection is fulfilled.",
        1001 => "Going away: a server goes down, or a browser leaves the page.",
        1002 => "Protocol error: the other side broke RFC 6455.",
        1003 => "Unsupported data: a kind of message that this side cannot take.",
        1004 => "Reserved.",
        1005 => "No status received: an endpoint says so locally; it never stands on the wire.",
        1006 => "Abnormal closure: an endpoint says so locally; it never stands on the wire.",
        1007 => "Invalid payload: for example text that is not UTF-8.",
        1008 => "Policy violation.",
        1009 => "Message too big.",
        1010 => "A required extension was not negotiated.",
        1011 => "Internal error: something unexpected at the server.",
        1012 => "Service restart.",
        1013 => "Try again later.",
        1014 => "Bad gateway.",
        1015 => "TLS failure: an endpoint says so locally; it never stands on the wire.",
        1016..=2999 => "Reserved for the protocol and its extensions.",
        3000..=3999 => "Registered with IANA by a library or framework.",
        4000..=4999 => "Private use, by agreement between the two sides.",
        5000.. => "Outside the ranges that RFC 6455 defines.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"\x03"), None);
        let body = parse(b"\x03\xe9bye").unwrap();
        assert_eq!((body.code, body.reason.as_str()), (1001, "bye"));
    }

    #[test]
    fn codes_that_never_stand_on_the_wire() {
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, u16::MAX] {
            assert!(!may_be_sent(code), "{code}");
        }
        for code in [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999] {
            assert!(may_be_sent(code), "{code}");
        }
    }
}
