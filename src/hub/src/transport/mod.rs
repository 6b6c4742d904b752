//! Sockets. Two transports drive the same session machine; neither knows a rule or the policy.

pub mod codec;
pub mod driver;
pub mod grpc;
pub mod http;
mod outbox;
pub mod unary;
pub mod websocket;

/// Generated service stubs over raw bytes.
pub mod stubs {
    #![allow(
        missing_docs,
        unreachable_pub,
        unused_qualifications,
        clippy::all,
        clippy::allow_attributes_without_reason,
        reason = "generated"
    )]
    /// `samband.v1.Hub`.
    pub mod hub {
        include!(concat!(env!("OUT_DIR"), "/samband.v1.Hub.rs"));
    }
    /// `samband.v1.Directory`.
    pub mod directory {
        include!(concat!(env!("OUT_DIR"), "/samband.v1.Directory.rs"));
    }
    /// `samband.v1.History`.
    pub mod history {
        include!(concat!(env!("OUT_DIR"), "/samband.v1.History.rs"));
    }
}
