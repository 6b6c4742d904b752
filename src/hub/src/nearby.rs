//! Where units are, for the rules that ask who is nearest.

use std::collections::BTreeMap;

use samband_domain::{Timestamp, UnitId};

/// Answers from the newest locations.
pub trait Nearby: Send + Sync {
    /// Where the unit was last: degrees north and east (WGS 84), and when.
    fn location(&self, unit: &UnitId) -> Option<(f64, f64, Timestamp)>;
    /// The units nearest to a place, nearest first, at most so many.
    fn nearest(&self, latitude: f64, longitude: f64, most: usize) -> Vec<UnitId>;
}

/// Every unit is where it is kept: what is known when nobody has reported.
#[derive(Debug, Default)]
pub struct Homes(BTreeMap<UnitId, (f64, f64)>);

impl Homes {
    /// Units, and degrees north and east (WGS 84) of where each is kept.
    pub fn new(homes: impl IntoIterator<Item = (UnitId, (f64, f64))>) -> Self {
        Self(homes.into_iter().collect())
    }
}

impl Nearby for Homes {
    fn location(&self, _: &UnitId) -> Option<(f64, f64, Timestamp)> {
        None
    }

    fn nearest(&self, latitude: f64, longitude: f64, most: usize) -> Vec<UnitId> {
        let far = |(north, east): &(f64, f64)| {
            let (dy, dx) = (north - latitude, (east - longitude) * latitude.to_radians().cos());
            dy * dy + dx * dx
        };
        let mut by_distance: Vec<_> = self.0.iter().map(|(unit, home)| (far(home), unit)).collect();
        by_distance.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(other.1)));
        by_distance.into_iter().take(most).map(|(_, unit)| unit.clone()).collect()
    }
}
