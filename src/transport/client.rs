//! Who is at the other end of a request.

use std::{convert::Infallible, net::Ipv4Addr};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};

use crate::chat::Visitor;

/// Who asks, and over which connection; the server puts it into every request.
#[derive(Debug, Clone)]
pub struct Client {
    pub visitor: Visitor,
    /// The connection's number, as the inspector shows it.
    pub connection: u32,
}

impl Client {
    /// The client of a request; nobody in particular where the server put none.
    pub fn of(parts: &Parts) -> Self {
        Self::among(&parts.extensions)
    }

    /// The same, where there are no parts yet.
    pub fn among(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or(Self {
            visitor: Visitor {
                session: None,
                address: Ipv4Addr::UNSPECIFIED.into(),
            },
            connection: 0,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
