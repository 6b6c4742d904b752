//! The files of a deployment: who exists, which units, whom to alarm. Read once, refused whole, by file and line.
//!
//! `organisationer.toml`, `enheter.toml`, `statuskoder.toml`, `stationer.toml`, `larmplaner.toml`, `talgrupper.toml` and `platser.toml`; who may see
//! what stands in the folder `policy`, which `samband-disclosure` reads. The map has a folder of its own ([`map()`]).

mod finding;
mod map;
mod organisations;
mod plans;
mod reader;
mod roads;
mod seats;
mod stations;
mod statuses;
mod talkgroups;
mod units;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    path::Path,
    sync::Arc,
};

use samband_disclosure::{files::Delegation, policy::Receiver};
use samband_domain::{OrganisationId, UnitId, directory::Directory};

pub use finding::Finding;
pub use map::{BaseMap, MAP, MAP_FOLDER, MapFolder, MapSource, TileServer, map, map_of};
pub use organisations::OrganisationExtra;
pub use roads::{ROADS, Road, localities, roads, roads_text};
pub use seats::Seat;
pub use stations::StationEntry;
pub use talkgroups::kind_word;
pub use units::UnitExtra;

use finding::{Findings, Place};
use reader::{Section, Source};

use crate::live::Ground;

const ORGANISATIONS: &str = "organisationer.toml";
const UNITS: &str = "enheter.toml";
const STATUSES: &str = "statuskoder.toml";
const STATIONS: &str = "stationer.toml";
const PLANS: &str = "larmplaner.toml";

/// The talkgroup pool, for those who have one.
pub const TALKGROUPS: &str = "talgrupper.toml";

/// The seats that a demonstration offers.
pub const SEATS: &str = "platser.toml";

const OPTIONAL: [&str; 2] = [TALKGROUPS, SEATS];

/// Every file of a deployment beside its policy that has to be there.
pub const FILES: [&str; 5] = [ORGANISATIONS, UNITS, STATUSES, STATIONS, PLANS];

/// A deployment: everything that is data and not code, beside the policy.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Its name, for people.
    pub name: String,
    /// What the rules need. Nobody relays for anybody until [`add_relayers`].
    pub directory: Arc<Directory>,
    /// Every organisation, and the receivers that are nobody: what the policy is loaded against.
    pub receivers: Vec<Receiver>,
    /// Names for people, by receiver.
    pub names: BTreeMap<OrganisationId, String>,
    /// What else is known of the organisations.
    pub organisations_extra: BTreeMap<OrganisationId, OrganisationExtra>,
    /// What to do when the hub is gone, a line each.
    pub reserve: Vec<String>,
    /// What else is known of the units.
    pub units_extra: BTreeMap<UnitId, UnitExtra>,
    /// Whom the station codes of text alarms mean.
    pub stations: BTreeMap<String, StationEntry>,
    /// Where its units can be; none: anywhere.
    pub ground: Option<Ground>,
    /// What a demonstration offers.
    pub seats: Vec<Seat>,
    /// The municipalities, by the names that plans and addresses use.
    pub municipalities: BTreeSet<String>,
}

/// Reads the files of a folder.
///
/// # Errors
/// Everything that is wrong with them, by file and line.
pub fn load(dir: &Path) -> Result<Deployment, Vec<Finding>> {
    let mut texts = BTreeMap::new();
    let mut findings = Findings::default();
    for file in FILES {
        match std::fs::read_to_string(dir.join(file)) {
            Ok(text) => _ = texts.insert(file, text),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                findings.stop(Place { file, line: 1 }, format!("filen saknas; filerna är {}", FILES.join(", ")));
            }
            Err(error) => findings.stop(Place { file, line: 1 }, format!("filen kan inte läsas: {error}")),
        }
    }
    for file in OPTIONAL {
        match std::fs::read_to_string(dir.join(file)) {
            Ok(text) => _ = texts.insert(file, text),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => findings.stop(Place { file, line: 1 }, format!("filen kan inte läsas: {error}")),
        }
    }
    findings.outcome()?;
    load_texts(&texts)
}

/// The same from texts by file name. A file that is not there is empty.
///
/// # Errors
/// Everything that is wrong with them, by file and line.
pub fn load_texts(texts: &BTreeMap<&'static str, String>) -> Result<Deployment, Vec<Finding>> {
    let mut findings = Findings::default();
    let sections = FILES.map(|file| {
        let text = texts.get(file).map_or("", String::as_str);
        Source { file, text }.parse(&mut findings)
    });
    // What does not parse would be missed in every file that refers to it.
    let [Some(organisations), Some(units), Some(statuses), Some(stations), Some(plans)] = sections else {
        return Err(findings.outcome().err().unwrap_or_default());
    };
    let optional = OPTIONAL.map(|file| match texts.get(file) {
        None => Some(None),
        Some(text) => Source { file, text }.parse(&mut findings).map(Some),
    });
    let [Some(pool), Some(seats)] = optional else {
        return Err(findings.outcome().err().unwrap_or_default());
    };
    let deployment = assemble([organisations, units, statuses, stations, plans], [pool, seats], &mut findings);
    findings.outcome()?;
    Ok(deployment)
}

fn assemble(sections: [Section; 5], optional: [Option<Section>; 2], findings: &mut Findings) -> Deployment {
    let [pool, seats] = optional;
    let [organisations, units, statuses, stations, plans] = sections;
    let mut organisations = organisations::read(organisations, findings);
    let units = units::read(units, &organisations, findings);
    for (organisation, table) in statuses::read(statuses, &organisations, findings) {
        if let Some(entry) = organisations.by_id.get_mut(&organisation) {
            entry.statuses = table;
        }
    }
    let stations = stations::read(stations, &organisations, &units, findings);
    stations::check_units(&units, &stations, findings);
    let against =
        plans::Against { organisations: &organisations, units: &units, municipalities: &stations.municipalities };
    let plans::Plans { plans, notify, emergency } = plans::read(plans, &against, findings);
    let talkgroups = pool.and_then(|pool| talkgroups::read(pool, &organisations, findings));
    let seats = seats.map(|seats| seats::read(seats, &organisations, &units, findings)).unwrap_or_default();
    let organisations_by_id = organisations.by_id;
    let directory = Directory {
        organisations: organisations_by_id,
        units: units.by_id,
        plans,
        notify,
        emergency,
        talkgroups,
        gateways: BTreeMap::new(),
    };
    Deployment {
        name: organisations.name,
        directory: Arc::new(directory),
        receivers: organisations.receivers,
        names: organisations.names,
        organisations_extra: organisations.extras,
        reserve: organisations.reserve,
        units_extra: units.extras,
        stations: stations.by_code,
        ground: organisations.ground,
        seats,
        municipalities: stations.municipalities,
    }
}

/// Adds whose relayed acknowledgements count for whom, from the policy files' `hort_av`: represented organisation to relayers.
pub fn add_relayers(deployment: &mut Deployment, relayers: &BTreeMap<OrganisationId, BTreeSet<OrganisationId>>) {
    let directory = Arc::make_mut(&mut deployment.directory);
    for (represented, relayers) in relayers {
        if let Some(organisation) = directory.organisations.get_mut(represented) {
            organisation.relayers.extend(relayers.iter().cloned());
        }
    }
}

/// Adds whose gateways speak for which units, from the policy files' `ombud`: of each owner the units whose ISSI is in a range.
///
/// # Errors
/// Ranges that hold no unit of the owner: a number that was mistyped would otherwise be found out on the day.
pub fn add_gateways(
    deployment: &mut Deployment,
    delegations: &BTreeMap<OrganisationId, Vec<Delegation>>,
) -> Result<(), Vec<String>> {
    let mut findings = Vec::new();
    let directory = Arc::make_mut(&mut deployment.directory);
    for (owner, delegations) in delegations {
        for delegation in delegations {
            let in_range = |unit: &UnitId| {
                let issi = deployment.units_extra.get(unit).and_then(|extra| extra.issi);
                issi.is_some_and(|issi| delegation.issis.contains(&issi))
            };
            let own = directory.units.values().filter(|unit| unit.organisation == *owner && in_range(&unit.id));
            let units: Vec<UnitId> = own.map(|unit| unit.id.clone()).collect();
            if units.is_empty() {
                let at = &delegation.place;
                findings.push(format!("{}:{}: STOPP: ingen enhet hos «{owner}» har ett issi där", at.file, at.line));
            }
            for unit in units {
                directory.gateways.entry(unit).or_default().insert(delegation.to.clone());
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}
