//! A connection that is not waited for without end: neither for a request's head nor for room to write.
//!
//! It stands above the tap, as every byte goes through it, whatever the transport. So whoever stops reading
//! is let go, and the buffers that wait for them with them.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::Link;
use crate::{metrics::Counted, places::Place, tap::TapIo, transport::going_away::GoingAway};

/// How long a request's head may take from its first byte on.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// What the listener accepts.
pub type Accepted = GoingAway<TapIo<TcpStream>>;

/// An accepted connection with time limits.
#[derive(Debug)]
pub struct Patience {
    stream: Accepted,
    link: Arc<Link>,
    opened: Instant,
    received: u64,
    sent: u64,
    /// The time for a head that is not whole, and when that head began.
    head: Option<(u64, Pin<Box<Sleep>>)>,
    /// The time for a write that the stream does not take.
    write: Option<Pin<Box<Sleep>>>,
    let_go: Option<&'static str>,
    /// Given back when the stream is closed; a connection that is being refused has none.
    _place: Option<(Place, Counted)>,
}

impl Patience {
    /// Watches the time of a connection.
    pub fn new(stream: Accepted, link: Arc<Link>, place: Option<(Place, Counted)>) -> Self {
        Self {
            stream,
            link,
            opened: Instant::now(),
            received: 0,
            sent: 0,
            head: None,
            write: None,
            let_go: None,
            _place: place,
        }
    }

    /// There is nothing to read: is the client in the middle of a head, and for too long?
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let Some(begun) = self.stream.stream.head_begun() else {
            self.head = None;
            return Poll::Pending;
        };
        let timer = match &mut self.head {
            Some((of, timer)) if *of == begun => timer,
            head => &mut head.insert((begun, Box::pin(sleep(HEAD_TIME)))).1,
        };
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(self.let_go("sends a head too slowly"))
    }

    /// What came of a write: does the stream take nothing, and for too long?
    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = result {
            self.write = None;
            self.sent += *result.as_ref().unwrap_or(&0) as u64;
            return Poll::Ready(result);
        }
        let patience = self.link.patience;
        let timer = self.write.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(self.let_go("reads too slowly")))
    }

    /// Says so once, however often the failed stream is tried.
    fn let_go(&mut self, reason: &'static str) -> io::Error {
        if self.let_go.is_none() {
            self.let_go = Some(reason);
            let transport = self.link.transport();
            let connection = self.link.peer.connection;
            tracing::info!(connection, reason, "let go");
            self.link.metrics.let_go(transport, reason);
        }
        io::Error::new(io::ErrorKind::TimedOut, reason)
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        tracing::debug!(
            connection = self.link.peer.connection,
            lasted = ?self.opened.elapsed(),
            received = self.received,
            sent = self.sent,
            "closed"
        );
    }
}

impl AsyncRead for Patience {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(result) => {
                self.received += (buf.filled().len() - before) as u64;
                Poll::Ready(result)
            }
            Poll::Pending => self.poll_head(cx).map(Err),
        }
    }
}

impl AsyncWrite for Patience {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.poll_written(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.poll_written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
