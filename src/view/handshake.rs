//! An opening handshake worked out from both of its halves: what the Accept value is made of, and which of the
//! extensions that were offered are spoken (RFC 6455 4).

use serde::Serialize;

use super::Viewer;
use crate::{
    capture::{Direction, Record},
    dissect::{
        Context, Dissection, Http,
        notes::{Notes, Relation},
    },
    wire::{
        field::hex,
        handshake::{self, GUID, Offer},
        http1::{Head, StartLine},
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
#[derive(Debug, Clone, Copy)]
struct Half<'a> {
    seq: u64,
    head: &'a Head,
}

impl Viewer<'_> {
    /// The handshake that a record is one half of.
    pub(super) fn handshake(
        &self,
        record: &Record,
        dissection: &Dissection,
        context: Context,
    ) -> Option<HandshakeView> {
        let head = &dissection.http.as_ref()?.head;
        if !may_be_half(head, context.notes) {
            return None;
        }
        let seq = record.seq;
        let own = Some(Half { seq, head });
        let other = self.other_half(record, dissection);
        let other = other.as_ref().map(|(seq, http)| Half {
            seq: *seq,
            head: &http.head,
        });
        let (request, response) = match record.direction {
            Direction::ToServer => (own, other),
            Direction::ToClient => (other, own),
        };
        let upgrade = context
            .connection
            .and_then(|connection| connection.upgrade.get());
        let offer = match (request, response) {
            (Some(request), _) => {
                handshake::is_tried(request.head).then(|| Offer::of(request.head))?
            }
            // The request had to make room, but what it said is remembered with the connection.
            (None, Some(response)) if response.head.status() == Some(101) => upgrade?.offer.clone(),
            _ => return None,
        };
        Some(HandshakeView::new(offer, request, response))
    }

    /// The record that is linked so, as long as it is kept; of several the last, because interim responses
    /// come before it.
    fn other_half(&self, record: &Record, dissection: &Dissection) -> Option<(u64, Box<Http>)> {
        let relation = match record.direction {
            Direction::ToServer => Relation::Response,
            Direction::ToClient => Relation::Request,
        };
        let mut links = dissection.links.iter().rev();
        let seq = links.find(|link| link.relation == relation)?.seq;
        let (record, bytes) = self.store.get(seq)?;
        let http = self.dissect(&record, &bytes).dissection.http?;
        Some((seq, http))
    }
}

/// Tells most requests and responses from halves of a handshake, so that their others are not dissected in vain.
fn may_be_half(head: &Head, notes: Option<&Notes>) -> bool {
    let requested = notes.and_then(|notes| notes.request.as_ref());
    match head.start {
        StartLine::Request { .. } => handshake::is_tried(head),
        // What a response answers is not always noted.
        StartLine::Response { .. } => requested.is_none_or(|request| request.tries_handshake),
    }
}

impl HandshakeView {
    fn new(offer: Offer, request: Option<Half>, response: Option<Half>) -> Self {
        let key = Some(offer.key).filter(|key| !key.is_empty());
        let accept = key.as_deref().map(handshake::accept);
        let response_head = response.map(|response| response.head);
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
