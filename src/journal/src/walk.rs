//! Walking over everything and believing nothing.

use std::collections::BTreeMap;

use crate::chain::{Hash, ORIGIN};
use crate::error::CorruptRecord;
use crate::ids::{Position, StreamId, Version};
use crate::port::VerifyReport;
use crate::record::{Payload, Record};

/// Follows all chains from their beginning.
pub(crate) struct Walk {
    chains: BTreeMap<StreamId, (Version, Hash)>,
    report: VerifyReport,
}

impl Walk {
    pub(crate) fn new() -> Self {
        let report = VerifyReport { head: Position(0), records: 0, purged: 0, streams: 0, payload_bytes: 0 };
        Self { chains: BTreeMap::new(), report }
    }

    /// Takes the next record, already verified by itself, with the hash it claims to follow.
    pub(crate) fn step(&mut self, record: &Record, prev: &Hash) -> Result<(), CorruptRecord> {
        if record.position != self.report.head.next() {
            return Err(corrupt_at(record, format!("expected position {}", self.report.head.next())));
        }
        let (version, hash) = self.chains.get(&record.stream).copied().unwrap_or((Version(0), ORIGIN));
        if record.version != version.next() {
            return Err(corrupt_at(record, format!("expected version {}", version.next())));
        }
        if *prev != hash {
            return Err(corrupt_at(record, "the chain of the stream is broken".to_owned()));
        }
        self.chains.insert(record.stream.clone(), (record.version, record.hash));
        self.report.head = record.position;
        self.report.records += 1;
        match &record.payload {
            Payload::Present(bytes) => self.report.payload_bytes += bytes.len() as u64,
            Payload::Purged { .. } => self.report.purged += 1,
        }
        Ok(())
    }

    /// Compares a stream's end with where it is known to be.
    pub(crate) fn expect_stream(&self, stream: &StreamId, version: Version, hash: &Hash) -> Result<(), CorruptRecord> {
        if self.chains.get(stream) == Some(&(version, *hash)) {
            return Ok(());
        }
        let position = self.report.head;
        let what = "the stream does not end where it is said to".to_owned();
        Err(CorruptRecord { position, stream: Some(stream.clone()), version: Some(version), what })
    }

    /// The last record passed.
    pub(crate) fn head(&self) -> Position {
        self.report.head
    }

    /// Ends the walk: all of `streams` streams and the journal up to `head` must have been met.
    pub(crate) fn finish(mut self, head: Position, streams: u64) -> Result<VerifyReport, CorruptRecord> {
        self.report.streams = self.chains.len() as u64;
        if self.report.head == head && self.report.streams == streams {
            return Ok(self.report);
        }
        let found = &self.report;
        let what = format!(
            "ends at position {} with {} streams, expected position {head} with {streams}",
            found.head, found.streams
        );
        Err(CorruptRecord { position: found.head.next(), stream: None, version: None, what })
    }
}

fn corrupt_at(record: &Record, what: String) -> CorruptRecord {
    CorruptRecord {
        position: record.position,
        stream: Some(record.stream.clone()),
        version: Some(record.version),
        what,
    }
}
