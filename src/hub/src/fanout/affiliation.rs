//! Affiliation: which sessions listen to which talkgroup. It chooses what is sent, never what may be seen; who listens is told as far as
//! each listener's organisation lets it be seen.

use std::collections::{BTreeMap, BTreeSet};

use samband_disclosure::{
    Viewer,
    presence::{Listener, listeners},
};
use samband_domain::{Scope, TalkgroupId, Timestamp};

use super::core::{Fanout, SessionId};
use crate::wire::frame::Control;

impl Fanout {
    /// A session joins talkgroups: what is outstanding on them comes, and the others hear of it.
    pub fn affiliate(&mut self, session: SessionId, talkgroups: &BTreeSet<TalkgroupId>, now: Timestamp) {
        let Some(member) = self.members.get_mut(&session) else { return };
        let new: Vec<_> = talkgroups.difference(&member.following.talkgroups).cloned().collect();
        if new.is_empty() {
            return;
        }
        member.following.talkgroups.extend(new.iter().cloned());
        (member.owes_caught_up, member.owes_checkpoint) = (true, true);
        for talkgroup in &new {
            self.owe(session, &Scope::Talkgroup(talkgroup.clone()), None, now);
        }
        self.listeners_changed(new.iter());
        self.behind.insert(session);
        self.catch_up(now);
    }

    /// A session leaves talkgroups.
    pub fn disaffiliate(&mut self, session: SessionId, talkgroups: &BTreeSet<TalkgroupId>) {
        let Some(member) = self.members.get_mut(&session) else { return };
        let left: Vec<_> = member.following.talkgroups.intersection(talkgroups).cloned().collect();
        member.following.talkgroups.retain(|talkgroup| !talkgroups.contains(talkgroup));
        member.owes_listeners.retain(|talkgroup| !talkgroups.contains(talkgroup));
        member.listeners.retain(|talkgroup, _| !talkgroups.contains(talkgroup));
        for talkgroup in &left {
            self.forget(session, &Scope::Talkgroup(talkgroup.clone()));
        }
        self.listeners_changed(left.iter());
    }

    /// Everybody on these talkgroups is to be told who listens.
    pub(super) fn listeners_changed<'a>(&mut self, talkgroups: impl Iterator<Item = &'a TalkgroupId>) {
        for talkgroup in talkgroups {
            for member in self.members.values_mut().filter(|member| member.following.talkgroups.contains(talkgroup)) {
                member.owes_listeners.insert(talkgroup.clone());
            }
        }
    }

    /// Tells them, once for all that has changed since the last time. What finds no room is told the next time.
    pub(super) fn tell_listeners(&mut self) {
        let owed: BTreeSet<_> = self.members.values().flat_map(|member| &member.owes_listeners).cloned().collect();
        for talkgroup in owed {
            let all = self.all_listeners(&talkgroup);
            let mut pictures: BTreeMap<Viewer, _> = BTreeMap::new();
            for member in self.members.values_mut() {
                if !member.owes_listeners.contains(&talkgroup) {
                    continue;
                }
                let seen = pictures
                    .entry(member.viewer.clone())
                    .or_insert_with(|| listeners(&self.policy, &member.viewer, &all))
                    .clone();
                if member.knows_listeners(&talkgroup, seen.payload())
                    || member.control(Control::Affiliations(talkgroup.clone(), seen.clone()))
                {
                    member.owes_listeners.remove(&talkgroup);
                    member.listeners.insert(talkgroup.clone(), seen.payload().clone());
                }
            }
        }
    }

    fn all_listeners(&self, talkgroup: &TalkgroupId) -> Vec<Listener> {
        let here = self.members.values().filter(|member| member.following.talkgroups.contains(talkgroup));
        let listener = |member: &super::member::Member| Listener {
            who: member.viewer.clone(),
            unit: member.unit.clone(),
            raised: member.unit.as_ref().and_then(|unit| self.placing.listens_as(unit)).map(|marking| marking as i32),
        };
        // One of each: how many consoles a desk has open is nobody's business.
        here.map(listener).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
