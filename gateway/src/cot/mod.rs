//! Cursor on Target, as the TAK clients speak it: ATAK, WinTAK, iTAK and what is built on pytak and node-tak.
//!
//! [`event`] is an event whichever way it came, [`xml_form`] and [`protobuf`] are the two ways, [`frame`] cuts a stream into
//! messages; [`session`] is one stream, [`translate`] what events mean to Samband, [`run`] the gateway as it runs. Sources: the MITRE
//! base schema, ATAK's own protocol description, and clients that were run.

pub mod event;
pub mod frame;
mod json;
mod kinds;
mod make;
pub mod port;
pub mod protobuf;
pub mod run;
pub mod session;
pub mod settings;
pub mod tables;
pub mod time;
pub mod translate;
pub mod xml_form;

pub use event::{CotError, Event, Point};

/// Octets that an event has at most, in either form.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
