//! The side file `head`: what was answered, kept apart from the database.
//!
//! It is written after each commit and before the answer, and not synced. After a crash of the process the page cache is still
//! there, so it says exactly what was answered. After power loss it may be older than the database, which is harmless: it can
//! only ever be ahead if the database lost a commit that it had confirmed, and that is what it is there to notice.
//! A sync for each would double the price of a commit for no further promise.
//!
//! Two slots in two pages, used in turn: a torn write spoils the slot of the newest commit and leaves the one before.

use std::fmt;

use crate::chain::{Hash, Hasher};
use crate::ids::Position;
use crate::sqlite::disk::Disk;
use crate::sqlite::open_error::OpenError;

/// Bytes between the slots: a page, so that one torn page cannot take both.
const SLOT: usize = 4096;
const MAGIC: &[u8; 8] = b"SBNDHEAD";
const LENGTH: usize = 8 + 8 + 8 + 32 + 32 + 32;

/// How far a journal has come: for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// Commits so far. A purge is a commit too, so that a purge that vanishes is noticed.
    pub commit: u64,
    /// The last record.
    pub position: Position,
}

impl fmt::Display for Reached {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "position {} (commit {})", self.position, self.commit)
    }
}

/// How far the journal has come, so that it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeadMark {
    pub(crate) commit: u64,
    pub(crate) position: Position,
    /// Hash of the last record.
    pub(crate) last_hash: Hash,
    /// Hash over all commits.
    pub(crate) chain: Hash,
}

impl HeadMark {
    pub(super) fn reached(&self) -> Reached {
        Reached { commit: self.commit, position: self.position }
    }

    pub(super) fn checksum(&self, domain: &str) -> Hash {
        let hasher = Hasher::new(domain).number(self.commit).number(self.position.0);
        hasher.bytes(&self.last_hash).bytes(&self.chain).finish()
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.commit.to_le_bytes());
        bytes.extend_from_slice(&self.position.0.to_le_bytes());
        bytes.extend_from_slice(&self.last_hash);
        bytes.extend_from_slice(&self.chain);
        bytes.extend_from_slice(&self.checksum("samband.journal.1.head"));
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk::<8>()?;
        let (commit, rest) = rest.split_first_chunk::<8>()?;
        let (position, rest) = rest.split_first_chunk::<8>()?;
        let (last_hash, rest) = rest.split_first_chunk::<32>()?;
        let (chain, rest) = rest.split_first_chunk::<32>()?;
        let (checksum, _) = rest.split_first_chunk::<32>()?;
        let position = Position(u64::from_le_bytes(*position));
        let mark = Self { commit: u64::from_le_bytes(*commit), position, last_hash: *last_hash, chain: *chain };
        (magic == MAGIC && mark.checksum("samband.journal.1.head") == *checksum).then_some(mark)
    }
}

/// What the side file says.
pub(super) enum Witness {
    /// There is no file.
    Missing,
    /// There is one and neither slot can be read.
    Unreadable,
    Mark(HeadMark),
}

/// Reads the newest slot that can be read.
pub(super) fn load(disk: &dyn Disk) -> std::io::Result<Witness> {
    let Some(bytes) = disk.read_head()? else { return Ok(Witness::Missing) };
    let slots = [bytes.get(..LENGTH), bytes.get(SLOT..SLOT + LENGTH)];
    let newest = slots.into_iter().flatten().filter_map(HeadMark::decode).max_by_key(|mark| mark.commit);
    Ok(newest.map_or(Witness::Unreadable, Witness::Mark))
}

/// Notes a commit, in the slot that does not hold the one before.
pub(super) fn store(disk: &dyn Disk, mark: &HeadMark) -> std::io::Result<()> {
    disk.write_head((mark.commit % 2) * SLOT as u64, &mark.encode())
}

/// Makes both slots say the same, at open: what an operator has accepted as lost must not come back from the other slot.
pub(super) fn reset(disk: &dyn Disk, mark: &HeadMark) -> Result<(), OpenError> {
    for slot in [mark.commit % 2, (mark.commit + 1) % 2] {
        let written = disk.write_head(slot * SLOT as u64, &mark.encode()).and_then(|()| disk.sync_head());
        written.map_err(OpenError::io("writing the head file"))?;
    }
    Ok(())
}
