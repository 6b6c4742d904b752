//! Moving the write-ahead log into the database.
//!
//! SQLite starts its log anew only when all of it has been moved at a moment when nobody appends. So a thread moves the bulk,
//! syncs included, while the writer goes on; then the writer moves the rest, which is little, between two commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;

use crate::error::AppendError;
use crate::sqlite::rows::append_error;
use crate::sqlite::schema::BUSY;
use crate::sqlite::shared::{Condition, Shared};
use crate::staging::Commit;

/// How long the writer waits for readers before it puts off cutting the log.
const PATIENCE: Duration = Duration::from_millis(20);
/// Bytes of a page.
const PAGE: u64 = 4096;
/// Pages every commit writes at least: meta, records, payloads, index.
const BASE: u64 = 4;
/// Bytes a record takes besides its payload, about, over all tables and the index.
const ROW: u64 = 300;

/// Decides when to move the log, and does the writer's part of it.
pub(super) struct Checkpointer {
    /// Pages at which the log is moved.
    pages: u64,
    /// Pages written since, about. Only ever used to decide when.
    written: u64,
    /// The log holds content that was purged, and a reader was in the way when it should have been cut.
    cut_due: bool,
    helper: Option<Helper>,
}

struct Helper {
    start: Sender<()>,
    ready: Arc<AtomicBool>,
    running: bool,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    /// The writer does it all.
    pub(super) fn inline(pages: u64) -> Self {
        Self { pages, written: 0, cut_due: false, helper: None }
    }

    /// A thread with a connection of its own does most of it.
    pub(super) fn background(pages: u64, conn: Connection, shared: Arc<Shared>) -> std::io::Result<Self> {
        let (start, wait) = bounded(1);
        let ready = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&ready);
        let run = move || help(&conn, &shared, &wait, &done);
        let thread = Builder::new().name("journal-checkpoint".to_owned()).spawn(run)?;
        Ok(Self { pages, written: 0, cut_due: false, helper: Some(Helper { start, ready, running: false, thread }) })
    }

    /// Notes what a commit wrote.
    pub(super) fn wrote(&mut self, commit: &Commit) {
        let payloads: u64 =
            commit.rows.iter().map(|row| row.record.payload.bytes().map_or(0, |b| b.len() as u64)).sum();
        let rows = commit.rows.len() as u64 * ROW;
        self.written += BASE + commit.streams.len() as u64 + (payloads + rows).div_ceil(PAGE);
    }

    /// Between two commits: starts or ends the move, if it is time.
    pub(super) fn step(&mut self, conn: &Connection, shared: &Shared) {
        if shared.failure().is_some() {
            return;
        }
        if self.cut_due {
            // A failure has been noted and every later append will hear of it.
            drop(self.cut(conn, shared));
        }
        if self.written < self.pages {
            return;
        }
        if let Some(helper) = &mut self.helper {
            if !helper.running {
                helper.running = helper.start.try_send(()).is_ok();
                return;
            }
            if !helper.ready.swap(false, Ordering::SeqCst) {
                return;
            }
            helper.running = false;
        }
        self.written = 0;
        drop(checkpoint(conn, shared, "PASSIVE"));
    }

    /// Moves all of the log and cuts it. If a reader is in the way it is tried again after the next commit and at the end: a
    /// long reading must not hold up alarms.
    pub(super) fn cut(&mut self, conn: &Connection, shared: &Shared) -> Result<(), AppendError> {
        let patience = conn.busy_timeout(PATIENCE);
        let moved = patience.map_err(|error| append_error(&error)).and_then(|()| checkpoint(conn, shared, "TRUNCATE"));
        drop(conn.busy_timeout(BUSY));
        self.cut_due = moved != Ok(Moved::All);
        if !self.cut_due {
            self.written = 0;
        }
        moved.map(drop)
    }

    /// The last thing the writer does.
    pub(super) fn finish(self, conn: &Connection, shared: &Shared) {
        if let Some(Helper { start, thread, .. }) = self.helper {
            drop(start);
            // A helper that has panicked leaves its work to the line below.
            drop(thread.join());
        }
        if shared.failure().is_none() && checkpoint(conn, shared, "TRUNCATE").is_ok() {
            // Older is harmless, so a failure here is too.
            drop(shared.disk.sync_head());
        }
    }
}

fn help(conn: &Connection, shared: &Shared, wait: &Receiver<()>, ready: &AtomicBool) {
    while wait.recv().is_ok() {
        if shared.failure().is_none() {
            drop(checkpoint(conn, shared, "PASSIVE"));
        }
        ready.store(true, Ordering::SeqCst);
    }
}

/// How far a checkpoint came.
#[derive(Debug, PartialEq, Eq)]
enum Moved {
    All,
    /// A reader still needs the log, or there is no room for it in the database. The next time will do.
    Part,
}

/// Moves what can be moved. No room is not fatal: everything is safe in the log. A failed sync is: the system may have
/// dropped the pages it could not write, and a second sync would report success.
fn checkpoint(conn: &Connection, shared: &Shared, mode: &str) -> Result<Moved, AppendError> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let busy = conn.query_row(&sql, [], |row| row.get::<_, i64>(0)).map_err(|error| append_error(&error));
    match busy {
        Err(AppendError::Failed(reason)) => {
            shared.set(Condition::Failed(reason.clone()));
            Err(AppendError::Failed(reason))
        }
        Ok(0) => Ok(Moved::All),
        Ok(_) | Err(_) => Ok(Moved::Part),
    }
}
