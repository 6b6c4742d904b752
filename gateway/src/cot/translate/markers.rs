//! Incidents, hazards, break points and distress as markers. Never who called, who is hurt, health, a suspect or a code, whatever the
//! gateway may see: a map is read by whoever stands beside it.

use std::collections::BTreeMap;

use samband_proto::v1 as pb;

use super::{Translation, board::Shown};
use crate::{
    cot::{
        Point, kinds,
        make::{Draft, OURS, contact, remarks, removal},
    },
    picture::{Emergency, Incident},
    xml::Element,
};

/// A marker holds for ten minutes and is said again every two: what the hub has taken back without our hearing of it goes away.
const LASTS_MS: i64 = 600_000;
const EVERY_MS: i64 = 120_000;
/// Distress is said again long before it would go stale.
const DISTRESS_LASTS_MS: i64 = 60_000;
const DISTRESS_EVERY_MS: i64 = 10_000;

/// What the markers' keys begin with.
const BEGINNINGS: [&str; 4] = ["incident:", "hazard:", "break:", "distress:"];

impl Translation {
    /// Shows the picture as it is, and takes off what is no longer in it.
    pub(super) fn show_picture(&mut self, now_ms: i64) {
        let mut things: Vec<(String, Shown)> = Vec::new();
        for incident in self.picture.incidents() {
            for distress in incident.standing_emergencies() {
                things.push((format!("distress:{}", distress.id), self.distress(incident, distress)));
            }
            if incident.is_over() {
                continue;
            }
            if let Some(draft) = self.incident(incident) {
                things.push((format!("incident:{}", incident.id), thing(draft, incident)));
            }
            for (id, hazard) in &incident.hazards {
                if let Some(point) = hazard.location.as_ref().and_then(point) {
                    let code = kinds::hazard(&hazard.hazard);
                    let draft = Draft { point, ..Draft::new(format!("{OURS}-hazard-{id}"), code, "h-e") };
                    let what = hazard.hazard.what.as_deref().unwrap_or("okänd fara");
                    let draft =
                        draft.with(contact(&format!("FARA {what}"))).with(remarks(&hazard_text(&hazard.hazard)));
                    things.push((format!("hazard:{id}"), thing(draft, incident)));
                }
            }
            if let Some((at, point)) = incident.break_point().and_then(|at| Some((at, point(at.location.as_ref()?)?))) {
                let uid = format!("{OURS}-break-{}", incident.id);
                let draft = Draft { point, ..Draft::new(uid, "b-m-p-s-m", "h-e") };
                let name = at.description.as_deref().unwrap_or(incident.title());
                let draft = draft.with(contact(&format!("BRYTPUNKT {name}"))).with(remarks(incident.title()));
                things.push((format!("break:{}", incident.id), thing(draft, incident)));
            }
        }
        let standing: BTreeMap<String, ()> = things.iter().map(|(key, _)| (key.clone(), ())).collect();
        self.keep_only(&BEGINNINGS, &standing, now_ms);
        things.into_iter().for_each(|(key, thing)| self.show(key, thing, now_ms));
    }

    fn incident(&self, incident: &Incident) -> Option<Draft> {
        let square = || incident.squares.values().next().and_then(middle);
        let point = incident.location().and_then(point).or_else(square)?;
        let code = kinds::incident(&self.settings.handelse, &incident.types);
        let draft = Draft { point, ..Draft::new(format!("{OURS}-incident-{}", incident.id), code, "h-e") };
        let before = if incident.notice.is_some() { "FÖRVARNING " } else { "" };
        let name = format!("{before}{}", incident.title());
        Some(draft.with(contact(&name)).with(remarks(&facts(incident).join(". "))))
    }

    fn distress(&self, incident: &Incident, distress: &Emergency) -> Shown {
        let uid = distress_uid(&distress.id);
        let name = if distress.call_sign.is_empty() { "okänd enhet" } else { distress.call_sign.as_str() };
        let (unit, _) = self.uid_of(&distress.unit);
        // Never an exercise: in the middle of one it is real all the same.
        let alert = |draft: Draft| draft.with(contact(&format!("{name}-Alert")));
        let at = distress.location.as_ref().and_then(point).or_else(|| self.units.point(&distress.unit));
        let at = at.or_else(|| incident.location().and_then(point)).unwrap_or(Point::NONE);
        let link = Element::new("link").with("uid", unit).with("type", "a-f-G-U-i").with("relation", "p-p");
        let draft = alert(Draft { point: at, lasts_ms: DISTRESS_LASTS_MS, ..Draft::new(&uid, "b-a-o-tbl", "m-g") })
            .with(link)
            .with(Element::new("emergency").with("type", "911 Alert").with_text(name));
        let draft = match &distress.what {
            Some(what) => draft.with(remarks(what)),
            None => draft,
        };
        let closing = alert(Draft { point: at, lasts_ms: DISTRESS_LASTS_MS, ..Draft::new(&uid, "b-a-o-can", "m-g") })
            .with(Element::new("emergency").with("cancel", "true").with_text(name));
        // Whoever raised it here has it on its screen already.
        let but_unit = self.distress.contains_key(&distress.unit).then(|| distress.unit.clone());
        Shown { draft, closing, but_unit, every_ms: DISTRESS_EVERY_MS, always: true, sent_ms: 0 }
    }
}

/// What distress of ours goes under.
pub(super) fn distress_uid(id: &str) -> String {
    format!("{OURS}-{id}-9-1-1")
}

fn thing(draft: Draft, incident: &Incident) -> Shown {
    let draft = Draft { exercise: incident.exercise, lasts_ms: LASTS_MS, ..draft };
    let closing = removal(&draft.uid, &draft.kind);
    Shown { draft, closing, but_unit: None, every_ms: EVERY_MS, always: false, sent_ms: 0 }
}

/// Where it is, what to beware of, where to wait, where to talk.
pub(super) fn facts(incident: &Incident) -> Vec<String> {
    let said = |safety: &pb::DerivedSafety| safety.instruction.clone().filter(|text| !text.is_empty());
    let mut facts: Vec<String> = incident.address().into_iter().collect();
    facts.extend(incident.safety().filter_map(said));
    facts.extend(incident.hazards.values().map(|hazard| format!("FARA {}", hazard_text(&hazard.hazard))));
    facts.extend(incident.break_point().and_then(|at| at.description.clone()).map(|at| format!("BRYTPUNKT {at}")));
    facts.extend(incident.talkgroups.first().map(|group| group.name().to_owned()).filter(|name| !name.is_empty()));
    facts
}

fn hazard_text(hazard: &pb::Hazard) -> String {
    let mut parts: Vec<String> = hazard.what.iter().chain(&hazard.substance).cloned().collect();
    parts.extend(hazard.un_number.map(|number| format!("UN {number:04}")));
    parts.extend(hazard.stand_off_m.map(|metres| format!("håll {metres} m avstånd")));
    parts.join(", ")
}

/// A point that can be drawn.
fn point(point: &pb::GeoPoint) -> Option<Point> {
    let at = Point { lat: point.latitude?, lon: point.longitude?, hae: None, ce: point.accuracy_m, le: None };
    at.checked().ok().filter(|at| !at.is_nowhere())
}

const METRES_PER_DEGREE: f64 = 111_320.0;

/// The middle of a square, as exact as half its diagonal.
pub(super) fn middle(cell: &pb::GridCell) -> Option<Point> {
    let half_m = f64::from(cell.side_m?) / 2.0;
    let lat = cell.south? + half_m / METRES_PER_DEGREE;
    let lon = cell.west? + half_m / (METRES_PER_DEGREE * lat.to_radians().cos().max(0.01));
    Point { lat, lon, hae: None, ce: Some(half_m * std::f64::consts::SQRT_2), le: None }.checked().ok()
}
