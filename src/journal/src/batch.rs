//! What is asked of the journal.

use std::fmt;

use bytes::Bytes;

use crate::ids::{EventId, StreamId, Version};

/// An event to be stored. The payload is opaque here.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Given by the caller; see [`EventId`].
    pub id: EventId,
    /// Hub time in milliseconds since 1970; the journal only keeps it.
    pub at_ms: i64,
    /// The encoded event.
    pub payload: Bytes,
}

impl fmt::Debug for NewEvent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NewEvent({}, {} ms, {} bytes)", self.id, self.at_ms, self.payload.len())
    }
}

/// Events for one stream, valid only while that stream is where the caller believed it to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAppend {
    /// Where the events go.
    pub stream: StreamId,
    /// Version of the stream before these events; 0 when it must not exist yet.
    pub expected: Version,
    /// In order. None at all only asserts `expected`.
    pub events: Vec<NewEvent>,
}

/// All or nothing over all its streams. Without appends it is a barrier: answered when everything before it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The journal's epoch when the caller decided this batch. Any failed batch raises the epoch, and batches of an older
    /// epoch are refused with [`crate::AppendError::Aborted`]: they were decided on the assumption that it succeeded.
    pub epoch: u64,
    /// Applied in order; the same stream may occur again with the version that the earlier part leaves behind.
    pub appends: Vec<StreamAppend>,
}

impl Batch {
    /// A batch decided under `epoch` (see [`crate::Journal::epoch`]).
    #[must_use]
    pub const fn new(epoch: u64, appends: Vec<StreamAppend>) -> Self {
        Self { epoch, appends }
    }

    /// A batch that stores nothing and is answered when everything queued before it is durable.
    #[must_use]
    pub const fn barrier(epoch: u64) -> Self {
        Self { epoch, appends: Vec::new() }
    }
}

/// What one batch may hold. Larger is refused with [`crate::AppendError::TooLarge`] and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one payload.
    pub payload_bytes: usize,
    /// Bytes of all payloads of a batch.
    pub batch_bytes: usize,
    /// Events of a batch.
    pub batch_events: usize,
    /// Bytes of a purge's owner and of its ground, each.
    pub purge_text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { payload_bytes: 1 << 20, batch_bytes: 8 << 20, batch_events: 4096, purge_text: 1024 }
    }
}
