//! The hashes. Each has a domain of its own and every part is length-prefixed, so that no two inputs look alike.

use sha2::{Digest, Sha256};

use crate::ids::{EventId, Position, StreamId, Version};

/// A SHA-256 value.
pub(crate) type Hash = [u8; 32];
/// What makes the hash of a short payload impossible to guess once the payload is purged.
pub(crate) type Salt = [u8; 16];

/// Hash of "nothing before this".
pub(crate) const ORIGIN: Hash = [0; 32];

/// A hash under construction.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    /// Begins a hash of the given domain.
    pub(crate) fn new(domain: &str) -> Self {
        Self(Sha256::new()).bytes(domain.as_bytes())
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        let mut hasher = self.number(bytes.len() as u64);
        hasher.0.update(bytes);
        hasher
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    pub(crate) fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// The part of a record that stays when its payload is purged.
pub(crate) struct Header<'a> {
    pub(crate) stream: &'a StreamId,
    pub(crate) version: Version,
    pub(crate) position: Position,
    pub(crate) id: EventId,
    pub(crate) at_ms: i64,
}

pub(crate) fn payload_hash(salt: &Salt, payload: &[u8]) -> Hash {
    Hasher::new("samband.journal.1.payload").bytes(salt).bytes(payload).finish()
}

/// The chain of a stream, and at the same time the checksum of the record.
pub(crate) fn record_hash(prev: &Hash, header: &Header<'_>, payload: &Hash) -> Hash {
    Hasher::new("samband.journal.1.record")
        .bytes(prev)
        .bytes(header.stream.as_str().as_bytes())
        .number(header.version.0)
        .number(header.position.0)
        .bytes(&header.id.0)
        .number(header.at_ms.cast_unsigned())
        .bytes(payload)
        .finish()
}

/// Binds a purge to its record, so that only a purge that was really ordered explains a missing payload.
pub(crate) fn purge_checksum(record: &Hash, owner: &str, ground: &str, at_ms: i64) -> Hash {
    Hasher::new("samband.journal.1.purge")
        .bytes(record)
        .bytes(owner.as_bytes())
        .bytes(ground.as_bytes())
        .number(at_ms.cast_unsigned())
        .finish()
}

/// Checksum of the row that says how far a stream has come.
pub(crate) fn stream_checksum(no: u64, stream: &str, version: Version, hash: &Hash) -> Hash {
    Hasher::new("samband.journal.1.stream").number(no).bytes(stream.as_bytes()).number(version.0).bytes(hash).finish()
}

/// Chain over commits: each covers the one before and the hash of everything it stored.
pub(crate) fn commit_chain<'a>(prev: &Hash, commit: u64, stored: impl Iterator<Item = &'a Hash>) -> Hash {
    let start = Hasher::new("samband.journal.1.commit").bytes(prev).number(commit);
    stored.fold(start, |hasher, hash| hasher.bytes(hash)).finish()
}
