//! The port: what every adapter promises.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use crate::batch::Batch;
use crate::error::{AppendError, ReadError};
use crate::follow::Follower;
use crate::ids::{Position, StreamId, Version};
use crate::record::{Committed, Record};

/// Called once with the fate of a batch, on the thread that writes. It must be short, and must not wait for the journal.
pub type Done = Box<dyn FnOnce(Result<Committed, AppendError>) + Send>;

/// Whether the journal can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Room and no failure.
    Ok,
    /// Works, but the file system is filling up.
    NearlyFull {
        /// Used part of the file system in thousandths.
        used_permille: u16,
    },
    /// The latest append found no room.
    Full,
    /// A write or sync failed; nothing can be appended until the journal is opened again.
    Failed(String),
    /// Sealed: can be read, takes nothing more.
    Sealed,
}

/// What a complete verification walked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyReport {
    /// The last record.
    pub head: Position,
    /// Records, all intact.
    pub records: u64,
    /// How many of them are purged.
    pub purged: u64,
    /// Streams, all chains intact.
    pub streams: u64,
    /// Bytes of the payloads that are present.
    pub payload_bytes: u64,
}

/// The durable ordered record of everything.
pub trait Journal: Send + Sync {
    /// Queues a batch; waits only while the bounded queue is full. `done` is called on the writing thread, in the order of
    /// the queue, after the batch is durable and visible to readers, or after it failed.
    ///
    /// `done` must neither wait for this journal nor block: it holds up every batch behind it.
    fn append(&self, batch: Batch, done: Done);

    /// Appends and waits for the answer. Not to be called from within a [`Done`].
    ///
    /// # Errors
    /// Those of [`AppendError`].
    fn append_wait(&self, batch: Batch) -> Result<Committed, AppendError> {
        let (answer, wait) = sync_channel(1);
        self.append(
            batch,
            // The receiver below waits for exactly this message; nobody else can have gone away.
            Box::new(move |outcome| drop(answer.send(outcome))),
        );
        wait.recv().unwrap_or(Err(AppendError::Closed))
    }

    /// The durable records after `after` in global order, at most `limit`, and not fewer if the journal has them.
    ///
    /// # Errors
    /// [`ReadError::Corrupt`] if any of them is damaged or missing; [`ReadError::Io`].
    fn read(&self, after: Position, limit: usize) -> Result<Vec<Arc<Record>>, ReadError>;

    /// The durable records of one stream after `after` in order, at most `limit`, and not fewer if the stream has them.
    ///
    /// # Errors
    /// As [`Journal::read`].
    fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Arc<Record>>, ReadError>;

    /// The last durable record; position 0 while there is none.
    fn head(&self) -> Position;

    /// How far a stream has come; version 0 if it does not exist.
    ///
    /// # Errors
    /// [`ReadError`], for adapters that have to look it up.
    fn stream_version(&self, stream: &StreamId) -> Result<Version, ReadError>;

    /// Everything after `after`, now and as it becomes durable.
    fn follow(&self, after: Position) -> Follower;

    /// Removes content and salt of one record for good and notes by whom and why. Header and hash stay and the chain still
    /// verifies. Purging what is purged already changes nothing and succeeds. Waits until it is durable.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if the stream has no such version, otherwise as for an append. It does not raise the epoch,
    /// since no batch is decided on the assumption that a purge succeeds.
    fn purge(
        &self,
        stream: &StreamId,
        version: Version,
        owner: &str,
        ground: &str,
        at_ms: i64,
    ) -> Result<(), AppendError>;

    /// Walks over everything: checksums, chains, density, purges, and what was witnessed beside the data.
    ///
    /// # Errors
    /// The first thing that does not fit.
    fn verify(&self) -> Result<VerifyReport, ReadError>;

    /// Whether appends can be expected to succeed.
    fn health(&self) -> Health;

    /// On a full disk: gives the room that was kept for it back to the file system, for alarms and acknowledgements. Which batches
    /// may use it is the caller's decision. An adapter that keeps none has none to give.
    ///
    /// # Errors
    /// What the operating system says.
    fn release_reserve(&self) -> io::Result<()> {
        Ok(())
    }

    /// After [`AppendError::Full`]: whether there is room for everything again, and for the reserve too, which is then kept anew.
    fn has_room_again(&self) -> bool {
        self.health() == Health::Ok
    }

    /// Raised by every failed batch before that batch is answered; see [`Batch::epoch`].
    fn epoch(&self) -> u64;
}
