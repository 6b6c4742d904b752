//! What a crew must know is told until its radio has it: alarms, recalls, colleagues in distress. It waits while the gateway's own radio is
//! away, goes again when it did not get through, and when that does not help the desk reads it in the incident.

use std::collections::{BTreeMap, VecDeque};

use samband_proto::v1::{self as pb, command::Body};

use super::{Out, REMEMBERED_MAX, Translation};
use crate::{
    hub::keep,
    picture::{Incident, Party},
    tetra::wording,
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
    /// Times that it has been sent.
    tries: u8,
    /// The desk knows that the gateway's own radio has kept it waiting.
    noted: bool,
}

/// A radio, and the reference of the message to it.
type Reference = (u32, u8);

/// All that is being told.
#[derive(Default)]
pub(super) struct Telling {
    /// What is leased and said with an alarm comes right after it, so each waits for one whole tick.
    waiting: VecDeque<(bool, ToTell)>,
    /// What did not get through, and when it goes again.
    again: VecDeque<(i64, ToTell)>,
    /// In the queue of the gateway's own radio, by the tag of the message.
    queued: BTreeMap<u64, (Reference, ToTell)>,
    /// The report of the unit's radio is awaited.
    reports: VecDeque<(Reference, ToTell)>,
    /// Alarms by unit that are or were told: a lost session does not tell them twice.
    known: VecDeque<(String, String)>,
    /// Those that went out from here, also before a restart: their crews are called back however late.
    went_out: VecDeque<(String, String)>,
}

impl Translation {
    /// Alarms that went out before a restart, as they were handed over to be kept.
    pub fn remember_told(&mut self, kept: &[String]) {
        for (alarm, unit) in kept.iter().filter_map(|line| line.split_once(' ')) {
            let pair = (alarm.to_owned(), unit.to_owned());
            keep(&mut self.telling.known, pair.clone(), REMEMBERED_MAX);
            keep(&mut self.telling.went_out, pair, REMEMBERED_MAX);
        }
    }

    /// After a catch-up: alarms that wait for units that were not told.
    pub(super) fn outstanding(&mut self, now_ms: i64) {
        let mut untold = Vec::new();
        for incident in self.picture.incidents().filter(|incident| !incident.is_over()) {
            for alarm in incident.alarms.iter().filter(|alarm| !alarm.already_sent) {
                let units = alarm.parties.iter().filter(|(_, party)| party.waits());
                for unit in units.filter_map(|((_, unit), _)| unit.as_ref()) {
                    untold.push((incident.id.clone(), alarm.id.clone(), unit.clone()));
                }
            }
        }
        untold.iter().for_each(|(incident, alarm, unit)| self.tell_alarm(incident, alarm, unit, now_ms));
    }

    pub(super) fn tell_alarm(&mut self, incident: &str, alarm: &str, unit: &str, now_ms: i64) {
        let pair = (alarm.to_owned(), unit.to_owned());
        if self.tables.issi(unit).is_some() && !self.telling.known.contains(&pair) {
            keep(&mut self.telling.known, pair, REMEMBERED_MAX);
            self.tell(incident, unit, What::Alarm(alarm.to_owned()), now_ms);
        }
    }

    /// Whether a unit was alarmed from here.
    pub(super) fn was_alarmed(&self, alarm: &str, unit: &str) -> bool {
        self.telling.went_out.iter().any(|(one, of)| one == alarm && of == unit)
    }

    pub(super) fn tell(&mut self, incident: &str, unit: &str, what: What, now_ms: i64) {
        if self.tables.issi(unit).is_some() {
            let (unit, incident) = (unit.to_owned(), incident.to_owned());
            let to_tell = ToTell { unit, incident, what, since_ms: now_ms, tries: 0, noted: false };
            keep(&mut self.telling.waiting, (false, to_tell), REMEMBERED_MAX);
        }
    }

    /// Those that waited at the last tick go out; those that came since wait for the next.
    pub(super) fn tell_waiting(&mut self, now_ms: i64) {
        while self.telling.again.front().is_some_and(|(at_ms, _)| now_ms >= *at_ms) {
            let Some((_, to_tell)) = self.telling.again.pop_front() else { break };
            self.telling.waiting.push_front((true, to_tell));
        }
        if !self.radio_up {
            return self.note_unsent(now_ms);
        }
        while self.telling.waiting.front().is_some_and(|(waited, _)| *waited) {
            let Some((_, mut to_tell)) = self.telling.waiting.pop_front() else { return };
            // Answered, recalled or over meanwhile: there is nothing to tell any more.
            if let Some((issi, text)) = self.tables.issi(&to_tell.unit).zip(self.words(&to_tell)) {
                to_tell.tries += 1;
                let (reference, tag) = self.text_to_crew(issi, &text, now_ms);
                let reference = (issi, reference);
                // An older message with the same reference to the same radio can no longer be told apart. A report may come before the
                // gateway's own radio says that the message is out.
                self.telling.reports.retain(|(held, _)| *held != reference);
                keep(&mut self.telling.reports, (reference, to_tell.clone()), REMEMBERED_MAX);
                self.telling.queued.insert(tag, (reference, to_tell));
            }
        }
        self.telling.waiting.iter_mut().for_each(|(waited, _)| *waited = true);
    }

    fn words(&self, to_tell: &ToTell) -> Option<String> {
        let incident = self.for_crew(&to_tell.incident, &to_tell.unit)?;
        match &to_tell.what {
            What::Alarm(id) => {
                let alarm = incident.alarms.iter().find(|alarm| alarm.id == *id)?;
                let waits = alarm.unit(&to_tell.unit).is_some_and(Party::waits) && !incident.is_over();
                waits.then(|| wording::alarm(&incident))
            }
            What::Recall(_) => Some(wording::recall(&incident)),
            What::Distress(id) => {
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

    /// The gateway's own radio is away: the desks of what waits are told once, so that somebody telephones.
    fn note_unsent(&mut self, now_ms: i64) {
        let late = |to_tell: &ToTell| !to_tell.noted && now_ms - to_tell.since_ms >= STALE_MS;
        let mut unsent = Vec::new();
        for (_, to_tell) in self.telling.waiting.iter_mut().filter(|(_, to_tell)| late(to_tell)) {
            to_tell.noted = true;
            unsent.push(to_tell.clone());
        }
        unsent.iter().for_each(|to_tell| self.tell_desk(to_tell, wording::unsent(&to_tell.what), now_ms));
        self.telling.waiting.iter_mut().for_each(|(waited, _)| *waited = true);
    }

    /// A message is on the air.
    pub(super) fn told(&mut self, tag: u64) {
        let Some((_, to_tell)) = self.telling.queued.remove(&tag) else { return };
        if let What::Alarm(alarm) = &to_tell.what {
            let pair = (alarm.clone(), to_tell.unit.clone());
            if !self.telling.went_out.contains(&pair) {
                self.out.push_back(Out::Told(format!("{} {}", pair.0, pair.1)));
                keep(&mut self.telling.went_out, pair, REMEMBERED_MAX);
            }
        }
    }

    /// A message did not go out.
    pub(super) fn not_told(&mut self, tag: u64, now_ms: i64) {
        if let Some(((issi, reference), to_tell)) = self.telling.queued.remove(&tag) {
            self.report_done(issi, reference);
            self.tell_again(to_tell, now_ms);
        }
    }

    /// What a radio's report is about.
    pub(super) fn reported(&self, issi: u32, reference: u8) -> Option<&ToTell> {
        self.telling.reports.iter().find(|(held, _)| *held == (issi, reference)).map(|(_, to_tell)| to_tell)
    }

    /// No more reports on it are awaited.
    pub(super) fn report_done(&mut self, issi: u32, reference: u8) {
        self.telling.reports.retain(|(held, _)| *held != (issi, reference));
    }

    /// It did not reach its radio.
    pub(super) fn report_failed(&mut self, issi: u32, reference: u8, now_ms: i64) {
        if let Some(to_tell) = self.reported(issi, reference).cloned() {
            self.report_done(issi, reference);
            self.telling.queued.retain(|_, (held, _)| *held != (issi, reference));
            self.tell_again(to_tell, now_ms);
        }
    }

    fn tell_again(&mut self, to_tell: ToTell, now_ms: i64) {
        if to_tell.tries < TRIES {
            keep(&mut self.telling.again, (now_ms + AGAIN_MS, to_tell), REMEMBERED_MAX);
        } else {
            self.tell_desk(&to_tell, wording::not_reached(&to_tell.what), now_ms);
        }
    }

    fn tell_desk(&mut self, to_tell: &ToTell, note: String, now_ms: i64) {
        let note = pb::AddNote { note: Some(note), shared_text: None };
        self.command(&to_tell.unit, Some(&to_tell.incident), Body::AddNote(note), now_ms);
    }
}
