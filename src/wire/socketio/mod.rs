//! Socket.IO, protocol revision 5, inside Engine.IO's messages.

pub mod packet;
