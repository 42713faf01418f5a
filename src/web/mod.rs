//! The pages, their files, and the headers that protect them.

pub mod assets;
pub mod pages;
pub mod security;
pub mod session;
