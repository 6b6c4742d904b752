//! From the journal to the sessions: follows, redacts once per class, and hands the same bytes to everyone of the class.
//!
//! Knows no command and no socket. A session that cannot take what is due is *lagged*: it is served from what is stored, incident by
//! incident, until it has caught up.

mod affiliation;
mod catch_up;
mod classes;
mod core;
mod entry;
mod feed;
mod handover;
pub mod history;
mod member;
pub mod placing;
mod releases;
pub mod search;
pub mod sink;
pub mod thread;

pub use core::{Fanout, Join, SessionId};
pub use member::Following;
pub use placing::Placements;
pub use sink::{Item, Sink};
