//! Viewers who get the same bytes for an incident.

use std::collections::BTreeMap;

use samband_domain::{Involvement, Level, OrganisationId, Role};
use samband_proto::v1::Marking;

use crate::{
    mask::{MarkingSet, Mask, bit, members},
    release::ReleaseView,
    stamp::Stamp,
};

/// Who looks: an organisation in a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer {
    /// Whose.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
}

/// How the viewer's organisation stands to the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Standing {
    /// Now.
    pub involvement: Involvement,
    /// Before it was alarmed: what it may see of older events whose marking being alarmed does not open.
    pub before_alarm: Involvement,
    /// Journal position at which it was alarmed; none: it was not, or from the start.
    pub alarmed_at: Option<u64>,
}

/// What a viewer gets of one owner's events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerView {
    /// From `alarmed_at` on.
    pub mask: Mask,
    /// Before it.
    pub before_alarm: Mask,
    /// Only in messages shared with the viewer.
    pub push_only: MarkingSet,
    /// How to ask for what is withheld.
    pub how_to_ask: String,
}

/// A disclosure class: everything that redaction of an incident's events for a viewer depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisclosureClass {
    organisation: OrganisationId,
    standing: Standing,
    owners: BTreeMap<OrganisationId, OwnerView>,
    releases: Vec<ReleaseView>,
    policy: [u8; 32],
}

impl DisclosureClass {
    pub(crate) fn new(
        organisation: OrganisationId,
        standing: Standing,
        owners: BTreeMap<OrganisationId, OwnerView>,
        policy: [u8; 32],
    ) -> Self {
        Self { organisation, standing, owners, releases: Vec::new(), policy }
    }

    /// With these releases, which are in force for its viewers. In a fixed order: the same ones give the same class.
    #[must_use]
    pub fn with_releases(mut self, mut releases: Vec<ReleaseView>) -> Self {
        releases.sort();
        releases.dedup();
        self.releases = releases;
        self
    }

    /// Releases in force for its viewers.
    pub fn releases(&self) -> &[ReleaseView] {
        &self.releases
    }

    /// Whether the other class gives its viewers the same bytes, whatever it is called.
    pub fn same_bytes(&self, other: &Self) -> bool {
        let boundary = |class: &Self| {
            let moves = class.owners.values().any(|view| view.mask != view.before_alarm);
            class.standing.alarmed_at.filter(|_| moves)
        };
        self.organisation == other.organisation
            && self.policy == other.policy
            && self.owners == other.owners
            && self.releases == other.releases
            && boundary(self) == boundary(other)
    }

    /// How it stands to the incident.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// The viewers' organisation.
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// What it gets of each owner.
    pub fn owners(&self) -> impl Iterator<Item = (&OrganisationId, &OwnerView)> {
        self.owners.iter()
    }

    /// What it gets now of one owner's fields with this marking.
    pub fn level(&self, owner: &OrganisationId, marking: Marking) -> Level {
        self.owners.get(owner).map_or(Level::Hidden, |view| view.mask.get(marking))
    }

    /// Digest of the policy it was made from.
    pub fn policy(&self) -> [u8; 32] {
        self.policy
    }

    /// The class narrowed to these markings: what flows when the ledger cannot be written.
    #[must_use]
    pub fn only(&self, set: MarkingSet) -> Self {
        let mut narrowed = self.clone();
        for view in narrowed.owners.values_mut() {
            view.mask = view.mask.for_these_else(set, Mask::HIDDEN);
            view.before_alarm = view.before_alarm.for_these_else(set, Mask::HIDDEN);
        }
        let in_set = |release: &ReleaseView| Marking::try_from(release.marking).is_ok_and(|one| bit(one) & set != 0);
        narrowed.releases.retain(in_set);
        narrowed
    }

    pub(crate) fn how_to_ask(&self, owner: &OrganisationId) -> &str {
        self.owners.get(owner).map_or("", |view| &view.how_to_ask)
    }

    /// The levels for one event: its owner's, as of its position, less what was not shared with the viewer. Raised marking and
    /// subjects are not in it: they cap what is inside the body.
    pub(crate) fn mask(&self, owner: &OrganisationId, stamp: &Stamp, position: u64) -> Mask {
        let Some(mask) = self.unreleased(owner, stamp, position) else { return Mask::HIDDEN };
        // After what is push only: a release is the owner's decision about this very case.
        let of_owner = self.releases.iter().filter(|release| release.owner == *owner);
        let mask = of_owner.fold(mask, |mask, release| release.open(mask, position));
        // Existence has no form between hidden and full.
        if mask.get(Marking::Existence) == Level::Full { mask } else { Mask::HIDDEN }
    }

    /// Markings that stand open in one event by releases alone.
    pub(crate) fn opened(&self, owner: &OrganisationId, stamp: &Stamp, position: u64) -> MarkingSet {
        let Some(before) = self.unreleased(owner, stamp, position) else { return 0 };
        let after = self.mask(owner, stamp, position);
        let markings = self.releases.iter().filter_map(|release| Marking::try_from(release.marking).ok());
        markings.filter(|one| after.get(*one) > before.get(*one)).fold(0, |opened, one| opened | bit(one))
    }

    /// The levels as they are without releases; none: nothing of it whatever is released.
    fn unreleased(&self, owner: &OrganisationId, stamp: &Stamp, position: u64) -> Option<Mask> {
        let view = self.owners.get(owner)?;
        let early = self.standing.alarmed_at.is_some_and(|at| position < at);
        let mask = if early { view.before_alarm } else { view.mask };
        let elsewhere = !stamp.addressed.is_empty() && !stamp.addressed.contains(&self.organisation);
        if elsewhere && self.organisation != *owner {
            return None;
        }
        let shared = view.push_only == 0 || stamp.shared_with.contains(&self.organisation);
        Some(if shared { mask } else { mask.without(view.push_only) })
    }

    /// What the viewer gets of one marking in one event.
    pub fn level_in(&self, owner: &OrganisationId, stamp: &Stamp, position: u64, marking: Marking) -> Level {
        let mask = self.mask(owner, stamp, position);
        whole_event_cap(mask, stamp).map_or(Level::Hidden, |cap| mask.get(marking).min(cap))
    }

    /// Whether anything of the event beyond its envelope would be sent: the same answer redaction gives, without the bytes.
    pub fn sees(&self, owner: &OrganisationId, stamp: &Stamp, position: u64) -> bool {
        let mask = self.mask(owner, stamp, position);
        let Some(cap) = whole_event_cap(mask, stamp) else { return false };
        members(stamp.markings).any(|marking| match mask.get(marking).min(cap) {
            Level::Hidden => false,
            Level::Coarse => stamp.blank_when_coarse & bit(marking) == 0,
            Level::Withheld | Level::Full => true,
        })
    }
}

/// The cap that the raised marking and whole-event subjects put on a body; none: it is not sent at all.
pub(crate) fn whole_event_cap(mask: Mask, stamp: &Stamp) -> Option<Level> {
    let raised = stamp.raised.map_or(Level::Full, |marking| mask.get(marking));
    let subjects = members(stamp.subject_markings).map(|marking| mask.get(marking)).min().unwrap_or(Level::Full);
    let cap = raised.min(subjects);
    (cap != Level::Hidden).then_some(cap)
}
