//! A connection in one line of words: what it was, what it carried, how it ended. Nothing in it changes while
//! nothing happens.

use std::sync::atomic::Ordering::Relaxed;

use super::connection::unread;
use crate::{
    capture::{Connection, Direction, EndKind, Protocol, Upgrade},
    dissect::{
        notes::Closing,
        reader::{Tally, Use},
    },
    time,
    wire::http1,
};

/// Letters of a session ID that tell it from others.
const SID: usize = 6;

/// `polling, upgraded after 41 ms, 12 messages, closed by the client 1000`
pub fn story(connection: &Connection, tally: &Tally) -> String {
    let upgrade = connection.upgrade.get();
    let requests = connection
        .counters(Direction::ToServer)
        .messages
        .load(Relaxed);
    let messages: u64 = tally.ways.iter().map(|way| way.messages).sum();
    let mut parts = match upgrade {
        Some(upgrade) => vec![socket(upgrade, tally)],
        None if requests == 0 => vec!["no request".to_owned()],
        None => vec![http(tally), count(requests, "request")],
    };
    if upgrade.is_some() || messages > 0 {
        parts.push(count(messages, "message"));
    }
    let unread = unread_bytes(connection, tally);
    if unread > 0 {
        parts.push(format!("{} unread", count(unread, "byte")));
    }
    parts.push(ending(connection, tally));
    parts.join(", ")
}

/// What a WebSocket is to its session.
fn socket(upgrade: &Upgrade, tally: &Tally) -> String {
    let had_session = http1::query_parameter(&upgrade.target, "sid").is_some();
    match (upgrade.protocol, tally.upgraded_after) {
        (Protocol::None, _) => "WebSocket".to_owned(),
        (_, Some(after)) => format!("polling, upgraded after {}", time::duration(after)),
        _ if tally.is_upgraded => "polling, upgraded".to_owned(),
        _ if had_session => format!("upgrade{}, not finished", sessions(tally)),
        _ => format!("WebSocket{}", sessions(tally)),
    }
}

/// What it was used for, in the order in which that began.
fn http(tally: &Tally) -> String {
    let uses = tally.uses.iter().map(|used| match used {
        Use::Polling => format!("polling{}", sessions(tally)),
        Use::ShortPolling => "short polling".to_owned(),
        Use::LongPolling => "long polling".to_owned(),
        Use::EventStream => "event stream".to_owned(),
    });
    let uses: Vec<String> = uses.collect();
    match uses.is_empty() {
        true => "HTTP".to_owned(),
        false => uses.join(", then "),
    }
}

fn sessions(tally: &Tally) -> String {
    match tally.sids.as_slice() {
        [] => String::new(),
        [sid] => {
            let shown: String = sid.chars().take(SID).collect();
            let rest = if shown.len() < sid.len() { "…" } else { "" };
            format!(" for session {shown}{rest}")
        }
        sids => format!(" for {} sessions", sids.len()),
    }
}

fn unread_bytes(connection: &Connection, tally: &Tally) -> u64 {
    let ways = [Direction::ToServer, Direction::ToClient].into_iter();
    ways.map(|way| unread(connection.counters(way), &tally.ways[way]))
        .sum()
}

fn ending(connection: &Connection, tally: &Tally) -> String {
    let Some((_, end)) = connection.closed.get() else {
        return "open".to_owned();
    };
    let how = match end.kind {
        EndKind::Fin => "ended",
        EndKind::Reset => "reset",
    };
    let by = end.by.name();
    match &tally.closing {
        None => format!("{how} by the {by}"),
        Some(closing) => {
            closed(closing).unwrap_or_else(|| format!("{how} by the {by} without Close"))
        }
    }
}

/// How a WebSocket closed, if it did.
fn closed(closing: &Closing) -> Option<String> {
    let (side, close) = closing.first?;
    let code = match close.code {
        Some(code) => code.to_string(),
        None => "without a code".to_owned(),
    };
    let rest = match (closing.answer, closing.failure()) {
        (None, _) => ", unanswered".to_owned(),
        (Some(_), Some(code)) => format!(", which the other side failed with {code}"),
        (Some(_), None) if closing.is_clean() => String::new(),
        (Some(_), None) => ", not cleanly".to_owned(),
    };
    Some(format!("closed by the {} {code}{rest}", side.name()))
}

fn count(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_told_by_its_uses_in_their_order() {
        let of = |uses: &[Use]| {
            http(&Tally {
                uses: uses.to_vec(),
                sids: vec!["rrs6rrAA".into()],
                ..Tally::default()
            })
        };
        assert_eq!(of(&[]), "HTTP");
        assert_eq!(of(&[Use::ShortPolling]), "short polling");
        assert_eq!(
            of(&[Use::Polling, Use::EventStream]),
            "polling for session rrs6rr…, then event stream"
        );
    }
}
