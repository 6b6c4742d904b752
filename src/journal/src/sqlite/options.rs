//! How a durable journal is opened.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::batch::Limits;
use crate::chain::{Hash, Hasher};
use crate::sqlite::disk::Disk;
use crate::sqlite::open_error::OpenError;

/// Fills a salt. Injected so that a simulation gives the same bytes for the same seed.
pub type Entropy = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// Who moves the write-ahead log into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkpoints {
    /// A thread of its own moves the bulk; the writer only the rest. What a hub uses.
    Background,
    /// The writer, between two commits: no second thread, so that a simulation is the same every time.
    Inline,
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// Yes. The only durable one.
    Full,
    /// No. Loses acknowledged events at power loss; it exists so that the tests can show that they would notice.
    OffLosesEvents,
}

/// How a durable journal is opened. The default is what a hub uses.
pub struct Options {
    /// What one batch may hold.
    pub limits: Limits,
    /// Batches that may wait for the writer; more block the caller of `append`.
    pub queue: usize,
    /// Batches that share one commit, at most.
    pub group: usize,
    /// Records kept in memory for followers near the head.
    pub ring_records: usize,
    /// Bytes of payload kept in memory for followers near the head.
    pub ring_bytes: usize,
    /// Read-only connections, opened when they are first needed.
    pub readers: usize,
    /// Who moves the write-ahead log into the database.
    pub checkpoints: Checkpoints,
    /// Pages (4 KiB) in the write-ahead log, about, at which it is moved into the database.
    pub checkpoint_pages: u64,
    /// How many of the last records are verified at open.
    pub tail_check: u64,
    /// Verify every record at open. About a million records take some seconds.
    pub verify_all: bool,
    /// Open although the side file says that more was answered than the database holds, or that they disagree, or although
    /// the side file cannot be read. An operator's explicit choice, after restoring from elsewhere was ruled out.
    pub accept_loss_after_head: bool,
    /// Size of the reserve file in bytes; 0 for none.
    pub reserve_bytes: u64,
    /// Used part of the file system, in thousandths, from which health says nearly full.
    pub warn_permille: u16,
    /// Where salts come from; the operating system's generator if `None`.
    pub entropy: Option<Entropy>,
    /// Name of a registered SQLite VFS to use instead of the system's own; for tests.
    pub vfs: Option<String>,
    /// What stands for the side files; the real directory if `None`.
    pub disk: Option<Arc<dyn Disk>>,
    /// Whether a commit waits for the disk. Anything but the default is for tests.
    pub synchronous: Synchronous,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            queue: 1024,
            group: 512,
            ring_records: 4096,
            ring_bytes: 32 << 20,
            readers: 4,
            checkpoints: Checkpoints::Background,
            checkpoint_pages: 4096,
            tail_check: 1000,
            verify_all: false,
            accept_loss_after_head: false,
            reserve_bytes: 8 << 20,
            warn_permille: 800,
            entropy: None,
            vfs: None,
            disk: None,
            synchronous: Synchronous::Full,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Options")
            .field("limits", &self.limits)
            .field("checkpoints", &self.checkpoints)
            .field("synchronous", &self.synchronous)
            .field("accept_loss_after_head", &self.accept_loss_after_head)
            .finish_non_exhaustive()
    }
}

/// Salts from one secret drawn now: an append can then not fail for want of randomness.
pub(super) fn system_entropy() -> Result<Entropy, OpenError> {
    let mut secret: Hash = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| OpenError::Entropy(error.to_string()))?;
    let drawn = AtomicU64::new(0);
    Ok(Box::new(move |salt: &mut [u8]| {
        for part in salt.chunks_mut(secret.len()) {
            let count = drawn.fetch_add(1, Ordering::Relaxed);
            let fresh = Hasher::new("samband.journal.1.salt").bytes(&secret).number(count).finish();
            part.iter_mut().zip(fresh).for_each(|(byte, fresh)| *byte = fresh);
        }
    }))
}
