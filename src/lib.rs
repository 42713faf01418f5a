//! A chat made of glass.
//!
//! # Layout
//!
//! ```text
//! wire        bytes in, events out: HTTP/1.1, WebSocket, Engine.IO, Socket.IO
//! tap         watches every accepted connection; does only framing
//! capture     bounded rings of records, exact counters
//! dissect     what a record means, worked out when somebody looks
//! filter      which records somebody wants to see
//! view        records as JSON
//! export      the capture as a file: JSON Lines, HAR, pcapng
//! inspector   records over HTTP and over a feed
//! chat        the room; knows no transport
//! transport   the chat over polling, server-sent events, WebSocket and Socket.IO
//! web         pages, files, headers
//! serve       the accept loop: limits in number, size and time
//! places      how many connections and sessions there may be
//! refusal     what a refused request is told
//! metrics     what is counted
//! config      options
//! ```
//!
//! `docs/architecture.md` says who may use whom.

pub mod capture;
pub mod chat;
pub mod config;
pub mod dissect;
pub mod export;
pub mod filter;
pub mod inspector;
pub mod metrics;
pub mod places;
pub mod refusal;
pub mod serve;
pub mod tap;
pub mod transport;
pub mod view;
pub mod web;
pub mod wire;

mod server;
mod time;

pub use server::Server;
