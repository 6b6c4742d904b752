//! Every adapter behind one face, so that the same tests run on each.

use std::path::PathBuf;
use std::sync::Arc;

use samband_journal::{Journal, Limits, MemoryJournal, Options, SqliteJournal};
use tempfile::TempDir;

use super::disk::SimDisk;
use super::random::Random;

/// The ring of followers in these tests: small, so that its edge is crossed often.
pub(crate) const RING: usize = 16;

pub(crate) fn options() -> Options {
    Options { ring_records: RING, reserve_bytes: 1 << 16, checkpoint_pages: 64, ..Options::default() }
}

pub(crate) fn limits() -> Limits {
    Limits { payload_bytes: 1 << 16, batch_bytes: 1 << 18, batch_events: 1000, purge_text: 64 }
}

/// A journal under test, and what keeps its place alive.
pub(crate) struct Subject {
    pub(crate) journal: Arc<dyn Journal>,
    place: Place,
}

enum Place {
    Memory,
    Directory(TempDir),
    Simulated(SimDisk),
}

impl Subject {
    pub(crate) fn memory() -> Self {
        Self { journal: Arc::new(MemoryJournal::with(limits(), RING)), place: Place::Memory }
    }

    pub(crate) fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { limits: limits(), ..options() };
        let journal = SqliteJournal::open(dir.path(), options).unwrap();
        Self { journal: Arc::new(journal), place: Place::Directory(dir) }
    }

    pub(crate) fn simulated() -> Self {
        let disk = SimDisk::new();
        let journal = SqliteJournal::open(&dir(), Options { limits: limits(), ..disk.options(1) }).unwrap();
        Self { journal: Arc::new(journal), place: Place::Simulated(disk) }
    }

    /// Closes and opens again, if the adapter outlives that; otherwise leaves it as it is.
    pub(crate) fn reopen(self) -> Self {
        let Self { journal, place } = self;
        let options = Options { limits: limits(), verify_all: true, ..options() };
        match place {
            Place::Memory => Self { journal, place },
            Place::Directory(dir) => {
                drop(journal);
                let journal = SqliteJournal::open(dir.path(), options).unwrap();
                Self { journal: Arc::new(journal), place: Place::Directory(dir) }
            }
            Place::Simulated(disk) => {
                drop(journal);
                let journal = SqliteJournal::open(&dir(), Options { limits: limits(), ..disk.options(2) }).unwrap();
                Self { journal: Arc::new(journal), place: Place::Simulated(disk) }
            }
        }
    }
}

/// The directory's name on a simulated disk.
pub(crate) fn dir() -> PathBuf {
    PathBuf::from("/simulated")
}

impl SimDisk {
    /// Options for a journal on this disk; salts follow from the seed.
    pub(crate) fn options(&self, seed: u64) -> Options {
        let random = std::sync::Mutex::new(Random::new(seed));
        Options {
            vfs: Some(self.vfs_name().to_owned()),
            disk: Some(Arc::new(self.clone())),
            entropy: Some(Box::new(move |salt: &mut [u8]| random.lock().unwrap().fill(salt))),
            checkpoints: samband_journal::Checkpoints::Inline,
            ..options()
        }
    }
}

/// Runs one check on every adapter.
#[macro_export]
macro_rules! on_every_adapter {
    ($($check:ident),+ $(,)?) => {
        mod memory {
            $(#[test] fn $check() { super::$check($crate::support::adapters::Subject::memory()); })+
        }
        mod sqlite {
            $(#[test] fn $check() { super::$check($crate::support::adapters::Subject::sqlite()); })+
        }
        mod simulated {
            $(#[test] fn $check() { super::$check($crate::support::adapters::Subject::simulated()); })+
        }
    };
}
