//! Alarms of the model: who may raise and change them, and when a gate opens.

use std::collections::BTreeMap;

use super::{Alarm, Listed, Model, Name, Place, Said, alarm_right, crew, due_seconds, organisation};

impl Model {
    /// Alarm right, or own units in an incident one is alarmed to; and nobody raises itself.
    pub(super) fn may_alarm(&self, by: Name, plan: bool, parties: &[(Name, bool)]) -> bool {
        let own = |(name, _): &(Name, bool)| organisation(name) == by;
        let own_units = !plan && self.rank(by) >= 2 && parties.iter().all(|one| own(one) && crew(one.0));
        !crew(by) && (alarm_right(by) || own_units)
    }

    pub(super) fn list(&mut self, alarm: usize, parties: &BTreeMap<Name, bool>, late: bool, external: bool) {
        for (name, required) in parties {
            let due = (!external).then_some(self.now + due_seconds(name));
            let (said, place, since) = (Said::Nothing, Place::In, self.now);
            let listed = Listed {
                required: *required && !external,
                late,
                said,
                place,
                since,
                due,
                overdue: false,
                recalled: None,
            };
            self.alarms[alarm].parties.insert(name, listed);
        }
        self.alarmed(&parties.keys().map(|name| organisation(name)).collect());
    }

    pub(super) fn raise(&mut self, by: Name, plan: bool, external: bool, parties: &[(Name, bool)]) -> bool {
        // The plan is named by whom it may list: naming it is choosing it.
        let mut chosen: BTreeMap<Name, bool> = plan.then_some(("fire:f1", true)).into_iter().collect();
        chosen.extend(parties.iter().copied());
        let raises_itself = self.rank(by) < 2 && chosen.keys().any(|name| organisation(name) == by);
        if !self.may_alarm(by, plan, parties) || raises_itself || chosen.is_empty() {
            return false;
        }
        self.alarms.push(Alarm { owner: by, plan, opened: false, parties: BTreeMap::new() });
        self.list(self.alarms.len() - 1, &chosen, false, external);
        self.version = self.version.max(1);
        true
    }

    pub(super) fn add(&mut self, by: Name, alarm: usize, parties: &[(Name, bool)], replaces: Option<Name>) -> bool {
        let allowed = self.may_alarm(by, false, parties) && self.changes(by, alarm);
        let raises_itself = self.rank(by) < 2 && parties.iter().any(|(name, _)| organisation(name) == by);
        let Some(at) = self.alarms.get_mut(alarm).filter(|_| allowed && !raises_itself) else { return false };
        let listed_already = parties.iter().any(|(name, _)| at.parties.contains_key(name));
        let nobody_to_replace = replaces.is_some_and(|name| !at.parties.contains_key(name));
        if listed_already || nobody_to_replace || parties.is_empty() || at.parties.values().all(Listed::recalled) {
            return false;
        }
        let shut = at.shut();
        let external = at.parties.values().any(|listed| listed.due.is_none());
        let mut waited_for = false;
        if let Some(replaced) = replaces.and_then(|name| at.parties.get_mut(name)) {
            waited_for = shut && replaced.gate_waits();
            if matches!(replaced.place, Place::In | Place::Waived) {
                replaced.place = Place::Replaced;
            }
        }
        let late = at.opened;
        let parties = parties.iter().map(|(name, required)| (*name, *required || waited_for)).collect();
        self.list(alarm, &parties, late, external);
        true
    }

    /// The alarm's owner and the lead change it.
    pub(super) fn changes(&self, by: Name, alarm: usize) -> bool {
        self.alarms.get(alarm).is_some_and(|alarm| alarm.owner == by || self.lead == by)
    }

    pub(super) fn waive(&mut self, by: Name, alarm: usize, party: Name, reason: bool) -> bool {
        if !self.changes(by, alarm) || !reason || !self.alarms[alarm].shut() {
            return false;
        }
        let listed = self.alarms[alarm].parties.get_mut(party);
        let Some(listed) = listed.filter(|listed| listed.gate_waits() && listed.place == Place::In) else {
            return false;
        };
        listed.place = Place::Waived;
        true
    }

    pub(super) fn recall(&mut self, by: Name, alarm: usize, named: &[Name], reason: bool) -> bool {
        if !self.changes(by, alarm) || !reason {
            return false;
        }
        let now = self.now;
        let parties = &mut self.alarms[alarm].parties;
        if named.iter().any(|name| !parties.contains_key(name)) {
            return false;
        }
        let wanted = parties.iter_mut().filter(|(name, _)| named.is_empty() || named.contains(name));
        let still_in = wanted.filter(|(_, listed)| !listed.recalled());
        let recall = |(_, listed): (_, &mut Listed)| (listed.place, listed.recalled) = (Place::Recalled, Some(now));
        still_in.map(recall).count() > 0
    }

    pub(super) fn open(&mut self, by: Name, alarm: usize, reason: bool) -> bool {
        let opens = self.changes(by, alarm) && reason && self.alarms[alarm].shut();
        if opens {
            self.open_now(alarm);
        }
        opens
    }

    pub(super) fn open_now(&mut self, alarm: usize) {
        self.alarms[alarm].opened = true;
        self.version += 1;
        self.asks = self.version;
    }

    /// Everybody waited for has acknowledged or is waived; nobody to wait for opens nothing.
    pub(super) fn open_gates(&mut self) {
        for index in 0..self.alarms.len() {
            let alarm = &self.alarms[index];
            let mut waited_for = alarm.parties.values().filter(|listed| listed.gate_waits());
            if alarm.shut() && waited_for.all(|listed| listed.said == Said::Yes || listed.place == Place::Waived) {
                self.open_now(index);
            }
        }
    }
}
