//! A folder into which another system writes messages, one file each: text alarms, warnings.
//!
//! Handling is at least once: a file is moved only after the caller has confirmed it, so a crash in between means that it
//! is handed out again. No watcher and no clock: the caller polls.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fmt, mem};

use thiserror::Error;

/// Where handled files go.
const DONE: &str = "klara";
/// Where refused files go, each with its reason beside it.
const REFUSED: &str = "avvisade";
/// So many scans must see a file unchanged. An empty one has perhaps only just been created.
const STABLE: u32 = 2;
const STABLE_EMPTY: u32 = 10;
/// So many files are handed out at a time; the rest waits for the next scan.
const MAX_LETTERS: usize = 256;

/// What an inbox could not do.
#[derive(Debug, Error)]
#[error("{action} {path}: {source}")]
pub struct InboxError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// A folder of messages.
#[derive(Debug)]
pub struct Inbox {
    dir: PathBuf,
    limit: usize,
    seen: BTreeMap<OsString, Seen>,
}

/// A file that has been completely written. Its `Debug` shows no content.
pub struct Letter {
    /// The file's name in the inbox.
    pub name: OsString,
    /// Its content, one byte more than the inbox's limit at most, so that a longer one is noticed.
    pub bytes: Vec<u8>,
    stamp: Stamp,
}

/// What one look into the folder gave.
#[derive(Debug, Default)]
pub struct Scan {
    /// The files to handle, by name. One that was handed out and not settled comes again.
    pub letters: Vec<Letter>,
    /// Files that could not be read; they do not stop the others and are tried again.
    pub failed: Vec<InboxError>,
}

/// What became of a letter that was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was moved away, or was gone already.
    Moved,
    /// It has been rewritten since it was read. It stays, and comes again with its new content.
    Rewritten,
}

/// Size and time of change: what tells a file that is still being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    changed: Option<SystemTime>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    stamp: Stamp,
    scans: u32,
}

impl Inbox {
    /// Opens a folder, and makes the two for settled files in it. Of a file no more than one byte over `limit` is read.
    ///
    /// # Errors
    /// If it is no folder, or nothing can be created in it.
    pub fn open(dir: impl Into<PathBuf>, limit: usize) -> Result<Self, InboxError> {
        let dir = dir.into();
        fs::read_dir(&dir).map_err(failed("cannot open", &dir))?;
        for name in [DONE, REFUSED] {
            let path = dir.join(name);
            fs::create_dir_all(&path).map_err(failed("cannot create", &path))?;
        }
        Ok(Self { dir, limit, seen: BTreeMap::new() })
    }

    /// Looks for files that have not changed since the scan before. Any file counts but hidden ones and those that end in
    /// `.tmp` or `.part`; the first scan therefore hands out nothing.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn scan(&mut self) -> Result<Scan, InboxError> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(&self.dir).map_err(failed("cannot list", &self.dir))? {
            let entry = entry.map_err(failed("cannot list", &self.dir))?;
            // A file may vanish between listing and asking; then it is not there.
            if is_letter(&entry.file_name())
                && let Ok(data) = entry.metadata()
                && data.is_file()
            {
                found.insert(entry.file_name(), Stamp::of(&data));
            }
        }
        let before = mem::take(&mut self.seen);
        self.seen =
            found.into_iter().map(|(name, stamp)| (before.get(&name).copied(), name, stamp)).map(note).collect();
        Ok(self.read_stable())
    }

    /// Moves a handled letter to `klara/`.
    ///
    /// # Errors
    /// If it cannot be moved; it comes again with the next scan.
    pub fn done(&mut self, letter: &Letter) -> Result<Settled, InboxError> {
        self.settle(letter, DONE, None)
    }

    /// Moves a letter that is no alarm to `avvisade/`, with the reason in a file beside it (name and `.orsak`).
    ///
    /// # Errors
    /// If it cannot be moved or the reason not be written; it comes again with the next scan.
    pub fn refuse(&mut self, letter: &Letter, reason: &str) -> Result<Settled, InboxError> {
        self.settle(letter, REFUSED, Some(reason))
    }

    fn read_stable(&self) -> Scan {
        let mut scan = Scan::default();
        let stable = |seen: &Seen| seen.scans >= if seen.stamp.size == 0 { STABLE_EMPTY } else { STABLE };
        for (name, seen) in self.seen.iter().filter(|(_, seen)| stable(seen)).take(MAX_LETTERS) {
            let path = self.dir.join(name);
            match read(&path, self.limit) {
                Ok(bytes) => scan.letters.push(Letter { name: name.clone(), bytes, stamp: seen.stamp }),
                Err(error) => scan.failed.push(failed("cannot read", &path)(error)),
            }
        }
        scan
    }

    fn settle(&mut self, letter: &Letter, folder: &str, reason: Option<&str>) -> Result<Settled, InboxError> {
        let path = self.dir.join(&letter.name);
        match fs::symlink_metadata(&path) {
            Ok(data) if Stamp::of(&data) != letter.stamp => return Ok(Settled::Rewritten),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Settled::Moved),
            Err(error) => return Err(failed("cannot find", &path)(error)),
        }
        let target = free_path(&self.dir.join(folder), &letter.name);
        // The reason first: a crash between the two leaves a letter that is refused once more, to the same name.
        if let Some(reason) = reason {
            let beside = with_suffix(&target, ".orsak");
            fs::write(&beside, format!("{reason}\n")).map_err(failed("cannot write", &beside))?;
        }
        fs::rename(&path, &target).map_err(failed("cannot move", &path))?;
        self.seen.remove(&letter.name);
        Ok(Settled::Moved)
    }
}

impl Stamp {
    fn of(data: &fs::Metadata) -> Self {
        Self { size: data.len(), changed: data.modified().ok() }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("name", &self.name).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

fn note((before, name, stamp): (Option<Seen>, OsString, Stamp)) -> (OsString, Seen) {
    let scans = before.filter(|seen| seen.stamp == stamp).map_or(1, |seen| seen.scans.saturating_add(1));
    (name, Seen { stamp, scans })
}

fn is_letter(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    !name.starts_with('.') && !name.ends_with(".tmp") && !name.ends_with(".part")
}

fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A name that is not taken: senders number from one again after a restart, and renaming would overwrite.
fn free_path(folder: &Path, name: &OsStr) -> PathBuf {
    let wanted = folder.join(name);
    let others = (2_u64..).map(|n| with_suffix(&wanted, &format!(".{n}")));
    std::iter::once(wanted.clone()).chain(others).find(|path| fs::symlink_metadata(path).is_err()).unwrap_or(wanted)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> InboxError {
    let path = path.to_owned();
    move |source| InboxError { action, path: path.clone(), source }
}
