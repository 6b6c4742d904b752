//! The writer: one thread, one connection. Whatever is queued when a commit ends is the next commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossbeam_channel::Receiver;
use rusqlite::{Connection, params};

use crate::batch::Batch;
use crate::chain::stream_checksum;
use crate::error::AppendError;
use crate::port::Done;
use crate::raw::Content;
use crate::record::Committed;
use crate::sqlite::checkpoint::Checkpointer;
use crate::sqlite::head::{self, HeadMark};
use crate::sqlite::load::meta_checksum;
use crate::sqlite::options::Entropy;
use crate::sqlite::purge::Purge;
use crate::sqlite::rows::append_error;
use crate::sqlite::shared::{Condition, Shared};
use crate::staging::{Commit, Staged, Staging};
use crate::sync::{read, write};

/// Bytes of payload in one commit, about: a group ends when it is reached.
const GROUP_BYTES: usize = 16 << 20;

/// What waits in the queue.
pub(super) enum Message {
    Append(Batch, Done),
    Purge(Purge),
}

/// The thread that writes.
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) shared: Arc<Shared>,
    pub(super) queue: Receiver<Message>,
    pub(super) entropy: Entropy,
    pub(super) group: usize,
    pub(super) checkpointer: Checkpointer,
}

impl Writer {
    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self) {
        let guard = PanicGuard(Arc::clone(&self.shared));
        let mut held = None;
        while let Some(message) = held.take().or_else(|| self.queue.recv().ok()) {
            match message {
                Message::Purge(purge) => self.purge(purge),
                Message::Append(batch, done) => {
                    let group;
                    (group, held) = self.collect(batch, done);
                    self.commit_group(group);
                }
            }
            self.checkpointer.step(&self.conn, &self.shared);
        }
        self.checkpointer.finish(&self.conn, &self.shared);
        drop(guard);
    }

    /// The batches of the next commit, and a message that must come after it.
    fn collect(&self, batch: Batch, done: Done) -> (Vec<(Batch, Done)>, Option<Message>) {
        let mut bytes = payload_bytes(&batch);
        let mut group = vec![(batch, done)];
        while group.len() < self.group && bytes < GROUP_BYTES {
            match self.queue.try_recv() {
                Ok(Message::Append(batch, done)) => {
                    bytes += payload_bytes(&batch);
                    group.push((batch, done));
                }
                Ok(other) => return (group, Some(other)),
                Err(_) => break,
            }
        }
        (group, None)
    }

    fn commit_group(&mut self, group: Vec<(Batch, Done)>) {
        let shared = Arc::clone(&self.shared);
        let heads = read(&shared.heads);
        let mut staging = Staging::new(&heads, &shared.limits, &*self.entropy);
        let answers: Vec<_> =
            group.into_iter().map(|(batch, done)| (self.decide(&mut staging, &batch), done)).collect();
        let commit = staging.finish();
        drop(heads);
        let stored = if commit.rows.is_empty() { Ok(()) } else { self.store(commit) };
        if let Err(error) = &stored {
            self.note(error);
            self.shared.raise_epoch();
        }
        for (answer, done) in answers {
            call(done, settle(answer, stored.as_ref().err()));
        }
    }

    /// Whether a batch can be part of this commit. Versions are judged in memory, so that a conflict never reaches the
    /// database and the others in the group do not notice it.
    fn decide(&self, staging: &mut Staging<'_>, batch: &Batch) -> Result<Committed, AppendError> {
        if let Some(reason) = self.shared.failure() {
            return Err(AppendError::Failed(reason));
        }
        if batch.epoch < self.shared.epoch.load(Ordering::SeqCst) {
            return Err(AppendError::Aborted);
        }
        let decided = staging.add(batch);
        if decided.is_err() {
            self.shared.raise_epoch();
        }
        decided
    }

    /// Makes a commit durable, witnesses it and shows it to readers, in this order.
    fn store(&mut self, commit: Commit) -> Result<(), AppendError> {
        self.transaction(|conn| {
            insert_rows(conn, &commit.rows)?;
            let mut upsert = conn.prepare_cached(
                "INSERT INTO stream (no, name, version, hash, checksum) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (no) DO UPDATE SET version = ?3, hash = ?4, checksum = ?5",
            )?;
            for (stream, head) in &commit.streams {
                let checksum = stream_checksum(head.no, stream.as_str(), head.version, &head.hash);
                let (no, version) = (head.no.cast_signed(), head.version.0.cast_signed());
                upsert.execute(params![no, stream.as_str(), version, head.hash, checksum])?;
            }
            write_meta(conn, &commit.mark, commit.stream_count)
        })?;
        self.witness(&commit.mark)?;
        self.checkpointer.wrote(&commit);
        let mut heads = write(&self.shared.heads);
        for (stream, head) in &commit.streams {
            heads.set(stream, *head);
        }
        heads.mark = commit.mark;
        drop(heads);
        self.shared.set(Condition::Ok);
        self.shared.tail.publish(commit.rows.into_iter().map(|row| row.record), commit.mark.position);
        Ok(())
    }

    /// Runs in one transaction; durable when it returns without error.
    pub(super) fn transaction(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<(), AppendError> {
        let attempt = || {
            self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            run(&self.conn)?;
            self.conn.prepare_cached("COMMIT")?.execute([]).map(drop)
        };
        attempt().map_err(|error| {
            if !self.conn.is_autocommit() && self.conn.execute_batch("ROLLBACK").is_err() {
                // What is open and cannot be rolled back must not be committed by the next one.
                return AppendError::Failed(format!("{error}; and it could not be rolled back"));
            }
            append_error(&error)
        })
    }

    /// Writes the side file. The commit is durable already, but an answer without a witness would be a promise that nobody
    /// could check, so this failure is as fatal as that of a commit.
    pub(super) fn witness(&self, mark: &HeadMark) -> Result<(), AppendError> {
        head::store(&*self.shared.disk, mark)
            .map_err(|error| AppendError::Failed(format!("the head file cannot be written: {error}")))
    }

    /// Notes a failed commit before anyone is answered.
    pub(super) fn note(&self, error: &AppendError) {
        match error {
            AppendError::Failed(reason) => self.shared.set(Condition::Failed(reason.clone())),
            AppendError::Full => self.shared.set(Condition::Full),
            AppendError::Conflict { .. }
            | AppendError::Aborted
            | AppendError::TooLarge { .. }
            | AppendError::Closed => {}
        }
    }
}

/// The answer to a batch once the fate of its commit is known.
fn settle(answer: Result<Committed, AppendError>, failed: Option<&AppendError>) -> Result<Committed, AppendError> {
    match (answer, failed) {
        (answer, None) => answer,
        (Ok(_), Some(error)) => Err(error.clone()),
        // It was judged against batches that are now not stored.
        (Err(AppendError::Conflict { .. }), Some(_)) => Err(AppendError::Aborted),
        (answer, Some(_)) => answer,
    }
}

fn insert_rows(conn: &Connection, rows: &[Staged]) -> rusqlite::Result<()> {
    let mut record = conn.prepare_cached(
        "INSERT INTO record (position, stream_no, version, id, at_ms, payload_hash, prev, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut payload = conn.prepare_cached("INSERT INTO payload (position, salt, body) VALUES (?1, ?2, ?3)")?;
    for Staged { stream_no, raw, .. } in rows {
        let (position, no) = (raw.position.0.cast_signed(), stream_no.cast_signed());
        let version = raw.version.0.cast_signed();
        record.execute(params![position, no, version, raw.id.0, raw.at_ms, raw.payload_hash, raw.prev, raw.hash])?;
        if let Content::Present { salt, body } = &raw.content {
            payload.execute(params![position, salt, body.as_ref()])?;
        }
    }
    Ok(())
}

/// Says where the journal ends now.
pub(super) fn write_meta(conn: &Connection, mark: &HeadMark, streams: u64) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "INSERT OR REPLACE INTO meta (one, commits, position, streams, last_hash, chain, checksum)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let (commit, position) = (mark.commit.cast_signed(), mark.position.0.cast_signed());
    let checksum = meta_checksum(mark, streams);
    statement.execute(params![commit, position, streams.cast_signed(), mark.last_hash, mark.chain, checksum])?;
    Ok(())
}

fn payload_bytes(batch: &Batch) -> usize {
    batch.appends.iter().flat_map(|append| &append.events).map(|event| event.payload.len()).sum()
}

/// Answers. A panic in somebody's `done` has been reported by the panic hook; it must not take away the journal, and the
/// answers, of everybody else.
fn call(done: Done, outcome: Result<Committed, AppendError>) {
    drop(catch_unwind(AssertUnwindSafe(move || done(outcome))));
}

/// Tells everybody if the writer dies all the same.
struct PanicGuard(Arc<Shared>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set(Condition::Failed("the writer has died".to_owned()));
            self.0.tail.close();
        }
    }
}
