//! A connection with its totals.

use std::sync::atomic::Ordering::Relaxed;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Viewer, seconds};
use crate::{
    capture::{Connection, Counters, Direction, Owner, Protocol, names},
    dissect::redact,
};

/// A connection with its totals.
#[derive(Debug, Serialize, PartialEq)]
pub struct ConnectionView {
    id: u32,
    peer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'static str>,
    mine: bool,
    opened: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    protocol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engineio: Option<bool>,
    to_server: Value,
    to_client: Value,
    inspector_bytes: u64,
}

fn totals(counters: &Counters, messages: &str) -> Value {
    let frames: Map<String, Value> = counters
        .frames()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| (kind.to_owned(), count.into()))
        .collect();
    let mut totals = Map::new();
    totals.insert("bytes".into(), counters.bytes.load(Relaxed).into());
    totals.insert(messages.into(), counters.messages.load(Relaxed).into());
    totals.insert("frames".into(), Value::Object(frames));
    Value::Object(totals)
}

impl Viewer<'_> {
    /// A connection with its totals.
    pub fn connection(&self, connection: &Connection) -> ConnectionView {
        let owner = connection.owner.get().copied();
        let closed = connection.closed.get();
        let upgrade = connection.upgrade.get();
        ConnectionView {
            id: connection.id,
            peer: connection.peer.to_string(),
            owner: owner.map(names::name),
            mine: Owner::is_askers(owner, self.me),
            opened: seconds(connection.opened),
            closed: closed.map(|(at, _)| seconds(*at)),
            end: closed.map(|(_, end)| end.kind.name()),
            by: closed.map(|(_, end)| end.by.name()),
            protocol: if upgrade.is_some() {
                "websocket"
            } else {
                "http"
            },
            target: upgrade.map(|upgrade| redact::target(&upgrade.target).into_owned()),
            engineio: upgrade.map(|upgrade| upgrade.protocol == Protocol::EngineIo),
            to_server: totals(connection.counters(Direction::ToServer), "requests"),
            to_client: totals(connection.counters(Direction::ToClient), "responses"),
            inspector_bytes: connection.inspector_bytes.load(Relaxed),
        }
    }
}
