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
