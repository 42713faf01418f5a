//! JSON Lines: a line about the capture, then a line a record, or a gap.

use std::collections::VecDeque;

use serde::Serialize;

use super::{Format, Seen, Source};
use crate::view::{CaptureView, ConnectionsView, RecordView};

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
    /// Every record comes with its fields.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    fields: bool,
    #[serde(flatten)]
    connections: ConnectionsView,
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
                fields: source.has_fields,
                connections: source.connections(),
            }));
        }
        Some(match self.lines.pop_front()? {
            Line::Record(seq) => match source.find(seq) {
                Some(found) if source.has_fields => line(&source.whole(&found)),
                Some(found) => line(&source.view(&found)),
                None => line(&RecordView::gap(seq, 1 + self.lost_after(seq, source))),
            },
            Line::Gap { seq, records } => line(&RecordView::gap(seq, records)),
        })
    }
}

/// Records that one line tells the loss of, when they made room since the survey.
const MAX_LOST: u64 = 1_000;

impl JsonLines {
    /// How many records right after a lost one are lost too; they are told with it.
    fn lost_after(&mut self, seq: u64, source: &Source) -> u64 {
        let mut lost = 0;
        while lost < MAX_LOST
            && let Some(Line::Record(next)) = self.lines.front().copied()
            && next == seq + 1 + lost
            && source.store.get(next).is_none()
        {
            self.lines.pop_front();
            lost += 1;
        }
        lost
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}
