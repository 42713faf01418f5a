//! An accepted connection that is watched: every call goes to the stream beneath, and what passed is framed.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::framing::{Framing, Piece, Sink};
use crate::capture::{
    Connection, Direction, End, EndKind, Kind, Layer, Owner, Protocol, Record, Side, Store, Upgrade,
};

/// A stream, and what watches it.
#[derive(Debug)]
pub struct TapIo<T> {
    stream: T,
    framing: Framing,
    recorder: Recorder,
    /// How the connection ended, by the first sign of it.
    end: Option<End>,
}

/// Puts pieces into the capture.
#[derive(Debug)]
struct Recorder {
    store: Arc<Store>,
    connection: Arc<Connection>,
    /// The record of the connection's opening was made: with the first piece, because a connection that
    /// only the inspector uses has none.
    is_open_told: bool,
}

impl<T> TapIo<T> {
    /// Watches a stream.
    pub fn new(stream: T, store: Arc<Store>, connection: Arc<Connection>) -> Self {
        Self {
            stream,
            framing: Framing::default(),
            recorder: Recorder {
                store,
                connection,
                is_open_told: false,
            },
            end: None,
        }
    }

    /// The connection's number.
    pub fn connection(&self) -> u32 {
        self.recorder.connection.id
    }

    fn passed(&mut self, direction: Direction, bytes: &[u8]) {
        let at = self.recorder.store.at(Instant::now());
        self.framing.feed(direction, bytes, at, &mut self.recorder);
    }

    fn ended(&mut self, kind: EndKind, by: Side) {
        self.end.get_or_insert(End { kind, by });
    }

    /// A failed read or write means that the peer is gone without a FIN.
    fn failed(&mut self, error: &io::Error) {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        if matches!(
            error.kind(),
            ConnectionReset | ConnectionAborted | BrokenPipe
        ) {
            self.ended(EndKind::Reset, Side::Client);
        }
    }
}

impl<T> Drop for TapIo<T> {
    fn drop(&mut self) {
        self.ended(EndKind::Fin, Side::Server);
        self.framing.finish(&mut self.recorder);
        if let Some(end) = self.end {
            self.recorder.closed(end);
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for TapIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        let has_room = buf.remaining() > 0;
        let result = ready!(Pin::new(&mut this.stream).poll_read(cx, buf));
        match &result {
            Ok(()) => match &buf.filled()[before..] {
                [] if has_room => this.ended(EndKind::Fin, Side::Client),
                [] => {}
                bytes => this.passed(Direction::ToServer, bytes),
            },
            Err(error) => this.failed(error),
        }
        Poll::Ready(result)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for TapIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let result = ready!(Pin::new(&mut this.stream).poll_write(cx, buf));
        match &result {
            Ok(written) => this.passed(Direction::ToClient, &buf[..*written]),
            Err(error) => this.failed(error),
        }
        Poll::Ready(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let result = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, bufs));
        match &result {
            Ok(written) => {
                let mut left = *written;
                for buf in bufs {
                    let accepted = left.min(buf.len());
                    this.passed(Direction::ToClient, &buf[..accepted]);
                    left -= accepted;
                }
            }
            Err(error) => this.failed(error),
        }
        Poll::Ready(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let result = ready!(Pin::new(&mut this.stream).poll_shutdown(cx));
        if result.is_ok() {
            this.ended(EndKind::Fin, Side::Server);
        }
        Poll::Ready(result)
    }
}

impl Recorder {
    fn append(&mut self, record: Record, bytes: &[u8]) {
        if !self.is_open_told {
            self.is_open_told = true;
            let _ = self.connection.first_used.set(record.at);
            let opened = self.event(Kind::Opened, self.connection.opened, Direction::ToServer);
            self.store.append(
                Record {
                    owner: record.owner,
                    ..opened
                },
                &[],
            );
        }
        self.store.append(record, bytes);
    }

    /// The connection is over. One that carried nothing at all is told too.
    fn closed(&mut self, end: End) {
        let at = self.store.at(Instant::now());
        let is_inspectors = self.connection.is_inspectors();
        if !is_inspectors {
            let closed = self.event(Kind::Closed, at, end.by.sends());
            self.append(
                Record {
                    end: Some(end),
                    ..closed
                },
                &[],
            );
        }
        self.store.close(&self.connection, at, end);
    }

    /// A record of TCP itself, which has no bytes.
    fn event(&self, kind: Kind, at: u64, direction: Direction) -> Record {
        Record {
            seq: 0,
            at,
            length: 0,
            exchange: 0,
            owner: self.connection.owner.get().copied(),
            connection: self.connection.id,
            kept: 0,
            message: 0,
            kind,
            layer: Layer::Tcp,
            direction,
            protocol: Protocol::None,
            end: None,
            incomplete: false,
        }
    }
}

impl Sink for Recorder {
    fn piece(&mut self, piece: &Piece, bytes: &[u8]) {
        if let (Some(owner), Layer::Http) = (piece.owner, piece.layer) {
            let _ = self.connection.owner.set(owner);
        }
        let record = Record {
            seq: 0,
            at: piece.at,
            length: piece.length,
            exchange: piece.exchange,
            owner: piece.owner,
            connection: self.connection.id,
            kept: 0,
            message: piece.message,
            kind: piece.kind,
            layer: piece.layer,
            direction: piece.direction,
            protocol: piece.protocol,
            end: None,
            incomplete: piece.incomplete,
        };
        self.connection.count(&record, piece.opcode);
        self.append(record, bytes);
    }

    fn inspector(&mut self, bytes: u64) {
        use std::sync::atomic::Ordering::Relaxed;
        self.connection.inspector_bytes.fetch_add(bytes, Relaxed);
        self.store.inspector_bytes.fetch_add(bytes, Relaxed);
    }

    fn upgraded(&mut self, upgrade: Upgrade) {
        let _ = self.connection.upgrade.set(upgrade);
    }

    fn exchange(&mut self) -> u64 {
        self.store.next_exchange()
    }

    fn owner(&mut self, cookie: &str) -> Owner {
        self.store.owner(cookie)
    }

    fn reserve(&mut self, bytes: usize, needed: bool) -> bool {
        self.store.reserve(bytes, needed)
    }

    fn release(&mut self, bytes: usize) {
        self.store.release(bytes);
    }
}
