//! The suite of the whole: one binary.
#![allow(missing_docs, reason = "tests say what they show by their names")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod canaries;
mod faults;
mod history;
mod kill;
mod ledger;
mod noninterference;
mod overload;
mod scenarios;
mod tidy;
