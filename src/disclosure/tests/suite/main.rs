//! The tests of disclosure, in one binary: linking is what takes the time.

mod coarse;
mod deployment;
mod events;
mod findings;
mod naive;
mod oracle;
mod permits;
mod redaction;
mod review;
mod schema;
