//! What can be said of a record only by who remembers the records around it.

use std::sync::Arc;

use crate::capture::Side;
use crate::wire::{violation::Violation, websocket::message::Part};

/// What the reader noted about one record.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// Records that belong together with this one.
    pub links: Vec<Link>,
    /// The Engine.IO session.
    pub sid: Option<Arc<str>>,
    /// Which part of the way from polling to WebSocket this is.
    pub upgrade: Option<UpgradeStep>,
    /// What a response answers.
    pub request: Option<Arc<Requested>>,
    /// Which part of a message a data frame is.
    pub part: Option<Part>,
    /// A compressed frame's payload data, inflated.
    pub inflated: Option<Box<[u8]>>,
    /// The data of a message whose last frame this is, when it came in several frames.
    pub message: Option<Box<[u8]>>,
    /// What the message of this frame begins with does not show that it is no CONNECT, which may hold secrets.
    pub may_be_connect: bool,
    /// How the WebSocket ended; stands at the TCP connection's end.
    pub closing: Option<Closing>,
    /// Chat messages that the record carries.
    pub chat: Vec<Chat>,
    /// Rules that are seen to be broken only with what came before in mind.
    pub violations: Vec<Violation>,
    /// Records before this one are missing, so it cannot be read.
    pub is_context_lost: bool,
}

impl Notes {
    /// The numbers of the records that are this to it.
    pub fn linked(&self, relation: Relation) -> impl Iterator<Item = u64> {
        let links = self
            .links
            .iter()
            .filter(move |link| link.relation == relation);
        links.map(|link| link.seq)
    }

    /// Whether the frame's message is compressed.
    pub fn is_compressed(&self) -> bool {
        self.part.is_some_and(|part| part.is_compressed)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        let Self {
            links,
            sid,
            upgrade,
            request,
            part,
            inflated,
            message,
            may_be_connect,
            closing,
            chat,
            violations,
            is_context_lost,
        } = self;
        links.is_empty()
            && sid.is_none()
            && upgrade.is_none()
            && request.is_none()
            && part.is_none()
            && inflated.is_none()
            && message.is_none()
            && !may_be_connect
            && closing.is_none()
            && chat.is_empty()
            && violations.is_empty()
            && !is_context_lost
    }
}

/// Another record that belongs to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// What the other record is to this one.
    pub relation: Relation,
    pub seq: u64,
    /// Nanoseconds between the first bytes of the two.
    pub apart: u64,
}

/// What one record is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Request,
    Response,
    /// A WebSocket Ping, or Engine.IO's.
    Ping,
    Pong,
    /// The Close frame of the other side.
    Close,
    /// The first frame of the message.
    MessageStart,
    /// A frame of the message.
    MessagePart,
    /// The last frame of the message.
    MessageEnd,
    Event,
    /// What the client sent to the chat.
    Sending,
    Acknowledgement,
    /// The packet that announced this attachment.
    Packet,
    Attachment,
    /// The step of the upgrade before this one, and after.
    UpgradeBefore,
    UpgradeAfter,
}

impl Relation {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Close => "close",
            Self::MessageStart => "message start",
            Self::MessagePart => "message part",
            Self::MessageEnd => "message end",
            Self::Event => "event",
            Self::Sending => "sending",
            Self::Acknowledgement => "acknowledgement",
            Self::Packet => "packet",
            Self::Attachment => "attachment",
            Self::UpgradeBefore => "upgrade, before",
            Self::UpgradeAfter => "upgrade, after",
        }
    }
}

/// The steps by which an Engine.IO session goes from polling to WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeStep {
    Handshake,
    Switched,
    Probe,
    ProbeAnswer,
    PollEnded,
    Upgraded,
}

impl UpgradeStep {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Switched => "switched",
            Self::Probe => "probe",
            Self::ProbeAnswer => "probe answer",
            Self::PollEnded => "poll ended",
            Self::Upgraded => "upgraded",
        }
    }
}

/// What a request asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    pub method: String,
    pub target: String,
    /// It was an opening handshake, well made or not.
    pub tries_handshake: bool,
    /// It was an opening handshake that broke no rule.
    pub is_handshake: bool,
    /// It asked for a version of WebSocket that does not exist.
    pub has_wrong_version: bool,
}

/// How a WebSocket ended (RFC 6455 7.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closing {
    /// Who sent the first Close frame.
    pub first: Option<(Side, Close)>,
    /// The Close frame that answered it.
    pub answer: Option<Close>,
}

/// A Close frame, as far as it matters for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    pub code: Option<u16>,
    /// Its body breaks a rule.
    pub is_wrong: bool,
}

/// With these codes an endpoint fails the connection, because of what it was sent.
const FAILURES: [u16; 2] = [1002, 1007];

impl Closing {
    /// Whether both sides said that they close, as the rules have it (RFC 6455 7.1.4).
    pub fn is_clean(&self) -> bool {
        match (self.first, self.answer) {
            (Some((_, first)), Some(answer)) => {
                !first.is_wrong && !answer.is_wrong && self.failure().is_none()
            }
            _ => false,
        }
    }

    /// The code with which the answer failed the connection; one that only repeats the first code does not.
    pub fn failure(&self) -> Option<u16> {
        let (_, first) = self.first?;
        let code = self.answer?.code.filter(|code| FAILURES.contains(code))?;
        (first.code != Some(code)).then_some(code)
    }

    /// The form of the closing handshake in words, and what the two applications are told.
    pub fn meaning(&self) -> String {
        let Some((side, first)) = self.first else {
            return "TCP ended without a Close frame: both applications are told 1006, which never stands on the wire (RFC 6455 7.1.5).".to_owned();
        };
        let (closer, other) = match side {
            Side::Client => ("The client", "the server"),
            Side::Server => ("The server", "the client"),
        };
        let how = first.meaning();
        let Some(answer) = self.answer else {
            return format!(
                "{closer} sent Close {how}, and {other} never answered: not a clean end."
            );
        };
        let answered = match self.failure() {
            Some(code) => format!("failed the connection with {code}: not a clean end"),
            None if answer.is_wrong => {
                "answered with a Close frame that breaks a rule: not a clean end".to_owned()
            }
            None if first.is_wrong => "answered all the same: not a clean end".to_owned(),
            None => "answered: a clean end".to_owned(),
        };
        format!("{closer} began to close {how}, and {other} {answered}.")
    }
}

impl Close {
    /// The code that it gives.
    fn meaning(self) -> String {
        match (self.code, self.is_wrong) {
            (Some(code), false) => format!("with {code}"),
            (Some(code), true) => format!("with {code}, by a Close frame that breaks a rule"),
            (None, true) => "by a Close frame that breaks a rule".to_owned(),
            (None, false) => {
                "without a code, so that applications are told 1005, which never stands on the wire"
                    .to_owned()
            }
        }
    }
}

/// A chat message in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chat {
    /// Its number, once it is known.
    pub id: u64,
    pub role: Role,
}

/// What a record did for a chat message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Carried it from who wrote it.
    Sent,
    /// Told who wrote it that it was taken.
    Acknowledged,
    /// Carried it to a receiver.
    Delivered,
}

impl Role {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Delivered => "delivered",
        }
    }
}
