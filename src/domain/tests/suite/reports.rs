//! What comes from the scene: status codes, arrival reports by four templates, sitreps.

use std::collections::BTreeSet;

use samband_domain::{
    Refusal, ReportId, Role,
    command::{Command, Principal},
    event::Event,
    report::{CoreField, Template},
};

use crate::support::{World, crew, desk, unit};

fn status(code: &str) -> Command {
    Command::ReportUnitStatus { unit: None, code: code.into(), alarm: None }
}

fn heard_status(name: &str, code: &str) -> Command {
    Command::ReportUnitStatus { unit: Some(unit(name)), code: code.into(), alarm: None }
}

fn report(template: Template, filled: &[CoreField], corrects: Option<ReportId>) -> Command {
    Command::FileArrivalReport { template, filled: filled.iter().copied().collect(), unit: None, corrects }
}

fn filed(events: &[Event]) -> ReportId {
    match events {
        [Event::ArrivalReportFiled { report, .. }] => *report,
        other => panic!("one report, not {other:?}"),
    }
}

#[test]
fn a_status_out_of_order_is_taken_and_flagged() {
    // The codes in turn, and which of them are flagged.
    let cases: [(&[&str], &[bool]); 5] = [
        (&["U", "F", "H", "K"], &[false, false, false, false]),
        (&["F"], &[true]),
        (&["U", "K"], &[false, true]),
        (&["U", "U"], &[false, true]),
        (&["U", "H", "F", "H"], &[false, false, true, false]),
    ];
    for (codes, expected) in cases {
        let mut world = World::new();
        let flagged: Vec<bool> = codes
            .iter()
            .map(|code| match &world.does(&crew("fire:f1"), status(code))[0] {
                Event::UnitStatusReported { out_of_order, relayed: false, .. } => *out_of_order,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(flagged, expected, "{codes:?}");
        assert_eq!(world.incident.statuses[&unit("f1")].0, codes[codes.len() - 1], "the newest holds");
    }
}

#[test]
fn a_code_the_organisation_does_not_have_is_refused() {
    let mut world = World::new();
    assert_eq!(world.ask(&crew("fire:f1"), status("X")), Err(Refusal::UnknownStatusCode));
}

#[test]
fn a_crew_reports_for_itself_and_a_desk_for_its_organisations_units() {
    let not_permitted = Refusal::NotPermitted { needed: "the unit itself or a desk" };
    let gateway = Principal { role: Role::Gateway, ..desk("fire") };
    let unit_without_name = Principal { role: Role::Unit, ..desk("fire") };
    // Who, which unit it names, and whether it is taken as relayed or refused.
    for (who, named, expected) in [
        (crew("fire:f1"), "f1", Ok(false)),
        (crew("fire:f1"), "f2", Err(not_permitted.clone())),
        (crew("fire:f1"), "a1", Err(not_permitted.clone())),
        (unit_without_name, "f1", Err(not_permitted)),
        (desk("fire"), "f1", Ok(true)),
        (desk("fire"), "a1", Err(Refusal::UnknownUnit)),
        (desk("fire"), "z9", Err(Refusal::UnknownUnit)),
        (gateway, "f1", Ok(true)),
    ] {
        let mut world = World::new();
        let answer = world.ask(&who, heard_status(named, "U")).map(|events| match &events[0] {
            Event::UnitStatusReported { relayed, .. } => *relayed,
            other => panic!("{other:?}"),
        });
        assert_eq!(answer, expected, "{who:?} for {named}");
    }
    assert_eq!(World::new().ask(&desk("fire"), status("U")), Err(Refusal::UnknownUnit), "a desk is no unit");
}

#[test]
fn a_report_by_a_template_says_what_the_template_requires() {
    use CoreField::{Casualties, Damage, Hazards, Major, Place, What};
    let templates: [(Template, &[CoreField]); 4] = [
        (Template::Osh, &[What, Damage, Hazards]),
        (Template::Police, &[Place, What, Hazards]),
        (Template::Ps, &[Major, What, Casualties]),
        (Template::Methane, &[Major, Place, What, Hazards, Casualties]),
    ];
    for (template, required) in templates {
        let mut world = World::new();
        filed(&world.does(&crew("fire:f1"), report(template, required, None)));
        let with_more: Vec<_> = required.iter().copied().chain([CoreField::Access, CoreField::Needed]).collect();
        filed(&world.does(&crew("fire:f1"), report(template, &with_more, None)));
        for left_out in required {
            let filled: Vec<_> = required.iter().copied().filter(|field| field != left_out).collect();
            let missing = vec![*left_out];
            let refused = world.ask(&crew("fire:f1"), report(template, &filled, None));
            assert_eq!(refused, Err(Refusal::ReportIncomplete { missing }), "{template:?}");
        }
        let missing: BTreeSet<CoreField> = template.missing(&BTreeSet::new()).into_iter().collect();
        assert_eq!(missing, required.iter().copied().collect());
    }
}

#[test]
fn only_its_owner_corrects_a_report_and_the_original_stays() {
    let mut world = World::new();
    let full = [CoreField::What, CoreField::Damage, CoreField::Hazards];
    let original = filed(&world.does(&crew("fire:f1"), report(Template::Osh, &full, None)));
    let correction = report(Template::Osh, &full, Some(original));
    assert_eq!(world.ask(&crew("amb:a1"), correction.clone()), Err(Refusal::NotFound));
    let unknown = report(Template::Osh, &full, Some(ReportId([9; 16])));
    assert_eq!(world.ask(&crew("fire:f1"), unknown), Err(Refusal::NotFound));
    let second = filed(&world.does(&desk("fire"), correction));
    assert_ne!(second, original);
    assert!(world.incident.reports.contains_key(&original) && world.incident.reports.contains_key(&second));
}

#[test]
fn the_first_unit_on_scene_is_asked_for_its_report() {
    let prompts =
        |events: &[Event]| events.iter().filter(|one| matches!(one, Event::ArrivalReportPrompted { .. })).count();
    let mut world = World::new();
    assert_eq!(prompts(&world.does(&crew("fire:f1"), status("U"))), 0);
    assert_eq!(prompts(&world.does(&crew("fire:f1"), status("F"))), 1);
    assert_eq!(prompts(&world.does(&crew("amb:a1"), status("F"))), 0);

    let mut reported = World::new();
    let full = [CoreField::What, CoreField::Damage, CoreField::Hazards];
    reported.does(&crew("fire:f1"), report(Template::Osh, &full, None));
    assert_eq!(prompts(&reported.does(&crew("fire:f1"), status("F"))), 0, "nobody is asked for what has been said");
}

#[test]
fn sitreps_are_of_a_unit_or_of_the_desk() {
    let mut world = World::new();
    let sitrep = |name: Option<&str>| Command::FileSitrep { unit: name.map(unit) };
    assert_eq!(world.does(&crew("fire:f1"), sitrep(None)), [Event::SitrepFiled { unit: Some(unit("f1")) }]);
    assert_eq!(world.does(&desk("fire"), sitrep(None)), [Event::SitrepFiled { unit: None }]);
    assert_eq!(world.does(&desk("fire"), sitrep(Some("f2"))), [Event::SitrepFiled { unit: Some(unit("f2")) }]);
    assert_eq!(world.ask(&desk("fire"), sitrep(Some("a1"))), Err(Refusal::UnknownUnit));
}
