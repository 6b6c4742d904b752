//! The units that can be on the map, as the deployment's register has them. Fixed while the hub runs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use samband_disclosure::map::UnitIdentity;
use samband_domain::{OrganisationId, UnitId};

use super::area::Ground;
use crate::config::Deployment;

/// A unit of the register.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Who it is.
    pub identity: Arc<UnitIdentity>,
    /// Where it is kept, degrees WGS 84.
    pub home: Option<(f64, f64)>,
    /// Other organisations whose gateway speaks for it.
    pub gateways: BTreeSet<OrganisationId>,
}

/// All units, in the order of their ids, and the ground they move on.
#[derive(Debug, Clone)]
pub struct Register {
    units: Vec<Registered>,
    ground: Ground,
}

impl Register {
    /// Of units in any order; of two with one id the last.
    pub fn new(units: impl IntoIterator<Item = Registered>, ground: Ground) -> Self {
        let by_id: BTreeMap<_, _> = units.into_iter().map(|unit| (unit.identity.unit.clone(), unit)).collect();
        Self { units: by_id.into_values().collect(), ground }
    }

    /// Of a deployment.
    pub fn of(deployment: &Deployment) -> Self {
        let units = deployment.directory.units.values().map(|unit| {
            let extra = deployment.units_extra.get(&unit.id);
            let identity = UnitIdentity {
                unit: unit.id.clone(),
                organisation: unit.organisation.clone(),
                call_sign: unit.call_sign.clone(),
                kind: extra.map(|extra| extra.kind.clone()).unwrap_or_default(),
            };
            let gateways = deployment.directory.gateways.get(&unit.id).cloned().unwrap_or_default();
            Registered { identity: Arc::new(identity), home: extra.and_then(|extra| extra.location), gateways }
        });
        Self::new(units, deployment.ground.unwrap_or(Ground::EARTH))
    }

    /// The units. A unit's number is its place here: numbers have the order of ids.
    pub fn units(&self) -> &[Registered] {
        &self.units
    }

    /// The number of a unit.
    pub fn number(&self, unit: &UnitId) -> Option<usize> {
        self.units.binary_search_by(|one| one.identity.unit.cmp(unit)).ok()
    }

    /// The number of a unit of this organisation: one that does not exist and one of another are the same answer.
    pub fn own(&self, organisation: &OrganisationId, unit: &UnitId) -> Option<usize> {
        self.number(unit).filter(|number| self.units[*number].identity.organisation == *organisation)
    }

    /// The number of a unit that a gateway of this organisation speaks for. Again one that does not exist and one that nobody delegated
    /// are the same answer.
    pub fn spoken_for(&self, gateway: &OrganisationId, unit: &UnitId) -> Option<usize> {
        let spoken_for = |one: &Registered| one.identity.organisation == *gateway || one.gateways.contains(gateway);
        self.number(unit).filter(|number| spoken_for(&self.units[*number]))
    }

    /// Where locations can be.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }
}
