//! The cookie that says which browser an exchange belongs to.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::tap::framing::COOKIE;

/// The session cookie of a request.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == COOKIE && !value.is_empty()).then_some(value)
        })
}

/// A `Set-Cookie` value for a browser that has none yet.
pub fn fresh() -> Option<HeaderValue> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).ok()?;
    let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax")).ok()
}
