//! How units are named on the wire.

use samband_domain::{UnitId, directory::Directory};
use samband_proto::v1::UnitRef;

/// Looks up call signs.
pub struct Names<'a>(pub &'a Directory);

impl Names<'_> {
    /// The unit with its call sign, if it is in the register.
    pub fn unit(&self, unit: &UnitId) -> UnitRef {
        UnitRef {
            unit_id: Some(unit.to_string()),
            call_sign: self.0.units.get(unit).map(|entry| entry.call_sign.clone()),
        }
    }
}
