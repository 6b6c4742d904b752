//! Stages for scenarios: the core alone, and the hub behind each transport. One runner plays the same tables on all of them.

pub mod core_stage;
pub mod deployment;
pub mod journals;
mod placements;
pub mod port;
pub mod programs;
pub mod sink;
pub mod socket_stage;
