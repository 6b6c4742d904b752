//! A hub at work: bursts of batches, pipelined, over several streams, with a purge now and then. It remembers what was
//! answered before the power went, and can tell whether a journal that was opened again has kept it.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use samband_journal::{Batch, Journal, Payload, Position, ReadError, StreamAppend, StreamId, Version};

use super::disk::SimDisk;
use super::events::{event, stream};
use super::random::Random;

const STREAMS: [&str; 5] = ["incident/1", "incident/2", "unit/3", "pool/z", "talkgroup/5"];

/// An event as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) stream: StreamId,
    pub(crate) number: u64,
    pub(crate) version: Version,
    /// Ordered, and whether that was answered.
    pub(crate) purge: Option<bool>,
}

/// Everything that was sent, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Work {
    pub(crate) events: Vec<Sent>,
    /// How many events there were after each batch: the only places where a journal may end.
    ends: Vec<usize>,
    /// How many events were answered.
    pub(crate) acknowledged: usize,
    drawn: u64,
}

/// What a journal that was opened again holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// All that was answered, and this many events in all.
    Kept(usize),
    /// Less than was answered, and nobody said so.
    Lost(usize),
    /// It says itself that something is wrong.
    Noticed(String),
}

impl Work {
    fn version(&self, stream: &StreamId) -> Version {
        Version(self.events.iter().filter(|sent| sent.stream == *stream).count() as u64)
    }

    /// The next batch, noted as sent.
    fn batch(&mut self, epoch: u64, random: &mut Random) -> Batch {
        let mut appends = Vec::new();
        for _ in 0..=random.below(3) {
            let stream = stream(STREAMS[usize::try_from(random.below(5)).unwrap()]);
            let expected = self.version(&stream);
            let numbers = self.drawn..self.drawn + 1 + random.below(4);
            self.drawn = numbers.end;
            let events = numbers.clone().map(event).collect();
            for (number, version) in numbers.zip(expected.0 + 1..) {
                let version = Version(version);
                self.events.push(Sent { stream: stream.clone(), number, version, purge: None });
            }
            appends.push(StreamAppend { stream, expected, events });
        }
        self.ends.push(self.events.len());
        Batch::new(epoch, appends)
    }

    /// Sends `bursts` bursts, each of which is one commit: the writer is held until all of a burst is queued. Ends early when
    /// something fails.
    pub(crate) fn run(&mut self, journal: &dyn Journal, disk: &SimDisk, random: &mut Random, bursts: u64) {
        self.ends.push(self.events.len());
        let acknowledged = Arc::new(Mutex::new(self.acknowledged));
        for _ in 0..bursts {
            let (release, held) = sync_channel::<()>(1);
            journal.append(Batch::barrier(journal.epoch()), Box::new(move |_| _ = held.recv()));
            for _ in 0..=random.below(6) {
                let batch = self.batch(journal.epoch(), random);
                let (end, acknowledged, disk) = (self.events.len(), Arc::clone(&acknowledged), disk.clone());
                let done = move |outcome: Result<_, _>| {
                    if outcome.is_ok() && !disk.is_dead() {
                        *acknowledged.lock().unwrap() = end;
                    }
                };
                journal.append(batch, Box::new(done));
            }
            drop(release);
            let failed = journal.append_wait(Batch::barrier(journal.epoch())).is_err();
            self.acknowledged = *acknowledged.lock().unwrap();
            if failed || disk.is_dead() {
                return;
            }
            if random.chance(150) {
                self.purge(journal, disk, random);
            }
        }
    }

    fn purge(&mut self, journal: &dyn Journal, disk: &SimDisk, random: &mut Random) {
        let index = usize::try_from(random.below(self.acknowledged as u64)).unwrap();
        let sent = &mut self.events[index];
        let outcome = journal.purge(&sent.stream, sent.version, "owner", "ground", 5);
        let answered = outcome.is_ok() && !disk.is_dead();
        sent.purge = Some(answered || sent.purge == Some(true));
    }

    /// Compares a journal with what was sent. Panics at anything that was never sent, or is out of order or torn: that is
    /// wrong on any disk.
    pub(crate) fn examine(&self, journal: &dyn Journal) -> Finding {
        let records = match journal.read(Position(0), usize::MAX) {
            Ok(records) => records,
            Err(error) => return Finding::Noticed(error.to_string()),
        };
        assert!(records.is_empty() || self.ends.contains(&records.len()), "a batch is torn");
        for (record, sent) in records.iter().zip(&self.events) {
            let expected = event(sent.number);
            assert_eq!((&record.stream, record.version), (&sent.stream, sent.version));
            assert_eq!((record.id, record.at_ms), (expected.id, expected.at_ms));
            match (&record.payload, sent.purge) {
                (Payload::Present(payload), purge) if purge != Some(true) => assert_eq!(*payload, expected.payload),
                (Payload::Purged { .. }, Some(_)) => {}
                (Payload::Present(_), _) => return Finding::Lost(records.len()),
                (Payload::Purged { .. }, None) => panic!("purged by nobody"),
            }
        }
        if let Some(error) = streams_differ(journal, records.len()) {
            return Finding::Noticed(error.to_string());
        }
        if let Err(error) = journal.verify() {
            return Finding::Noticed(error.to_string());
        }
        if records.len() < self.acknowledged { Finding::Lost(records.len()) } else { Finding::Kept(records.len()) }
    }

    /// Forgets what was sent and not answered and is not there: the journal as it was found is the truth now.
    pub(crate) fn settle(&mut self, found: usize) {
        self.events.truncate(found);
        self.acknowledged = found;
        self.ends.retain(|end| *end <= found);
    }
}

/// Reads every stream and counts: together they must hold what the journal holds.
fn streams_differ(journal: &dyn Journal, records: usize) -> Option<ReadError> {
    let mut found = 0;
    for name in STREAMS {
        match journal.read_stream(&stream(name), Version(0), usize::MAX) {
            Ok(own) => found += own.len(),
            Err(error) => return Some(error),
        }
    }
    assert_eq!(found, records, "the streams hold something else than the journal");
    None
}
