//! Rules of the specifications that can be seen to be broken on the wire.

/// A rule that was broken, and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// The rule, as a sentence that says what was broken.
    pub rule: &'static str,
    /// The specification's section.
    pub section: &'static str,
}

macro_rules! rules {
    ($($name:ident: $section:literal, $rule:literal;)*) => {
        $(pub const $name: Violation = Violation { rule: $rule, section: $section };)*

        /// Every rule.
        pub const ALL: &[Violation] = &[$($name),*];
    };
}

rules! {
    ACCEPT_MISSING: "RFC 6455 4.2.2", "A 101 response carries Sec-WebSocket-Accept.";
    ACCEPT_WRONG: "RFC 6455 4.1", "Sec-WebSocket-Accept is base64(SHA-1(key + GUID)).";
    KEY_INVALID: "RFC 6455 4.1", "Sec-WebSocket-Key is the base64 of 16 bytes.";
    VERSION_WRONG: "RFC 6455 4.1", "Sec-WebSocket-Version is 13.";
    CLIENT_FRAME_UNMASKED: "RFC 6455 5.1", "A client masks every frame that it sends.";
    SERVER_FRAME_MASKED: "RFC 6455 5.1", "A server masks no frame that it sends.";
    RSV_NOT_NEGOTIATED: "RFC 6455 5.2", "RSV bits are 0 unless an extension that defines them was negotiated.";
    OPCODE_RESERVED: "RFC 6455 5.2", "Opcodes 3 to 7 and B to F are reserved.";
    LENGTH_NOT_MINIMAL: "RFC 6455 5.2", "The shortest form that can hold the payload length is used.";
    LENGTH_TOP_BIT: "RFC 6455 5.2", "The most significant bit of a 64-bit payload length is 0.";
    CONTROL_FRAGMENTED: "RFC 6455 5.5", "A control frame is never fragmented: its FIN is 1.";
    CONTROL_TOO_LONG: "RFC 6455 5.5", "A control frame carries at most 125 bytes.";
    CLOSE_BODY_ONE_BYTE: "RFC 6455 5.5.1", "A Close frame's body is empty or begins with a 2-byte status code.";
    CLOSE_CODE_FORBIDDEN: "RFC 6455 7.4", "A Close frame carries a status code that may be sent.";
    CLOSE_REASON_NOT_UTF8: "RFC 6455 5.5.1", "The reason of a Close frame is UTF-8.";
    TEXT_NOT_UTF8: "RFC 6455 8.1", "The whole of a text message is UTF-8.";
    ENGINEIO_TYPE: "Engine.IO v4, Protocol", "A packet begins with a type digit from 0 to 6.";
    SOCKETIO_PACKET: "Socket.IO v5, Packet encoding", "A packet is a type, then attachments, namespace, id and JSON that fit it.";
}
