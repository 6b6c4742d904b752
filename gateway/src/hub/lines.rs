//! Lines that a gateway keeps for itself in its folder: what it must know again after a restart.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use super::spool::SpoolError;

/// Lines that are kept, at most: the oldest are dropped when the file is read.
pub const LINES_MAX: usize = 4_096;

/// A file of lines, for nobody else's eyes.
pub struct Lines {
    path: PathBuf,
}

impl Lines {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn failed(&self) -> impl Fn(io::Error) -> SpoolError + use<> {
        let dir = self.path.clone();
        move |error| SpoolError::Io { dir: dir.clone(), error }
    }

    /// All lines, the oldest first. What a crash has cut off is no line.
    ///
    /// # Errors
    /// It is there and cannot be read, or what is too much cannot be dropped.
    pub fn read(&self) -> Result<Vec<String>, SpoolError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed()(error)),
        };
        let whole = text.rfind('\n').map_or("", |at| &text[..at]);
        let all: Vec<&str> = whole.lines().collect();
        let kept = &all[all.len().saturating_sub(LINES_MAX)..];
        if kept.len() < all.len() || whole.len() + 1 < text.len() {
            let made = self.path.with_extension("new");
            let anew = || {
                let mut file = open(OpenOptions::new().create(true).truncate(true).write(true), &made)?;
                kept.iter().try_for_each(|line| writeln!(file, "{line}"))?;
                file.sync_all()?;
                fs::rename(&made, &self.path)
            };
            anew().map_err(self.failed())?;
        }
        Ok(kept.iter().map(|line| (*line).to_owned()).collect())
    }

    /// Adds a line: on disk when this returns.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&self, line: &str) -> Result<(), SpoolError> {
        let added = || {
            let mut file = open(OpenOptions::new().create(true).append(true), &self.path)?;
            writeln!(file, "{line}")?;
            file.sync_all()
        };
        added().map_err(self.failed())
    }

    /// Drops all lines.
    ///
    /// # Errors
    /// The file cannot be deleted.
    pub fn clear(&self) -> Result<(), SpoolError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed()(error)),
            _ => Ok(()),
        }
    }
}

fn open(options: &mut OpenOptions, path: &PathBuf) -> io::Result<fs::File> {
    options.mode(0o600).open(path)
}
