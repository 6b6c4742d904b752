//! enheter.toml: the units, each of exactly one organisation.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{OrganisationId, UnitId, directory::Unit};

use super::{
    finding::{Findings, Place},
    organisations::{Organisations, identity},
    reader::{At, Section},
};

const KEYS: &str = "enhet";
const UNIT_KEYS: &str = "id, organisation, anrop, issi, sort, station, ort, lat, lon, i_andras_register";
/// TETRA gives a subscriber 24 bits.
const ISSI_MAX: u32 = 0xFF_FFFF;

/// What a deployment knows of a unit beside what the rules need.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitExtra {
    /// Its individual subscriber identity in Rakel, if it has one.
    pub issi: Option<u32>,
    /// What it is: släckbil, ambulans, ...
    pub kind: String,
    /// Code of its station in text alarms, where it has one.
    pub station: Option<String>,
    /// Where it is kept.
    pub locality: String,
    /// The same in degrees north and east (WGS 84).
    pub location: Option<(f64, f64)>,
    /// Others find it in their register. What is not listed can still be seen when it takes part: covertness is about the moment.
    pub listed: bool,
}

/// What the file says.
#[derive(Default)]
pub(super) struct Units {
    /// By identity.
    pub(super) by_id: BTreeMap<UnitId, Unit>,
    /// What the rules do not need.
    pub(super) extras: BTreeMap<UnitId, UnitExtra>,
    /// Where a unit names its station.
    pub(super) stations: Vec<At<String>>,
    /// Every id there is, also of a unit that is refused: it is not unknown as well.
    pub(super) mentioned: BTreeSet<String>,
    places: BTreeMap<UnitId, Place>,
    issis: BTreeMap<u32, Place>,
}

/// Reads the file.
pub(super) fn read(mut file: Section, organisations: &Organisations, findings: &mut Findings) -> Units {
    let mut read = Units::default();
    for section in file.tables("enhet", findings) {
        read.unit(section, organisations, findings);
    }
    file.nothing_else(KEYS, findings);
    read
}

impl Units {
    fn unit(&mut self, mut section: Section, organisations: &Organisations, findings: &mut Findings) {
        let id: Option<At<String>> = section.required("id", findings);
        let organisation: Option<At<String>> = section.required("organisation", findings);
        let call_sign: Option<At<String>> = section.required("anrop", findings);
        let extra = self.extra(&mut section, findings);
        section.nothing_else(UNIT_KEYS, findings);
        self.mentioned.extend(id.iter().map(|id| id.value.clone()));
        let organisation = organisation.and_then(|name| organisations.named(&name, findings));
        let Some((id, place)) = id.and_then(|id| Some((identity(&id, UnitId::new, findings)?, id.place))) else {
            return;
        };
        let Some(organisation) = organisation.filter(|owner| self.is_first(&id, owner, place, findings)) else {
            return;
        };
        let call_sign = call_sign.map(|call_sign| call_sign.value).unwrap_or_default();
        self.places.insert(id.clone(), place);
        self.extras.insert(id.clone(), extra);
        self.by_id.insert(id.clone(), Unit { id, organisation, call_sign });
    }

    /// A unit belongs to exactly one organisation, and stands once.
    fn is_first(&self, id: &UnitId, owner: &OrganisationId, place: Place, findings: &mut Findings) -> bool {
        let (Some(earlier), Some(at)) = (self.by_id.get(id), self.places.get(id)) else { return true };
        let message = if earlier.organisation == *owner {
            format!("enheten «{id}» står två gånger, först på rad {}", at.line)
        } else {
            let (first, line) = (&earlier.organisation, at.line);
            format!("enheten «{id}» hör redan till «{first}» (rad {line}); en enhet har exakt en organisation")
        };
        findings.stop(place, message);
        false
    }

    fn extra(&mut self, section: &mut Section, findings: &mut Findings) -> UnitExtra {
        let issi: Option<At<u32>> = section.optional("issi", findings);
        let issi = issi.and_then(|issi| self.issi(issi, findings));
        let kind: Option<At<String>> = section.required("sort", findings);
        let station: Option<At<String>> = section.optional("station", findings);
        self.stations.extend(station.clone());
        let locality: Option<At<String>> = section.required("ort", findings);
        UnitExtra {
            issi,
            kind: kind.map(|kind| kind.value).unwrap_or_default(),
            station: station.map(|station| station.value),
            locality: locality.map(|locality| locality.value).unwrap_or_default(),
            location: location(section, findings),
            listed: section.optional("i_andras_register", findings).is_none_or(|listed: At<bool>| listed.value),
        }
    }

    /// The identity that radio traffic is matched on: it has to be one unit's.
    fn issi(&mut self, issi: At<u32>, findings: &mut Findings) -> Option<u32> {
        let At { value, place } = issi;
        if !(1..=ISSI_MAX).contains(&value) {
            findings.stop(place, format!("«issi» är {value}; väntade 1 till {ISSI_MAX}"));
            return None;
        }
        if let Some(earlier) = self.issis.insert(value, place) {
            findings.stop(place, format!("issi {value} står två gånger, först på rad {}", earlier.line));
        }
        Some(value)
    }
}

fn location(section: &mut Section, findings: &mut Findings) -> Option<(f64, f64)> {
    let place = section.place;
    let latitude = degrees(section, "lat", 90.0, findings);
    let longitude = degrees(section, "lon", 180.0, findings);
    if latitude.is_some() != longitude.is_some() {
        findings.stop(place, "«lat» och «lon» hör ihop: båda eller ingen");
    }
    latitude.zip(longitude)
}

fn degrees(section: &mut Section, key: &str, most: f64, findings: &mut Findings) -> Option<f64> {
    let At { value, place } = section.optional::<f64>(key, findings)?;
    if !(-most..=most).contains(&value) {
        findings.stop(place, format!("«{key}» är {value}; väntade -{most} till {most} grader"));
    }
    Some(value)
}
