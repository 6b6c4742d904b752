//! What stands across incidents: which talkgroups are taken, what was said on them, units' own state, who is in distress.
//! The fold of the same events as the incidents.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    EmergencyId, IncidentId, Involvement, MessageId, OrganisationId, PartyId, Scope, TalkgroupId, Timestamp, UnitId,
    emergency::EmergencyEvent,
    event::{Decided, Event},
    talkgroup::{Register, TalkgroupEvent},
    unit::{OwnState, UnitEvent},
};

/// A talkgroup that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// By these incidents; one group may serve several of the same command.
    pub incidents: BTreeSet<IncidentId>,
    /// Who leased it.
    pub owner: OrganisationId,
    /// When something last happened on it or in its incidents.
    pub touched: Timestamp,
    /// It was asked whether it is still needed, since then.
    pub reminded: bool,
}

/// A text that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who sent it.
    pub owner: OrganisationId,
    /// It asks for an "Uppfattat".
    pub confirm: bool,
    /// Who has given it.
    pub confirmed: BTreeSet<PartyId>,
}

/// Everything that is no single incident's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// Talkgroups that are taken.
    pub leases: BTreeMap<TalkgroupId, Lease>,
    /// When each was last given back: the one that has been free longest is taken next.
    pub returned: BTreeMap<TalkgroupId, Timestamp>,
    /// Texts on each talkgroup since it was last cleared.
    pub messages: BTreeMap<TalkgroupId, BTreeMap<MessageId, Message>>,
    /// Units that have told of themselves.
    pub units: BTreeMap<UnitId, OwnState>,
    /// Units in distress.
    pub emergencies: BTreeMap<UnitId, (IncidentId, EmergencyId)>,
    leads: BTreeMap<IncidentId, OrganisationId>,
    leased_by: BTreeMap<IncidentId, BTreeSet<TalkgroupId>>,
}

impl World {
    /// Whether what names the unit is for its own only.
    pub fn is_covert(&self, unit: &UnitId) -> bool {
        self.units.get(unit).is_some_and(|state| state.covert)
    }

    /// Talkgroups that an incident has.
    pub fn leased_by(&self, incident: IncidentId) -> impl Iterator<Item = &TalkgroupId> {
        self.leased_by.get(&incident).into_iter().flatten()
    }

    /// Whether all incidents that have the group are led by this organisation.
    pub fn same_command(&self, lease: &Lease, lead: &OrganisationId) -> bool {
        lease.incidents.iter().all(|incident| self.leads.get(incident) == Some(lead))
    }

    /// When the next leased group has been idle for too long.
    pub fn next_idle(&self, register: &Register) -> Option<(Timestamp, &TalkgroupId)> {
        let due = |lease: &Lease| lease.touched.plus_seconds(register.idle_minutes.saturating_mul(60));
        let waiting = self.leases.iter().filter(|(_, lease)| !lease.reminded);
        waiting.map(|(group, lease)| (due(lease), group)).min()
    }

    /// The world after the event.
    pub fn take_in(&mut self, happened: &Decided, at: Timestamp) {
        match (&happened.scope, &happened.event) {
            (_, Event::Talkgroup(event)) => self.talkgroup(&happened.scope, &happened.owner, event, at),
            (_, Event::Unit(event)) => self.unit(&happened.scope, event),
            (Scope::Incident(incident), Event::Emergency(event)) => self.emergency(*incident, event),
            (Scope::Incident(incident), Event::InvolvementChanged { organisation, to, .. }) => match to {
                Involvement::Lead => _ = self.leads.insert(*incident, organisation.clone()),
                _ if self.leads.get(incident) == Some(organisation) => _ = self.leads.remove(incident),
                _ => {}
            },
            _ => {}
        }
        if let Scope::Incident(incident) = happened.scope
            && !matches!(happened.event, Event::Talkgroup(TalkgroupEvent::Idle { .. }))
        {
            let groups: Vec<_> = self.leased_by(incident).cloned().collect();
            groups.iter().for_each(|group| self.touch(group, at));
        }
    }

    fn touch(&mut self, group: &TalkgroupId, at: Timestamp) {
        if let Some(lease) = self.leases.get_mut(group) {
            lease.touched = lease.touched.max(at);
            lease.reminded = false;
        }
    }

    fn talkgroup(&mut self, scope: &Scope, owner: &OrganisationId, event: &TalkgroupEvent, at: Timestamp) {
        match (event, scope) {
            (TalkgroupEvent::Leased { talkgroup, .. }, Scope::Incident(incident)) => {
                let new = || Lease { incidents: BTreeSet::new(), owner: owner.clone(), touched: at, reminded: false };
                self.leases.entry(talkgroup.clone()).or_insert_with(new).incidents.insert(*incident);
                self.leased_by.entry(*incident).or_default().insert(talkgroup.clone());
            }
            (TalkgroupEvent::Returned { talkgroup }, Scope::Incident(incident)) => {
                if let Some(groups) = self.leased_by.get_mut(incident) {
                    groups.remove(talkgroup);
                }
                if let Some(lease) = self.leases.get_mut(talkgroup) {
                    lease.incidents.remove(incident);
                    if lease.incidents.is_empty() {
                        self.leases.remove(talkgroup);
                        self.returned.insert(talkgroup.clone(), at);
                    }
                }
            }
            (TalkgroupEvent::Idle { talkgroup, .. }, _) => {
                if let Some(lease) = self.leases.get_mut(talkgroup) {
                    lease.reminded = true;
                }
            }
            (TalkgroupEvent::MessageSent { talkgroup, message, confirm }, _) => {
                let sent = Message { owner: owner.clone(), confirm: *confirm, confirmed: BTreeSet::new() };
                self.messages.entry(talkgroup.clone()).or_default().insert(*message, sent);
                self.touch(talkgroup, at);
            }
            (TalkgroupEvent::MessageConfirmed { talkgroup, message, party }, _) => {
                let sent = self.messages.get_mut(talkgroup).and_then(|messages| messages.get_mut(message));
                if let Some(sent) = sent {
                    sent.confirmed.insert(party.clone());
                }
                self.touch(talkgroup, at);
            }
            (TalkgroupEvent::Cleared { talkgroup }, _) => _ = self.messages.remove(talkgroup),
            _ => {}
        }
    }

    fn unit(&mut self, scope: &Scope, event: &UnitEvent) {
        // In incidents the same is told to others; the unit's own scope decides.
        if !matches!(scope, Scope::Unit(_)) {
            return;
        }
        let known = self.units.entry(event.unit().clone()).or_default();
        match event {
            UnitEvent::StateReported { state, .. } => {
                let (signed_off, covert) = (known.signed_off, known.covert);
                *known = OwnState { signed_off, covert, ..state.clone() };
            }
            UnitEvent::SignedOff { covert, .. } => (known.signed_off, known.covert) = (!covert, *covert),
            UnitEvent::SignedOn { .. } => (known.signed_off, known.covert) = (false, false),
            UnitEvent::LocationRecorded { .. } => {}
        }
    }

    fn emergency(&mut self, incident: IncidentId, event: &EmergencyEvent) {
        match event {
            EmergencyEvent::Raised { emergency, unit, .. } => {
                self.emergencies.insert(unit.clone(), (incident, *emergency));
            }
            EmergencyEvent::Cancelled { emergency } => {
                self.emergencies.retain(|_, (_, standing)| standing != emergency)
            }
            EmergencyEvent::Told { .. } | EmergencyEvent::Acknowledged { .. } => {}
        }
    }
}
