//! The ways in which the chat's words travel.

pub mod going_away;
pub mod socketio;
pub mod websocket;
pub mod words;
