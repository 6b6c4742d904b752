//! The hub: admits commands, stores what they lead to, and sends each session what its organisation may see.
//!
//! The order of the modules is the order in which data passes: transport, session, command, journal (a crate), fanout, ledger, and
//! back out through session and transport. `wire` is the only place that converts.

pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod fanout;
pub mod fleet;
pub mod identity;
pub mod keys;
pub mod ledger;
pub mod limits;
pub mod live;
pub mod metrics;
pub mod networks;
pub mod scenario;
pub mod session;
pub mod setup;
pub mod site;
pub mod standing;
pub mod transport;
pub mod wire;
