//! Secrets in Socket.IO's CONNECT: what a client says of itself in `auth`.

use std::ops::Range;

use super::{CONNECT, lines, names};

/// Where the secrets of a packet's text stand, if it is a CONNECT.
pub(super) fn secrets(packet: &[u8]) -> Vec<Range<usize>> {
    let Some(rest) = packet.strip_prefix(CONNECT) else {
        return Vec::new();
    };
    let start = CONNECT.len();
    // A namespace may have a query of its own.
    let json = rest
        .iter()
        .position(|byte| *byte == b'{')
        .unwrap_or(rest.len());
    let mut secrets = lines::parameters(&rest[..json]);
    // The comma that ends a namespace ends its last parameter.
    if let Some(last) = secrets.last_mut()
        && rest[last.clone()].ends_with(b",")
    {
        last.end -= 1;
    }
    secrets.extend(
        members(&rest[json..])
            .into_iter()
            .map(|secret| json + secret.start..json + secret.end),
    );
    let shifted = secrets.into_iter().filter(|secret| !secret.is_empty());
    shifted
        .map(|secret| start + secret.start..start + secret.end)
        .collect()
}

/// Where texts stand in JSON under a name that stands for a secret, at any depth. JSON that is broken or cut
/// short is gone through as far as it goes.
fn members(json: &[u8]) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let (mut at, mut depth) = (0_usize, 0_usize);
    // The next value has a secret's name; and how deep a secret's own object or array is.
    let (mut is_next, mut inside) = (false, None);
    while let Some(byte) = json.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let text = at..text_end(json, at);
                at = (text.end + 1).min(json.len());
                if json[at..].trim_ascii_start().starts_with(b":") {
                    is_next = is_secret(&json[text]);
                } else if std::mem::take(&mut is_next) || inside.is_some() {
                    secrets.push(text);
                }
            }
            b'{' | b'[' => {
                depth += 1;
                if std::mem::take(&mut is_next) {
                    inside.get_or_insert(depth);
                }
            }
            b'}' | b']' => {
                inside = inside.filter(|inside| *inside != depth);
                depth = depth.saturating_sub(1);
                is_next = false;
            }
            b',' => is_next = false,
            _ => {}
        }
    }
    secrets
}

/// Where a text ends: before its quotation mark.
fn text_end(json: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

/// A name may be written with escapes.
fn is_secret(name: &[u8]) -> bool {
    if !name.contains(&b'\\') {
        return names::is_secret(name);
    }
    let quoted = [b"\"", name, b"\""].concat();
    let plain: Option<String> = serde_json::from_slice(&quoted).ok();
    plain.is_none_or(|plain| names::is_secret(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starred(packet: &str) -> String {
        let mut bytes = packet.as_bytes().to_vec();
        for secret in secrets(packet.as_bytes()) {
            bytes[secret].fill(b'*');
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn members_of_auth_with_secrets_names_are_starred() {
        for (packet, expected) in [
            (
                r#"40{"token":"abc","a":"b"}"#,
                r#"40{"token":"***","a":"b"}"#,
            ),
            (
                r#"40/admin,{ "apiKey" : "a\"b" }"#,
                r#"40/admin,{ "apiKey" : "****" }"#,
            ),
            (
                r#"40/x?token=ab&y=1,{"user":{"name":"n","password":"é"}}"#,
                r#"40/x?token=**&y=1,{"user":{"name":"n","password":"**"}}"#,
            ),
            ("40/x?y=1&sig=ab,{}", "40/x?y=1&sig=**,{}"),
            (r#"40{"tok\u0065n":"abc"}"#, r#"40{"tok\u0065n":"***"}"#),
            (
                r#"40{"auth":{"a":"b","c":["d",1]},"e":"f"}"#,
                r#"40{"auth":{"a":"*","c":["*",1]},"e":"f"}"#,
            ),
            (r#"40{"token":null,"a":"b"}"#, r#"40{"token":null,"a":"b"}"#),
            // Cut short, and broken.
            (r#"40{"token":"ab"#, r#"40{"token":"**"#),
            (r#"40{"a":1,"token":"ab\"#, r#"40{"a":1,"token":"***"#),
            (r#"40{]}"secret": "x"#, r#"40{]}"secret": "*"#),
            // No CONNECT.
            (
                r#"42["login",{"token":"abc"}]"#,
                r#"42["login",{"token":"abc"}]"#,
            ),
            ("40", "40"),
            ("", ""),
        ] {
            assert_eq!(starred(packet), expected);
        }
    }
}
