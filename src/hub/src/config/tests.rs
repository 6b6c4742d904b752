//! A deployment loads whole or not at all; what is wrong is told by file, line and what was expected.

use samband_domain::{PartyId, TalkgroupId, plan::Plan, report::Template, status::UnitState};

use super::*;

mod example;
mod map;
mod mistakes;
mod smallest;

use mistakes::{Case, IN_ORGANISATIONS, IN_PLANS, IN_SEATS, IN_STATIONS, IN_STATUSES, IN_TALKGROUPS, IN_UNITS};
use smallest::GOOD;

fn good() -> BTreeMap<&'static str, String> {
    GOOD.into_iter().map(|(file, text)| (file, text.to_owned())).collect()
}

fn changed((file, from, to, _): &Case) -> BTreeMap<&'static str, String> {
    let mut texts = good();
    let text = texts.get_mut(file).expect("a file of the deployment");
    assert!(text.contains(from), "{from} stands in {file}");
    *text = text.replacen(from, to, 1);
    texts
}

/// Findings are told in order, each begins as expected, and nothing else is told.
fn check(cases: &[Case]) {
    for case in cases {
        let findings = load_texts(&changed(case)).expect_err("refused");
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let (_, from, to, expected) = case;
        let as_expected =
            told.len() == expected.len() && told.iter().zip(*expected).all(|(told, start)| told.starts_with(start));
        assert!(as_expected, "{from:?} changed to {to:?} tells\n{}\nnot\n{}", told.join("\n"), expected.join("\n"));
    }
}

#[test]
fn the_smallest_deployment_loads() {
    let deployment = load_texts(&good()).expect("a good deployment");
    let directory = &deployment.directory;
    let alfa = OrganisationId::new("alfa").expect("a name");
    assert_eq!(directory.organisations[&alfa].due_seconds, 60);
    assert!(directory.organisations[&alfa].alarm_right);
    let code = directory.organisations[&alfa].statuses.get("U").expect("a code");
    assert!(code.acknowledges && code.state == UnitState::EnRoute);
    let ground = deployment.ground.expect("a ground");
    assert!(ground.contains(63.1, 14.6) && !ground.contains(63.6, 14.6) && !ground.contains(f64::NAN, 14.6));
    assert_eq!(deployment.receivers.len(), 3);
    assert_eq!(deployment.receivers.iter().filter(|receiver| receiver.nobody).count(), 1);
    let unit = UnitId::new("101").expect("a name");
    assert_eq!(deployment.units_extra[&unit].location, Some((63.1, 14.6)));
    assert_eq!(deployment.stations["X1"].party, PartyId { organisation: alfa, unit: Some(unit) });
    let Plan { parties, escalation, .. } = &directory.plans[0];
    assert_eq!((parties.len(), escalation.len()), (2, 2));
    assert_eq!((parties[0].required, parties[0].due_seconds, parties[1].due_seconds), (true, Some(20), None));
    assert_eq!(directory.notify[0].because, "LSO 6 kap. 10 §");
    assert_eq!((directory.emergency.nearest, directory.emergency.always.len()), (2, 1));
}

#[test]
fn optional_keys_can_be_said() {
    let extra = |deployment: &Deployment, id: &str| {
        deployment.organisations_extra[&OrganisationId::new(id).expect("a name")].clone()
    };
    let plain = load_texts(&good()).expect("a good deployment");
    let as_told = OrganisationExtra { short_name: "alfa".into(), phone: None, report: Template::Methane };
    assert_eq!((extra(&plain, "alfa"), plain.reserve.len()), (as_told, 0));
    assert!(plain.units_extra.values().all(|unit| unit.listed));
    let mut texts = good();
    let mut change = |file: &str, from: &str, to: &str| {
        let text = texts.get_mut(file).expect("a file of the deployment");
        *text = text.replacen(from, to, 1);
    };
    change(ORGANISATIONS, "kvittens_s = 60", "kvittens_s = 60\nkort = \"A\"\ntelefon = \"070\"\nrapport = \"osh\"");
    change(ORGANISATIONS, "namn = \"Prov\"", "namn = \"Prov\"\nreserv = [\"Ring\", \"Skriv\"]");
    change(UNITS, "id = \"201\"", "id = \"201\"\ni_andras_register = false");
    let full = load_texts(&texts).expect("a good deployment");
    let as_told = OrganisationExtra { short_name: "A".into(), phone: Some("070".into()), report: Template::Osh };
    assert_eq!((extra(&full, "alfa"), full.reserve), (as_told, vec!["Ring".into(), "Skriv".into()]));
    let listed: Vec<bool> = full.units_extra.values().map(|unit| unit.listed).collect();
    assert_eq!(listed, [true, false]);
}

#[test]
fn the_pool_of_the_smallest_deployment_loads() {
    let deployment = load_texts(&good()).expect("a good deployment");
    let register = deployment.directory.talkgroups.as_ref().expect("a pool");
    assert_eq!((register.pool.as_str(), register.idle_minutes, register.warn_free), ("prov", 45, 1));
    let order: Vec<_> = register.order.iter().map(TalkgroupId::as_str).collect();
    assert_eq!(order, ["r-1", "f-1"]);
    let group = |id: &str| &register.groups[&TalkgroupId::new(id).expect("a name")];
    assert_eq!(group("r-1").companions.iter().map(TalkgroupId::as_str).collect::<Vec<_>>(), ["f-1"]);
    // A type means its organisations, «alla» all of them; what a group says itself goes before its kind's rights.
    let names = |members: &BTreeSet<OrganisationId>| members.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (names(&group("r-1").listen), names(&group("r-1").lease)),
        (vec!["alfa".into(), "beta".into()], vec!["alfa".into()])
    );
    assert_eq!((names(&group("f-1").listen), names(&group("f-1").send)), (vec!["beta".into()], vec![]));
}

#[test]
fn a_deployment_without_talkgroups_has_no_pool() {
    let mut texts = good();
    texts.remove(TALKGROUPS);
    assert!(load_texts(&texts).expect("a good deployment").directory.talkgroups.is_none());
}

#[test]
fn mistakes_in_talkgroups_are_told() {
    check(IN_TALKGROUPS);
}

#[test]
fn mistakes_in_organisations_are_told() {
    check(IN_ORGANISATIONS);
}

#[test]
fn mistakes_in_units_are_told() {
    check(IN_UNITS);
}

#[test]
fn mistakes_in_status_codes_are_told() {
    check(IN_STATUSES);
}

#[test]
fn mistakes_in_stations_are_told() {
    check(IN_STATIONS);
}

#[test]
fn mistakes_in_plans_are_told() {
    check(IN_PLANS);
}

#[test]
fn mistakes_in_seats_are_told() {
    check(IN_SEATS);
}

#[test]
fn a_deployment_without_seats_offers_none() {
    let seats = load_texts(&good()).expect("a good deployment").seats;
    assert_eq!(
        seats.iter().map(|seat| (seat.page, seat.more)).collect::<Vec<_>>(),
        [("console", false), ("terminal", true)]
    );
    let mut texts = good();
    texts.remove(SEATS);
    assert!(load_texts(&texts).expect("a good deployment").seats.is_empty());
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_files() {
    let mut texts = good();
    for (file, from, to) in [(UNITS, "\"Alfa 1\"", "\"\""), (PLANS, "\"polis\"", "\"tull\""), (STATUSES, "\"Ut\"", "1")]
    {
        let text = texts.get_mut(file).expect("a file of the deployment");
        *text = text.replace(from, to);
    }
    let findings = load_texts(&texts).expect_err("refused");
    let places: Vec<(&str, usize)> = findings.iter().map(|one| (one.file.as_str(), one.line)).collect();
    assert_eq!(places, [(UNITS, 4), (PLANS, 21), (STATUSES, 2)]);
}

#[test]
fn a_folder_without_the_files_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let findings = load(folder.path()).expect_err("refused");
    assert_eq!(findings.len(), FILES.len());
    assert!(findings[0].to_string().starts_with("enheter.toml:1: filen saknas"), "{}", findings[0]);
}

#[test]
fn relayers_come_from_the_policy() {
    let mut deployment = load_texts(&good()).expect("a good deployment");
    let name = |text| OrganisationId::new(text).expect("a name");
    let stranger = name("gamma");
    let relayers = BTreeMap::from([(name("alfa"), BTreeSet::from([name("beta")])), (stranger, BTreeSet::new())]);
    add_relayers(&mut deployment, &relayers);
    assert!(deployment.directory.organisations[&name("alfa")].relayers.contains(&name("beta")));
    assert!(deployment.directory.organisations[&name("beta")].relayers.is_empty());
}
