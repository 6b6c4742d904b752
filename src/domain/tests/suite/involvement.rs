//! Involvement: a privilege that only others raise, and one lead.

use samband_domain::{
    Involvement, Refusal,
    command::{Command, PlanChoice},
    event::{Cause, CloseOutcome, Event},
};

use crate::support::{World, crew, desk, listed, org, raise};

fn involve(name: &str) -> Command {
    Command::InvolveOrganisation { organisation: org(name), reason: None }
}

fn offer(name: &str) -> Command {
    Command::OfferLead { to: org(name) }
}

fn of(world: &World, name: &str) -> Involvement {
    world.incident.involvement(&org(name))
}

#[test]
fn drawing_in_needs_alarm_right_and_is_of_others() {
    let mut world = World::new();
    assert!(matches!(world.ask(&desk("city"), involve("amb")), Err(Refusal::NotPermitted { .. })));
    assert!(matches!(world.ask(&crew("fire:f1"), involve("amb")), Err(Refusal::NotPermitted { .. })));
    assert_eq!(world.ask(&desk("fire"), involve("fire")), Err(Refusal::OwnInvolvement));
    assert_eq!(world.ask(&desk("fire"), involve("nobody")), Err(Refusal::UnknownOrganisation));
    world.does(&desk("fire"), involve("city"));
    assert_eq!(of(&world, "city"), Involvement::Near);
    assert_eq!(world.ask(&desk("sos"), involve("city")), Err(Refusal::NothingToDo));
}

#[test]
fn nobody_alarms_itself_but_a_plan_that_the_rules_choose_may_name_the_sender() {
    let mut world = World::of_types(&["Rök"], None);
    let itself = || vec![listed("fire:f1", true)];
    assert_eq!(world.ask(&desk("fire"), raise(PlanChoice::ByHand, itself())), Err(Refusal::OwnInvolvement));
    for parties in [itself(), vec![]] {
        let named = raise(PlanChoice::Named("brand".into()), parties);
        assert_eq!(
            world.ask(&desk("fire"), named),
            Err(Refusal::OwnInvolvement),
            "naming a plan is choosing whom it lists"
        );
    }
    world.does(&desk("fire"), raise(PlanChoice::Automatic, vec![]));
    assert_eq!(of(&world, "fire"), Involvement::Alarmed);
    world.does(&desk("fire"), raise(PlanChoice::ByHand, itself()));
}

#[test]
fn lead_moves_by_offer_and_acceptance_and_is_always_one() {
    let mut world = World::new();
    assert_eq!(world.ask(&desk("police"), Command::AcceptLead), Err(Refusal::NotOffered));
    let not_involved = Err(Refusal::NotInvolved { organisation: org("police") });
    assert_eq!(world.ask(&desk("sos"), offer("police")), not_involved);
    world.alarm(&["police", "fire"]);
    assert_eq!(world.ask(&desk("fire"), offer("police")), Err(Refusal::NotLead));
    assert_eq!(world.ask(&desk("sos"), offer("sos")), Err(Refusal::NothingToDo));
    world.does(&desk("sos"), offer("fire"));
    world.does(&desk("sos"), offer("police"));
    assert_eq!(world.ask(&desk("fire"), Command::AcceptLead), Err(Refusal::NotOffered), "the newest offer stands");
    let events = world.does(&desk("police"), Command::AcceptLead);
    let moved: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::InvolvementChanged { organisation, to, cause: Cause::LeadAccepted, .. } => {
                Some((organisation.as_str(), *to))
            }
            _ => None,
        })
        .collect();
    assert_eq!(moved, [("sos", Involvement::Alarmed), ("police", Involvement::Lead)]);
    assert_eq!(world.ask(&desk("police"), Command::AcceptLead), Err(Refusal::NotOffered));
    assert_eq!(world.ask(&desk("police"), Command::StandDown), Err(Refusal::LeadCannotStandDown));
}

#[test]
fn who_stood_down_is_drawn_in_anew_by_an_alarm_but_not_by_a_rule() {
    let mut world = World::new();
    world.alarm(&["police", "amb"]);
    world.does(&desk("police"), Command::StandDown);
    world.does(&desk("amb"), Command::StandDown);
    assert_eq!(world.ask(&desk("amb"), Command::StandDown), Err(Refusal::NothingToDo));
    world.alarm(&["fire:f1!", "amb:a1!"]);
    let down: Vec<_> = world.incident.stood_down.iter().map(ToString::to_string).collect();
    assert_eq!(down, ["police"], "being let know is not being drawn in");
    world.does(&desk("sos"), involve("police"));
    assert!(world.incident.stood_down.is_empty());
    assert_eq!(of(&world, "police"), Involvement::Alarmed, "never lower than it was");
}

#[test]
fn who_accepts_the_lead_has_come_back() {
    let mut world = World::new();
    world.alarm(&["fire", "amb"]);
    world.does(&desk("fire"), Command::StandDown);
    world.does(&desk("sos"), offer("fire"));
    world.does(&desk("fire"), Command::AcceptLead);
    assert!(world.incident.stood_down.is_empty());
    world.does(&desk("fire"), offer("amb"));
    world.does(&desk("amb"), Command::AcceptLead);
    let engaged = Refusal::StillEngaged { organisations: vec![org("fire"), org("sos")] };
    let completed = Command::CloseIncident { outcome: CloseOutcome::Completed };
    assert_eq!(world.ask(&desk("amb"), completed), Err(engaged));
}

#[test]
fn who_is_not_involved_has_nothing_to_leave() {
    let mut world = World::new();
    let refused = Err(Refusal::NotInvolved { organisation: org("amb") });
    assert_eq!(world.ask(&desk("amb"), Command::StandDown), refused);
}
