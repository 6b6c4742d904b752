//! The few file operations beside the database, behind a trait so that a test can let them fail.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::{FallocateFlags, FlockOperation, fallocate, flock, statvfs};
use rustix::io::Errno;

use crate::sync::lock;

/// Room on the file system, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// All of it.
    pub total: u64,
    /// What may still be used without privileges.
    pub available: u64,
}

impl Space {
    /// Used part in thousandths.
    #[must_use]
    pub fn used_permille(&self) -> u16 {
        let used = self.total.saturating_sub(self.available);
        let permille = u128::from(used) * 1000 / u128::from(self.total.max(1));
        u16::try_from(permille).unwrap_or(1000)
    }
}

/// The side files of a journal: `head`, `reserve` and `lock`.
pub trait Disk: Send + Sync {
    /// Takes the directory for this journal alone. `false` if somebody else has it.
    ///
    /// # Errors
    /// What the operating system says.
    fn lock(&self) -> io::Result<bool>;

    /// Gives the directory back.
    fn unlock(&self);

    /// Whether `journal.db` is there.
    ///
    /// # Errors
    /// What the operating system says.
    fn database_exists(&self) -> io::Result<bool>;

    /// The head file whole, or `None` if there is none.
    ///
    /// # Errors
    /// What the operating system says.
    fn read_head(&self) -> io::Result<Option<Vec<u8>>>;

    /// Writes into the head file, creating it if need be; no sync.
    ///
    /// # Errors
    /// What the operating system says.
    fn write_head(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Syncs the head file and the directory.
    ///
    /// # Errors
    /// What the operating system says.
    fn sync_head(&self) -> io::Result<()>;

    /// Makes the reserve file with `bytes` really allocated, or leaves none behind.
    ///
    /// # Errors
    /// What the operating system says; storage full is the expected one.
    fn make_reserve(&self, bytes: u64) -> io::Result<()>;

    /// Removes the reserve file, if there is one.
    ///
    /// # Errors
    /// What the operating system says.
    fn remove_reserve(&self) -> io::Result<()>;

    /// Size of the reserve file; 0 if there is none.
    ///
    /// # Errors
    /// What the operating system says.
    fn reserve_size(&self) -> io::Result<u64>;

    /// Room on the file system.
    ///
    /// # Errors
    /// What the operating system says.
    fn space(&self) -> io::Result<Space>;
}

/// A directory of the real file system.
pub struct RealDisk {
    dir: PathBuf,
    locked: Mutex<Option<File>>,
    head: Mutex<Option<File>>,
}

impl RealDisk {
    /// Uses `dir`, creating it if need be.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn new(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        Ok(Self { dir: dir.to_owned(), locked: Mutex::new(None), head: Mutex::new(None) })
    }

    fn with_head<T>(&self, run: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        let mut open = lock(&self.head);
        let file = match open.take() {
            Some(file) => file,
            None => File::options().read(true).write(true).create(true).truncate(false).open(self.dir.join("head"))?,
        };
        run(open.insert(file))
    }
}

impl fmt::Debug for RealDisk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RealDisk({})", self.dir.display())
    }
}

impl Disk for RealDisk {
    fn lock(&self) -> io::Result<bool> {
        let file = File::options().write(true).create(true).truncate(false).open(self.dir.join("lock"))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                *lock(&self.locked) = Some(file);
                Ok(true)
            }
            Err(Errno::WOULDBLOCK) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn unlock(&self) {
        // Closing the file gives the lock back.
        drop(lock(&self.locked).take());
    }

    fn database_exists(&self) -> io::Result<bool> {
        self.dir.join("journal.db").try_exists()
    }

    fn read_head(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.dir.join("head")) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write_head(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.with_head(|file| file.write_all_at(bytes, offset))
    }

    fn sync_head(&self) -> io::Result<()> {
        self.with_head(File::sync_all)?;
        File::open(&self.dir)?.sync_all()
    }

    fn make_reserve(&self, bytes: u64) -> io::Result<()> {
        let path = self.dir.join("reserve");
        let file = File::options().write(true).create(true).truncate(true).open(&path)?;
        let made = fill(&file, bytes).and_then(|()| file.sync_all());
        if made.is_err() {
            // Half a reserve would be taken for a whole one.
            drop(fs::remove_file(&path));
        }
        made
    }

    fn remove_reserve(&self) -> io::Result<()> {
        match fs::remove_file(self.dir.join("reserve")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn reserve_size(&self) -> io::Result<u64> {
        match fs::metadata(self.dir.join("reserve")) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn space(&self) -> io::Result<Space> {
        let found = statvfs(&self.dir)?;
        // What is kept back for the system, or is others' by quota, is neither used nor available: it is no part of this disk's fullness.
        let usable = found.f_blocks.saturating_sub(found.f_bfree) + found.f_bavail;
        Ok(Space { total: usable * found.f_frsize, available: found.f_bavail * found.f_frsize })
    }
}

/// Allocates for real: a sparse file would reserve nothing.
fn fill(file: &File, bytes: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::empty(), 0, bytes) {
        Ok(()) => return Ok(()),
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => {}
        Err(error) => return Err(error.into()),
    }
    // Not zeros: some file systems store those as holes.
    let block = [0xa5; 1 << 16];
    let mut at = 0;
    while at < bytes {
        let length = usize::try_from(bytes - at).unwrap_or(block.len()).min(block.len());
        file.write_all_at(block.get(..length).unwrap_or(&block), at)?;
        at += length as u64;
    }
    Ok(())
}
