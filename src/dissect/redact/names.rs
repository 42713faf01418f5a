//! Which names stand for secrets: the same for parameters of a URL, for field lines and for members of JSON.

/// Names as they are.
const NAMES: &[&str] = &[
    "auth",
    "authorization",
    "code",
    "credential",
    "credentials",
    "jwt",
    "key",
    "pass",
    "pwd",
    "session",
    "sessionid",
    "sig",
];

/// How names of secrets end: `access_token`, `X-API-Key`, `client_secret`.
const ENDINGS: &[&str] = &[
    "apikey",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "secretkey",
    "signature",
    "token",
];

/// Whether a name stands for a secret; case and what is neither letter nor digit do not matter.
pub(super) fn is_secret(name: &[u8]) -> bool {
    let name: Vec<u8> = name
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let is_name = NAMES.iter().any(|secret| secret.as_bytes() == name);
    is_name
        || ENDINGS
            .iter()
            .any(|ending| name.ends_with(ending.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_others() {
        for name in [
            "token",
            "access_token",
            "refreshToken",
            "X-API-Key",
            "x-auth-token",
            "X-CSRF-Token",
            "client_secret",
            "PASSWORD",
            "sig",
            "session",
        ] {
            assert!(is_secret(name.as_bytes()), "{name}");
        }
        for name in [
            "sid",
            "t",
            "EIO",
            "handle",
            "after",
            "serverOffset",
            "clientOffset",
            "Sec-WebSocket-Key",
            "keyword",
            "tokens_used",
        ] {
            assert!(!is_secret(name.as_bytes()), "{name}");
        }
    }
}
