//! Who is near a place: for alarms that look for the nearest help.

use std::sync::{Arc, RwLock};

use samband_domain::{Timestamp, UnitId};

use super::{register::Register, unit::Unit};
use crate::limits;

/// Where units are, for whoever has to find the nearest. For the hub's own rules: what they tell others is disclosed like all else.
pub trait Nearby: Send + Sync {
    /// The newest location, however old: degrees WGS 84, and when it was taken.
    fn location(&self, unit: &UnitId) -> Option<(f64, f64, Timestamp)>;
    /// At most so many units, the nearest first. A unit is where its last location was, if that was lately, otherwise at its station; one
    /// with neither, or that has signed off, is nowhere. Of two as near, the lesser id is first.
    fn nearest(&self, latitude: f64, longitude: f64, most: usize) -> Vec<UnitId>;
}

/// Metres over ground, great circle, between two places in degrees WGS 84.
pub(super) fn metres_between(a: (f64, f64), b: (f64, f64)) -> f64 {
    const EARTH_RADIUS_M: f64 = 6_371_000.0;
    let (south, north) = (a.0.to_radians(), b.0.to_radians());
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let across = half(south, north) + south.cos() * north.cos() * half(a.1.to_radians(), b.1.to_radians());
    2.0 * EARTH_RADIUS_M * across.min(1.0).sqrt().asin()
}

fn nearest<'a>(units: impl Iterator<Item = (&'a UnitId, (f64, f64))>, to: (f64, f64), most: usize) -> Vec<UnitId> {
    let mut by_distance: Vec<_> = units.map(|(unit, at)| (metres_between(at, to), unit)).collect();
    by_distance.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
    by_distance.into_iter().take(most).map(|(_, unit)| unit.clone()).collect()
}

/// Stations only, and no location: a hub without a live map.
pub struct HomesOnly(Arc<Register>);

impl HomesOnly {
    /// Of the register's stations.
    pub fn new(register: Arc<Register>) -> Self {
        Self(register)
    }
}

impl Nearby for HomesOnly {
    fn location(&self, _: &UnitId) -> Option<(f64, f64, Timestamp)> {
        None
    }

    fn nearest(&self, latitude: f64, longitude: f64, most: usize) -> Vec<UnitId> {
        let homes = self.0.units().iter().filter_map(|unit| Some((&unit.identity.unit, unit.home?)));
        nearest(homes, (latitude, longitude), most)
    }
}

/// What the live map knew at its last tick.
pub struct Snapshot(RwLock<Places>);

struct Places {
    units: Vec<Placed>,
    steady: Timestamp,
}

struct Placed {
    unit: UnitId,
    home: Option<(f64, f64)>,
    /// Degrees, when it was taken, and when the hub heard of it.
    fix: Option<(f64, f64, Timestamp, Timestamp)>,
    signed_off: bool,
}

impl Snapshot {
    pub(super) fn new(register: &Register) -> Self {
        let placed = |unit: &super::register::Registered| Placed {
            unit: unit.identity.unit.clone(),
            home: unit.home,
            fix: None,
            signed_off: false,
        };
        Self(RwLock::new(Places { units: register.units().iter().map(placed).collect(), steady: Timestamp(0) }))
    }

    /// Units that have changed, by number.
    pub(super) fn update<'a>(&self, changed: impl Iterator<Item = (usize, &'a Unit)>, steady: Timestamp) {
        let Ok(mut places) = self.0.write() else { return };
        places.steady = steady;
        for (number, unit) in changed {
            if let Some(placed) = places.units.get_mut(number) {
                placed.fix = unit.fix.map(|fix| (fix.latitude, fix.longitude, fix.fix_at, fix.heard));
                placed.signed_off = unit.view.signed_off;
            }
        }
    }
}

impl Nearby for Snapshot {
    fn location(&self, unit: &UnitId) -> Option<(f64, f64, Timestamp)> {
        let places = self.0.read().ok()?;
        let number = places.units.binary_search_by(|one| one.unit.cmp(unit)).ok()?;
        places.units[number].fix.map(|(latitude, longitude, fix_at, _)| (latitude, longitude, fix_at))
    }

    fn nearest(&self, latitude: f64, longitude: f64, most: usize) -> Vec<UnitId> {
        let Ok(places) = self.0.read() else { return Vec::new() };
        let lately = |heard: Timestamp| places.steady.0 - heard.0 <= limits::NEARBY_FIX_MS;
        let at = |placed: &Placed| {
            let fix = placed.fix.filter(|(.., heard)| lately(*heard));
            fix.map(|(latitude, longitude, ..)| (latitude, longitude)).or(placed.home)
        };
        let present = places.units.iter().filter(|placed| !placed.signed_off);
        nearest(present.filter_map(|placed| Some((&placed.unit, at(placed)?))), (latitude, longitude), most)
    }
}
