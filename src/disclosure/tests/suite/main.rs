//! The tests of disclosure, in one binary: linking is what takes the time.

#![allow(clippy::panic, reason = "a test that cannot go on has failed, also in what tests share")]

mod coarse;
mod deployment;
mod events;
mod findings;
mod map;
mod naive;
mod oracle;
mod owner_findings;
mod permits;
mod redaction;
mod redaction_cases;
mod review;
mod schema;
