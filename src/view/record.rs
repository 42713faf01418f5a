//! One record in short, or the gap where records are missing.

use serde::Serialize;

use super::{ClosingView, LayersView, seconds};
use crate::{
    capture::{Connection, Layer, Owner, Record, Side, names},
    dissect::{Dissection, Http, notes::UpgradeStep},
    wire::{field::hex, http1::StartLine},
};

/// A record, or a gap.
#[derive(Debug, Default, Serialize)]
pub struct RecordView {
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'static str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<LayersView>,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tcp: Option<TcpView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<HttpView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    websocket: Option<WebSocketView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    engineio: Vec<EngineIoView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    socketio: Vec<SocketIoView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<ViolationView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chat: Vec<ChatView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upgrade: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closing: Option<ClosingView>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    context_lost: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incomplete: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<GapView>,
}

#[derive(Debug, Serialize)]
struct TcpView {
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
}

#[derive(Debug, Default, Serialize)]
struct HttpView {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Vec<(String, String)>>,
    body_length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<u32>,
}

#[derive(Debug, Serialize)]
struct WebSocketView {
    fin: bool,
    rsv: u8,
    opcode: u8,
    masked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    masking_key: Option<String>,
    payload_length: u64,
    length_bits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<CloseView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fragment: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    compressed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    inflated_length: Option<u64>,
}

#[derive(Debug, Serialize)]
struct CloseView {
    code: u16,
    reason: String,
}

#[derive(Debug, Serialize)]
struct EngineIoView {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    probe: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    binary: bool,
}

#[derive(Debug, Serialize)]
struct SocketIoView {
    #[serde(rename = "type")]
    kind: &'static str,
    namespace: String,
    id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<u32>,
}

#[derive(Debug, Serialize)]
struct ViolationView {
    rule: &'static str,
    section: &'static str,
    by: &'static str,
}

#[derive(Debug, Serialize)]
struct ChatView {
    id: u64,
    role: &'static str,
}

#[derive(Debug, Serialize)]
struct LinkView {
    relation: &'static str,
    seq: u64,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct GapView {
    records: u64,
}

impl RecordView {
    /// A record as one asker sees it.
    pub(super) fn new(
        record: &Record,
        dissection: Dissection,
        connection: Option<&Connection>,
        me: Option<Owner>,
    ) -> Self {
        let mut view = Self {
            seq: record.seq,
            at: Some(seconds(record.at)),
            connection: Some(record.connection),
            direction: Some(record.direction.name()),
            layer: Some(record.layer.name()),
            kind: record.kind.name(),
            length: Some(record.length),
            owner: record.owner.map(names::name),
            mine: Some(Owner::is_askers(record.owner, me)),
            truncated: Some(record.is_truncated()),
            incomplete: record.incomplete.then_some(true),
            tcp: tcp(record, connection),
            ..Self::default()
        };
        view.fill(record, dissection);
        view
    }

    /// Stands where records are missing.
    pub fn gap(seq: u64, records: u64) -> Self {
        let what = if records == 1 { "record" } else { "records" };
        Self {
            seq,
            kind: "gap",
            summary: format!("{records} {what} had to make room for newer ones"),
            gap: Some(GapView { records }),
            ..Self::default()
        }
    }

    fn fill(&mut self, record: &Record, dissection: Dissection) {
        self.layers = Some(LayersView(dissection.layers));
        self.summary = dissection.summary;
        self.text = dissection.text;
        self.http = http(record, dissection.http);
        self.websocket = dissection.websocket.map(|frame| WebSocketView {
            fin: frame.header.fin,
            rsv: frame.header.rsv,
            opcode: frame.header.opcode.bits(),
            masked: frame.header.masking_key.is_some(),
            masking_key: frame.header.masking_key.map(|key| hex(&key)),
            payload_length: frame.header.payload_length,
            length_bits: frame.header.length_bits,
            message: (record.message > 0).then_some(record.message),
            close: frame.close.map(|close| CloseView {
                code: close.code,
                reason: close.reason,
            }),
            fragment: frame.part.map(|part| part.index).filter(|index| *index > 0),
            compressed: frame.part.is_some_and(|part| part.is_compressed),
            inflated_length: frame.inflated_length,
        });
        let engineio = dissection.engineio.into_iter();
        self.engineio = engineio
            .map(|packet| EngineIoView {
                kind: packet.kind.name(),
                sid: packet.sid.as_deref().map(str::to_owned),
                probe: packet.is_probe,
                binary: packet.is_binary,
            })
            .collect();
        let socketio = dissection.socketio.into_iter();
        self.socketio = socketio
            .map(|packet| SocketIoView {
                kind: packet.kind.name(),
                namespace: packet.namespace.into_owned(),
                id: packet.id,
                event: packet.event,
                attachments: packet.attachments,
            })
            .collect();
        let violations = dissection.violations.into_iter();
        self.violations = violations
            .map(|violation| ViolationView {
                rule: violation.rule,
                section: violation.section,
                by: Side::that_broke(&violation, record.direction).name(),
            })
            .collect();
        let chat = dissection.chat.into_iter();
        self.chat = chat
            .map(|chat| ChatView {
                id: chat.id,
                role: chat.role.name(),
            })
            .collect();
        let links = dissection.links.into_iter();
        self.links = links
            .map(|link| LinkView {
                relation: link.relation.name(),
                seq: link.seq,
                seconds: seconds(link.apart),
            })
            .collect();
        self.sid = dissection.sid.as_deref().map(str::to_owned);
        self.upgrade = dissection.upgrade.map(UpgradeStep::name);
        self.closing = dissection.closing.as_ref().map(ClosingView::new);
        self.context_lost = dissection.is_context_lost;
    }
}

/// A head; of a response that lasts, the later parts have none.
fn http(record: &Record, http: Option<Box<Http>>) -> Option<HttpView> {
    let common = HttpView {
        exchange: (record.exchange > 0).then_some(record.exchange),
        part: record.part.map(|part| part.number),
        ..HttpView::default()
    };
    if record.later_part().is_some() {
        return Some(HttpView {
            body_length: record.length,
            ..common
        });
    }
    let http = http?;
    let (method, target, status, reason) = match http.head.start {
        StartLine::Request { method, target } => (Some(method), Some(target), None, None),
        StartLine::Response { status, reason } => (None, None, Some(status), Some(reason)),
    };
    let headers = http.head.headers.into_iter();
    Some(HttpView {
        method,
        target,
        status,
        reason,
        headers: Some(headers.map(|header| (header.name, header.value)).collect()),
        body_length: http.body_length,
        ..common
    })
}

fn tcp(record: &Record, connection: Option<&Connection>) -> Option<TcpView> {
    (record.layer == Layer::Tcp).then(|| TcpView {
        peer: connection.map(|connection| connection.peer.to_string()),
        end: record.end.map(|end| end.kind.name()),
        by: record.end.map(|end| end.by.name()),
    })
}
