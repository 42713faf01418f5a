//! How those speak who only listen: by POST. Pollers do, and those who follow server-sent events.

use std::{sync::Arc, time::Instant};

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Transports,
    client::Client,
    refused::Refused,
    words::{Object, Send, enter},
};
use crate::chat::{Person, PersonId, Room};

/// `{"handle","message","clientOffset"?,"to"?,"room"?}`
#[derive(Debug, Deserialize)]
struct Post {
    room: Option<String>,
    #[serde(flatten)]
    send: Send,
}

/// `{"id"}`
#[derive(Debug, Serialize)]
pub struct Posted {
    id: u64,
}

/// `POST /chat/messages`: says something.
pub async fn send(
    State(transports): State<Transports>,
    client: Client,
    body: Bytes,
) -> Result<(StatusCode, Json<Posted>), Refused> {
    let post: Post = read(
        &body,
        r#"{"handle":"…","message":"…"}, and "clientOffset", "room" and "to" where wanted"#,
    )?;
    let room = enter(&transports.house, post.room.as_deref())?;
    let pending = room.post(&client.visitor, post.send.into())?;
    room.presence.spoke(&pending.sender.id);
    let id = pending.await?;
    Ok((StatusCode::CREATED, Json(Posted { id })))
}

/// `{"handle","room"?}`
#[derive(Debug, Deserialize)]
struct Sign {
    room: Option<String>,
    handle: String,
}

/// `POST /chat/typing`: a sign that somebody types.
pub async fn typing(
    State(transports): State<Transports>,
    client: Client,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let (room, id) = signed(&transports, &client, &body)?;
    room.presence.types(&id, Instant::now());
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /chat/leave`: a poller is gone.
pub async fn leave(
    State(transports): State<Transports>,
    client: Client,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let (room, id) = signed(&transports, &client, &body)?;
    room.presence.leave(&id);
    Ok(StatusCode::NO_CONTENT)
}

/// `{"handle","to","room"?}`
#[derive(Debug, Deserialize)]
struct Rename {
    room: Option<String>,
    handle: String,
    to: String,
}

/// `POST /chat/rename`: another handle from now on.
pub async fn rename(
    State(transports): State<Transports>,
    client: Client,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let rename: Rename = read(
        &body,
        r#"{"handle":"…","to":"the new handle"}, and "room" where wanted"#,
    )?;
    let room = enter(&transports.house, rename.room.as_deref())?;
    let before = client.visitor.id(&room.check_handle(&rename.handle)?);
    let handle = room.check_handle(&rename.to)?;
    let id = client.visitor.id(&handle);
    room.sign(&client.visitor, &before)?;
    if before != id {
        // A guest under another name is another person, who comes with the next question.
        room.presence.forget(&before);
    }
    room.presence.rename(Person { id, handle });
    Ok(StatusCode::NO_CONTENT)
}

/// Who gives a sign, and in which room.
fn signed(
    transports: &Transports,
    client: &Client,
    body: &[u8],
) -> Result<(Arc<Room>, PersonId), Refused> {
    let sign: Sign = read(body, r#"{"handle":"…"}, and "room" where wanted"#)?;
    let room = enter(&transports.house, sign.room.as_deref())?;
    let id = client.visitor.id(&room.check_handle(&sign.handle)?);
    room.sign(&client.visitor, &id)?;
    Ok((room, id))
}

fn read<T: DeserializeOwned>(body: &[u8], expected: &str) -> Result<T, Refused> {
    serde_json::from_slice(body)
        .map(|Object(content)| content)
        .map_err(|error| Refused::BadRequest(format!("expected {expected}: {error}")))
}
