//! What a crew must know is told until its radio has it: alarms, recalls, colleagues in distress. It waits while the gateway's own radio is
//! away, goes again when it did not get through or nobody says that it did, and when that does not help the desk reads it in the incident.

use std::collections::{BTreeMap, VecDeque};

use samband_proto::v1::{self as pb, command::Body};

use super::{Out, REMEMBERED_MAX, Translation};
use crate::{
    hub::{keep, lines::Line},
    picture::{Incident, Party},
    tetra::{pei::Why, wording},
};

/// Before what did not reach its radio is sent again, and how often.
const AGAIN_MS: i64 = 20_000;
const TRIES: u8 = 5;
/// What waits so long in the radio's queue, or for the radio itself, is looked at anew before it goes: it may have been answered.
pub(super) const STALE_MS: i64 = 60_000;

/// What a unit is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tetra) enum What {
    /// An alarm, by its id.
    Alarm(String),
    /// The recall of one.
    Recall(String),
    /// A colleague in distress, by the emergency's id.
    Distress(String),
}

/// Something that a unit is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToTell {
    pub(super) unit: String,
    pub(super) incident: String,
    pub(super) what: What,
    since_ms: i64,
    /// Times that it has been on the air, or was refused there.
    tries: u8,
    /// The desk knows that it has not gone out yet.
    noted: bool,
    /// A recall's words as the incident was then: it may be out of sight when they go.
    recall: Option<String>,
}

impl ToTell {
    /// By what it is remembered, also on disk.
    fn key(&self) -> String {
        match &self.what {
            What::Alarm(id) => alarm_key(id, &self.unit),
            What::Recall(id) => format!("recall {id} {}", self.unit),
            What::Distress(id) => format!("distress {id} {}", self.unit),
        }
    }
}

fn alarm_key(alarm: &str, unit: &str) -> String {
    format!("alarm {alarm} {unit}")
}

/// Before the key of what a unit's radio has: it is not told again after a restart. Without it: it went out.
const ARRIVED: &str = "har ";

/// A message to a unit's radio, until that radio has shown it.
struct Awaited {
    issi: u32,
    reference: u8,
    tag: u64,
    to_tell: ToTell,
    /// Since when it is on the air and nobody has said that it arrived.
    sent_ms: Option<i64>,
    /// The radio has it.
    delivered: bool,
}

/// All that is being told.
#[derive(Default)]
pub(super) struct Telling {
    /// What is leased and said with an alarm comes right after it, so each waits for one whole tick.
    waiting: VecDeque<(bool, ToTell)>,
    /// What did not get through, and when it goes again.
    again: VecDeque<(i64, ToTell)>,
    /// In the queue of the gateway's own radio, by the tag of the message.
    queued: BTreeMap<u64, ToTell>,
    /// The report of the unit's radio is awaited.
    awaited: VecDeque<Awaited>,
    /// What is or was told, by key: a lost session does not tell it twice.
    known: VecDeque<String>,
    /// What went out from here, also before a restart: crews that were alarmed are called back however late.
    went_out: VecDeque<String>,
}

impl Translation {
    /// What went out before a restart, as it was handed over to be kept.
    pub fn remember_told(&mut self, kept: &[String]) {
        for line in kept {
            match line.strip_prefix(ARRIVED) {
                Some(key) => keep(&mut self.telling.known, key.to_owned(), REMEMBERED_MAX),
                // Files from before have an alarm and a unit.
                None if line.split(' ').count() == 2 => {
                    keep(&mut self.telling.went_out, format!("alarm {line}"), REMEMBERED_MAX);
                }
                None => keep(&mut self.telling.went_out, line.clone(), REMEMBERED_MAX),
            }
        }
    }

    /// After a catch-up: alarms that wait for units that were not told.
    pub(super) fn outstanding(&mut self, now_ms: i64) {
        let mut untold = Vec::new();
        for incident in self.picture.incidents() {
            for alarm in &incident.alarms {
                let units = alarm.parties.keys().filter_map(|(_, unit)| unit.as_ref());
                untold.extend(units.map(|unit| (incident.id.clone(), alarm.id.clone(), unit.clone())));
            }
        }
        untold.iter().for_each(|(incident, alarm, unit)| self.tell_alarm(incident, alarm, unit, now_ms));
    }

    /// An alarm that waits for a unit.
    pub(super) fn tell_alarm(&mut self, incident: &str, alarm: &str, unit: &str, now_ms: i64) {
        if self.waits(incident, alarm, unit) {
            self.tell(incident, unit, What::Alarm(alarm.to_owned()), now_ms);
        }
    }

    /// Neither the picture nor the radio has an answer.
    fn waits(&self, incident: &str, alarm: &str, unit: &str) -> bool {
        if self.answered.get(unit).is_some_and(|answered| answered.alarm == alarm) {
            return false;
        }
        let incident = self.picture.incident(incident).filter(|incident| !incident.is_over());
        let alarm = incident.and_then(|incident| incident.alarms.iter().find(|one| one.id == alarm));
        alarm.and_then(|alarm| alarm.unit(unit)).is_some_and(Party::waits)
    }

    /// Whether a unit was alarmed from here.
    pub(super) fn was_alarmed(&self, alarm: &str, unit: &str) -> bool {
        self.telling.went_out.contains(&alarm_key(alarm, unit))
    }

    /// Tells a unit something, once.
    pub(super) fn tell(&mut self, incident: &str, unit: &str, what: What, now_ms: i64) {
        let (unit, incident) = (unit.to_owned(), incident.to_owned());
        let recall = matches!(what, What::Recall(_)).then(|| {
            self.for_crew(&incident, &unit).as_ref().map_or_else(|| wording::RECALL.to_owned(), wording::recall)
        });
        let to_tell = ToTell { unit, incident, what, since_ms: now_ms, tries: 0, noted: false, recall };
        let key = to_tell.key();
        if self.tables.issi(&to_tell.unit).is_some() && !self.telling.known.contains(&key) {
            keep(&mut self.telling.known, key, REMEMBERED_MAX);
            keep(&mut self.telling.waiting, (false, to_tell), REMEMBERED_MAX);
        }
    }

    /// Those that waited at the last tick go out; those that came since wait for the next.
    pub(super) fn tell_waiting(&mut self, now_ms: i64) {
        self.chase_reports(now_ms);
        let due = self.telling.again.iter().take_while(|(at_ms, _)| now_ms >= *at_ms).count();
        for (_, to_tell) in self.telling.again.drain(..due).rev() {
            self.telling.waiting.push_front((true, to_tell));
        }
        self.note_unsent(now_ms);
        while self.radio_up && self.telling.waiting.front().is_some_and(|(waited, _)| *waited) {
            let Some((_, to_tell)) = self.telling.waiting.pop_front() else { return };
            match self.tables.issi(&to_tell.unit).zip(self.words(&to_tell)) {
                Some((issi, text)) => self.send_to_crew(issi, &text, to_tell, now_ms),
                None => self.forget(&to_tell),
            }
        }
        self.telling.waiting.iter_mut().for_each(|(waited, _)| *waited = true);
    }

    fn send_to_crew(&mut self, issi: u32, text: &str, to_tell: ToTell, now_ms: i64) {
        let (reference, tag) = self.text_to_crew(issi, text, now_ms);
        // An older message with the same reference to the same radio can no longer be told apart. A report may come before the
        // gateway's own radio says that the message is out.
        self.telling.awaited.retain(|held| (held.issi, held.reference) != (issi, reference));
        let awaited = Awaited { issi, reference, tag, to_tell: to_tell.clone(), sent_ms: None, delivered: false };
        keep(&mut self.telling.awaited, awaited, REMEMBERED_MAX);
        self.telling.queued.insert(tag, to_tell);
    }

    /// Answered, recalled or over meanwhile, there is nothing to tell any more; should it wait again, it is told.
    fn forget(&mut self, to_tell: &ToTell) {
        let key = to_tell.key();
        self.telling.known.retain(|known| *known != key);
    }

    /// What a crew is told, if it is still true.
    fn words(&self, to_tell: &ToTell) -> Option<String> {
        let incident = self.for_crew(&to_tell.incident, &to_tell.unit);
        match &to_tell.what {
            What::Alarm(id) => {
                self.waits(&to_tell.incident, id, &to_tell.unit).then_some(())?;
                incident.as_ref().map(wording::alarm)
            }
            // Out of sight meanwhile: called back all the same.
            What::Recall(_) => incident.as_ref().map(wording::recall).or_else(|| to_tell.recall.clone()),
            What::Distress(id) => {
                let incident = incident?;
                let emergency = incident.standing_emergencies().find(|emergency| emergency.id == *id)?;
                Some(wording::distress(&incident, emergency))
            }
        }
    }

    /// The incident as a crew may be told of it. What the hub shows the gateway it shows its organisation; whether a third party has opened
    /// it to the crew's organisation too the gateway cannot know. So crews of others are told what the two have stated themselves.
    pub(super) fn for_crew(&self, incident: &str, unit: &str) -> Option<Incident> {
        let incident = self.picture.incident(incident)?;
        match self.tables.organisation(unit) {
            Some(crew) if crew != self.organisation => Some(incident.stated_by(&[crew, &self.organisation])),
            _ => Some(incident.clone()),
        }
    }

    /// The gateway's own radio is away, or has more to send than it can: the desks of what still is to be told read it once, so that
    /// somebody telephones.
    fn note_unsent(&mut self, now_ms: i64) {
        let late = |to_tell: &ToTell| !to_tell.noted && to_tell.tries == 0 && now_ms - to_tell.since_ms >= STALE_MS;
        let mut unsent = Vec::new();
        for (_, to_tell) in self.telling.waiting.iter_mut().filter(|(_, to_tell)| late(to_tell)) {
            to_tell.noted = true;
            unsent.push(to_tell.clone());
        }
        for to_tell in unsent.iter().filter(|to_tell| self.words(to_tell).is_some()).cloned().collect::<Vec<_>>() {
            self.tell_desk(&to_tell, wording::unsent(&to_tell.what), now_ms);
        }
    }

    /// A message is on the air.
    pub(super) fn told(&mut self, tag: u64, now_ms: i64) {
        let Some(mut to_tell) = self.telling.queued.remove(&tag) else { return };
        self.went_out(&to_tell);
        if self.settings.rapport_s == 0 {
            self.out.push_back(Out::Told(Line(format!("{ARRIVED}{}", to_tell.key()))));
        }
        to_tell.tries += 1;
        if let Some(awaited) = self.telling.awaited.iter_mut().find(|awaited| awaited.tag == tag) {
            (awaited.to_tell, awaited.sent_ms) = (to_tell, Some(now_ms));
        }
    }

    fn went_out(&mut self, to_tell: &ToTell) {
        let key = to_tell.key();
        if !self.telling.went_out.contains(&key) {
            self.out.push_back(Out::Told(Line(key.clone())));
            keep(&mut self.telling.went_out, key, REMEMBERED_MAX);
        }
    }

    /// A message did not go out. One that only waited too long is looked at anew; it was never tried.
    pub(super) fn not_told(&mut self, tag: u64, why: Why, now_ms: i64) {
        let Some(mut to_tell) = self.telling.queued.remove(&tag) else { return };
        let at = self.telling.awaited.iter().position(|awaited| awaited.tag == tag);
        let awaited = at.and_then(|at| self.telling.awaited.remove(at));
        if awaited.is_some_and(|awaited| awaited.delivered) {
            return;
        }
        match why {
            Why::Expired | Why::Closed => self.telling.waiting.push_back((true, to_tell)),
            Why::Full => keep(&mut self.telling.again, (now_ms + AGAIN_MS, to_tell), REMEMBERED_MAX),
            _ => {
                to_tell.tries += 1;
                self.tell_again(to_tell, now_ms);
            }
        }
    }

    /// What a radio's report is about.
    pub(super) fn reported(&self, issi: u32, reference: u8) -> Option<&ToTell> {
        self.awaited_at(issi, reference).and_then(|at| self.telling.awaited.get(at)).map(|awaited| &awaited.to_tell)
    }

    /// The radio has it; and when it was shown too, no more reports are awaited. What was to go again does not.
    pub(super) fn report_succeeded(&mut self, issi: u32, reference: u8, shown: bool) {
        let Some(at) = self.awaited_at(issi, reference) else { return };
        let Some(awaited) = self.telling.awaited.get(at) else { return };
        let (first, tag, to_tell) = (!awaited.delivered, awaited.tag, awaited.to_tell.clone());
        let key = to_tell.key();
        // So it has by whichever of the messages that told it.
        let same = self.telling.awaited.iter_mut().filter(|one| one.to_tell.key() == key);
        same.for_each(|one| one.delivered = true);
        if first {
            self.went_out(&to_tell);
            self.out.push_back(Out::Told(Line(format!("{ARRIVED}{key}"))));
            self.telling.again.retain(|(_, one)| one.key() != key);
            self.telling.waiting.retain(|(_, one)| one.key() != key);
        }
        if shown {
            self.telling.queued.remove(&tag);
            self.telling.awaited.remove(at);
        }
    }

    /// It did not reach its radio. One that did, or that goes again already, is let be.
    pub(super) fn report_failed(&mut self, issi: u32, reference: u8, now_ms: i64) {
        let at = self.awaited_at(issi, reference);
        let Some(awaited) = at.and_then(|at| self.telling.awaited.remove(at)) else { return };
        let before = self.telling.queued.remove(&awaited.tag);
        if !awaited.delivered && !self.goes_again(&awaited.to_tell) {
            let tries = awaited.to_tell.tries + u8::from(before.is_some());
            self.tell_again(ToTell { tries, ..awaited.to_tell }, now_ms);
        }
    }

    fn awaited_at(&self, issi: u32, reference: u8) -> Option<usize> {
        self.telling.awaited.iter().position(|awaited| (awaited.issi, awaited.reference) == (issi, reference))
    }

    fn goes_again(&self, to_tell: &ToTell) -> bool {
        let key = to_tell.key();
        let same = |one: &ToTell| one.key() == key;
        self.telling.again.iter().any(|(_, one)| same(one))
            || self.telling.waiting.iter().any(|(_, one)| same(one))
            || self.telling.queued.values().any(same)
    }

    /// Nobody has said that it arrived: the radio may be off, or out of reach. A report that comes late still counts.
    fn chase_reports(&mut self, now_ms: i64) {
        let patience_ms = i64::from(self.settings.rapport_s) * 1_000;
        let mut silent = Vec::new();
        for awaited in self.telling.awaited.iter_mut().filter(|awaited| patience_ms > 0 && !awaited.delivered) {
            if awaited.sent_ms.is_some_and(|sent_ms| now_ms - sent_ms >= patience_ms) {
                awaited.sent_ms = None;
                silent.push(awaited.to_tell.clone());
            }
        }
        silent.into_iter().for_each(|to_tell| self.tell_again(to_tell, now_ms));
    }

    fn tell_again(&mut self, to_tell: ToTell, now_ms: i64) {
        if to_tell.tries < TRIES {
            keep(&mut self.telling.again, (now_ms + AGAIN_MS, to_tell), REMEMBERED_MAX);
        } else if self.words(&to_tell).is_some() {
            self.tell_desk(&to_tell, wording::not_reached(&to_tell.what), now_ms);
        }
    }

    fn tell_desk(&mut self, to_tell: &ToTell, note: String, now_ms: i64) {
        let note = pb::AddNote { note: Some(note), shared_text: None };
        self.command(&to_tell.unit, Some(&to_tell.incident), Body::AddNote(note), now_ms);
    }
}
