//! Acknowledgements and declines: by the party itself, heard on radio, by a status.

use samband_domain::{
    AlarmId, Refusal, Role,
    alarm::{Answer, Gate},
    command::{Command, Principal},
    event::{Event, Means},
};

use crate::support::{World, acknowledge, crew, decline, desk, party, recall, relay};

const ALL: Command = Command::Acknowledge { alarm: None, relayed_for: None };

fn relayed_decline(alarm: AlarmId, name: &str) -> Command {
    Command::Decline { alarm, relayed_for: Some(party(name)), reason_given: true }
}

#[test]
fn a_relayed_acknowledgement_counts_if_the_organisation_named_the_relayer() {
    // Who relays, for whom, and whether the gate takes it.
    for (relayer, heard, counts) in [
        ("sos", "fire:f1", true),
        ("sos", "amb:a1", false),
        ("police", "fire:f1", false),
        ("amb", "amb:a1", true),
        ("fire", "fire", true),
    ] {
        let mut world = World::new();
        let alarm = world.alarm(&[&format!("{heard}!")]);
        let events = world.does(&desk(relayer), relay(alarm, heard));
        let noted = Event::Acknowledged { alarm, party: party(heard), means: Means::Relayed, counts };
        assert_eq!(events[0], noted);
        let gate = if counts { Gate::Open } else { Gate::Shut };
        assert_eq!(world.gate(alarm), gate, "{relayer} for {heard}");
    }
}

#[test]
fn what_did_not_count_is_not_in_the_way_of_what_does() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!"]);
    world.does(&desk("sos"), relay(alarm, "amb:a1"));
    let already = Err(Refusal::AlreadyAcknowledged { party: party("amb:a1") });
    assert_eq!(world.ask(&desk("sos"), relay(alarm, "amb:a1")), already);
    world.does(&crew("amb:a1"), acknowledge(alarm));
    assert_eq!(world.gate(alarm), Gate::Open);
    assert_eq!(world.ask(&crew("amb:a1"), acknowledge(alarm)), already);
}

#[test]
fn a_status_acknowledges_what_was_only_heard() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!"]);
    world.does(&desk("sos"), relay(alarm, "amb:a1"));
    world.does(&crew("amb:a1"), Command::ReportUnitStatus { unit: None, code: "U".into(), alarm: None });
    assert_eq!(world.gate(alarm), Gate::Open);
}

#[test]
fn a_status_acknowledges_every_alarm_that_waits_for_the_unit() {
    let mut world = World::new();
    let (first, second) = (world.alarm(&["fire:f1!"]), world.alarm(&["fire:f1!", "amb:a1!"]));
    let events = world.does(&crew("fire:f1"), Command::ReportUnitStatus { unit: None, code: "U".into(), alarm: None });
    let by_status = |event: &&Event| matches!(event, Event::Acknowledged { means: Means::Status, counts: true, .. });
    assert_eq!(events.iter().filter(by_status).count(), 2);
    assert_eq!((world.gate(first), world.gate(second)), (Gate::Open, Gate::Shut));
    let again = world.does(&crew("fire:f1"), Command::ReportUnitStatus { unit: None, code: "U".into(), alarm: None });
    assert_eq!(again.len(), 1, "the crew is not recorded twice");
}

#[test]
fn a_status_that_names_an_alarm_acknowledges_no_other() {
    let mut world = World::new();
    let (first, second) = (world.alarm(&["fire:f1!"]), world.alarm(&["fire:f1!"]));
    let named = |alarm| Command::ReportUnitStatus { unit: None, code: "U".into(), alarm: Some(alarm) };
    world.does(&crew("fire:f1"), named(second));
    assert_eq!((world.gate(first), world.gate(second)), (Gate::Shut, Gate::Open));
    world.does(&desk("sos"), Command::RecallAlarm { alarm: first, parties: Vec::new(), reason_given: true });
    let events = world.does(&crew("fire:f1"), named(first));
    assert_eq!(events.len(), 1, "the status stands; a recalled alarm is not acknowledged by it");
}

#[test]
fn a_desk_answers_for_itself_and_not_for_its_units() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire!", "fire:f1!"]);
    world.does(&desk("fire"), acknowledge(alarm));
    assert_eq!(world.party(alarm, "fire:f1").answer, Answer::Awaited);
    assert_eq!(world.gate(alarm), Gate::Shut);
}

#[test]
fn who_is_not_alarmed_has_nothing_to_answer() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!"]);
    let stranger = Err(Refusal::NotAParty { party: party("fire:f2") });
    assert_eq!(world.ask(&crew("fire:f2"), acknowledge(alarm)), stranger);
    assert_eq!(world.ask(&crew("fire:f2"), ALL), stranger);
    assert_eq!(world.ask(&crew("fire:f2"), decline(alarm)), stranger);
}

#[test]
fn acknowledging_everything_leaves_a_decline_alone() {
    let mut world = World::new();
    let declined = world.alarm(&["fire:f1!"]);
    world.does(&crew("fire:f1"), decline(declined));
    assert_eq!(world.ask(&crew("fire:f1"), ALL), Err(Refusal::NothingToDo));
    let other = world.alarm(&["fire:f1!"]);
    world.does(&crew("fire:f1"), ALL);
    assert_eq!((world.gate(declined), world.gate(other)), (Gate::Shut, Gate::Open));
    world.does(&crew("fire:f1"), acknowledge(declined));
    assert_eq!(world.gate(declined), Gate::Open, "by name it is taken back");
}

#[test]
fn acknowledging_everything_takes_note_of_recalls_too() {
    let mut world = World::new();
    let (one, other) = (world.alarm(&["fire:f1!"]), world.alarm(&["fire:f1!"]));
    world.does(&desk("sos"), recall(one, &[]));
    let events = world.does(&crew("fire:f1"), ALL);
    assert!(events.contains(&Event::RecallAcknowledged { alarm: one, party: party("fire:f1") }));
    assert_eq!(world.gate(other), Gate::Open);
    assert_eq!(world.ask(&crew("fire:f1"), ALL), Err(Refusal::AlreadyAcknowledged { party: party("fire:f1") }));
}

#[test]
fn who_has_acknowledged_may_still_decline_and_the_gate_waits_again() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    world.does(&crew("fire:f1"), acknowledge(alarm));
    world.does(&crew("fire:f1"), decline(alarm));
    world.does(&crew("amb:a1"), acknowledge(alarm));
    assert_eq!(world.gate(alarm), Gate::Shut);
    assert_eq!(world.ask(&crew("fire:f1"), decline(alarm)), Err(Refusal::NothingToDo));
}

#[test]
fn no_one_says_no_or_takes_note_of_a_recall_for_somebody_who_has_not_named_them() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!", "fire:f1!"]);
    let stranger = Err(Refusal::NotAParty { party: party("amb:a1") });
    assert_eq!(world.ask(&desk("sos"), relayed_decline(alarm, "amb:a1")), stranger);
    world.does(&desk("sos"), relayed_decline(alarm, "fire:f1"));
    world.does(&desk("sos"), recall(alarm, &[]));
    assert_eq!(world.ask(&desk("sos"), relay(alarm, "amb:a1")), stranger);
    assert!(world.party(alarm, "amb:a1").recall_awaited());
    world.does(&desk("sos"), relay(alarm, "fire:f1"));
    assert!(!world.party(alarm, "fire:f1").recall_awaited());
}

#[test]
fn a_no_is_not_talked_away_by_somebody_whose_word_does_not_count() {
    let mut world = World::new();
    let alarm = world.alarm(&["amb:a1!"]);
    world.does(&crew("amb:a1"), decline(alarm));
    assert_eq!(world.ask(&desk("sos"), relay(alarm, "amb:a1")), Err(Refusal::NothingToDo));
    assert_eq!(world.party(alarm, "amb:a1").answer, Answer::Declined);
    world.does(&desk("amb"), relay(alarm, "amb:a1"));
    assert_eq!(world.gate(alarm), Gate::Open);
}

#[test]
fn a_viewer_answers_nothing_and_a_crew_relays_nothing() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!"]);
    let viewer = Principal { role: Role::Viewer, ..crew("fire:f1") };
    for (who, command) in [(viewer, acknowledge(alarm)), (crew("fire:f1"), relay(alarm, "fire:f1"))] {
        assert!(matches!(world.ask(&who, command), Err(Refusal::NotPermitted { .. })));
    }
}

#[test]
fn a_closed_incident_still_takes_acknowledgements() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!"]);
    let outcome = samband_domain::event::CloseOutcome::FalseAlarm;
    world.does(&desk("sos"), Command::CloseIncident { outcome });
    world.does(&crew("fire:f1"), acknowledge(alarm));
    assert_eq!(world.ask(&crew("fire:f1"), decline(alarm)), Err(Refusal::IncidentClosed));
}

#[test]
fn an_answer_that_lay_with_the_sender_is_none_to_an_alarm_that_came_meanwhile() {
    let mut world = World::new();
    let first = world.alarm(&["fire:f1!"]);
    let pressed = world.time().0 / 1000 + 5;
    world.wait(60);
    let second = world.alarm(&["fire:f1!"]);
    world.ask_pressed(&crew("fire:f1"), ALL, Some(pressed)).unwrap();
    assert_eq!((world.gate(first), world.gate(second)), (Gate::Open, Gate::Shut));
    let again = world.ask_pressed(&crew("fire:f1"), ALL, Some(pressed));
    assert!(matches!(again, Err(Refusal::NothingToDo | Refusal::AlreadyAcknowledged { .. })), "{again:?}");
    assert_eq!(world.gate(second), Gate::Shut);
    // A clock that is wrong refuses nothing.
    world.ask_pressed(&crew("fire:f1"), ALL, Some(1)).unwrap();
    assert_eq!(world.gate(second), Gate::Open);
}

#[test]
fn an_answer_from_before_the_recall_takes_no_note_of_it() {
    for named in [true, false] {
        let mut world = World::new();
        let alarm = world.alarm(&["fire:f1!"]);
        let pressed = world.time().0 / 1000 + 5;
        world.wait(10);
        world.does(&desk("sos"), recall(alarm, &[]));
        let answer = if named { acknowledge(alarm) } else { ALL };
        let early = world.ask_pressed(&crew("fire:f1"), answer.clone(), Some(pressed));
        assert_eq!(early, Err(Refusal::AlarmRecalled { alarm }));
        assert!(world.party(alarm, "fire:f1").recall_awaited());
        let now = world.time().0 / 1000;
        let noted = world.ask_pressed(&crew("fire:f1"), answer, Some(now)).unwrap();
        assert_eq!(noted, [Event::RecallAcknowledged { alarm, party: party("fire:f1") }]);
    }
}
