//! Facts, numbers, desks, links, closing and opening again.

use samband_domain::{
    EventId, IncidentId, Refusal, Scope, Timestamp,
    command::{Command, NewFact},
    decide,
    event::{CloseOutcome, Event, ExternalNumber, FactKind, LinkKind},
    incident::{Incident, apply},
};

use crate::support::{World, crew, desk, org};

fn claim(desk: &str) -> Command {
    Command::ClaimDesk { desk: desk.into() }
}

fn hand_over(to: &str) -> Command {
    Command::HandOverDesk { to: to.into() }
}

fn fact(kind: FactKind, withdraw: bool) -> Command {
    Command::StateFact(NewFact { withdraw, ..NewFact::of(kind) })
}

fn address(municipality: Option<&str>, withdraw: bool) -> Command {
    Command::StateFact(NewFact {
        municipality: municipality.map(str::to_owned),
        withdraw,
        ..NewFact::of(FactKind::Address)
    })
}

fn close(outcome: CloseOutcome) -> Command {
    Command::CloseIncident { outcome }
}

#[test]
fn a_desk_claims_and_hands_over_within_its_organisation() {
    let mut world = World::new();
    assert_eq!(world.ask(&desk("fire"), hand_over("desk 2")), Err(Refusal::NotClaimed));
    world.does(&desk("fire"), claim("desk 1"));
    let claimed = |desk: &str| Err(Refusal::AlreadyClaimed { desk: desk.into() });
    assert_eq!(world.ask(&desk("fire"), claim("desk 2")), claimed("desk 1"));
    world.does(&desk("amb"), claim("desk 2"));
    assert_eq!(world.ask(&desk("fire"), hand_over("desk 1")), claimed("desk 1"));
    let handed = world.does(&desk("fire"), hand_over("desk 2"));
    assert_eq!(handed, [Event::DeskHandedOver { from: "desk 1".into(), to: "desk 2".into() }]);
    assert_eq!(world.ask(&desk("fire"), claim("desk 1")), claimed("desk 2"));
}

#[test]
fn a_fact_is_its_owners_and_two_owners_facts_stand_side_by_side() {
    let mut world = World::new();
    world.does(&desk("sos"), fact(FactKind::Hazard, false));
    world.does(&crew("fire:f1"), fact(FactKind::Hazard, false));
    assert_eq!(world.incident.facts.len(), 2);
    assert_eq!(world.ask(&desk("amb"), fact(FactKind::Hazard, true)), Err(Refusal::NothingStated));
    world.does(&desk("sos"), fact(FactKind::Hazard, true));
    let left: Vec<_> = world.incident.facts.keys().cloned().collect();
    assert_eq!(left, [(FactKind::Hazard, org("fire"))]);
    assert_eq!(world.ask(&desk("sos"), fact(FactKind::Hazard, true)), Err(Refusal::NothingStated));
}

fn newest_municipality(incident: &Incident) -> Option<&str> {
    incident.addresses.iter().rev().find_map(|(_, municipality)| municipality.as_deref())
}

#[test]
fn the_municipality_is_that_of_the_newest_address_in_force() {
    // Who states which address, or withdraws it, and the municipality after that.
    let steps = [
        ("sos", Some("Nord"), false, Some("Nord")),
        ("fire", None, false, Some("Nord")),
        ("fire", Some("Syd"), false, Some("Syd")),
        ("fire", Some("Syd"), true, Some("Nord")),
        ("sos", None, false, None),
        ("sos", Some("Väst"), false, Some("Väst")),
        ("sos", None, true, None),
    ];
    let mut world = World::new();
    for (who, municipality, withdraw, expected) in steps {
        world.does(&desk(who), address(municipality, withdraw));
        assert_eq!(newest_municipality(&world.incident), expected, "{who} {municipality:?} {withdraw}");
    }
}

#[test]
fn numbers_of_other_systems_are_kept_by_organisation() {
    let mut world = World::new();
    let number = |number: &str| ExternalNumber {
        system: "CoordCom".into(),
        centre: "Z".into(),
        day: "2026-11-01".into(),
        number: number.into(),
    };
    for (who, one) in [("sos", "12345"), ("sos", "12346"), ("fire", "12345")] {
        world.does(&desk(who), Command::AddExternalNumber(number(one)));
    }
    assert_eq!(world.incident.numbers.len(), 3);
}

#[test]
fn a_link_stands_in_both_incidents_until_it_is_unlinked() {
    let mut world = World::new();
    let mut other = Incident::new(IncidentId([2; 16]));
    let here = world.incident.id;
    let there = other.id;
    let (related, duplicate) = (LinkKind::Related, LinkKind::Duplicate);
    // What is asked, and what comes of it.
    for (kind, unlink, expected) in [
        (related, true, Err(Refusal::NotLinked)),
        (related, false, Ok(())),
        (related, false, Err(Refusal::AlreadyLinked)),
        (duplicate, false, Ok(())),
        (duplicate, true, Ok(())),
        (duplicate, true, Err(Refusal::NotLinked)),
    ] {
        let who = desk("sos");
        let answer = world
            .with_context(&who, None, |incident, ctx| decide::link_both(incident, &other, kind, unlink, ctx))
            .map(|events| {
                assert_eq!([&events[0].scope, &events[1].scope], [&Scope::Incident(here), &Scope::Incident(there)]);
                apply(&mut world.incident, &events[0], Timestamp(0));
                apply(&mut other, &events[1], Timestamp(0));
            });
        assert_eq!(answer, expected, "{kind:?} {unlink}");
        let linked = |incident: &Incident, to: &IncidentId| incident.links.get(&(*to, org("sos"))).copied();
        assert_eq!(linked(&world.incident, &there), linked(&other, &here));
    }
    let crew = crew("fire:f1");
    let by_crew =
        world.with_context(&crew, None, |incident, ctx| decide::link_both(incident, &other, related, false, ctx));
    assert!(matches!(by_crew, Err(Refusal::NotPermitted { .. })));
    let who = desk("sos");
    let itself =
        world.with_context(&who, None, |incident, ctx| decide::link_both(incident, incident, related, false, ctx));
    assert_eq!(itself, Err(Refusal::NothingToDo));
}

#[test]
fn an_incident_is_not_completed_while_organisations_are_engaged() {
    let mut world = World::new();
    world.alarm(&["fire:f1!", "amb:a1!"]);
    let engaged = |names: &[&str]| {
        let organisations = names.iter().map(|name| org(name)).collect();
        Err(Refusal::StillEngaged { organisations })
    };
    assert_eq!(world.ask(&desk("sos"), close(CloseOutcome::Completed)), engaged(&["amb", "fire"]));
    world.does(&desk("amb"), Command::StandDown);
    assert_eq!(world.ask(&desk("sos"), close(CloseOutcome::Completed)), engaged(&["fire"]));
    assert_eq!(world.ask(&desk("fire"), close(CloseOutcome::Completed)), Err(Refusal::NotLead));
    world.does(&desk("fire"), Command::StandDown);
    world.does(&desk("sos"), close(CloseOutcome::Completed));
    assert!(world.incident.closed);
}

#[test]
fn what_was_nothing_ends_at_once() {
    for outcome in [CloseOutcome::FalseAlarm, CloseOutcome::Duplicate, CloseOutcome::Cancelled] {
        let mut world = World::new();
        world.alarm(&["fire:f1!"]);
        world.does(&desk("sos"), close(outcome));
        assert!(world.incident.closed, "{outcome:?}");
    }
}

#[test]
fn a_closed_incident_takes_little_and_is_reopened_by_its_lead_with_a_reason() {
    let mut world = World::new();
    let reopen = |reason_given| Command::ReopenIncident { reason_given };
    assert_eq!(world.ask(&desk("sos"), reopen(true)), Err(Refusal::IncidentNotClosed));
    world.does(&desk("sos"), close(CloseOutcome::Completed));
    for command in [claim("desk 1"), fact(FactKind::Hazard, false), Command::StandDown, close(CloseOutcome::Completed)]
    {
        assert_eq!(world.ask(&desk("sos"), command), Err(Refusal::IncidentClosed));
    }
    world.does(&crew("fire:f1"), Command::AddNote);
    assert_eq!(world.ask(&desk("fire"), reopen(true)), Err(Refusal::NotLead));
    assert_eq!(world.ask(&desk("sos"), reopen(false)), Err(Refusal::ReasonMissing));
    world.does(&desk("sos"), reopen(true));
    world.does(&desk("sos"), claim("desk 1"));
}

#[test]
fn a_report_says_who_leads_and_keeps_its_facts_and_numbers() {
    let world = World::of_types(&["Brand", "Villa"], Some("Nord"));
    let incident = &world.incident;
    assert_eq!((incident.types.len(), newest_municipality(incident)), (2, Some("Nord")));
    assert_eq!(incident.lead(), Some(&org("sos")));
    let stated: Vec<EventId> = incident.facts.values().copied().collect();
    let (last, ..) = world.history.last().unwrap();
    assert_eq!((stated, last.content), (vec![last.id], Some(0)), "the fact carries the first of the report's contents");
}
