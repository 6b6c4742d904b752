//! What can go wrong, with the facts that caused it.

use thiserror::Error;

use crate::ids::{Position, StreamId, Version};

/// Why a text is not the name of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StreamIdError {
    /// There is no slash between kind and id.
    #[error("a stream is named kind/id")]
    NoSlash,
    /// The kind is not one the journal knows.
    #[error("unknown kind of stream: {0:?}")]
    UnknownKind(String),
    /// The id is empty or too long.
    #[error("the id of a stream has 1 to {limit} characters, this has {found}")]
    IdLength {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The id holds a character that is not allowed.
    #[error("character {found:?} at place {index} of a stream's id; allowed are A-Z a-z 0-9 . _ : -")]
    IdCharacter {
        /// Place in the id, from 0.
        index: usize,
        /// What stood there.
        found: char,
    },
}

/// Why a batch was not stored, or is not known to be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AppendError {
    /// A stream was not where the caller believed. Nothing of the batch was stored.
    #[error("stream {stream} is at version {found}, expected {expected}")]
    Conflict {
        /// The first stream that did not fit.
        stream: StreamId,
        /// What the caller expected.
        expected: Version,
        /// Where the stream is.
        found: Version,
    },
    /// No room on the disk; rolled back. The journal stays open: free space or release the reserve, then send it again.
    #[error("no room left for the journal")]
    Full,
    /// A write or a sync failed. Whether the batch is on the disk is not known. Every later append fails the same way
    /// until the journal has been opened again, since a sync that failed once says nothing true the second time.
    #[error("the journal cannot be written: {0}")]
    Failed(String),
    /// A batch before this one failed after this one was decided: decide again under the new epoch and resubmit.
    #[error("an earlier batch failed; decide again")]
    Aborted,
    /// The batch is larger than [`crate::Limits`] allow. Nothing was stored.
    #[error("{what} is {found}, the limit is {limit}")]
    TooLarge {
        /// What was measured.
        what: &'static str,
        /// Its size.
        found: usize,
        /// The largest that is taken.
        limit: usize,
    },
    /// The journal was sealed or its writer has ended.
    #[error("the journal is closed")]
    Closed,
}

/// A place where what is stored cannot be proved to be what was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("corrupt at position {position}: {what}")]
pub struct CorruptRecord {
    /// The place that was to be read.
    pub position: Position,
    /// Its stream, where that is known.
    pub stream: Option<StreamId>,
    /// Its place in the stream, where that is known.
    pub version: Option<Version>,
    /// What does not fit. Never holds anything of a payload.
    pub what: String,
}

/// Why nothing was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Something is damaged or missing: restore from a replica. Nothing is skipped and nothing is cut.
    #[error("corrupt at position {position}: {what}")]
    Corrupt {
        /// The place that was to be read.
        position: Position,
        /// Its stream, where that is known.
        stream: Option<StreamId>,
        /// Its place in the stream, where that is known.
        version: Option<Version>,
        /// What does not fit. Never holds anything of a payload.
        what: String,
    },
    /// The operating system or the database refused; trying again may help.
    #[error("the journal cannot be read: {0}")]
    Io(String),
    /// The follower was closed, or the journal is gone.
    #[error("closed")]
    Closed,
}

impl From<CorruptRecord> for ReadError {
    fn from(found: CorruptRecord) -> Self {
        let CorruptRecord { position, stream, version, what } = found;
        Self::Corrupt { position, stream, version, what }
    }
}
