//! Turns batches into rows: versions, places and hashes are decided here, for every adapter alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::batch::{Batch, Limits, NewEvent};
use crate::chain::{Hash, ORIGIN, Salt, commit_chain, payload_hash, record_hash};
use crate::error::AppendError;
use crate::heads::{Heads, StreamHead};
use crate::ids::{Position, StreamId, Version};
use crate::raw::{Content, Raw};
use crate::record::{Committed, Payload, Record};
use crate::sqlite::HeadMark;

/// A row about to be stored.
pub(crate) struct Staged {
    pub(crate) stream_no: u64,
    pub(crate) raw: Raw,
    pub(crate) record: Arc<Record>,
}

/// What one commit will store: batches that fit, on top of what is durable.
pub(crate) struct Staging<'a> {
    base: &'a Heads,
    limits: &'a Limits,
    entropy: &'a dyn Fn(&mut [u8]),
    changed: BTreeMap<StreamId, StreamHead>,
    created: u64,
    pub(crate) rows: Vec<Staged>,
}

/// What a commit stores, free of what it was staged on.
pub(crate) struct Commit {
    pub(crate) rows: Vec<Staged>,
    /// In the order of their numbers.
    pub(crate) streams: Vec<(StreamId, StreamHead)>,
    pub(crate) mark: HeadMark,
    /// Streams in all, after this commit.
    pub(crate) stream_count: u64,
}

impl<'a> Staging<'a> {
    pub(crate) fn new(base: &'a Heads, limits: &'a Limits, entropy: &'a dyn Fn(&mut [u8])) -> Self {
        Self { base, limits, entropy, changed: BTreeMap::new(), created: 0, rows: Vec::new() }
    }

    /// Adds a batch whole, or leaves everything as it was.
    pub(crate) fn add(&mut self, batch: &Batch) -> Result<Committed, AppendError> {
        self.check_size(batch)?;
        self.check_versions(batch)?;
        let first = self.head().next();
        for append in &batch.appends {
            for event in &append.events {
                self.push(&append.stream, event);
            }
        }
        Ok(Committed { first, last: self.head() })
    }

    /// Ends the staging.
    pub(crate) fn finish(self) -> Commit {
        let head = self.head();
        let last = self.rows.last().map_or(self.base.mark.last_hash, |row| row.raw.hash);
        let mark = self.base.mark.after(head, last, self.rows.iter().map(|row| &row.raw.hash));
        let mut streams: Vec<_> = self.changed.into_iter().collect();
        streams.sort_by_key(|(_, head)| head.no);
        Commit { rows: self.rows, streams, mark, stream_count: self.base.count() + self.created }
    }

    fn head(&self) -> Position {
        Position(self.base.head().0 + self.rows.len() as u64)
    }

    fn stream(&self, stream: &StreamId) -> Option<StreamHead> {
        self.changed.get(stream).copied().or_else(|| self.base.stream(stream))
    }

    fn check_size(&self, batch: &Batch) -> Result<(), AppendError> {
        let events = || batch.appends.iter().flat_map(|append| &append.events);
        let largest = events().map(|event| event.payload.len()).max().unwrap_or(0);
        let total = events().map(|event| event.payload.len()).sum();
        at_most("a payload's bytes", largest, self.limits.payload_bytes)?;
        at_most("a batch's bytes", total, self.limits.batch_bytes)?;
        at_most("a batch's events", events().count(), self.limits.batch_events)
    }

    fn check_versions(&self, batch: &Batch) -> Result<(), AppendError> {
        let mut reached: BTreeMap<&StreamId, Version> = BTreeMap::new();
        for append in &batch.appends {
            let known = || self.stream(&append.stream).map_or(Version(0), |head| head.version);
            let found = reached.get(&append.stream).copied().unwrap_or_else(known);
            if found != append.expected {
                let (stream, expected) = (append.stream.clone(), append.expected);
                return Err(AppendError::Conflict { stream, expected, found });
            }
            reached.insert(&append.stream, Version(found.0 + append.events.len() as u64));
        }
        Ok(())
    }

    fn push(&mut self, stream: &StreamId, event: &NewEvent) {
        let before = self.stream(stream).unwrap_or_else(|| {
            self.created += 1;
            StreamHead { no: self.base.count() + self.created, version: Version(0), hash: ORIGIN }
        });
        let mut salt: Salt = [0; 16];
        (self.entropy)(&mut salt);
        let mut raw = Raw {
            position: self.head().next(),
            stream: stream.clone(),
            version: before.version.next(),
            id: event.id,
            at_ms: event.at_ms,
            payload_hash: payload_hash(&salt, &event.payload),
            prev: before.hash,
            hash: ORIGIN,
            content: Content::Present { salt, body: event.payload.clone() },
        };
        raw.hash = record_hash(&raw.prev, &raw.header(), &raw.payload_hash);
        let after = StreamHead { no: before.no, version: raw.version, hash: raw.hash };
        self.changed.insert(stream.clone(), after);
        let record = Arc::new(record_of(&raw, Payload::Present(event.payload.clone())));
        self.rows.push(Staged { stream_no: before.no, raw, record });
    }
}

impl HeadMark {
    /// Nothing stored yet.
    pub(crate) const ORIGIN: Self = Self { commit: 0, position: Position(0), last_hash: ORIGIN, chain: ORIGIN };

    /// The mark after one more commit that stored `hashes` (of records, or of a purge).
    pub(crate) fn after<'h>(
        &self,
        position: Position,
        last_hash: Hash,
        hashes: impl Iterator<Item = &'h Hash>,
    ) -> Self {
        let commit = self.commit + 1;
        Self { commit, position, last_hash, chain: commit_chain(&self.chain, commit, hashes) }
    }
}

/// The record of a row whose content is known to be `payload`.
pub(crate) fn record_of(raw: &Raw, payload: Payload) -> Record {
    Record {
        position: raw.position,
        stream: raw.stream.clone(),
        version: raw.version,
        id: raw.id,
        at_ms: raw.at_ms,
        payload,
        hash: raw.hash,
    }
}

/// Refuses what is larger than its limit.
pub(crate) fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), AppendError> {
    if found > limit { Err(AppendError::TooLarge { what, found, limit }) } else { Ok(()) }
}
