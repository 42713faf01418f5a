//! JSON Lines: a line about the capture, then a line a record, or a gap.

use std::collections::VecDeque;

use serde::Serialize;

use super::{Format, Seen, Source};
use crate::view::{CaptureView, RecordView};

/// Rises when a reader of the format has to know.
const VERSION: u32 = 1;

/// What is still to be written.
#[derive(Debug, Default)]
pub struct JsonLines {
    has_header: bool,
    lines: VecDeque<Line>,
}

/// The first line.
#[derive(Debug, Serialize)]
struct Header<'a> {
    /// The format's version.
    wireglass: u32,
    capture: CaptureView,
    filter: &'a str,
}

#[derive(Debug, Clone, Copy)]
enum Line {
    Record(u64),
    Gap { seq: u64, records: u64 },
}

impl Format for JsonLines {
    const EXTENSION: &'static str = "jsonl";
    const MEDIA_TYPE: &'static str = "application/jsonl";

    fn survey(&mut self, seen: Seen) {
        match seen {
            Seen::Record { record, passes } if passes => {
                self.lines.push_back(Line::Record(record.seq));
            }
            Seen::Record { .. } => {}
            Seen::Gap { seq, records } => self.lines.push_back(Line::Gap { seq, records }),
        }
    }

    fn write(&mut self, source: &Source) -> Option<Vec<u8>> {
        if !self.has_header {
            self.has_header = true;
            return Some(line(&Header {
                wireglass: VERSION,
                capture: CaptureView::new(&source.store),
                filter: &source.filter_text,
            }));
        }
        Some(match self.lines.pop_front()? {
            Line::Record(seq) => match source.find(seq) {
                Some(found) => line(&source.view(&found)),
                None => line(&RecordView::gap(seq, 1)),
            },
            Line::Gap { seq, records } => line(&RecordView::gap(seq, records)),
        })
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}
