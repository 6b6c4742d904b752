//! The rules, by tables and against a small model written from the design.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod alarms;
mod answers;
mod deadlines;
mod desks;
mod involvement;
mod model;
mod plans;
mod precedence;
mod random;
mod reports;
mod steps;
mod support;
mod totals;
