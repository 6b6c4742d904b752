//! The suite of the whole: one binary.
#![allow(missing_docs, reason = "tests say what they show by their names")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod canaries;
mod covert;
mod emergency_offline;
mod faults;
mod grpc;
mod history;
mod identity;
mod kill;
mod ledger;
mod ledger_down;
mod map;
mod noninterference;
mod overload;
mod overload_sockets;
mod paging;
mod permits;
mod pool_race;
mod rakel;
mod rakel_processes;
mod releases;
mod scenarios;
mod tak;
mod tidy;
mod web;
mod wire;
