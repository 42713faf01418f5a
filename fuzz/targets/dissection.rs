//! Any bytes, recorded and read as on the server: everything has a summary, and every bit its field.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wireglass::{capture::MIN_MEMORY, dissect};
use wireglass_fuzz::{capture_file::Capture, replay::Replay, tiling::tiles};

fuzz_target!(|input: &[u8]| {
    let mut replay = Replay::within(MIN_MEMORY, &Capture::from_input(input));
    let (along, missing) = told(&replay);
    replay.read_again();
    let (later, _) = told(&replay);
    // Who comes late reads the same, unless what would explain it is gone.
    if missing == 0 {
        assert_eq!(along, later);
    }
});

/// What is told of every record, and how many are missing.
fn told(replay: &Replay) -> (Vec<String>, u64) {
    let mut told = Vec::new();
    let missing = replay.each(|record, bytes, context| {
        let dissection = dissect::dissect(record, bytes, context);
        assert!(!dissection.summary.is_empty(), "{record:?}");
        let tiled = tiles(&dissect::anatomy(record, bytes, context));
        assert_eq!(tiled, Ok(()), "{record:?}");
        told.push(format!("{dissection:?}"));
    });
    (told, missing)
}
