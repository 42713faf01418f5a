//! The listener that puts a tap into every connection that it accepts.

use std::{io, net::SocketAddr, sync::Arc, time::Instant};

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};

use super::io::TapIo;
use crate::capture::Store;

/// A TCP listener whose connections are watched.
#[derive(Debug)]
pub struct TapListener {
    listener: TcpListener,
    store: Arc<Store>,
}

impl TapListener {
    /// Watches what a listener accepts.
    pub fn new(listener: TcpListener, store: Arc<Store>) -> Self {
        Self { listener, store }
    }
}

impl Listener for TapListener {
    type Io = TapIo<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        // Without this, Nagle's algorithm and delayed acknowledgements hold small frames back for 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%peer, %error, "TCP_NODELAY could not be set");
        }
        let connection = self.store.open(peer, self.store.at(Instant::now()));
        if let Ok(local) = stream.local_addr() {
            let _ = connection.local.set(local);
        }
        tracing::debug!(connection = connection.id, %peer, "accepted");
        (TapIo::new(stream, self.store.clone(), connection), peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// Who is at the other end of a request's connection, for handlers and logs.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub connection: u32,
    pub address: SocketAddr,
}
