//! Due times: overdue once, escalation, and what withdraws it.

use std::collections::BTreeSet;

use samband_domain::{
    Involvement, Timestamp,
    command::{Command, NewParty, PlanChoice},
    decide::{self, Passing},
    event::{CloseOutcome, Event},
};

use crate::support::{
    START, World, acknowledge, alarm_of, crew, decline, desk, listed, org, party, raise, relay, waive,
};

fn overdue(events: &[Event]) -> Vec<String> {
    let of = |event: &Event| match event {
        Event::AcknowledgementOverdue { party, .. } => Some(party.to_string()),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn each_party_has_its_own_time_and_is_overdue_once() {
    let mut world = World::new();
    let short = NewParty { due_seconds: Some(5), ..listed("fire:f1", true) };
    let parties = vec![short, listed("amb:a1", true), listed("fire:f2", true)];
    let alarm = alarm_of(&world.does(&desk("sos"), raise(PlanChoice::ByHand, parties)));
    assert_eq!(world.incident.next_deadline(), Some(Timestamp((START + 5) * 1000)));
    assert!(world.wait(4).is_empty());
    assert_eq!(overdue(&world.wait(1)), ["fire:f1"]);
    assert!(world.wait(54).is_empty());
    assert_eq!(overdue(&world.wait(1)), ["amb:a1"]);
    assert_eq!(overdue(&world.wait(1000)), ["fire:f2"]);
    assert!(world.wait(1000).is_empty());
    assert_eq!(world.incident.next_deadline(), None);
    assert!(world.party(alarm, "fire:f1").overdue);
}

#[test]
fn a_deadline_that_no_longer_stands_leads_to_nothing() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!"]);
    world.now += 90;
    let passed = decide::passed(&world.incident, world.time(), &BTreeSet::new());
    assert_eq!(passed, [Passing::Acknowledgement(alarm, party("fire:f1"), world.time())]);
    world.does(&crew("fire:f1"), acknowledge(alarm));
    let sos = desk("sos");
    let events = world.with_context(&sos, None, |incident, ctx| decide::pass(incident, &passed[0], ctx));
    assert!(events.is_empty());
}

#[test]
fn who_has_answered_left_or_is_waived_is_not_overdue() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "fire:f2!", "amb:a1!", "police:p1!", "city!"]);
    world.does(&crew("fire:f1"), acknowledge(alarm));
    world.does(&crew("fire:f2"), decline(alarm));
    world.does(&desk("amb"), Command::StandDown);
    world.does(&desk("sos"), waive(alarm, "police:p1"));
    assert_eq!(overdue(&world.wait(1000)), ["city"]);
}

#[test]
fn an_acknowledgement_that_does_not_count_does_not_stop_the_clock() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!"]);
    world.does(&desk("sos"), relay(alarm, "amb:a1"));
    assert_eq!(overdue(&world.wait(60)), ["amb:a1"]);
    world.ask_pressed(&desk("police"), relay(alarm, "amb:a1"), Some(START + 1)).unwrap_err();
    assert!(world.party(alarm, "amb:a1").overdue);
    assert!(world.wait(1000).is_empty(), "overdue once all the same");
}

#[test]
fn overdue_is_withdrawn_by_a_believable_press_in_time() {
    // Due at 60 s, received at 100 s; pressed when, by the sender's clock, and whether that withdraws it.
    for (pressed, withdraws) in [
        (None, false),
        (Some(60), true),
        (Some(1), true),
        (Some(61), false),
        (Some(99), false),
        (Some(-29), true),
        (Some(-31), false),
        (Some(500), false),
    ] {
        let mut world = World::new();
        let alarm = world.alarm(&["amb:a1!"]);
        world.wait(100);
        let pressed_at = pressed.map(|seconds| START + seconds);
        let events = world.ask_pressed(&crew("amb:a1"), acknowledge(alarm), pressed_at).unwrap();
        let withdrawn = Event::OverdueWithdrawn { alarm, party: party("amb:a1") };
        assert_eq!(events.contains(&withdrawn), withdraws, "pressed at {pressed:?}");
        assert_eq!(world.party(alarm, "amb:a1").overdue, !withdraws);
    }
}

#[test]
fn a_press_from_before_the_alarm_is_not_about_it() {
    let mut world = World::new();
    world.now += 1000;
    let alarm = world.alarm(&["amb:a1!"]);
    world.wait(100);
    let events = world.ask_pressed(&crew("amb:a1"), acknowledge(alarm), Some(START + 500)).unwrap();
    assert!(!events.iter().any(|event| matches!(event, Event::OverdueWithdrawn { .. })));
}

#[test]
fn a_required_party_that_is_overdue_brings_the_plans_escalation_once() {
    let mut world = World::of_types(&["Trafikolycka"], None);
    let alarm = alarm_of(&world.does(&desk("sos"), raise(PlanChoice::Automatic, vec![])));
    let events = world.wait(90);
    let added: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::PartiesAdded { parties, .. } => Some(parties.iter().map(|one| one.id.to_string())),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(added, ["fire:f2", "amb", "amb:a1"]);
    assert!(!world.party(alarm, "amb").required);
    assert_eq!(world.incident.involvement(&org("amb")), Involvement::Alarmed);
    let changed = events.iter().filter(|event| matches!(event, Event::InvolvementChanged { .. })).count();
    assert_eq!(changed, 1, "an organisation is drawn in once, however many of its parties are");
    assert!(!world.wait(1000).iter().any(|event| matches!(event, Event::PartiesAdded { .. })));
}

#[test]
fn an_escalation_that_alarms_the_fire_service_notifies_the_police() {
    let mut world = World::of_types(&["Trafikolycka"], None);
    world.directory.plans[2].parties[0].party = party("amb:a2");
    world.does(&desk("sos"), raise(PlanChoice::Automatic, vec![]));
    assert_eq!(world.incident.involvement(&org("police")), Involvement::None);
    world.wait(90);
    assert_eq!(world.incident.involvement(&org("police")), Involvement::Near);
    let by_hub = world.history.iter().rev().take(3).all(|(decided, ..)| decided.by_hub && decided.owner == org("sos"));
    assert!(by_hub, "what the hub makes belongs to the alarm's owner");
}

#[test]
fn who_is_not_required_escalates_nothing() {
    let mut world = World::of_types(&["Trafikolycka"], None);
    let by_hand = vec![listed("fire:f1", false)];
    world.does(&desk("sos"), raise(PlanChoice::Automatic, by_hand));
    let events = world.wait(1000);
    assert_eq!(overdue(&events), ["fire:f1"]);
    assert_eq!(events.len(), 1);
}

#[test]
fn nothing_becomes_due_in_a_closed_incident() {
    let mut world = World::new();
    world.alarm(&["fire:f1!"]);
    world.does(&desk("sos"), Command::CloseIncident { outcome: CloseOutcome::FalseAlarm });
    assert_eq!(world.incident.next_deadline(), None);
    assert!(world.wait(1000).is_empty());
}
