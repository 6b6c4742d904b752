//! From the contract's types to the domain's.

pub mod command;
pub mod event;
pub mod fact;

use samband_domain::Timestamp;

/// A moment; none when it is out of the range of times that can be told apart from nonsense.
pub fn timestamp(wire: &prost_types::Timestamp) -> Option<Timestamp> {
    let seconds = wire.seconds.checked_mul(1000)?;
    let millis = i64::from(wire.nanos).checked_div(1_000_000)?;
    seconds.checked_add(millis).map(Timestamp).filter(|at| (0..=253_402_300_799_999).contains(&at.0))
}
