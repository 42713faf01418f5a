//! Server-sent events: one answer that does not end (WHATWG HTML 9.2).

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{
    Transports,
    client::Client,
    refused::Refused,
    words::{CaughtUp, Entrance, Heard, Presence, Typing},
};
use crate::{
    chat::{Attendance, Event, Hearing, News, Start, Told},
    metrics::{Counted, Transport},
    refusal::Query,
};

/// When a browser that lost the stream asks again.
const RETRY: Duration = Duration::from_secs(2);

/// How long it may be silent before a comment shows that the connection stands.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Whose `Last-Event-ID` says where a stream goes on.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `GET /chat/stream`
pub async fn stream(
    State(transports): State<Transports>,
    client: Client,
    Query(entrance): Query<Entrance>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let room = entrance.room(&transports.house)?;
    let start = match headers.get(LAST_EVENT_ID) {
        Some(id) => Start::After(last_event_id(id)?),
        None => entrance.start()?.unwrap_or(Start::Now),
    };
    let handle = entrance.handle.as_deref();
    let attendance = Attendance::new(room, client.visitor, Transport::Sse.name(), handle)?;
    let talk = Talk {
        hearing: Hearing::new(&attendance, start, handle.is_some()),
        connection: client.connection,
        shutdown: transports.shutdown,
        ready: VecDeque::from([sse::Event::default().retry(RETRY)]),
        _attendance: attendance,
        _counted: transports.metrics.enter(Transport::Sse),
    };
    let events = stream::unfold(talk, |mut talk| async {
        let event = talk.next().await?;
        Some((Ok::<_, Infallible>(event), talk))
    });
    let keep_alive = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, Sse::new(events).keep_alive(keep_alive)).into_response())
}

fn last_event_id(value: &HeaderValue) -> Result<u64, Refused> {
    let id = value.to_str().ok().and_then(|id| id.trim().parse().ok());
    id.ok_or(Refused::BadAfter)
}

/// One stream. It makes events only when the connection has room for them, so that a slow reader costs
/// nothing but its place in the history.
struct Talk {
    hearing: Hearing,
    connection: u32,
    shutdown: CancellationToken,
    ready: VecDeque<sse::Event>,
    /// Who follows the stream is here for as long as it lasts.
    _attendance: Attendance,
    _counted: Counted,
}

impl Talk {
    /// The next event; none when the stream ends.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return None,
                told = self.hearing.next() => match told {
                    Ok(Told::Event(event)) => self.hear(event),
                    Ok(Told::News(news)) => self.learn(&news),
                    Err(error) => {
                        tracing::warn!(connection = self.connection, %error, "a stream ended");
                        return None;
                    }
                },
            }
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Messages(messages) => {
                let events = messages.iter().map(|message| {
                    let heard = Heard::from(&**message);
                    sse::Event::default()
                        .id(heard.id.to_string())
                        .data(json(&heard))
                });
                self.ready.extend(events);
            }
            // Whoever has heard nothing yet learns from the id where to go on: it alone is no event.
            Event::CaughtUp { newest, replayed } => {
                let event = sse::Event::default().id(newest.to_string());
                self.ready.push_back(match self.hearing.is_announced() {
                    true => {
                        let data = json(&CaughtUp { newest, replayed });
                        event.event("caught_up").data(data)
                    }
                    false => event,
                });
            }
        }
    }

    fn learn(&mut self, news: &News) {
        if let Some(here) = &news.here {
            self.tell("presence", &Presence::from(here));
        }
        if let Some(typing) = &news.typing {
            self.tell("typing", &Typing::from(typing));
        }
    }

    fn tell(&mut self, name: &str, data: &impl Serialize) {
        let event = sse::Event::default().event(name).data(json(data));
        self.ready.push_back(event);
    }
}

/// JSON has no line ends of its own, as `data:` must not.
fn json(value: &impl Serialize) -> String {
    // These types hold nothing that JSON cannot.
    serde_json::to_string(value).unwrap_or_default()
}
