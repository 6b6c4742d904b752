//! What fuzzers have found and what tables hold, replayed; and the bound on memory that each decoder keeps.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    fs,
    path::Path,
};

use proptest::prelude::*;
use samband_gateway::fuzz::TARGETS;

/// Counts what this thread holds, and the most it has held.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let held = HELD.with(|held| {
        held.set(held.get() + bytes);
        held.get()
    });
    MOST.with(|most| most.set(most.get().max(held)));
}

#[allow(unsafe_code, reason = "a memory allocator cannot be written without; it only counts and hands on")]
// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(isize::try_from(layout.size()).unwrap_or(isize::MAX));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-isize::try_from(layout.size()).unwrap_or(isize::MAX));
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The stated bound: a tree of XML is the largest thing that is made of an input, some hundred bytes for each node of four.
const BYTES_PER_BYTE: usize = 256;
const BYTES_AT_LEAST: usize = 256 * 1024;

fn bounded(name: &str, target: fn(&[u8]), input: &[u8]) {
    let before = HELD.with(Cell::get);
    MOST.with(|most| most.set(before));
    target(input);
    let most = usize::try_from(MOST.with(Cell::get) - before).unwrap_or(0);
    let bound = input.len() * BYTES_PER_BYTE + BYTES_AT_LEAST;
    assert!(most <= bound, "{name}: {most} bytes held for {} bytes of input", input.len());
}

#[test]
fn the_corpora_harm_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in TARGETS {
        let mut files = 0;
        for entry in fs::read_dir(root.join(name)).unwrap() {
            bounded(name, target, &fs::read(entry.unwrap().path()).unwrap());
            files += 1;
        }
        assert!(files > 3, "{name} has a corpus");
    }
}

/// Inputs that are near something valid: one of the corpus with a few octets changed, cut or doubled.
fn near_valid(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut seeds: Vec<Vec<u8>> =
        fs::read_dir(root).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    seeds.sort();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (prop::sample::select(seeds), changes, any::<prop::sample::Index>(), 0..4u8).prop_map(
        |(mut input, changes, at, cut)| {
            for (at, octet) in changes {
                if !input.is_empty() {
                    let at = at.index(input.len());
                    input[at] = octet;
                }
            }
            if !input.is_empty() {
                match cut {
                    0 => input.truncate(at.index(input.len())),
                    1 => input.extend(input.clone()),
                    _ => {}
                }
            }
            input
        },
    )
}

#[test]
fn neither_does_what_is_near_them_or_anything_else() {
    for (name, target) in TARGETS {
        try_many(name, target, &near_valid(name));
        try_many(name, target, &prop::collection::vec(any::<u8>(), 0..600));
    }
}

/// A runner counts over all it has run: each set of inputs needs its own.
fn try_many(name: &str, target: fn(&[u8]), inputs: &impl Strategy<Value = Vec<u8>>) {
    let tried = Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
    runner
        .run(inputs, |input| {
            bounded(name, target, &input);
            tried.set(tried.get() + 1);
            Ok(())
        })
        .unwrap();
    assert!(tried.get() >= 400, "{name}: {} inputs were tried", tried.get());
}

#[test]
fn length_alone_costs_nothing() {
    let long = [
        b"<event>".repeat(100_000),
        // Just under what an event, and what a message, may have.
        b"<event>".repeat(37_000),
        b"<a/>".repeat(65_000),
        b"<a/>".repeat(262_000),
        b"[".repeat(1_000_000),
        b"0A".repeat(500_000),
        vec![0xBF; 1_000_000],
        vec![0; 1_000_000],
    ];
    for (name, target) in TARGETS {
        long.iter().for_each(|input| bounded(name, target, input));
    }
}
