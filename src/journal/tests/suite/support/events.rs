//! Events that are easy to make and to recognise.

use samband_journal::{Batch, EventId, Journal, NewEvent, Position, Record, StreamAppend, StreamId, Version};
use std::sync::Arc;

pub(crate) fn stream(name: &str) -> StreamId {
    StreamId::new(name).unwrap()
}

/// An event whose id and payload follow from `number`.
pub(crate) fn event(number: u64) -> NewEvent {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    let payload = format!("event {number} ").repeat(1 + usize::try_from(number % 40).unwrap());
    NewEvent { id: EventId(id), at_ms: i64::try_from(number).unwrap() * 10, payload: payload.into() }
}

pub(crate) fn append(name: &str, expected: u64, numbers: impl IntoIterator<Item = u64>) -> StreamAppend {
    let events = numbers.into_iter().map(event).collect();
    StreamAppend { stream: stream(name), expected: Version(expected), events }
}

pub(crate) fn batch(journal: &dyn Journal, appends: Vec<StreamAppend>) -> Batch {
    Batch::new(journal.epoch(), appends)
}

/// Appends `count` events, one per batch, to one stream that is at `from`; numbers are versions.
pub(crate) fn fill(journal: &dyn Journal, name: &str, from: u64, count: u64) {
    for version in from..from + count {
        journal.append_wait(batch(journal, vec![append(name, version, [version + 1])])).unwrap();
    }
}

pub(crate) fn read_all(journal: &dyn Journal) -> Vec<Arc<Record>> {
    journal.read(Position(0), usize::MAX).unwrap()
}
