//! The durable adapter as others see it.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, RwLock};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use crate::batch::Batch;
use crate::error::{AppendError, ReadError};
use crate::follow::{Follower, Source};
use crate::ids::{Position, StreamId, Version};
use crate::port::{Done, Health, Journal, VerifyReport};
use crate::record::Record;
use crate::sqlite::checkpoint::Checkpointer;
use crate::sqlite::open::{Opened, open};
use crate::sqlite::open_error::OpenError;
use crate::sqlite::options::{Checkpoints, Options, system_entropy};
use crate::sqlite::pool::Pool;
use crate::sqlite::purge::Purge;
use crate::sqlite::schema::open_writer;
use crate::sqlite::shared::{Condition, Shared};
use crate::sqlite::writer::{Message, Writer};
use crate::sqlite::{read, verify};
use crate::staging::at_most;
use crate::sync::{self, lock};
use crate::tail::Tail;

/// The durable journal in one SQLite file. Sealed when dropped: what was queued is written and answered first.
pub struct SqliteJournal {
    shared: Arc<Shared>,
    queue: RwLock<Option<Sender<Message>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    reserve_bytes: u64,
}

impl SqliteJournal {
    /// Opens the journal in `dir`, creating it if there is none. The directory is this journal's alone until it is dropped.
    ///
    /// # Errors
    /// [`OpenError`]: in use, more was answered than is there, damaged, newer, or refused by the system. After an error
    /// nothing has been cut or written over.
    pub fn open(dir: &Path, mut options: Options) -> Result<Self, OpenError> {
        let entropy = match options.entropy.take() {
            Some(entropy) => entropy,
            None => system_entropy()?,
        };
        let Opened { conn, heads, disk } = open(dir, &options)?;
        let path = dir.join("journal.db");
        let shared = Arc::new(Shared {
            tail: Tail::new(heads.head(), options.ring_records, options.ring_bytes),
            heads: RwLock::new(heads),
            epoch: AtomicU64::new(0),
            condition: Mutex::new(Condition::Ok),
            sealed: AtomicBool::new(false),
            pool: Pool::new(path.clone(), options.vfs.clone(), options.readers),
            disk,
            limits: options.limits,
            warn_permille: options.warn_permille,
        });
        let unlock = UnlockOnError(Some(Arc::clone(&shared)));
        let checkpointer = match options.checkpoints {
            Checkpoints::Inline => Checkpointer::inline(options.checkpoint_pages),
            Checkpoints::Background => {
                let conn = open_writer(&path, options.vfs.as_deref(), options.synchronous)
                    .map_err(OpenError::database("opening the database"))?;
                Checkpointer::background(options.checkpoint_pages, conn, Arc::clone(&shared))
                    .map_err(OpenError::io("starting a thread"))?
            }
        };
        let (send, queue) = bounded(options.queue.max(1));
        let group = options.group.max(1);
        let writer = Writer { conn, shared: Arc::clone(&shared), queue, entropy, group, checkpointer };
        let thread = Builder::new().name("journal-writer".to_owned()).spawn(move || writer.run());
        let writer = Mutex::new(Some(thread.map_err(OpenError::io("starting a thread"))?));
        unlock.keep();
        Ok(Self { shared, queue: RwLock::new(Some(send)), writer, reserve_bytes: options.reserve_bytes })
    }

    /// Takes nothing more, and returns when all that was queued is written and answered. Reading goes on; followers end
    /// after the last record. Not to be called from within a [`Done`].
    pub fn seal(&self) {
        drop(sync::write(&self.queue).take());
        let writer = lock(&self.writer).take();
        // Dropped by a `done`, as the last owner: the writer cannot wait for itself and ends when it has answered the rest.
        if let Some(thread) = writer.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            // A writer that panicked has said so through health.
            drop(thread.join());
        }
        self.shared.sealed.store(true, Ordering::SeqCst);
        self.shared.tail.close();
    }

    /// Makes the reserve file again, once there is room.
    ///
    /// # Errors
    /// What the operating system says; there is then no reserve.
    pub fn restore_reserve(&self) -> io::Result<()> {
        if self.reserve_bytes == 0 || self.shared.disk.reserve_size()? == self.reserve_bytes {
            return Ok(());
        }
        self.shared.disk.make_reserve(self.reserve_bytes)
    }

    /// Whether the reserve is there, in full.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn has_reserve(&self) -> io::Result<bool> {
        Ok(self.reserve_bytes > 0 && self.shared.disk.reserve_size()? == self.reserve_bytes)
    }

    /// Queues, or hands the message back when there is nobody to take it.
    fn send(&self, message: Message) -> Option<Message> {
        match &*sync::read(&self.queue) {
            Some(queue) => queue.send(message).err().map(|refused| refused.0),
            None => Some(message),
        }
    }
}

impl Journal for SqliteJournal {
    fn append(&self, batch: Batch, done: Done) {
        if let Some(Message::Append(_, done)) = self.send(Message::Append(batch, done)) {
            done(Err(self.shared.failure().map_or(AppendError::Closed, AppendError::Failed)));
        }
    }

    fn read(&self, after: Position, limit: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        self.shared.read(after, limit, usize::MAX)
    }

    fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Arc<Record>>, ReadError> {
        let Some(head) = sync::read(&self.shared.heads).stream(stream) else { return Ok(Vec::new()) };
        let names = |no| self.shared.name(no);
        self.shared.pool.with(|conn| read::stream(conn, &names, (stream, head), after, limit as u64))
    }

    fn head(&self) -> Position {
        self.shared.tail.head()
    }

    fn stream_version(&self, stream: &StreamId) -> Result<Version, ReadError> {
        Ok(sync::read(&self.shared.heads).version(stream))
    }

    fn follow(&self, after: Position) -> Follower {
        Follower::new(Arc::clone(&self.shared) as Arc<dyn Source>, after)
    }

    fn purge(
        &self,
        stream: &StreamId,
        version: Version,
        owner: &str,
        ground: &str,
        at_ms: i64,
    ) -> Result<(), AppendError> {
        at_most("a purge's owner", owner.len(), self.shared.limits.purge_text)?;
        at_most("a purge's ground", ground.len(), self.shared.limits.purge_text)?;
        let (answer, wait) = sync_channel(1);
        let (stream, owner, ground) = (stream.clone(), owner.to_owned(), ground.to_owned());
        let purge = Purge { stream, version, owner, ground, at_ms, answer };
        // Handed back or never answered: either way `wait` finds that nobody will.
        drop(self.send(Message::Purge(purge)));
        wait.recv().unwrap_or_else(|_| Err(self.shared.failure().map_or(AppendError::Closed, AppendError::Failed)))
    }

    fn verify(&self) -> Result<VerifyReport, ReadError> {
        verify::open_journal(&self.shared)
    }

    fn health(&self) -> Health {
        self.shared.health()
    }

    fn release_reserve(&self) -> io::Result<()> {
        self.shared.disk.remove_reserve()
    }

    fn has_room_again(&self) -> bool {
        // Room for the reserve alone is what giving it back made: only a disk that is not nearly full has room.
        if self.shared.failure().is_some() || self.shared.is_nearly_full() || self.restore_reserve().is_err() {
            return false;
        }
        self.shared.set(Condition::Ok);
        self.health() == Health::Ok
    }

    fn epoch(&self) -> u64 {
        self.shared.epoch.load(Ordering::SeqCst)
    }
}

impl Drop for SqliteJournal {
    fn drop(&mut self) {
        self.seal();
        // Followers may live on and read; the directory is free for the next one all the same.
        self.shared.disk.unlock();
    }
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SqliteJournal(head {})", self.shared.tail.head())
    }
}

/// Gives the directory back if opening fails after it was taken.
struct UnlockOnError(Option<Arc<Shared>>);

impl UnlockOnError {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for UnlockOnError {
    fn drop(&mut self) {
        if let Some(shared) = &self.0 {
            shared.disk.unlock();
        }
    }
}
