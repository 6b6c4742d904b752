//! Answers of the model: acknowledgements, declines, statuses, confirmations, and the time that passes without them.

use std::collections::BTreeMap;

use crate::support::START;

use super::{Alarm, Listed, Model, Name, Place, Said, counts, crew, organisation};

impl Model {
    /// Takes note: of the recall if there is one, else of the alarm.
    pub(super) fn note(&mut self, by: Name, alarm: usize, party: Name, heard: bool, pressed: Option<i64>) -> bool {
        let (now, counts) = (self.now, counts(by, party, heard));
        let Some(listed) = self.alarms.get_mut(alarm).and_then(|alarm| alarm.parties.get_mut(party)) else {
            return false;
        };
        let was_pressed = pressed.filter(|pressed| (START - 30..=now + 30).contains(pressed));
        let is_before_recall = was_pressed.zip(listed.recalled).is_some_and(|(pressed, recalled)| pressed < recalled);
        match (listed.place, listed.said) {
            (Place::Recalled, _) if is_before_recall => return false,
            (Place::Recalled, _) if counts => listed.place = Place::RecallTaken,
            (Place::Recalled | Place::RecallTaken, _) | (_, Said::Yes) => return false,
            (_, Said::Heard | Said::No) if !counts => return false,
            _ if !counts => listed.said = Said::Heard,
            _ => {
                let believed = |pressed: &i64| (listed.since - 30..=now + 30).contains(pressed);
                let in_time = pressed.filter(believed).zip(listed.due).is_some_and(|(pressed, due)| pressed <= due);
                listed.said = Said::Yes;
                listed.overdue &= !in_time;
            }
        }
        true
    }

    pub(super) fn acknowledge(
        &mut self,
        by: Name,
        alarm: Option<usize>,
        heard: Option<Name>,
        pressed: Option<i64>,
    ) -> bool {
        let party = heard.unwrap_or(by);
        if heard.is_some() && crew(by) {
            return false;
        }
        if let Some(alarm) = alarm {
            return self.note(by, alarm, party, heard.is_some(), pressed);
        }
        let was_pressed = pressed.filter(|pressed| (START - 30..=self.now + 30).contains(pressed));
        let was_there = |listed: &Listed| was_pressed.is_none_or(|pressed| pressed + 30 >= listed.since);
        let asks = |listed: &Listed| listed.open_question() || listed.place == Place::Recalled;
        let waits = |listed: &Listed| asks(listed) && was_there(listed);
        let waiting = |(_, alarm): &(usize, &Alarm)| alarm.parties.get(party).is_some_and(waits);
        let waiting: Vec<usize> = self.alarms.iter().enumerate().filter(waiting).map(|(index, _)| index).collect();
        waiting.into_iter().filter(|alarm| self.note(by, *alarm, party, heard.is_some(), pressed)).count() > 0
    }

    pub(super) fn decline(&mut self, by: Name, alarm: usize, heard: Option<Name>, reason: bool) -> bool {
        let party = heard.unwrap_or(by);
        let allowed = heard.is_none() || (!crew(by) && counts(by, party, true));
        let listed = self.alarms.get_mut(alarm).and_then(|alarm| alarm.parties.get_mut(party));
        let Some(listed) = listed.filter(|listed| allowed && reason && !listed.recalled()) else { return false };
        let changes = listed.said != Said::No;
        listed.said = Said::No;
        changes
    }

    pub(super) fn status(&mut self, by: Name, unit: Option<Name>, code: Name) -> bool {
        let own = if crew(by) { Some(by) } else { None };
        let Some(unit) = unit.or(own) else { return false };
        let allowed = own.map_or(organisation(unit) == by, |own| own == unit);
        if allowed && code == "U" {
            let open = |alarm: &Alarm| alarm.parties.get(unit).is_some_and(Listed::open_question);
            let open: Vec<usize> = (0..self.alarms.len()).filter(|index| open(&self.alarms[*index])).collect();
            open.into_iter().for_each(|alarm| _ = self.note(unit, alarm, unit, false, None));
        }
        allowed && code != "?"
    }

    pub(super) fn confirm(&mut self, by: Name, number: u32, heard: Option<Name>) -> bool {
        let party = heard.unwrap_or(by);
        let allowed = heard.is_none() || (!crew(by) && counts(by, party, true));
        let alarmed = self.rank(party) >= 2 || self.alarms.iter().any(|alarm| alarm.parties.contains_key(party));
        let in_force = (self.asks.max(1)..=self.version).contains(&number);
        let held = self.holds.get(party).copied().unwrap_or(0);
        let confirmed = allowed && alarmed && in_force && held < number;
        if confirmed {
            self.holds.insert(party, number);
        }
        confirmed
    }

    /// A deadline that passes is recorded once; of a plan's required party it brings the escalation.
    pub(super) fn wait(&mut self, seconds: i64) -> bool {
        self.now += seconds;
        let passes = |listed: &Listed| {
            listed.open_question() && listed.place == Place::In && !listed.overdue && listed.due <= Some(self.now)
        };
        let mut passed = Vec::new();
        for (index, alarm) in self.alarms.iter().enumerate().filter(|_| !self.closed) {
            let late = alarm.parties.iter().filter(|(_, listed)| listed.due.is_some() && passes(listed));
            passed.extend(late.map(|(name, _)| (index, *name)));
        }
        for (index, name) in passed {
            let Some(listed) = self.alarms[index].parties.get_mut(name) else { continue };
            listed.overdue = true;
            if listed.required && self.alarms[index].plan {
                self.escalate(index);
            }
        }
        true
    }

    pub(super) fn escalate(&mut self, index: usize) {
        let Alarm { opened: late, parties, .. } = &self.alarms[index];
        let (late, mut more) = (*late, BTreeMap::new());
        more.extend(
            ["fire:f2", "amb", "amb:a1"]
                .into_iter()
                .filter(|name| !parties.contains_key(name))
                .map(|name| (name, false)),
        );
        if !more.is_empty() {
            self.list(index, &more, late, false);
        }
    }
}
