//! A journal that does as a test says: nearly out of room, or slow.

use std::{
    io,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use samband_journal::{
    AppendError, Batch, Done, Follower, Health, Journal, MemoryJournal, Position, ReadError, Record, StreamId,
    VerifyReport, Version,
};

/// A journal in memory with a reserve, and a gate before it.
pub struct TestJournal {
    /// What stores.
    pub inner: MemoryJournal,
    /// The reserve is there. Without it, the journal is nearly full.
    pub reserve: AtomicBool,
    held: Mutex<bool>,
    opened: Condvar,
}

impl Default for TestJournal {
    fn default() -> Self {
        Self {
            inner: MemoryJournal::new(),
            reserve: AtomicBool::new(true),
            held: Mutex::new(false),
            opened: Condvar::new(),
        }
    }
}

impl TestJournal {
    /// Whoever appends now waits until it is let go.
    pub fn hold(&self, hold: bool) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = hold;
        self.opened.notify_all();
    }
}

impl Journal for TestJournal {
    fn append(&self, batch: Batch, done: Done) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait_while(held, |held| *held));
        self.inner.append(batch, done);
    }

    fn read(&self, after: Position, limit: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        self.inner.read(after, limit)
    }

    fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        self.inner.read_stream(stream, after, limit)
    }

    fn head(&self) -> Position {
        self.inner.head()
    }

    fn stream_version(&self, stream: &StreamId) -> Result<Version, ReadError> {
        self.inner.stream_version(stream)
    }

    fn follow(&self, after: Position) -> Follower {
        self.inner.follow(after)
    }

    fn purge(
        &self,
        stream: &StreamId,
        version: Version,
        owner: &str,
        ground: &str,
        at_ms: i64,
    ) -> Result<(), AppendError> {
        self.inner.purge(stream, version, owner, ground, at_ms)
    }

    fn verify(&self) -> Result<VerifyReport, ReadError> {
        self.inner.verify()
    }

    fn health(&self) -> Health {
        match self.inner.health() {
            Health::Ok if !self.reserve.load(Ordering::SeqCst) => Health::NearlyFull { used_permille: 999 },
            other => other,
        }
    }

    fn epoch(&self) -> u64 {
        self.inner.epoch()
    }

    fn release_reserve(&self) -> io::Result<()> {
        self.reserve.store(false, Ordering::SeqCst);
        self.inner.refuse(None);
        Ok(())
    }
}
