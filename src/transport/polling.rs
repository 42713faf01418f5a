//! Short polling and long polling: one question, one answer.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{
    Transports,
    client::Client,
    refused::Refused,
    words::{Entrance, Heard, Presence, Typing},
};
use crate::{
    chat::{self, Event, Here, Message, Person, PersonId, Room, Start, Subscription},
    metrics::Transport,
    refusal::Query,
};

/// Longest time that a question may be held, in seconds.
pub const MAX_WAIT: u64 = 120;

/// How long changes of who is here are gathered before they end a held question.
const GATHERING: Duration = Duration::from_millis(200);

/// What a poll asks for besides where to begin.
#[derive(Debug, Deserialize)]
pub struct Poll {
    wait: Option<String>,
    /// The `state` of the last answer.
    state: Option<String>,
}

impl Poll {
    fn wait(&self) -> Result<Option<Duration>, Refused> {
        let Some(wait) = &self.wait else {
            return Ok(None);
        };
        match wait.parse() {
            Ok(seconds) if (0.0..=MAX_WAIT as f64).contains(&seconds) => {
                Ok(Some(Duration::from_secs_f64(seconds)))
            }
            _ => Err(Refused::BadWait),
        }
    }
}

/// `GET /chat/messages`: what there is after a message, or with `wait` as soon as there is something.
pub async fn messages(
    State(transports): State<Transports>,
    client: Client,
    Query(entrance): Query<Entrance>,
    Query(poll): Query<Poll>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let room = entrance.room(&transports.house)?;
    let start = entrance.start()?.unwrap_or(Start::After(0));
    let wait = poll.wait()?;
    let transport = match wait {
        None => Transport::ShortPolling,
        Some(_) => Transport::LongPolling,
    };
    let _counted = transports.metrics.enter(transport);
    let person = match &entrance.handle {
        Some(handle) => Some(announce(&room, &client, handle, transport)?),
        None => None,
    };
    let listener = person.as_ref().map(|person| person.id.clone());
    let _held = person
        .filter(|_| wait.is_some())
        .map(|person| Held::new(room.clone(), person, transport));
    let viewer = listener.clone().or(client.visitor.session);
    let mut subscription = room.subscribe(start, viewer);

    let waiting = async {
        let mut question = Question {
            room: &room,
            listener,
            state: poll.state.as_deref(),
            subscription: &mut subscription,
        };
        match wait {
            None => question.answer_now().await,
            Some(wait) => tokio::select! {
                answer = question.answer_within(wait) => answer,
                () = transports.shutdown.cancelled() => Ok(Found::default()),
            },
        }
    };
    let found = waiting.await?;
    Ok(found.answer(&subscription, &headers))
}

/// Lists a poller, and gives who they are.
fn announce(
    room: &Room,
    client: &Client,
    handle: &str,
    transport: Transport,
) -> Result<Person, Refused> {
    let handle = room.check_handle(handle)?;
    let id = client.visitor.id(&handle);
    if room.presence.find(&id).is_none() {
        room.sign(&client.visitor, &id)?;
    }
    let person = Person { id, handle };
    room.presence
        .visit(person.clone(), transport.name(), Instant::now());
    Ok(person)
}

/// A poller whose question is held; dropped with the answer, or with the connection.
struct Held {
    room: Arc<Room>,
    id: PersonId,
    transport: Transport,
}

impl Held {
    fn new(room: Arc<Room>, person: Person, transport: Transport) -> Self {
        let id = person.id.clone();
        room.presence.enter(person, transport.name());
        Self {
            room,
            id,
            transport,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let presence = &self.room.presence;
        presence.release(&self.id, self.transport.name(), Instant::now());
    }
}

/// A question that is being answered.
struct Question<'a> {
    room: &'a Arc<Room>,
    /// Who asks, if they are told who else is here.
    listener: Option<PersonId>,
    state: Option<&'a str>,
    subscription: &'a mut Subscription,
}

impl Question<'_> {
    /// What there is at the moment.
    async fn answer_now(&mut self) -> Result<Found, Refused> {
        let messages = loop {
            match self.subscription.ready().await? {
                Some(Event::Messages(messages)) => break messages,
                Some(Event::CaughtUp { .. }) => {}
                None => break Vec::new(),
            }
        };
        let company = self.listener.as_ref().map(|id| Company::of(self.room, id));
        let is_news = |company: &Company| self.state != Some(&company.state);
        Ok(Found {
            has_news: !messages.is_empty() || company.as_ref().is_some_and(is_news),
            is_told: company.as_ref().is_some_and(is_news),
            messages,
            company,
        })
    }

    /// What there is as soon as there is something, or nothing when the time is up.
    async fn answer_within(&mut self, wait: Duration) -> Result<Found, Refused> {
        let mut changes = self.room.presence.watch();
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            changes.borrow_and_update();
            let found = self.answer_now().await?;
            if found.has_news {
                return Ok(found);
            }
            let is_listener = self.listener.is_some();
            let news = async {
                tokio::select! {
                    () = self.subscription.changed() => {}
                    Ok(()) = changes.changed(), if is_listener => {
                        // A message is not kept waiting by what is gathered.
                        let _ = timeout(GATHERING, self.subscription.changed()).await;
                    }
                }
            };
            tokio::select! {
                biased;
                () = news => {}
                () = tokio::time::sleep_until(deadline) => return Ok(found),
            }
        }
    }
}

/// What an answer is made of.
#[derive(Debug, Default)]
struct Found {
    messages: Vec<Arc<Message>>,
    company: Option<Company>,
    /// Whether there is anything that the asker does not know.
    has_news: bool,
    /// Whether the company is told, and not its state alone.
    is_told: bool,
}

/// Who is here and who types, and a name for that state of things.
#[derive(Debug)]
struct Company {
    here: Here,
    typing: chat::Typing,
    state: String,
}

impl Company {
    fn of(room: &Room, you: &PersonId) -> Self {
        let here = room.presence.here(you);
        let typing = room.presence.typing(you);
        let state = name_of((&here, &typing));
        Self {
            here,
            typing,
            state,
        }
    }
}

/// The body of an answer.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    messages: Vec<Heard<'a>>,
    newest: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence: Option<Presence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing: Option<Typing<'a>>,
}

impl Found {
    /// The answer; 304 when the asker has it already (RFC 9110 15.4.5).
    fn answer(&self, subscription: &Subscription, request: &HeaderMap) -> Response {
        let company = self.company.as_ref();
        let told = company.filter(|_| self.is_told);
        let answer = Answer {
            messages: self
                .messages
                .iter()
                .map(|message| Heard::from(&**message))
                .collect(),
            newest: subscription.position(),
            more: subscription.is_behind(),
            state: company.map(|company| company.state.as_str()),
            presence: told.map(|company| (&company.here).into()),
            typing: told.map(|company| (&company.typing).into()),
        };
        // These types hold nothing that JSON cannot.
        let body = serde_json::to_string(&answer).unwrap_or_default();
        let etag = format!("\"{}\"", name_of(&body));
        let is_known = request
            .get_all(header::IF_NONE_MATCH)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == etag);
        let headers = [
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_TYPE, "application/json"),
            (header::ETAG, &etag),
        ];
        match is_known {
            true => {
                let [cache, _, tag] = headers;
                (StatusCode::NOT_MODIFIED, [cache, tag]).into_response()
            }
            false => (headers, body).into_response(),
        }
    }
}

/// A short name for a state of things: another state has another one.
fn name_of(state: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
