//! SOS text alarms: the texts that SOS Alarm and the control rooms send to a station by SMS or mail.
//!
//! [`decode`] reads every known variant and never fails: what could be read is used, what could not is kept as text and
//! flagged. A real alarm must not be lost because one of its fields is malformed.

mod alarm;
mod decode;
mod draft;
mod field;
mod fields;
mod flags;
pub mod intake;
mod labels;
mod location;
mod mail;
mod positional;
mod segments;
pub mod stations;
mod text;
pub mod translate;
mod types;

pub use alarm::TextAlarm;
pub use decode::decode;
pub use flags::Flag;
pub use labels::known_labels;
pub use location::Location;
pub use text::{MAX_BYTES, NotText, check_text};
pub use types::is_known_type;
