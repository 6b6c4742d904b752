//! vagar.toml: the main roads, for the simulated fleet. The hub itself does without, so the file may be missing.

use std::{collections::BTreeMap, path::Path};

use super::{
    Deployment, Finding,
    finding::{Findings, Place},
    organisations::list,
    reader::{At, Section, Source},
};

/// Name of the file.
pub const ROADS: &str = "vagar.toml";
const KEYS: &str = "vag";
const ROAD_KEYS: &str = "namn, hastighet, punkter";
/// What vehicles drive on roads, kilometres an hour.
const SPEEDS_KMH: std::ops::RangeInclusive<u32> = 40..=110;

/// A road.
#[derive(Debug, Clone, PartialEq)]
pub struct Road {
    /// What it is called.
    pub name: String,
    /// Kilometres an hour.
    pub speed_kmh: u32,
    /// Along it, degrees WGS 84; at least two. Roads that have a point in common meet there.
    pub points: Vec<(f64, f64)>,
}

/// Reads the roads of a deployment's folder; none where there is no such file.
///
/// # Errors
/// Everything that is wrong with the file, by line.
pub fn roads(dir: &Path, deployment: &Deployment) -> Result<Vec<Road>, Vec<Finding>> {
    match std::fs::read_to_string(dir.join(ROADS)) {
        Ok(text) => roads_text(&text, deployment),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => {
            let mut findings = Findings::default();
            findings.stop(Place { file: ROADS, line: 1 }, format!("filen kan inte läsas: {error}"));
            findings.outcome().map(|()| Vec::new())
        }
    }
}

/// The same from a text.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub fn roads_text(text: &str, deployment: &Deployment) -> Result<Vec<Road>, Vec<Finding>> {
    let mut findings = Findings::default();
    let mut read = Vec::new();
    if let Some(mut file) = (Source { file: ROADS, text }).parse(&mut findings) {
        let localities = localities(deployment);
        for section in file.tables("vag", &mut findings) {
            read.extend(road(section, &localities, &mut findings));
        }
        file.nothing_else(KEYS, &mut findings);
    }
    findings.outcome().map(|()| read)
}

/// Where units are kept, by locality: the place of the first unit there, in the order of ids.
pub fn localities(deployment: &Deployment) -> BTreeMap<&str, (f64, f64)> {
    let mut localities = BTreeMap::new();
    for extra in deployment.units_extra.values() {
        if let Some(at) = extra.location {
            localities.entry(extra.locality.as_str()).or_insert(at);
        }
    }
    localities
}

fn road(mut section: Section, localities: &BTreeMap<&str, (f64, f64)>, findings: &mut Findings) -> Option<Road> {
    let place = section.place;
    let name: Option<At<String>> = section.required("namn", findings);
    let speed: Option<At<u32>> = section.required("hastighet", findings);
    section.demand("punkter", findings);
    let texts = section.texts("punkter", findings);
    section.nothing_else(ROAD_KEYS, findings);
    if let Some(At { value, place }) = speed.as_ref().filter(|speed| !SPEEDS_KMH.contains(&speed.value)) {
        let (least, most) = (SPEEDS_KMH.start(), SPEEDS_KMH.end());
        findings.stop(*place, format!("«hastighet» är {value}; väntade {least} till {most} km/h"));
    }
    if texts.len() == 1 {
        findings.stop(place, "en väg har minst två punkter");
    }
    let points = texts.iter().filter_map(|text| point(text, localities, findings)).collect();
    Some(Road { name: name?.value, speed_kmh: speed?.value, points })
}

fn point(text: &At<String>, localities: &BTreeMap<&str, (f64, f64)>, findings: &mut Findings) -> Option<(f64, f64)> {
    if let Some(at) = localities.get(text.value.as_str()) {
        return Some(*at);
    }
    let numbers: Vec<f64> = text.value.split(' ').filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [north, east] if (-90.0..=90.0).contains(north) && (-180.0..=180.0).contains(east) => Some((*north, *east)),
        _ => {
            let known = list(localities.keys().copied());
            let expected = format!("väntade en ort eller grader som \"63.3160 12.5530\"; orterna är {known}");
            findings.stop(text.place, format!("«{}» är ingen punkt; {expected}", text.value));
            None
        }
    }
}
