//! The journal: stores encoded events, orders them and hands them out again. It never judges and never parses them.
//!
//! * [`Journal`] is the port. [`MemoryJournal`] and [`SqliteJournal`] are its adapters and pass one conformance suite.
//! * A [`Batch`] is atomic over several streams and is answered only when it is durable.
//! * Every [`Record`] is verified each time it is read from where it is kept: what cannot be proved intact is an error,
//!   never skipped and never handed out.
//! * No clock, no randomness of its own but salts, no logging: time comes with the event, `Debug` shows lengths only.
//!
//! ```
//! use samband_journal::{Batch, EventId, Journal, MemoryJournal, NewEvent, StreamAppend, StreamId, Version};
//!
//! let journal = MemoryJournal::new();
//! let incident = StreamId::new("incident/7").expect("a valid name");
//! let event = NewEvent { id: EventId([1; 16]), at_ms: 0, payload: "encoded".into() };
//! let append = StreamAppend { stream: incident.clone(), expected: Version(0), events: vec![event] };
//! let done = journal.append_wait(Batch::new(journal.epoch(), vec![append])).expect("room and no conflict");
//! assert_eq!(done.last, journal.head());
//! assert_eq!(journal.stream_version(&incident), Ok(Version(1)));
//! ```

mod batch;
mod chain;
mod error;
mod follow;
mod heads;
mod ids;
mod memory;
mod port;
mod raw;
mod record;
mod sqlite;
mod staging;
mod sync;
mod tail;
mod walk;

pub use batch::{Batch, Limits, NewEvent, StreamAppend};
pub use error::{AppendError, CorruptRecord, ReadError, StreamIdError};
pub use follow::Follower;
pub use ids::{EventId, Position, StreamId, StreamKind, Version};
pub use memory::MemoryJournal;
pub use port::{Done, Health, Journal, VerifyReport};
pub use record::{Committed, Payload, Record};
pub use sqlite::{
    Checkpoints, Disk, Entropy, OpenError, Options, Reached, RealDisk, Space, SqliteJournal, Synchronous,
};
