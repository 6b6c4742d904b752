//! The example deployment: it loads, every text of `examples/jamtland/larm` has its plan, and every plan what its comment says.

use samband_disclosure::{Viewer, files};
use samband_domain::{Involvement, Level, Role, directory::Directory, plan::PlanParty};
use samband_proto::v1::Marking;

use super::*;

fn jamtland() -> Deployment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jamtland");
    let told = |found: Vec<Finding>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    load(&folder).unwrap_or_else(|found| panic!("{}", told(found)))
}

fn plan_for<'a>(directory: &'a Directory, types: &[&str], municipality: &str) -> Option<&'a Plan> {
    let types: Vec<String> = types.iter().map(|one| (*one).to_owned()).collect();
    directory.plans.iter().find(|plan| plan.fits(&types, Some(municipality)))
}

fn parties<'a>(plan: &'a Plan, municipality: &'a str) -> impl Iterator<Item = &'a PlanParty> {
    plan.parties.iter().filter(move |party| party.fits(Some(municipality)))
}

#[test]
fn it_loads() {
    let deployment = jamtland();
    assert_eq!(deployment.name, "Samband Jämtland");
    assert_eq!(deployment.directory.organisations.len(), 7);
    assert_eq!(deployment.receivers.len(), 10);
    assert_eq!(deployment.stations.len(), 13);
    assert_eq!(deployment.municipalities.len(), 8);
    assert!(deployment.directory.units.len() >= 60);
    assert!(deployment.reserve.len() >= 3 && deployment.reserve.iter().any(|line| line.contains("Rakel")));
    let mut short: BTreeSet<_> = deployment.organisations_extra.values().map(|extra| &extra.short_name).collect();
    assert!(deployment.organisations_extra.values().all(|extra| extra.phone.is_some()));
    assert_eq!(deployment.seats.iter().filter(|seat| !seat.more).count(), 6);
    assert!(["SOS", "POLIS", "RTJ", "AMB", "LST", "ÖSD", "VAKT"].iter().all(|name| short.remove(&(*name).to_owned())));
    let ground = deployment.ground.expect("a ground");
    let within = [(63.4305, 10.3951), (62.3908, 17.3069), (63.1767, 14.6361)];
    assert!(within.iter().all(|(latitude, longitude)| ground.contains(*latitude, *longitude)));
    let outside = [(0.0, 0.0), (63.0, 2.0), (59.3293, 18.0686)];
    assert!(!outside.iter().any(|(latitude, longitude)| ground.contains(*latitude, *longitude)));
    let homes = deployment.units_extra.values().filter_map(|unit| unit.location);
    assert!(homes.into_iter().all(|(latitude, longitude)| ground.contains(latitude, longitude)));
}

#[test]
fn every_alarm_text_has_its_plan() {
    let directory = jamtland().directory;
    let texts: [(&[&str], &str, &str); 10] = [
        (&["Hinder på väg", "Träd"], "Åre", "storm"),
        (&["Ambulansassistans", "Hjälp med framkörning"], "Åre", "patienttransport-fast"),
        (&["Brand ute - övrigt", "Kraftledning"], "Krokom", "storm"),
        (&["Övrigt räddning", "Stormskada", "Tak"], "Strömsund", "storm"),
        (&["Brand i byggnad", "Villa"], "Östersund", "brand-byggnad"),
        (&["Automatlarm", "Brand"], "Berg", "automatlarm"),
        (&["Trafikolycka - singel", "Personbil", "Övrigt"], "Ragunda", "trafikolycka"),
        (&["Skoterolycka", "Fjällterräng"], "Åre", "fjallraddning"),
        (&["Sjukvårdslarm", "Väntan på ambulans"], "Krokom", "hjartstopp-ivpa"),
        (&["Hjärtstopp"], "Ragunda", "hjartstopp-ivpa"),
    ];
    for (types, municipality, expected) in texts {
        let chosen = plan_for(&directory, types, municipality).map(|plan| plan.name.as_str());
        assert_eq!(chosen, Some(expected), "{types:?}");
    }
}

#[test]
fn every_plan_waits_for_somebody_and_not_for_everybody() {
    let deployment = jamtland();
    for plan in &deployment.directory.plans {
        for municipality in &deployment.municipalities {
            let listed: Vec<_> = parties(plan, municipality).collect();
            let required = listed.iter().filter(|party| party.required).count();
            assert!((1..listed.len()).contains(&required), "{} in {municipality}: {required}", plan.name);
        }
    }
}

/// A gate whose parties do not see one another cannot be raised: the policy and the plans have to agree.
#[test]
fn required_parties_see_each_other() {
    let deployment = jamtland();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jamtland/policy");
    let policy = files::load(&folder, &deployment.receivers).expect("the example's policy").policy;
    for plan in &deployment.directory.plans {
        let required = || plan.parties.iter().filter(|party| party.required).map(|party| &party.party.organisation);
        for (owner, viewer) in required().flat_map(|owner| required().map(move |viewer| (owner, viewer))) {
            let desk = Viewer { organisation: viewer.clone(), role: Role::Operator };
            let level = policy.mask(owner, &desk, Involvement::Alarmed).get(Marking::Acknowledgement);
            assert!(level >= Level::Withheld, "{}: {viewer} does not see {owner}", plan.name);
        }
    }
}

#[test]
fn every_organisation_that_is_alarmed_as_a_unit_has_status_codes() {
    let directory = jamtland().directory;
    let units = directory.plans.iter().flat_map(|plan| &plan.parties).filter(|party| party.party.unit.is_some());
    for party in units {
        let organisation = &directory.organisations[&party.party.organisation];
        assert!(organisation.statuses.0.values().any(|code| code.acknowledges), "{}", organisation.id);
    }
}

#[test]
fn a_station_code_means_a_unit_of_that_station() {
    let deployment = jamtland();
    for (code, station) in &deployment.stations {
        let unit = station.party.unit.as_ref().expect("the example names a unit");
        let extra = &deployment.units_extra[unit];
        assert_eq!((extra.station.as_ref(), &extra.locality), (Some(code), &station.name));
    }
}

#[test]
fn call_signs_are_what_the_identity_says() {
    let deployment = jamtland();
    for (id, unit) in &deployment.directory.units {
        let digits: String = unit.call_sign.chars().filter(char::is_ascii_digit).collect();
        let Some(issi) = deployment.units_extra[id].issi else { continue };
        assert_eq!(id.as_str(), issi.to_string());
        assert!(id.as_str().ends_with(&digits) && digits.len() >= 6, "{id} is called {}", unit.call_sign);
    }
}
