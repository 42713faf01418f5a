//! What is said and heard, as JSON: the same on every transport.

use std::{fmt, marker::PhantomData, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::refused::Refused;
use crate::{
    chat::{self, Draft, House, Message, Person, PersonId, Room, Start, house, subscription},
    time,
};

/// A JSON object: serde would take an array of the same values in its place, too.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// What a client says: `{"handle","message","clientOffset"?,"to"?}`.
#[derive(Debug, Deserialize)]
pub struct Send {
    handle: String,
    message: String,
    #[serde(rename = "clientOffset")]
    client_offset: Option<String>,
    /// A person's id.
    to: Option<String>,
}

impl Send {
    /// The client's own name for the message.
    pub fn client_offset(&self) -> Option<&str> {
        self.client_offset.as_deref()
    }
}

impl From<Send> for Draft {
    fn from(send: Send) -> Self {
        Self {
            handle: send.handle,
            message: send.message,
            client_offset: send.client_offset,
            to: send.to.as_deref().map(PersonId::named),
        }
    }
}

/// A person: `{"id","handle"}`.
#[derive(Debug, Serialize)]
pub struct Somebody<'a> {
    id: &'a str,
    handle: &'a str,
}

impl<'a> From<&'a Person> for Somebody<'a> {
    fn from(person: &'a Person) -> Self {
        Self {
            id: person.id.as_str(),
            handle: &person.handle,
        }
    }
}

/// What is heard: `{"id","handle","message","at"}`, `at` in RFC 3339; a private message has `from` and `to` too.
#[derive(Debug, Serialize)]
pub struct Heard<'a> {
    pub id: u64,
    handle: &'a str,
    message: &'a str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Somebody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Somebody<'a>>,
}

impl<'a> From<&'a Message> for Heard<'a> {
    fn from(message: &'a Message) -> Self {
        let to = message.recipient.as_ref().map(Somebody::from);
        Self {
            id: message.id,
            handle: &message.sender.handle,
            message: &message.message,
            at: time::rfc3339(message.at),
            from: to.is_some().then(|| Somebody::from(&message.sender)),
            to,
        }
    }
}

/// Who is here: `{"you","count","people":[{"id","handle","transports"}]}`.
#[derive(Debug, Serialize)]
pub struct Presence<'a> {
    you: &'a str,
    count: usize,
    people: Vec<Present<'a>>,
}

#[derive(Debug, Serialize)]
struct Present<'a> {
    #[serde(flatten)]
    person: Somebody<'a>,
    transports: &'a [&'static str],
}

impl<'a> From<&'a chat::Here> for Presence<'a> {
    fn from(here: &'a chat::Here) -> Self {
        let people = here.people.iter().map(|(person, transports)| Present {
            person: person.into(),
            transports,
        });
        Self {
            you: here.you.as_str(),
            count: here.count,
            people: people.collect(),
        }
    }
}

/// Who types: `{"people":[{"id","handle"}]}`.
#[derive(Debug, Serialize)]
pub struct Typing<'a> {
    people: Vec<Somebody<'a>>,
}

impl<'a> From<&'a chat::Typing> for Typing<'a> {
    fn from(typing: &'a chat::Typing) -> Self {
        Self {
            people: typing.people.iter().map(Somebody::from).collect(),
        }
    }
}

/// The replay is done: `{"newest","replayed"}`.
#[derive(Debug, Serialize)]
pub struct CaughtUp {
    pub newest: u64,
    pub replayed: usize,
}

/// Where somebody enters, as the query of an address says it.
#[derive(Debug, Default, Deserialize)]
pub struct Entrance {
    pub room: Option<String>,
    pub after: Option<String>,
    pub recent: Option<String>,
    pub handle: Option<String>,
}

/// The room of a name, or the one of those who name none.
pub fn enter(house: &House, name: Option<&str>) -> Result<Arc<Room>, Refused> {
    Ok(house.room(name.unwrap_or(house::LOBBY))?)
}

impl Entrance {
    /// The room that is meant.
    pub fn room(&self, house: &House) -> Result<Arc<Room>, Refused> {
        enter(house, self.room.as_deref())
    }

    /// Where in the history to begin; nothing where nothing is said of it.
    pub fn start(&self) -> Result<Option<Start>, Refused> {
        if let Some(after) = &self.after {
            let after = after.parse().map_err(|_| Refused::BadAfter)?;
            return Ok(Some(Start::After(after)));
        }
        let Some(recent) = &self.recent else {
            return Ok(None);
        };
        match recent.parse() {
            Ok(count) if count <= subscription::MAX_RECENT => Ok(Some(Start::Recent(count))),
            _ => Err(Refused::BadRecent),
        }
    }
}
