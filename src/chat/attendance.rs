//! One connection's part in a room.

use std::{sync::Arc, time::Instant};

use super::{
    limits::Refusal,
    person::{Person, PersonId, Visitor},
    room::Room,
};

/// Whoever holds this is here, under the name that was heard last.
#[derive(Debug)]
pub struct Attendance {
    room: Arc<Room>,
    visitor: Visitor,
    transport: &'static str,
    person: Option<Person>,
}

impl Attendance {
    /// Enters a room; without a handle, nobody is told until one is heard.
    pub fn new(
        room: Arc<Room>,
        visitor: Visitor,
        transport: &'static str,
        handle: Option<&str>,
    ) -> Result<Self, Refusal> {
        let mut attendance = Self {
            room,
            visitor,
            transport,
            person: None,
        };
        if let Some(handle) = handle {
            attendance.rename(handle)?;
        }
        Ok(attendance)
    }

    /// The room that is attended.
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// Who it is: known by the session at once, or by the first handle.
    pub fn id(&self) -> Option<PersonId> {
        let person = self.person.as_ref().map(|person| person.id.clone());
        person.or_else(|| self.visitor.session.clone())
    }

    /// Whose they are who attend.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Takes a name; gives it as it is used here.
    pub fn rename(&mut self, handle: &str) -> Result<String, Refusal> {
        let handle = self.room.check_handle(handle)?;
        let id = self.visitor.id(&handle);
        self.room.sign(&self.visitor, &id)?;
        self.is_called(Person {
            id,
            handle: handle.clone(),
        });
        Ok(handle)
    }

    /// Something was said under a name.
    pub fn spoke(&mut self, sender: Person) {
        self.room.presence.spoke(&sender.id);
        self.is_called(sender);
    }

    /// Somebody types.
    pub fn types(&self, now: Instant) {
        if let Some(person) = &self.person
            && self.room.sign(&self.visitor, &person.id).is_ok()
        {
            self.room.presence.types(&person.id, now);
        }
    }

    /// Goes on over another transport.
    pub fn move_to(&mut self, transport: &'static str) {
        if transport == self.transport {
            return;
        }
        if let Some(person) = &self.person {
            self.room.presence.enter(person.clone(), transport);
            self.room.presence.exit(&person.id, self.transport);
        }
        self.transport = transport;
    }

    fn is_called(&mut self, person: Person) {
        match self.person.replace(person.clone()) {
            Some(before) if before == person => {}
            Some(before) if before.id == person.id => self.room.presence.rename(person),
            before => {
                self.room.presence.enter(person, self.transport);
                if let Some(before) = before {
                    // A guest under another name is another person.
                    self.room.presence.exit(&before.id, self.transport);
                }
            }
        }
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        if let Some(person) = &self.person {
            self.room.presence.exit(&person.id, self.transport);
        }
    }
}
