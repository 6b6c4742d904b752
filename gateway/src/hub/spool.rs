//! What must reach the hub, kept on disk until it has answered: the power may go, the hub may be away for hours.
//!
//! One file a command, named so that their order is the order they were said in. A command keeps its id, so that saying it again is
//! harmless.

use std::{
    collections::VecDeque,
    fs, io,
    path::{Path, PathBuf},
};

use prost::Message as _;
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};
use samband_proto::v1::Command;

use super::lines::put;

/// Commands that wait at most: a network that says more while the hub is away is told that it is not stored.
pub const COMMANDS_MAX: usize = 100_000;

const ENDING: &str = "command";
const LOCK: &str = "lock";

/// Commands that have no answer yet.
pub struct Spool {
    dir: PathBuf,
    /// Held as long as the gateway runs: two in one folder would take each other's files.
    _lock: fs::File,
    /// Files that could not be read.
    unread: usize,
    next: u64,
    waiting: VecDeque<(u64, Command)>,
}

/// Why a command was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The folder cannot be read or written.
    #[error("{}: {error}", dir.display())]
    Io {
        /// Which folder.
        dir: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another gateway uses the folder.
    #[error("{}: another gateway uses it", dir.display())]
    InUse {
        /// Which folder.
        dir: PathBuf,
    },
    /// Too many wait.
    #[error("{COMMANDS_MAX} commands wait already")]
    Full,
}

impl Spool {
    /// Opens the folder, made if it is not there, with what waits in it. A file that cannot be read is set aside as `.unread`.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn open(dir: &Path) -> Result<Self, SpoolError> {
        let failed = |error| SpoolError::Io { dir: dir.to_owned(), error };
        fs::create_dir_all(dir).map_err(failed)?;
        let lock = fs::File::create(dir.join(LOCK)).map_err(failed)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
            Errno::WOULDBLOCK => SpoolError::InUse { dir: dir.to_owned() },
            error => failed(error.into()),
        })?;
        let (mut waiting, mut unread) = (Vec::new(), 0);
        for entry in fs::read_dir(dir).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_none_or(|ending| ending != ENDING) {
                continue;
            }
            let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            let command = fs::read(&path).ok().and_then(|bytes| Command::decode(bytes.as_slice()).ok());
            match (number, command) {
                (Some(number), Some(command)) => waiting.push((number, command)),
                _ => {
                    fs::rename(&path, path.with_extension("unread")).map_err(failed)?;
                    unread += 1;
                }
            }
        }
        waiting.sort_by_key(|(number, _): &(u64, Command)| *number);
        let next = waiting.last().map_or(0, |(number, _)| number + 1);
        Ok(Self { dir: dir.to_owned(), _lock: lock, unread, next, waiting: waiting.into() })
    }

    /// Keeps a command: on disk when this returns.
    ///
    /// # Errors
    /// It is not kept.
    pub fn push(&mut self, command: Command) -> Result<(), SpoolError> {
        if self.waiting.len() >= COMMANDS_MAX {
            return Err(SpoolError::Full);
        }
        let number = self.next;
        self.write(number, &command).map_err(|error| SpoolError::Io { dir: self.dir.clone(), error })?;
        self.next += 1;
        self.waiting.push_back((number, command));
        Ok(())
    }

    fn write(&self, number: u64, command: &Command) -> io::Result<()> {
        put(&self.path(number), &command.encode_to_vec())
    }

    /// All that wait, in the order they were said in.
    pub fn waiting(&self) -> impl Iterator<Item = &Command> {
        self.waiting.iter().map(|(_, command)| command)
    }

    /// Files that could not be read when it was opened.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// The hub has answered for good.
    ///
    /// # Errors
    /// The file cannot be deleted; it is then sent again after a restart, which is harmless.
    pub fn done(&mut self, command_id: &str) -> Result<(), SpoolError> {
        let at = self.waiting.iter().position(|(_, command)| command.command_id() == command_id);
        let Some((number, _)) = at.and_then(|at| self.waiting.remove(at)) else { return Ok(()) };
        fs::remove_file(self.path(number)).map_err(|error| SpoolError::Io { dir: self.dir.clone(), error })
    }

    fn path(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{number:020}.{ENDING}"))
    }
}
