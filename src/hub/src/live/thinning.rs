//! Which locations of units on incidents are worth recording.

use std::collections::BTreeMap;

use samband_domain::Timestamp;

use super::{nearby::metres_between, unit::Fix};
use crate::limits;

/// What was recorded last, by number of the unit. Holds only units on an incident.
#[derive(Default)]
pub(super) struct Thinning(BTreeMap<usize, (Fix, Timestamp)>);

impl Thinning {
    /// The fix, if it is to be recorded now. None handed in: the unit is on no incident, or its location is not known.
    pub(super) fn due(&mut self, number: usize, fix: Option<Fix>, steady: Timestamp) -> Option<Fix> {
        let Some(fix) = fix else {
            self.0.remove(&number);
            return None;
        };
        if let Some((last, at)) = self.0.get(&number) {
            let moved = metres_between((last.latitude, last.longitude), (fix.latitude, fix.longitude));
            let far = moved >= limits::TRACK_MOVED_M;
            let long_ago = steady.0 - at.0 >= limits::TRACK_EVERY_MS;
            if !(far || long_ago && moved >= limits::TRACK_STILL_M) {
                return None;
            }
        }
        self.0.insert(number, (fix, steady));
        Some(fix)
    }
}
