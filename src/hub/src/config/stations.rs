//! stationer.toml: the station codes of text alarms, and whom they alarm.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::PartyId;

use super::{
    finding::Findings,
    organisations::{Organisations, list},
    plans::party,
    reader::{At, Section},
    units::Units,
};

const STATION_KEYS: &str = "organisation, enhet, namn, kommun";
/// A longer code is a mistake.
const CODE_LENGTH_MAX: usize = 16;

/// What a station code of a text alarm means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationEntry {
    /// Whom the code alarms: an organisation, or one unit of it.
    pub party: PartyId,
    /// The station's name.
    pub name: String,
    /// Its municipality.
    pub municipality: String,
}

/// What the file says.
#[derive(Default)]
pub(super) struct Stations {
    /// By code.
    pub(super) by_code: BTreeMap<String, StationEntry>,
    /// The municipalities of the deployment: those that have a station.
    pub(super) municipalities: BTreeSet<String>,
    /// Every code there is, also of a station that is refused: it is not unknown as well.
    mentioned: BTreeSet<String>,
}

/// Reads the file.
pub(super) fn read(
    mut file: Section,
    organisations: &Organisations,
    units: &Units,
    findings: &mut Findings,
) -> Stations {
    let mut read = Stations::default();
    for section in file.all_tables(findings) {
        let code = section.name.clone();
        let form = |c: char| c.is_uppercase() || c.is_ascii_digit();
        if code.chars().count() > CODE_LENGTH_MAX || !code.chars().all(form) || code.is_empty() {
            let expected = format!("väntade högst {CODE_LENGTH_MAX} stora bokstäver och siffror");
            findings.stop(section.place, format!("«{code}» kan inte vara en stationskod; {expected}"));
        }
        read.mentioned.insert(code.clone());
        if let Some(station) = station(section, &mut read.municipalities, organisations, units, findings) {
            read.by_code.insert(code, station);
        }
    }
    read
}

fn station(
    mut section: Section,
    municipalities: &mut BTreeSet<String>,
    organisations: &Organisations,
    units: &Units,
    findings: &mut Findings,
) -> Option<StationEntry> {
    let party = party(&mut section, organisations, units, findings);
    let name: Option<At<String>> = section.required("namn", findings);
    let municipality: Option<At<String>> = section.required("kommun", findings);
    section.nothing_else(STATION_KEYS, findings);
    municipalities.extend(municipality.iter().map(|name| name.value.clone()));
    Some(StationEntry { party: party?, name: name?.value, municipality: municipality?.value })
}

/// Units name stations that exist.
pub(super) fn check_units(units: &Units, stations: &Stations, findings: &mut Findings) {
    for named in units.stations.iter().filter(|named| !stations.mentioned.contains(&named.value)) {
        let known = list(stations.mentioned.iter().map(String::as_str));
        findings.stop(named.place, format!("okänd station «{}»; stationerna är {known}", named.value));
    }
}
