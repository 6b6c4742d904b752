//! The roads as a network, and the quickest way through it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::drive::metres;
use crate::config::Road;

/// A place on the network by its degrees, in hundred-thousandths: roads that meet have the same point.
type Node = (i32, i32);

/// A leg of a way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leg {
    /// Where it ends, degrees WGS 84.
    pub(super) to: (f64, f64),
    /// What is driven on it, kilometres an hour.
    pub(super) speed_kmh: u32,
}

/// The network.
pub(super) struct Network {
    places: BTreeMap<Node, (f64, f64)>,
    legs: BTreeMap<Node, Vec<(Node, u32)>>,
    /// Localities on it.
    goals: Vec<Node>,
}

fn node((latitude, longitude): (f64, f64)) -> Node {
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates, and degrees are far inside")]
    let e5 = |degrees: f64| (degrees * 1e5).round() as i32;
    (e5(latitude), e5(longitude))
}

impl Network {
    /// Of these roads; one can drive to those of the localities that are on one.
    pub(super) fn new(roads: &[Road], localities: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut network = Self { places: BTreeMap::new(), legs: BTreeMap::new(), goals: Vec::new() };
        for road in roads {
            for pair in road.points.windows(2) {
                let [from, to] = [node(pair[0]), node(pair[1])];
                network.places.extend([(from, pair[0]), (to, pair[1])]);
                network.legs.entry(from).or_default().push((to, road.speed_kmh));
                network.legs.entry(to).or_default().push((from, road.speed_kmh));
            }
        }
        let goals: BTreeSet<_> = localities.map(node).filter(|goal| network.places.contains_key(goal)).collect();
        network.goals = goals.into_iter().collect();
        network
    }

    /// Where one can drive.
    pub(super) fn goals(&self) -> impl Iterator<Item = (f64, f64)> {
        self.goals.iter().filter_map(|goal| self.places.get(goal)).copied()
    }

    /// The place on the network that a station is at: the nearest, if it is within the locality.
    pub(super) fn entrance(&self, from: (f64, f64)) -> Option<(f64, f64)> {
        const WITHIN_M: f64 = 5_000.0;
        let near = self.places.values().map(|place| (metres(from, *place), *place));
        near.filter(|(distance, _)| *distance <= WITHIN_M).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
    }

    /// The quickest way between two places of the network; none: they are not joined.
    pub(super) fn way(&self, from: (f64, f64), to: (f64, f64)) -> Option<Vec<Leg>> {
        let (from, to) = (node(from), node(to));
        let mut before: BTreeMap<Node, (Node, u32)> = BTreeMap::new();
        let mut reached: BTreeMap<Node, u64> = BTreeMap::from([(from, 0)]);
        let mut next = BinaryHeap::from([(Reverse(0_u64), from)]);
        while let Some((Reverse(spent), at)) = next.pop() {
            if at == to {
                break;
            }
            for (neighbour, speed) in self.legs.get(&at).into_iter().flatten() {
                let (Some(here), Some(there)) = (self.places.get(&at), self.places.get(neighbour)) else { continue };
                let taken = spent + milliseconds(metres(*here, *there), *speed);
                if reached.get(neighbour).is_none_or(|known| taken < *known) {
                    reached.insert(*neighbour, taken);
                    before.insert(*neighbour, (at, *speed));
                    next.push((Reverse(taken), *neighbour));
                }
            }
        }
        let mut legs = Vec::new();
        let mut at = to;
        while at != from {
            let (earlier, speed_kmh) = *before.get(&at)?;
            legs.push(Leg { to: *self.places.get(&at)?, speed_kmh });
            at = earlier;
        }
        legs.reverse();
        Some(legs)
    }
}

fn milliseconds(metres: f64, speed_kmh: u32) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "distances are not negative")]
    let taken = (metres * 3_600.0 / f64::from(speed_kmh.max(1))) as u64;
    taken
}
