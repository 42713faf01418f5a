//! Who is here, by which transport, and who types.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::watch;

use super::person::{Person, PersonId};

/// Most people of a room that are remembered; whoever comes then is not listed.
const MAX_PEOPLE: usize = 16_384;

/// Most people that are told.
pub const MAX_TOLD: usize = 200;

/// Most people that are told to type.
const MAX_TYPING: usize = 5;

/// How long a sign of typing lasts.
const TYPING: Duration = Duration::from_secs(4);

/// How long somebody whose last connection ended is still here: a reconnect is no departure.
const GRACE: Duration = Duration::from_secs(3);

/// How long a poller is here after the last answer: several of their own intervals, within these limits.
const SHORTEST_LEASE: Duration = Duration::from_secs(5);
const FIRST_LEASE: Duration = Duration::from_secs(15);
const LONGEST_LEASE: Duration = Duration::from_secs(90);

/// Who is here, as one of them is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Here {
    pub you: PersonId,
    pub count: usize,
    /// By handle, at most [`MAX_TOLD`]; `you` is among them.
    pub people: Vec<(Person, Vec<&'static str>)>,
}

/// Who types, yourself left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Typing {
    pub people: Vec<Person>,
}

/// The people of a room.
#[derive(Debug)]
pub struct Presence {
    people: Mutex<HashMap<PersonId, Entry>>,
    /// Rises with every change.
    changes: watch::Sender<u64>,
}

impl Default for Presence {
    fn default() -> Self {
        Self {
            people: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }
}

#[derive(Debug)]
struct Entry {
    handle: String,
    stays: BTreeMap<&'static str, Stay>,
    typing_until: Option<Instant>,
    /// Their last connection ended: by then they are gone.
    gone_at: Option<Instant>,
}

/// How somebody is here by one transport.
#[derive(Debug, Default)]
struct Stay {
    connections: usize,
    /// A poller's: when they asked last, and until when that holds.
    lease: Option<Lease>,
    /// They said goodbye while a question was still held.
    is_leaving: bool,
}

impl Stay {
    fn goes_on(&self) -> bool {
        self.connections > 0 || self.lease.is_some()
    }

    fn leave(&mut self) {
        self.lease = None;
        self.is_leaving = true;
    }
}

#[derive(Debug, Clone, Copy)]
struct Lease {
    asked: Instant,
    until: Instant,
}

impl Presence {
    /// A person who is here.
    pub fn find(&self, id: &PersonId) -> Option<Person> {
        let people = self.people.lock();
        let (id, entry) = people.get_key_value(id)?;
        Some(Person {
            id: id.clone(),
            handle: entry.handle.clone(),
        })
    }

    /// Who is here, told to one of them.
    pub fn here(&self, you: &PersonId) -> Here {
        let people = self.people.lock();
        let count = people.len();
        let mut listed: Vec<_> = people.iter().collect();
        listed.sort_by(|(a_id, a), (b_id, b)| (&a.handle, a_id).cmp(&(&b.handle, b_id)));
        if let Some(own) = listed.iter().position(|(id, _)| *id == you)
            && own >= MAX_TOLD
        {
            listed.swap(own, MAX_TOLD - 1);
        }
        let listed = listed.into_iter().take(MAX_TOLD).map(|(id, entry)| {
            let handle = entry.handle.clone();
            let id = id.clone();
            (Person { id, handle }, entry.stays.keys().copied().collect())
        });
        Here {
            you: you.clone(),
            count,
            people: listed.collect(),
        }
    }

    /// Who types, told to one of them.
    pub fn typing(&self, you: &PersonId) -> Typing {
        let people = self.people.lock();
        let mut typing: Vec<Person> = people
            .iter()
            .filter(|(id, entry)| entry.typing_until.is_some() && *id != you)
            .map(|(id, entry)| Person {
                id: id.clone(),
                handle: entry.handle.clone(),
            })
            .collect();
        typing.sort_by(|a, b| (&a.handle, &a.id).cmp(&(&b.handle, &b.id)));
        typing.truncate(MAX_TYPING);
        Typing { people: typing }
    }

    /// Rises with every change.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Somebody polls.
    pub fn visit(&self, person: Person, transport: &'static str, now: Instant) {
        self.change(|people| {
            let Some((entry, is_new)) = entry(people, person) else {
                return false;
            };
            let is_first = !entry.stays.contains_key(transport);
            let stay = entry.stays.entry(transport).or_default();
            stay.is_leaving = false;
            let length = match stay.lease {
                None => FIRST_LEASE,
                Some(lease) => {
                    let interval = now.saturating_duration_since(lease.asked);
                    (interval * 5 / 2).clamp(SHORTEST_LEASE, LONGEST_LEASE)
                }
            };
            stay.lease = Some(Lease {
                asked: now,
                until: now + length,
            });
            is_new || is_first
        });
    }

    /// A poller's question was held, as a connection, and is no longer: they were answered, or are gone.
    pub fn release(&self, id: &PersonId, transport: &'static str, now: Instant) {
        let mut people = self.people.lock();
        let stay = people
            .get_mut(id)
            .and_then(|entry| entry.stays.get_mut(transport));
        if let Some(stay) = stay {
            stay.connections = stay.connections.saturating_sub(1);
            stay.lease = (!stay.is_leaving).then_some(Lease {
                asked: now,
                until: now + FIRST_LEASE,
            });
        }
    }

    /// A poller says goodbye. Another page of theirs may still poll: it has the time of a reconnect to show that.
    pub fn leave(&self, id: &PersonId) {
        if let Some(entry) = self.people.lock().get_mut(id) {
            entry.stays.values_mut().for_each(Stay::leave);
        }
    }

    /// A poller goes by another name, and so is another person.
    pub fn forget(&self, id: &PersonId) {
        self.change(|people| {
            let Some(entry) = people.get_mut(id) else {
                return false;
            };
            entry.stays.values_mut().for_each(Stay::leave);
            match entry.stays.values().any(Stay::goes_on) {
                true => false,
                false => people.remove(id).is_some(),
            }
        });
    }

    /// Somebody types.
    pub fn types(&self, id: &PersonId, now: Instant) {
        self.change(|people| match people.get_mut(id) {
            Some(entry) => entry.typing_until.replace(now + TYPING).is_none(),
            None => false,
        });
    }

    /// Somebody said something, and so no longer types.
    pub fn spoke(&self, id: &PersonId) {
        self.change(|people| match people.get_mut(id) {
            Some(entry) => entry.typing_until.take().is_some(),
            None => false,
        });
    }

    /// Somebody who is here has another handle.
    pub fn rename(&self, person: Person) {
        self.change(|people| match people.get_mut(&person.id) {
            Some(entry) if entry.handle != person.handle => {
                entry.handle = person.handle;
                true
            }
            _ => false,
        });
    }

    /// Sees to what ends with time.
    pub fn sweep(&self, now: Instant) {
        self.change(|people| {
            let mut changed = false;
            people.retain(|_, entry| {
                if entry.typing_until.is_some_and(|until| until <= now) {
                    entry.typing_until = None;
                    changed = true;
                }
                for stay in entry.stays.values_mut() {
                    stay.lease = stay.lease.filter(|lease| lease.until > now);
                }
                if entry.stays.values().any(Stay::goes_on) {
                    let before = entry.stays.len();
                    entry.stays.retain(|_, stay| stay.goes_on());
                    changed |= entry.stays.len() != before;
                    entry.gone_at = None;
                    return true;
                }
                // Who has left keeps the last transport in the list, for as long as they may come back.
                let is_here = *entry.gone_at.get_or_insert(now + GRACE) > now;
                changed |= !is_here;
                is_here
            });
            changed
        });
    }

    /// Whether nobody is here.
    pub fn is_empty(&self) -> bool {
        self.people.lock().is_empty()
    }

    /// A connection of somebody's begins.
    pub fn enter(&self, person: Person, transport: &'static str) {
        self.change(|people| {
            let Some((entry, is_new)) = entry(people, person) else {
                return false;
            };
            let is_first = !entry.stays.contains_key(transport);
            entry.stays.entry(transport).or_default().connections += 1;
            is_new || is_first
        });
    }

    /// A connection of somebody's ends.
    pub fn exit(&self, id: &PersonId, transport: &'static str) {
        self.change(|people| {
            let Some(entry) = people.get_mut(id) else {
                return false;
            };
            if let Some(stay) = entry.stays.get_mut(transport) {
                stay.connections = stay.connections.saturating_sub(1);
            }
            let before = entry.stays.len();
            if entry.stays.values().any(Stay::goes_on) {
                entry.stays.retain(|_, stay| stay.goes_on());
            }
            entry.stays.len() != before
        });
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<PersonId, Entry>) -> bool) {
        if change(&mut self.people.lock()) {
            self.changes.send_modify(|changes| *changes += 1);
        }
    }
}

/// The entry of somebody who is here from now on, and whether anything about it is new.
fn entry(people: &mut HashMap<PersonId, Entry>, person: Person) -> Option<(&mut Entry, bool)> {
    if people.len() >= MAX_PEOPLE && !people.contains_key(&person.id) {
        return None;
    }
    let mut is_new = false;
    let entry = people.entry(person.id).or_insert_with(|| {
        is_new = true;
        Entry {
            handle: person.handle.clone(),
            stays: BTreeMap::new(),
            typing_until: None,
            gone_at: None,
        }
    });
    is_new |= entry.handle != person.handle;
    entry.handle = person.handle;
    entry.gone_at = None;
    entry.stays.retain(|_, stay| stay.goes_on());
    Some((entry, is_new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person {
            id: PersonId::named(name),
            handle: name.to_owned(),
        }
    }

    fn listed(presence: &Presence) -> Vec<String> {
        let here = presence.here(&PersonId::named("nobody"));
        let line = |(person, transports): (Person, Vec<&str>)| {
            format!("{} {}", person.handle, transports.join("+"))
        };
        here.people.into_iter().map(line).collect()
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_reconnect_is_no_departure() {
        let (presence, start) = (Presence::default(), Instant::now());
        presence.enter(person("ann"), "sse");
        presence.exit(&person("ann").id, "sse");
        presence.sweep(start);
        presence.sweep(start + 2 * SECOND);
        assert_eq!(listed(&presence), ["ann sse"]);
        presence.enter(person("ann"), "websocket");
        presence.sweep(start + 9 * SECOND);
        assert_eq!(listed(&presence), ["ann websocket"]);
        presence.exit(&person("ann").id, "websocket");
        presence.sweep(start + 9 * SECOND);
        presence.sweep(start + 12 * SECOND);
        assert!(presence.is_empty());
    }

    #[test]
    fn who_changes_the_transport_is_here_all_the_time() {
        let presence = Presence::default();
        presence.enter(person("ann"), "sse");
        presence.enter(person("ann"), "websocket");
        assert_eq!(listed(&presence), ["ann sse+websocket"]);
        presence.exit(&person("ann").id, "sse");
        assert_eq!(listed(&presence), ["ann websocket"]);
    }

    #[test]
    fn a_poller_is_here_for_some_of_their_own_intervals() {
        let (presence, start) = (Presence::default(), Instant::now());
        for number in 0..3 {
            presence.visit(person("ann"), "short-polling", start + number * 10 * SECOND);
        }
        presence.sweep(start + 44 * SECOND);
        assert_eq!(listed(&presence), ["ann short-polling"]);
        presence.sweep(start + 46 * SECOND);
        presence.sweep(start + 50 * SECOND);
        assert!(presence.is_empty());

        let bob = person("bob");
        presence.visit(bob.clone(), "long-polling", start);
        presence.enter(bob.clone(), "long-polling");
        presence.sweep(start + 119 * SECOND);
        assert_eq!(listed(&presence), ["bob long-polling"]);
        presence.release(&bob.id, "long-polling", start + 120 * SECOND);
        presence.sweep(start + 134 * SECOND);
        assert_eq!(listed(&presence), ["bob long-polling"]);
        presence.leave(&bob.id);
        presence.sweep(start + 135 * SECOND);
        assert_eq!(listed(&presence), ["bob long-polling"]);
        presence.sweep(start + 138 * SECOND);
        assert!(presence.is_empty());
    }

    #[test]
    fn who_leaves_before_the_held_question_ends_is_gone_as_soon() {
        let (presence, start) = (Presence::default(), Instant::now());
        let ann = person("ann");
        presence.visit(ann.clone(), "long-polling", start);
        presence.enter(ann.clone(), "long-polling");
        presence.leave(&ann.id);
        presence.sweep(start + SECOND);
        assert_eq!(listed(&presence), ["ann long-polling"]);
        presence.release(&ann.id, "long-polling", start + SECOND);
        presence.sweep(start + SECOND);
        presence.sweep(start + 4 * SECOND);
        assert!(presence.is_empty());
    }

    #[test]
    fn a_page_that_leaves_takes_no_other_of_the_same_person_with_it() {
        let (presence, start) = (Presence::default(), Instant::now());
        let ann = person("ann");
        for _ in 0..2 {
            presence.visit(ann.clone(), "long-polling", start);
            presence.enter(ann.clone(), "long-polling");
        }
        presence.leave(&ann.id);
        presence.release(&ann.id, "long-polling", start);
        presence.sweep(start + 60 * SECOND);
        presence.visit(ann.clone(), "short-polling", start + 60 * SECOND);
        presence.leave(&ann.id);
        presence.visit(ann.clone(), "short-polling", start + 62 * SECOND);
        presence.sweep(start + 64 * SECOND);
        assert_eq!(listed(&presence), ["ann long-polling+short-polling"]);
    }

    #[test]
    fn typing_ends_with_time_or_with_the_message() {
        let (presence, start) = (Presence::default(), Instant::now());
        let (ann, bob) = (person("ann"), person("bob"));
        presence.enter(ann.clone(), "sse");
        presence.enter(bob.clone(), "sse");
        presence.types(&ann.id, start);
        assert_eq!(presence.typing(&bob.id).people.len(), 1);
        assert_eq!(presence.typing(&ann.id).people, []);
        presence.sweep(start + 5 * SECOND);
        assert_eq!(presence.typing(&bob.id).people, []);
        presence.types(&ann.id, start);
        presence.spoke(&ann.id);
        assert_eq!(presence.typing(&bob.id).people, []);
        presence.types(&PersonId::named("nobody"), start);
        assert_eq!(presence.typing(&bob.id).people, []);
    }

    #[test]
    fn a_long_list_is_cut_and_you_are_in_it() {
        let presence = Presence::default();
        for number in 0..300 {
            presence.enter(person(&format!("{number:03}")), "sse");
        }
        let here = presence.here(&PersonId::named("299"));
        assert_eq!((here.count, here.people.len()), (300, MAX_TOLD));
        assert!(here.people.iter().any(|(person, _)| person.handle == "299"));
    }
}
