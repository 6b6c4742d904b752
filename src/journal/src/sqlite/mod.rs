//! The durable journal: one SQLite file, one writer with group commit, readers beside it.
//!
//! In the directory: `journal.db` (with `-wal` and `-shm`), `head` (what was answered), `lock` and
//! `reserve` (room for the last alarms on a full disk).

mod checkpoint;
mod disk;
mod head;
mod journal;
mod load;
mod open;
mod open_error;
mod options;
mod pool;
mod purge;
mod read;
mod rows;
mod schema;
mod shared;
mod verify;
mod writer;

pub use disk::{Disk, RealDisk, Space};
pub(crate) use head::HeadMark;
pub use head::Reached;
pub use journal::SqliteJournal;
pub use open_error::OpenError;
pub use options::{Checkpoints, Entropy, Options, Synchronous};
