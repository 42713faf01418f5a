//! What the chat takes, and what it says when it does not.

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use lru::LruCache;

use super::{person::PersonId, text};

/// Bytes that a character of a handle may have on average: one can be a pile of a thousand accents.
const BYTES_PER_CHARACTER: usize = 16;

/// Most bytes of a `clientOffset`.
pub const MAX_CLIENT_OFFSET: usize = 128;

/// Most characters of a room's name.
pub const MAX_ROOM: usize = 32;

/// Senders and addresses whose buckets are remembered; who comes after the oldest begins with a full one.
const MAX_BUCKETS: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

/// How many senders an address may be: a class behind one router can talk, one machine that changes its
/// name with every message cannot flood.
const SENDERS_PER_ADDRESS: f64 = 20.0;

/// What an operator can set.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most characters of a handle, as people count them.
    pub handle: usize,
    /// Most characters of a message, as people count them, and most bytes.
    pub message: usize,
    pub message_bytes: usize,
    /// Messages a second that one sender may send for long; 0 means any number.
    pub rate: f64,
    /// Messages that one sender may send at once.
    pub burst: u32,
}

/// Why something was not taken; the text is for the person who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a handle is needed: at least one character that can be seen")]
    HandleEmpty,
    #[error("the handle is too long: at most {0} characters")]
    HandleTooLong(usize),
    #[error("the message is empty: at least one character that can be seen is needed")]
    MessageEmpty,
    #[error("the message is too long: at most {0} characters")]
    MessageTooLong(usize),
    #[error("the clientOffset is empty: 1 to {MAX_CLIENT_OFFSET} bytes, or none at all")]
    ClientOffsetEmpty,
    #[error("the clientOffset is too long: at most {MAX_CLIENT_OFFSET} bytes")]
    ClientOffsetTooLong,
    #[error("a room's name is 1 to {MAX_ROOM} of the signs A-Z a-z 0-9 - _")]
    BadRoom,
    #[error("the person this is for is not here any more")]
    UnknownPerson,
    #[error("too much at once: try again in {} s", retry_after.as_secs_f32().ceil())]
    RateLimited { retry_after: Duration },
    #[error("too many rooms have somebody in them: try again later, or in the lobby")]
    TooManyRooms,
    #[error("more waits to be written than the server holds: try again in a moment")]
    Busy,
    #[error("the history could not be reached, so nothing was taken")]
    HistoryFailed,
}

impl Refusal {
    /// Its name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::HandleEmpty => "handle_empty",
            Self::HandleTooLong(_) => "handle_too_long",
            Self::MessageEmpty => "message_empty",
            Self::MessageTooLong(_) => "message_too_long",
            Self::ClientOffsetEmpty => "client_offset_empty",
            Self::ClientOffsetTooLong => "client_offset_too_long",
            Self::BadRoom => "bad_room",
            Self::UnknownPerson => "unknown_person",
            Self::RateLimited { .. } => "rate_limited",
            Self::TooManyRooms => "too_many_rooms",
            Self::Busy => "busy",
            Self::HistoryFailed => "history_failed",
        }
    }
}

impl Limits {
    /// The defaults, for tests that say much.
    #[cfg(test)]
    pub const WITHOUT_RATE: Self = Self {
        handle: 32,
        message: 2_000,
        message_bytes: 65_536,
        rate: 0.0,
        burst: 1,
    };

    /// A handle without what nobody sees.
    pub fn check_handle(&self, handle: &str) -> Result<String, Refusal> {
        let handle = text::handle(handle);
        let max_bytes = self.handle.saturating_mul(BYTES_PER_CHARACTER);
        match text::length(&handle) {
            0 => Err(Refusal::HandleEmpty),
            length if length > self.handle || handle.len() > max_bytes => {
                Err(Refusal::HandleTooLong(self.handle))
            }
            _ => Ok(handle),
        }
    }

    /// A message without what nobody sees.
    pub fn check_message(&self, message: &str) -> Result<String, Refusal> {
        let message = text::message(message);
        match text::length(&message) {
            0 => Err(Refusal::MessageEmpty),
            length if length > self.message || message.len() > self.message_bytes => {
                Err(Refusal::MessageTooLong(self.message))
            }
            _ => Ok(message),
        }
    }
}

/// The sender's own name for a message.
pub fn client_offset(offset: Option<&str>) -> Result<(), Refusal> {
    match offset.map(str::len) {
        Some(0) => Err(Refusal::ClientOffsetEmpty),
        Some(length) if length > MAX_CLIENT_OFFSET => Err(Refusal::ClientOffsetTooLong),
        _ => Ok(()),
    }
}

/// A room's name.
pub fn room(name: &str) -> Result<(), Refusal> {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match (1..=MAX_ROOM).contains(&name.len()) && name.bytes().all(is_sign) {
        true => Ok(()),
        false => Err(Refusal::BadRoom),
    }
}

/// Who asks for a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Payer {
    Sender(PersonId),
    Address(IpAddr),
}

/// A token bucket: full at first, and filled at an even pace.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// One token bucket a sender, and a larger one an address.
#[derive(Debug)]
pub struct Buckets {
    limits: Limits,
    buckets: LruCache<Payer, Bucket>,
}

impl Buckets {
    /// Full buckets for everybody.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buckets: LruCache::new(MAX_BUCKETS),
        }
    }

    /// Takes the token for one message.
    pub fn take(
        &mut self,
        sender: &PersonId,
        address: IpAddr,
        now: Instant,
    ) -> Result<(), Refusal> {
        if self.limits.rate <= 0.0 {
            return Ok(());
        }
        let payers = [
            (Payer::Sender(sender.clone()), 1.0),
            (Payer::Address(address), SENDERS_PER_ADDRESS),
        ];
        for (payer, times) in payers {
            let rate = self.limits.rate * times;
            let burst = f64::from(self.limits.burst.max(1)) * times;
            let full = Bucket {
                tokens: burst,
                at: now,
            };
            let bucket = self.buckets.get_or_insert_mut(payer, || full);
            let elapsed = now.saturating_duration_since(bucket.at).as_secs_f64();
            bucket.tokens = (bucket.tokens + elapsed * rate).min(burst);
            bucket.at = now;
            if bucket.tokens < 1.0 {
                let missing = (1.0 - bucket.tokens) / rate;
                // A rate of almost nothing would have to wait longer than a clock can tell.
                let retry_after = Duration::from_secs_f64(missing.min(86_400.0));
                return Err(Refusal::RateLimited { retry_after });
            }
            bucket.tokens -= 1.0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    const LIMITS: Limits = Limits::WITHOUT_RATE;

    fn buckets(rate: f64, burst: u32) -> Buckets {
        Buckets::new(Limits {
            rate,
            burst,
            ..LIMITS
        })
    }

    #[test]
    fn a_bucket_is_full_at_first_and_fills_again() {
        let mut buckets = buckets(2.0, 3);
        let (ann, start) = (PersonId::named("ann"), Instant::now());
        for _ in 0..3 {
            buckets.take(&ann, HOME, start).unwrap();
        }
        let half = Duration::from_millis(500);
        let refused = Refusal::RateLimited { retry_after: half };
        assert_eq!(buckets.take(&ann, HOME, start), Err(refused));
        buckets.take(&PersonId::named("bob"), HOME, start).unwrap();
        buckets.take(&ann, HOME, start + half).unwrap();
        assert!(buckets.take(&ann, HOME, start + half).is_err());
    }

    #[test]
    fn an_address_that_changes_its_name_runs_dry_too() {
        let mut buckets = buckets(1.0, 1);
        let now = Instant::now();
        let taken = (0..100).filter(|number| {
            let sender = PersonId::named(&number.to_string());
            buckets.take(&sender, HOME, now).is_ok()
        });
        assert_eq!(taken.count(), SENDERS_PER_ADDRESS as usize);
    }

    #[test]
    fn without_a_rate_everything_passes() {
        let mut buckets = buckets(0.0, 1);
        for _ in 0..1_000 {
            buckets
                .take(&PersonId::named("ann"), HOME, Instant::now())
                .unwrap();
        }
    }

    #[test]
    fn what_is_taken_and_what_is_not() {
        let message = |text: &str| LIMITS.check_message(text);
        let handle = |text: &str| LIMITS.check_handle(text);
        assert_eq!(message(" \n"), Err(Refusal::MessageEmpty));
        assert_eq!(
            message(&"x".repeat(2_001)),
            Err(Refusal::MessageTooLong(2_000))
        );
        let families = "👨\u{200d}👩\u{200d}👧".repeat(2_000);
        assert_eq!(message(&families).as_ref(), Ok(&families));
        assert_eq!(handle("\u{200b}"), Err(Refusal::HandleEmpty));
        assert_eq!(handle(&"ü".repeat(33)), Err(Refusal::HandleTooLong(32)));
        assert_eq!(handle(&"ü".repeat(32)), Ok("ü".repeat(32)));
        let pile = format!("e{}", "\u{301}".repeat(1_000));
        assert_eq!(handle(&pile), Err(Refusal::HandleTooLong(32)));
        assert_eq!(client_offset(Some("")), Err(Refusal::ClientOffsetEmpty));
        assert_eq!(room("lobby-2_B"), Ok(()));
        for bad in ["", "a b", "ü", "../x", &"x".repeat(33)] {
            assert_eq!(room(bad), Err(Refusal::BadRoom), "{bad}");
        }
    }
}
