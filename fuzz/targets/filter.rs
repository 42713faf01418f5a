//! Any text: it is a filter or an error within it, reads the same when written out, and says of no record one
//! thing before dissection and another after.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use wireglass::{
    capture::{Owner, Record},
    dissect::{Dissection, dissect},
    filter::{FIELDS, Filter, MAX_LENGTH},
};
use wireglass_fuzz::replay::Replay;

/// Captures that together have every kind of record, and most fields.
const CAPTURES: [&str; 4] = [
    include_str!("../../tests/captures/ok/socketio-client-upgrade.capture"),
    include_str!("../../tests/captures/ok/wireglass-chat.capture"),
    include_str!("../../tests/captures/ok/python-deflate.capture"),
    include_str!("../../tests/captures/violation/length-top-bit.capture"),
];

static RECORDS: LazyLock<Vec<(Record, Dissection)>> = LazyLock::new(|| {
    let mut records = Vec::new();
    for capture in CAPTURES {
        let capture = capture.parse().expect("a golden capture");
        Replay::new(&capture).each(|record, bytes, context| {
            records.push((*record, dissect(record, bytes, context)));
        });
    }
    records
});

/// What filters are made of, and characters of more than one byte.
const WORDS: [&str; 16] = [
    "and", "or", "not", "in", "(", ")", "{", "}", "==", "!=", "<", ">=", "~", "..", "ü", "😀",
];

fuzz_target!(|input: &[u8]| {
    let text = text(input);
    match text.parse::<Filter>() {
        Ok(filter) => {
            reads_the_same(&filter);
            agrees_with_itself(&filter);
        }
        Err(error) => {
            assert!(!error.message.is_empty());
            assert!(error.at.start <= error.at.end && error.at.end <= text.chars().count());
        }
    }
});

/// A byte of ASCII is a character, and every other byte a word: so the fuzzer need not learn to spell.
fn text(input: &[u8]) -> String {
    let words: Vec<&str> = FIELDS.iter().map(|field| field.name).chain(WORDS).collect();
    let mut text = String::new();
    for byte in input {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            text += words[usize::from(byte & 0x7f) % words.len()];
            text.push(' ');
        }
    }
    text
}

fn reads_the_same(filter: &Filter) {
    let written = filter.to_string();
    // `&&` is written `and`, so what was nearly too long may become it.
    if written.chars().count() <= MAX_LENGTH {
        assert_eq!(written.parse().as_ref(), Ok(filter), "{written}");
    }
}

fn agrees_with_itself(filter: &Filter) {
    let owners = RECORDS.iter().map(|(record, _)| record.owner);
    let me: Option<Owner> = owners.flatten().next();
    for (record, dissection) in RECORDS.iter() {
        let passes = filter.passes(record, dissection, me);
        let may_pass = filter.may_pass(record, me);
        assert!(may_pass || !passes, "{record:?}");
        assert!(
            filter.needs_dissection() || may_pass == passes,
            "{record:?}"
        );
    }
}
