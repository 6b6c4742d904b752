//! A record as it is kept, before anything is believed.

use bytes::Bytes;

use crate::chain::{Hash, Header, Salt, payload_hash, purge_checksum, record_hash};
use crate::error::CorruptRecord;
use crate::ids::{EventId, Position, StreamId, Version};
use crate::record::{Payload, Record};

/// The content as it is kept, apart from the header.
#[derive(Clone)]
pub(crate) enum Content {
    Present {
        salt: Salt,
        body: Bytes,
    },
    Purged {
        owner: String,
        ground: String,
        at_ms: i64,
        checksum: Hash,
    },
    /// Neither content nor purge was found: damage.
    Missing,
}

/// A record as it is kept.
#[derive(Clone)]
pub(crate) struct Raw {
    pub(crate) position: Position,
    pub(crate) stream: StreamId,
    pub(crate) version: Version,
    pub(crate) id: EventId,
    pub(crate) at_ms: i64,
    pub(crate) payload_hash: Hash,
    /// Hash of the stream's previous record: kept so that a record can be verified alone.
    pub(crate) prev: Hash,
    pub(crate) hash: Hash,
    pub(crate) content: Content,
}

impl Raw {
    pub(crate) fn header(&self) -> Header<'_> {
        Header { stream: &self.stream, version: self.version, position: self.position, id: self.id, at_ms: self.at_ms }
    }

    /// Verifies checksum and content, and gives the record that may be handed out.
    pub(crate) fn check(self) -> Result<Record, CorruptRecord> {
        if record_hash(&self.prev, &self.header(), &self.payload_hash) != self.hash {
            return Err(self.corrupt("the header does not match its checksum"));
        }
        let payload = match &self.content {
            Content::Missing => return Err(self.corrupt("the payload is missing and was not purged")),
            Content::Present { salt, body } => {
                if payload_hash(salt, body) != self.payload_hash {
                    return Err(self.corrupt("the payload does not match its hash"));
                }
                Payload::Present(body.clone())
            }
            Content::Purged { owner, ground, at_ms, checksum } => {
                if purge_checksum(&self.hash, owner, ground, *at_ms) != *checksum {
                    return Err(self.corrupt("the purge does not match its checksum"));
                }
                Payload::Purged { owner: owner.clone(), ground: ground.clone(), at_ms: *at_ms }
            }
        };
        let Self { position, stream, version, id, at_ms, hash, .. } = self;
        Ok(Record { position, stream, version, id, at_ms, payload, hash })
    }

    fn corrupt(&self, what: &str) -> CorruptRecord {
        CorruptRecord {
            position: self.position,
            stream: Some(self.stream.clone()),
            version: Some(self.version),
            what: what.to_owned(),
        }
    }
}
