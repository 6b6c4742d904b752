//! Purging removes content for good, and the chain still verifies.

use samband_journal::{AppendError, Payload, Position, Version};

use crate::on_every_adapter;
use crate::support::adapters::Subject;
use crate::support::events::{fill, read_all, stream};

on_every_adapter!(removes_and_verifies, survives_reopening, twice_is_once, unknown_version, ring_forgets, too_long);

fn removes_and_verifies(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 5);
    let before = read_all(journal);
    journal.purge(&stream("incident/1"), Version(2), "police", "retention 2 years", 99).unwrap();
    let after = read_all(journal);
    assert_eq!(after.len(), 5);
    let purged = Payload::Purged { owner: "police".to_owned(), ground: "retention 2 years".to_owned(), at_ms: 99 };
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((before.hash, before.id, before.at_ms), (after.hash, after.id, after.at_ms));
        let expected = if after.version == Version(2) { &purged } else { &before.payload };
        assert_eq!(&after.payload, expected);
    }
    let report = journal.verify().unwrap();
    assert_eq!((report.records, report.purged), (5, 1));
    fill(journal, "incident/1", 5, 1);
    assert_eq!(journal.read_stream(&stream("incident/1"), Version(1), 1).unwrap()[0].payload, purged);
}

fn survives_reopening(subject: Subject) {
    fill(&*subject.journal, "incident/1", 0, 5);
    subject.journal.purge(&stream("incident/1"), Version(5), "ambulance", "10 §", 7).unwrap();
    let subject = subject.reopen();
    assert_eq!(subject.journal.verify().unwrap().purged, 1);
    assert!(read_all(&*subject.journal)[4].payload.bytes().is_none());
    fill(&*subject.journal, "incident/1", 5, 1);
}

fn twice_is_once(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 1);
    journal.purge(&stream("incident/1"), Version(1), "police", "first", 1).unwrap();
    journal.purge(&stream("incident/1"), Version(1), "police", "second", 2).unwrap();
    let records = read_all(journal);
    assert!(matches!(&records[0].payload, Payload::Purged { ground, .. } if ground == "first"));
}

fn unknown_version(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 1);
    let epoch = journal.epoch();
    for (name, version, found) in [("incident/1", 2, 1), ("incident/1", 0, 1), ("incident/2", 1, 0)] {
        let outcome = journal.purge(&stream(name), Version(version), "police", "ground", 1);
        let (expected, found) = (Version(version), Version(found));
        assert_eq!(outcome, Err(AppendError::Conflict { stream: stream(name), expected, found }));
    }
    assert_eq!(journal.epoch(), epoch);
}

fn ring_forgets(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 3);
    let follower = journal.follow(Position(0));
    journal.purge(&stream("incident/1"), Version(3), "police", "ground", 1).unwrap();
    let records = follower.next(std::time::Duration::from_secs(5)).unwrap().unwrap();
    assert!(records[1].payload.bytes().is_some());
    assert!(records[2].payload.bytes().is_none());
}

fn too_long(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 1);
    let long = "x".repeat(65);
    let outcome = journal.purge(&stream("incident/1"), Version(1), "police", &long, 1);
    assert!(matches!(outcome, Err(AppendError::TooLarge { .. })));
}
