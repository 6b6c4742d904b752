//! What every adapter does alike: atomic, ordered, dense, verified.

use std::sync::Arc;
use std::thread;

use samband_journal::{AppendError, Batch, Committed, Health, Payload, Position, Version};

use crate::on_every_adapter;
use crate::support::adapters::Subject;
use crate::support::events::{append, batch, event, fill, read_all, stream};

on_every_adapter!(
    empty,
    one_event,
    atomic_over_streams,
    conflict_leaves_nothing,
    later_stream_conflicts,
    same_stream_twice,
    order_and_density,
    reads_are_limited,
    streams_are_apart,
    barrier,
    assertion_without_events,
    too_large,
    survives_reopening,
    concurrent_readers,
    concurrent_writers,
);

fn empty(subject: Subject) {
    let journal = &*subject.journal;
    assert_eq!(journal.head(), Position(0));
    assert!(read_all(journal).is_empty());
    assert_eq!(journal.stream_version(&stream("incident/1")), Ok(Version(0)));
    assert!(journal.read_stream(&stream("incident/1"), Version(0), 10).unwrap().is_empty());
    assert_eq!(journal.verify().unwrap().records, 0);
    assert_eq!(journal.health(), Health::Ok);
}

fn one_event(subject: Subject) {
    let journal = &*subject.journal;
    let committed = journal.append_wait(batch(journal, vec![append("incident/1", 0, [7])])).unwrap();
    assert_eq!(committed, Committed { first: Position(1), last: Position(1) });
    let records = read_all(journal);
    let [record] = &records[..] else { panic!("one record") };
    let given = event(7);
    assert_eq!((record.position, record.version), (Position(1), Version(1)));
    assert_eq!((record.id, record.at_ms), (given.id, given.at_ms));
    assert_eq!(record.stream, stream("incident/1"));
    assert_eq!(record.payload, Payload::Present(given.payload));
    assert_eq!(journal.head(), Position(1));
}

fn atomic_over_streams(subject: Subject) {
    let journal = &*subject.journal;
    let both = vec![append("incident/1", 0, [1, 2]), append("pool/z", 0, [3])];
    let committed = journal.append_wait(batch(journal, both)).unwrap();
    assert_eq!(committed, Committed { first: Position(1), last: Position(3) });
    assert_eq!(journal.stream_version(&stream("incident/1")), Ok(Version(2)));
    assert_eq!(journal.stream_version(&stream("pool/z")), Ok(Version(1)));
}

fn conflict_leaves_nothing(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 2);
    let outcome = journal.append_wait(batch(journal, vec![append("incident/1", 1, [9])]));
    let (expected, found) = (Version(1), Version(2));
    assert_eq!(outcome, Err(AppendError::Conflict { stream: stream("incident/1"), expected, found }));
    assert_eq!(journal.head(), Position(2));
    assert_eq!(journal.health(), Health::Ok);
    fill(journal, "incident/1", 2, 1);
}

fn later_stream_conflicts(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "pool/z", 0, 1);
    let both = vec![append("incident/1", 0, [1, 2]), append("pool/z", 0, [3])];
    assert!(matches!(journal.append_wait(batch(journal, both)), Err(AppendError::Conflict { .. })));
    assert_eq!(journal.stream_version(&stream("incident/1")), Ok(Version(0)));
    assert_eq!(read_all(journal).len(), 1);
    assert_eq!(journal.verify().unwrap().streams, 1);
}

fn same_stream_twice(subject: Subject) {
    let journal = &*subject.journal;
    let twice = vec![append("incident/1", 0, [1, 2]), append("incident/1", 2, [3])];
    journal.append_wait(batch(journal, twice)).unwrap();
    let wrong = vec![append("incident/1", 3, [4]), append("incident/1", 3, [5])];
    assert!(matches!(journal.append_wait(batch(journal, wrong)), Err(AppendError::Conflict { .. })));
    assert_eq!(journal.stream_version(&stream("incident/1")), Ok(Version(3)));
}

fn order_and_density(subject: Subject) {
    let journal = &*subject.journal;
    for round in 0..20 {
        let both = vec![append("incident/1", round, [round]), append("unit/2", round * 2, [100 + round, 200 + round])];
        journal.append_wait(batch(journal, both)).unwrap();
    }
    let records = read_all(journal);
    assert!(records.iter().zip(1..).all(|(record, place)| record.position == Position(place)));
    for (name, count) in [("incident/1", 20), ("unit/2", 40)] {
        let own = journal.read_stream(&stream(name), Version(0), usize::MAX).unwrap();
        assert_eq!(own.len(), count);
        assert!(own.iter().zip(1..).all(|(record, place)| record.version == Version(place)));
        assert!(own.is_sorted_by_key(|record| record.position));
    }
    let report = journal.verify().unwrap();
    assert_eq!((report.records, report.streams, report.head), (60, 2, Position(60)));
}

fn reads_are_limited(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 10);
    let places = |after, limit| {
        let found = journal.read(Position(after), limit).unwrap();
        found.iter().map(|record| record.position.0).collect::<Vec<_>>()
    };
    assert_eq!(places(3, 4), [4, 5, 6, 7]);
    assert_eq!(places(8, 4), [9, 10]);
    assert!(places(10, 4).is_empty() && places(99, 4).is_empty() && places(u64::MAX, 4).is_empty());
    assert!(places(0, 0).is_empty());
    let own = journal.read_stream(&stream("incident/1"), Version(8), 1).unwrap();
    assert_eq!(own.iter().map(|record| record.version.0).collect::<Vec<_>>(), [9]);
    assert!(journal.read_stream(&stream("incident/1"), Version(u64::MAX), 1).unwrap().is_empty());
}

fn streams_are_apart(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 3);
    fill(journal, "incident/10", 0, 2);
    fill(journal, "unit/1", 0, 1);
    let own = journal.read_stream(&stream("incident/1"), Version(0), 100).unwrap();
    assert!(own.len() == 3 && own.iter().all(|record| record.stream == stream("incident/1")));
}

fn barrier(subject: Subject) {
    let journal = &*subject.journal;
    assert_eq!(
        journal.append_wait(Batch::barrier(journal.epoch())),
        Ok(Committed { first: Position(1), last: Position(0) })
    );
    fill(journal, "incident/1", 0, 3);
    let committed = journal.append_wait(Batch::barrier(journal.epoch())).unwrap();
    assert_eq!(committed, Committed { first: Position(4), last: Position(3) });
    assert_eq!(journal.head(), Position(3));
}

fn assertion_without_events(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "policy/police", 0, 2);
    let depends = |expected| vec![append("policy/police", expected, []), append("incident/1", 0, [1])];
    assert!(matches!(journal.append_wait(batch(journal, depends(1))), Err(AppendError::Conflict { .. })));
    journal.append_wait(batch(journal, depends(2))).unwrap();
    assert_eq!(journal.stream_version(&stream("policy/police")), Ok(Version(2)));
}

fn too_large(subject: Subject) {
    let journal = &*subject.journal;
    let mut large = append("incident/1", 0, [1]);
    large.events[0].payload = vec![0; (1 << 16) + 1].into();
    let outcome = journal.append_wait(batch(journal, vec![large]));
    assert!(matches!(outcome, Err(AppendError::TooLarge { found: 65_537, limit: 65_536, .. })));
    let many = append("incident/1", 0, 0..1001);
    assert!(matches!(journal.append_wait(batch(journal, vec![many])), Err(AppendError::TooLarge { .. })));
    assert_eq!(journal.head(), Position(0));
}

fn survives_reopening(subject: Subject) {
    fill(&*subject.journal, "incident/1", 0, 30);
    fill(&*subject.journal, "unit/1", 0, 3);
    let before = read_all(&*subject.journal);
    let subject = subject.reopen();
    let journal = &*subject.journal;
    assert_eq!(read_all(journal), before);
    assert_eq!(journal.stream_version(&stream("unit/1")), Ok(Version(3)));
    fill(journal, "unit/1", 3, 2);
    assert_eq!(journal.head(), Position(35));
    assert_eq!(journal.verify().unwrap().records, 35);
}

fn concurrent_readers(subject: Subject) {
    let journal = &*subject.journal;
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while journal.head() < Position(200) {
                    let head = journal.head();
                    let records = journal.read(Position(0), usize::MAX).unwrap();
                    assert!(records.len() as u64 >= head.0);
                    let version = journal.stream_version(&stream("incident/1")).unwrap();
                    let own = journal.read_stream(&stream("incident/1"), Version(0), usize::MAX).unwrap();
                    assert!(own.len() as u64 >= version.0);
                }
            });
        }
        fill(journal, "incident/1", 0, 200);
    });
}

fn concurrent_writers(subject: Subject) {
    let journal = Arc::clone(&subject.journal);
    thread::scope(|scope| {
        for writer in 0..4 {
            let journal = &*journal;
            scope.spawn(move || fill(journal, &format!("unit/{writer}"), 0, 50));
        }
    });
    assert_eq!(journal.head(), Position(200));
    let report = journal.verify().unwrap();
    assert_eq!((report.records, report.streams), (200, 4));
}
