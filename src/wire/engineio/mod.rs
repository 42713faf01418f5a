//! Engine.IO, protocol revision 4: packets, and the payloads of its HTTP long-polling transport.

pub mod packet;
pub mod payload;
