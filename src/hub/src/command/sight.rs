//! What an organisation's desk sees, for the rules that ask.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use samband_disclosure::{DisclosureClass, Policy, Standing, Viewer};
use samband_domain::{
    EventId, Involvement, Level, OrganisationId, PartyId, Role,
    command::{Shown, Sight},
    release::{MarkingNumber, ReleaseTerm},
};
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

    fn would_see(&self, viewer: &OrganisationId, owner: &OrganisationId, what: Shown) -> bool {
        let (at_least, marking) = match what {
            Shown::CovertUnit => (Involvement::Alarmed, Marking::CovertUnit),
            Shown::Emergency => (Involvement::Near, Marking::Emergency),
            Shown::MediaLine => (Involvement::Near, Marking::MediaLine),
        };
        let class = self.class(viewer, at_least);
        class.level(owner, marking) >= Level::Withheld && class.level(owner, Marking::Existence) == Level::Full
    }

    fn release_terms(
        &self,
        owner: &OrganisationId,
        by: Role,
        marking: MarkingNumber,
        to: &OrganisationId,
        role: Role,
    ) -> Vec<ReleaseTerm> {
        let Ok(marking) = Marking::try_from(i32::from(marking.0)) else { return Vec::new() };
        let to = Viewer { organisation: to.clone(), role };
        let rules = self.classes.policy.release_rules(owner, by, marking, &to);
        let term = |rule: &samband_disclosure::release::ReleaseRule| ReleaseTerm {
            highest: rule.highest,
            grounds: rule.grounds.clone(),
            max_minutes: rule.max_minutes,
        };
        rules.map(term).collect()
    }

    fn ground_opens(&self, ground: &str, marking: MarkingNumber, to: &OrganisationId) -> bool {
        let marking = Marking::try_from(i32::from(marking.0));
        marking.is_ok_and(|marking| self.classes.policy.ground_opens(ground, marking, to))
    }
}
