//! A filter, parsed and checked: what it says, whether it holds, and how it is written.

use std::{cmp::Ordering, fmt};

use regex::{Regex, RegexBuilder};

use super::{
    field::{Field, Known},
    value::{Literal, Number, Value},
};

/// Memory that looking for one text may take for its cache, in bytes.
const MAX_CACHE: usize = 64 * 1024;

/// What a filter says of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// At least one of these holds.
    Or(Vec<Self>),
    /// All of these hold.
    And(Vec<Self>),
    Not(Box<Self>),
    Test(&'static Field, Test),
}

/// What is asked of a field's values. But for `!=`, one value that passes is enough.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// There is one.
    Present,
    Compare(Comparison, Literal),
    Contains(Part),
    In(Vec<Member>),
}

/// An operator that stands between a field and one literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    /// There are values, and none is equal.
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An element of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    One(Literal),
    /// Both ends belong to it.
    Range(Number, Number),
}

/// A text to be found in others, in letters of either case.
#[derive(Debug, Clone)]
pub struct Part {
    text: Box<str>,
    regex: Regex,
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Part {
    /// `None` when the text is too long to be looked for.
    pub fn new(text: &str) -> Option<Self> {
        let regex = RegexBuilder::new(&regex::escape(text))
            .case_insensitive(true)
            .dfa_size_limit(MAX_CACHE)
            .build();
        Some(Self {
            text: text.into(),
            regex: regex.ok()?,
        })
    }
}

impl Expression {
    /// Whether it holds; `None` when that hangs on what is not known.
    pub fn holds(&self, known: &Known) -> Option<bool> {
        match self {
            Self::Or(any) => join(any, known, true),
            Self::And(all) => join(all, known, false),
            Self::Not(inner) => inner.holds(known).map(|holds| !holds),
            Self::Test(field, test) => test.holds(field, known),
        }
    }

    /// Whether it asks for a field that only dissection tells.
    pub fn needs_dissection(&self) -> bool {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().any(Self::needs_dissection),
            Self::Not(inner) => inner.needs_dissection(),
            Self::Test(field, _) => field.needs_dissection(),
        }
    }
}

/// One part that comes out as `decisive` decides for all; otherwise one that is not known leaves all unknown.
fn join(parts: &[Expression], known: &Known, decisive: bool) -> Option<bool> {
    let mut holds = Some(!decisive);
    for part in parts {
        match part.holds(known) {
            Some(part) if part == decisive => return Some(decisive),
            Some(_) => {}
            None => holds = None,
        }
    }
    holds
}

impl Test {
    fn holds(&self, field: &Field, known: &Known) -> Option<bool> {
        let (mut is_there, mut passes) = (false, false);
        let is_known = field.visit(known, &mut |value| {
            is_there = true;
            passes |= self.passes(value);
        });
        is_known.then_some(match self {
            Self::Compare(Comparison::NotEqual, _) => is_there && !passes,
            _ => passes,
        })
    }

    /// Whether one value passes; for `!=`, whether it is the one that must not be there.
    fn passes(&self, value: Value) -> bool {
        match self {
            Self::Present => true,
            Self::Compare(comparison, literal) => value
                .compare(literal)
                .is_some_and(|order| comparison.holds(order)),
            Self::Contains(part) => match value {
                Value::Text(text) | Value::Name(text) => part.regex.is_match(text),
                Value::Number(_) | Value::Word(_) => false,
            },
            Self::In(members) => members.iter().any(|member| member.has(value)),
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal | Self::NotEqual => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    /// The operator that a sign stands for.
    pub fn from_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether the operator asks for an order.
    pub fn is_of_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Member {
    fn has(&self, value: Value) -> bool {
        match self {
            Self::One(literal) => value.compare(literal) == Some(Ordering::Equal),
            Self::Range(first, last) => match value {
                Value::Number(number) => (first..=last).contains(&&number),
                Value::Word(word) => word
                    .number
                    .is_some_and(|number| (first..=last).contains(&&number)),
                Value::Text(_) | Value::Name(_) => false,
            },
        }
    }
}

/// Written so that it parses to the same expression.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => write_joined(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::And(parts) => write_joined(f, parts, " and ", Self::is_joined),
            Self::Not(inner) if inner.is_joined() => write!(f, "not ({inner})"),
            Self::Not(inner) => write!(f, "not {inner}"),
            Self::Test(field, test) => write!(f, "{}{test}", field.name),
        }
    }
}

impl Expression {
    fn is_joined(&self) -> bool {
        matches!(self, Self::Or(_) | Self::And(_))
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expression],
    word: &str,
    needs_brackets: fn(&Expression) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match needs_brackets(part) {
            true => write!(f, "({part})")?,
            false => write!(f, "{part}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => Ok(()),
            Self::Compare(comparison, literal) => write!(f, " {} {literal}", comparison.sign()),
            Self::Contains(part) => write!(f, " ~ {}", Literal::Text(part.text.clone())),
            Self::In(members) => {
                let members: Vec<_> = members.iter().map(Member::to_string).collect();
                write!(f, " in {{{}}}", members.join(" "))
            }
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(literal) => literal.fmt(f),
            Self::Range(first, last) => write!(f, "{first}..{last}"),
        }
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
