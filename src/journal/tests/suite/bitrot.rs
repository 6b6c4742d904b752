//! Bits flip at rest. Every read gives what was written or an error, or the journal does not open; never something else and
//! never less.

use samband_journal::{Options, SqliteJournal};

use crate::support::adapters::dir;
use crate::support::disk::SimDisk;
use crate::support::random::Random;
use crate::support::work::{Finding, Work};

/// What became of the flips.
#[derive(Debug, Default)]
struct Tally {
    harmless: u64,
    refused: u64,
    noticed: u64,
}

/// A disk with a journal on it, closed or as a killed process leaves it, and what was answered.
fn written(seed: u64, closed: bool) -> (SimDisk, Work) {
    let mut random = Random::new(seed);
    let (disk, mut work) = (SimDisk::new(), Work::default());
    let checkpoint_pages = if closed { 64 } else { 150 };
    let journal = SqliteJournal::open(&dir(), Options { checkpoint_pages, ..disk.options(seed) }).unwrap();
    work.run(&journal, &disk, &mut random, 30);
    if closed {
        drop(journal);
        return (disk.after_kill(), work);
    }
    let at_rest = disk.after_kill();
    assert!(at_rest.size("journal.db-wal") > 0);
    (at_rest, work)
}

fn flips(file: &str, closed: bool, verify_all: bool, seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    let (disk, work) = written(seeds.start, closed);
    for seed in seeds {
        let mut random = Random::new(seed);
        let flipped = disk.after_kill();
        flipped.flip(file, random.below(disk.size(file) * 8));
        match SqliteJournal::open(&dir(), Options { verify_all, tail_check: 10, ..flipped.options(seed) }) {
            Err(_) => tally.refused += 1,
            Ok(journal) => match work.examine(&journal) {
                Finding::Kept(found) => {
                    assert_eq!(found, work.acknowledged);
                    tally.harmless += 1;
                }
                Finding::Lost(found) => panic!("seed {seed}: {found} of {} and silent", work.acknowledged),
                Finding::Noticed(_) => tally.noticed += 1,
            },
        }
    }
    tally
}

#[test]
fn database_at_rest() {
    let tally = flips("journal.db", true, false, 0..200);
    assert!(tally.refused + tally.noticed > 60, "{tally:?}");
}

#[test]
fn database_at_rest_all_verified_at_open() {
    let tally = flips("journal.db", true, true, 1000..1150);
    assert!(tally.refused > 60, "{tally:?}");
}

#[test]
fn database_with_a_log_pending() {
    let tally = flips("journal.db", false, false, 2000..2100);
    assert!(tally.refused + tally.noticed > 5, "{tally:?}");
}

#[test]
fn log_pending() {
    let tally = flips("journal.db-wal", false, false, 3000..3150);
    assert!(tally.refused + tally.noticed > 30, "{tally:?}");
}

#[test]
fn head_file() {
    // One slot is enough; a flip never turns into another head.
    let tally = flips("head", true, false, 4000..4100);
    assert_eq!((tally.refused, tally.noticed), (0, 0), "{tally:?}");
}

#[test]
fn whole_sectors_of_garbage() {
    let (disk, work) = written(7, true);
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let garbled = disk.after_kill();
        let sector = random.below(disk.size("journal.db") / 512);
        for byte in sector * 512..(sector + 1) * 512 {
            garbled.flip("journal.db", byte * 8 + random.below(8));
        }
        if let Ok(journal) = SqliteJournal::open(&dir(), garbled.options(seed)) {
            let finding = work.examine(&journal);
            assert!(!matches!(finding, Finding::Lost(_)), "seed {seed}: {finding:?}");
        }
    }
}
