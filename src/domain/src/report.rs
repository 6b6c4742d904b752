//! Arrival reports: four templates on one core.

use std::collections::BTreeSet;

/// Which template the reporting organisation uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Template {
    /// Fire: Objekt, Skada, Hot.
    Osh,
    /// Police.
    Police,
    /// Ambulance, vindruterapport.
    Ps,
    /// JESIP.
    Methane,
}

/// A field of the common core.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CoreField {
    /// Major incident, yes or no.
    Major,
    /// Exact place.
    Place,
    /// Object and happening.
    What,
    /// Damage.
    Damage,
    /// Hazards, threat.
    Hazards,
    /// Way in.
    Access,
    /// Break point.
    BreakPoint,
    /// Casualties.
    Casualties,
    /// Resources on scene.
    OnScene,
    /// Resources needed.
    Needed,
}

impl CoreField {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Major => "major_incident",
            Self::Place => "exact_place",
            Self::What => "what",
            Self::Damage => "damage",
            Self::Hazards => "hazards",
            Self::Access => "access",
            Self::BreakPoint => "break_point",
            Self::Casualties => "casualties",
            Self::OnScene => "resources_on_scene",
            Self::Needed => "resources_needed",
        }
    }
}

impl Template {
    /// What a report by this template must say. A first report is short: what cannot be seen through the windscreen is not asked for.
    pub fn required(self) -> &'static [CoreField] {
        use CoreField::{Casualties, Damage, Hazards, Major, Place, What};
        match self {
            Self::Osh => &[What, Damage, Hazards],
            Self::Police => &[Place, What, Hazards],
            Self::Ps => &[Major, What, Casualties],
            Self::Methane => &[Major, Place, What, Hazards, Casualties],
        }
    }

    /// The required fields that are not among the filled ones.
    pub fn missing(self, filled: &BTreeSet<CoreField>) -> Vec<CoreField> {
        self.required().iter().copied().filter(|field| !filled.contains(field)).collect()
    }
}
