//! Why a durable journal did not open. None of these changes anything on the disk.

use std::io;

use thiserror::Error;

use crate::error::{CorruptRecord, ReadError};
use crate::sqlite::head::Reached;

/// Why a durable journal did not open.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process, or another journal in this one, has it open.
    #[error("the journal in {0} is open elsewhere")]
    Locked(String),
    /// More was answered than the database holds: it was restored from an old copy, lost a write that it had confirmed, or is
    /// damaged. Restore from a replica; `accept_loss_after_head` opens what is left.
    #[error("answered up to {head}, but the database ends at {database}")]
    HeadAhead {
        /// The last commit that was answered.
        head: Reached,
        /// The last commit in the database.
        database: Reached,
    },
    /// The side file and the database tell different histories: one of them comes from elsewhere.
    #[error("the head file ({head}) and the database ({database}) do not belong together")]
    HeadMismatch {
        /// What the side file says.
        head: Reached,
        /// What the database says.
        database: Reached,
    },
    /// The database holds events and the side file that witnesses them is missing or unreadable.
    #[error("the head file is missing or unreadable; the database ends at {database}")]
    HeadUnreadable {
        /// What the database says.
        database: Reached,
    },
    /// Something that was verified at open is damaged or missing.
    #[error(transparent)]
    Corrupt(#[from] CorruptRecord),
    /// The file was written by a newer program.
    #[error("the journal has schema {found}, this program knows {supported}")]
    NewerSchema {
        /// Schema version in the file.
        found: i64,
        /// The newest this program knows.
        supported: i64,
    },
    /// The operating system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The database refused.
    #[error("{what}: {reason}")]
    Database {
        /// What was being done.
        what: &'static str,
        /// What it said.
        reason: String,
    },
    /// The operating system's random generator gave nothing.
    #[error("no randomness: {0}")]
    Entropy(String),
}

impl OpenError {
    /// Names what was being done when the operating system refused.
    pub(super) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }

    /// Names what was being done when the database refused.
    pub(super) fn database(what: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |error| Self::Database { what, reason: error.to_string() }
    }
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Corrupt { position, stream, version, what } => {
                Self::Corrupt(CorruptRecord { position, stream, version, what })
            }
            ReadError::Io(reason) => Self::Database { what: "reading", reason },
            ReadError::Closed => Self::Database { what: "reading", reason: "closed".to_owned() },
        }
    }
}
