//! Rules of the specifications that can be seen to be broken on the wire.

/// A rule that was broken, and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// The rule, as a sentence that says what was broken.
    pub rule: &'static str,
    /// The specification's section.
    pub section: &'static str,
    /// Who can break it.
    pub by: By,
}

/// Who broke a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Client,
    Server,
    /// Whichever side sent the bytes.
    Sender,
}

/// Those of some rules that are broken.
pub fn broken(rules: impl IntoIterator<Item = (Violation, bool)>) -> Vec<Violation> {
    let broken = rules.into_iter().filter(|(_, is_broken)| *is_broken);
    broken.map(|(rule, _)| rule).collect()
}

macro_rules! rules {
    ($($name:ident: $by:ident, $section:literal, $rule:literal;)*) => {
        $(pub const $name: Violation = Violation { rule: $rule, section: $section, by: By::$by };)*

        /// Every rule.
        pub const ALL: &[Violation] = &[$($name),*];

        /// Every rule with the name that stands for it here.
        pub const NAMES: &[(&str, Violation)] = &[$((stringify!($name), $name)),*];
    };
}

rules! {
    // The opening handshake.
    METHOD_NOT_GET: Client, "RFC 6455 4.1", "An opening handshake is a GET of HTTP/1.1 or later.";
    HOST_MISSING: Client, "RFC 6455 4.1", "An opening handshake carries Host.";
    UPGRADE_NOT_ASKED: Client, "RFC 6455 4.1", "A request with Sec-WebSocket-Key carries Upgrade: websocket and Connection: Upgrade.";
    KEY_INVALID: Client, "RFC 6455 4.1", "Sec-WebSocket-Key stands there once and is the base64 of 16 bytes.";
    VERSION_WRONG: Client, "RFC 6455 4.1", "Sec-WebSocket-Version stands there once and is 13.";
    SUBPROTOCOLS_INVALID: Client, "RFC 6455 4.1", "Sec-WebSocket-Protocol lists tokens, each once.";
    SENT_BEFORE_ANSWER: Client, "RFC 6455 4.1", "A client sends nothing more until its opening handshake is answered.";
    OFFER_UNREADABLE: Client, "RFC 6455 9.1", "Sec-WebSocket-Extensions is a list of extensions with parameters.";
    DEFLATE_OFFER_INVALID: Client, "RFC 7692 7.1", "An offer of permessage-deflate has only parameters that RFC 7692 defines, each once, with values from 8 to 15.";
    UPGRADE_MISSING: Server, "RFC 6455 4.2.2", "A 101 response carries Upgrade: websocket.";
    CONNECTION_MISSING: Server, "RFC 6455 4.2.2", "A 101 response carries Connection: Upgrade.";
    ACCEPT_MISSING: Server, "RFC 6455 4.2.2", "A 101 response carries Sec-WebSocket-Accept.";
    ACCEPT_WRONG: Server, "RFC 6455 4.2.2", "Sec-WebSocket-Accept is base64(SHA-1(key + GUID)).";
    ACCEPT_REPEATED: Server, "RFC 6455 11.3.3", "Sec-WebSocket-Accept stands in a response once.";
    EXTENSIONS_REPEATED: Server, "RFC 6455 11.3.2", "Sec-WebSocket-Extensions stands in a response once at most.";
    SUBPROTOCOL_NOT_OFFERED: Server, "RFC 6455 4.1", "A server chooses a subprotocol among those that the client offered, and one only.";
    EXTENSION_NOT_OFFERED: Server, "RFC 6455 4.1", "A server accepts only extensions that the client offered.";
    DEFLATE_ANSWER_INVALID: Server, "RFC 7692 7.1", "An answer to permessage-deflate has only parameters that fit the offer, each once, with values from 8 to 15.";
    VERSION_NOT_TOLD: Server, "RFC 6455 4.2.2", "A server that refuses a version with 426 says in Sec-WebSocket-Version which ones it speaks.";
    SWITCHED_WITHOUT_KEY: Server, "RFC 6455 4.2.2", "A server goes over to WebSocket only after a valid opening handshake.";
    // Frames.
    CLIENT_FRAME_UNMASKED: Client, "RFC 6455 5.1", "A client masks every frame that it sends.";
    SERVER_FRAME_MASKED: Server, "RFC 6455 5.1", "A server masks no frame that it sends.";
    RSV_NOT_NEGOTIATED: Sender, "RFC 6455 5.2", "RSV bits are 0 unless an extension that defines them was negotiated.";
    OPCODE_RESERVED: Sender, "RFC 6455 5.2", "Opcodes 3 to 7 and B to F are reserved.";
    LENGTH_NOT_MINIMAL: Sender, "RFC 6455 5.2", "The shortest form that can hold the payload length is used.";
    LENGTH_TOP_BIT: Sender, "RFC 6455 5.2", "The most significant bit of a 64-bit payload length is 0.";
    CONTROL_FRAGMENTED: Sender, "RFC 6455 5.5", "A control frame is never fragmented: its FIN is 1.";
    CONTROL_TOO_LONG: Sender, "RFC 6455 5.5", "A control frame carries at most 125 bytes.";
    // Messages.
    CONTINUATION_WITHOUT_START: Sender, "RFC 6455 5.4", "A continuation frame continues a message that an earlier frame began.";
    DATA_INSIDE_MESSAGE: Sender, "RFC 6455 5.4", "A new message begins only after the one before it has ended.";
    TEXT_NOT_UTF8: Sender, "RFC 6455 8.1", "The whole of a text message is UTF-8.";
    RSV1_ON_CONTINUATION: Sender, "RFC 7692 6.1", "RSV1 stands on the first frame of a compressed message only.";
    RSV1_ON_CONTROL: Sender, "RFC 7692 6.1", "RSV1 never stands on a control frame.";
    DEFLATE_WINDOW: Sender, "RFC 7692 7.1.2", "A compressed message refers back no further than the negotiated window.";
    DEFLATE_UNREADABLE: Sender, "RFC 7692 7.2.2", "A compressed message is a DEFLATE stream, and refers to nothing but what came before it.";
    // The closing handshake.
    CLOSE_BODY_ONE_BYTE: Sender, "RFC 6455 5.5.1", "A Close frame's body is empty or begins with a 2-byte status code.";
    CLOSE_CODE_FORBIDDEN: Sender, "RFC 6455 7.4", "A Close frame carries a status code that may be sent.";
    CLOSE_REASON_NOT_UTF8: Sender, "RFC 6455 5.5.1", "The reason of a Close frame is UTF-8.";
    DATA_AFTER_CLOSE: Sender, "RFC 6455 5.5.1", "No data frame follows a Close frame.";
    // Engine.IO and Socket.IO.
    ENGINEIO_TYPE: Sender, "Engine.IO v4, Protocol", "A packet begins with a type digit from 0 to 6.";
    ENGINEIO_BASE64: Sender, "Engine.IO v4, Encoding", "A binary packet of a polling body is the letter b and base64.";
    ENGINEIO_OPEN: Server, "Engine.IO v4, Handshake", "An open packet is JSON with sid, upgrades, pingInterval, pingTimeout and maxPayload.";
    ENGINEIO_HEARTBEAT: Sender, "Engine.IO v4, Heartbeat", "The server pings and the client answers.";
    ENGINEIO_DIRECTION: Sender, "Engine.IO v4, Protocol", "A server opens and says noop, and a client upgrades: not the other way round.";
    ENGINEIO_VERSION: Client, "Engine.IO v4, Protocol", "A request says EIO=4.";
    SOCKETIO_PACKET: Sender, "Socket.IO v5, Packet encoding", "A packet is a type, then attachments, namespace, id and JSON that fit it.";
    SOCKETIO_ATTACHMENTS: Sender, "Socket.IO v5, Packet encoding", "The attachments of a binary packet follow it at once.";
    SOCKETIO_BINARY_ALONE: Sender, "Socket.IO v5, Packet encoding", "A binary message follows a packet that announced it.";
}
