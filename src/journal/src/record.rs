//! What the journal hands out.

use std::fmt;

use bytes::Bytes;

use crate::ids::{EventId, Position, StreamId, Version};

/// The content of a record, or who had it removed and why.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// The encoded event as it was given.
    Present(Bytes),
    /// Removed by a retention decision. The header, its place and its hash stay, so that the chain still verifies.
    Purged {
        /// Whose decision it was.
        owner: String,
        /// The legal ground.
        ground: String,
        /// Hub time of the decision in milliseconds since 1970.
        at_ms: i64,
    },
}

impl Payload {
    /// The bytes, unless they were purged.
    #[must_use]
    pub const fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Present(bytes) => Some(bytes),
            Self::Purged { .. } => None,
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present(bytes) => write!(out, "Present({} bytes)", bytes.len()),
            Self::Purged { owner, ground, at_ms } => write!(out, "Purged({owner}, {ground}, {at_ms} ms)"),
        }
    }
}

/// A stored event, verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Place in the whole journal.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Place in that stream.
    pub version: Version,
    /// As given by the caller.
    pub id: EventId,
    /// Hub time in milliseconds since 1970, as given by the caller.
    pub at_ms: i64,
    /// The content.
    pub payload: Payload,
    /// SHA-256 over the hash of the stream's previous record, this header and the salted hash of the payload.
    pub hash: [u8; 32],
}

/// Where a batch landed. A batch without events has `first == last + 1`, with `last` the durable head at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Place of its first event.
    pub first: Position,
    /// Place of its last event.
    pub last: Position,
}
