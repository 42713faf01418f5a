//! Any bytes, recorded and read as on the server: everything has a summary, every byte its layer, and every bit its
//! field.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wireglass::{
    capture::Record,
    dissect::{
        self, Context, Dissection,
        notes::{Chat, Link},
        reader::Reader,
    },
    wire::violation::Violation,
};
use wireglass_fuzz::{capture_file::Capture, replay::Replay, tiling::tiles};

/// As little as a capture may have, because it is allotted anew for each input.
const MEMORY: usize = 1024 * 1024;

fuzz_target!(|input: &[u8]| {
    let mut replay = Replay::within(MEMORY, &Capture::from_input(input));
    replay.each(is_told);
    let (along, missing) = told(&replay);
    replay.read_again();
    let (later, _) = told(&replay);
    // Who comes late reads the same, unless what would explain it is gone.
    if missing == 0 {
        assert_eq!(along, later);
    }
    // Who finds the older half gone tells the rest all the same.
    let middle = missing + along.len() as u64 / 2;
    let mut reader = Reader::new(MEMORY);
    replay.each(|record, bytes, context| {
        if record.seq > middle {
            reader.read(record, bytes, context.connection);
            is_told(record, bytes, reader.context(record, context.connection));
        }
    });
});

/// Every record has a line, every byte of it a layer, and every bit a field.
fn is_told(record: &Record, bytes: &[u8], context: Context) {
    let told = dissect::dissect(record, bytes, context);
    assert!(!told.summary.is_empty(), "{record:?}");
    assert_eq!(told.layers.total(), record.length, "{record:?}");
    let tiled = tiles(&dissect::anatomy(record, bytes, context));
    assert_eq!(tiled, Ok(()), "{record:?}");
}

/// What is told of a record, but for what stands in its own bytes.
type Told = (String, Vec<Violation>, Vec<Link>, Vec<Chat>);

/// What is told of every record, and how many are missing.
fn told(replay: &Replay) -> (Vec<Told>, u64) {
    let mut told = Vec::new();
    let missing = replay.each(|record, bytes, context| {
        let Dissection {
            summary,
            violations,
            links,
            chat,
            ..
        } = dissect::dissect(record, bytes, context);
        told.push((summary, violations, links, chat));
    });
    (told, missing)
}
