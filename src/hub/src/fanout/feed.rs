//! What the fan-out holds of an incident.

use std::{collections::BTreeMap, collections::BTreeSet, sync::Arc};

use samband_disclosure::{Disclosed, DisclosureClass, EventBytes, Standing, Undisclosed, redact};
use samband_domain::OrganisationId;

use super::core::SessionId;
use crate::{standing::Standings, wire::stored::StoredEvent};

/// An event with what decides whether it is in force.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) event: Undisclosed,
    pub(super) key: Option<String>,
    pub(super) id: samband_domain::EventId,
    pub(super) references: Vec<samband_domain::EventId>,
}

impl Held {
    /// Whether anything of it reaches the class.
    pub(super) fn seen_by(&self, class: &DisclosureClass) -> bool {
        class.sees(&self.event.owner, &self.event.stamp, self.event.position)
    }
}

/// Sessions that get the same bytes of this incident.
pub(super) struct Group {
    pub(super) class: Arc<DisclosureClass>,
    pub(super) sessions: Vec<SessionId>,
    /// The ledger has every one of them under this class.
    pub(super) ledgered: bool,
}

/// An incident's events and who stands how to it.
#[derive(Default)]
pub(super) struct Feed {
    pub(super) events: Vec<Arc<Held>>,
    pub(super) standings: Standings,
    /// How each organisation stood before each change, with the position of that.
    pub(super) stood: BTreeMap<OrganisationId, Vec<(u64, Standing)>>,
    /// `organisation/alarm/party` of everything unanswered.
    pub(super) outstanding: BTreeSet<String>,
    /// When it was closed.
    pub(super) closed_at: Option<i64>,
    pub(super) groups: Vec<Group>,
}

impl Feed {
    /// Takes in a stored event. Returns the organisations whose standing it changed.
    pub(super) fn take_in(&mut self, stored: &StoredEvent, held: Held, at_ms: i64) -> Vec<OrganisationId> {
        let position = held.event.position;
        let named = stored.control.involvement.iter().filter_map(|step| OrganisationId::new(step.organisation()).ok());
        let before: BTreeMap<_, _> = named.map(|named| (named.clone(), self.standings.of(&named))).collect();
        let changed = self.standings.take_in(&stored.control, position);
        for organisation in &changed {
            let stood = before.get(organisation).copied().unwrap_or_default();
            self.stood.entry(organisation.clone()).or_default().push((position, stood));
        }
        for settled in &stored.control.settled {
            self.outstanding.remove(settled);
        }
        self.outstanding.extend(stored.control.outstanding.iter().cloned());
        match stored.control.closed {
            Some(true) => self.closed_at = Some(at_ms),
            Some(false) => self.closed_at = None,
            None => {}
        }
        self.events.push(Arc::new(held));
        changed
    }

    /// How the organisation has stood since a position, other than now.
    pub(super) fn stood_since(&self, organisation: &OrganisationId, position: u64) -> impl Iterator<Item = Standing> {
        let changes = self.stood.get(organisation).map_or(&[][..], Vec::as_slice);
        changes.iter().filter(move |(changed_at, _)| *changed_at > position).map(|(_, stood)| *stood)
    }

    /// Something of the organisation's own is unanswered.
    pub(super) fn waits_for(&self, organisation: &OrganisationId) -> bool {
        let prefix = format!("{organisation}/");
        self.outstanding.range(prefix.clone()..).next().is_some_and(|entry| entry.starts_with(&prefix))
    }

    /// Newest position.
    pub(super) fn last_position(&self) -> u64 {
        self.events.last().map_or(0, |held| held.event.position)
    }

    /// What is in force for a class, after redaction, in order. An event is left out only if a newer one with its key reaches the class;
    /// what the total information in force refers to stays.
    pub(super) fn in_force(&self, class: &DisclosureClass) -> Vec<(u64, Disclosed<EventBytes>)> {
        let (mut keys, mut referenced) = (BTreeSet::new(), BTreeSet::new());
        let mut in_force = Vec::new();
        for held in self.events.iter().rev() {
            let Some(key) = &held.key else {
                in_force.extend(redact(&held.event, class).map(|event| (held.event.position, event)));
                continue;
            };
            let superseded = keys.contains(key.as_str());
            if superseded && !referenced.contains(&held.id) {
                continue;
            }
            let Some(event) = redact(&held.event, class) else { continue };
            if !superseded && key == TOTAL {
                referenced.extend(held.references.iter().copied());
            }
            keys.insert(key.as_str());
            in_force.push((held.event.position, event));
        }
        in_force.reverse();
        in_force
    }

    /// What came after a position, for a class.
    pub(super) fn after(&self, position: u64, class: &DisclosureClass) -> Vec<(u64, Disclosed<EventBytes>)> {
        let newer = self.events.iter().filter(|held| held.event.position > position);
        newer.filter_map(|held| redact(&held.event, class).map(|event| (held.event.position, event))).collect()
    }

    /// Puts a session into the group of its class; the group's other sessions stay.
    pub(super) fn join(&mut self, session: SessionId, class: &Arc<DisclosureClass>) -> Arc<DisclosureClass> {
        if let Some(group) = self.groups.iter_mut().find(|group| group.class == *class) {
            group.sessions.push(session);
            group.ledgered = false;
            return group.class.clone();
        }
        self.groups.push(Group { class: class.clone(), sessions: vec![session], ledgered: false });
        class.clone()
    }

    /// Takes a session out of its group.
    pub(super) fn leave(&mut self, session: SessionId) {
        for group in &mut self.groups {
            group.sessions.retain(|member| *member != session);
        }
        self.groups.retain(|group| !group.sessions.is_empty());
    }
}

/// The key of versions of the total information, as the command side writes it.
const TOTAL: &str = "total";
