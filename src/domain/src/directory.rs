//! Who exists: organisations and units of a deployment, with what the rules need of them. Data, loaded once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Involvement, OrganisationId, PartyId, Scope, UnitId, emergency::EmergencyRule, plan::NotifyRule, plan::Plan,
    status::StatusTable, talkgroup::Register,
};

/// An organisation's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identity.
    pub id: OrganisationId,
    /// Type name as decision files use it: polis, räddning, ambulans, sos, ...
    pub kind: String,
    /// May alarm others and draw them in.
    pub alarm_right: bool,
    /// Seconds its parties have to acknowledge, when an alarm says nothing else.
    pub due_seconds: u32,
    /// Whose relayed acknowledgements ("hört av") count for it, beside its own.
    pub relayers: BTreeSet<OrganisationId>,
    /// Its status codes.
    pub statuses: StatusTable,
}

/// A unit's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identity.
    pub id: UnitId,
    /// Whose it is; exactly one.
    pub organisation: OrganisationId,
    /// What is said on the radio. For people only: nothing is looked up by it.
    pub call_sign: String,
}

/// All of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// By identity.
    pub organisations: BTreeMap<OrganisationId, Organisation>,
    /// By identity.
    pub units: BTreeMap<UnitId, Unit>,
    /// Alarm plans, in the order they are tried.
    pub plans: Vec<Plan>,
    /// Who is notified of whose alarms by rule.
    pub notify: Vec<NotifyRule>,
    /// Who is told of a unit in distress.
    pub emergency: EmergencyRule,
    /// The talkgroups, where the deployment has them in its files.
    pub talkgroups: Option<Register>,
    /// Organisations, other than its own, whose gateway speaks for a unit: its organisation delegated the identity.
    pub gateways: BTreeMap<UnitId, BTreeSet<OrganisationId>>,
}

impl Directory {
    /// The organisation, if it exists.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&Organisation> {
        self.organisations.get(id)
    }

    /// Whether the unit exists and belongs to the organisation.
    pub fn owns(&self, organisation: &OrganisationId, unit: &UnitId) -> bool {
        self.units.get(unit).is_some_and(|entry| entry.organisation == *organisation)
    }

    /// Whether a gateway of this organisation speaks for the unit: its own, or delegated.
    pub fn speaks_for(&self, gateway: &OrganisationId, unit: &UnitId) -> bool {
        self.owns(gateway, unit) || self.gateways.get(unit).is_some_and(|named| named.contains(gateway))
    }

    /// Whether the party exists.
    pub fn knows(&self, party: &PartyId) -> bool {
        self.organisations.contains_key(&party.organisation)
            && party.unit.as_ref().is_none_or(|unit| self.owns(&party.organisation, unit))
    }

    /// How an organisation stands to what is no incident: as alarmed where it has a right to the talkgroup or in the pool, otherwise not
    /// at all. Of incidents their events tell.
    pub fn rights(&self, organisation: &OrganisationId, scope: &Scope) -> Involvement {
        let register = self.talkgroups.as_ref();
        let stands = match scope {
            Scope::Incident(_) | Scope::Unit(_) => false,
            Scope::Talkgroup(group) => {
                let known = register.and_then(|register| register.groups.get(group));
                known.is_some_and(|group| group.listen.contains(organisation))
            }
            Scope::Pool(pool) => {
                let of_pool = register.filter(|register| register.pool == *pool);
                of_pool.is_some_and(|register| register.members().contains(organisation))
            }
        };
        if stands { Involvement::Alarmed } else { Involvement::None }
    }

    /// The plan with this name.
    pub fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.name == name)
    }
}
