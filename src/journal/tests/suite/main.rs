//! The journal's promises, shown on every adapter, on a model and on a disk that fails on purpose.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod bitrot;
mod conformance;
mod crash;
mod damage;
mod durable;
mod faults;
mod figures;
mod follow;
mod model;
mod pipeline;
mod purge;
mod support;
mod types;
