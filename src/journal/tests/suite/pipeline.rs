//! A caller sends the next batch before the last is answered; when one fails, those behind it must not slip through.

use std::sync::{Arc, Mutex};

use samband_journal::{AppendError, Batch, Committed, Journal, Position};

use crate::on_every_adapter;
use crate::support::adapters::Subject;
use crate::support::events::{append, batch, fill};

on_every_adapter!(answered_in_order, aborts_what_is_behind, new_epoch_goes_through, barrier_behind_failure);

type Answers = Arc<Mutex<Vec<(u64, Result<Committed, AppendError>)>>>;

/// Sends without waiting and notes the answers in the order in which they come.
fn send(journal: &dyn Journal, answers: &Answers, number: u64, batch: Batch) {
    let answers = Arc::clone(answers);
    journal.append(batch, Box::new(move |outcome| answers.lock().unwrap().push((number, outcome))));
}

/// Waits until everything before it is answered; a failure on the way aborts the barrier too, which is an answer as well.
fn settle(journal: &dyn Journal) {
    drop(journal.append_wait(Batch::barrier(journal.epoch())));
}

fn answered_in_order(subject: Subject) {
    let journal = &*subject.journal;
    let answers = Answers::default();
    for number in 0..300 {
        send(journal, &answers, number, batch(journal, vec![append("incident/1", number, [number])]));
    }
    settle(journal);
    let answers = answers.lock().unwrap();
    assert_eq!(answers.len(), 300);
    for ((number, outcome), expected) in answers.iter().zip(0..) {
        assert_eq!(*number, expected);
        assert_eq!(outcome.as_ref().unwrap().last, Position(expected + 1));
    }
}

fn aborts_what_is_behind(subject: Subject) {
    let journal = &*subject.journal;
    fill(journal, "incident/1", 0, 1);
    let answers = Answers::default();
    let epoch = journal.epoch();
    let send = |number, expected| {
        send(journal, &answers, number, Batch::new(epoch, vec![append("incident/1", expected, [number])]));
    };
    send(0, 1);
    send(1, 7); // Conflicts.
    send(2, 2); // Would fit, but was decided on the assumption that the one before it succeeded.
    send(3, 3);
    settle(journal);
    let answers = answers.lock().unwrap();
    assert!(answers[0].1.is_ok());
    assert!(matches!(answers[1].1, Err(AppendError::Conflict { .. })));
    assert_eq!(answers[2].1, Err(AppendError::Aborted));
    assert_eq!(answers[3].1, Err(AppendError::Aborted));
    assert_eq!(journal.head(), Position(2));
    assert_eq!(journal.epoch(), epoch + 1);
}

fn new_epoch_goes_through(subject: Subject) {
    let journal = &*subject.journal;
    let old = journal.epoch();
    assert!(journal.append_wait(Batch::new(old, vec![append("incident/1", 5, [1])])).is_err());
    assert_eq!(journal.append_wait(Batch::new(old, vec![append("incident/1", 0, [1])])), Err(AppendError::Aborted));
    // An aborted batch does not raise the epoch again: those who have decided anew would starve.
    assert_eq!(journal.epoch(), old + 1);
    journal.append_wait(batch(journal, vec![append("incident/1", 0, [1])])).unwrap();
}

fn barrier_behind_failure(subject: Subject) {
    let journal = &*subject.journal;
    let old = journal.epoch();
    assert!(journal.append_wait(Batch::new(old, vec![append("incident/1", 5, [1])])).is_err());
    assert_eq!(journal.append_wait(Batch::barrier(old)), Err(AppendError::Aborted));
    assert!(journal.append_wait(Batch::barrier(journal.epoch())).is_ok());
}
