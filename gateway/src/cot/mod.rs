//! Cursor on Target, as the TAK clients speak it: ATAK, WinTAK, iTAK and what is built on pytak and node-tak.
//!
//! [`event`] is an event whichever way it came, [`xml_form`] and [`protobuf`] are the two ways, [`frame`] cuts a stream into
//! messages. Sources: the MITRE base schema, ATAK's own protocol description, and clients that were run.

pub mod event;
pub mod frame;
mod json;
pub mod protobuf;
pub mod time;
pub mod xml_form;

pub use event::{CotError, Event, Point};

/// Octets that an event has at most, in either form.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
