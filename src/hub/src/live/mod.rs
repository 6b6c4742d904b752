//! The live map: the latest location of every unit, and frames of what each class of viewers may see of it, at a fixed rate.
//!
//! Knows neither journal nor commands. What the journal says of units and incidents it is told ([`LiveHandle::unit`],
//! [`LiveHandle::standing`]); what leaves is made by `samband_disclosure::map` alone. A session that cannot take its frames loses
//! nothing that matters: it gets key frames of what it has missed, with what holds then.

mod admission;
mod area;
mod class;
mod core;
mod entry;
mod member;
mod nearby;
mod register;
mod thinning;
mod thread;
mod unit;

pub use admission::Intake;
pub use area::{Area, CellId, Ground};
pub use core::{Live, MapJoin};
pub use entry::{Entries, Opening, entries};
pub use nearby::{HomesOnly, Nearby};
pub use register::{Register, Registered};
pub use thread::{LiveHandle, LiveThread, Recorder};
pub use unit::{Fix, UnitView};
