//! What one organisation keeps to itself is in nobody else's deployment.

use std::path::Path;

use super::*;
use crate::setup::{self, Setup};

fn jamtland() -> Setup {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jamtland");
    setup::load(&folder).unwrap_or_else(|found| panic!("{}", found.join("\n")))
}

fn org(name: &str) -> OrganisationId {
    OrganisationId::new(name).expect("a name")
}

fn view(setup: &Setup, caller: &str) -> pb::Deployment {
    deployment_for(&org(caller), false, &setup.deployment, &setup.policy)
}

/// Whether the words stand anywhere in what is sent.
fn says(view: &pb::Deployment, words: &str) -> bool {
    view.encode_to_vec().windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn a_unit_that_is_not_listed_exists_for_its_own_organisation_only() {
    let mut setup = jamtland();
    let unit = UnitId::new("1104210").expect("a name");
    let named = setup.directory.plans.iter().flat_map(|plan| &plan.parties);
    assert!(named.into_iter().any(|party| party.party.unit.as_ref() == Some(&unit)), "plans name it");
    assert!(says(&view(&setup, "sos-alarm"), "1104210"));
    setup.deployment.units_extra.get_mut(&unit).expect("the unit").listed = false;
    for caller in setup.deployment.receivers.iter().map(|receiver| receiver.id.as_str()) {
        let view = view(&setup, caller);
        assert_eq!(says(&view, "1104210"), caller == "polis-nord", "{caller}");
        assert_eq!(says(&view, "10-4210"), caller == "polis-nord", "{caller}");
    }
    let plans = |caller: &str| view(&setup, caller).plans.iter().map(|plan| plan.parties.len()).sum::<usize>();
    assert!(plans("sos-alarm") < plans("polis-nord"), "the party is left out, the plan stays");
}

#[test]
fn delegated_identities_are_for_the_gateway_and_not_for_the_desks_beside_it() {
    let mut setup = jamtland();
    let unit = UnitId::new("3269010").expect("a name");
    setup.deployment.units_extra.get_mut(&unit).expect("the unit").listed = false;
    let told = |caller: &str, is_gateway: bool| {
        let view = deployment_for(&org(caller), is_gateway, &setup.deployment, &setup.policy);
        view.units.into_iter().find(|one| one.unit_id() == unit.as_str()).map(|one| one.issi.is_some())
    };
    assert_eq!(told("region-jh", false), Some(true), "its own");
    assert_eq!((told("sos-alarm", true), told("sos-alarm", false)), (Some(true), None));
    assert_eq!((told("polis-nord", true), told("polis-nord", false)), (None, None), "nobody has delegated to it");
    let deployments = Deployments::of(&setup.deployment, &setup.policy);
    let digest = |is_gateway| {
        let bytes = deployments.told(&org("sos-alarm"), is_gateway, "").expect("a receiver");
        pb::Deployment::decode(bytes).expect("a deployment").digest().to_owned()
    };
    assert_ne!(digest(true), digest(false));
}

#[test]
fn talkgroups_that_one_may_not_listen_to_have_no_name() {
    let setup = jamtland();
    let ambulance = view(&setup, "region-jh");
    let ids = |view: &pb::Deployment| -> Vec<String> {
        view.talkgroups.iter().map(|group| group.talkgroup_id().to_owned()).collect()
    };
    assert!(ids(&ambulance).contains(&"raps-1".into()) && ids(&ambulance).contains(&"sjvins-1".into()));
    for words in ["rtjins-1", "231 RtjIns-1", "rtj-info"] {
        assert!(says(&view(&setup, "raddning-jamtland"), words));
        assert!(!says(&ambulance, words), "{words}");
    }
    let raps = ambulance.talkgroups.iter().find(|group| group.talkgroup_id() == "raps-1").expect("a group");
    assert_eq!(raps.companions, ["sjvins-1", "rapsled-1"]);
    assert_eq!((raps.kind(), raps.may_send(), raps.may_lease(), raps.exercise()), ("raps", true, true, false));
    let county = view(&setup, "lansstyrelsen-z");
    assert!(county.talkgroups.iter().all(|group| group.kind() == "ledning" && !group.may_send()));
    assert!(view(&setup, "vaktbolaget").talkgroups.is_empty());
}

#[test]
fn plans_are_for_those_who_alarm() {
    let setup = jamtland();
    for organisation in setup.directory.organisations.values() {
        let told = view(&setup, organisation.id.as_str()).plans.len();
        let expected = if organisation.alarm_right { setup.directory.plans.len() } else { 0 };
        assert_eq!(told, expected, "{}", organisation.id);
    }
}

#[test]
fn who_only_looks_gets_names_and_markings() {
    let setup = jamtland();
    let told = view(&setup, "allmanheten");
    assert_eq!(told.name(), "Samband Jämtland");
    assert_eq!((told.organisations.len(), told.organisations.iter().filter(|one| one.nobody()).count()), (10, 3));
    assert!(told.ground.is_some() && told.markings.len() > 40);
    let nothing = [told.units.len(), told.plans.len(), told.talkgroups.len(), told.grounds.len(), told.releases.len()];
    assert_eq!((nothing, told.reserve_lines.len(), told.municipalities.len()), ([0; 5], 0, 0));
    let works = |one: &pb::OrganisationEntry| {
        let codes = one.status_codes.len() + one.relays_for.len();
        codes > 0 || one.due_seconds.is_some() || one.phone.is_some() || one.report_template.is_some()
    };
    assert!(!told.organisations.iter().any(works), "how others work is not for who only looks");
    assert!(told.organisations.iter().any(|one| one.short_name() == "AMB"));
    assert!(says(&view(&setup, "sos-alarm"), "070-1740606"));
}

#[test]
fn it_tells_what_a_console_needs() {
    let setup = jamtland();
    let told = view(&setup, "region-jh");
    let own = told.organisations.iter().find(|one| one.id() == "region-jh").expect("itself");
    assert_eq!((own.short_name(), own.due_seconds(), own.report_template()), ("AMB", 60, pb::ReportTemplate::Ps));
    assert!(own.status_codes.iter().any(|code| code.acknowledges()));
    let relayed = told.organisations.iter().find(|one| one.id() == "sos-alarm").map(|one| one.relays_for.clone());
    assert!(relayed.is_some_and(|relayed| relayed.contains(&"raddning-jamtland".into())));
    let health = told.markings.iter().find(|one| one.marking() == pb::Marking::Health).expect("a marking");
    assert_eq!((health.key(), health.law()), ("halsa", "OSL 25 kap. 1 §"));
    let general = told.grounds.iter().find(|ground| ground.name() == "OSL 10:2").expect("a ground");
    assert!(general.receivers.contains(&"sos-alarm".into()) && !general.receivers.contains(&"allmanheten".into()));
    assert!(told.releases.iter().any(|rule| rule.marking() == pb::Marking::Health && rule.minutes_max() > 0));
    let foreign = view(&setup, "polis-nord").releases;
    assert!(!foreign.iter().any(|rule| rule.marking() == pb::Marking::Health), "a rule is its owner's");
    assert!(told.units.iter().any(|unit| unit.organisation() == "polis-nord" && unit.home.is_some()));
    assert_eq!(told.municipalities.len(), 8);
}

#[test]
fn what_is_known_is_not_sent_again() {
    let setup = jamtland();
    let deployments = Deployments::of(&setup.deployment, &setup.policy);
    let told = |caller: &str, known: &str| {
        let bytes = deployments.told(&org(caller), false, known).expect("a receiver");
        pb::Deployment::decode(bytes).expect("a deployment")
    };
    let whole = told("polis-nord", "");
    let digest = whole.digest().to_owned();
    assert!(digest.len() == 32 && !whole.units.is_empty());
    assert_eq!(told("polis-nord", &digest), pb::Deployment { digest: Some(digest.clone()), ..Default::default() });
    assert_eq!(told("polis-nord", "another"), whole);
    assert_ne!(told("region-jh", "").digest(), digest);
    assert_eq!(view(&jamtland(), "polis-nord").digest(), digest, "the same after a start");
    assert!(deployments.told(&org("ingen"), false, "").is_none());
}
