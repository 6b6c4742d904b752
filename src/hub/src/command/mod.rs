//! From a command to the journal: admitted, decided, appended. Knows nothing of transports and fan-out: what others see comes from the
//! journal or not at all.

pub mod admit;
pub mod desk;
mod effects;
mod incident;
mod receipts;
mod record;
mod remembered;
mod said;
mod sight;
pub mod writer;

pub use admit::{Admitted, admit};
pub use desk::{Decision, Desk};
pub use incident::Shared;
pub use writer::Writer;
