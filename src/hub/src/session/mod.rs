//! A session: what a client and the hub say to each other, without sockets. Both transports drive the same machine.

pub mod resume;

pub mod machine;
pub use machine::{Effect, Session};
