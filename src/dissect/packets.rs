//! Engine.IO and Socket.IO packets, in a polling body or in a WebSocket message.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::{Dissection, EngineIo, SocketIo, chat, layers, together};
use crate::wire::{
    engineio::{
        packet::{Packet, PacketType},
        payload,
    },
    field::{Field, Value},
    layer::Layer,
    socketio::packet::{Header, Packet as SocketIoPacket, Places},
    violation,
};

const ENGINE_IO: &str = "Engine.IO v4, Protocol";
const SOCKET_IO: &str = "Socket.IO v5, Packet encoding";

/// Reads one packet of text into the dissection, and gives its name.
pub(super) fn text(text: &str, into: &mut Dissection) -> String {
    let Some(packet) = Packet::parse(text) else {
        into.violations.push(violation::ENGINEIO_TYPE);
        return "no Engine.IO packet".to_owned();
    };
    if packet.kind == PacketType::Open && !packet.is_whole_open() {
        into.violations.push(violation::ENGINEIO_OPEN);
    }
    if into.sid.is_none() {
        into.sid = packet.sid().map(Arc::from);
    }
    into.engineio.push(EngineIo {
        kind: packet.kind,
        sid: into.sid.clone(),
        is_probe: packet.is_probe(),
        is_binary: false,
    });
    if packet.kind != PacketType::Message {
        let probe = if packet.is_probe() { " probe" } else { "" };
        return format!("Engine.IO {}{probe}", packet.kind.name());
    }
    match SocketIoPacket::parse(packet.data) {
        Ok(packet) => {
            let name = name(&packet);
            into.socketio.push(SocketIo {
                said: chat::in_packet(&packet),
                kind: packet.header.kind,
                namespace: namespace(packet.header.namespace),
                id: packet.header.id,
                event: packet.event,
                attachments: packet.header.attachments,
                packet: into.engineio.len() - 1,
            });
            name
        }
        Err(error) => {
            into.violations.push(violation::SOCKETIO_PACKET);
            format!("no Socket.IO packet: {error}")
        }
    }
}

/// The name of a namespace; nearly always it is the default one.
fn namespace(name: &str) -> Cow<'static, str> {
    match name {
        "/" => Cow::Borrowed("/"),
        name => Cow::Owned(name.to_owned()),
    }
}

/// Notes binary data, which Engine.IO carries as a message.
pub(super) fn binary(into: &mut Dissection) -> String {
    into.engineio.push(EngineIo {
        kind: PacketType::Message,
        sid: into.sid.clone(),
        is_probe: false,
        is_binary: true,
    });
    "binary attachment".to_owned()
}

/// Reads a polling body, and names its packets: equal neighbours once, with their number.
pub(super) fn payload(body: &[u8], into: &mut Dissection) -> String {
    together(payload::split(body).into_iter().map(|range| {
        let packet = &body[range];
        match std::str::from_utf8(packet) {
            _ if payload::is_binary(packet) => {
                if payload::binary(packet).is_none() {
                    into.violations.push(violation::ENGINEIO_BASE64);
                }
                binary(into)
            }
            Ok(packet) => text(packet, into),
            Err(_) => "text that is not UTF-8".to_owned(),
        }
    }))
}

fn name(packet: &SocketIoPacket) -> String {
    let mut name = String::with_capacity(40);
    name.push_str(packet.header.kind.name());
    if let Some(event) = &packet.event {
        name.extend([" ", event]);
    }
    if packet.header.namespace != "/" {
        name.extend([" in ", packet.header.namespace]);
    }
    if let Some(id) = packet.header.id {
        name.extend([" (ack id ", &id.to_string(), ")"]);
    }
    name
}

/// Fields of a polling body that begins at `start`.
pub(super) fn payload_fields(body: &[u8], start: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    for range in payload::split(body) {
        if range.start > 0 {
            let separator = start + range.start - 1..start + range.start;
            fields.push(
                Field::bytes("Record separator", separator, "1e")
                    .meaning("Stands between two packets of a polling body.")
                    .section(ENGINE_IO)
                    .layer(Layer::EngineIo),
            );
        }
        let packet = &body[range.clone()];
        let at = start + range.start;
        match std::str::from_utf8(packet) {
            _ if packet.is_empty() => {}
            Ok(_) if payload::is_binary(packet) => fields.push(binary_field(at..at + packet.len())),
            Ok(text) => fields.extend(text_fields(text, at)),
            Err(_) => fields.push(
                Field::bytes(
                    "Packet",
                    at..at + packet.len(),
                    Value::Length(packet.len() as u64),
                )
                .meaning("This is no UTF-8, so it is no packet.")
                .section(ENGINE_IO)
                .layer(Layer::Application),
            ),
        }
    }
    fields
}

/// A binary packet of a polling body.
fn binary_field(range: Range<usize>) -> Field {
    let content = range.start + 1..range.end;
    let mark = Field::bytes("Binary mark", range.start..content.start, Value::Text)
        .meaning("Stands where a packet of text has its type digit.")
        .section(ENGINE_IO)
        .layer(Layer::EngineIo);
    let value = Value::Length(content.len() as u64);
    let base64 = Field::bytes("Attachment in base64", content, value)
        .meaning("Four letters for each three bytes of the attachment.")
        .section(ENGINE_IO)
        .layer(Layer::Application);
    let mut children = vec![mark, base64];
    children.retain(|child| !child.bits.is_empty());
    let value = format!("{} bytes of base64", range.len() - 1);
    Field::bytes("Binary packet", range, value)
        .meaning("Polling cannot carry bytes beside text: the letter b, then the bytes in base64.")
        .section(ENGINE_IO)
        .children(children)
}

/// Fields of a packet of text that begins at `start`.
pub(super) fn text_fields(text: &str, start: usize) -> Vec<Field> {
    let Some(packet) = Packet::parse(text) else {
        return match text {
            "" => Vec::new(),
            _ => vec![data(
                start..start + text.len(),
                "This is no Engine.IO packet.",
                ENGINE_IO,
                Layer::Application,
            )],
        };
    };
    let kind = Field::bytes(
        "Engine.IO packet type",
        start..start + 1,
        Value::Named(digit(text), packet.kind.name()),
    )
    .meaning(packet.kind.meaning())
    .section(ENGINE_IO)
    .layer(Layer::EngineIo);
    let mut fields = Vec::with_capacity(MAX_FIELDS);
    fields.push(kind);
    if packet.kind == PacketType::Message {
        socketio_fields(packet.data, start + 1, &mut fields);
    } else if !packet.data.is_empty() {
        fields.push(data(
            start + 1..start + text.len(),
            "What the packet carries.",
            ENGINE_IO,
            Layer::EngineIo,
        ));
    }
    fields
}

/// Fields of a packet that has every part.
const MAX_FIELDS: usize = 6;

/// The digit that a packet begins with.
fn digit(text: &str) -> u64 {
    u64::from(text.as_bytes()[0].wrapping_sub(b'0'))
}

/// The parts of a packet, whether or not its JSON fits.
fn socketio_fields(text: &str, start: usize, into: &mut Vec<Field>) {
    let range = |range: &Range<usize>| start + range.start..start + range.end;
    let packet = match Header::parse(text) {
        Ok(packet) => packet,
        Err(_) if text.is_empty() => return,
        Err(error) => {
            let whole = start..start + text.len();
            let layer = Layer::Application;
            return into.push(data(whole, error.to_string(), SOCKET_IO, layer));
        }
    };
    let Places {
        attachments,
        namespace,
        id,
        data: json,
    } = &packet.places;
    let name = Value::Named(digit(text), packet.kind.name());
    let kind = Field::bytes("Socket.IO packet type", start..start + 1, name);
    into.push(
        kind.meaning(packet.kind.meaning())
            .section(SOCKET_IO)
            .layer(Layer::SocketIo),
    );
    let parts = [
        (
            "Attachments",
            attachments,
            Layer::SocketIo,
            "How many binary messages follow, and a hyphen.",
        ),
        (
            "Namespace",
            namespace,
            Layer::SocketIo,
            "Which namespace the packet belongs to; `/` when there is none.",
        ),
        (
            "Acknowledgement id",
            id,
            Layer::SocketIo,
            "Asks for an acknowledgement that carries the same number, or is that number.",
        ),
        (
            "Data",
            json,
            layers::of_data(packet.kind),
            "The arguments, as JSON: for an event, its name comes first.",
        ),
    ];
    for (name, place, layer, meaning) in parts {
        if !place.is_empty() {
            let part = Field::bytes(name, range(place), Value::Text);
            into.push(part.meaning(meaning).section(SOCKET_IO).layer(layer));
        }
    }
}

fn data(
    range: Range<usize>,
    meaning: impl Into<Cow<'static, str>>,
    section: &'static str,
    layer: Layer,
) -> Field {
    Field::bytes("Data", range, Value::Text)
        .meaning(meaning)
        .section(section)
        .layer(layer)
}
