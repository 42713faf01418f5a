//! One Engine.IO session: its packets travel in polling bodies and on a WebSocket.

use std::collections::VecDeque;

use super::{Finding, Seen, conversation::remember, sendings::Place};
use crate::{
    capture::{Both, Direction, Kind, Record},
    dissect::{
        Dissection, EngineIo, SocketIo,
        chat::Said,
        fingerprint,
        notes::{Notes, Relation, UpgradeStep},
    },
    wire::{
        engineio::packet::PacketType,
        http1::{self, Head},
        socketio::packet::PacketType as SocketIoType,
        violation,
    },
};

/// What is remembered of a session.
#[derive(Debug)]
pub struct Session {
    /// The heartbeat's ping that waits for its pong.
    ping: Option<Seen>,
    /// When its first request came.
    began: Option<u64>,
    /// The upgrade's last step.
    step: Option<(UpgradeStep, Seen)>,
    halves: Both<Half>,
}

/// One direction.
#[derive(Debug)]
struct Half {
    /// Events that wait for their acknowledgement.
    events: VecDeque<Event>,
    attachments: Attachments,
}

#[derive(Debug)]
struct Event {
    place: Place,
    /// Tells its namespace from others; the name itself has any length.
    namespace: u64,
    id: u64,
}

/// Which binary messages are to come.
#[derive(Debug)]
enum Attachments {
    None,
    Awaited {
        packet: Seen,
        left: u32,
    },
    /// Packets are missing.
    Unknown,
}

impl Session {
    /// A session that is known from its beginning, or not.
    pub fn new(is_whole: bool) -> Self {
        let half = || Half {
            events: VecDeque::new(),
            attachments: match is_whole {
                true => Attachments::None,
                false => Attachments::Unknown,
            },
        };
        Self {
            ping: None,
            began: None,
            step: None,
            halves: Both {
                to_server: half(),
                to_client: half(),
            },
        }
    }

    /// Records are missing here, perhaps of this session.
    pub fn lose(&mut self) {
        self.ping = None;
        self.step = None;
        for half in self.halves.iter_mut() {
            half.attachments = Attachments::Unknown;
        }
    }

    /// Follows the packets of one record.
    pub fn follow(
        &mut self,
        record: &Record,
        dissection: &Dissection,
        notes: &Notes,
        findings: &mut Vec<Finding>,
    ) {
        self.begin(dissection, findings);
        self.upgrade(record, dissection, notes, findings);
        // Both lists are in the order of the bytes: a body may have more packets than a search for each allows.
        let mut carried = dissection.socketio.iter().peekable();
        for (index, packet) in dissection.engineio.iter().enumerate() {
            self.heartbeat(record, packet, findings);
            let socketio = carried.next_if(|socketio| socketio.packet == index);
            if packet.kind == PacketType::Message {
                self.halves[record.direction].attach(record, packet, socketio, findings);
            }
            if let Some(socketio) = socketio {
                self.acknowledge(record, socketio, findings);
                number(record, socketio, findings);
            }
        }
    }

    /// The response that opens the session answers its first request.
    fn begin(&mut self, dissection: &Dissection, findings: &[Finding]) {
        let first = dissection.engineio.first();
        if first.is_none_or(|packet| packet.kind != PacketType::Open) {
            return;
        }
        let request = findings.iter().find_map(|finding| match finding {
            Finding::Pair {
                earlier,
                earlier_is: Relation::Request,
                ..
            } => Some(earlier.at),
            _ => None,
        });
        self.began = self.began.or(request);
    }

    /// Finds the record's place on the way from polling to WebSocket. Polls may go on meanwhile.
    fn upgrade(
        &mut self,
        record: &Record,
        dissection: &Dissection,
        notes: &Notes,
        findings: &mut Vec<Finding>,
    ) {
        let packet = dissection.engineio.first();
        let kind = packet.map(|packet| packet.kind);
        let is_probe = packet.is_some_and(|packet| packet.is_probe);
        let is_poll = notes
            .request
            .as_ref()
            .is_some_and(|request| request.method == "GET");
        let is_under_way = match self.step {
            None | Some((UpgradeStep::Upgraded, _)) => false,
            // The client pauses polling once the probe is answered: then the poll that is left may bring data.
            Some((UpgradeStep::ProbeAnswer, _)) => true,
            Some(_) => kind == Some(PacketType::Noop),
        };
        let head = dissection.http.as_ref().map(|http| &http.head);
        let asks_for_websocket = || {
            let request = head.and_then(Head::request);
            request.is_some_and(|(_, target)| {
                http1::query_parameter(target, "transport") == Some("websocket")
            })
        };
        let step = match (record.kind, head.and_then(Head::status), kind) {
            (Kind::Request, ..) if asks_for_websocket() => UpgradeStep::Handshake,
            (Kind::Response, Some(101), _) => UpgradeStep::Switched,
            (Kind::Response, Some(200), _) if is_poll && is_under_way => UpgradeStep::PollEnded,
            (Kind::Frame, _, Some(PacketType::Ping)) if is_probe => UpgradeStep::Probe,
            (Kind::Frame, _, Some(PacketType::Pong)) if is_probe => UpgradeStep::ProbeAnswer,
            (Kind::Frame, _, Some(PacketType::Upgrade)) => UpgradeStep::Upgraded,
            _ => return,
        };
        let took = self.began.map(|began| record.at.saturating_sub(began));
        findings.push(Finding::Upgrade { step, took });
        if let Some((_, earlier)) = self.step.replace((step, Seen::new(record))) {
            findings.push(Finding::Pair {
                earlier,
                earlier_is: Relation::UpgradeBefore,
                this_is: Relation::UpgradeAfter,
            });
        }
    }

    /// The server pings and the client answers; a probe is no heartbeat. Some packets go one way only.
    fn heartbeat(&mut self, record: &Record, packet: &EngineIo, findings: &mut Vec<Finding>) {
        match (packet.kind, record.direction) {
            _ if packet.is_probe => {}
            (PacketType::Ping, Direction::ToClient) => self.ping = Some(Seen::new(record)),
            (PacketType::Pong, Direction::ToServer) => {
                findings.extend(self.ping.take().map(|earlier| Finding::Pair {
                    earlier,
                    earlier_is: Relation::Ping,
                    this_is: Relation::Pong,
                }));
            }
            (PacketType::Ping | PacketType::Pong, _) => {
                findings.push(Finding::Violation(violation::ENGINEIO_HEARTBEAT));
            }
            (PacketType::Open | PacketType::Noop, Direction::ToServer)
            | (PacketType::Upgrade, Direction::ToClient) => {
                findings.push(Finding::Violation(violation::ENGINEIO_DIRECTION));
            }
            _ => {}
        }
    }

    /// Pairs an acknowledgement with the event of the other direction that had its id.
    fn acknowledge(&mut self, record: &Record, packet: &SocketIo, findings: &mut Vec<Finding>) {
        let namespace = fingerprint(&packet.namespace);
        match (packet.kind, packet.id) {
            // Whoever joins again counts its events anew.
            (SocketIoType::Disconnect, _) => {
                for half in self.halves.iter_mut() {
                    half.events.retain(|event| event.namespace != namespace);
                }
            }
            (SocketIoType::Event | SocketIoType::BinaryEvent, Some(id)) => {
                let event = Event {
                    place: place(record, packet),
                    namespace,
                    id,
                };
                remember(&mut self.halves[record.direction].events, event);
            }
            (SocketIoType::Ack | SocketIoType::BinaryAck, Some(id)) => {
                let events = &mut self.halves[record.direction.other()].events;
                let is_meant = |event: &Event| event.id == id && event.namespace == namespace;
                let index = events.iter().position(is_meant);
                let Some(event) = index.and_then(|index| events.remove(index)) else {
                    return;
                };
                findings.push(Finding::Pair {
                    earlier: event.place.seen,
                    earlier_is: Relation::Event,
                    this_is: Relation::Acknowledgement,
                });
                findings.push(Finding::Answered {
                    place: event.place,
                    id: match packet.said {
                        Some(Said::Taken { id, .. }) => Some(id),
                        _ => None,
                    },
                });
            }
            _ => {}
        }
    }
}

fn place(record: &Record, packet: &SocketIo) -> Place {
    Place {
        seen: Seen::new(record),
        packet: packet.packet,
    }
}

/// Notes a chat message on its way to the server, or from it.
fn number(record: &Record, packet: &SocketIo, findings: &mut Vec<Finding>) {
    match (packet.said, record.direction) {
        (Some(Said::Send { content, offset }), Direction::ToServer) => {
            findings.push(Finding::Sent {
                place: place(record, packet),
                content,
                needs_answer: offset.is_some() || packet.id.is_some(),
            });
        }
        (Some(Said::Deliver { id, content }), Direction::ToClient) => {
            findings.push(Finding::Delivered { id, content });
        }
        _ => {}
    }
}

impl Half {
    /// The binary messages that a packet announces follow it at once, and no others come.
    fn attach(
        &mut self,
        record: &Record,
        packet: &EngineIo,
        socketio: Option<&SocketIo>,
        findings: &mut Vec<Finding>,
    ) {
        match (&mut self.attachments, packet.is_binary) {
            (Attachments::Awaited { packet, left }, true) => {
                findings.push(Finding::Pair {
                    earlier: *packet,
                    earlier_is: Relation::Packet,
                    this_is: Relation::Attachment,
                });
                *left -= 1;
                if *left == 0 {
                    self.attachments = Attachments::None;
                }
                return;
            }
            (Attachments::None, true) => {
                findings.push(Finding::Violation(violation::SOCKETIO_BINARY_ALONE));
                return;
            }
            (Attachments::Unknown, true) => return,
            (Attachments::Awaited { .. }, false) => {
                findings.push(Finding::Violation(violation::SOCKETIO_ATTACHMENTS));
            }
            (Attachments::None | Attachments::Unknown, false) => {}
        }
        let awaited = socketio
            .and_then(|socketio| socketio.attachments)
            .filter(|left| *left > 0);
        self.attachments = awaited.map_or(Attachments::None, |left| Attachments::Awaited {
            packet: Seen::new(record),
            left,
        });
    }
}
