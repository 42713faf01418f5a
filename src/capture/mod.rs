//! What was seen: records and their bytes in bounded rings, and exact counters for each connection.

pub mod connection;
pub mod names;
pub mod record;
pub mod ring;
pub mod store;

pub use connection::{Connection, Counters, Upgrade};
pub use record::{Both, Direction, End, EndKind, Kind, Layer, Owner, Part, Protocol, Record, Side};
pub use store::{Item, Page, Store};
