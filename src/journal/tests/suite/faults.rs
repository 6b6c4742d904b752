//! The disk fails: errors, short writes, no room. A failure is never reported as success and never forgotten.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use samband_journal::{AppendError, Batch, Health, Journal, Options, Position, SqliteJournal};

use crate::support::adapters::dir;
use crate::support::disk::{Fault, HeadFile, Operation, SimDisk};
use crate::support::events::{append, batch, fill, read_all};
use crate::support::random::Random;
use crate::support::work::{Finding, Work};

fn open(disk: &SimDisk) -> SqliteJournal {
    SqliteJournal::open(&dir(), Options { checkpoint_pages: 40, ..disk.options(1) }).unwrap()
}

/// Lets one operation fail, at every place in turn, and looks at what the journal then says and keeps.
fn one_fault(operation: Operation, fault: Fault, places: impl Iterator<Item = u64>) {
    let mut failures = 0;
    for place in places {
        let mut random = Random::new(place);
        let (disk, mut work) = (SimDisk::new(), Work::default());
        let journal = open(&disk);
        disk.fail_after(place, operation, fault);
        work.run(&journal, &disk, &mut random, 15);
        // Also when it was a sync of a checkpoint, which no batch waits for.
        assert_eq!(matches!(journal.health(), Health::Failed(_)), disk.fired() > 0, "{operation:?} at {place}");
        if let Health::Failed(reason) = journal.health() {
            failures += 1;
            let again = journal.append_wait(Batch::barrier(journal.epoch()));
            assert_eq!(again, Err(AppendError::Failed(reason)), "never retried as success");
        }
        assert!(work.acknowledged <= read_all(&journal).len());
        disk.crash_now();
        drop(journal);
        let journal = open(&disk.after_power_loss(&mut random, HeadFile::Survives));
        assert!(matches!(work.examine(&journal), Finding::Kept(_)), "{operation:?} {fault:?} at {place}");
    }
    assert!(failures > 3, "{operation:?} {fault:?}: only {failures} failures");
}

#[test]
fn failing_sync() {
    one_fault(Operation::Sync, Fault::Eio, (0..120).step_by(4));
}

#[test]
fn failing_write() {
    one_fault(Operation::Write, Fault::Eio, (0..120).step_by(3));
}

#[test]
fn short_write() {
    one_fault(Operation::Write, Fault::ShortWrite, (1..120).step_by(3));
}

/// No room once: rolled back, said so, and the next append goes through.
#[test]
fn no_room_once() {
    let mut full = 0;
    for place in 0..60 {
        let disk = SimDisk::new();
        let journal = open(&disk);
        disk.fail_after(place, Operation::Write, Fault::NoSpace);
        let mut stored = 0;
        while disk.fired() == 0 && stored < 10_000 {
            match journal.append_wait(batch(&journal, vec![append("incident/1", stored, [stored + 1])])) {
                Ok(_) => stored += 1,
                // The head file has its room already: a system that refuses it all the same has failed.
                Err(AppendError::Full) => {
                    assert_eq!(journal.health(), Health::Full);
                    full += 1;
                }
                Err(error) => assert!(matches!(error, AppendError::Failed(_)), "{error}"),
            }
        }
        if !matches!(journal.health(), Health::Failed(_)) {
            fill(&journal, "incident/1", stored, 1);
            assert_eq!(journal.health(), Health::Ok);
            assert_eq!(journal.verify().unwrap().records, stored + 1);
        }
    }
    assert!(full > 10, "{full}");
}

#[test]
fn full_disk_and_reserve() {
    let disk = SimDisk::new();
    disk.set_capacity(Some(1 << 19));
    let journal = open(&disk);
    assert!(journal.has_reserve().unwrap());
    let mut stored = 0;
    let (mut warned, mut outcome) = (false, Ok(()));
    while outcome.is_ok() && stored < 10_000 {
        let sent = journal.append_wait(batch(&journal, vec![append("incident/1", stored, [stored + 1])]));
        outcome = sent.map(|_| stored += 1);
        warned |= matches!(journal.health(), Health::NearlyFull { used_permille: 800.. });
    }
    assert_eq!(outcome, Err(AppendError::Full));
    assert!(warned);
    assert_eq!(journal.health(), Health::Full);
    assert_eq!(read_all(&journal).len() as u64, stored);
    journal.release_reserve().unwrap();
    assert!(!journal.has_reserve().unwrap());
    fill(&journal, "incident/1", stored, 3);
    assert!(matches!(journal.health(), Health::NearlyFull { .. }));
    // Room for the reserve is there, since it was just given back; that is not room.
    assert!(!journal.has_room_again());
    assert!(!journal.has_reserve().unwrap());
    disk.set_capacity(Some(1 << 24));
    assert!(journal.has_room_again());
    assert!(journal.has_reserve().unwrap());
    assert_eq!(journal.health(), Health::Ok);
    drop(journal);
    assert_eq!(open(&disk).head(), Position(stored + 3));
}

/// A disk that is full when the journal is opened must not keep it closed.
#[test]
fn opens_on_a_full_disk() {
    let disk = SimDisk::new();
    let journal = open(&disk);
    fill(&journal, "incident/1", 0, 20);
    journal.release_reserve().unwrap();
    drop(journal);
    disk.set_capacity(Some(disk.used()));
    let journal = open(&disk);
    assert!(!journal.has_reserve().unwrap());
    assert_eq!(read_all(&journal).len(), 20);
    let refused = journal.append_wait(batch(&journal, vec![append("incident/1", 20, [21])]));
    assert_eq!(refused, Err(AppendError::Full));
    assert_eq!(journal.health(), Health::Full);
}

/// Batches behind a full disk are aborted, in order, and the epoch is raised before the first of them is answered.
#[test]
fn full_disk_aborts_what_is_behind() {
    let disk = SimDisk::new();
    let journal = open(&disk);
    fill(&journal, "incident/1", 0, 1);
    disk.set_capacity(Some(disk.used()));
    let epoch = journal.epoch();
    let first = journal.append_wait(Batch::new(epoch, vec![append("incident/1", 1, 2..900)]));
    assert_eq!(first, Err(AppendError::Full));
    assert_eq!(journal.epoch(), epoch + 1);
    disk.set_capacity(None);
    let behind = journal.append_wait(Batch::new(epoch, vec![append("incident/1", 1, [2])]));
    assert_eq!(behind, Err(AppendError::Aborted));
    fill(&journal, "incident/1", 1, 1);
}

/// A conflict with a batch that was then not stored is no conflict: the caller decides again.
#[test]
fn conflict_with_what_was_not_stored() {
    let disk = SimDisk::new();
    let journal = open(&disk);
    let answers = Arc::new(Mutex::new(Vec::new()));
    let (release, held) = sync_channel::<()>(0);
    journal.append(Batch::barrier(0), Box::new(move |_| held.recv().unwrap()));
    for (expected, numbers) in [(0, 0..900), (0, 900..901)] {
        let answers = Arc::clone(&answers);
        let batch = Batch::new(0, vec![append("incident/1", expected, numbers)]);
        journal.append(batch, Box::new(move |outcome| answers.lock().unwrap().push(outcome)));
    }
    disk.set_capacity(Some(disk.used()));
    release.send(()).unwrap();
    drop(journal.append_wait(Batch::barrier(0)));
    assert_eq!(*answers.lock().unwrap(), [Err(AppendError::Full), Err(AppendError::Aborted)]);
}
