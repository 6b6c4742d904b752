//! Peripheral equipment interface (EN 300 392-5): AT commands to a radio that serves as modem, and what it says by itself.

mod event;
mod header;
mod line;
mod modem;
pub mod port;

pub use event::{Event, Outgoing, Priority, Received, Why};
pub use header::{HeaderError, Identity, SdsHeader};
pub use line::{CmeError, Line};
pub use modem::Modem;
