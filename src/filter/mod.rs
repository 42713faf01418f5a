//! Which records somebody wants to see.
//!
//! So far the language has one word, `mine`; no word means all.

use std::str::FromStr;

use crate::capture::{Owner, Record};

/// A filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    /// What belongs to the session of whoever asks.
    Mine,
}

/// The text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no filter: so far there is `mine`, and nothing at all for everything")]
pub struct FilterError(String);

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        match text.trim() {
            "" => Ok(Self::All),
            "mine" => Ok(Self::Mine),
            other => Err(FilterError(other.chars().take(80).collect())),
        }
    }
}

impl Filter {
    /// Whether a record passes, when `me` asks.
    pub fn passes(self, record: &Record, me: Option<Owner>) -> bool {
        self.passes_owner(record.owner, me)
    }

    /// Whether what belongs to an owner passes, when `me` asks.
    pub fn passes_owner(self, owner: Option<Owner>, me: Option<Owner>) -> bool {
        match self {
            Self::All => true,
            Self::Mine => owner.is_some() && owner == me,
        }
    }
}
