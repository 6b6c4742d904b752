//! The only place that converts: between the contract's types, the domain's, and bytes. Knows no task, no time, no journal.

pub mod coarse;
pub mod deployment;
pub mod frame;
pub mod from_proto;
pub mod incoming;
pub mod json;
pub mod map;
pub mod refusal;
pub mod stored;
pub mod to_proto;

/// The contract's number. Raised only when a client made for the former one can no longer work with this hub: something it relies on is
/// gone or means something else. Additions do not raise it.
pub const CONTRACT: u32 = 1;
