//! An accepted connection that is watched: every call goes to the stream beneath, and what passed is framed.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::recorder::Recorder;
use crate::capture::{Connection, Direction, End, EndKind, Side, Store};

/// A stream, and what watches it.
#[derive(Debug)]
pub struct TapIo<T> {
    stream: T,
    recorder: Recorder,
    /// How the connection ended, by the first sign of it.
    end: Option<End>,
}

impl<T> TapIo<T> {
    /// Watches a stream.
    pub fn new(stream: T, store: Arc<Store>, connection: Arc<Connection>) -> Self {
        Self {
            stream,
            recorder: Recorder::new(store, connection),
            end: None,
        }
    }

    /// The connection's number.
    pub fn connection(&self) -> u32 {
        self.recorder.connection()
    }

    /// When the head began that the client is in the middle of, in nanoseconds from the capture's start.
    pub fn head_begun(&self) -> Option<u64> {
        self.recorder.head_begun()
    }

    fn passed(&mut self, direction: Direction, bytes: &[u8]) {
        self.recorder.passed(direction, bytes, Instant::now());
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
        if let Some(end) = self.end {
            self.recorder.ended(end, Instant::now());
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
