//! Any bytes, recorded and read as on the server: everything has a summary, and every bit its field.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wireglass::{
    dissect::{
        self, Dissection,
        notes::{Chat, Link},
    },
    wire::violation::Violation,
};
use wireglass_fuzz::{capture_file::Capture, replay::Replay, tiling::tiles};

/// As little as a capture may have: then long inputs show what happens when records make room for others.
const MEMORY: usize = 1024 * 1024;

fuzz_target!(|input: &[u8]| {
    let mut replay = Replay::within(MEMORY, &Capture::from_input(input));
    replay.each(|record, bytes, context| {
        let tiled = tiles(&dissect::anatomy(record, bytes, context));
        assert_eq!(tiled, Ok(()), "{record:?}");
    });
    let (along, missing) = told(&replay);
    replay.read_again();
    let (later, _) = told(&replay);
    // Who comes late reads the same, unless what would explain it is gone.
    if missing == 0 {
        assert_eq!(along, later);
    }
});

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
        assert!(!summary.is_empty(), "{record:?}");
        told.push((summary, violations, links, chat));
    });
    (told, missing)
}
