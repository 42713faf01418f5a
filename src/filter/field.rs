//! What a field is, and how it is had from what is known.

use super::{
    table::FIELDS,
    value::{TRUTHS, Value, Word},
};
use crate::{
    capture::{Owner, Record},
    dissect::Dissection,
};

/// A field of the language. Everything that is said of fields is said in one table of these.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Type,
    /// One line, for completion and for docs/filter.md.
    pub description: &'static str,
    get: Get,
}

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Number,
    Text,
    /// One of these words.
    Word(&'static [Word]),
    /// True or false.
    Flag,
}

impl Type {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Word(_) => "word",
            Self::Flag => "flag",
        }
    }

    /// The words that may stand for a value.
    pub fn words(self) -> &'static [Word] {
        match self {
            Self::Word(words) => words,
            Self::Flag => TRUTHS,
            Self::Number | Self::Text => &[],
        }
    }

    /// Whether values have an order: numbers, and words that numbers stand for.
    pub fn is_ordered(self) -> bool {
        match self {
            Self::Number => true,
            Self::Word(words) => words.iter().any(|word| word.number.is_some()),
            Self::Text | Self::Flag => false,
        }
    }

    /// What may stand between a field and a value.
    pub fn operators(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["==", "!=", "~", "in"],
            Self::Flag => &["==", "!="],
            _ if self.is_ordered() => &["==", "!=", "<", "<=", ">", ">=", "in"],
            _ => &["==", "!=", "in"],
        }
    }
}

/// A record, dissected.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub record: &'a Record,
    pub dissection: &'a Dissection,
}

/// What is known of a record when a filter looks at it: the more, the more it costs.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub origin: Origin,
    pub record: Option<&'a Record>,
    pub dissection: Option<&'a Dissection>,
}

/// What a record has from its connection, and who asks.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    pub connection: u32,
    pub owner: Option<Owner>,
    pub me: Option<Owner>,
}

impl Origin {
    /// Where a record comes from, when `me` asks.
    pub fn of(record: &Record, me: Option<Owner>) -> Self {
        Self {
            connection: record.connection,
            owner: record.owner,
            me,
        }
    }
}

/// Takes a field's values, one after the other.
pub type Visit<'v> = dyn FnMut(Value<'_>) + 'v;

/// Where a field is had from, cheapest first.
#[derive(Debug)]
enum Get {
    /// Known of the connection already.
    Origin(fn(Origin) -> Option<Value<'static>>),
    /// Known of the record before anybody looks at its bytes.
    Record(fn(&Record) -> Option<Value<'static>>),
    /// Known only after dissection; but what the record is may rule it out.
    Dissection {
        may_have: fn(&Record) -> bool,
        each: fn(Seen, &mut Visit),
    },
}

impl Field {
    /// A field that tells where a record comes from.
    pub(super) const fn of_origin(
        name: &'static str,
        kind: Type,
        description: &'static str,
        get: fn(Origin) -> Option<Value<'static>>,
    ) -> Self {
        let get = Get::Origin(get);
        Self {
            name,
            kind,
            description,
            get,
        }
    }

    /// A field that the record alone tells.
    pub(super) const fn of_record(
        name: &'static str,
        kind: Type,
        description: &'static str,
        get: fn(&Record) -> Option<Value<'static>>,
    ) -> Self {
        let get = Get::Record(get);
        Self {
            name,
            kind,
            description,
            get,
        }
    }

    /// A field that dissection tells, of such records as may have it.
    pub(super) const fn of_dissection(
        name: &'static str,
        kind: Type,
        description: &'static str,
        may_have: fn(&Record) -> bool,
        each: fn(Seen, &mut Visit),
    ) -> Self {
        let get = Get::Dissection { may_have, each };
        Self {
            name,
            kind,
            description,
            get,
        }
    }

    /// The field of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// Whether only dissection tells the field.
    pub fn needs_dissection(&self) -> bool {
        matches!(self.get, Get::Dissection { .. })
    }

    /// Visits every value that the field has; false when it is not known which.
    pub fn visit(&self, known: &Known, visit: &mut Visit) -> bool {
        match (&self.get, known.record, known.dissection) {
            (Get::Origin(get), ..) => get(known.origin).into_iter().for_each(visit),
            (Get::Record(get), Some(record), _) => get(record).into_iter().for_each(visit),
            (Get::Dissection { may_have, .. }, Some(record), None) => return !may_have(record),
            (Get::Dissection { each, .. }, Some(record), Some(dissection)) => {
                each(Seen { record, dissection }, visit);
            }
            (_, None, _) => return false,
        }
        true
    }
}
