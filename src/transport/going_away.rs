//! Lets Socket.IO's WebSockets say why they close when the server goes down.
//!
//! engineioxide ends a WebSocket with a Close frame that has no body (`88 00`), whatever the reason. While
//! the server goes down, this listener's streams send "1001 going away" (RFC 6455 7.4.1) in its place. It
//! stands above the tap, which therefore sees what really goes out.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::CancellationToken;

/// A Close frame of a server without a body.
const CLOSE: &[u8] = &[0x88, 0x00];

/// A Close frame of a server with the code 1001.
const CLOSE_GOING_AWAY: &[u8] = &[0x88, 0x02, 0x03, 0xe9];

/// How the answer begins after which a connection speaks WebSocket.
const SWITCHING_PROTOCOLS: &[u8] = b"HTTP/1.1 101 ";

/// A listener whose streams know that the server goes down.
#[derive(Debug)]
pub struct GoingAwayListener<L> {
    pub listener: L,
    pub shutdown: CancellationToken,
}

impl<L: Listener> Listener for GoingAwayListener<L> {
    type Io = GoingAway<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = self.listener.accept().await;
        let stream = GoingAway {
            stream,
            shutdown: self.shutdown.clone(),
            is_websocket: false,
            unsent: &[],
        };
        (stream, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A stream of such a listener.
#[derive(Debug)]
pub struct GoingAway<T> {
    pub stream: T,
    shutdown: CancellationToken,
    is_websocket: bool,
    /// What the stream did not take yet of the frame that was put in place of another.
    unsent: &'static [u8],
}

impl<T: AsyncWrite + Unpin> GoingAway<T> {
    fn poll_unsent(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, self.unsent))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.unsent = &self.unsent[written..];
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for GoingAway<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for GoingAway<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_unsent(cx))?;
        if buf == CLOSE && self.is_websocket && self.shutdown.is_cancelled() {
            self.unsent = CLOSE_GOING_AWAY;
            // What the stream does not take at once goes out with the next call.
            if let Poll::Ready(Err(error)) = self.poll_unsent(cx) {
                return Poll::Ready(Err(error));
            }
            return Poll::Ready(Ok(buf.len()));
        }
        self.is_websocket |= buf.starts_with(SWITCHING_PROTOCOLS);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_unsent(cx))?;
        self.is_websocket |= bufs
            .first()
            .is_some_and(|buf| buf.starts_with(SWITCHING_PROTOCOLS));
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unsent(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unsent(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
