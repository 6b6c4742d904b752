//! The tests of the gateway, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise; helpers outside a test function are meant too"
)]

mod cap;
mod cli;
mod corpus;
mod cot_decode;
mod examples;
mod export;
mod inbox;
mod labels;
mod lip;
mod pei;
mod picture;
mod positions;
mod properties;
mod sds;
mod support;
mod tak;
mod traps;
mod uplink;
mod variants;
mod wire;
