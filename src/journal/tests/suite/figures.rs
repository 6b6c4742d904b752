//! Figures for the record, not checks: `cargo nextest run --run-ignored only figures --no-capture`.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use samband_journal::{Batch, Journal, Options, SqliteJournal, StreamAppend, Synchronous, Version};

use crate::crash::control;
use crate::support::disk::HeadFile;
use crate::support::events::{event, stream};

#[expect(clippy::print_stderr, reason = "figures are for whoever runs this by hand")]
fn say(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

#[test]
#[ignore = "a measurement"]
fn appends_per_second() {
    for in_flight in [1_u64, 16, 256] {
        let place = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(place.path(), Options::default()).unwrap();
        let count = if in_flight == 1 { 3000 } else { 30_000 };
        let running = &*Box::leak(Box::new((Mutex::new(0_u64), Condvar::new())));
        let took = timed(|| {
            for number in 0..count {
                let (current, changed) = running;
                let mut current = changed.wait_while(current.lock().unwrap(), |now| *now >= in_flight).unwrap();
                *current += 1;
                drop(current);
                let stream = stream(&format!("incident/{}", number % 50));
                let mut event = event(number);
                event.payload = vec![b'x'; 300].into();
                let append = StreamAppend { stream, expected: Version(number / 50), events: vec![event] };
                journal.append(
                    Batch::new(journal.epoch(), vec![append]),
                    Box::new(move |outcome| {
                        outcome.unwrap();
                        *running.0.lock().unwrap() -= 1;
                        running.1.notify_one();
                    }),
                );
            }
            journal.append_wait(Batch::barrier(journal.epoch())).unwrap();
        });
        say(&format!("{in_flight} in flight: {:.0} durable appends/s", count as f64 / took.as_secs_f64()));
        let read = timed(|| assert_eq!(journal.read(samband_journal::Position(0), 3000).unwrap().len(), 3000));
        say(&format!(
            "  3000 records read and verified in {read:?}; verify all in {:?}",
            timed(|| {
                journal.verify().unwrap();
            })
        ));
    }
}

#[test]
#[ignore = "a measurement"]
fn controls() {
    for head in [HeadFile::Survives, HeadFile::LikeTheRest] {
        let off = control(0..300, head, Synchronous::OffLosesEvents, false);
        say(&format!("no sync, head file {head:?}: {off:?}"));
        say(&format!("lying disk, head file {head:?}: {:?}", control(0..300, head, Synchronous::Full, true)));
    }
}
