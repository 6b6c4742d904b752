//! A simulated fleet: units that rest at their stations and drive between localities, so that a map has something to show.
//!
//! Pure: no clock, no socket; chance comes from a seed, and the same seed drives the same way. What it says of its units goes to a hub as
//! location reports, over the contract like anybody's ([`crate::cli`]).

mod chance;
mod drive;
mod network;
mod vehicle;

#[cfg(test)]
mod tests;

use samband_domain::UnitId;

use crate::config::{Deployment, Road, localities};
use chance::Chance;
use network::Network;
use vehicle::Vehicle;

/// Where a unit is, and how it moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Degrees WGS 84.
    pub latitude: f64,
    /// Degrees WGS 84.
    pub longitude: f64,
    /// Degrees from north, 0 to 359.
    pub course_deg: u32,
    /// Kilometres an hour.
    pub speed_kmh: u32,
}

/// The units of a deployment that have a station.
pub struct Fleet {
    network: Network,
    vehicles: Vec<(UnitId, Vehicle)>,
}

impl Fleet {
    /// All of them at their stations.
    pub fn new(deployment: &Deployment, roads: &[Road], seed: u64) -> Self {
        let network = Network::new(roads, localities(deployment).values().copied());
        let vehicles = deployment.units_extra.iter().zip(0_u64..).filter_map(|((unit, extra), number)| {
            let chance = Chance::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(number));
            Some((unit.clone(), Vehicle::new(extra.location?, &extra.kind, chance)))
        });
        Self { vehicles: vehicles.collect(), network }
    }

    /// A second passes.
    pub fn step(&mut self) {
        self.vehicles.iter_mut().for_each(|(_, vehicle)| vehicle.step(&self.network));
    }

    /// Where everybody is, in the order of ids.
    pub fn positions(&self) -> impl Iterator<Item = (&UnitId, Position)> {
        self.vehicles.iter().map(|(unit, vehicle)| (unit, vehicle.position()))
    }
}
