//! What the fan-out holds of an incident.

use std::{collections::BTreeMap, collections::BTreeSet, sync::Arc};

use samband_disclosure::{Disclosed, DisclosureClass, EventBytes, Standing, Undisclosed, redact};
use samband_domain::{EventId, Involvement, OrganisationId, Scope, Timestamp, directory::Directory};

use super::{
    core::SessionId,
    releases::{Clocks, Releases},
};
use crate::{limits, standing::Standings, wire::stored::StoredEvent};

/// An event with what decides whether it is in force.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) event: Undisclosed,
    pub(super) key: Option<String>,
    pub(super) id: EventId,
    pub(super) references: Vec<EventId>,
    pub(super) at_ms: i64,
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

/// The events of an incident, or of another scope, and who stands how to it.
#[derive(Default)]
pub(super) struct Feed {
    pub(super) events: Vec<Arc<Held>>,
    pub(super) standings: Standings,
    /// Who has rights there, where it is no incident: they stand as alarmed, all others not at all.
    rights: Option<BTreeSet<OrganisationId>>,
    /// What is older than so many milliseconds is not in force: texts on talkgroups.
    kept_ms: Option<i64>,
    /// Nothing before this position is in force.
    cleared_at: u64,
    pub(super) releases: Releases,
    /// Who is in distress, and the event that says so.
    distress: BTreeMap<String, Arc<Held>>,
    /// How each organisation stood before each change, with the position of that.
    pub(super) stood: BTreeMap<OrganisationId, Vec<(u64, Standing)>>,
    /// `organisation/alarm/party` of everything unanswered.
    pub(super) outstanding: BTreeSet<String>,
    /// When it was closed.
    pub(super) closed_at: Option<i64>,
    pub(super) groups: Vec<Group>,
}

impl Feed {
    /// Before its first event.
    pub(super) fn new(scope: &Scope, directory: &Directory) -> Self {
        let rights = || {
            let known = directory.organisations.keys();
            known.filter(|one| directory.rights(one, scope) > Involvement::None).cloned().collect()
        };
        Self {
            rights: scope.incident().is_none().then(rights),
            kept_ms: matches!(scope, Scope::Talkgroup(_)).then_some(limits::MESSAGES_KEPT_MS),
            ..Self::default()
        }
    }

    /// How an organisation stands to it now.
    pub(super) fn standing_of(&self, organisation: &OrganisationId) -> Standing {
        match &self.rights {
            None => self.standings.of(organisation),
            Some(rights) if rights.contains(organisation) => {
                let involvement = Involvement::Alarmed;
                Standing { involvement, before_alarm: involvement, alarmed_at: None }
            }
            Some(_) => Standing::default(),
        }
    }

    /// Takes in a stored event. Returns the organisations that get other bytes for it, or may.
    pub(super) fn take_in(&mut self, stored: &StoredEvent, held: Held, clocks: Clocks) -> Vec<OrganisationId> {
        let (position, at_ms) = (held.event.position, held.at_ms);
        let named = stored.control.involvement.iter().filter_map(|step| OrganisationId::new(step.organisation()).ok());
        let before: BTreeMap<_, _> = named.map(|named| (named.clone(), self.standings.of(&named))).collect();
        let mut changed = self.standings.take_in(&stored.control, position);
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
        if stored.control.clears() {
            self.cleared_at = position;
        }
        let held = Arc::new(held);
        for step in &stored.control.units {
            match step.emergency {
                Some(true) => _ = self.distress.insert(step.unit_id().to_owned(), held.clone()),
                Some(false) => _ = self.distress.remove(step.unit_id()),
                None => {}
            }
        }
        self.events.push(held);
        changed.extend(self.releases.take_in(&stored.control.releases, (position, Timestamp(at_ms)), clocks));
        changed
    }

    /// Somebody is in distress, and the class sees it.
    pub(super) fn shows_distress(&self, class: &DisclosureClass) -> bool {
        self.distress.values().any(|held| held.seen_by(class))
    }

    /// Whether an event is too old, or was said to others, to be in force.
    fn is_past(&self, held: &Held, now: Timestamp) -> bool {
        let old = self.kept_ms.is_some_and(|kept| now.0 - held.at_ms > kept);
        old || held.event.position < self.cleared_at
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
    pub(super) fn in_force(&self, class: &DisclosureClass, now: Timestamp) -> Vec<(u64, Disclosed<EventBytes>)> {
        let (mut keys, mut referenced) = (BTreeSet::new(), BTreeSet::new());
        let mut in_force = Vec::new();
        for held in self.events.iter().rev().take_while(|held| !self.is_past(held, now)) {
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
