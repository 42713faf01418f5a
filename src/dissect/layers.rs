//! How many of a record's bytes each layer takes: counted from where its parts stand, without a field made.
//!
//! What cannot be told apart counts as the application's data, which is what RFC 6455 5.6 calls a payload:
//! fragments of a message, bodies that were not kept whole, and text that is no packet.

use std::ops::AddAssign;

use crate::wire::{
    engineio::{
        packet::{Packet, PacketType},
        payload,
    },
    event_stream::{Line, LineKind},
    layer::Layer,
    socketio::packet::{Header, PacketType as SocketIoType},
};

/// Bytes by layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layers([u64; Layer::ALL.len()]);

impl Layers {
    /// So many bytes of one layer, and none of others.
    pub fn of(layer: Layer, bytes: u64) -> Self {
        let mut layers = Self::default();
        layers.add(layer, bytes);
        layers
    }

    /// Those that have bytes, from the outside in.
    pub fn iter(&self) -> impl Iterator<Item = (Layer, u64)> {
        let counts = Layer::ALL.into_iter().zip(self.0);
        counts.filter(|(_, bytes)| *bytes > 0)
    }

    /// The bytes of all layers.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    pub(super) fn add(&mut self, layer: Layer, bytes: u64) {
        self.0[layer as usize] += bytes;
    }

    /// The packets of a polling body, and what stands between them.
    pub(super) fn add_payload(&mut self, body: &[u8]) {
        for range in payload::split(body) {
            if range.start > 0 {
                self.add(Layer::EngineIo, 1);
            }
            let packet = &body[range];
            match std::str::from_utf8(packet) {
                Ok(_) if payload::is_binary(packet) => {
                    self.add(Layer::EngineIo, 1);
                    self.add(Layer::Application, packet.len() as u64 - 1);
                }
                Ok(text) => self.add_packet(text),
                Err(_) => self.add(Layer::Application, packet.len() as u64),
            }
        }
    }

    /// An Engine.IO packet of text.
    pub(super) fn add_packet(&mut self, text: &str) {
        let length = text.len() as u64;
        match Packet::parse(text) {
            Some(packet) if packet.kind == PacketType::Message => {
                self.add(Layer::EngineIo, 1);
                self.add_socketio(packet.data);
            }
            Some(_) => self.add(Layer::EngineIo, length),
            None => self.add(Layer::Application, length),
        }
    }

    fn add_socketio(&mut self, text: &str) {
        let Ok(header) = Header::parse(text) else {
            return self.add(Layer::Application, text.len() as u64);
        };
        let data = header.places.data;
        self.add(Layer::SocketIo, data.start as u64);
        self.add(of_data(header.kind), data.len() as u64);
    }

    /// The lines of an event stream.
    pub(super) fn add_lines(&mut self, lines: &[Line], stream: &[u8]) {
        for line in lines {
            let said = match is_said(line, stream) {
                true => line.value.len(),
                false => 0,
            };
            self.add(Layer::Application, said as u64);
            self.add(Layer::EventStream, (line.range.len() - said) as u64);
        }
    }
}

impl AddAssign for Layers {
    fn add_assign(&mut self, other: Self) {
        for (own, others) in self.0.iter_mut().zip(other.0) {
            *own += others;
        }
    }
}

/// Whom the data of a Socket.IO packet belongs to: an application speaks in events and acknowledgements.
pub(super) fn of_data(kind: SocketIoType) -> Layer {
    match kind {
        SocketIoType::Connect | SocketIoType::Disconnect | SocketIoType::ConnectError => {
            Layer::SocketIo
        }
        SocketIoType::Event
        | SocketIoType::Ack
        | SocketIoType::BinaryEvent
        | SocketIoType::BinaryAck => Layer::Application,
    }
}

/// Whether the value of a line of an event stream is the application's. What is left of a line that began
/// before most probably is.
pub(super) fn is_said(line: &Line, stream: &[u8]) -> bool {
    match line.kind {
        LineKind::Field => &stream[line.name.clone()] == b"data",
        LineKind::Rest => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(layers: Layers) -> Vec<(&'static str, u64)> {
        let layers = layers.iter();
        layers.map(|(layer, bytes)| (layer.name(), bytes)).collect()
    }

    #[test]
    fn a_packet_is_shared_out() {
        let (engineio, socketio, application) = ("engineio", "socketio", "application");
        for (packet, layers) in [
            ("2probe", &[(engineio, 6)][..]),
            (r#"0{"sid":"a"}"#, &[(engineio, 12)]),
            (
                r#"42["a"]"#,
                &[(engineio, 1), (socketio, 1), (application, 5)],
            ),
            (
                r#"451-/x,7["a",{}]"#,
                &[(engineio, 1), (socketio, 7), (application, 8)],
            ),
            (r#"40{"token":"a"}"#, &[(engineio, 1), (socketio, 14)]),
            ("4no packet", &[(engineio, 1), (application, 9)]),
            ("no packet", &[(application, 9)]),
            ("", &[]),
        ] {
            let mut found = Layers::default();
            found.add_packet(packet);
            assert_eq!(told(found), layers, "{packet}");
            assert_eq!(found.total(), packet.len() as u64);
        }
    }

    #[test]
    fn a_body_s_separators_and_marks_are_engine_io_s() {
        let mut found = Layers::default();
        found.add_payload(b"42[1]\x1ebAQ==\x1e2");
        let layers = [("engineio", 5), ("socketio", 1), ("application", 7)];
        assert_eq!(told(found), layers);
    }
}
