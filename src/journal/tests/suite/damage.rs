//! Damage of known kinds, each of which must be seen where it is looked for.

use std::collections::BTreeMap;

use rusqlite::Connection;
use samband_journal::{Journal, OpenError, Options, Position, ReadError, SqliteJournal, Version};

use crate::support::adapters::{dir, options};
use crate::support::disk::SimDisk;
use crate::support::events::{append, batch, event, fill, stream};

fn simulated(disk: &SimDisk) -> Result<SqliteJournal, OpenError> {
    SqliteJournal::open(&dir(), Options { tail_check: 5, ..disk.options(1) })
}

fn files(disk: &SimDisk) -> BTreeMap<String, Vec<u8>> {
    disk.state().files.iter().map(|(name, file)| (name.clone(), file.current.clone())).collect()
}

/// Flips a bit in the middle of what a payload left in the database.
fn spoil(disk: &SimDisk, number: u64) {
    let payload = event(number).payload;
    let database = files(disk).remove("journal.db").unwrap();
    let found = database.windows(payload.len()).position(|window| window == payload).unwrap();
    disk.flip("journal.db", (found + payload.len() / 2) as u64 * 8);
}

#[test]
fn bad_record_in_the_tail_keeps_it_closed() {
    let disk = SimDisk::new();
    fill(&simulated(&disk).unwrap(), "incident/1", 0, 20);
    spoil(&disk, 17);
    let Err(OpenError::Corrupt(found)) = simulated(&disk) else { panic!("must not open") };
    assert_eq!((found.position, found.version), (Position(17), Some(Version(17))));
}

#[test]
fn bad_record_before_the_tail_is_seen_when_read() {
    let disk = SimDisk::new();
    fill(&simulated(&disk).unwrap(), "incident/1", 0, 20);
    spoil(&disk, 3);
    let all = Options { verify_all: true, ..disk.options(1) };
    assert!(matches!(SqliteJournal::open(&dir(), all), Err(OpenError::Corrupt(_))));
    let journal = simulated(&disk).unwrap();
    let corrupt = |outcome: Result<(), ReadError>| {
        let Err(ReadError::Corrupt { position, stream: at, version, .. }) = outcome else { panic!("{outcome:?}") };
        assert_eq!((position, at, version), (Position(3), Some(stream("incident/1")), Some(Version(3))));
    };
    corrupt(journal.read(Position(0), 10).map(drop));
    corrupt(journal.read_stream(&stream("incident/1"), Version(0), 10).map(drop));
    corrupt(journal.verify().map(drop));
    corrupt(journal.follow(Position(0)).next(std::time::Duration::ZERO).map(drop));
    assert_eq!(journal.read(Position(3), 17).unwrap().len(), 17);
}

/// A damaged log ends earlier for SQLite, which is no error to it. It must not be cut or moved: it is evidence.
#[test]
fn damaged_log_is_left_as_it_is() {
    let disk = SimDisk::new();
    let journal = simulated(&disk).unwrap();
    fill(&journal, "incident/1", 0, 8);
    let at_rest = disk.after_kill();
    let middle = at_rest.size("journal.db-wal") / 2;
    at_rest.flip("journal.db-wal", middle * 8);
    let before = files(&at_rest);
    let Err(OpenError::HeadAhead { head, database }) = simulated(&at_rest) else { panic!("must not open") };
    assert!(head.position == Position(8) && database.position < Position(8));
    assert!(before == files(&at_rest));
}

/// The slots take turns: without the newest, the head file still knows the commit before.
#[test]
fn one_torn_slot_forgets_one_commit() {
    let disk = SimDisk::new();
    fill(&simulated(&disk).unwrap(), "incident/1", 0, 3);
    let old = disk.after_kill();
    fill(&simulated(&disk).unwrap(), "incident/1", 3, 3);
    let head = files(&disk).remove("head").unwrap();
    old.state().files.get_mut("head").unwrap().current = head;
    old.flip("head", 80); // Commit 6 is in the first slot, commit 5 in the second.
    let Err(OpenError::HeadAhead { head, .. }) = simulated(&old) else { panic!("must not open") };
    assert_eq!((head.commit, head.position), (5, Position(5)));
}

/// Rows that go missing or change without any bit of the database's own structure being wrong.
#[test]
fn tampering() {
    for sql in [
        "DELETE FROM record WHERE position = 12",
        "DELETE FROM record WHERE position = 5",
        "DELETE FROM payload WHERE position = 5",
        "DELETE FROM purge",
        "DELETE FROM stream WHERE no = 2",
        "DELETE FROM stream WHERE no = 1",
        "DELETE FROM meta",
        "UPDATE meta SET position = 11",
        "UPDATE meta SET commits = 3",
        "UPDATE stream SET version = 5 WHERE no = 1",
        "UPDATE stream SET name = 'incident/9' WHERE no = 1",
        "UPDATE record SET at_ms = at_ms + 1 WHERE position = 5",
        "UPDATE record SET stream_no = 2, version = 99 WHERE position = 5",
        "UPDATE record SET version = version + 100 WHERE position = 5",
        "UPDATE record SET prev = hash WHERE position = 5",
        "UPDATE payload SET salt = zeroblob(16) WHERE position = 5",
        "UPDATE payload SET salt = zeroblob(3) WHERE position = 5",
        "UPDATE payload SET body = (SELECT body FROM payload WHERE position = 6) WHERE position = 5",
        "UPDATE purge SET ground = 'other'",
        "UPDATE purge SET position = 5; DELETE FROM payload WHERE position = 5",
        "DELETE FROM record WHERE position = 12; DELETE FROM payload WHERE position = 12",
        "PRAGMA user_version = 0",
    ] {
        let place = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(place.path(), options()).unwrap();
        fill(&journal, "incident/1", 0, 10);
        journal.append_wait(batch(&journal, vec![append("unit/1", 0, [11, 12])])).unwrap();
        journal.purge(&stream("incident/1"), Version(2), "police", "ground", 1).unwrap();
        drop(journal);
        Connection::open(place.path().join("journal.db")).unwrap().execute_batch(sql).unwrap();
        for verify_all in [true, false] {
            let opened = SqliteJournal::open(place.path(), Options { tail_check: 1, verify_all, ..options() });
            let seen = opened.is_err() || opened.is_ok_and(|journal| journal.verify().is_err());
            assert!(seen, "{sql}");
        }
    }
}
