//! The history in SQLite: its schema, and what is asked of it. Everything here blocks; `history` has a thread
//! of its own for it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::{
    person::{Person, PersonId},
    room::Message,
};

/// The schema, one step after another: a database says by `user_version` how many it has taken. A step that
/// was published is never changed.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, not even after a deletion
        room TEXT NOT NULL,
        sender TEXT NOT NULL,                 -- a person's id
        handle TEXT NOT NULL,
        message TEXT NOT NULL,
        at INTEGER NOT NULL,                  -- milliseconds since 1970
        client_offset TEXT,
        recipient TEXT,                       -- of a private message: a person's id, and their handle then
        recipient_handle TEXT
    ) STRICT;
    CREATE INDEX messages_of_a_room ON messages (room, id);
    CREATE UNIQUE INDEX retries ON messages (room, sender, client_offset) WHERE client_offset IS NOT NULL;
"];

/// How long to wait for another program that writes to the same database.
const BUSY: Duration = Duration::from_secs(5);

/// Bytes that a message takes besides its texts, in round numbers.
const ROW_BYTES: u64 = 100;

/// Where the history is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nowhere but in memory: it ends with the program.
    Memory,
    File(PathBuf),
}

/// The database cannot be used; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("the folder of the database cannot be made")]
    Folder(#[source] io::Error),
    #[error("the database cannot be opened, or is none")]
    Open(#[source] rusqlite::Error),
    #[error(
        "the database was written by a newer Wireglass (its schema is {0}, this one knows {known}): use that, or another file",
        known = MIGRATIONS.len()
    )]
    Newer(usize),
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
}

/// Whom a message is for.
#[derive(Debug)]
pub enum Addressee {
    Everyone,
    Person(Person),
    /// Somebody who is not here: a retry is known all the same, anything else is refused.
    Nobody,
}

/// A message that was not written yet.
#[derive(Debug)]
pub struct NewMessage {
    pub room: Arc<str>,
    pub sender: Person,
    pub to: Addressee,
    pub message: String,
    pub client_offset: Option<String>,
    pub at: SystemTime,
}

/// An open database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    /// Most bytes of messages to keep.
    capacity: u64,
    /// Bytes of the messages that it keeps.
    bytes: u64,
    /// Messages that it wrote, retries left out.
    written: u64,
}

impl Database {
    /// Opens a database, makes it where there is none, and brings its schema up to date. Once it keeps more
    /// than `capacity` bytes of messages, the oldest make room.
    pub fn open(place: &Place, capacity: u64) -> Result<Self, DatabaseError> {
        let connection = match place {
            Place::Memory => Connection::open_in_memory(),
            Place::File(path) => {
                make_folder(path).map_err(DatabaseError::Folder)?;
                // Without `SQLITE_OPEN_URI`: a path is a path.
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(path, flags)
            }
        };
        let mut connection = connection.map_err(DatabaseError::Open)?;
        connection.busy_timeout(BUSY)?;
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(DatabaseError::Open)?;
        // What was acknowledged is on the disk, also when the power fails.
        connection.pragma_update(None, "synchronous", "FULL")?;
        migrate(&mut connection)?;
        let bytes = connection.query_row(
            "SELECT coalesce(sum(octet_length(handle) + octet_length(message)), 0) + ?1 * count(*) FROM messages",
            [ROW_BYTES],
            |row| row.get(0),
        )?;
        Ok(Self {
            connection,
            capacity,
            bytes,
            written: 0,
        })
    }

    /// Writes messages in one transaction, and gives their ids in the same order; none for a message to
    /// nobody. A retry of a message that was written already gets that one's id.
    pub fn append(&mut self, messages: &[NewMessage]) -> Result<Vec<Option<u64>>, rusqlite::Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let (mut bytes, mut written) = (self.bytes, self.written);
        let mut ids = Vec::with_capacity(messages.len());
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO messages (room, sender, handle, message, at, client_offset, recipient, recipient_handle)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
            )?;
            let mut known = transaction.prepare_cached(
                "SELECT id FROM messages WHERE room = ?1 AND sender = ?2 AND client_offset = ?3",
            )?;
            for message in messages {
                let sender = message.sender.id.as_str();
                let retry = params![message.room, sender, message.client_offset];
                let taken = known.query_row(retry, |row| row.get(0)).optional()?;
                if let Some(id) = taken {
                    ids.push(Some(id));
                    continue;
                }
                let recipient = match &message.to {
                    Addressee::Everyone => None,
                    Addressee::Person(person) => Some(person),
                    Addressee::Nobody => {
                        ids.push(None);
                        continue;
                    }
                };
                let row = params![
                    message.room,
                    sender,
                    message.sender.handle,
                    message.message,
                    millis(message.at),
                    message.client_offset,
                    recipient.map(|person| person.id.as_str()),
                    recipient.map(|person| &person.handle),
                ];
                ids.push(Some(insert.query_row(row, |row| row.get(0))?));
                written += 1;
                let texts = message.sender.handle.len() + message.message.len();
                bytes += ROW_BYTES + texts as u64;
            }
        }
        transaction.commit()?;
        (self.bytes, self.written) = (bytes, written);
        Ok(ids)
    }

    /// Makes room for new messages, where there is no more: the oldest go, but never the newest of all.
    pub fn prune(&mut self) -> Result<(), rusqlite::Error> {
        if self.bytes <= self.capacity {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        let mut bytes = self.bytes;
        {
            let mut oldest = transaction.prepare_cached(
                "DELETE FROM messages WHERE id = (SELECT min(id) FROM messages)
                 AND id < (SELECT max(id) FROM messages)
                 RETURNING octet_length(handle) + octet_length(message)",
            )?;
            while bytes > self.capacity {
                let texts: Option<u64> = oldest.query_row([], |row| row.get(0)).optional()?;
                let Some(texts) = texts else {
                    break;
                };
                bytes = bytes.saturating_sub(texts + ROW_BYTES);
            }
        }
        transaction.commit()?;
        self.bytes = bytes;
        Ok(())
    }

    /// How many messages it wrote, retries left out.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// A room's messages after an id, oldest first, at most `limit`.
    pub fn after(
        &self,
        room: &str,
        id: u64,
        limit: usize,
    ) -> Result<Vec<Message>, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, handle, message, at, sender, recipient, recipient_handle, room FROM messages
             WHERE room = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        )?;
        let rows = statement.query_map(params![room, signed(id), limit], read)?;
        rows.map(|row| row.map(|(_, message)| message)).collect()
    }

    /// All rooms' messages after an id, oldest first, each with its room.
    pub fn after_in_all(
        &self,
        id: u64,
        limit: usize,
    ) -> Result<Vec<(String, Message)>, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, handle, message, at, sender, recipient, recipient_handle, room FROM messages
             WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let rows = statement.query_map(params![signed(id), limit], read)?;
        rows.collect()
    }

    /// The id after which a room's newest `count` messages that somebody may see begin.
    pub fn before_newest(
        &self,
        room: &str,
        viewer: Option<&PersonId>,
        count: usize,
    ) -> Result<u64, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT coalesce(min(id) - 1, 0) FROM (SELECT id FROM messages
             WHERE room = ?1 AND (recipient IS NULL OR recipient = ?2 OR sender = ?2)
             ORDER BY id DESC LIMIT ?3)",
        )?;
        let viewer = viewer.map(PersonId::as_str);
        statement.query_row(params![room, viewer, count], |row| row.get(0))
    }

    /// A room's newest id; 0 before its first message.
    pub fn newest(&self, room: &str) -> Result<u64, rusqlite::Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM messages WHERE room = ?1")?;
        statement.query_row([room], |row| row.get(0))
    }

    /// The newest id of all rooms.
    pub fn newest_of_all(&self) -> Result<u64, rusqlite::Error> {
        let newest = "SELECT coalesce(max(id), 0) FROM messages";
        self.connection.query_row(newest, [], |row| row.get(0))
    }

    /// A number that changes when another program has written to the database.
    pub fn version(&self) -> Result<i64, rusqlite::Error> {
        self.connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder),
        _ => Ok(()),
    }
}

fn migrate(connection: &mut Connection) -> Result<(), DatabaseError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(DatabaseError::Open)?;
    let taken: usize = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let missing = MIGRATIONS.get(taken..).ok_or(DatabaseError::Newer(taken))?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
    Ok(transaction.commit()?)
}

fn read(row: &Row<'_>) -> Result<(String, Message), rusqlite::Error> {
    let person = |id: String, handle| Person {
        id: PersonId::named(&id),
        handle,
    };
    let recipient: Option<(String, String)> = match (row.get(5)?, row.get(6)?) {
        (Some(id), Some(handle)) => Some((id, handle)),
        _ => None,
    };
    let message = Message {
        id: row.get(0)?,
        sender: person(row.get(4)?, row.get(1)?),
        recipient: recipient.map(|(id, handle)| person(id, handle)),
        message: row.get(2)?,
        at: UNIX_EPOCH + Duration::from_millis(row.get(3)?),
    };
    Ok((row.get(7)?, message))
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// SQLite's integers have a sign; no id is larger than they are.
fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(sender: &str, message: &str, client_offset: Option<&str>) -> NewMessage {
        NewMessage {
            room: "lobby".into(),
            sender: Person {
                id: PersonId::named(sender),
                handle: sender.into(),
            },
            to: Addressee::Everyone,
            message: message.into(),
            client_offset: client_offset.map(str::to_owned),
            at: SystemTime::now(),
        }
    }

    fn memory(capacity: u64) -> Database {
        Database::open(&Place::Memory, capacity).unwrap()
    }

    /// A file of the test's own, gone with it.
    struct File(PathBuf);

    impl File {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("wireglass-{name}-{}", std::process::id()));
            Self(folder.join("deep").join("chat.db"))
        }

        fn open(&self) -> Result<Database, DatabaseError> {
            Database::open(&Place::File(self.0.clone()), u64::MAX)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(self.0.parent().unwrap().parent().unwrap());
        }
    }

    #[test]
    fn a_retry_gets_the_same_id_and_only_its_senders() {
        let mut database = memory(u64::MAX);
        let first = database.append(&[says("ann", "a", Some("1")), says("ann", "a", Some("1"))]);
        assert_eq!(first.unwrap(), [Some(1), Some(1)]);
        let later = database.append(&[says("ann", "a", Some("1")), says("bob", "b", Some("1"))]);
        assert_eq!(later.unwrap(), [Some(1), Some(2)]);
        let messages = database.after("lobby", 0, 10).unwrap();
        let texts: Vec<_> = messages.iter().map(|message| &message.message).collect();
        assert_eq!(texts, ["a", "b"]);
    }

    #[test]
    fn a_private_message_is_known_again_when_its_reader_has_left() {
        let mut database = memory(u64::MAX);
        let mut private = says("ann", "psst", Some("1"));
        private.to = Addressee::Person(private.sender.clone());
        assert_eq!(database.append(&[private]).unwrap(), [Some(1)]);
        let mut retry = says("ann", "psst", Some("1"));
        retry.to = Addressee::Nobody;
        let mut other = says("ann", "psst", Some("2"));
        other.to = Addressee::Nobody;
        assert_eq!(database.append(&[retry, other]).unwrap(), [Some(1), None]);
    }

    #[test]
    fn what_was_written_is_there_after_a_restart_and_ids_go_on() {
        let file = File::new("restart");
        let mut database = file.open().unwrap();
        database
            .append(&[says("ann", "before", Some("1"))])
            .unwrap();
        drop(database);
        let mut database = file.open().unwrap();
        let ids = database.append(&[says("ann", "before", Some("1")), says("ann", "after", None)]);
        assert_eq!(ids.unwrap(), [Some(1), Some(2)]);
        assert_eq!(database.after("lobby", 0, 10).unwrap().len(), 2);
        assert_eq!(
            database.newest("lobby").unwrap(),
            database.newest_of_all().unwrap()
        );
    }

    #[test]
    fn a_database_of_the_future_is_left_alone() {
        let file = File::new("future");
        file.open()
            .unwrap()
            .connection
            .pragma_update(None, "user_version", 99)
            .unwrap();
        assert!(matches!(file.open(), Err(DatabaseError::Newer(99))));
    }

    #[test]
    fn what_is_no_database_is_refused() {
        let file = File::new("nonsense");
        fs::create_dir_all(file.0.parent().unwrap()).unwrap();
        fs::write(
            &file.0,
            "this is a letter to my mother, and no database at all",
        )
        .unwrap();
        assert!(matches!(file.open(), Err(DatabaseError::Open(_))));
    }

    #[test]
    fn the_oldest_make_room_and_ids_still_rise() {
        let mut database = memory(50 * ROW_BYTES);
        for _ in 0..200 {
            database.append(&[says("a", "x", None)]).unwrap();
            database.prune().unwrap();
        }
        let kept = database.after("lobby", 0, 500).unwrap();
        assert!((45..50).contains(&kept.len()), "{}", kept.len());
        assert!(database.bytes <= 50 * ROW_BYTES);
        let long = "x".repeat(100 * ROW_BYTES as usize);
        assert_eq!(
            database.append(&[says("a", &long, None)]).unwrap(),
            [Some(201)]
        );
        database.prune().unwrap();
        assert_eq!(database.after("lobby", 0, 500).unwrap().len(), 1);
    }

    #[test]
    fn the_newest_are_those_that_somebody_may_see() {
        let mut database = memory(u64::MAX);
        let mut private = says("ann", "psst", None);
        private.to = Addressee::Person(private.sender.clone());
        database
            .append(&[says("ann", "1", None), says("ann", "2", None), private])
            .unwrap();
        assert_eq!(database.before_newest("lobby", None, 1).unwrap(), 1);
        let ann = PersonId::named("ann");
        assert_eq!(database.before_newest("lobby", Some(&ann), 1).unwrap(), 2);
        assert_eq!(database.before_newest("lobby", None, 9).unwrap(), 0);
        assert_eq!(database.before_newest("empty", None, 9).unwrap(), 0);
    }

    #[test]
    fn another_program_is_noticed() {
        let file = File::new("another");
        let (one, mut other) = (file.open().unwrap(), file.open().unwrap());
        let version = one.version().unwrap();
        other.append(&[says("ann", "hello", None)]).unwrap();
        assert_ne!(one.version().unwrap(), version);
        assert_eq!(one.after_in_all(0, 10).unwrap()[0].0, "lobby");
    }
}
