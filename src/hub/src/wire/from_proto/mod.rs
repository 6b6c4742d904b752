//! From the contract's types to the domain's.

mod around;
mod around_event;
pub mod command;
pub mod event;
pub mod fact;

use samband_domain::{Level, Timestamp};
use samband_proto::v1::DisclosureLevel;

/// A moment; none when it is out of the range of times that can be told apart from nonsense.
pub fn timestamp(wire: &prost_types::Timestamp) -> Option<Timestamp> {
    let seconds = wire.seconds.checked_mul(1000)?;
    let millis = i64::from(wire.nanos).checked_div(1_000_000)?;
    seconds.checked_add(millis).map(Timestamp).filter(|at| (0..=253_402_300_799_999).contains(&at.0))
}

/// The domain's scale of the wire's. What is not said is nothing.
pub fn level(wire: DisclosureLevel) -> Level {
    match wire {
        DisclosureLevel::Unspecified => Level::Hidden,
        DisclosureLevel::Withheld => Level::Withheld,
        DisclosureLevel::Coarse => Level::Coarse,
        DisclosureLevel::Full => Level::Full,
    }
}
