//! One incident, as far as it was sent.

use std::{collections::BTreeMap, fmt};

use samband_proto::v1::{self as pb, event::Body, fact_stated::Value};

use super::{
    alarm::{Alarm, Answer, key},
    millis,
};

/// One incident.
#[derive(Clone)]
pub struct Incident {
    /// Its id.
    pub id: String,
    /// Not the real thing.
    pub exercise: bool,
    /// From coarse to fine.
    pub types: Vec<String>,
    /// It was closed.
    pub closed: bool,
    /// Something may happen: an advance notice.
    pub notice: Option<Notice>,
    /// Whose notice it is or was: also of one that has become an incident.
    pub notice_owner: Option<String>,
    /// When anything was last heard of it, by the hub's clock.
    pub heard_ms: i64,
    /// Facts by kind (number of the field) and owner.
    pub facts: BTreeMap<(u32, String), Value>,
    /// Coarse squares where a location is not shown: south, west, side in metres.
    pub squares: BTreeMap<String, pb::GridCell>,
    /// In the order they were heard of.
    pub alarms: Vec<Alarm>,
    /// Units in distress, by emergency.
    pub emergencies: BTreeMap<String, Emergency>,
    /// Hazards that stand, by id.
    pub hazards: BTreeMap<String, HazardOnMap>,
    /// Those that have ended, with their owner.
    pub ended_hazards: BTreeMap<String, String>,
    /// The newest total information.
    pub total: Option<Total>,
    /// Talkgroups leased for it.
    pub talkgroups: Vec<pb::TalkgroupRef>,
}

impl fmt::Debug for Incident {
    /// Its id: what it is about is nobody's in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incident({})", self.id)
    }
}

/// An advance notice.
#[derive(Clone, PartialEq)]
pub struct Notice {
    /// What it says.
    pub text: String,
    /// From when.
    pub valid_from_ms: Option<i64>,
    /// Until when.
    pub valid_until_ms: Option<i64>,
    /// It ended, and why.
    pub ended: Option<pb::EndCause>,
    /// Whose.
    pub owner: String,
}

/// A unit in distress: always the real thing, also in the middle of an exercise.
#[derive(Clone, PartialEq)]
pub struct Emergency {
    /// Its id.
    pub id: String,
    /// Which unit.
    pub unit: String,
    /// What it is called.
    pub call_sign: String,
    /// Where, as far as is shown.
    pub location: Option<pb::GeoPoint>,
    /// What, as far as is shown.
    pub what: Option<String>,
    /// Whose.
    pub owner: String,
    /// It is over.
    pub cancelled: bool,
}

/// A hazard.
#[derive(Clone, PartialEq)]
pub struct HazardOnMap {
    /// What.
    pub hazard: pb::Hazard,
    /// Where.
    pub location: Option<pb::GeoPoint>,
    /// Whose.
    pub owner: String,
}

/// A version of the total information.
#[derive(Clone, PartialEq, Eq)]
pub struct Total {
    /// Its number.
    pub number: u32,
    /// Asks for an "Uppfattat".
    pub material: bool,
    /// The compiler's text, as far as is shown.
    pub text: Option<String>,
}

impl Incident {
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            exercise: false,
            types: Vec::new(),
            closed: false,
            notice: None,
            notice_owner: None,
            heard_ms: 0,
            facts: BTreeMap::new(),
            squares: BTreeMap::new(),
            alarms: Vec::new(),
            emergencies: BTreeMap::new(),
            hazards: BTreeMap::new(),
            ended_hazards: BTreeMap::new(),
            total: None,
            talkgroups: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, envelope: &pb::Envelope, body: Option<&Body>) {
        let at_ms = envelope.hub_time.as_ref().map_or(0, millis);
        self.heard_ms = self.heard_ms.max(at_ms);
        self.exercise |= envelope.exercise();
        let owner = envelope.owner();
        match body {
            Some(Body::IncidentReported(reported)) => {
                self.types.clone_from(&reported.types);
                // A notice that became an incident.
                self.notice = self.notice.take().filter(|notice| notice.ended != Some(pb::EndCause::Converted));
            }
            Some(Body::FactStated(fact)) => self.fact(owner, fact),
            Some(Body::IncidentClosed(_)) => self.closed = true,
            Some(Body::IncidentReopened(_)) => self.closed = false,
            Some(Body::StoodDown(stood)) => self.alarms.iter_mut().for_each(|one| one.stood_down(stood.organisation())),
            Some(Body::TotalInformationIssued(total)) => {
                let newer = self.total.as_ref().is_none_or(|held| held.number <= total.number());
                if newer {
                    let text = total.shared_text.clone().filter(|text| !text.is_empty());
                    self.total = Some(Total { number: total.number(), material: total.material(), text });
                }
            }
            Some(Body::TalkgroupLeased(leased)) => {
                let groups = leased.talkgroup.iter().chain(&leased.companions);
                for group in groups {
                    if self.talkgroups.iter().all(|held| held.talkgroup_id != group.talkgroup_id) {
                        self.talkgroups.push(group.clone());
                    }
                }
            }
            Some(Body::TalkgroupReturned(returned)) => {
                let id = returned.talkgroup.as_ref().map(|group| group.talkgroup_id());
                self.talkgroups.retain(|held| Some(held.talkgroup_id()) != id);
            }
            Some(Body::HazardReported(reported)) => {
                let hazard = reported.hazard.clone().unwrap_or_default();
                let on_map = HazardOnMap { hazard, location: reported.location, owner: owner.to_owned() };
                self.hazards.insert(reported.hazard_id().to_owned(), on_map);
            }
            Some(Body::HazardEnded(ended)) => {
                self.hazards.remove(ended.hazard_id());
                self.ended_hazards.insert(ended.hazard_id().to_owned(), owner.to_owned());
            }
            Some(body) => self.alarm_or_distress(owner, at_ms, body),
            None => {}
        }
    }

    fn alarm_or_distress(&mut self, owner: &str, at_ms: i64, body: &Body) {
        match body {
            Body::AlarmRaised(raised) => {
                let alarm = self.alarm(raised.alarm_id());
                alarm.already_sent = raised.already_sent();
                alarm.list(&raised.parties, at_ms);
            }
            Body::PartiesAdded(added) => {
                let alarm = self.alarm(added.alarm_id());
                alarm.list(&added.parties, at_ms);
                if let Some(gone) = &added.replaces
                    && let Some(party) = alarm.parties.get_mut(&key(gone.organisation(), gone.unit.as_ref()))
                {
                    party.out = true;
                }
            }
            // One that was relayed by somebody whom the organisation has not named counts for nothing: the alarm still waits.
            Body::Acknowledged(said) if said.counts == Some(false) => {}
            Body::Acknowledged(said) => {
                self.alarm(said.alarm_id()).answer(said.organisation(), said.unit.as_ref(), Answer::Acknowledged);
            }
            Body::Declined(said) => {
                self.alarm(said.alarm_id()).answer(said.organisation(), said.unit.as_ref(), Answer::Declined);
            }
            Body::AlarmRecalled(recalled) => self.alarm(recalled.alarm_id()).recall(&recalled.parties),
            Body::EmergencyRaised(raised) => {
                let unit = raised.unit.clone().unwrap_or_default();
                let emergency = Emergency {
                    id: raised.emergency_id().to_owned(),
                    unit: unit.unit_id().to_owned(),
                    call_sign: unit.call_sign().to_owned(),
                    location: raised.location,
                    what: raised.what.clone(),
                    owner: owner.to_owned(),
                    cancelled: false,
                };
                self.emergencies.insert(emergency.id.clone(), emergency);
            }
            Body::EmergencyCancelled(over) => {
                if let Some(emergency) = self.emergencies.get_mut(over.emergency_id()) {
                    emergency.cancelled = true;
                }
            }
            Body::AdvanceNoticeIssued(issued) => {
                if !issued.types.is_empty() {
                    self.types.clone_from(&issued.types);
                }
                self.notice_owner = Some(owner.to_owned());
                self.notice = Some(Notice {
                    text: issued.text().to_owned(),
                    valid_from_ms: issued.valid_from.as_ref().map(millis),
                    valid_until_ms: issued.valid_until.as_ref().map(millis),
                    ended: None,
                    owner: owner.to_owned(),
                });
            }
            Body::AdvanceNoticeEnded(ended) => self.notice_ended(owner, ended.cause()),
            _ => {}
        }
    }

    /// Late entry says of a notice that is over only that it has ended.
    fn notice_ended(&mut self, owner: &str, cause: pb::EndCause) {
        self.notice_owner.get_or_insert_with(|| owner.to_owned());
        match &mut self.notice {
            Some(notice) => notice.ended = Some(cause),
            None if cause == pb::EndCause::Converted => {}
            None => {
                self.notice = Some(Notice {
                    text: String::new(),
                    valid_from_ms: None,
                    valid_until_ms: None,
                    ended: Some(cause),
                    owner: owner.to_owned(),
                });
            }
        }
    }

    fn fact(&mut self, owner: &str, fact: &pb::FactStated) {
        if let Some(square) = &fact.location_coarse {
            self.squares.insert(owner.to_owned(), *square);
        }
        let Some(value) = &fact.value else { return };
        let key = (kind(value), owner.to_owned());
        if fact.withdrawn() {
            self.facts.remove(&key);
            if matches!(value, Value::Location(_)) {
                self.squares.remove(owner);
            }
        } else {
            self.facts.insert(key, value.clone());
        }
    }

    /// The alarm, made where nothing was heard of it before: late entry sends answers and alarms in no promised order.
    fn alarm(&mut self, id: &str) -> &mut Alarm {
        let at = self.alarms.iter().position(|alarm| alarm.id == id).unwrap_or_else(|| {
            self.alarms.push(Alarm { id: id.to_owned(), already_sent: false, parties: BTreeMap::new() });
            self.alarms.len() - 1
        });
        &mut self.alarms[at]
    }

    /// The incident with no more than these owners have stated of it. Who is in distress, and where, stays: whoever is told is told to help.
    #[must_use]
    pub fn stated_by(&self, owners: &[&str]) -> Self {
        let mut stated = self.clone();
        stated.facts.retain(|(_, owner), _| owners.contains(&owner.as_str()));
        stated.squares.retain(|owner, _| owners.contains(&owner.as_str()));
        stated.hazards.retain(|_, hazard| owners.contains(&hazard.owner.as_str()));
        let others = stated.emergencies.values_mut().filter(|one| !owners.contains(&one.owner.as_str()));
        others.for_each(|one| one.what = None);
        stated
    }

    /// Closed, or a notice that came to nothing.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.closed || self.notice.as_ref().is_some_and(|notice| notice.ended.is_some())
    }

    /// Units in distress.
    pub fn standing_emergencies(&self) -> impl Iterator<Item = &Emergency> {
        self.emergencies.values().filter(|emergency| !emergency.cancelled)
    }

    /// The finest type.
    #[must_use]
    pub fn title(&self) -> &str {
        self.types.last().map_or("Händelse", String::as_str)
    }

    /// Facts of one kind, each with its owner.
    pub fn facts_of(&self, wanted: u32) -> impl Iterator<Item = (&str, &Value)> {
        self.facts
            .iter()
            .filter(move |((kind, _), _)| *kind == wanted)
            .map(|((_, owner), value)| (owner.as_str(), value))
    }

    /// Where it is, where anybody states a place.
    #[must_use]
    pub fn location(&self) -> Option<&pb::GeoPoint> {
        self.facts_of(LOCATION).find_map(|(_, value)| match value {
            Value::Location(point) => Some(point),
            _ => None,
        })
    }

    /// Its address in one line, as the first owner that states one has it.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        self.facts_of(ADDRESS).find_map(|(_, value)| match value {
            Value::Address(address) => address_line(address),
            _ => None,
        })
    }

    /// Where units are to wait.
    #[must_use]
    pub fn break_point(&self) -> Option<&pb::BreakPoint> {
        self.facts_of(BREAK_POINT).find_map(|(_, value)| match value {
            Value::BreakPoint(point) => Some(point),
            _ => None,
        })
    }

    /// Warnings for crews that may be shared.
    pub fn safety(&self) -> impl Iterator<Item = &pb::DerivedSafety> {
        self.facts_of(SAFETY).filter_map(|(_, value)| match value {
            Value::Safety(safety) => Some(safety),
            _ => None,
        })
    }
}

/// Number of a fact's field in the contract.
pub const ADDRESS: u32 = 1;
/// Where it is.
pub const LOCATION: u32 = 2;
/// A warning that can be shared.
pub const SAFETY: u32 = 9;
/// Where units wait.
pub const BREAK_POINT: u32 = 14;

fn kind(value: &Value) -> u32 {
    match value {
        Value::Address(_) => ADDRESS,
        Value::Location(_) => LOCATION,
        Value::Caller(_) => 3,
        Value::Patients(_) => 4,
        Value::Health(_) => 5,
        Value::Casualties(_) => 6,
        Value::Hazard(_) => 7,
        Value::Threat(_) => 8,
        Value::Safety(_) => SAFETY,
        Value::Suspect(_) => 10,
        Value::AccessCode(_) => 11,
        Value::ObjectCard(_) => 12,
        Value::Vehicle(_) => 13,
        Value::BreakPoint(_) => BREAK_POINT,
        Value::Talkgroups(_) => 15,
        Value::Priority(_) => 16,
        Value::Description(_) => 17,
        Value::AlarmText(_) => 18,
    }
}

/// Street, object and place; nothing where it says none of them.
#[must_use]
pub fn address_line(address: &pb::Address) -> Option<String> {
    let parts = [&address.street, &address.object, &address.locality, &address.municipality];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
