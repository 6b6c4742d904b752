//! The suite of the whole: one binary.
#![allow(missing_docs, reason = "tests say what they show by their names")]

mod canaries;
mod history;
mod kill;
mod noninterference;
mod scenarios;
mod tidy;
