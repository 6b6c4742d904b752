//! Random histories: the hub and the model agree after every step, and what holds of every history holds of these.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::Index, strategy::ValueTree as _};
use samband_domain::{
    AlarmId, Involvement, Timestamp,
    alarm::{Answer, Gate, PartyState, Standing},
    command::{Command, NewParty, PlanChoice, Principal, TalkgroupChoice},
    decide,
    event::{Cause, CloseOutcome, Event},
    incident::{Incident, evolve},
};

use crate::{
    model::{Listed, Model, Name, Place, Said, Step, organisation},
    steps::{DESKS, steps},
    support::{START, World, crew, desk, listed, org, party, unit},
};

fn who(name: Name) -> Principal {
    if name.contains(':') { crew(name) } else { desk(name) }
}

fn new_parties(parties: &[(Name, bool)]) -> Vec<NewParty> {
    parties.iter().map(|(name, required)| listed(name, *required)).collect()
}

/// A history that is made step by step, of the hub and of the model.
struct Run {
    world: World,
    model: Model,
    /// In the order they were raised.
    alarms: Vec<AlarmId>,
}

impl Run {
    fn of(steps: &[Step]) -> Self {
        let mut run =
            Self { world: World::of_types(&["Trafikolycka"], None), model: Model::new(START), alarms: Vec::new() };
        for step in steps {
            run.take(step);
        }
        run
    }

    fn take(&mut self, step: &Step) {
        let expected = self.model.step(step);
        if let Step::Wait { seconds } = step {
            self.world.wait(*seconds);
        } else {
            let (by, pressed_at, command) = self.command(step);
            let before = self.world.incident.clone();
            let answer = self.world.ask_pressed(&who(by), command, pressed_at);
            assert_eq!(answer.is_ok(), expected, "{step:?} gives {answer:?}");
            match answer {
                Err(_) => assert_eq!(self.world.incident, before, "a refused command changes nothing"),
                Ok(events) => self.alarms.extend(events.iter().filter_map(raised)),
            }
        }
        self.agree(step);
    }

    fn alarm(&self, index: usize) -> AlarmId {
        self.alarms.get(index).copied().unwrap_or(AlarmId([0xFF; 16]))
    }

    fn command(&self, step: &Step) -> (Name, Option<i64>, Command) {
        let heard = |name: &Option<Name>| name.map(party);
        match step {
            Step::Raise { by, plan, external, parties } => {
                let plan = if *plan { PlanChoice::Named("trafik".into()) } else { PlanChoice::ByHand };
                let parties = new_parties(parties);
                (
                    by,
                    None,
                    Command::RaiseAlarm {
                        plan,
                        parties,
                        already_sent: *external,
                        reason: None,
                        talkgroup: TalkgroupChoice::default(),
                    },
                )
            }
            Step::Add { by, alarm, parties, replaces } => {
                let (alarm, parties, replaces) = (self.alarm(*alarm), new_parties(parties), heard(replaces));
                (by, None, Command::AddParties { alarm, parties, replaces, reason: None })
            }
            Step::Acknowledge { by, alarm, heard: relayed, pressed_ago } => {
                let alarm = alarm.map(|alarm| self.alarm(alarm));
                let pressed_at = pressed_ago.map(|ago| self.world.now - ago);
                (by, pressed_at, Command::Acknowledge { alarm, relayed_for: heard(relayed) })
            }
            Step::Decline { by, alarm, heard: relayed, reason } => {
                let (alarm, relayed_for) = (self.alarm(*alarm), heard(relayed));
                (by, None, Command::Decline { alarm, relayed_for, reason_given: *reason })
            }
            Step::Waive { by, alarm, party: name, reason } => {
                let (alarm, party) = (self.alarm(*alarm), party(name));
                (by, None, Command::WaiveParty { alarm, party, reason_given: *reason })
            }
            Step::Recall { by, alarm, parties, reason } => {
                let parties = parties.iter().map(|name| party(name)).collect();
                (by, None, Command::RecallAlarm { alarm: self.alarm(*alarm), parties, reason_given: *reason })
            }
            Step::OpenGate { by, alarm, reason } => {
                (by, None, Command::OpenGate { alarm: self.alarm(*alarm), reason_given: *reason })
            }
            _ => desk_command(step),
        }
    }

    fn agree(&self, step: &Step) {
        let (incident, model) = (&self.world.incident, &self.model);
        assert_eq!(self.alarms.len(), model.alarms.len(), "{step:?}");
        for (id, expected) in self.alarms.iter().zip(&model.alarms) {
            let alarm = &incident.alarms[id];
            let parties: Vec<_> = alarm.parties.iter().map(|(party, state)| (party.to_string(), seen(state))).collect();
            let wanted: Vec<_> =
                expected.parties.iter().map(|(name, listed)| ((*name).to_owned(), listed.clone())).collect();
            assert_eq!(parties, wanted, "{step:?}");
            let gate = match (expected.opened, expected.shut()) {
                (true, _) => Gate::Open,
                (false, true) => Gate::Shut,
                (false, false) => Gate::None,
            };
            assert_eq!(alarm.gate(), gate, "{step:?}");
        }
        let leads = incident.involvement.values().filter(|involvement| **involvement == Involvement::Lead).count();
        assert_eq!((leads, incident.lead()), (1, Some(&org(model.lead))), "{step:?}");
        for name in DESKS {
            assert_eq!(incident.involvement(&org(name)) as u8, model.rank(name), "{name} after {step:?}");
        }
        assert_eq!((self.world.version(), incident.closed), (model.version, model.closed), "{step:?}");
    }
}

fn desk_command(step: &Step) -> (Name, Option<i64>, Command) {
    let (by, command) = match step {
        Step::Status { by, unit: named, code } => {
            let named = named.and_then(|name| name.split_once(':')).map(|(_, name)| unit(name));
            (by, Command::ReportUnitStatus { unit: named, code: (*code).into(), alarm: None })
        }
        Step::StandDown { by } => (by, Command::StandDown),
        Step::Offer { by, to } => (by, Command::OfferLead { to: org(to) }),
        Step::Accept { by } => (by, Command::AcceptLead),
        Step::Involve { by, organisation } => {
            (by, Command::InvolveOrganisation { organisation: org(organisation), reason: None })
        }
        Step::Issue { by, text, material } => {
            let references = Vec::new();
            (by, Command::IssueTotalInformation { references, text_given: *text, material: *material })
        }
        Step::Confirm { by, number, heard } => {
            (by, Command::ConfirmTotalInformation { number: *number, relayed_for: heard.map(party) })
        }
        Step::Close { by, completed } => {
            let outcome = if *completed { CloseOutcome::Completed } else { CloseOutcome::FalseAlarm };
            (by, Command::CloseIncident { outcome })
        }
        Step::Reopen { by, reason } => (by, Command::ReopenIncident { reason_given: *reason }),
        other => panic!("{other:?} is asked elsewhere"),
    };
    (by, None, command)
}

fn raised(event: &Event) -> Option<AlarmId> {
    if let Event::AlarmRaised { alarm, .. } = event { Some(*alarm) } else { None }
}

/// The hub's state in the model's words.
fn seen(state: &PartyState) -> Listed {
    let said = match state.answer {
        Answer::Awaited => Said::Nothing,
        Answer::Acknowledged { counts: false } => Said::Heard,
        Answer::Acknowledged { counts: true } => Said::Yes,
        Answer::Declined => Said::No,
    };
    let place = match state.standing {
        Standing::In => Place::In,
        Standing::Waived => Place::Waived,
        Standing::Replaced => Place::Replaced,
        Standing::StoodDown => Place::Down,
        Standing::Recalled { acknowledged: false } => Place::Recalled,
        Standing::Recalled { acknowledged: true } => Place::RecallTaken,
    };
    let due = state.due_at.map(|due| due.0 / 1000);
    let (required, late, overdue) = (state.required, state.late, state.overdue);
    let recalled = state.recalled_at.map(|at| at.0 / 1000);
    Listed { required, late, said, place, since: state.listed_at.0 / 1000, due, overdue, recalled }
}

/// What holds of every history, whatever the model says.
fn check_history(world: &World) {
    let events = || world.history.iter().map(|(decided, ..)| &decided.event);
    let ids: BTreeSet<_> = world.history.iter().map(|(decided, ..)| decided.id).collect();
    assert_eq!(ids.len(), world.history.len(), "every event has an identity of its own");

    let numbers = events().filter_map(|event| match event {
        Event::TotalInformationIssued { number, .. } => Some(*number),
        _ => None,
    });
    assert!(numbers.eq(1..=world.version()), "versions are 1, 2, 3, ... without a gap");

    let opened: Vec<_> = events()
        .filter_map(|event| if let Event::GateOpened { alarm, .. } = event { Some(*alarm) } else { None })
        .collect();
    let of_gates: Vec<_> = events()
        .filter_map(|event| if let Event::TotalInformationIssued { gate_of, .. } = event { *gate_of } else { None })
        .collect();
    assert_eq!(opened, of_gates, "every gate that opens makes one version, at once");
    assert_eq!(opened.iter().collect::<BTreeSet<_>>().len(), opened.len(), "a gate opens once");

    let mut overdue = BTreeSet::new();
    for event in events() {
        if let Event::AcknowledgementOverdue { alarm, party, due_at } = event {
            assert!(overdue.insert((*alarm, party.clone(), *due_at)), "{party} is overdue once");
        }
    }
    check_involvement(world);
    check_fold(world);
}

/// A privilege: only others raise it, and a rule only to near.
fn check_involvement(world: &World) {
    let mut held = std::collections::BTreeMap::new();
    for (decided, _, who) in &world.history {
        let Event::InvolvementChanged { organisation, to, cause, .. } = &decided.event else { continue };
        let before = held.insert(organisation.clone(), *to).unwrap_or(Involvement::None);
        let raised_itself = *to > before && who.organisation == *organisation;
        match cause {
            Cause::AlarmByHand | Cause::Involved => {
                assert!(!raised_itself, "{organisation} raised itself by {cause:?}")
            }
            Cause::Rule => assert_eq!(*to, Involvement::Near),
            Cause::AlarmPlan => assert_eq!((*to).max(before).min(Involvement::Alarmed), Involvement::Alarmed),
            Cause::Reported | Cause::LeadAccepted => {}
            Cause::AdvanceNotice | Cause::Emergency | Cause::ResourceRequest => {}
        }
    }
}

fn check_fold(world: &World) {
    let fold = world
        .history
        .iter()
        .fold(Incident::new(world.incident.id), |incident, (decided, at, _)| evolve(incident, decided, *at));
    assert_eq!(fold, world.incident, "the state is the fold of its events");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_hub_does_what_the_model_does(steps in steps()) {
        check_history(&Run::of(&steps).world);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fold_of_events_in_any_order_stands(
        steps in steps(),
        picked in prop::collection::vec((any::<Index>(), 0..2_000_000_i64), 0..120),
    ) {
        let history = Run::of(&steps).world.history;
        let first = history[0].0.scope.incident().unwrap();
        let events = || picked.iter().map(|(index, seconds)| (&index.get(&history).0, Timestamp(seconds * 1000)));
        let fold = || events().fold(Incident::new(first), |incident, (event, at)| evolve(incident, event, at));
        let incident = fold();
        prop_assert_eq!(&incident, &fold());
        let newest = events().map(|(_, at)| at).max().unwrap_or_default();
        prop_assert_eq!(incident.last_at, newest);
        let due = incident.next_deadline();
        let passed = decide::passed(&incident, Timestamp(i64::MAX), &BTreeSet::new());
        prop_assert_eq!(due, passed.iter().filter_map(due_of).min());
        let organisations: BTreeSet<&str> = DESKS.into_iter().map(organisation).collect();
        prop_assert!(incident.involvement.keys().all(|one| organisations.contains(one.as_str())));
    }
}

fn due_of(passing: &decide::Passing) -> Option<Timestamp> {
    match passing {
        decide::Passing::Acknowledgement(_, _, due) => Some(*due),
        decide::Passing::Notice(_) | decide::Passing::Release(_) => None,
    }
}

/// The kinds of event that the property above is worth something for.
const REACHED: [&str; 20] = [
    "AlarmRaised",
    "PartiesAdded",
    "Acknowledged",
    "Declined",
    "AcknowledgementOverdue",
    "OverdueWithdrawn",
    "PartyWaived",
    "AlarmRecalled",
    "RecallAcknowledged",
    "GateOpened",
    "TotalInformationIssued",
    "TotalInformationConfirmed",
    "InvolvementChanged",
    "LeadOffered",
    "StoodDown",
    "IncidentClosed",
    "IncidentReopened",
    "ArrivalReportPrompted",
    "UnitStatusReported",
    "AlarmDecided",
];

#[test]
fn random_histories_reach_everything() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counted = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..300 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        for (decided, ..) in Run::of(&steps).world.history {
            let shown = format!("{:?}", decided.event);
            let kind = shown.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
            *counted.entry(kind).or_default() += 1;
        }
    }
    for kind in REACHED {
        assert!(counted.get(kind).is_some_and(|count| *count >= 10), "{kind} is hardly reached: {counted:?}");
    }
}
