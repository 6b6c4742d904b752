//! A disk that lives in memory, knows what would survive a power cut, and fails when it is told to.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use samband_journal::{Disk, Space};

use super::locks::{LockState, Shm};
use super::random::Random;
use super::vfs::Registration;

/// What a told-off operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Fails and changes nothing.
    Eio,
    /// Writes the first half and fails.
    ShortWrite,
    /// Fails for want of room.
    NoSpace,
    /// A sync that says yes and does nothing.
    LoseSync,
}

/// What happens to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Proceed,
    Fail(Fault),
}

/// What an operation is, for faults that concern only some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Write,
    Sync,
    Other,
}

/// A change that is not synced yet.
enum Pending {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// One file: as the process sees it, and as the disk has it.
#[derive(Default)]
pub(crate) struct SimFile {
    pub(crate) current: Vec<u8>,
    /// `None` until the first sync: the file may then not exist at all after a power cut.
    durable: Option<Vec<u8>>,
    pending: Vec<Pending>,
    pub(crate) locks: LockState,
    pub(crate) shm: Shm,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) files: BTreeMap<String, SimFile>,
    /// Changes so far: writes, truncations, syncs, deletions.
    pub(crate) operations: u64,
    crash_at: Option<u64>,
    /// The power is gone: nothing changes any more.
    dead: bool,
    faults: Vec<(u64, Operation, Fault)>,
    /// From this operation on, syncs are lost.
    lying_from: Option<u64>,
    fired: u64,
    capacity: Option<u64>,
    locked: bool,
    pub(crate) temporary: u64,
}

pub(crate) struct Inner {
    pub(crate) state: Mutex<State>,
    pub(crate) registration: Registration,
}

/// A simulated disk; clones share it.
#[derive(Clone)]
pub(crate) struct SimDisk(pub(crate) Arc<Inner>);

/// Which unsynced changes of the head file survive: it can lie on the same disk or on a better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadFile {
    LikeTheRest,
    Survives,
}

impl SimDisk {
    pub(crate) fn new() -> Self {
        Self::with(State::default())
    }

    fn with(state: State) -> Self {
        Self(Arc::new_cyclic(|weak| Inner { state: Mutex::new(state), registration: Registration::new(weak.clone()) }))
    }

    pub(crate) fn vfs_name(&self) -> &str {
        self.0.registration.name()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }

    /// Cuts the power at the given change, counted from now.
    pub(crate) fn crash_after(&self, operations: u64) {
        let mut state = self.state();
        state.crash_at = Some(state.operations + operations);
    }

    /// Cuts the power now.
    pub(crate) fn crash_now(&self) {
        self.state().dead = true;
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// Lets the first operation of a kind from the given change on, counted from now, fail once.
    pub(crate) fn fail_after(&self, operations: u64, operation: Operation, fault: Fault) {
        let mut state = self.state();
        let at = state.operations + operations;
        state.faults.push((at, operation, fault));
    }

    /// From the given change on, counted from now, syncs of the database say yes and do nothing.
    pub(crate) fn lie_after(&self, operations: u64) {
        let mut state = self.state();
        state.lying_from = Some(state.operations + operations);
    }

    /// How many faults have happened.
    pub(crate) fn fired(&self) -> u64 {
        self.state().fired
    }

    pub(crate) fn set_capacity(&self, capacity: Option<u64>) {
        self.state().capacity = capacity;
    }

    pub(crate) fn used(&self) -> u64 {
        self.state().used()
    }

    /// The disk as a new start would find it after a power cut: everything synced, and of the rest random pieces.
    pub(crate) fn after_power_loss(&self, random: &mut Random, head: HeadFile) -> Self {
        let mut found = State::default();
        for (name, file) in &self.state().files {
            let survives = if name == "head" && head == HeadFile::Survives { 1000 } else { survival(random) };
            if let Some(bytes) = file.after_power_loss(random, survives) {
                found.files.insert(name.clone(), SimFile::at_rest(bytes));
            }
        }
        Self::with(found)
    }

    /// The disk as a new start would find it after the process was killed: the page cache survives.
    pub(crate) fn after_kill(&self) -> Self {
        let mut found = State::default();
        for (name, file) in &self.state().files {
            found.files.insert(name.clone(), SimFile::at_rest(file.current.clone()));
        }
        Self::with(found)
    }

    /// Flips one bit of a file at rest.
    pub(crate) fn flip(&self, name: &str, bit: u64) {
        let mut state = self.state();
        let file = state.files.get_mut(name).unwrap();
        let byte = usize::try_from(bit / 8).unwrap();
        file.current[byte] ^= 1 << (bit % 8);
        file.durable = Some(file.current.clone());
    }

    pub(crate) fn size(&self, name: &str) -> u64 {
        self.state().files.get(name).map_or(0, |file| file.current.len() as u64)
    }

    pub(crate) fn remove(&self, name: &str) {
        self.state().files.remove(name);
    }

    /// Whether some file holds these bytes.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        self.state().files.values().any(|file| file.current.windows(bytes.len()).any(|window| window == bytes))
    }
}

/// How much of what is unsynced in a file survives, in thousandths.
fn survival(random: &mut Random) -> u64 {
    [0, 250, 500, 900, 1000][usize::try_from(random.below(5)).unwrap()]
}

impl State {
    pub(crate) fn used(&self) -> u64 {
        self.files.values().map(|file| file.current.len() as u64).sum()
    }

    /// Counts a change and says what becomes of it.
    pub(crate) fn operate(&mut self, name: &str, operation: Operation) -> Verdict {
        if self.dead {
            return Verdict::Fail(Fault::Eio);
        }
        self.operations += 1;
        if self.crash_at.is_some_and(|at| self.operations >= at) {
            self.dead = true;
            // What was under way when the power went may have reached the disk in part.
            return if operation == Operation::Write { Verdict::Proceed } else { Verdict::Fail(Fault::Eio) };
        }
        let now = self.operations;
        if operation == Operation::Sync && name != "head" && self.lying_from.is_some_and(|from| now >= from) {
            self.fired += 1;
            return Verdict::Fail(Fault::LoseSync);
        }
        let due = self.faults.iter().position(|(at, kind, _)| now >= *at && *kind == operation);
        match due {
            Some(index) => {
                self.fired += 1;
                Verdict::Fail(self.faults.remove(index).2)
            }
            None => Verdict::Proceed,
        }
    }

    /// Writes into a file, making it if need be.
    pub(crate) fn write(&mut self, name: &str, offset: usize, bytes: &[u8]) -> Result<(), Fault> {
        let end = offset + bytes.len();
        let grows = end.saturating_sub(self.files.get(name).map_or(0, |file| file.current.len())) as u64;
        let full = grows > 0 && self.capacity.is_some_and(|capacity| self.used() + grows > capacity);
        match self.operate(name, Operation::Write) {
            Verdict::Fail(Fault::ShortWrite) => {
                self.put(name, offset, &bytes[..bytes.len() / 2]);
                Err(Fault::Eio)
            }
            Verdict::Fail(fault) => Err(fault),
            Verdict::Proceed if full => Err(Fault::NoSpace),
            Verdict::Proceed => {
                self.put(name, offset, bytes);
                Ok(())
            }
        }
    }

    fn put(&mut self, name: &str, offset: usize, bytes: &[u8]) {
        let file = self.files.entry(name.to_owned()).or_default();
        write_at(&mut file.current, offset, bytes);
        file.pending.push(Pending::Write(offset, bytes.to_vec()));
    }

    pub(crate) fn truncate(&mut self, name: &str, length: usize) -> Result<(), Fault> {
        match self.operate(name, Operation::Other) {
            Verdict::Fail(fault) => Err(fault),
            Verdict::Proceed => {
                let file = self.files.entry(name.to_owned()).or_default();
                file.current.resize(length, 0);
                file.pending.push(Pending::Truncate(length));
                Ok(())
            }
        }
    }

    pub(crate) fn sync(&mut self, name: &str) -> Result<(), Fault> {
        match self.operate(name, Operation::Sync) {
            Verdict::Fail(Fault::LoseSync) => Ok(()),
            Verdict::Fail(fault) => Err(fault),
            Verdict::Proceed => {
                if let Some(file) = self.files.get_mut(name) {
                    file.settle();
                }
                Ok(())
            }
        }
    }

    pub(crate) fn delete(&mut self, name: &str) -> Result<(), Fault> {
        match self.operate(name, Operation::Other) {
            Verdict::Fail(fault) => Err(fault),
            Verdict::Proceed => {
                self.files.remove(name);
                Ok(())
            }
        }
    }
}

impl SimFile {
    fn at_rest(bytes: Vec<u8>) -> Self {
        Self { current: bytes.clone(), durable: Some(bytes), ..Self::default() }
    }

    fn settle(&mut self) {
        let durable = self.durable.get_or_insert_default();
        for change in self.pending.drain(..) {
            match change {
                Pending::Write(offset, bytes) => write_at(durable, offset, &bytes),
                Pending::Truncate(length) => durable.resize(length, 0),
            }
        }
    }

    fn after_power_loss(&self, random: &mut Random, survives: u64) -> Option<Vec<u8>> {
        if self.durable.is_none() && !random.chance(survives) {
            return None;
        }
        let piece = if random.chance(500) { 512 } else { 4096 };
        let mut bytes = self.durable.clone().unwrap_or_default();
        for change in &self.pending {
            match change {
                Pending::Truncate(length) if random.chance(survives) => bytes.resize(*length, 0),
                Pending::Truncate(_) => {}
                Pending::Write(offset, written) => {
                    let mut from = 0;
                    while from < written.len() {
                        // Pieces end at the disk's own boundaries, not at those of the write.
                        let to = (piece - (offset + from) % piece + from).min(written.len());
                        if random.chance(survives) {
                            write_at(&mut bytes, offset + from, &written[from..to]);
                        }
                        from = to;
                    }
                }
            }
        }
        Some(bytes)
    }
}

fn write_at(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
    let end = offset + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(written);
}

fn into_io(fault: Fault) -> io::Error {
    match fault {
        Fault::NoSpace => io::ErrorKind::StorageFull.into(),
        Fault::Eio | Fault::ShortWrite | Fault::LoseSync => io::Error::other("simulated"),
    }
}

impl Disk for SimDisk {
    fn lock(&self) -> io::Result<bool> {
        Ok(!std::mem::replace(&mut self.state().locked, true))
    }

    fn unlock(&self) {
        self.state().locked = false;
    }

    fn database_exists(&self) -> io::Result<bool> {
        Ok(self.state().files.contains_key("journal.db"))
    }

    fn read_head(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.state().files.get("head").map(|file| file.current.clone()))
    }

    fn write_head(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.state().write("head", usize::try_from(offset).unwrap(), bytes).map_err(into_io)
    }

    fn sync_head(&self) -> io::Result<()> {
        self.state().sync("head").map_err(into_io)
    }

    fn make_reserve(&self, bytes: u64) -> io::Result<()> {
        let mut state = self.state();
        state.files.remove("reserve");
        state.write("reserve", 0, &vec![0xa5; usize::try_from(bytes).unwrap()]).map_err(into_io)
    }

    fn remove_reserve(&self) -> io::Result<()> {
        self.state().delete("reserve").map_err(into_io)
    }

    fn reserve_size(&self) -> io::Result<u64> {
        Ok(self.size("reserve"))
    }

    fn space(&self) -> io::Result<Space> {
        let state = self.state();
        let total = state.capacity.unwrap_or(1 << 40);
        Ok(Space { total, available: total.saturating_sub(state.used()) })
    }
}
