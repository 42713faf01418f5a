//! A part of an event stream: a chunk of it, or an event as it stands.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::{
    Anatomy, Context, Dissection, chat, http,
    layers::{self, Layers},
    preview, together,
};
use crate::{
    capture::{Part, Record},
    wire::{
        event_stream::{Event, Line, LineKind, events, lines},
        field::{Field, Value},
        http1::{ChunkPart, ChunkPartKind, chunk_parts, is_last_chunk},
        layer::Layer,
    },
};

/// Lines of a part, and trailers, that are shown one by one.
const MAX_LINES: usize = 1_000;

const PARSING: &str = "WHATWG HTML 9.2.5";
const INTERPRETING: &str = "WHATWG HTML 9.2.6";

pub(super) fn dissect(record: &Record, part: Part, bytes: &[u8], context: Context) -> Dissection {
    let frame = frame(part, bytes);
    let stream = &bytes[content(&frame)];
    let lines = lines(stream, part.begins, usize::MAX);
    let events = events(stream, part.begins, &lines);
    let mut dissection = Dissection {
        summary: summary(&frame, bytes, &events),
        layers: Layers::of(Layer::Http, (bytes.len() - stream.len()) as u64),
        ..Dissection::default()
    };
    dissection.layers.add_lines(&lines, stream);
    let missing = record.length - bytes.len() as u64;
    dissection.layers.add(Layer::Application, missing);
    if record.incomplete {
        dissection.summary += " (ended before it was whole)";
    }
    let data: Vec<&[u8]> = events
        .iter()
        .flat_map(|event| &event.data)
        .copied()
        .collect();
    dissection.text = match data.is_empty() {
        true => preview(stream.trim_ascii()),
        false => preview(&data.join(&b'\n')),
    };
    if http::is_chat_stream(context) {
        let messages = events.iter().filter(|event| is_message(event));
        dissection.said = messages
            .filter_map(|event| chat::in_event(&event.data.join(&b'\n')))
            .collect();
    }
    dissection
}

/// Whether an event is there whole, and of the type that the chat's messages have.
fn is_message(event: &Event) -> bool {
    event.is_dispatched() && event.kind.is_none_or(|kind| kind == b"message")
}

/// The chunk around the content; without chunks, content is all there is.
fn frame(part: Part, bytes: &[u8]) -> Vec<ChunkPart> {
    match part.is_chunk {
        true => chunk_parts(bytes, MAX_LINES),
        false => vec![ChunkPart {
            kind: ChunkPartKind::Data,
            range: 0..bytes.len(),
        }],
    }
}

fn content(frame: &[ChunkPart]) -> Range<usize> {
    let data = frame.iter().find(|part| part.kind == ChunkPartKind::Data);
    data.map_or(0..0, |data| data.range.clone())
}

/// The events by their names, equal neighbours once.
fn summary(frame: &[ChunkPart], bytes: &[u8], events: &[Event]) -> String {
    if content(frame).is_empty() {
        return match is_last_chunk(bytes) {
            true => "end of the stream".to_owned(),
            false => "a chunk without its data".to_owned(),
        };
    }
    match events {
        [] => "the end of a line".to_owned(),
        events => together(events.iter().map(name)),
    }
}

/// What an event is, as far as this part of the stream tells.
fn name(event: &Event) -> String {
    let kind = event.kind.map(String::from_utf8_lossy);
    let mut said = Vec::new();
    match (&kind, event.is_begun, event.is_ended) {
        (Some(kind), true, true) if event.data.is_empty() => {
            said.push(format!("{kind} without data"));
        }
        (Some(kind), true, true) => said.push(kind.to_string()),
        (None, true, true) if event.data.is_empty() => {}
        (None, true, true) => said.push("message".to_owned()),
        (Some(kind), ..) => said.push(format!("part of {kind}")),
        (None, true, false) => said.push("beginning of an event".to_owned()),
        (None, false, true) => said.push("end of an event".to_owned()),
        (None, false, false) => said.push("part of an event".to_owned()),
    }
    let text = |name: &str, value: &[u8]| match value {
        b"" => name.to_owned(),
        value => format!("{name}: {}", String::from_utf8_lossy(value)),
    };
    said.extend(event.id.map(|id| text("id", id)));
    said.extend(event.retry.map(|retry| text("retry", retry)));
    said.extend(event.comments.iter().map(|words| text("comment", words)));
    match said.is_empty() {
        true => "empty line".to_owned(),
        false => said.join(" · "),
    }
}

/// The fields of a part: every byte of it.
pub(super) fn anatomy<'a>(part: Part, bytes: &[u8]) -> Anatomy<'a> {
    let frame = frame(part, bytes);
    let start = content(&frame).start;
    let stream = &bytes[content(&frame)];
    let lines = lines(stream, part.begins, MAX_LINES).into_iter();
    let mut lines: Vec<Field> = lines
        .map(|line| line_field(&line, bytes, start, layers::is_said(&line, stream)))
        .collect();
    let fields = match part.is_chunk {
        false => lines,
        true => frame
            .iter()
            .map(|part| {
                let field = http::chunk_part_field(part, bytes);
                match part.kind {
                    ChunkPartKind::Data => field.children(std::mem::take(&mut lines)),
                    _ => field,
                }
            })
            .collect(),
    };
    Anatomy {
        fields,
        ..Anatomy::default()
    }
}

/// A line of the content, which begins at `start`; `is_said` tells whether its value is the application's.
fn line_field(line: &Line, bytes: &[u8], start: usize, is_said: bool) -> Field {
    let at = |range: &Range<usize>| start + range.start..start + range.end;
    let (range, name, value) = (at(&line.range), at(&line.name), at(&line.value));
    let text = String::from_utf8_lossy(&bytes[name.clone()]).into_owned();
    let (label, meaning, section) = match line.kind {
        LineKind::ByteOrderMark => (
            "Byte order mark".to_owned(),
            "A client passes over it at the beginning of a stream.",
            PARSING,
        ),
        LineKind::Rest => (
            "Rest of a line".to_owned(),
            "The line began in an earlier part of the stream.",
            PARSING,
        ),
        LineKind::Comment => (
            "Comment".to_owned(),
            "A line that begins with a colon says nothing to the client: it keeps the connection in use.",
            PARSING,
        ),
        LineKind::Field => (
            text.clone(),
            field_meaning(&text, &bytes[value.clone()]),
            INTERPRETING,
        ),
        LineKind::Empty => ("Empty line".to_owned(), "Ends the event.", INTERPRETING),
        LineKind::More => (
            "More lines".to_owned(),
            "There are more lines than are told apart here.",
            PARSING,
        ),
    };
    let meaning = match line.is_ended {
        true => meaning.to_owned(),
        false => format!("{meaning} Its end is in a later part of the stream, if it ever came."),
    };
    let shown = match line.kind {
        LineKind::Empty => end_of_line(&bytes[range.clone()]),
        LineKind::Rest if value.is_empty() => end_of_line(&bytes[range.clone()]),
        LineKind::ByteOrderMark => Value::Hex,
        LineKind::More => Value::Length(range.len() as u64),
        _ => String::from_utf8_lossy(&bytes[value.clone()])
            .into_owned()
            .into(),
    };
    let field = Field::bytes(label, range.clone(), shown);
    let field = field.meaning(meaning).section(section);
    let field = match line.kind {
        LineKind::Comment | LineKind::Field | LineKind::Rest => {
            field.children(parts(line.kind, bytes, &range, name, value))
        }
        _ => field,
    };
    match (line.kind, is_said) {
        (LineKind::More, _) => field,
        (_, false) => field.layer(Layer::EventStream),
        (_, true) => said(field),
    }
}

/// Of a line that the application speaks in, the value is its own, and the rest belongs to the stream.
fn said(mut line: Field) -> Field {
    for part in &mut line.children {
        part.layer = Some(match part.name == VALUE {
            true => Layer::Application,
            false => Layer::EventStream,
        });
    }
    line
}

const VALUE: &str = "Field value";

/// Name, colon, value and end of a line.
fn parts(
    kind: LineKind,
    bytes: &[u8],
    line: &Range<usize>,
    name: Range<usize>,
    value: Range<usize>,
) -> Vec<Field> {
    let words = match kind {
        LineKind::Comment => ("Words", "For whoever reads the stream."),
        LineKind::Rest => (VALUE, "What is left of the line."),
        _ => (VALUE, "What the field says."),
    };
    let end = value.end..line.end;
    let parts = [
        (
            "Field name",
            name.clone(),
            Value::Text,
            "Which field it is.",
        ),
        (
            "Colon",
            name.end..value.start,
            Value::Text,
            "Stands in front of the value; one space after it is no part of that.",
        ),
        (words.0, value, Value::Text, words.1),
        (
            "Line end",
            end.clone(),
            end_of_line(&bytes[end]),
            "Ends the line: CR LF, LF or CR.",
        ),
    ];
    let parts = parts.into_iter().filter(|(_, range, ..)| !range.is_empty());
    parts
        .map(|(name, range, value, meaning)| {
            Field::bytes(name, range, value)
                .meaning(meaning)
                .section(PARSING)
        })
        .collect()
}

fn end_of_line(bytes: &[u8]) -> Value {
    match bytes {
        b"\r\n" => "CR LF".into(),
        b"\n" => "LF".into(),
        b"\r" => "CR".into(),
        _ => Value::Hex,
    }
}

fn field_meaning(name: &str, value: &[u8]) -> &'static str {
    match name {
        "event" => "The event's type; without this field it is “message”.",
        "data" if serde_json::from_slice::<IgnoredAny>(value).is_ok() => {
            "What the event carries, here in JSON."
        }
        "data" => "What the event carries; several such lines are joined by line feeds.",
        "id" => "The event's ID: a client that comes back says the last one in Last-Event-ID.",
        "retry" => "How many milliseconds a client waits before it comes back.",
        _ => "A client passes over fields of other names.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        capture::{Direction, Kind},
        wire::event_stream::{At, Place},
    };

    fn part(is_chunk: bool, at: At) -> Part {
        Part {
            number: 2,
            is_chunk,
            begins: Place {
                at,
                is_after_cr: false,
            },
        }
    }

    fn told(part: Part, bytes: &str) -> (String, Option<String>) {
        let record = Record {
            kind: Kind::Response,
            direction: Direction::ToClient,
            part: Some(part),
            ..Record::sample(1, bytes.len() as u64)
        };
        let told = dissect(&record, part, bytes.as_bytes(), Context::default());
        (told.summary, told.text)
    }

    #[test]
    fn a_part_is_named_after_its_events() {
        for (stream, summary, text) in [
            ("id: 41\ndata: {}\n\n", "message · id: 41", "{}"),
            ("event: presence\ndata: a\ndata: b\n\n", "presence", "a\nb"),
            ("retry: 2000\n\n", "retry: 2000", "retry: 2000"),
            (": heartbeat\n\n", "comment: heartbeat", ": heartbeat"),
            (
                "data: a\n\ndata: b\n\nid: 3\ndata\n\n",
                "message ×2, message · id: 3",
                "a\nb\n",
            ),
            ("data: a\n", "beginning of an event", "a"),
            ("event: x\n\n", "x without data", "event: x"),
        ] {
            let (found, words) = told(part(false, At::Event), stream);
            assert_eq!((found.as_str(), words.as_deref()), (summary, Some(text)));
            let chunk = format!("{:x}\r\n{stream}\r\n", stream.len());
            assert_eq!(told(part(true, At::Event), &chunk).0, summary);
        }
        assert_eq!(
            told(part(true, At::Event), "0\r\nA: b\r\n\r\n").0,
            "end of the stream"
        );
        assert_eq!(
            told(part(true, At::Event), "00a\r\n").0,
            "a chunk without its data"
        );
        assert_eq!(
            told(part(true, At::Event), "0").0,
            "a chunk without its data"
        );
    }

    #[test]
    fn what_began_before_is_not_claimed() {
        let end = "data: a\n\ndata: b\n\n";
        assert_eq!(
            told(part(false, At::Line), end).0,
            "end of an event, message"
        );
        assert_eq!(
            told(part(false, At::Inside), end).0,
            "end of an event, message"
        );
        assert_eq!(told(part(false, At::Inside), "rest").0, "part of an event");
    }
}
