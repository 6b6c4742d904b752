//! The state of an incident: the fold of its events.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    AlarmId, EmergencyId, EventId, HazardId, IncidentId, Involvement, MediaLineId, OfferId, OrganisationId, PartyId,
    ReleaseId, ReportId, RequestId, Timestamp, UnitId,
    alarm::{Alarm, Answer, PartyState, Standing},
    emergency::Emergency,
    event::{Cause, Decided, Event, ExternalNumber, FactKind, LinkKind},
    media::MediaLine,
    notice::Notice,
    release::{Release, ReleaseRequest},
    resource::{KnownHazard, Offer, ResourceRequest},
    status::UnitState,
    total::TotalInformation,
};

mod around;
mod units;

/// What has happened; one, shared by many organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its identity.
    pub id: IncidentId,
    /// Not the real thing. Fixed when it was reported.
    pub exercise: bool,
    /// From coarse to fine.
    pub types: Vec<String>,
    /// Who reported it: whose information its type is.
    pub reported_by: Option<OrganisationId>,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// Hub time of its newest event: it never runs backwards.
    pub last_at: Timestamp,
    /// Closed.
    pub closed: bool,
    /// Facts in force: the event that states it, by kind and owner.
    pub facts: BTreeMap<(FactKind, OrganisationId), EventId>,
    /// Every event that ever stated a fact: what is in a briefing only because it was in force leaves it when it no longer is.
    pub ever_facts: BTreeSet<EventId>,
    /// The addresses in force by owner, newest last, with the municipality each names.
    pub addresses: Vec<(OrganisationId, Option<String>)>,
    /// Numbers in other systems, with the organisation that gave them.
    pub numbers: BTreeSet<(OrganisationId, ExternalNumber)>,
    /// Which desk of an organisation works with it.
    pub desks: BTreeMap<OrganisationId, String>,
    /// Organisations that are involved. Absent: none.
    pub involvement: BTreeMap<OrganisationId, Involvement>,
    /// To whom lead has been offered.
    pub lead_offered: Option<OrganisationId>,
    /// Organisations that have stood down.
    pub stood_down: BTreeSet<OrganisationId>,
    /// Linked incidents, by who linked them.
    pub links: BTreeMap<(IncidentId, OrganisationId), LinkKind>,
    /// Alarms by identity.
    pub alarms: BTreeMap<AlarmId, Alarm>,
    /// The common briefing, once there is one.
    pub total: Option<TotalInformation>,
    /// Arrival reports, whose they are, and of which unit.
    pub reports: BTreeMap<ReportId, (OrganisationId, Option<UnitId>)>,
    /// Each unit's newest code and state here.
    pub statuses: BTreeMap<UnitId, (String, UnitState)>,
    /// A unit has been on scene: the arrival report has been asked for.
    pub prompted: bool,
    /// Units that are on it, and whose they are.
    pub units: BTreeMap<UnitId, OrganisationId>,
    /// It is an advance notice and no incident yet.
    pub notice: Option<Notice>,
    /// Units in distress, now or before.
    pub emergencies: BTreeMap<EmergencyId, Emergency>,
    /// Help that was asked for.
    pub requests: BTreeMap<RequestId, ResourceRequest>,
    /// Help that was offered.
    pub offers: BTreeMap<OfferId, Offer>,
    /// Hazards that were reported.
    pub hazards: BTreeMap<HazardId, KnownHazard>,
    /// Lines for the media.
    pub media_lines: BTreeMap<MediaLineId, MediaLine>,
    /// Releases that were asked for.
    pub release_requests: BTreeMap<RequestId, ReleaseRequest>,
    /// Releases, in force or ended.
    pub releases: BTreeMap<ReleaseId, Release>,
}

impl Incident {
    /// Before its first event.
    pub fn new(id: IncidentId) -> Self {
        Self {
            id,
            exercise: false,
            types: Vec::new(),
            reported_by: None,
            reported_at: Timestamp::default(),
            last_at: Timestamp::default(),
            closed: false,
            facts: BTreeMap::new(),
            ever_facts: BTreeSet::new(),
            addresses: Vec::new(),
            numbers: BTreeSet::new(),
            desks: BTreeMap::new(),
            involvement: BTreeMap::new(),
            lead_offered: None,
            stood_down: BTreeSet::new(),
            links: BTreeMap::new(),
            alarms: BTreeMap::new(),
            total: None,
            reports: BTreeMap::new(),
            statuses: BTreeMap::new(),
            prompted: false,
            units: BTreeMap::new(),
            notice: None,
            emergencies: BTreeMap::new(),
            requests: BTreeMap::new(),
            offers: BTreeMap::new(),
            hazards: BTreeMap::new(),
            media_lines: BTreeMap::new(),
            release_requests: BTreeMap::new(),
            releases: BTreeMap::new(),
        }
    }

    /// An organisation's involvement.
    pub fn involvement(&self, organisation: &OrganisationId) -> Involvement {
        self.involvement.get(organisation).copied().unwrap_or_default()
    }

    /// The organisation that leads.
    pub fn lead(&self) -> Option<&OrganisationId> {
        self.involvement.iter().find(|(_, involvement)| **involvement == Involvement::Lead).map(|(lead, _)| lead)
    }

    /// Organisations alarmed or leading, stood down or not.
    pub fn alarmed(&self) -> impl Iterator<Item = &OrganisationId> {
        self.involvement.iter().filter(|(_, involvement)| **involvement >= Involvement::Alarmed).map(|(org, _)| org)
    }

    /// The earliest deadline that can still pass. A release ends also when the incident has.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let alarms = self.alarms.values().filter_map(Alarm::next_deadline).filter(|_| !self.closed);
        let notice = self.notice.iter().filter(|notice| notice.ended.is_none()).map(|notice| notice.valid_until);
        let releases = self.releases.values().filter(|release| !release.ended).map(|release| release.until);
        alarms.chain(notice).chain(releases).min()
    }

    fn party(&mut self, alarm: AlarmId, party: &PartyId) -> Option<&mut PartyState> {
        self.alarms.get_mut(&alarm)?.parties.get_mut(party)
    }
}

/// The state after the event. Total: an event of the journal is never refused.
#[must_use]
pub fn evolve(mut incident: Incident, happened: &Decided, at: Timestamp) -> Incident {
    apply(&mut incident, happened, at);
    incident
}

/// [`evolve`] in place, for a state that has one holder.
pub fn apply(incident: &mut Incident, happened: &Decided, at: Timestamp) {
    incident.last_at = incident.last_at.max(at);
    units::apply(incident, happened);
    match &happened.event {
        Event::IncidentReported { types, exercise } => {
            incident.types.clone_from(types);
            incident.exercise = *exercise;
            incident.reported_by = Some(happened.owner.clone());
            incident.reported_at = at;
            (incident.notice, incident.closed) = (None, false);
        }
        Event::FactStated { kind, municipality, withdrawn } => {
            let key = (*kind, happened.owner.clone());
            incident.ever_facts.insert(happened.id);
            if *withdrawn {
                incident.facts.remove(&key);
            } else {
                incident.facts.insert(key, happened.id);
            }
            if *kind == FactKind::Address {
                address(incident, &happened.owner, (!withdrawn).then_some(municipality));
            }
        }
        Event::ExternalNumberAdded(number) => {
            incident.numbers.insert((happened.owner.clone(), number.clone()));
        }
        Event::DeskClaimed { desk } | Event::DeskHandedOver { to: desk, .. } => {
            incident.desks.insert(happened.owner.clone(), desk.clone());
        }
        Event::IncidentLinked { other, unlinked: true, .. } => {
            incident.links.remove(&(*other, happened.owner.clone()));
        }
        Event::IncidentLinked { other, kind, .. } => {
            incident.links.insert((*other, happened.owner.clone()), *kind);
        }
        Event::InvolvementChanged { organisation, to, cause, .. } => {
            incident.involvement.insert(organisation.clone(), *to);
            // Who is drawn in anew, or leads, has not stood down; who only gives the lead away has not come back.
            if *cause != Cause::LeadAccepted || *to == Involvement::Lead {
                incident.stood_down.remove(organisation);
            }
            if *to == Involvement::Lead {
                incident.lead_offered = None;
            }
        }
        Event::LeadOffered { to } => incident.lead_offered = Some(to.clone()),
        Event::StoodDown { organisation } => stand_down(incident, organisation),
        Event::IncidentClosed { .. } => incident.closed = true,
        Event::IncidentReopened => incident.closed = false,
        Event::ArrivalReportPrompted { .. } => incident.prompted = true,
        Event::ArrivalReportFiled { report, unit, .. } => {
            incident.reports.insert(*report, (happened.owner.clone(), unit.clone()));
        }
        Event::UnitStatusReported { unit, code, state, .. } => {
            incident.statuses.insert(unit.clone(), (code.clone(), *state));
        }
        Event::TotalInformationIssued { number, material, references, .. } => {
            issue(incident, happened, *number, *material, references);
        }
        Event::TotalInformationConfirmed { number, party } => {
            if let Some(total) = &mut incident.total {
                let held = total.confirmed.entry(party.clone()).or_default();
                *held = (*held).max(*number);
            }
        }
        Event::Unit(_)
        | Event::Emergency(_)
        | Event::Resource(_)
        | Event::Media(_)
        | Event::Notice(_)
        | Event::Release(_) => around::apply(incident, happened, at),
        Event::NoteAdded
        | Event::Talkgroup(_)
        | Event::AlarmDecided { .. }
        | Event::ReceiptsGathered
        | Event::AddendumIssued { .. }
        | Event::SitrepFiled { .. } => {}
        _ => apply_to_alarm(incident, happened, at),
    }
}

fn apply_to_alarm(incident: &mut Incident, happened: &Decided, at: Timestamp) {
    match &happened.event {
        Event::AlarmRaised { alarm, parties, plan, already_sent } => {
            let raised = Alarm::new(*alarm, happened.owner.clone(), plan.clone(), *already_sent, parties, at);
            incident.alarms.insert(*alarm, raised);
        }
        Event::PartiesAdded { alarm, parties, replaces, .. } => {
            // Who has left the alarm stays as it left: a recall still has to be taken note of.
            if let Some(replaced) = replaces.as_ref().and_then(|party| incident.party(*alarm, party))
                && matches!(replaced.standing, Standing::In | Standing::Waived)
            {
                replaced.standing = Standing::Replaced;
            }
            if let Some(alarm) = incident.alarms.get_mut(alarm) {
                alarm.add(parties, at);
            }
        }
        Event::Acknowledged { alarm, party, counts, .. } => {
            if let Some(party) = incident.party(*alarm, party)
                && (*counts || party.answer == Answer::Awaited)
            {
                party.answer = Answer::Acknowledged { counts: *counts };
            }
        }
        Event::Declined { alarm, party } => {
            if let Some(party) = incident.party(*alarm, party) {
                party.answer = Answer::Declined;
            }
        }
        Event::AcknowledgementOverdue { alarm, party, .. } => {
            if let Some(party) = incident.party(*alarm, party) {
                party.overdue = true;
            }
        }
        Event::OverdueWithdrawn { alarm, party } => {
            if let Some(party) = incident.party(*alarm, party) {
                party.overdue = false;
            }
        }
        Event::PartyWaived { alarm, party } => {
            if let Some(party) = incident.party(*alarm, party) {
                party.standing = Standing::Waived;
            }
        }
        Event::AlarmRecalled { alarm, parties } => {
            for party in parties {
                if let Some(party) = incident.party(*alarm, party) {
                    party.standing = Standing::Recalled { acknowledged: false };
                    party.recalled_at = Some(at);
                }
            }
        }
        Event::RecallAcknowledged { alarm, party } => {
            if let Some(party) = incident.party(*alarm, party) {
                party.standing = Standing::Recalled { acknowledged: true };
            }
        }
        Event::GateOpened { alarm, .. } => {
            if let Some(alarm) = incident.alarms.get_mut(alarm) {
                alarm.open();
            }
        }
        _ => {}
    }
}

/// A fact is replaced whole: what an owner's former address said of the municipality is gone.
fn address(incident: &mut Incident, owner: &OrganisationId, stated: Option<&Option<String>>) {
    incident.addresses.retain(|(former, _)| former != owner);
    incident.addresses.extend(stated.map(|municipality| (owner.clone(), municipality.clone())));
}

fn stand_down(incident: &mut Incident, organisation: &OrganisationId) {
    incident.stood_down.insert(organisation.clone());
    for alarm in incident.alarms.values_mut() {
        for (party, state) in &mut alarm.parties {
            if party.organisation == *organisation && !matches!(state.standing, Standing::Recalled { .. }) {
                state.standing = Standing::StoodDown;
            }
        }
    }
}

fn issue(incident: &mut Incident, happened: &Decided, number: u32, material: bool, references: &[EventId]) {
    let before = incident.total.take().map(|total| (total.confirmed, total.material, total.versions));
    let (confirmed, newest_material, mut versions) = before.unwrap_or_default();
    versions.push((happened.id, happened.owner.clone()));
    incident.total = Some(TotalInformation {
        number,
        references: references.to_vec(),
        versions,
        material: if material { number } else { newest_material },
        confirmed,
    });
}
