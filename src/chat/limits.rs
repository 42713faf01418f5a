//! What the chat takes, and what it says when it does not.

use super::room::Draft;

/// Most characters of a handle.
pub const MAX_HANDLE: usize = 32;

/// Most characters of a message.
pub const MAX_MESSAGE: usize = 2_000;

/// Most bytes of a `clientOffset`.
pub const MAX_CLIENT_OFFSET: usize = 128;

/// Why a message was not taken; the text is for the person who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a handle is needed: 1 to {MAX_HANDLE} characters")]
    HandleEmpty,
    #[error("the handle is too long: at most {MAX_HANDLE} characters")]
    HandleTooLong,
    #[error("the message is empty")]
    MessageEmpty,
    #[error("the message is too long: at most {MAX_MESSAGE} characters")]
    MessageTooLong,
    #[error("the clientOffset is too long: at most {MAX_CLIENT_OFFSET} bytes")]
    ClientOffsetTooLong,
}

/// Checks a draft, and takes the white space from around its texts.
pub fn check(draft: Draft) -> Result<Draft, Refusal> {
    let trimmed = Draft {
        handle: draft.handle.trim().to_owned(),
        message: draft.message.trim().to_owned(),
        client_offset: draft.client_offset,
    };
    match (
        trimmed.handle.chars().count(),
        trimmed.message.chars().count(),
    ) {
        (0, _) => Err(Refusal::HandleEmpty),
        (length, _) if length > MAX_HANDLE => Err(Refusal::HandleTooLong),
        (_, 0) => Err(Refusal::MessageEmpty),
        (_, length) if length > MAX_MESSAGE => Err(Refusal::MessageTooLong),
        _ => match &trimmed.client_offset {
            Some(offset) if offset.len() > MAX_CLIENT_OFFSET => Err(Refusal::ClientOffsetTooLong),
            _ => Ok(trimmed),
        },
    }
}
