//! The newest records in memory, and the place where followers wait for more.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::ids::Position;
use crate::record::{Payload, Record};
use crate::sync::lock;

/// What a follower finds.
pub(crate) enum Found {
    Records(Vec<Arc<Record>>),
    /// There is more, but it is older than what is kept here: read it from the adapter.
    Older,
    /// Nothing new within the time, or woken.
    Nothing,
    Closed,
}

/// How a follower is called back from waiting.
#[derive(Default)]
pub(crate) struct Signal {
    pub(crate) woken: AtomicBool,
    pub(crate) closed: AtomicBool,
}

/// A bounded ring of the newest durable records.
pub(crate) struct Tail {
    state: Mutex<State>,
    moved: Condvar,
    max_records: usize,
    max_bytes: usize,
}

struct State {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
    head: Position,
    closed: bool,
}

impl Tail {
    /// An empty ring behind `head`, bounded by records and by bytes of their payloads.
    pub(crate) fn new(head: Position, max_records: usize, max_bytes: usize) -> Self {
        let state = State { records: VecDeque::new(), bytes: 0, head, closed: false };
        Self { state: Mutex::new(state), moved: Condvar::new(), max_records, max_bytes }
    }

    pub(crate) fn head(&self) -> Position {
        lock(&self.state).head
    }

    /// Makes durable records visible, all at once, and wakes whoever waits for them.
    pub(crate) fn publish(&self, records: impl Iterator<Item = Arc<Record>>, head: Position) {
        let mut state = lock(&self.state);
        for record in records {
            state.bytes += size(&record);
            state.records.push_back(record);
        }
        while state.records.len() > self.max_records || state.bytes > self.max_bytes {
            let Some(oldest) = state.records.pop_front() else { break };
            state.bytes -= size(&oldest);
        }
        state.head = head;
        drop(state);
        self.moved.notify_all();
    }

    /// Puts the purged form of a record in the place of the full one.
    pub(crate) fn replace(&self, record: Arc<Record>) {
        let mut state = lock(&self.state);
        let removed = state.records.iter_mut().find(|kept| kept.position == record.position).map(|kept| {
            let before = size(kept);
            *kept = record;
            before
        });
        state.bytes -= removed.unwrap_or(0);
    }

    /// Nothing more will come.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.moved.notify_all();
    }

    /// Lets every waiting follower look at its signal.
    pub(crate) fn nudge(&self) {
        // Taken so that a follower which has just looked at its signal is already waiting when this notifies.
        drop(lock(&self.state));
        self.moved.notify_all();
    }

    /// What comes after `after`, waiting at most `timeout` for it.
    pub(crate) fn wait(&self, after: Position, limit: usize, timeout: Duration, signal: &Signal) -> Found {
        let idle = |state: &mut State| {
            state.head <= after
                && !state.closed
                && !signal.woken.load(Ordering::SeqCst)
                && !signal.closed.load(Ordering::SeqCst)
        };
        let state = lock(&self.state);
        let (state, _) = self.moved.wait_timeout_while(state, timeout, idle).unwrap_or_else(PoisonError::into_inner);
        let woken = signal.woken.swap(false, Ordering::SeqCst);
        if signal.closed.load(Ordering::SeqCst) || (state.closed && state.head <= after) {
            Found::Closed
        } else if woken || state.head <= after {
            Found::Nothing
        } else {
            state.after(after, limit)
        }
    }
}

impl State {
    fn after(&self, after: Position, limit: usize) -> Found {
        match self.records.front() {
            Some(oldest) if oldest.position <= after.next() => {
                // Positions are dense, so the distance is the index.
                let skip = usize::try_from(after.next().0 - oldest.position.0).unwrap_or(usize::MAX);
                Found::Records(self.records.iter().skip(skip).take(limit).cloned().collect())
            }
            _ => Found::Older,
        }
    }
}

fn size(record: &Record) -> usize {
    match &record.payload {
        Payload::Present(bytes) => bytes.len(),
        Payload::Purged { .. } => 0,
    }
}
