//! What the writer, the readers and the followers share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use crate::batch::Limits;
use crate::error::ReadError;
use crate::follow::Source;
use crate::heads::Heads;
use crate::ids::{Position, StreamId};
use crate::port::Health;
use crate::record::Record;
use crate::sqlite::disk::Disk;
use crate::sqlite::pool::Pool;
use crate::sqlite::read::{Range, global};
use crate::sync::{lock, read};
use crate::tail::Tail;

/// Whether the writer can write.
#[derive(Clone)]
pub(super) enum Condition {
    Ok,
    Full,
    Failed(String),
}

/// Shared by all threads of one journal.
pub(super) struct Shared {
    /// What is durable. Only the writer changes it.
    pub(super) heads: RwLock<Heads>,
    pub(super) tail: Tail,
    pub(super) epoch: AtomicU64,
    pub(super) condition: Mutex<Condition>,
    pub(super) sealed: AtomicBool,
    pub(super) pool: Pool,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) limits: Limits,
    pub(super) warn_permille: u16,
}

impl Shared {
    /// The reason of a failure, if there was one.
    pub(super) fn failure(&self) -> Option<String> {
        match &*lock(&self.condition) {
            Condition::Failed(reason) => Some(reason.clone()),
            Condition::Ok | Condition::Full => None,
        }
    }

    /// Changes the condition, but never back from a failure: only opening the journal again does that.
    pub(super) fn set(&self, condition: Condition) {
        let mut current = lock(&self.condition);
        if !matches!(*current, Condition::Failed(_)) {
            *current = condition;
        }
    }

    pub(super) fn raise_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn name(&self, no: u64) -> Option<StreamId> {
        read(&self.heads).name(no).cloned()
    }

    pub(super) fn health(&self) -> Health {
        if self.sealed.load(Ordering::SeqCst) {
            return Health::Sealed;
        }
        match &*lock(&self.condition) {
            Condition::Failed(reason) => return Health::Failed(reason.clone()),
            Condition::Full => return Health::Full,
            Condition::Ok => {}
        }
        self.nearly_full().map_or(Health::Ok, |used_permille| Health::NearlyFull { used_permille })
    }

    /// Whether the file system is filling up, whatever the latest append found.
    pub(super) fn is_nearly_full(&self) -> bool {
        self.nearly_full().is_some()
    }

    /// How far it is used, if too far. One that cannot even be asked is no reason to stop; the next write will tell.
    fn nearly_full(&self) -> Option<u16> {
        let used_permille = self.disk.space().ok()?.used_permille();
        (used_permille >= self.warn_permille).then_some(used_permille)
    }

    pub(super) fn read(&self, after: Position, limit: usize, bytes: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        let upto = self.tail.head();
        if after >= upto || limit == 0 {
            return Ok(Vec::new());
        }
        let range = Range { after, upto, limit: limit as u64, bytes };
        let mut found = Vec::new();
        self.pool.with(|conn| {
            global(conn, &|no| self.name(no), range, &mut |record, _| {
                found.push(Arc::new(record));
                Ok(())
            })
        })?;
        Ok(found)
    }
}

impl Source for Shared {
    fn tail(&self) -> &Tail {
        &self.tail
    }

    fn read_chunk(&self, after: Position, limit: usize, bytes: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        self.read(after, limit, bytes)
    }
}
