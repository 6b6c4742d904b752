//! Total information: common versions, addenda for what is narrower, and who holds which.

use samband_domain::{
    EventId, Refusal,
    command::{Command, NewFact},
    event::{Event, FactKind},
};

use crate::support::{World, acknowledge, crew, desk, org, party};

fn state(kind: FactKind) -> Command {
    Command::StateFact(NewFact::of(kind))
}

/// SOS states a fact.
fn fact(world: &mut World, kind: FactKind) -> EventId {
    world.does(&desk("sos"), state(kind));
    world.history.last().unwrap().0.id
}

fn hide(world: &mut World, organisation: &str, event: EventId) {
    world.eyes.hidden.insert((org(organisation), event));
}

fn refer(references: &[EventId]) -> Command {
    Command::IssueTotalInformation { references: references.to_vec(), text_given: false, material: true }
}

fn say(material: bool) -> Command {
    Command::IssueTotalInformation { references: Vec::new(), text_given: true, material }
}

fn confirm(number: u32) -> Command {
    Command::ConfirmTotalInformation { number, relayed_for: None }
}

/// Versions and addenda among these events, with what they refer to.
fn briefings(events: &[Event]) -> Vec<(&str, u32, Vec<EventId>)> {
    let briefing = |event: &Event| match event {
        Event::TotalInformationIssued { number, references, .. } => Some(("version", *number, references.clone())),
        Event::AddendumIssued { number, references } => Some(("addendum", *number, references.clone())),
        _ => None,
    };
    events.iter().filter_map(briefing).collect()
}

fn alarm(world: &mut World) -> Vec<Event> {
    world.alarm(&["fire:f1!", "amb:a1!"]);
    world.history.iter().map(|(decided, ..)| decided.event.clone()).collect()
}

#[test]
fn version_1_is_out_with_the_first_alarm_and_asks_for_nothing_of_its_own() {
    let mut world = World::new();
    let hazard = fact(&mut world, FactKind::Hazard);
    let events = alarm(&mut world);
    assert_eq!(briefings(&events), [("version", 1, vec![hazard])]);
    let parties = [party("fire:f1"), party("amb:a1")];
    assert!(world.incident.total.as_ref().unwrap().unconfirmed(parties.iter()).is_empty());
    world.alarm(&["police"]);
    assert_eq!(world.version(), 1, "a later alarm finds it there");
}

#[test]
fn what_not_all_alarmed_see_travels_as_an_addendum() {
    let mut world = World::new();
    let (common, narrow) = (fact(&mut world, FactKind::Hazard), fact(&mut world, FactKind::Health));
    hide(&mut world, "fire", narrow);
    let events = alarm(&mut world);
    assert_eq!(briefings(&events), [("version", 1, vec![common]), ("addendum", 1, vec![narrow])]);
    // Issued by hand: the number changes only for what all see.
    let more = fact(&mut world, FactKind::Threat);
    let events = world.does(&desk("sos"), refer(&[narrow]));
    assert_eq!(briefings(&events), [("addendum", 1, vec![narrow])]);
    let events = world.does(&desk("sos"), refer(&[common, narrow, more]));
    assert_eq!(briefings(&events), [("version", 2, vec![common, more]), ("addendum", 2, vec![narrow])]);
}

#[test]
fn the_same_references_again_are_no_new_version() {
    let mut world = World::new();
    let hazard = fact(&mut world, FactKind::Hazard);
    alarm(&mut world);
    assert_eq!(world.ask(&desk("sos"), refer(&[hazard])), Err(Refusal::NothingToDo));
    assert_eq!(world.ask(&desk("sos"), refer(&[])), Err(Refusal::NothingToDo));
    let events = world.does(&desk("sos"), say(false));
    assert_eq!(briefings(&events), [("version", 2, vec![hazard])], "text keeps the references");
}

#[test]
fn an_addendum_needs_a_version_to_stand_beside() {
    let mut world = World::new();
    let narrow = fact(&mut world, FactKind::Health);
    hide(&mut world, "sos", narrow);
    assert_eq!(world.ask(&desk("sos"), refer(&[narrow])), Err(Refusal::NothingToDo));
}

#[test]
fn the_gates_version_holds_what_is_in_force_now_and_what_its_owner_sees() {
    let mut world = World::new();
    let (gone, kept) = (fact(&mut world, FactKind::Hazard), fact(&mut world, FactKind::BreakPoint));
    let alarm = world.alarm(&["fire:f1!"]);
    world.does(&crew("fire:f1"), Command::AddNote);
    let note = world.history.last().unwrap().0.id;
    world.does(&desk("sos"), refer(&[gone, kept, note]));
    world.does(&crew("fire:f1"), state(FactKind::Casualties));
    let casualties = world.history.last().unwrap().0.id;
    world.does(&crew("fire:f1"), state(FactKind::Health));
    let health = world.history.last().unwrap().0.id;
    hide(&mut world, "sos", health);
    world.does(&desk("sos"), Command::StateFact(NewFact { withdraw: true, ..NewFact::of(FactKind::Hazard) }));
    let events = world.does(&crew("fire:f1"), acknowledge(alarm));
    assert_eq!(briefings(&events), [("version", 3, vec![casualties, kept, note])]);
}

#[test]
fn a_gate_makes_an_addendum_of_what_is_narrow() {
    let mut world = World::new();
    let narrow = fact(&mut world, FactKind::Health);
    hide(&mut world, "fire", narrow);
    let alarm = world.alarm(&["fire:f1!"]);
    let events = world.does(&crew("fire:f1"), acknowledge(alarm));
    assert_eq!(briefings(&events), [("version", 2, vec![]), ("addendum", 2, vec![narrow])]);
    assert!(world.history.iter().rev().take(3).all(|(decided, ..)| decided.by_hub && decided.owner == org("sos")));
}

#[test]
fn others_than_the_compilers_add_beside_the_version() {
    let mut world = World::new();
    let hazard = fact(&mut world, FactKind::Hazard);
    let stranger = Err(Refusal::NotInvolved { organisation: org("amb") });
    assert_eq!(world.ask(&desk("amb"), refer(&[hazard])), stranger);
    alarm(&mut world);
    assert_eq!(world.ask(&desk("amb"), say(true)), Err(Refusal::NotLead));
    assert_eq!(world.ask(&desk("amb"), refer(&[])), Err(Refusal::NothingToDo));
    let events = world.does(&desk("amb"), refer(&[hazard]));
    assert_eq!(briefings(&events), [("addendum", 1, vec![hazard])]);
    assert_eq!(world.version(), 1);
}

#[test]
fn a_version_is_confirmed_while_it_is_the_newest_that_asks_or_newer() {
    let mut world = World::new();
    let stale = Err(Refusal::StaleVersion { current: 4 });
    assert_eq!(world.ask(&desk("fire"), confirm(1)), Err(Refusal::NotFound));
    alarm(&mut world);
    world.does(&crew("fire:f1"), confirm(1));
    for material in [false, true, false] {
        world.does(&desk("sos"), say(material));
    }
    // Version 3 asked for an answer, 2 and 4 did not.
    for (number, answer) in [(0, stale.clone()), (1, stale.clone()), (2, stale.clone()), (5, stale)] {
        assert_eq!(world.ask(&crew("amb:a1"), confirm(number)), answer, "{number}");
    }
    let parties = [party("fire:f1"), party("amb:a1")];
    let unconfirmed = |world: &World| {
        let total = world.incident.total.clone().unwrap();
        total.unconfirmed(parties.iter()).into_iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(unconfirmed(&world), ["fire:f1", "amb:a1"]);
    world.does(&crew("amb:a1"), confirm(3));
    world.does(&crew("amb:a1"), confirm(4));
    let already = Err(Refusal::AlreadyAcknowledged { party: party("amb:a1") });
    assert_eq!(world.ask(&crew("amb:a1"), confirm(4)), already);
    assert_eq!(unconfirmed(&world), ["fire:f1"]);
}

#[test]
fn confirming_for_somebody_is_for_those_whose_word_counts() {
    let mut world = World::new();
    alarm(&mut world);
    let heard = |name: &str| Command::ConfirmTotalInformation { number: 1, relayed_for: Some(party(name)) };
    assert_eq!(world.ask(&desk("sos"), heard("amb:a1")), Err(Refusal::NotAParty { party: party("amb:a1") }));
    assert_eq!(world.ask(&desk("sos"), heard("city")), Err(Refusal::NotAParty { party: party("city") }));
    world.does(&desk("sos"), heard("fire:f1"));
    world.does(&desk("amb"), heard("amb:a1"));
}
