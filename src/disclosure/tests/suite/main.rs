//! The tests of disclosure, in one binary: linking is what takes the time.

mod coarse;
mod deployment;
