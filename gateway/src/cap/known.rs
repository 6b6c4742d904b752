//! What was made of messages from outside, kept in one file so that an update finds its notice after a restart.

use std::{fs, io, path::PathBuf};

use super::inbound::{Known, Made};

/// Messages that are remembered, years of warnings: those give way that were withdrawn, and then those that ended longest ago.
const MOST: usize = 10_000;

/// The file.
pub struct Memory {
    path: PathBuf,
    known: Known,
}

impl Memory {
    /// Opens it; a file that is not there is empty.
    ///
    /// # Errors
    /// It cannot be read, or is none of ours: nothing is overwritten.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let known = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Known::new(),
            Err(error) => return Err(error),
        };
        Ok(Self { path, known })
    }

    /// What is known.
    #[must_use]
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Remembers what was made of a message; on disk when this returns.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn remember(&mut self, key: String, made: Made) -> io::Result<()> {
        if made.withdrawn {
            let same = self.known.values_mut().filter(|one| one.incident == made.incident);
            same.for_each(|one| one.withdrawn = true);
        }
        self.known.insert(key, made);
        if self.known.len() > MOST {
            let least = |(_, made): &(&String, &Made)| (!made.withdrawn, made.until_ms);
            let gone = self.known.iter().min_by_key(least).map(|(key, _)| key.clone());
            gone.map(|key| self.known.remove(&key));
        }
        let new = self.path.with_extension("new");
        fs::write(&new, serde_json::to_vec_pretty(&self.known).map_err(io::Error::other)?)?;
        fs::File::open(&new)?.sync_all()?;
        fs::rename(new, &self.path)
    }
}
