//! What the fuzz targets share with the tests: captures, their replay, and what must hold of fields.
#![allow(
    clippy::pedantic,
    missing_docs,
    reason = "the tests' own files, which are checked there"
)]

#[path = "../../tests/support/capture_file.rs"]
pub mod capture_file;
#[path = "../../tests/support/fuzz_input.rs"]
mod fuzz_input;
#[path = "../../tests/support/replay.rs"]
pub mod replay;
#[path = "../../tests/support/tiling.rs"]
pub mod tiling;
