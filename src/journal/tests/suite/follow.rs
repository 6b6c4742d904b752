//! Following: from the past, across the edge of the ring, and ended from outside.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use samband_journal::{Follower, Position, ReadError};

use crate::on_every_adapter;
use crate::support::adapters::{RING, Subject};
use crate::support::events::fill;

on_every_adapter!(
    from_the_past,
    across_the_ring,
    waits_for_more,
    from_the_future,
    woken,
    closed,
    ends_with_the_journal
);

const SOON: Duration = Duration::from_millis(5);
const LONG: Duration = Duration::from_secs(20);

/// Places handed out until there is nothing more.
fn drain(follower: &Follower) -> Vec<u64> {
    let mut places = Vec::new();
    while let Some(records) = follower.next(SOON).unwrap() {
        places.extend(records.iter().map(|record| record.position.0));
    }
    places
}

fn from_the_past(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, RING as u64 * 3);
    for after in [0, 1, RING as u64 * 2 - 1, RING as u64 * 2, RING as u64 * 2 + 1, RING as u64 * 3] {
        let follower = journal.follow(Position(after));
        assert_eq!(drain(&follower), (after + 1..=RING as u64 * 3).collect::<Vec<_>>());
    }
}

fn across_the_ring(subject: Subject) {
    let journal = &*subject.journal;
    let follower = journal.follow(Position(0));
    let mut places = Vec::new();
    // Falls behind by less than the ring, exactly the ring, and more.
    for (round, step) in [3, RING as u64, RING as u64 + 1, RING as u64 * 2, 1].into_iter().enumerate() {
        fill(journal, &format!("incident/{round}"), 0, step);
        places.extend(drain(&follower));
    }
    assert_eq!(places, (1..=journal.head().0).collect::<Vec<_>>());
    assert_eq!(follower.position(), journal.head());
}

fn waits_for_more(subject: Subject) {
    let journal = &*subject.journal;
    let follower = journal.follow(Position(0));
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut places = Vec::new();
            while places.len() < 300 {
                let records = follower.next(LONG).unwrap().unwrap();
                places.extend(records.iter().map(|record| record.position.0));
            }
            places
        });
        fill(journal, "incident/1", 0, 300);
        assert_eq!(reader.join().unwrap(), (1..=300).collect::<Vec<_>>());
    });
}

fn from_the_future(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 3);
    let follower = journal.follow(Position(5));
    assert!(follower.next(SOON).unwrap().is_none());
    fill(journal, "incident/1", 3, 4);
    assert_eq!(drain(&follower), [6, 7]);
}

fn woken(subject: Subject) {
    let follower = Arc::new(subject.journal.follow(Position(0)));
    let waiting = Arc::clone(&follower);
    let thread = thread::spawn(move || waiting.next(LONG));
    follower.wake();
    assert!(thread.join().unwrap().unwrap().is_none());
    fill(&*subject.journal, "incident/1", 0, 1);
    assert_eq!(drain(&follower), [1]);
}

fn closed(subject: Subject) {
    let follower = Arc::new(subject.journal.follow(Position(0)));
    let waiting = Arc::clone(&follower);
    let thread = thread::spawn(move || waiting.next(LONG));
    follower.close();
    assert_eq!(thread.join().unwrap(), Err(ReadError::Closed));
    assert_eq!(follower.next(LONG), Err(ReadError::Closed));
}

/// What is there is still read after the durable journal is gone; then the follower ends.
fn ends_with_the_journal(subject: Subject) {
    fill(&*subject.journal, "incident/1", 0, RING as u64 * 2);
    let follower = subject.journal.follow(Position(0));
    let subject = subject.reopen();
    let mut count = 0;
    let end = loop {
        match follower.next(SOON) {
            Ok(Some(records)) => count += records.len(),
            end => break end,
        }
    };
    assert_eq!(count, RING * 2);
    assert!(matches!(end, Ok(None) | Err(ReadError::Closed)));
    drop(subject);
}
