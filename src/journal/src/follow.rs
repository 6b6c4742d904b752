//! Following the journal: the past first, then what becomes durable.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::error::ReadError;
use crate::ids::Position;
use crate::record::Record;
use crate::sync::lock;
use crate::tail::{Found, Signal, Tail};

/// Records handed out at once, at most.
const CHUNK: usize = 512;
/// Bytes of payload read from the adapter at once, about; one record is always given.
const CHUNK_BYTES: usize = 8 << 20;

/// Where a follower reads from.
pub(crate) trait Source: Send + Sync {
    fn tail(&self) -> &Tail;

    /// Verified records after `after`: at least one if there are any, at most `limit`, and no more once they exceed `bytes`.
    fn read_chunk(&self, after: Position, limit: usize, bytes: usize) -> Result<Vec<Arc<Record>>, ReadError>;
}

/// Hands out the durable records in order, without gaps and without repeating any.
///
/// May be shared: one thread calls [`Follower::next`], another [`Follower::wake`] or [`Follower::close`].
pub struct Follower {
    source: Arc<dyn Source>,
    at: AtomicU64,
    turn: Mutex<()>,
    signal: Signal,
}

impl Follower {
    pub(crate) fn new(source: Arc<dyn Source>, after: Position) -> Self {
        Self { source, at: AtomicU64::new(after.0), turn: Mutex::new(()), signal: Signal::default() }
    }

    /// The next records, in order and at most a few hundred. `None` if there was nothing within `timeout`, or if
    /// [`Follower::wake`] was called.
    ///
    /// # Errors
    /// [`ReadError::Closed`] after [`Follower::close`], and once a sealed journal has been read to its end; otherwise what
    /// reading gives. After an error the place is unchanged.
    pub fn next(&self, timeout: Duration) -> Result<Option<Vec<Arc<Record>>>, ReadError> {
        let _turn = lock(&self.turn);
        let after = self.position();
        let records = match self.source.tail().wait(after, CHUNK, timeout, &self.signal) {
            Found::Closed => return Err(ReadError::Closed),
            Found::Nothing => return Ok(None),
            Found::Records(records) => records,
            Found::Older => self.source.read_chunk(after, CHUNK, CHUNK_BYTES)?,
        };
        if let Some(last) = records.last() {
            self.at.store(last.position.0, Ordering::SeqCst);
        }
        Ok((!records.is_empty()).then_some(records))
    }

    /// The last record handed out.
    pub fn position(&self) -> Position {
        Position(self.at.load(Ordering::SeqCst))
    }

    /// Makes a waiting [`Follower::next`], or else the next one, return without records.
    pub fn wake(&self) {
        self.signal.woken.store(true, Ordering::SeqCst);
        self.source.tail().nudge();
    }

    /// Ends it: every [`Follower::next`], also one that waits, gives [`ReadError::Closed`].
    pub fn close(&self) {
        self.signal.closed.store(true, Ordering::SeqCst);
        self.source.tail().nudge();
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Follower(at {})", self.position())
    }
}
