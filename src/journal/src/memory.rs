//! The journal in memory: for tests and for whatever needs a journal and no disk. Same rules, same hashes.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::batch::{Batch, Limits};
use crate::chain::purge_checksum;
use crate::error::{AppendError, ReadError};
use crate::follow::{Follower, Source};
use crate::heads::Heads;
use crate::ids::{Position, StreamId, Version};
use crate::port::{Done, Health, Journal, VerifyReport};
use crate::raw::{Content, Raw};
use crate::record::{Committed, Payload, Record};
use crate::staging::{Staging, at_most, record_of};
use crate::sync::lock;
use crate::tail::Tail;
use crate::walk::Walk;

/// Bytes of payload kept in the ring for followers.
const TAIL_BYTES: usize = 32 << 20;

/// A journal that lives and dies with the process.
///
/// An append is carried out before [`Journal::append`] returns and `done` is called on the calling thread; only when `done`
/// itself appends, or two threads append at once, is the later batch carried out by the thread that is already at it.
/// Salts are counted, not drawn: the same appends give the same hashes.
pub struct MemoryJournal {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    tail: Tail,
    epoch: AtomicU64,
    salts: AtomicU64,
    limits: Limits,
}

struct State {
    heads: Heads,
    rows: Vec<(Raw, Arc<Record>)>,
    /// Indices into `rows` by stream, in order of version.
    streams: BTreeMap<StreamId, Vec<usize>>,
    queue: VecDeque<(Batch, Done)>,
    draining: bool,
    refusal: Option<AppendError>,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryJournal {
    /// An empty journal with the usual limits.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Limits::default(), 4096)
    }

    /// An empty journal with limits of its own and a ring of `ring` records for followers.
    #[must_use]
    pub fn with(limits: Limits, ring: usize) -> Self {
        let state = State {
            heads: Heads::new(),
            rows: Vec::new(),
            streams: BTreeMap::new(),
            queue: VecDeque::new(),
            draining: false,
            refusal: None,
        };
        let tail = Tail::new(Position(0), ring, TAIL_BYTES);
        let (epoch, salts) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { inner: Arc::new(Inner { state: Mutex::new(state), tail, epoch, salts, limits }) }
    }

    /// From now on every append and purge gives `refusal`, until `None`: a full or failed disk without a disk.
    pub fn refuse(&self, refusal: Option<AppendError>) {
        lock(&self.inner.state).refusal = refusal;
    }

    /// Takes nothing more; followers end after the last record.
    pub fn seal(&self) {
        self.refuse(Some(AppendError::Closed));
        self.inner.tail.close();
    }
}

impl fmt::Debug for MemoryJournal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MemoryJournal(head {})", self.inner.tail.head())
    }
}

impl Inner {
    fn drain(&self) {
        loop {
            let mut state = lock(&self.state);
            let Some((batch, done)) = state.queue.pop_front() else {
                state.draining = false;
                return;
            };
            let outcome = self.apply(&mut state, &batch);
            drop(state);
            done(outcome);
        }
    }

    fn apply(&self, state: &mut State, batch: &Batch) -> Result<Committed, AppendError> {
        if batch.epoch < self.epoch.load(Ordering::SeqCst) {
            return Err(AppendError::Aborted);
        }
        let outcome = match &state.refusal {
            Some(refusal) => Err(refusal.clone()),
            None => self.store(state, batch),
        };
        if outcome.is_err() {
            self.epoch.fetch_add(1, Ordering::SeqCst);
        }
        outcome
    }

    fn store(&self, state: &mut State, batch: &Batch) -> Result<Committed, AppendError> {
        let entropy = |salt: &mut [u8]| {
            let count = self.salts.fetch_add(1, Ordering::SeqCst).to_le_bytes();
            salt.iter_mut().zip(count).for_each(|(byte, count)| *byte = count);
        };
        let mut staging = Staging::new(&state.heads, &self.limits, &entropy);
        let committed = staging.add(batch)?;
        let commit = staging.finish();
        if commit.rows.is_empty() {
            return Ok(committed);
        }
        for (stream, head) in &commit.streams {
            state.heads.set(stream, *head);
        }
        state.heads.mark = commit.mark;
        let records: Vec<_> = commit.rows.iter().map(|row| Arc::clone(&row.record)).collect();
        for row in commit.rows {
            let index = state.rows.len();
            state.streams.entry(row.raw.stream.clone()).or_default().push(index);
            state.rows.push((row.raw, row.record));
        }
        self.tail.publish(records.into_iter(), commit.mark.position);
        Ok(committed)
    }

    fn index(state: &State, stream: &StreamId, version: Version) -> Option<usize> {
        let place = usize::try_from(version.0).ok()?.checked_sub(1)?;
        state.streams.get(stream)?.get(place).copied()
    }
}

impl Source for Inner {
    fn tail(&self) -> &Tail {
        &self.tail
    }

    fn read_chunk(&self, after: Position, limit: usize, _bytes: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
        let state = lock(&self.state);
        Ok(state.rows.iter().skip(skip).take(limit).map(|(_, record)| Arc::clone(record)).collect())
    }
}

impl Journal for MemoryJournal {
    fn append(&self, batch: Batch, done: Done) {
        let mut state = lock(&self.inner.state);
        state.queue.push_back((batch, done));
        if state.draining {
            return;
        }
        state.draining = true;
        drop(state);
        self.inner.drain();
    }

    fn read(&self, after: Position, limit: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        self.inner.read_chunk(after, limit, usize::MAX)
    }

    fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
        let state = lock(&self.inner.state);
        let indices = state.streams.get(stream).map_or(&[][..], Vec::as_slice);
        let rows = indices.iter().skip(skip).take(limit).filter_map(|index| state.rows.get(*index));
        Ok(rows.map(|(_, record)| Arc::clone(record)).collect())
    }

    fn head(&self) -> Position {
        self.inner.tail.head()
    }

    fn stream_version(&self, stream: &StreamId) -> Result<Version, ReadError> {
        Ok(lock(&self.inner.state).heads.version(stream))
    }

    fn follow(&self, after: Position) -> Follower {
        Follower::new(Arc::clone(&self.inner) as Arc<dyn Source>, after)
    }

    fn purge(
        &self,
        stream: &StreamId,
        version: Version,
        owner: &str,
        ground: &str,
        at_ms: i64,
    ) -> Result<(), AppendError> {
        at_most("a purge's owner", owner.len(), self.inner.limits.purge_text)?;
        at_most("a purge's ground", ground.len(), self.inner.limits.purge_text)?;
        let mut state = lock(&self.inner.state);
        if let Some(refusal) = &state.refusal {
            return Err(refusal.clone());
        }
        let found = state.heads.version(stream);
        let conflict = AppendError::Conflict { stream: stream.clone(), expected: version, found };
        let index = Inner::index(&state, stream, version).ok_or_else(|| conflict.clone())?;
        let (raw, record) = state.rows.get_mut(index).ok_or(conflict)?;
        if matches!(raw.content, Content::Purged { .. }) {
            return Ok(());
        }
        let (owner, ground) = (owner.to_owned(), ground.to_owned());
        let checksum = purge_checksum(&raw.hash, &owner, &ground, at_ms);
        raw.content = Content::Purged { owner: owner.clone(), ground: ground.clone(), at_ms, checksum };
        *record = Arc::new(record_of(raw, Payload::Purged { owner, ground, at_ms }));
        self.inner.tail.replace(Arc::clone(record));
        Ok(())
    }

    fn verify(&self) -> Result<VerifyReport, ReadError> {
        let state = lock(&self.inner.state);
        let mut walk = Walk::new();
        for (raw, _) in &state.rows {
            walk.step(&raw.clone().check()?, &raw.prev)?;
        }
        for (stream, head) in state.heads.iter() {
            walk.expect_stream(stream, head.version, &head.hash)?;
        }
        Ok(walk.finish(state.heads.head(), state.heads.count())?)
    }

    fn health(&self) -> Health {
        match &lock(&self.inner.state).refusal {
            None | Some(AppendError::Conflict { .. } | AppendError::Aborted | AppendError::TooLarge { .. }) => {
                Health::Ok
            }
            Some(AppendError::Full) => Health::Full,
            Some(AppendError::Failed(reason)) => Health::Failed(reason.clone()),
            Some(AppendError::Closed) => Health::Sealed,
        }
    }

    fn epoch(&self) -> u64 {
        self.inner.epoch.load(Ordering::SeqCst)
    }
}
