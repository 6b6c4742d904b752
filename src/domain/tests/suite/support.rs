//! One incident, a small county around it, and a hub that does nothing but decide and evolve.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{
    AlarmId, EventId, IncidentId, Involvement, OrganisationId, PartyId, Refusal, Role, Timestamp, UnitId,
    alarm::{Gate, PartyState},
    command::{Command, Context, NewFact, NewParty, PlanChoice, Principal, Shown, Sight, TalkgroupChoice},
    decide,
    directory::{Directory, Organisation, Unit},
    event::{Decided, Event, FactKind},
    incident::{Incident, apply, evolve},
    plan::{NotifyRule, Plan, PlanParty},
    release::{MarkingNumber, ReleaseTerm},
    status::{StatusCode, StatusTable, UnitState},
};

/// Organisation, type, alarm right, seconds to acknowledge in, whose relayed word counts.
const ORGANISATIONS: [(&str, &str, bool, u32, &[&str]); 5] = [
    ("sos", "sos", true, 30, &[]),
    ("fire", "räddning", true, 90, &["sos"]),
    ("amb", "ambulans", true, 60, &[]),
    ("police", "polis", true, 60, &["sos"]),
    ("city", "kommun", false, 300, &["sos"]),
];

/// Units, whose names begin with their organisation's first letter.
const UNITS: [(&str, &str); 8] = [
    ("f1", "fire"),
    ("f2", "fire"),
    ("f3", "fire"),
    ("a1", "amb"),
    ("a2", "amb"),
    ("p1", "police"),
    ("c1", "city"),
    ("c2", "city"),
];

/// When the incident is reported, in seconds.
pub(crate) const START: i64 = 1_000_000;

pub(crate) fn org(name: &str) -> OrganisationId {
    OrganisationId::new(name).unwrap()
}

pub(crate) fn unit(name: &str) -> UnitId {
    UnitId::new(name).unwrap()
}

/// `fire`, or `fire:f1`.
pub(crate) fn party(name: &str) -> PartyId {
    match name.split_once(':') {
        Some((organisation, one)) => PartyId { organisation: org(organisation), unit: Some(unit(one)) },
        None => PartyId { organisation: org(name), unit: None },
    }
}

/// A party of an alarm by hand, with the organisation's own time.
pub(crate) fn listed(name: &str, required: bool) -> NewParty {
    NewParty { party: party(name), required, due_seconds: None }
}

/// An operator of an organisation.
pub(crate) fn desk(name: &str) -> Principal {
    Principal { organisation: org(name), role: Role::Operator, unit: None }
}

/// The crew of a unit: `fire:f1`.
pub(crate) fn crew(name: &str) -> Principal {
    let PartyId { organisation, unit } = party(name);
    Principal { organisation, role: Role::Unit, unit }
}

fn statuses() -> StatusTable {
    let code = |state, after: &[&str], acknowledges| StatusCode {
        state,
        text: format!("{state:?}"),
        after: after.iter().map(|one| (*one).to_owned()).collect(),
        acknowledges,
    };
    StatusTable(BTreeMap::from([
        ("U".into(), code(UnitState::EnRoute, &[], true)),
        ("F".into(), code(UnitState::OnScene, &["U"], false)),
        ("H".into(), code(UnitState::Returning, &["F", "U"], false)),
        ("K".into(), code(UnitState::Available, &["H"], false)),
    ]))
}

/// A party of a plan, alarmed in these municipalities only.
fn planned(name: &str, required: bool, municipalities: &[&str]) -> PlanParty {
    let municipalities = municipalities.iter().map(|one| (*one).to_owned()).collect();
    PlanParty { party: party(name), required, due_seconds: None, municipalities }
}

fn plan(name: &str, types: &[&str], parties: Vec<PlanParty>, escalation: &[&str]) -> Plan {
    Plan {
        name: name.into(),
        types: types.iter().map(|one| (*one).to_owned()).collect(),
        municipalities: Vec::new(),
        parties,
        escalation: escalation.iter().map(|one| party(one)).collect(),
    }
}

/// Five organisations, eight units, three plans, one rule.
pub(crate) fn directory() -> Directory {
    let organisation = |(id, kind, alarm_right, due_seconds, relayers): (_, &str, _, _, &[&str])| {
        let relayers = relayers.iter().map(|one| org(one)).collect();
        let entry =
            Organisation { id: org(id), kind: kind.into(), alarm_right, due_seconds, relayers, statuses: statuses() };
        (org(id), entry)
    };
    let one_unit = |(id, organisation)| {
        (unit(id), Unit { id: unit(id), organisation: org(organisation), call_sign: format!("{organisation} {id}") })
    };
    let fire = vec![
        planned("fire:f1", true, &["Nord"]),
        planned("fire:f2", true, &["Syd"]),
        planned("amb:a1", true, &[]),
        planned("fire", false, &[]),
    ];
    let mut in_north = plan("brand-nord", &["Brand"], vec![planned("fire:f1", true, &[])], &[]);
    in_north.municipalities = vec!["Nord".into()];
    let escalated =
        plan("trafik", &["Trafikolycka"], vec![planned("fire:f1", true, &[])], &["fire:f2", "amb", "amb:a1"]);
    let rule =
        NotifyRule { when_alarmed: "räddning".into(), notify: "polis".into(), because: "LSO 6 kap. 10 §".into() };
    Directory {
        gateways: BTreeMap::new(),
        organisations: ORGANISATIONS.into_iter().map(organisation).collect(),
        units: UNITS.into_iter().map(one_unit).collect(),
        plans: vec![in_north, plan("brand", &["Brand", "Rök"], fire, &[]), escalated],
        notify: vec![rule],
        ..Directory::default()
    }
}

/// Sees everything but what it is told not to.
#[derive(Default)]
pub(crate) struct Eyes {
    /// Events an organisation does not see.
    pub(crate) hidden: BTreeSet<(OrganisationId, EventId)>,
    /// Parties an organisation does not see.
    pub(crate) unseen: BTreeSet<(OrganisationId, PartyId)>,
    /// What owners have decided about releases.
    pub(crate) terms: Vec<(Terms, ReleaseTerm)>,
}

impl Sight for Eyes {
    fn sees_event(&self, viewer: &OrganisationId, _: Involvement, event: EventId) -> bool {
        !self.hidden.contains(&(viewer.clone(), event))
    }

    fn reads_address(&self, viewer: &OrganisationId, event: EventId) -> bool {
        !self.hidden.contains(&(viewer.clone(), event))
    }

    fn sees_party(&self, viewer: &OrganisationId, party: &PartyId) -> bool {
        !self.unseen.contains(&(viewer.clone(), party.clone()))
    }

    fn would_see(&self, viewer: &OrganisationId, owner: &OrganisationId, what: Shown) -> bool {
        what != Shown::CovertUnit || viewer == owner
    }

    fn release_terms(
        &self,
        owner: &OrganisationId,
        by: Role,
        marking: MarkingNumber,
        to: &OrganisationId,
        role: Role,
    ) -> Vec<ReleaseTerm> {
        let known = self.terms.iter().filter(|(terms, _)| *terms == (owner.clone(), by, marking, to.clone(), role));
        known.map(|(_, term)| term.clone()).collect()
    }

    fn ground_opens(&self, ground: &str, _: MarkingNumber, _: &OrganisationId) -> bool {
        ground != "excluded"
    }
}

/// Owner, who releases, what, to whom, in which role.
pub(crate) type Terms = (OrganisationId, Role, MarkingNumber, OrganisationId, Role);

/// An incident that organisations act on.
pub(crate) struct World {
    pub(crate) directory: Directory,
    pub(crate) eyes: Eyes,
    pub(crate) incident: Incident,
    /// Everything that happened, when, and who asked for it.
    pub(crate) history: Vec<(Decided, Timestamp, Principal)>,
    /// Hub time, in seconds.
    pub(crate) now: i64,
    /// What stands across incidents.
    pub(crate) around: samband_domain::world::World,
    /// Units nearest to whoever is in distress.
    pub(crate) nearest: Vec<UnitId>,
    drawn: u128,
}

impl World {
    /// An incident that SOS has reported, of type Brand, without an address.
    pub(crate) fn new() -> Self {
        Self::of_types(&["Brand"], None)
    }

    /// An incident that SOS has reported.
    pub(crate) fn of_types(types: &[&str], municipality: Option<&str>) -> Self {
        let id = IncidentId([1; 16]);
        let mut world = Self {
            directory: directory(),
            eyes: Eyes::default(),
            incident: Incident::new(id),
            history: Vec::new(),
            now: START,
            around: samband_domain::world::World::default(),
            nearest: Vec::new(),
            drawn: 0,
        };
        let types: Vec<String> = types.iter().map(|one| (*one).to_owned()).collect();
        let facts = municipality.map(|name| NewFact {
            kind: FactKind::Address,
            municipality: Some(name.into()),
            withdraw: false,
            talkgroups: Vec::new(),
            derived: Vec::new(),
        });
        let facts: Vec<NewFact> = facts.into_iter().collect();
        let who = desk("sos");
        let events =
            world.with_context(&who, None, |_, ctx| decide::report_incident(id, &types, false, &[], &facts, ctx));
        world.happened(&who, events);
        world
    }

    pub(crate) fn time(&self) -> Timestamp {
        Timestamp(self.now * 1000)
    }

    /// Asks the rules directly.
    pub(crate) fn with_context<T>(
        &mut self,
        principal: &Principal,
        pressed_at: Option<i64>,
        act: impl FnOnce(&Incident, &mut Context<'_>) -> T,
    ) -> T {
        let drawn = &mut self.drawn;
        let mut ids = || {
            *drawn += 1;
            drawn.to_be_bytes()
        };
        let mut ctx = Context {
            now: Timestamp(self.now * 1000),
            pressed_at: pressed_at.map(|seconds| Timestamp(seconds * 1000)),
            principal,
            directory: &self.directory,
            sight: &self.eyes,
            world: &self.around,
            nearest: self.nearest.clone(),
            ids: &mut ids,
        };
        act(&self.incident, &mut ctx)
    }

    fn happened(&mut self, who: &Principal, events: Vec<Decided>) -> Vec<Event> {
        let at = self.time();
        for event in &events {
            let after = evolve(self.incident.clone(), event, at);
            self.around.take_in(event, at);
            if event.scope.incident() != Some(self.incident.id) {
                self.history.push((event.clone(), at, who.clone()));
                continue;
            }
            apply(&mut self.incident, event, at);
            assert_eq!(self.incident, after, "evolve and apply are the same");
            self.history.push((event.clone(), at, who.clone()));
        }
        events.into_iter().map(|event| event.event).collect()
    }

    /// What comes of a command; what is refused changes nothing.
    pub(crate) fn ask(&mut self, who: &Principal, command: Command) -> Result<Vec<Event>, Refusal> {
        self.ask_pressed(who, command, None)
    }

    /// The same, pressed at this second by the sender's clock.
    pub(crate) fn ask_pressed(
        &mut self,
        who: &Principal,
        command: Command,
        pressed_at: Option<i64>,
    ) -> Result<Vec<Event>, Refusal> {
        let events = self.decide(who, &command, pressed_at)?;
        Ok(self.happened(who, events))
    }

    /// What would come of a command.
    pub(crate) fn decide(
        &mut self,
        who: &Principal,
        command: &Command,
        pressed_at: Option<i64>,
    ) -> Result<Vec<Decided>, Refusal> {
        let drawn = self.drawn;
        let first = self.with_context(who, pressed_at, |incident, ctx| decide::decide(incident, command, ctx));
        self.drawn = drawn;
        let again = self.with_context(who, pressed_at, |incident, ctx| decide::decide(incident, command, ctx));
        assert_eq!(first, again, "the same command on the same state gives the same");
        again
    }

    /// A command that has to be accepted.
    pub(crate) fn does(&mut self, who: &Principal, command: Command) -> Vec<Event> {
        let said = format!("{who:?} {command:?}");
        self.ask(who, command).unwrap_or_else(|refusal| panic!("{said}: {refusal}"))
    }

    /// Time passes; what becomes due happens.
    pub(crate) fn wait(&mut self, seconds: i64) -> Vec<Event> {
        self.now += seconds;
        let mut events = Vec::new();
        for deadline in decide::passed(&self.incident, self.time(), &BTreeSet::new()) {
            let owner = match &deadline {
                decide::Passing::Acknowledgement(alarm, ..) => self.incident.alarms[alarm].owner.clone(),
                decide::Passing::Notice(_) => self.incident.reported_by.clone().unwrap(),
                decide::Passing::Release(release) => self.incident.releases[release].owner.clone(),
            };
            let hub = Principal { organisation: owner, role: Role::Operator, unit: None };
            let passed = self.with_context(&hub, None, |incident, ctx| decide::pass(incident, &deadline, ctx));
            events.extend(self.happened(&hub, passed));
        }
        events
    }

    /// SOS alarms these by hand: `fire:f1!` is required.
    pub(crate) fn alarm(&mut self, parties: &[&str]) -> AlarmId {
        let parties = parties.iter().map(|name| listed(name.trim_end_matches('!'), name.ends_with('!'))).collect();
        let events = self.does(&desk("sos"), raise(PlanChoice::ByHand, parties));
        alarm_of(&events)
    }

    pub(crate) fn gate(&self, alarm: AlarmId) -> Gate {
        self.incident.alarms[&alarm].gate()
    }

    pub(crate) fn party(&self, alarm: AlarmId, name: &str) -> &PartyState {
        &self.incident.alarms[&alarm].parties[&party(name)]
    }

    pub(crate) fn version(&self) -> u32 {
        self.incident.total.as_ref().map_or(0, |total| total.number)
    }
}

/// The alarm these events raise.
pub(crate) fn alarm_of(events: &[Event]) -> AlarmId {
    let raised = events.iter().find_map(|event| match event {
        Event::AlarmRaised { alarm, .. } => Some(*alarm),
        _ => None,
    });
    raised.unwrap()
}

pub(crate) fn raise(plan: PlanChoice, parties: Vec<NewParty>) -> Command {
    Command::RaiseAlarm { plan, parties, already_sent: false, reason: None, talkgroup: TalkgroupChoice::default() }
}

pub(crate) fn acknowledge(alarm: AlarmId) -> Command {
    Command::Acknowledge { alarm: Some(alarm), relayed_for: None }
}

pub(crate) fn relay(alarm: AlarmId, heard: &str) -> Command {
    Command::Acknowledge { alarm: Some(alarm), relayed_for: Some(party(heard)) }
}

pub(crate) fn decline(alarm: AlarmId) -> Command {
    Command::Decline { alarm, relayed_for: None, reason_given: true }
}

pub(crate) fn waive(alarm: AlarmId, name: &str) -> Command {
    Command::WaiveParty { alarm, party: party(name), reason_given: true }
}

pub(crate) fn recall(alarm: AlarmId, names: &[&str]) -> Command {
    Command::RecallAlarm { alarm, parties: names.iter().map(|name| party(name)).collect(), reason_given: true }
}

pub(crate) fn add(alarm: AlarmId, parties: Vec<NewParty>, replaces: Option<&str>) -> Command {
    Command::AddParties { alarm, parties, replaces: replaces.map(party), reason: None }
}
