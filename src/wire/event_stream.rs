//! Server-sent events: where an event ends, and what its lines are.
//!
//! ```text
//! stream = [ bom ] *event                                              WHATWG HTML 9.2.5
//! event  = *( comment / field ) end-of-line
//! field  = name [ ":" [ space ] value ] end-of-line
//! ```
//!
//! A line ends with CR LF, with LF, or with CR.

use std::ops::Range;

/// What a client may pass over at the beginning of a stream.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Where in a stream a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum At {
    /// At its very beginning, where a byte order mark may stand.
    #[default]
    Stream,
    /// At the beginning of an event.
    Event,
    /// At the beginning of a line of an event that began before.
    Line,
    /// Inside a line.
    Inside,
}

/// Where a piece of a stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    pub at: At,
    /// A CR stands before it: if a LF comes now, the two are one line's end.
    pub is_after_cr: bool,
}

impl Place {
    /// Goes on to where the next event ends, if that is known to be among these bytes: after a CR that may be
    /// half of a line's end, the next byte tells. Otherwise it goes past all of them.
    pub fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, byte) in bytes.iter().enumerate() {
            if std::mem::take(&mut self.is_after_cr) {
                let is_half = *byte == b'\n';
                if self.at == At::Event {
                    return Some(index + usize::from(is_half));
                }
                if is_half {
                    continue;
                }
            }
            match byte {
                b'\r' | b'\n' => {
                    let is_empty = self.at != At::Inside;
                    self.at = if is_empty { At::Event } else { At::Line };
                    self.is_after_cr = *byte == b'\r';
                    if is_empty && *byte == b'\n' {
                        return Some(index + 1);
                    }
                }
                _ => self.at = At::Inside,
            }
        }
        None
    }

    /// Goes past all of these bytes.
    pub fn pass(&mut self, mut bytes: &[u8]) {
        while let Some(end) = self.find_end(bytes) {
            bytes = &bytes[end..];
        }
    }
}

/// What a line is (WHATWG HTML 9.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    ByteOrderMark,
    /// The end of a line that began in an earlier piece.
    Rest,
    Comment,
    Field,
    /// An empty line ends the event.
    Empty,
    /// What is not looked at any further.
    More,
}

/// A line, or what there is of it in a piece of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    /// All of it, its end included.
    pub range: Range<usize>,
    /// A field's name.
    pub name: Range<usize>,
    /// A field's value or a comment's words, without the one space that may stand in front.
    pub value: Range<usize>,
    /// Its end is there.
    pub is_ended: bool,
}

impl Line {
    /// The line at the beginning of some bytes that stand at `start`.
    fn read(bytes: &[u8], start: usize, at: At) -> Self {
        let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let content = &bytes[..end.unwrap_or(bytes.len())];
        let length = content.len() + line_end(&bytes[content.len()..]);
        let colon = content.iter().position(|byte| *byte == b':');
        let kind = match (at, colon) {
            (At::Inside, _) => LineKind::Rest,
            _ if content.is_empty() => LineKind::Empty,
            (_, Some(0)) => LineKind::Comment,
            _ => LineKind::Field,
        };
        let name = match kind {
            LineKind::Field => colon.unwrap_or(content.len()),
            _ => 0,
        };
        let value = match (kind, colon) {
            (LineKind::Comment | LineKind::Field, Some(colon)) => {
                colon + 1 + usize::from(content.get(colon + 1) == Some(&b' '))
            }
            (LineKind::Rest, _) => 0,
            _ => content.len(),
        };
        Self {
            kind,
            range: start..start + length,
            name: start..start + name,
            value: start + value..start + content.len(),
            is_ended: end.is_some(),
        }
    }

    /// Bytes without parts of their own.
    fn plain(kind: LineKind, range: Range<usize>) -> Self {
        Self {
            kind,
            name: range.start..range.start,
            value: range.clone(),
            range,
            is_ended: true,
        }
    }
}

/// How long the line's end is that bytes begin with.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Takes a piece of a stream apart that begins at a place: every byte of it, in at most about `limit` lines.
pub fn lines(bytes: &[u8], place: Place, limit: usize) -> Vec<Line> {
    let Place {
        mut at,
        is_after_cr,
    } = place;
    let mut lines = Vec::new();
    let mut start = 0;
    if is_after_cr && bytes.first() == Some(&b'\n') {
        lines.push(Line {
            value: 0..0,
            ..Line::plain(LineKind::Rest, 0..1)
        });
        start = 1;
    } else if at == At::Stream && bytes.starts_with(BOM) {
        lines.push(Line::plain(LineKind::ByteOrderMark, 0..BOM.len()));
        start = BOM.len();
    }
    while start < bytes.len() {
        let line = match lines.len() < limit {
            true => Line::read(&bytes[start..], start, at),
            false => Line::plain(LineKind::More, start..bytes.len()),
        };
        start = line.range.end;
        at = At::Line;
        lines.push(line);
    }
    lines
}

/// An event, or what there is of it in a piece of a stream.
#[derive(Debug, Default)]
pub struct Event<'a> {
    /// Its first line is there, and the empty line that ends it.
    pub is_begun: bool,
    pub is_ended: bool,
    /// Its type; `message` where no field names one.
    pub kind: Option<&'a [u8]>,
    /// The values of its `data` fields.
    pub data: Vec<&'a [u8]>,
    pub id: Option<&'a [u8]>,
    pub retry: Option<&'a [u8]>,
    pub comments: Vec<&'a [u8]>,
}

impl Event<'_> {
    /// Whether all of it is there and it has data: only then does a client hear of it (WHATWG HTML 9.2.6).
    pub fn is_dispatched(&self) -> bool {
        self.is_begun && self.is_ended && !self.data.is_empty()
    }
}

/// What the lines of a piece say, which begins at a place. A line that is not whole says nothing.
pub fn events<'a>(bytes: &'a [u8], place: Place, lines: &[Line]) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut event = Event {
        is_begun: matches!(place.at, At::Stream | At::Event),
        ..Event::default()
    };
    let mut is_open = false;
    for line in lines {
        let value = &bytes[line.value.clone()];
        // What stands before an event is no part of it.
        is_open |= match line.kind {
            LineKind::ByteOrderMark => false,
            LineKind::Rest => !event.is_begun,
            _ => true,
        };
        match (line.kind, &bytes[line.name.clone()]) {
            (LineKind::Empty, _) => {
                event.is_ended = true;
                let next = Event {
                    is_begun: true,
                    ..Event::default()
                };
                events.push(std::mem::replace(&mut event, next));
                is_open = false;
            }
            _ if !line.is_ended => {}
            (LineKind::Comment, _) => event.comments.push(value),
            (LineKind::Field, b"event") => event.kind = Some(value).filter(|kind| !kind.is_empty()),
            (LineKind::Field, b"data") => event.data.push(value),
            (LineKind::Field, b"id") if !value.contains(&0) => event.id = Some(value),
            (LineKind::Field, b"retry") if is_number(value) => event.retry = Some(value),
            _ => {}
        }
    }
    if is_open {
        events.push(event);
    }
    events
}

/// A time that is no number is passed over.
fn is_number(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Place = Place {
        at: At::Event,
        is_after_cr: false,
    };

    /// The events of a stream that comes in such pieces.
    fn split(stream: &[u8], size: usize) -> Vec<Vec<u8>> {
        let (mut place, mut events, mut event) = (Place::default(), Vec::new(), Vec::new());
        for mut bytes in stream.chunks(size) {
            while let Some(end) = place.find_end(bytes) {
                event.extend_from_slice(&bytes[..end]);
                events.push(std::mem::take(&mut event));
                bytes = &bytes[end..];
            }
            event.extend_from_slice(bytes);
        }
        events.push(event);
        events
    }

    #[test]
    fn an_event_ends_with_its_empty_line_however_it_is_split() {
        for (stream, expected) in [
            ("a\n\nb\n\n", vec!["a\n\n", "b\n\n", ""]),
            ("a\r\n\r\nb\r\n\r\nc", vec!["a\r\n\r\n", "b\r\n\r\n", "c"]),
            ("a\r\rb\r\n\rc", vec!["a\r\r", "b\r\n\r", "c"]),
            ("\n\r\ra\r\n\n", vec!["\n", "\r", "\r", "a\r\n\n", ""]),
        ] {
            for size in 1..=stream.len() {
                let events = split(stream.as_bytes(), size);
                assert!(
                    events
                        .iter()
                        .map(Vec::as_slice)
                        .eq(expected.iter().map(|event| event.as_bytes())),
                    "{stream:?} in pieces of {size}: {events:?}"
                );
            }
        }
    }

    #[test]
    fn every_byte_has_its_line_wherever_a_piece_begins() {
        let stream = "\u{feff}id: 1\r\ndata:x\rdata\n: words\n\r\n\ndata: y".as_bytes();
        let mut place = Place::default();
        for start in 0..stream.len() {
            for limit in [3, 100] {
                let lines = lines(&stream[start..], place, limit);
                let ends: Vec<_> = lines.iter().map(|line| line.range.end).collect();
                let starts = lines.iter().map(|line| line.range.start);
                assert!(starts.eq([0].into_iter().chain(ends.iter().copied()).take(ends.len())));
                assert_eq!(ends.last(), Some(&(stream.len() - start)));
            }
            place.pass(&stream[start..=start]);
        }
    }

    #[test]
    fn fields_say_what_a_client_hears() {
        let stream =
            b": hi\nevent: typing\ndata: a\ndata:  b\nid: 7\nretry: x\nwhat: z\n\nid: 8\n\ndata: c";
        let read = events(stream, EVENT, &lines(stream, EVENT, 100));
        let [first, second, third] = read.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!(first.kind, Some(b"typing".as_slice()));
        assert_eq!(first.data, [b"a".as_slice(), b" b"]);
        assert_eq!((first.id, first.retry), (Some(b"7".as_slice()), None));
        assert_eq!(first.comments, [b"hi".as_slice()]);
        assert!(first.is_dispatched() && !second.is_dispatched());
        assert!(third.is_begun && !third.is_ended && third.data.is_empty());
    }

    #[test]
    fn what_began_before_says_nothing_of_its_beginning() {
        for (at, stream, data) in [
            (At::Inside, "ta: 1\ndata: 2\n\n", vec!["2"]),
            (At::Line, "data: 1\ndata: 2\n\n", vec!["1", "2"]),
        ] {
            let place = Place { at, ..EVENT };
            let lines = lines(stream.as_bytes(), place, 100);
            let read = events(stream.as_bytes(), place, &lines);
            assert!(!read[0].is_begun && read[0].is_ended && !read[0].is_dispatched());
            assert!(
                read[0]
                    .data
                    .iter()
                    .copied()
                    .eq(data.iter().map(|data| data.as_bytes()))
            );
        }
        // The second half of CR LF is no empty line.
        let place = Place {
            at: At::Line,
            is_after_cr: true,
        };
        let halves = events(b"\ndata: 1\n", place, &lines(b"\ndata: 1\n", place, 100));
        assert!(halves.iter().all(|event| !event.is_ended));
    }
}
