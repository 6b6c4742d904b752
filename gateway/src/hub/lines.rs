//! Lines that a gateway keeps for itself in its folder: what it must know again after a restart.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use super::spool::SpoolError;

/// Lines that are kept, at most: the oldest are dropped.
pub const LINES_MAX: usize = 4_096;
/// A file that is longer is cut to [`LINES_MAX`] lines.
const OCTETS_MAX: u64 = 1024 * 1024;

/// A line. It may be what somebody said.
#[derive(Clone, PartialEq, Eq)]
pub struct Line(pub String);

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} octets)", self.0.len())
    }
}

/// A file of lines, for nobody else's eyes.
pub struct Lines {
    path: PathBuf,
}

impl Lines {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn failed(&self, error: io::Error) -> SpoolError {
        SpoolError::Io { dir: self.path.clone(), error }
    }

    /// All lines, the oldest first. What a crash has cut off is no line.
    ///
    /// # Errors
    /// It is there and cannot be read, or what is too much cannot be dropped.
    pub fn read(&self) -> Result<Vec<String>, SpoolError> {
        let octets = match fs::read(&self.path) {
            Ok(octets) => octets,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed(error)),
        };
        // A line that a failing disk has garbled harms no other; nobody's reading takes it for anything.
        let text = String::from_utf8_lossy(&octets);
        let whole = text.rfind('\n').map_or("", |at| &text[..at]);
        let all: Vec<&str> = whole.lines().collect();
        let kept = &all[all.len().saturating_sub(LINES_MAX)..];
        if kept.len() < all.len() || !text.is_empty() && !text.ends_with('\n') {
            let lines: String = kept.iter().map(|line| format!("{line}\n")).collect();
            put(&self.path, lines.as_bytes()).map_err(|error| self.failed(error))?;
        }
        Ok(kept.iter().map(|line| (*line).to_owned()).collect())
    }

    /// Adds a line: on disk when this returns.
    ///
    /// # Errors
    /// It cannot be written; then nothing of it is there.
    pub fn add(&self, line: &str) -> Result<(), SpoolError> {
        let added = || {
            let is_new = !self.path.exists();
            let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
            let before = file.metadata()?.len();
            if let Err(error) = writeln!(file, "{line}").and_then(|()| file.sync_all()) {
                // Half a line would run into the next one.
                let _ = file.set_len(before);
                return Err(error);
            }
            if is_new {
                sync_folder(&self.path)?;
            }
            Ok(before)
        };
        if added().map_err(|error| self.failed(error))? > OCTETS_MAX {
            self.read()?;
        }
        Ok(())
    }

    /// Drops all lines.
    ///
    /// # Errors
    /// The file cannot be deleted.
    pub fn clear(&self) -> Result<(), SpoolError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(error)),
            _ => Ok(()),
        }
    }
}

/// Puts a whole file in place of the one that is there, for nobody else's eyes; on disk when this returns.
pub(super) fn put(path: &Path, octets: &[u8]) -> io::Result<()> {
    let made = path.with_extension("new");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&made)?;
    file.write_all(octets)?;
    file.sync_all()?;
    fs::rename(made, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
