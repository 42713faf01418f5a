//! A connection in one line of words.
