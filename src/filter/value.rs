//! What fields have, and what they are compared with.

use std::{cmp::Ordering, fmt, str::FromStr};

const MILLION: u128 = 1_000_000;

/// A number, exact: every number on the wire fits in 64 bits, and times are shown to the microsecond, so it
/// is kept in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(u128);

impl Number {
    /// So many millionths.
    pub const fn millionths(millionths: u64) -> Self {
        Self(millionths as u128)
    }

    /// A whole number.
    pub const fn whole(number: u64) -> Self {
        Self(number as u128 * MILLION)
    }
}

impl<T: Into<u64>> From<T> for Number {
    fn from(number: T) -> Self {
        Self::whole(number.into())
    }
}

/// The text is no number; said so that it can follow the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("is no number: it is written like 1000, 0x3e8 or 1.5")]
    Form,
    #[error("is a larger number than 64 bits can hold")]
    TooLarge,
    #[error("has more than the six digits after the point that are looked at")]
    TooFine,
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if let Some(digits) = text.strip_prefix("0x") {
            return digits_of(digits, 16).map(Self::whole);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let Self(whole) = Self::whole(digits_of(whole, 10)?);
        let fine = digits_of(fraction, 10)?;
        let missing = 6_u32
            .checked_sub(fraction.len() as u32)
            .ok_or(NumberError::TooFine)?;
        Ok(Self(whole + u128::from(fine * 10_u64.pow(missing))))
    }
}

fn digits_of(digits: &str, radix: u32) -> Result<u64, NumberError> {
    match digits.chars().all(|digit| digit.is_digit(radix)) && !digits.is_empty() {
        true => u64::from_str_radix(digits, radix).map_err(|_| NumberError::TooLarge),
        false => Err(NumberError::Form),
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % MILLION {
            0 => write!(f, "{}", self.0 / MILLION),
            fine => {
                let fraction = format!("{fine:06}");
                let fraction = fraction.trim_end_matches('0');
                write!(f, "{}.{fraction}", self.0 / MILLION)
            }
        }
    }
}

/// A word of an enumeration, with the number that stands for it on the wire, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub name: &'static str,
    pub number: Option<Number>,
}

impl Word {
    /// A word that no number stands for.
    pub const fn new(name: &'static str) -> Self {
        Self { name, number: None }
    }

    /// A word and its number.
    pub const fn numbered(name: &'static str, number: u8) -> Self {
        Self {
            name,
            number: Some(Number::whole(number as u64)),
        }
    }
}

/// The words of a flag, at the places 0 and 1.
pub const TRUTHS: &[Word] = &[Word::numbered("false", 0), Word::numbered("true", 1)];

/// One value of a field in a record.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    Number(Number),
    Text(&'a str),
    /// Text in which the case of letters does not tell one from another.
    Name(&'a str),
    Word(Word),
}

impl Value<'_> {
    /// A whole number.
    pub fn number(number: impl Into<Number>) -> Self {
        Self::Number(number.into())
    }

    /// One of an enumeration's words.
    pub fn word(name: &'static str) -> Self {
        Self::Word(Word::new(name))
    }

    /// Whether something is so: `false` or `true`.
    pub fn flag(is_so: bool) -> Self {
        Self::Word(TRUTHS[usize::from(is_so)])
    }

    /// How the value stands to a literal; `None` when the two cannot be compared.
    pub fn compare(self, literal: &Literal) -> Option<Ordering> {
        match (self, literal) {
            (Self::Number(number), Literal::Number(other)) => Some(number.cmp(other)),
            (Self::Word(word), Literal::Number(other)) => Some(word.number?.cmp(other)),
            (Self::Word(word), Literal::Word(other)) => Some(word.name.cmp(other)),
            (Self::Text(text), Literal::Text(other)) => Some(text.cmp(other)),
            (Self::Name(name), Literal::Text(other)) if name.eq_ignore_ascii_case(other) => {
                Some(Ordering::Equal)
            }
            (Self::Name(name), Literal::Text(other)) => Some(name.cmp(other)),
            _ => None,
        }
    }
}

/// What a filter's text says a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    Number(Number),
    Text(Box<str>),
    Word(&'static str),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Self::Word(word) if word.contains(' ') => write!(f, "\"{word}\""),
            Self::Word(word) => f.write_str(word),
        }
    }
}
