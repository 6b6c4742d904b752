//! From an advance notice or a hazard to a warning.
//!
//! What it says comes from what the *public* may see: a picture that was sent to that receiver. Whoever issues it decides that it is
//! issued, and how urgent it is; that it may be known was decided before, in the owner's file.

use super::{Alert, Area, CapTime, Circle, Info, LatLon, Pair, Polygon, Reference, settings::Settings};
use crate::picture::{HazardOnMap, Incident, address_line};
use samband_proto::v1::{self as pb, fact_stated::Value};

/// What the issuer decides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// The hazard that is warned of; absent: the advance notice.
    pub hazard: Option<String>,
    /// A test of the system; an exercise is one by the incident, whatever is said here.
    pub test: bool,
    /// It is over.
    pub cancel: bool,
    /// Immediate, Expected, Future, Past, Unknown.
    pub urgency: Option<String>,
    /// Extreme, Severe, Moderate, Minor, Unknown.
    pub severity: Option<String>,
    /// Observed, Likely, Possible, Unlikely, Unknown.
    pub certainty: Option<String>,
    /// Shelter, Evacuate, Avoid, Monitor, ...
    pub response: Vec<String>,
    /// What people are to do.
    pub instruction: Option<String>,
    /// An outline that the issuer has drawn.
    pub polygon: Option<Polygon>,
}

/// Why nothing is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotIssued {
    /// The public may not see it, or it is not there: the same answer.
    #[error("there is nothing here that the owner's decision opens to the public")]
    NotOpen,
    /// Somebody else's information.
    #[error("only its owner warns of it")]
    NotOwner,
    /// It says no place, and a warning for everywhere is one for nobody.
    #[error("the public may see no place of it: give a polygon")]
    NoPlace,
    /// An update or cancellation of nothing.
    #[error("there is no earlier message to cancel")]
    NothingToCancel,
    /// The time cannot be written.
    #[error("the time cannot be")]
    Time,
}

/// An earlier message about the same, newest last.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// Its reference.
    pub reference: Reference,
    /// Its type.
    pub msg_type: String,
    /// Actual, Exercise or Test: each is a chain of its own.
    pub status: String,
}

/// Makes the message. `owner`: the organisation of whoever issues it. `earlier`: messages about the same, in the order they were sent.
///
/// # Errors
/// See [`NotIssued`].
pub fn alert(
    incident: &Incident,
    decision: &Decision,
    owner: &str,
    earlier: &[Earlier],
    settings: &Settings,
    now_seconds: i64,
) -> Result<Alert, NotIssued> {
    let over = decision.cancel || incident.is_over();
    let subject = Subject::of(incident, decision, over)?;
    if subject.owner() != owner {
        return Err(NotIssued::NotOwner);
    }
    let status = match (incident.exercise, decision.test) {
        (true, _) => "Exercise",
        (false, true) => "Test",
        (false, false) => "Actual",
    };
    let standing: Vec<&Earlier> = earlier.iter().filter(|one| one.status == status).collect();
    let last_cancel = standing.iter().rposition(|one| one.msg_type == "Cancel").map_or(0, |at| at + 1);
    let standing = standing.get(last_cancel..).unwrap_or_default();
    let msg_type = match (over, standing.is_empty()) {
        (true, true) => return Err(NotIssued::NothingToCancel),
        (true, false) => "Cancel",
        (false, true) => "Alert",
        (false, false) => "Update",
    };
    let key = key_of(&incident.id, decision.hazard.as_deref());
    Ok(Alert {
        identifier: format!("{key}-{}", earlier.len() + 1),
        sender: settings.avsandare.clone(),
        sent: CapTime::from_seconds(now_seconds).ok_or(NotIssued::Time)?,
        status: status.to_owned(),
        msg_type: msg_type.to_owned(),
        source: None,
        scope: "Public".to_owned(),
        restriction: None,
        addresses: None,
        code: Vec::new(),
        note: None,
        references: standing.iter().map(|one| one.reference.clone()).collect(),
        incidents: Some(key),
        info: vec![info(incident, &subject, decision, settings, over, now_seconds)?],
        signature: false,
    })
}

/// What messages about the same share. The incident's own id stays inside: this says nothing about it but that it is the same.
#[must_use]
pub fn key_of(incident: &str, hazard: Option<&str>) -> String {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(format!("samband cap {incident} {}", hazard.unwrap_or_default()));
    let hex: String = digest.iter().take(8).map(|octet| format!("{octet:02x}")).collect();
    format!("samband-{hex}")
}

enum Subject<'a> {
    Notice(&'a crate::picture::Notice),
    Hazard(&'a HazardOnMap),
    /// It is over and no longer shown: only that can be said.
    Ended(&'a str),
}

impl<'a> Subject<'a> {
    fn of(incident: &'a Incident, decision: &Decision, over: bool) -> Result<Self, NotIssued> {
        let (shown, ended_by) = match &decision.hazard {
            Some(id) => (incident.hazards.get(id).map(Self::Hazard), incident.ended_hazards.get(id)),
            None => (incident.notice.as_ref().map(Self::Notice), None),
        };
        let ended = || ended_by.or(incident.notice_owner.as_ref()).filter(|_| over).map(|owner| Self::Ended(owner));
        shown.or_else(ended).ok_or(NotIssued::NotOpen)
    }

    fn owner(&self) -> &str {
        match self {
            Self::Notice(notice) => &notice.owner,
            Self::Hazard(hazard) => &hazard.owner,
            Self::Ended(owner) => owner,
        }
    }
}

fn info(
    incident: &Incident,
    subject: &Subject<'_>,
    decision: &Decision,
    settings: &Settings,
    over: bool,
    now_seconds: i64,
) -> Result<Info, NotIssued> {
    let at = |ms: Option<i64>| ms.and_then(|ms| CapTime::from_seconds(ms.div_euclid(1000)));
    let usual = match subject {
        Subject::Notice(_) => ("Expected", "Moderate", "Likely"),
        Subject::Hazard(_) | Subject::Ended(_) => ("Immediate", "Severe", "Observed"),
    };
    let (onset, expires, description) = match subject {
        Subject::Notice(notice) => (at(notice.valid_from_ms), at(notice.valid_until_ms), Some(notice.text.clone())),
        Subject::Hazard(hazard) => {
            let until = now_seconds + i64::from(settings.galler_min) * 60;
            (None, CapTime::from_seconds(until), Some(hazard_words(&hazard.hazard)))
        }
        Subject::Ended(_) => (None, None, None),
    };
    let area = area(incident, subject, decision, settings);
    if area.is_empty() && !over {
        return Err(NotIssued::NoPlace);
    }
    let chosen = |said: &Option<String>, usual: &str| said.clone().unwrap_or_else(|| usual.to_owned());
    let instruction = decision
        .instruction
        .clone()
        .or_else(|| incident.safety().find_map(|safety| safety.instruction.clone()).filter(|text| !text.is_empty()));
    Ok(Info {
        language: "sv-SE".to_owned(),
        category: vec![settings.category(&incident.types).to_owned()],
        event: incident.title().to_owned(),
        response_type: if over { vec!["AllClear".to_owned()] } else { decision.response.clone() },
        urgency: if over { "Past".to_owned() } else { chosen(&decision.urgency, usual.0) },
        severity: chosen(&decision.severity, usual.1),
        certainty: chosen(&decision.certainty, usual.2),
        onset,
        expires,
        sender_name: Some(settings.avsandare_namn.clone()),
        headline: Some(if over {
            format!("Faran är över: {}", incident.title())
        } else {
            incident.title().to_owned()
        }),
        description: description.filter(|text| !text.is_empty()),
        instruction: instruction.filter(|_| !over),
        web: settings.webb.clone(),
        area,
        ..Info::default()
    })
}

fn hazard_words(hazard: &pb::Hazard) -> String {
    let mut parts: Vec<String> = [&hazard.what, &hazard.substance].into_iter().flatten().cloned().collect();
    parts.extend(hazard.un_number.map(|number| format!("UN {number}")));
    parts.extend(hazard.stand_off_m.map(|metres| format!("Håll minst {metres} meters avstånd.")));
    parts.join(". ")
}

/// One area: where people must act. Outline and circle where they are known, codes of municipality and county where they are.
fn area(incident: &Incident, subject: &Subject<'_>, decision: &Decision, settings: &Settings) -> Vec<Area> {
    let mut area = Area::default();
    area.polygon.extend(decision.polygon.clone());
    let (location, radius_m) = match subject {
        Subject::Hazard(hazard) => (hazard.location.as_ref(), hazard.hazard.stand_off_m.map(f64::from)),
        Subject::Notice(_) | Subject::Ended(_) => {
            (incident.location(), incident.location().and_then(|at| at.accuracy_m))
        }
    };
    if let Some(point) = location.filter(|_| decision.polygon.is_none()) {
        let middle = LatLon { latitude: point.latitude(), longitude: point.longitude() };
        area.circle.push(Circle::of(middle, radius_m.unwrap_or(500.0).max(50.0) / 1000.0));
    }
    let addresses = incident.facts_of(crate::picture::ADDRESS).filter_map(|(_, value)| match value {
        Value::Address(address) => Some(address),
        _ => None,
    });
    let mut named: Vec<String> = Vec::new();
    for address in addresses {
        named.extend(address_line(address));
        let Some(code) = address.municipality.as_ref().and_then(|name| settings.kommun.get(name)) else { continue };
        push_code(&mut area.geocode, "Kommun", code);
        push_code(&mut area.geocode, "Län", &code[..2]);
        named.extend(settings.lan.get(&code[..2]).cloned());
    }
    named.dedup();
    let nowhere = area.polygon.is_empty() && area.circle.is_empty() && area.geocode.is_empty();
    area.area_desc = if named.is_empty() { "Området på kartan".to_owned() } else { named.join(", ") };
    if nowhere { Vec::new() } else { vec![area] }
}

fn push_code(codes: &mut Vec<Pair>, list: &str, code: &str) {
    let pair = Pair { value_name: list.to_owned(), value: code.to_owned() };
    if !codes.contains(&pair) {
        codes.push(pair);
    }
}
