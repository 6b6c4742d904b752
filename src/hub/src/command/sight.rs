//! What an organisation's desk sees, for the rules that ask.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use samband_disclosure::{DisclosureClass, Policy, Standing, Viewer};
use samband_domain::{EventId, Involvement, Level, OrganisationId, PartyId, Role, command::Sight};
use samband_proto::v1::Marking;

use super::incident::Shared;

/// Classes are looked up far more often than they change.
const CLASSES_KEPT: usize = 4_096;

/// Compiled policy with the classes it has been asked for.
pub(super) struct Classes {
    pub(super) policy: Arc<Policy>,
    made: RefCell<BTreeMap<(Viewer, Standing), Arc<DisclosureClass>>>,
}

impl Classes {
    pub(super) fn new(policy: Arc<Policy>) -> Self {
        Self { policy, made: RefCell::new(BTreeMap::new()) }
    }

    pub(super) fn of(&self, viewer: &Viewer, standing: Standing) -> Arc<DisclosureClass> {
        let mut made = self.made.borrow_mut();
        if made.len() >= CLASSES_KEPT {
            made.clear();
        }
        let class = || Arc::new(self.policy.class(viewer, standing));
        made.entry((viewer.clone(), standing)).or_insert_with(class).clone()
    }

    /// Whether any event of the incident reaches this viewer: what does not is, to it, not there.
    pub(super) fn sees_incident(&self, viewer: &Viewer, incident: &Shared) -> bool {
        let class = self.of(viewer, incident.standings.of(&viewer.organisation));
        incident.stamps.values().any(|entry| class.sees(&entry.owner, &entry.stamp, entry.position))
    }
}

/// Answers the rules about one incident.
pub(super) struct IncidentSight<'a> {
    pub(super) classes: &'a Classes,
    pub(super) incident: &'a Shared,
}

impl IncidentSight<'_> {
    fn class(&self, organisation: &OrganisationId, at_least: Involvement) -> Arc<DisclosureClass> {
        let mut standing = self.incident.standings.of(organisation);
        if standing.involvement < at_least {
            standing = Standing {
                involvement: at_least,
                before_alarm: standing.involvement,
                // Alarmed from the next event on.
                alarmed_at: (at_least >= Involvement::Alarmed).then_some(u64::MAX),
            };
        }
        // The organisation's desk stands for it.
        self.classes.of(&Viewer { organisation: organisation.clone(), role: Role::Operator }, standing)
    }
}

impl Sight for IncidentSight<'_> {
    fn sees_event(&self, viewer: &OrganisationId, at_least: Involvement, event: EventId) -> bool {
        let Some(entry) = self.incident.stamps.get(&event) else { return false };
        self.class(viewer, at_least).sees(&entry.owner, &entry.stamp, entry.position)
    }

    fn reads_address(&self, viewer: &OrganisationId, event: EventId) -> bool {
        let Some(entry) = self.incident.stamps.get(&event) else { return false };
        let class = self.class(viewer, Involvement::None);
        // Its coarse form is blank: nothing of it can be read.
        class.level_in(&entry.owner, &entry.stamp, entry.position, Marking::Address) == Level::Full
    }

    fn sees_party(&self, viewer: &OrganisationId, party: &PartyId) -> bool {
        let class = self.class(viewer, Involvement::Alarmed);
        class.level(&party.organisation, Marking::Acknowledgement) >= Level::Withheld
    }
}
