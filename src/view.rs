//! Records, connections and the capture as JSON: the shapes of docs/api.md.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    capture::{
        Connection, Counters, Direction, Item, Layer, Owner, Protocol, Record, Side, Store, names,
    },
    dissect::{
        self, Anatomy, Dissection, Http,
        notes::{Closing, UpgradeStep},
        reader::Reader,
        redact,
    },
    filter::{self, Filter, FilterError},
    time,
    wire::{
        field::{Buffer, Field, hex},
        http1::StartLine,
    },
};

/// Seconds, from nanoseconds.
pub fn seconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1_000) as f64 / 1e6
}

/// State of the capture.
#[derive(Debug, Serialize)]
pub struct CaptureView {
    started: String,
    oldest: u64,
    newest: u64,
    lost: LostView,
    memory: MemoryView,
}

#[derive(Debug, Serialize)]
struct LostView {
    records: u64,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct MemoryView {
    used: usize,
    limit: usize,
}

impl CaptureView {
    /// The capture as it stands.
    pub fn new(store: &Store) -> Self {
        let status = store.status();
        Self {
            started: time::rfc3339(store.started_at),
            oldest: status.oldest,
            newest: status.newest,
            lost: LostView {
                records: status.lost_records,
                bytes: status.lost_bytes,
            },
            memory: MemoryView {
                used: status.memory_used,
                limit: status.memory_limit,
            },
        }
    }
}

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
struct ClosingView {
    #[serde(skip_serializing_if = "Option::is_none")]
    began: Option<&'static str>,
    answered: bool,
    clean: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    meaning: String,
}

#[derive(Debug, Serialize)]
struct GapView {
    records: u64,
}

/// Looks records up and shows them to one asker.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub store: &'a Store,
    pub reader: &'a Reader,
    pub me: Option<Owner>,
}

/// A record's meaning, and its connection while that is remembered.
#[derive(Debug)]
struct Seen {
    dissection: Dissection,
    connection: Option<Arc<Connection>>,
}

impl Viewer<'_> {
    /// A record in short.
    pub fn record(&self, record: &Record, bytes: &[u8]) -> RecordView {
        self.show(record, self.dissect(record, bytes))
    }

    /// A record in short, if it passes.
    pub fn record_that_passes(
        &self,
        filter: &Filter,
        record: &Record,
        bytes: &[u8],
    ) -> Option<RecordView> {
        let seen = self.dissect(record, bytes);
        let passes = filter.passes(record, &seen.dissection, self.me);
        passes.then(|| self.show(record, seen))
    }

    /// The number of an item that is a record and passes.
    pub fn seq_that_passes(&self, filter: &Filter, item: &Item) -> Option<u64> {
        let Item::Record(record, bytes) = item else {
            return None;
        };
        let dissection = self.dissect(record, bytes).dissection;
        filter
            .passes(record, &dissection, self.me)
            .then_some(record.seq)
    }

    /// The one dissection from which both filter and view are served.
    fn dissect(&self, record: &Record, bytes: &[u8]) -> Seen {
        let connection = self.store.connection(record.connection);
        let context = self.reader.context(record, connection.as_deref());
        Seen {
            dissection: dissect::dissect(record, bytes, context),
            connection,
        }
    }

    fn show(&self, record: &Record, seen: Seen) -> RecordView {
        let mut view = RecordView {
            seq: record.seq,
            at: Some(seconds(record.at)),
            connection: Some(record.connection),
            direction: Some(record.direction.name()),
            layer: Some(record.layer.name()),
            kind: record.kind.name(),
            length: Some(record.length),
            owner: record.owner.map(names::name),
            mine: Some(Owner::is_askers(record.owner, self.me)),
            truncated: Some(record.is_truncated()),
            incomplete: record.incomplete.then_some(true),
            tcp: tcp(record, seen.connection.as_deref()),
            ..RecordView::default()
        };
        view.fill(record, seen.dissection);
        view
    }

    /// A record with its fields and bytes.
    pub fn whole(&self, record: &Record, bytes: &[u8]) -> Value {
        let anatomy = self.anatomy(record, bytes);
        let mut view = self.with_bytes_of(&anatomy, record, bytes);
        view["fields"] = fields(&anatomy.fields, &anatomy).into();
        view
    }

    /// A record with its bytes.
    pub fn with_bytes(&self, record: &Record, bytes: &[u8]) -> Value {
        self.with_bytes_of(&self.anatomy(record, bytes), record, bytes)
    }

    fn anatomy<'a>(&self, record: &Record, bytes: &'a [u8]) -> Anatomy<'a> {
        let connection = self.store.connection(record.connection);
        let context = self.reader.context(record, connection.as_deref());
        dissect::anatomy(record, bytes, context)
    }

    fn with_bytes_of(&self, anatomy: &Anatomy, record: &Record, bytes: &[u8]) -> Value {
        let view = serde_json::to_value(self.record(record, bytes));
        let mut view = view.unwrap_or_default();
        let mut buffers = Map::new();
        buffers.insert(Buffer::Wire.name().into(), hex(&anatomy.wire).into());
        let others = [
            (Buffer::Unmasked, &anatomy.unmasked),
            (Buffer::Inflated, &anatomy.inflated),
            (Buffer::Message, &anatomy.message),
        ];
        for (buffer, bytes) in others {
            if let Some(bytes) = bytes {
                buffers.insert(buffer.name().into(), hex(bytes).into());
            }
        }
        let redacted = anatomy.redacted.iter();
        let redacted = redacted.map(|range| Value::from([range.start, range.end].to_vec()));
        view["bytes"] = Value::Object(buffers);
        view["redacted"] = redacted.collect();
        view
    }

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

impl RecordView {
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
        self.closing = dissection.closing.as_ref().map(closing);
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

fn closing(closing: &Closing) -> ClosingView {
    let began = closing.first.map(|(closer, _)| closer.name());
    ClosingView {
        began,
        answered: closing.answer.is_some(),
        clean: closing.is_clean(),
        code: closing.first.and_then(|(_, code)| code),
        meaning: closing.meaning(),
    }
}

fn tcp(record: &Record, connection: Option<&Connection>) -> Option<TcpView> {
    (record.layer == Layer::Tcp).then(|| TcpView {
        peer: connection.map(|connection| connection.peer.to_string()),
        end: record.end.map(|end| end.kind.name()),
        by: record.end.map(|end| end.by.name()),
    })
}

#[derive(Debug, Serialize)]
struct FieldView<'a> {
    name: &'a str,
    bits: [u64; 2],
    buffer: &'static str,
    value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    meaning: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Value>,
}

fn field(field: &Field, anatomy: &Anatomy) -> Value {
    let view = FieldView {
        name: &field.name,
        bits: [field.bits.start, field.bits.end],
        buffer: field.buffer.name(),
        value: &field.value(anatomy.buffer(field.buffer)),
        meaning: &field.meaning,
        section: field.section,
        children: fields(&field.children, anatomy),
    };
    serde_json::to_value(view).unwrap_or_default()
}

fn fields(fields: &[Field], anatomy: &Anatomy) -> Vec<Value> {
    fields
        .iter()
        .map(|field| self::field(field, anatomy))
        .collect()
}

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

/// What is wrong with a filter, and where.
pub fn error(error: &FilterError) -> Value {
    json!({ "error": error.message, "at": [error.at.start, error.at.end] })
}

/// A field of the filter language, for completion.
pub fn filter_field(field: &filter::field::Field) -> Value {
    let mut view = json!({
        "name": field.name,
        "type": field.kind.name(),
        "description": field.description,
        "operators": field.kind.operators(),
    });
    let words = field.kind.words().iter().map(|word| word.name);
    if words.len() > 0 {
        view["values"] = words.collect();
    }
    view
}
