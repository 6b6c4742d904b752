//! Who is in which class of what, and what is owed when that changes. Any change is one mechanism: Restart and replay under the new class.

use std::{collections::BTreeSet, sync::Arc};

use samband_disclosure::{DisclosureClass, Policy, Viewer};
use samband_domain::{OrganisationId, Scope, Timestamp, UnitId};

use super::{
    catch_up::{Job, Kind},
    core::{Fanout, SessionId},
    feed::Feed,
    member::{Holding, Member},
    releases::Clocks,
};
use crate::{limits, session::resume::Position};

impl Fanout {
    /// Sessions of these units are seen otherwise from here.
    pub(super) fn listening_changed(&mut self, units: &[UnitId]) {
        if units.is_empty() {
            return;
        }
        let of_unit = |member: &&Member| member.unit.as_ref().is_some_and(|unit| units.contains(unit));
        let groups: BTreeSet<_> =
            self.members.values().filter(of_unit).flat_map(|member| &member.following.talkgroups).cloned().collect();
        self.listeners_changed(groups.iter());
    }

    /// Releases whose time is up end here, whether or not their event has come.
    pub(super) fn expire(&mut self, now: Timestamp) {
        let clocks = self.clocks(now);
        let scopes: Vec<_> = self.releasing.iter().cloned().collect();
        for scope in scopes {
            let Some(feed) = self.feeds.get_mut(&scope) else { continue };
            let concerned = feed.releases.expire(clocks);
            if feed.releases.none_open() {
                self.releasing.remove(&scope);
            }
            self.change_classes(&scope, &concerned, now);
        }
    }

    /// A new scope: every session that follows it gets into a group.
    pub(super) fn enter_all(&mut self, scope: &Scope, now: Timestamp) {
        let clocks = self.clocks(now);
        let Self { members, feeds, policy, .. } = self;
        let Some(feed) = feeds.get_mut(scope) else { return };
        for (session, member) in members.iter_mut().filter(|(_, member)| member.following.includes(scope)) {
            enter(*session, member, scope, feed, policy, clocks);
        }
    }

    /// A session begins to follow a scope: what is owed of it.
    pub(super) fn owe(&mut self, session: SessionId, scope: &Scope, resume: Option<Position>, now: Timestamp) {
        let clocks = self.clocks(now);
        let Self { members, feeds, policy, numbers, .. } = self;
        let (Some(member), Some(feed)) = (members.get_mut(&session), feeds.get_mut(scope)) else { return };
        let long_closed = feed.closed_at.is_some_and(|at| now.0 - at > limits::CLOSED_KEPT_MS);
        if !member.following.includes(scope) {
            return;
        }
        enter(session, member, scope, feed, policy, clocks);
        let kind = match resume {
            Some(Position(position)) => {
                let Some(holding) = member.holdings.get_mut(scope) else { return };
                let before = feed.events.iter().take_while(|held| held.event.position <= position);
                holding.shown = before.into_iter().any(|held| held.seen_by(&holding.class));
                // Only what gave other bytes starts anew: a Restart for any other change would tell of it.
                let viewer = &member.viewer;
                let released = holding.class.releases().to_vec();
                let same =
                    |stood| policy.class(viewer, stood).with_releases(released.clone()).same_bytes(&holding.class);
                let released_since = feed.releases.changed_since(viewer, position);
                // What it had through a release that is over is not known any more: it has to forget it in any case.
                holding.shown |= released_since;
                let unchanged = feed.stood_since(&viewer.organisation, position).all(same) && !released_since;
                if holding.shown {
                    member.counts(scope, true);
                }
                if unchanged { Kind::After(position) } else { Kind::Restart }
            }
            // An emergency that whoever closed the incident did not see is not over with it.
            None if long_closed
                && !member.following.names(scope)
                && !member.holdings.get(scope).is_some_and(|holding| feed.shows_distress(&holding.class)) =>
            {
                return;
            }
            None => Kind::Fresh,
        };
        *numbers += 1;
        member.jobs.insert(scope.clone(), Job { kind, number: *numbers, started: None });
    }

    /// Standings or releases changed: who gets other bytes now starts anew.
    pub(super) fn change_classes(&mut self, scope: &Scope, changed: &[OrganisationId], now: Timestamp) {
        let clocks = self.clocks(now);
        let Self { members, feeds, policy, numbers, behind, .. } = self;
        let Some(feed) = feeds.get_mut(scope) else { return };
        for (session, member) in members.iter_mut() {
            if !changed.contains(&member.viewer.organisation) {
                continue;
            }
            let released = member.released(&feed.releases, clocks);
            let class = Arc::new(class_of(policy, &member.viewer, feed).with_releases(released));
            let Some(holding) = member.holdings.get_mut(scope) else { continue };
            if class.same_bytes(&holding.class) {
                continue;
            }
            feed.leave(*session);
            holding.class = feed.join(*session, &class);
            (holding.ledgered, holding.spooled) = (false, false);
            *numbers += 1;
            member.jobs.insert(scope.clone(), Job { kind: Kind::Restart, number: *numbers, started: None });
            behind.insert(*session);
        }
    }
}

/// Puts a member into the group of its class.
fn enter(session: SessionId, member: &mut Member, scope: &Scope, feed: &mut Feed, policy: &Policy, clocks: Clocks) {
    let released = member.released(&feed.releases, clocks);
    let class = Arc::new(class_of(policy, &member.viewer, feed).with_releases(released));
    feed.leave(session);
    let class = feed.join(session, &class);
    member.holdings.insert(scope.clone(), Holding { class, shown: false, ledgered: false, spooled: false });
}

/// The class a viewer is in for a scope now, releases apart.
pub(super) fn class_of(policy: &Policy, viewer: &Viewer, feed: &Feed) -> DisclosureClass {
    policy.class(viewer, feed.standing_of(&viewer.organisation))
}
