//! Raising and changing alarms, and what opens a gate.

use samband_domain::{
    Refusal,
    alarm::{Answer, Gate, Standing},
    command::{Command, PlanChoice, TalkgroupChoice},
    event::Event,
};

use crate::support::{
    World, acknowledge, add, alarm_of, crew, decline, desk, listed, org, party, raise, recall, waive,
};

/// The version that a gate has made, if one of these events opened it.
fn opened(events: &[Event]) -> Option<u32> {
    let opens = events.iter().position(|event| matches!(event, Event::GateOpened { .. }))?;
    match &events[opens + 1] {
        Event::TotalInformationIssued { number, gate_of: Some(_), material: true, .. } => Some(*number),
        other => panic!("the gate's version follows at once, not {other:?}"),
    }
}

#[test]
fn the_gate_opens_when_everybody_required_has_acknowledged_and_makes_a_version() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!", "police"]);
    assert_eq!((world.gate(alarm), world.version()), (Gate::Shut, 1));
    assert_eq!(opened(&world.does(&crew("fire:f1"), acknowledge(alarm))), None);
    assert_eq!(opened(&world.does(&crew("amb:a1"), acknowledge(alarm))), Some(2));
    assert_eq!(world.gate(alarm), Gate::Open);
    assert_eq!(opened(&world.does(&desk("police"), acknowledge(alarm))), None, "who is not required opens nothing");
}

#[test]
fn the_gate_waits_for_required_parties_only() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "fire:f2", "amb"]);
    assert_eq!(opened(&world.does(&crew("fire:f1"), acknowledge(alarm))), Some(2));
    let nobody_required = world.alarm(&["fire:f1"]);
    assert_eq!(world.gate(nobody_required), Gate::None);
    assert_eq!(opened(&world.does(&crew("fire:f1"), acknowledge(nobody_required))), None);
}

#[test]
fn overdue_never_opens_the_gate() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    world.does(&crew("fire:f1"), acknowledge(alarm));
    world.wait(86_400);
    assert!(world.party(alarm, "amb:a1").overdue);
    assert_eq!(world.gate(alarm), Gate::Shut);
}

#[test]
fn a_decline_keeps_the_gate_shut_until_waived_with_a_reason() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    world.does(&crew("amb:a1"), decline(alarm));
    assert_eq!(opened(&world.does(&crew("fire:f1"), acknowledge(alarm))), None);
    let no_reason = Command::WaiveParty { alarm, party: party("amb:a1"), reason_given: false };
    assert_eq!(world.ask(&desk("sos"), no_reason), Err(Refusal::ReasonMissing));
    assert_eq!(opened(&world.does(&desk("sos"), waive(alarm, "amb:a1"))), Some(2));
    assert_eq!(world.party(alarm, "amb:a1").answer, Answer::Declined, "a waiver does not change what was said");
}

#[test]
fn a_replacement_takes_the_place_in_the_gate_required_or_not() {
    for required in [true, false] {
        let mut world = World::new();
        let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
        world.does(&crew("amb:a1"), decline(alarm));
        world.does(&crew("fire:f1"), acknowledge(alarm));
        let events = world.does(&desk("sos"), add(alarm, vec![listed("amb:a2", required)], Some("amb:a1")));
        assert_eq!(opened(&events), None, "nobody has acknowledged in its place");
        assert!(world.party(alarm, "amb:a2").required);
        assert_eq!(world.party(alarm, "amb:a1").standing, Standing::Replaced);
        assert_eq!(opened(&world.does(&crew("amb:a2"), acknowledge(alarm))), Some(2));
    }
}

#[test]
fn who_replaces_somebody_the_gate_does_not_wait_for_is_required_as_asked() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1"]);
    world.does(&desk("sos"), add(alarm, vec![listed("amb:a2", false)], Some("amb:a1")));
    assert!(!world.party(alarm, "amb:a2").required);
}

#[test]
fn a_party_added_before_the_gate_opens_joins_and_after_it_is_late() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!"]);
    world.does(&desk("sos"), add(alarm, vec![listed("amb:a1", true)], None));
    assert_eq!(opened(&world.does(&crew("fire:f1"), acknowledge(alarm))), None);
    assert_eq!(opened(&world.does(&crew("amb:a1"), acknowledge(alarm))), Some(2));
    world.does(&desk("sos"), add(alarm, vec![listed("fire:f2", true)], None));
    assert!(world.party(alarm, "fire:f2").late);
    assert_eq!(world.gate(alarm), Gate::Open, "who comes late blocks nobody");
    assert_eq!(opened(&world.does(&crew("fire:f2"), acknowledge(alarm))), None);
    assert_eq!(world.version(), 2);
}

#[test]
fn who_stands_down_or_is_recalled_leaves_the_gate() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!", "police:p1!"]);
    world.does(&crew("fire:f1"), acknowledge(alarm));
    assert_eq!(opened(&world.does(&desk("amb"), Command::StandDown)), None);
    assert_eq!(opened(&world.does(&desk("sos"), recall(alarm, &["police:p1"]))), Some(2));
    assert_eq!(world.party(alarm, "amb:a1").standing, Standing::StoodDown);
}

#[test]
fn a_gate_that_nobody_is_left_to_wait_for_does_not_open() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!"]);
    world.does(&desk("amb"), Command::StandDown);
    assert_eq!((world.gate(alarm), world.version()), (Gate::None, 1));
}

#[test]
fn a_recall_needs_acknowledgement_too_and_a_replaced_party_keeps_it() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    world.does(&desk("sos"), recall(alarm, &["amb:a1"]));
    assert!(world.party(alarm, "amb:a1").recall_awaited());
    world.does(&desk("sos"), add(alarm, vec![listed("amb:a2", true)], Some("amb:a1")));
    assert!(world.party(alarm, "amb:a1").recall_awaited(), "replacing it does not take the recall back");
    let events = world.does(&crew("amb:a1"), acknowledge(alarm));
    assert_eq!(events, [Event::RecallAcknowledged { alarm, party: party("amb:a1") }]);
    assert_eq!(world.ask(&crew("amb:a1"), acknowledge(alarm)), Err(Refusal::AlarmRecalled { alarm }));
}

#[test]
fn a_recalled_alarm_takes_nobody_more() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    world.does(&desk("sos"), recall(alarm, &[]));
    assert_eq!(world.gate(alarm), Gate::None);
    let more = add(alarm, vec![listed("fire:f2", true)], None);
    assert_eq!(world.ask(&desk("sos"), more), Err(Refusal::AlarmRecalled { alarm }));
    assert_eq!(world.ask(&desk("sos"), recall(alarm, &[])), Err(Refusal::AlarmRecalled { alarm }));
}

#[test]
fn an_operator_opens_the_gate_with_a_reason() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    let open = |reason_given| Command::OpenGate { alarm, reason_given };
    assert_eq!(world.ask(&desk("sos"), open(false)), Err(Refusal::ReasonMissing));
    assert_eq!(world.ask(&desk("fire"), open(true)), Err(Refusal::NotLead));
    let events = world.does(&desk("sos"), open(true));
    assert!(matches!(events[0], Event::GateOpened { by_operator: true, .. }));
    assert_eq!(opened(&events), Some(2));
    assert_eq!(world.ask(&desk("sos"), open(true)), Err(Refusal::GateAlreadyOpen { alarm }));
}

#[test]
fn an_alarm_that_was_sent_elsewhere_waits_for_nobody() {
    let mut world = World::new();
    let parties = vec![listed("fire:f1", true), listed("amb:a1", true)];
    let sent = Command::RaiseAlarm {
        plan: PlanChoice::ByHand,
        parties,
        already_sent: true,
        reason: None,
        talkgroup: TalkgroupChoice::default(),
    };
    let alarm = alarm_of(&world.does(&desk("sos"), sent));
    let listed_here = &world.incident.alarms[&alarm].parties;
    assert!(listed_here.values().all(|state| state.due_at.is_none() && !state.required));
    assert_eq!((world.gate(alarm), world.version()), (Gate::None, 1));
    assert_eq!(world.incident.next_deadline(), None);
    assert!(world.wait(86_400).is_empty());
    world.does(&crew("fire:f1"), acknowledge(alarm));
    assert_eq!(world.version(), 1);
    world.does(&desk("sos"), add(alarm, vec![listed("fire:f2", true)], Some("fire:f1")));
    assert!(!world.party(alarm, "fire:f2").required, "who is added to it is not waited for either");
}

#[test]
fn several_alarms_have_a_gate_each_and_a_version_each() {
    let mut world = World::new();
    let first = world.alarm(&["fire:f1!"]);
    let second = world.alarm(&["fire:f1!", "fire:f2"]);
    let events = world.does(&crew("fire:f1"), Command::Acknowledge { alarm: None, relayed_for: None });
    let gates: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::TotalInformationIssued { number, gate_of, .. } => Some((*number, *gate_of)),
            _ => None,
        })
        .collect();
    assert_eq!(gates, [(2, Some(first)), (3, Some(second))]);
}

#[test]
fn a_required_party_is_visible_to_all_required_parties() {
    let mut world = World::new();
    world.eyes.unseen.insert((org("amb"), party("police:p1")));
    let parties = |required| vec![listed("amb:a1", true), listed("police:p1", required)];
    let unseen = Refusal::PartyNotVisible { party: party("police:p1") };
    assert_eq!(world.ask(&desk("sos"), raise(PlanChoice::ByHand, parties(true))), Err(unseen.clone()));
    let alarm = alarm_of(&world.does(&desk("sos"), raise(PlanChoice::ByHand, parties(false))));
    let more = add(alarm, vec![listed("police", true)], None);
    world.eyes.unseen.insert((org("amb"), party("police")));
    assert_eq!(world.ask(&desk("sos"), more), Err(Refusal::PartyNotVisible { party: party("police") }));
}

#[test]
fn who_leaves_the_gate_need_not_see_who_takes_its_place() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!", "fire:f1!"]);
    world.eyes.unseen.insert((org("amb"), party("police:p1")));
    world.does(&desk("sos"), add(alarm, vec![listed("police:p1", true)], Some("amb:a1")));
    assert!(world.party(alarm, "police:p1").required);
}

#[test]
fn without_alarm_right_an_alarmed_organisation_alarms_its_own_units_and_nobody_else() {
    let mut world = World::new();
    let own = || raise(PlanChoice::ByHand, vec![listed("city:c1", true)]);
    let not_permitted = |answer| assert!(matches!(answer, Err(Refusal::NotPermitted { .. })), "{answer:?}");
    not_permitted(world.ask(&desk("city"), own()));
    world.alarm(&["city"]);
    let alarm = alarm_of(&world.does(&desk("city"), own()));
    not_permitted(world.ask(&desk("city"), raise(PlanChoice::ByHand, vec![listed("amb:a1", true)])));
    not_permitted(world.ask(&desk("city"), add(alarm, vec![listed("amb:a1", true)], None)));
    world.does(&desk("city"), add(alarm, vec![listed("city:c2", true)], None));
}

#[test]
fn an_incident_has_so_many_alarms_and_no_more() {
    let mut world = World::new();
    for _ in 0..128 {
        world.alarm(&["fire:f1"]);
    }
    let refused = world.ask(&desk("sos"), raise(PlanChoice::ByHand, vec![listed("fire:f1", false)]));
    assert_eq!(refused, Err(Refusal::LimitReached { what: "alarms in an incident", limit: 128 }));
}
