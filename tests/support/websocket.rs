//! A raw WebSocket that talks JSON, by tokio-tungstenite.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::{PATIENCE, Running};

pub type Socket = WebSocketStream<TcpStream>;

pub async fn open(server: &Running, target: &str) -> Socket {
    let stream = TcpStream::connect(server.address).await.unwrap();
    client_async(format!("ws://{}{target}", server.address), stream)
        .await
        .unwrap()
        .0
}

pub async fn next(socket: &mut Socket) -> Message {
    timeout(PATIENCE, socket.next())
        .await
        .expect("a message comes")
        .unwrap()
        .unwrap()
}

pub async fn next_json(socket: &mut Socket) -> Value {
    serde_json::from_str(next(socket).await.to_text().unwrap()).unwrap()
}

pub async fn say(socket: &mut Socket, message: Value) {
    socket
        .send(Message::text(message.to_string()))
        .await
        .unwrap();
}
