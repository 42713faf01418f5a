//! The chat itself: rooms, their history, who is here, what is taken. It knows no transport.
//!
//! # Layout
//!
//! ```text
//! house         all rooms, under one roof: the history and the limits that they share
//! room          one room: what is said in it, in one order
//! subscription  following what is said, at one's own pace
//! history       the thread that writes and reads the database
//! database      SQLite: the schema, and what is asked of it
//! presence      who is here, and who types
//! attendance    one connection's part in that
//! company       following who is here and who types
//! hearing       one connection's subscription and company
//! person        who somebody is
//! limits        what is taken, and what is said when it is not
//! text          what a text is made of
//! ```

pub mod attendance;
pub mod company;
pub mod database;
pub mod hearing;
pub mod history;
pub mod house;
pub mod limits;
pub mod person;
pub mod presence;
pub mod room;
pub mod subscription;
pub mod text;

pub use attendance::Attendance;
pub use company::News;
pub use hearing::{Hearing, Told};
pub use house::House;
pub use limits::{Limits, Refusal};
pub use person::{Person, PersonId, Visitor};
pub use presence::{Here, Typing};
pub use room::{Draft, Message, Pending, Room};
pub use subscription::{Event, Start, Subscription};
