//! Which plan is chosen, whom it alarms where, who is notified by rule, and the record of why.

use std::collections::BTreeSet;

use samband_domain::{
    Involvement, Refusal,
    command::{Command, NewFact, PlanChoice},
    event::{Cause, Considered, Event, FactKind},
    plan::NotifyRule,
};

use crate::support::{World, alarm_of, desk, listed, org, raise};

type Words = &'static [&'static str];

/// The parties of the alarm that the plan makes of an incident of this type in this municipality.
fn alarmed(types: &[&str], municipality: Option<&str>, choice: PlanChoice) -> Result<Vec<String>, Refusal> {
    let mut world = World::of_types(types, municipality);
    let events = world.ask(&desk("sos"), raise(choice, vec![]))?;
    let alarm = alarm_of(&events);
    Ok(world.incident.alarms[&alarm].parties.keys().map(ToString::to_string).collect())
}

#[test]
fn the_first_plan_that_fits_type_and_municipality_is_chosen() {
    let everywhere: Words = &["amb:a1", "fire", "fire:f1", "fire:f2"];
    let cases: [(Words, Option<&str>, Option<Words>); 9] = [
        (&["Brand"], Some("Nord"), Some(&["fire:f1"])),
        (&["Brand"], Some("Syd"), Some(&["amb:a1", "fire", "fire:f2"])),
        (&["Brand"], Some("Öst"), Some(&["amb:a1", "fire"])),
        (&["Brand"], None, Some(&["fire:f1"])),
        (&["Rök"], Some(" nord "), Some(&["amb:a1", "fire", "fire:f1"])),
        (&["Rök"], None, Some(everywhere)),
        (&["Övrigt", "  trafikOLYCKA "], Some("Nord"), Some(&["fire:f1"])),
        (&["Djur"], Some("Nord"), None),
        (&[], None, None),
    ];
    for (types, municipality, expected) in cases {
        let expected =
            expected.ok_or(Refusal::UnknownPlan).map(|names| names.iter().map(ToString::to_string).collect());
        assert_eq!(alarmed(types, municipality, PlanChoice::Automatic), expected, "{types:?} in {municipality:?}");
    }
}

#[test]
fn a_plan_can_be_named_whatever_the_incident_is() {
    let named = |name: &str| alarmed(&["Djur"], None, PlanChoice::Named(name.into()));
    assert_eq!(named("trafik"), Ok(vec!["fire:f1".to_owned()]));
    assert_eq!(named("Trafik"), Err(Refusal::UnknownPlan));
}

#[test]
fn what_is_said_by_hand_goes_before_what_the_plan_says() {
    let mut world = World::new();
    let by_hand = vec![listed("amb:a1", false), listed("police", true)];
    let alarm = alarm_of(&world.does(&desk("sos"), raise(PlanChoice::Named("brand".into()), by_hand)));
    assert!(!world.party(alarm, "amb:a1").required, "the plan had it required");
    assert!(world.party(alarm, "police").required);
    assert_eq!(world.incident.alarms[&alarm].plan.as_deref(), Some("brand"));
}

fn decision(events: &[Event]) -> (Option<String>, String, Vec<String>, Vec<Considered>) {
    let decided = events.iter().find_map(|event| match event {
        Event::AlarmDecided { plan, rule, inputs, considered, .. } => {
            Some((plan.clone(), rule.clone(), inputs.clone(), considered.clone()))
        }
        _ => None,
    });
    decided.unwrap()
}

#[test]
fn the_record_names_everybody_considered_and_why() {
    let mut world = World::of_types(&["Rök"], Some("Syd"));
    let events = world.does(&desk("sos"), raise(PlanChoice::Automatic, vec![listed("city:c1", false)]));
    let (plan, rule, inputs, considered) = decision(&events);
    assert_eq!((plan.as_deref(), rule.as_str()), (Some("brand"), "larmplan brand"));
    assert_eq!(inputs, ["typ=Rök", "kommun=Syd"]);
    let shown: Vec<(String, bool, &str)> =
        considered.iter().map(|one| (one.party.to_string(), one.alerted, one.because.as_str())).collect();
    let shown: Vec<(&str, bool, &str)> =
        shown.iter().map(|(party, alerted, because)| (party.as_str(), *alerted, *because)).collect();
    assert_eq!(
        shown,
        [
            ("amb:a1", true, "står i larmplanen"),
            ("city:c1", true, "vald för hand"),
            ("fire", true, "står i larmplanen"),
            ("fire:f2", true, "står i larmplanen"),
            ("fire:f1", false, "larmplanen tar med den bara i Nord, händelsen är i Syd"),
            ("police", false, "står inte i larmplan brand"),
            ("sos", false, "står inte i larmplan brand"),
        ]
    );
}

#[test]
fn every_organisation_stands_in_every_record() {
    for (choice, rule) in
        [(PlanChoice::Named("brand-nord".into()), "larmplan brand-nord"), (PlanChoice::ByHand, "för hand")]
    {
        let mut world = World::new();
        let events = world.does(&desk("sos"), raise(choice, vec![listed("amb:a1", true)]));
        let (_, told, _, considered) = decision(&events);
        assert!(told.starts_with(rule), "{told}");
        let organisations: BTreeSet<_> = considered.iter().map(|one| one.party.organisation.clone()).collect();
        assert_eq!(organisations, world.directory.organisations.keys().cloned().collect());
        assert!(considered.iter().all(|one| !one.because.is_empty()));
    }
}

/// An involvement that changed: whose, to what, why.
type Change<'a> = (&'a str, Involvement, Cause, Option<&'a str>);

fn change(event: &Event) -> Option<Change<'_>> {
    match event {
        Event::InvolvementChanged { organisation, to, cause, because } => {
            Some((organisation.as_str(), *to, *cause, because.as_deref()))
        }
        _ => None,
    }
}

fn changes(events: &[Event]) -> Vec<Change<'_>> {
    events.iter().filter_map(change).collect()
}

#[test]
fn the_police_are_notified_of_every_rescue_operation() {
    let mut world = World::new();
    let events = world.does(&desk("sos"), raise(PlanChoice::ByHand, vec![listed("fire:f1", true)]));
    let notified = ("police", Involvement::Near, Cause::Rule, Some("LSO 6 kap. 10 §"));
    assert_eq!(changes(&events), [("fire", Involvement::Alarmed, Cause::AlarmByHand, None), notified]);
}

#[test]
fn who_is_alarmed_needs_no_notice_and_no_rule_no_notice() {
    let mut world = World::new();
    let both = vec![listed("fire:f1", true), listed("police:p1", true)];
    let events = world.does(&desk("sos"), raise(PlanChoice::ByHand, both));
    assert!(changes(&events).iter().all(|(_, to, cause, _)| *to == Involvement::Alarmed && *cause != Cause::Rule));
    let ambulance = World::new().does(&desk("sos"), raise(PlanChoice::ByHand, vec![listed("amb:a1", true)]));
    assert_eq!(changes(&ambulance).len(), 1);
}

#[test]
fn two_rules_notify_once() {
    let mut world = World::new();
    let second = NotifyRule { when_alarmed: "ambulans".into(), notify: "polis".into(), because: "avtal".into() };
    world.directory.notify.push(second);
    let both = vec![listed("fire:f1", true), listed("amb:a1", true)];
    let events = world.does(&desk("sos"), raise(PlanChoice::ByHand, both));
    let notified: Vec<_> = changes(&events).into_iter().filter(|(_, _, cause, _)| *cause == Cause::Rule).collect();
    assert_eq!(notified, [("police", Involvement::Near, Cause::Rule, Some("LSO 6 kap. 10 §"))]);
    assert_eq!(world.incident.involvement(&org("police")), Involvement::Near);
}

#[test]
fn a_municipality_that_the_sender_cannot_read_decides_nothing() {
    let mut world = World::of_types(&["Rök"], None);
    let municipality = Some("Syd".to_owned());
    world.does(&desk("amb"), Command::StateFact(NewFact { municipality, ..NewFact::of(FactKind::Address) }));
    let stated = world.incident.facts[&(FactKind::Address, org("amb"))];
    world.eyes.hidden.insert((org("sos"), stated));
    let events = world.does(&desk("sos"), raise(PlanChoice::Automatic, vec![]));
    let (.., inputs, considered) = decision(&events);
    assert_eq!(inputs, ["typ=Rök"]);
    let alerted: Vec<_> = considered.iter().filter(|one| one.alerted).map(|one| one.party.to_string()).collect();
    assert_eq!(alerted, ["amb:a1", "fire", "fire:f1", "fire:f2"], "rather one alarm too many than one that tells");
}
