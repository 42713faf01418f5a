//! Layers: which protocol a byte speaks.

/// What a byte belongs to, from the outside in. Control frames are WebSocket's whole, as are its headers; the
/// application's is what is left when every protocol has taken its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Start-lines, field lines, the empty line, chunk framing and trailers.
    Http,
    /// The lines of server-sent events, but for the values of `data`.
    EventStream,
    /// Frame headers, and control frames whole.
    WebSocket,
    /// Type digits, record separators, and packets that carry no message.
    EngineIo,
    /// Packet types, attachment counts, namespaces, ids; CONNECT, DISCONNECT and CONNECT_ERROR whole.
    SocketIo,
    /// What the application said.
    Application,
    /// Payload data as permessage-deflate packed it: what is in it shares its bits.
    Compressed,
    /// Bytes that could not be framed.
    Opaque,
}

impl Layer {
    /// All of them, from the outside in.
    pub const ALL: [Self; 8] = [
        Self::Http,
        Self::EventStream,
        Self::WebSocket,
        Self::EngineIo,
        Self::SocketIo,
        Self::Application,
        Self::Compressed,
        Self::Opaque,
    ];

    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::EventStream => "eventstream",
            Self::WebSocket => "websocket",
            Self::EngineIo => "engineio",
            Self::SocketIo => "socketio",
            Self::Application => "application",
            Self::Compressed => "compressed",
            Self::Opaque => "opaque",
        }
    }
}
