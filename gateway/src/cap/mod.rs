//! Common Alerting Protocol 1.2 (OASIS): warnings to the public, out and in; and Sveriges Radio's JSON form of it (VMA).

mod alert;
mod error;
pub mod fetch;
pub mod inbound;
pub mod intake;
pub mod known;
pub mod outbound;
mod place;
mod read;
mod schema;
pub mod settings;
pub mod store;
mod time;
pub mod vma;
mod write;

pub use alert::{Alert, Area, Info, Pair, Reference, Resource};
pub use error::CapError;
pub use place::{Circle, LatLon, Polygon};
pub use read::{from_element, read, receive};
pub use schema::NAMESPACE;
pub use time::CapTime;
pub use write::write;

/// Octets that a message has at most.
pub const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
