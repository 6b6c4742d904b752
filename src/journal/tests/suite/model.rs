//! Random batches against the simplest possible model: a vector.

use proptest::prelude::*;
use samband_journal::{Batch, Journal, Position, StreamAppend, Version};

use crate::support::adapters::Subject;
use crate::support::events::{event, read_all, stream};

const STREAMS: [&str; 4] = ["incident/1", "incident/2", "pool/z", "unit/9"];

#[derive(Debug, Clone)]
enum Step {
    /// Appends (stream, error in the expected version, how many events), all in one batch.
    Append(Vec<(usize, u64, u64)>),
    /// Purges the record at a place, counted from the start and wrapping.
    Purge(u64),
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wrong = prop_oneof![9 => Just(0_u64), 1 => 1..3_u64];
    let append = prop::collection::vec((0..STREAMS.len(), wrong, 0..4_u64), 0..4);
    let step = prop_oneof![
        12 => append.prop_map(Step::Append),
        2 => any::<u64>().prop_map(Step::Purge),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..25)
}

/// What should be stored: (stream, event number, purged).
type Stored = Vec<(usize, u64, bool)>;

#[derive(Default)]
struct Model {
    stored: Stored,
    drawn: u64,
}

impl Model {
    fn version(&self, index: usize) -> u64 {
        self.stored.iter().filter(|(stream, ..)| *stream == index).count() as u64
    }

    /// The batch to send, and whether it fits.
    fn batch(&mut self, epoch: u64, parts: &[(usize, u64, u64)]) -> (Batch, Option<Stored>) {
        let (mut added, mut fits, mut appends) = (Stored::new(), true, Vec::new());
        for &(index, wrong, count) in parts {
            let own = added.iter().filter(|(stream, ..)| *stream == index).count() as u64;
            let numbers: Vec<u64> = (self.drawn..self.drawn + count).collect();
            self.drawn += count;
            fits &= wrong == 0;
            let expected = Version(self.version(index) + own + wrong);
            let events = numbers.iter().map(|number| event(*number)).collect();
            appends.push(StreamAppend { stream: stream(STREAMS[index]), expected, events });
            added.extend(numbers.into_iter().map(|number| (index, number, false)));
        }
        (Batch::new(epoch, appends), fits.then_some(added))
    }

    fn check(&self, journal: &dyn Journal) {
        assert_eq!(journal.head(), Position(self.stored.len() as u64));
        let records = read_all(journal);
        assert_eq!(records.len(), self.stored.len());
        for (record, (index, number, purged)) in records.iter().zip(&self.stored) {
            assert_eq!((record.stream.as_str(), record.id), (STREAMS[*index], event(*number).id));
            assert_eq!(record.payload.bytes(), (!purged).then_some(&event(*number).payload));
        }
        for (index, name) in STREAMS.iter().enumerate() {
            let own = journal.read_stream(&stream(name), Version(0), usize::MAX).unwrap();
            let expected: Vec<_> = records.iter().filter(|record| record.stream.as_str() == *name).cloned().collect();
            assert_eq!(own, expected);
            assert_eq!(journal.stream_version(&stream(name)), Ok(Version(self.version(index))));
        }
        let report = journal.verify().unwrap();
        assert_eq!(report.purged, self.stored.iter().filter(|(.., purged)| *purged).count() as u64);
    }
}

fn run(mut subject: Subject, steps: Vec<Step>) {
    let mut model = Model::default();
    for step in steps {
        let journal = &*subject.journal;
        match step {
            Step::Append(parts) => {
                let (batch, fits) = model.batch(journal.epoch(), &parts);
                assert_eq!(journal.append_wait(batch).is_ok(), fits.is_some());
                model.stored.extend(fits.unwrap_or_default());
            }
            Step::Purge(place) if !model.stored.is_empty() => {
                let place = usize::try_from(place % model.stored.len() as u64).unwrap();
                let record = read_all(journal)[place].clone();
                journal.purge(&record.stream, record.version, "owner", "ground", 1).unwrap();
                model.stored[place].2 = true;
            }
            Step::Purge(_) => {}
            Step::Reopen => subject = subject.reopen(),
        }
    }
    model.check(&*subject.journal);
    model.check(&*subject.reopen().journal);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory(steps in steps()) {
        run(Subject::memory(), steps);
    }

    #[test]
    fn simulated(steps in steps()) {
        run(Subject::simulated(), steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqlite(steps in steps()) {
        run(Subject::sqlite(), steps);
    }
}
