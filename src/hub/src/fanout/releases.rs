//! Releases in force for an incident, as the control parts of its events tell.

use std::{collections::BTreeMap, str::FromStr as _};

use samband_disclosure::{ReleaseView, Viewer};
use samband_domain::{Level, OrganisationId, Role, Timestamp};
use samband_proto::{internal::ReleaseStep, v1::DisclosureLevel};

use super::member::Member;
use crate::wire::from_proto::level;

/// What time it is, by the hub's clock and by the one that never jumps: a release ends by whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    pub(super) now: Timestamp,
    pub(super) steady: Timestamp,
}

struct Open {
    view: ReleaseView,
    to: Viewer,
    person: Option<String>,
    until: Timestamp,
    steady_until: Timestamp,
}

impl Open {
    fn is_over(&self, clocks: Clocks) -> bool {
        clocks.now >= self.until || clocks.steady >= self.steady_until
    }
}

/// Of one incident.
#[derive(Default)]
pub(super) struct Releases {
    open: BTreeMap<String, Open>,
    /// Over, and the event that says so has not come yet.
    expired: BTreeMap<String, Viewer>,
    /// Positions at which something was opened to somebody, or closed again.
    changes: BTreeMap<Viewer, Vec<u64>>,
}

impl Releases {
    /// Takes in what an event opens and closes. Returns whom it concerns.
    pub(super) fn take_in(
        &mut self,
        steps: &[ReleaseStep],
        (position, at): (u64, Timestamp),
        clocks: Clocks,
    ) -> Vec<OrganisationId> {
        let mut concerned = Vec::new();
        for step in steps {
            let id = step.release_id().to_owned();
            if step.ended() {
                let expired = self.expired.remove(&id);
                concerned.extend(self.open.remove(&id).map(|open| open.to).or(expired));
            } else if let Some(open) = opened(step, (position, at), clocks) {
                concerned.push(open.to.clone());
                self.open.insert(id, open);
            }
        }
        for viewer in &concerned {
            self.changes.entry(viewer.clone()).or_default().push(position);
        }
        concerned.into_iter().map(|viewer| viewer.organisation).collect()
    }

    /// Closes what is over. Returns whom it concerned.
    pub(super) fn expire(&mut self, clocks: Clocks) -> Vec<OrganisationId> {
        let over: Vec<_> =
            self.open.iter().filter(|(_, open)| open.is_over(clocks)).map(|(id, _)| id.clone()).collect();
        let mut concerned = Vec::new();
        for id in over {
            let Some(open) = self.open.remove(&id) else { continue };
            concerned.push(open.to.organisation.clone());
            self.expired.insert(id, open.to);
        }
        concerned
    }

    /// What is open to somebody: asked when reading, so that nothing outlives its time.
    pub(super) fn views(&self, viewer: &Viewer, person: Option<&str>, clocks: Clocks) -> Vec<ReleaseView> {
        let for_viewer = |open: &&Open| {
            open.to == *viewer
                && open.person.as_deref().is_none_or(|named| Some(named) == person)
                && !open.is_over(clocks)
        };
        self.open.values().filter(for_viewer).map(|open| open.view.clone()).collect()
    }

    /// Whether something was opened to somebody, or closed, after a position. What is over counts from then on, whenever its event comes.
    pub(super) fn changed_since(&self, viewer: &Viewer, position: u64) -> bool {
        self.changes.get(viewer).is_some_and(|changes| changes.iter().any(|at| *at > position))
            || self.expired.values().any(|expired| expired == viewer)
    }

    /// Nothing is open.
    pub(super) fn none_open(&self) -> bool {
        self.open.is_empty()
    }
}

/// None: it cannot be read, and opens nothing.
fn opened(step: &ReleaseStep, (position, at): (u64, Timestamp), clocks: Clocks) -> Option<Open> {
    let until = Timestamp(step.until_ms?);
    // Never more than it was granted for: the clock may have been set back since.
    let left = until.0.saturating_sub(clocks.now.0.max(at.0)).max(0);
    let level = level(DisclosureLevel::try_from(step.level?).ok()?);
    let view = ReleaseView {
        owner: OrganisationId::new(step.owner()).ok()?,
        marking: step.marking?,
        level: if level == Level::Hidden { return None } else { level },
        from: if step.from_start() { 0 } else { position },
    };
    let to = Viewer {
        organisation: OrganisationId::new(step.organisation()).ok()?,
        role: Role::from_str(step.role()).ok()?,
    };
    let steady_until = Timestamp(clocks.steady.0.saturating_add(left));
    Some(Open { view, to, person: step.person.clone(), until, steady_until })
}

impl Member {
    /// What is open to this session in an incident.
    pub(super) fn released(&self, releases: &Releases, clocks: Clocks) -> Vec<ReleaseView> {
        releases.views(&self.viewer, self.person.as_deref(), clocks)
    }
}
