//! Connections with their totals: what the tap counted, and what the reader made of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use serde::Serialize;

use super::{ClosingView, LayersView, Viewer, seconds, story::story};
use crate::{
    capture::{Connection, Counters, Direction, Owner, Protocol, Store, names},
    dissect::{
        reader::{Tally, Times, Way},
        redact,
    },
    filter::Filter,
};

/// Connections that are shown before others may work.
pub const CONNECTIONS: usize = 200;

/// The connections that are remembered.
#[derive(Debug, Serialize)]
pub struct ConnectionsView {
    /// Seconds since the capture began.
    now: f64,
    connections: Vec<ConnectionView>,
    forgotten: u64,
    inspector_bytes: u64,
}

/// A connection with its totals.
#[derive(Debug, Serialize)]
pub struct ConnectionView {
    id: u32,
    peer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'static str>,
    mine: bool,
    opened: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<f64>,
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
    story: String,
    to_server: WayView,
    to_client: WayView,
    exchanges: ExchangesView,
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trips: Option<RoundTripsView>,
    sids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upgraded_after: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closing: Option<ClosingView>,
    inspector_bytes: u64,
}

/// What went one way.
#[derive(Debug, Serialize)]
struct WayView {
    bytes: u64,
    /// Those to the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<u64>,
    /// Those to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    responses: Option<u64>,
    /// By their kinds, of those that there were.
    frames: BTreeMap<&'static str, u64>,
    layers: LayersView,
    unread: u64,
    messages: u64,
    chat: u64,
}

/// From requests to their responses.
#[derive(Debug, Serialize)]
struct ExchangesView {
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longest: Option<f64>,
}

/// From the server's Pings to their Pongs.
#[derive(Debug, Serialize)]
struct RoundTripsView {
    count: u64,
    newest: f64,
    least: f64,
    greatest: f64,
    mean: f64,
}

impl ConnectionsView {
    /// What was made of the connections that the store remembers, which has forgotten so many others.
    pub fn new(store: &Store, connections: Vec<ConnectionView>, forgotten: u64) -> Self {
        Self {
            now: seconds(store.at(Instant::now())),
            connections,
            forgotten,
            inspector_bytes: store.inspector_bytes.load(Relaxed),
        }
    }
}

impl Viewer<'_> {
    /// Those of some connections that may pass, as they stand now.
    pub fn connections(
        &self,
        connections: &[Arc<Connection>],
        filter: &Filter,
    ) -> Vec<ConnectionView> {
        let shown = shown_connections(connections, filter, self.me);
        shown.map(|shown| self.connection(shown)).collect()
    }

    fn connection(&self, connection: &Connection) -> ConnectionView {
        let nothing = Tally::default();
        let tally = self.reader.tally(connection.id).unwrap_or(&nothing);
        let owner = connection.owner.get().copied();
        let closed = connection.closed.get();
        let upgrade = connection.upgrade.get();
        ConnectionView {
            id: connection.id,
            peer: connection.peer.to_string(),
            owner: owner.map(names::name),
            mine: Owner::is_askers(owner, self.me),
            opened: seconds(connection.opened),
            last: tally.last.map(seconds),
            closed: closed.map(|(at, _)| seconds(*at)),
            end: closed.map(|(_, end)| end.kind.name()),
            by: closed.map(|(_, end)| end.by.name()),
            protocol: match upgrade {
                Some(_) => "websocket",
                None => "http",
            },
            target: upgrade.map(|upgrade| redact::target(&upgrade.target).into_owned()),
            engineio: upgrade.map(|upgrade| upgrade.protocol == Protocol::EngineIo),
            story: story(connection, tally),
            to_server: way(connection, tally, Direction::ToServer),
            to_client: way(connection, tally, Direction::ToClient),
            exchanges: exchanges(&tally.exchanges),
            round_trips: round_trips(&tally.round_trips),
            sids: tally.sids.iter().map(ToString::to_string).collect(),
            upgraded_after: tally.upgraded_after.map(seconds),
            closing: tally.closing.as_ref().map(ClosingView::new),
            inspector_bytes: connection.inspector_bytes.load(Relaxed),
        }
    }
}

/// Those of some connections that may pass, have a record, and are not the inspector's own.
pub fn shown_connections<'a>(
    connections: &'a [Arc<Connection>],
    filter: &Filter,
    me: Option<Owner>,
) -> impl Iterator<Item = &'a Connection> {
    let connections = connections.iter().map(|connection| &**connection);
    connections.filter(move |connection| {
        !connection.is_inspectors()
            && !connection.is_untold()
            && filter.may_pass_connection(connection, me)
    })
}

/// Bytes that were counted and not read.
pub(super) fn unread(counters: &Counters, way: &Way) -> u64 {
    // A record is counted before it can be read.
    let bytes = counters.bytes.load(Relaxed);
    bytes.saturating_sub(way.layers.total())
}

fn way(connection: &Connection, tally: &Tally, direction: Direction) -> WayView {
    let counters = connection.counters(direction);
    let way = &tally.ways[direction];
    let unread = unread(counters, way);
    let heads = counters.messages.load(Relaxed);
    WayView {
        bytes: way.layers.total() + unread,
        requests: (direction == Direction::ToServer).then_some(heads),
        responses: (direction == Direction::ToClient).then_some(heads),
        frames: counters.frames().filter(|(_, count)| *count > 0).collect(),
        layers: LayersView(way.layers),
        unread,
        messages: way.messages,
        chat: way.chat,
    }
}

fn exchanges(times: &Times) -> ExchangesView {
    let mean = times.mean().map(seconds);
    ExchangesView {
        count: times.count,
        mean,
        longest: mean.map(|_| seconds(times.greatest)),
    }
}

fn round_trips(times: &Times) -> Option<RoundTripsView> {
    Some(RoundTripsView {
        mean: seconds(times.mean()?),
        count: times.count,
        newest: seconds(times.newest),
        least: seconds(times.least),
        greatest: seconds(times.greatest),
    })
}
