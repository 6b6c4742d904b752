//! The contract of Samband: messages, descriptors and the marking table. No service stubs, so that disclosure needs no runtime.
//!
//! `samband/v1` is public. `samband/internal/v1` is what the hub stores; it is left out of reflection.
//! No message has a derived `Debug`: it prints its name, never its content.

use std::sync::OnceLock;

use prost_reflect::DescriptorPool;

pub mod check;
pub mod schema;

/// `samband.v1`: what clients and the hub say to each other. Documented in the proto files.
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    reason = "generated from the documented protos"
)]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/samband.v1.rs"));
}

/// `samband.internal.v1`: what the hub stores beside an event, and the ledger's records.
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    reason = "generated from the documented protos"
)]
pub mod internal {
    include!(concat!(env!("OUT_DIR"), "/samband.internal.v1.rs"));
}

mod debug {
    include!(concat!(env!("OUT_DIR"), "/debug.rs"));
}

/// The public files as an encoded `FileDescriptorSet`, custom options and comments included. For gRPC reflection.
pub const PUBLIC_DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/samband.v1.bin"));

const ALL_DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/samband.bin"));

/// All descriptors, custom options included.
pub fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    #[expect(clippy::expect_used, reason = "the build script decoded these very bytes")]
    POOL.get_or_init(|| DescriptorPool::decode(ALL_DESCRIPTORS).expect("descriptors made by the build script"))
}
