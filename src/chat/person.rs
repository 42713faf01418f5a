//! Who somebody is: a session, or, without one, an address and a handle.

use std::{fmt, net::IpAddr, sync::Arc};

use sha2::{Digest, Sha256};

/// Bytes of a hash that make an id: enough that nobody finds a second session of the same id.
const ID_BYTES: usize = 12;

/// A person's public name. It is made from their secret and says nothing about it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(Arc<str>);

impl PersonId {
    /// The person who carries a session cookie.
    pub fn of_session(cookie: &str) -> Self {
        Self::hash(&["session", cookie])
    }

    /// Somebody without a session: the same handle from the same address is the same person.
    pub fn of_guest(address: IpAddr, handle: &str) -> Self {
        Self::hash(&["guest", &address.to_canonical().to_string(), handle])
    }

    /// An id that somebody named; whether anybody has it, the room knows.
    pub fn named(id: &str) -> Self {
        Self(id.into())
    }

    fn hash(parts: &[&str]) -> Self {
        let digest = Sha256::digest(parts.join("\n"));
        let hex: String = digest[..ID_BYTES]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self(hex.into())
    }

    /// As it stands in JSON and in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person under a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    pub id: PersonId,
    pub handle: String,
}

/// Somebody at the other end of a connection, whatever name they give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Whose session cookie they carry.
    pub session: Option<PersonId>,
    pub address: IpAddr,
}

impl Visitor {
    /// Who they are under a handle.
    pub fn id(&self, handle: &str) -> PersonId {
        match &self.session {
            Some(id) => id.clone(),
            None => PersonId::of_guest(self.address, handle),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_an_address_and_a_handle() {
        let home: IpAddr = [127, 0, 0, 1].into();
        let mapped: IpAddr = "::ffff:127.0.0.1".parse().unwrap();
        let ann = PersonId::of_guest(home, "ann");
        assert_eq!(ann, PersonId::of_guest(mapped, "ann"));
        assert_ne!(ann, PersonId::of_guest(home, "bob"));
        assert_ne!(ann, PersonId::of_session("127.0.0.1\nann"));
        assert_eq!(ann.as_str().len(), 2 * ID_BYTES);
    }
}
