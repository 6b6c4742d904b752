//! What only the durable adapter promises: the lock, the head file, the schema version, purged for good.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rusqlite::Connection;
use samband_journal::{AppendError, Batch, Health, Journal, OpenError, Options, Position, SqliteJournal, Version};

use crate::support::adapters::{dir, options};
use crate::support::disk::SimDisk;
use crate::support::events::{append, batch, fill, read_all, stream};

fn simulated(disk: &SimDisk) -> Result<SqliteJournal, OpenError> {
    SqliteJournal::open(&dir(), disk.options(1))
}

#[test]
fn one_at_a_time() {
    let place = tempfile::tempdir().unwrap();
    let first = SqliteJournal::open(place.path(), options()).unwrap();
    assert!(matches!(SqliteJournal::open(place.path(), options()), Err(OpenError::Locked(_))));
    drop(first);
    SqliteJournal::open(place.path(), options()).unwrap();
}

#[test]
fn newer_schema_is_refused() {
    let place = tempfile::tempdir().unwrap();
    drop(SqliteJournal::open(place.path(), options()).unwrap());
    Connection::open(place.path().join("journal.db")).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let outcome = SqliteJournal::open(place.path(), options());
    assert!(matches!(outcome, Err(OpenError::NewerSchema { found: 2, supported: 1 })), "{outcome:?}");
}

#[test]
fn somebody_elses_database_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let other = Connection::open(place.path().join("journal.db")).unwrap();
    other.execute_batch("CREATE TABLE other (x)").unwrap();
    drop(other);
    assert!(matches!(SqliteJournal::open(place.path(), options()), Err(OpenError::Corrupt(_))));
    fs::write(place.path().join("journal.db"), vec![b'x'; 8192]).unwrap();
    assert!(SqliteJournal::open(place.path(), options()).is_err());
}

#[test]
fn restored_from_an_old_copy() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 0, 5);
    drop(journal);
    let old = disk.after_kill();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 5, 5);
    drop(journal);
    let head = disk.state().files["head"].current.clone();
    old.state().files.get_mut("head").unwrap().current = head;
    let before: Vec<_> = old.state().files.iter().map(|(name, file)| (name.clone(), file.current.clone())).collect();
    let Err(OpenError::HeadAhead { head, database }) = simulated(&old) else { panic!("must not open") };
    assert_eq!((head.position, database.position), (Position(10), Position(5)));
    let after: Vec<_> = old.state().files.iter().map(|(name, file)| (name.clone(), file.current.clone())).collect();
    assert!(before == after, "a refusal changes nothing");
    let accept = Options { accept_loss_after_head: true, ..old.options(1) };
    let journal = SqliteJournal::open(&dir(), accept).unwrap();
    assert_eq!(journal.head(), Position(5));
    fill(&journal, "incident/1", 5, 1);
    drop(journal);
    assert_eq!(simulated(&old).unwrap().head(), Position(6));
}

#[test]
fn missing_files() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 0, 5);
    let running = disk.after_kill();
    drop(journal);

    let without_database = disk.after_kill();
    without_database.remove("journal.db");
    assert!(matches!(simulated(&without_database), Err(OpenError::HeadAhead { .. })));
    assert_eq!(without_database.size("journal.db"), 0);

    let without_head = disk.after_kill();
    without_head.remove("head");
    assert!(matches!(simulated(&without_head), Err(OpenError::HeadUnreadable { .. })));

    let without_log = running;
    without_log.remove("journal.db-wal");
    assert!(matches!(simulated(&without_log), Err(OpenError::HeadAhead { .. })));
}

#[test]
fn unreadable_head() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    let empty = disk.after_kill();
    fill(&journal, "incident/1", 0, 5);
    drop(journal);
    for (disk, opens) in [(empty, true), (disk, false)] {
        disk.flip("head", 80);
        disk.flip("head", 4096 * 8 + 80);
        let outcome = simulated(&disk);
        assert_eq!(outcome.is_ok(), opens, "{outcome:?}");
    }
}

#[test]
fn head_of_another_journal() {
    let disks = [1, 2].map(|number| {
        let disk = SimDisk::new();
        let journal = simulated(&disk).unwrap();
        fill(&journal, &format!("incident/{number}"), 0, 5);
        drop(journal);
        disk
    });
    for commits in [0, 1] {
        let (here, there) = (disks[0].after_kill(), disks[1].after_kill());
        if commits > 0 {
            fill(&simulated(&here).unwrap(), "unit/1", 0, commits);
        }
        let head = there.state().files["head"].current.clone();
        here.state().files.get_mut("head").unwrap().current = head;
        assert!(matches!(simulated(&here), Err(OpenError::HeadMismatch { .. })));
    }
}

#[test]
fn older_head_is_moved_forward() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 0, 3);
    let old = disk.state().files["head"].current.clone();
    fill(&journal, "incident/1", 3, 4);
    drop(journal);
    disk.state().files.get_mut("head").unwrap().current = old.clone();
    assert_eq!(simulated(&disk).unwrap().head(), Position(7));
    assert_ne!(disk.state().files["head"].current, old);
}

#[test]
fn purged_is_gone_from_the_disk() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    let secret = b"a name that must not be found again";
    let mut sent = append("incident/1", 0, 0..20);
    sent.events[7].payload = secret.to_vec().into();
    journal.append_wait(batch(&journal, vec![sent])).unwrap();
    assert!(disk.holds(secret));
    journal.purge(&stream("incident/1"), Version(8), "police", "ground", 1).unwrap();
    assert!(!disk.holds(secret));
    assert_eq!(journal.verify().unwrap().purged, 1);
}

/// A purge is a commit of its own: one that vanishes with the log is noticed although no record is missing.
#[test]
fn a_lost_purge_is_noticed() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 0, 5);
    drop(journal);
    let before = disk.after_kill();
    simulated(&disk).unwrap().purge(&stream("incident/1"), Version(1), "police", "ground", 1).unwrap();
    let head = disk.state().files["head"].current.clone();
    before.state().files.get_mut("head").unwrap().current = head;
    assert!(matches!(simulated(&before), Err(OpenError::HeadAhead { .. })));
}

#[test]
fn sealed() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 0, 5);
    journal.seal();
    assert_eq!(journal.health(), Health::Sealed);
    assert_eq!(journal.append_wait(Batch::barrier(journal.epoch())), Err(AppendError::Closed));
    assert_eq!(journal.purge(&stream("incident/1"), Version(1), "o", "g", 1), Err(AppendError::Closed));
    assert_eq!(read_all(&journal).len(), 5);
    assert_eq!(journal.verify().unwrap().records, 5);
}

/// The log is moved by a thread of its own and stays bounded while the writer never rests.
#[test]
fn log_stays_bounded() {
    let place = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(place.path(), Options { checkpoint_pages: 100, ..options() }).unwrap();
    for round in 0..2000 {
        let batch = batch(&journal, vec![append("incident/1", round, [39])]);
        journal.append(batch, Box::new(|outcome| assert!(outcome.is_ok())));
        if round % 10 == 0 {
            journal.append_wait(Batch::barrier(journal.epoch())).unwrap();
        }
    }
    journal.append_wait(Batch::barrier(journal.epoch())).unwrap();
    let log = fs::metadata(place.path().join("journal.db-wal")).unwrap().len();
    assert!(log < 2000 * 4096, "{log}");
    assert_eq!(journal.verify().unwrap().records, 2000);
}

/// Whoever is told may panic, or be the last owner: neither costs the others their answers.
#[test]
fn careless_callers() {
    let disk = SimDisk::new();
    let journal = Arc::new(simulated(&disk).unwrap());
    journal.append(batch(&*journal, vec![append("incident/1", 0, [1])]), Box::new(|_| panic!("on purpose")));
    fill(&*journal, "incident/1", 1, 1);
    let (answer, wait) = sync_channel(1);
    let (release, held) = sync_channel::<()>(0);
    let last = Arc::clone(&journal);
    journal.append(
        batch(&*journal, vec![append("incident/1", 2, [3])]),
        Box::new(move |outcome| {
            held.recv().unwrap();
            drop(last);
            answer.send(outcome).unwrap();
        }),
    );
    drop(journal);
    release.send(()).unwrap();
    assert!(wait.recv().unwrap().is_ok());
}
