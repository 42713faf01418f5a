//! An opening handshake worked out from both of its halves: what the Accept value is made of, and which of the
//! extensions that were offered are spoken (RFC 6455 4).

use serde::Serialize;

use super::{Seen, Viewer};
use crate::{
    capture::{Direction, Record},
    dissect::notes::Relation,
    wire::{
        field::hex,
        handshake::{self, GUID, Offer},
        http1::Head,
    },
};

/// `null` stands where something is not known, or not there.
#[derive(Debug, Serialize)]
pub struct HandshakeView {
    key: Option<String>,
    guid: &'static str,
    /// Key and GUID, their SHA-1, and that in base64: what the server has to send.
    concatenated: Option<String>,
    sha1: Option<String>,
    accept: Option<String>,
    /// What it did send.
    sent: Option<String>,
    agrees: Option<bool>,
    offered: Vec<String>,
    accepted: Vec<String>,
    /// The records of the two halves.
    request: Option<u64>,
    response: Option<u64>,
}

/// One half, and the number of its record.
struct Half {
    seq: u64,
    head: Head,
}

impl Viewer<'_> {
    /// The handshake that a record is one half of.
    pub(super) fn handshake(&self, record: &Record, seen: &Seen) -> Option<HandshakeView> {
        let head = seen.dissection.http.as_ref()?.head.clone();
        let seq = record.seq;
        let own = Some(Half { seq, head });
        let (request, response) = match record.direction {
            Direction::ToServer => (own, self.other_half(seen, Relation::Response)),
            Direction::ToClient => (self.other_half(seen, Relation::Request), own),
        };
        let connection = seen.connection.as_ref();
        let upgrade = connection.and_then(|connection| connection.upgrade.get());
        let offer = match (&request, &response) {
            (Some(request), _) => asks(&request.head).then(|| Offer::of(&request.head))?,
            // The request had to make room, but what it said is remembered with the connection.
            (None, Some(response)) if response.head.status() == Some(101) => upgrade?.offer.clone(),
            _ => return None,
        };
        Some(HandshakeView::new(
            offer,
            request.as_ref(),
            response.as_ref(),
        ))
    }

    /// The record that is linked so, as long as it is kept; of several the last, because interim responses
    /// come before it.
    fn other_half(&self, seen: &Seen, relation: Relation) -> Option<Half> {
        let mut links = seen.dissection.links.iter().rev();
        let seq = links.find(|link| link.relation == relation)?.seq;
        let (record, bytes) = self.store.get(seq)?;
        let head = self.dissect(&record, &bytes).dissection.http?.head;
        Some(Half { seq, head })
    }
}

/// Whether a request is an opening handshake, well made or not.
fn asks(request: &Head) -> bool {
    request.asks_for_websocket() || request.count("sec-websocket-key") > 0
}

impl HandshakeView {
    fn new(offer: Offer, request: Option<&Half>, response: Option<&Half>) -> Self {
        let key = Some(offer.key).filter(|key| !key.is_empty());
        let accept = key.as_deref().map(handshake::accept);
        let response_head = response.map(|response| &response.head);
        let sent = response_head.and_then(|head| head.header("sec-websocket-accept"));
        let chosen = response_head.map(|head| head.list("sec-websocket-extensions"));
        Self {
            guid: GUID,
            concatenated: key.as_ref().map(|key| format!("{key}{GUID}")),
            sha1: key.as_deref().map(|key| hex(&handshake::digest(key))),
            agrees: sent
                .zip(accept.as_deref())
                .map(|(sent, accept)| sent == accept),
            sent: sent.map(str::to_owned),
            accept,
            key,
            offered: items(&offer.extensions),
            accepted: items(&chosen.unwrap_or_default()),
            request: request.map(|request| request.seq),
            response: response.map(|response| response.seq),
        }
    }
}

fn items(list: &str) -> Vec<String> {
    handshake::items(list).map(str::to_owned).collect()
}
