//! From a warning to an advance notice. Pure: the same message gives the same commands with the same ids.
//!
//! An advance notice alarms nobody: it tells the organisations that it concerns, and a desk decides. Only a message of status Actual
//! becomes one; an exercise becomes an exercise; tests, system messages and drafts become nothing.

use std::collections::BTreeMap;

use samband_proto::v1::{self as pb, command::Body, state_fact::Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Alert, CapTime, Info, settings::Settings};
use crate::picture::timestamp;

/// A notice that a message made, by the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The incident that the notice is.
    pub incident: String,
    /// What messages of the same happening share.
    pub incidents: Option<String>,
    /// When the message was sent, seconds. Files from before do not say.
    #[serde(default)]
    pub sent: i64,
    /// Until when it holds, milliseconds. Files from before do not say.
    #[serde(default)]
    pub until_ms: i64,
    /// It was withdrawn.
    pub withdrawn: bool,
    /// It is an exercise. Files from before say nothing: the real thing.
    #[serde(default)]
    pub exercise: bool,
}

/// Everything that was made, by sender and identifier.
pub type Known = BTreeMap<String, Made>;

/// The key of a message.
#[must_use]
pub fn key(sender: &str, identifier: &str) -> String {
    format!("{sender},{identifier}")
}

/// The key of this message.
#[must_use]
pub fn key_of(alert: &Alert) -> String {
    key(&alert.sender, &alert.identifier)
}

/// What a message leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// A new notice.
    Issue(Box<pb::Command>),
    /// Another text or time for a notice that stands, and where it is now.
    Amend(Box<pb::Command>, Vec<pb::Command>),
    /// The notice is taken back.
    Withdraw(Box<pb::Command>),
    /// It was taken before.
    Known,
    /// It is about this notice, of which something later is known: it changes nothing, and what refers to it is about the same.
    Late(Made),
    /// Nothing, and why.
    Nothing(&'static str),
}

/// Milliseconds that a notice holds when the message does not say until when.
const USUAL_MS: i64 = 24 * 3_600_000;

/// Types that a notice may have; all stand in its text.
const TYPES_MAX: usize = 8;

/// What is to be done about a message.
#[must_use]
pub fn take(alert: &Alert, known: &Known, settings: &Settings, now_ms: i64) -> Taken {
    if known.contains_key(&key_of(alert)) {
        return Taken::Known;
    }
    if alert.sender == settings.avsandare {
        return Taken::Nothing("den egna varningen");
    }
    let exercise = match alert.status.as_str() {
        "Actual" => false,
        "Exercise" => true,
        _ => return Taken::Nothing("varken Actual eller Exercise"),
    };
    if matches!(alert.msg_type.as_str(), "Ack" | "Error") {
        return Taken::Nothing("ett svar, ingen varning");
    }
    let about = earlier(alert, known, exercise);
    if let Some(made) = about.filter(|made| is_overtaken(alert, made, known)) {
        return Taken::Late(made.clone());
    }
    let standing = about.filter(|made| !made.withdrawn);
    if alert.msg_type == "Cancel" {
        return match standing {
            Some(made) => withdraw(alert, made, "Återkallad"),
            None => Taken::Nothing("återkallar något som inte är känt"),
        };
    }
    if alert.info.is_empty() {
        return Taken::Nothing("utan innehåll");
    }
    // What a message no longer says of the county, the notice that it updates must not go on saying.
    let no_more = |reason| standing.map_or(Taken::Nothing(reason), |made| withdraw(alert, made, reason));
    let parts = parts(alert, settings);
    if parts.is_empty() {
        return no_more("för ett område utanför länet");
    }
    let (from, until) = times(alert, &parts);
    if until <= now_ms {
        return no_more("har redan gått ut");
    }
    let (types, text) = (types(&parts), text(alert, &parts));
    let (valid_from, valid_until) = (from.map(timestamp), timestamp(until));
    let organisations = settings.berorda.clone();
    match standing {
        Some(made) => {
            let amend = pb::AmendAdvanceNotice {
                types,
                text: Some(text),
                valid_from,
                valid_until: Some(valid_until),
                organisations,
            };
            let incident = Some(made.incident.as_str());
            let places = facts(&parts, settings).into_iter().enumerate();
            let state = |(number, fact)| numbered(alert, number + 1, incident, Body::StateFact(fact));
            let amend = command(alert, incident, Body::AmendAdvanceNotice(amend));
            Taken::Amend(Box::new(amend), places.map(state).collect())
        }
        None => {
            let issue = pb::IssueAdvanceNotice {
                types,
                text: Some(text),
                valid_from,
                valid_until: Some(valid_until),
                organisations,
                facts: facts(&parts, settings),
                exercise: exercise.then_some(true),
            };
            Taken::Issue(Box::new(command(alert, None, Body::IssueAdvanceNotice(issue))))
        }
    }
}

/// The notice that an update or cancellation is about, one that stands before one that is withdrawn: by its references, whose time of sending is
/// not compared (Sveriges Radio's own example has it off by the hours of the zone). Where it has none, by what messages of the same
/// happening share, if only one notice of it stands: one happening may have a message for each area. It is the same sender's, and no message
/// of an exercise touches the real thing, nor the other way.
fn earlier<'a>(alert: &Alert, known: &'a Known, exercise: bool) -> Option<&'a Made> {
    if alert.msg_type == "Alert" {
        return None;
    }
    if !alert.references.is_empty() {
        let own = alert.references.iter().rev().filter(|one| one.sender == alert.sender);
        let made = own.filter_map(|one| known.get(&key(&one.sender, &one.identifier)));
        return made.filter(|made| made.exercise == exercise).min_by_key(|made| made.withdrawn);
    }
    let happening = alert.incidents.as_ref()?;
    let of_sender = |(key, _): &(&String, &Made)| key.split_once(',').is_some_and(|(from, _)| from == alert.sender);
    let same =
        |made: &&Made| !made.withdrawn && made.exercise == exercise && made.incidents.as_ref() == Some(happening);
    let mut standing = known.iter().filter(of_sender).map(|(_, made)| made).filter(same);
    let one = standing.next()?;
    standing.all(|made| made.incident == one.incident).then_some(one)
}

/// Whether something later is known of the same notice: this message was late, or the folder it lay in was. An end is later than whatever was
/// sent in the same second.
fn is_overtaken(alert: &Alert, made: &Made, known: &Known) -> bool {
    let ended = |one: &Made| one.withdrawn && one.sent == alert.sent.seconds && alert.msg_type != "Cancel";
    let of_same = known.values().filter(|one| one.incident == made.incident);
    of_same.into_iter().any(|one| one.sent > alert.sent.seconds || ended(one))
}

/// The notice is taken back, for the reason that the message gives or else this one.
fn withdraw(alert: &Alert, made: &Made, reason: &str) -> Taken {
    let reason = alert.note.clone().unwrap_or_else(|| format!("{}: {reason}", alert.sender));
    let withdraw = pb::WithdrawAdvanceNotice { reason: Some(reason) };
    Taken::Withdraw(Box::new(command(alert, Some(&made.incident), Body::WithdrawAdvanceNotice(withdraw))))
}

/// The parts in Swedish, or else in the first one's language, that concern the county. A message may have one for each area or event.
fn parts<'a>(alert: &'a Alert, settings: &Settings) -> Vec<&'a Info> {
    let in_swedish = |info: &Info| info.language.to_lowercase().starts_with("sv");
    let language = alert.info.iter().find(|info| in_swedish(info)).or(alert.info.first()).map(|info| &info.language);
    let wanted = alert.info.iter().filter(|info| in_swedish(info) || Some(&info.language) == language);
    wanted.filter(|info| concerns(info, settings)).collect()
}

/// Without codes it may concern everybody; with codes it concerns those whose municipality or county is named.
fn concerns(info: &Info, settings: &Settings) -> bool {
    let codes = || {
        info.area
            .iter()
            .flat_map(|area| &area.geocode)
            .filter(|code| matches!(code.value_name.as_str(), "Kommun" | "Län"))
    };
    codes().next().is_none()
        || codes().any(|code| settings.knows(&code.value) || settings.knows(code.value.get(..2).unwrap_or_default()))
}

/// Until when a message holds, milliseconds.
#[must_use]
pub fn until_ms(alert: &Alert) -> i64 {
    times(alert, &alert.info.iter().collect::<Vec<_>>()).1
}

/// From the first beginning to the last end; a part that is over says nothing of the others.
fn times(alert: &Alert, parts: &[&Info]) -> (Option<i64>, i64) {
    let ms = |at: &Option<CapTime>| at.as_ref().map(|at| at.seconds * 1000);
    let until = |info: &&Info| ms(&info.expires).unwrap_or(alert.sent.seconds * 1000 + USUAL_MS);
    let until = parts.iter().map(until).max().unwrap_or(i64::MIN);
    let from = parts.iter().map(|info| ms(&info.onset).or(ms(&info.effective))).min().flatten();
    (from.filter(|from| *from < until), until)
}

/// What it is about, each once.
fn types(parts: &[&Info]) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for info in parts {
        if types.len() < TYPES_MAX && !types.contains(&info.event) {
            types.push(info.event.clone());
        }
    }
    types
}

fn text(alert: &Alert, parts: &[&Info]) -> String {
    let mut said: Vec<String> = Vec::new();
    for info in parts {
        let areas: Vec<&str> = info.area.iter().map(|area| area.area_desc.as_str()).collect();
        let sender = info.sender_name.as_deref().unwrap_or(&alert.sender);
        let event = Some(info.event.clone()).filter(|_| parts.len() > 1);
        said.extend([&event, &info.headline, &info.description, &info.instruction].into_iter().flatten().cloned());
        if !areas.is_empty() {
            said.push(format!("Område: {}", areas.join("; ")));
        }
        said.push(format!("Källa: {sender}. {} {} {}", info.urgency, info.severity, info.certainty));
    }
    said.dedup();
    said.join("\n\n")
}

fn facts(parts: &[&Info], settings: &Settings) -> Vec<pb::StateFact> {
    let mut facts = Vec::new();
    let areas = || parts.iter().flat_map(|info| &info.area);
    let codes = areas().flat_map(|area| &area.geocode).filter(|code| code.value_name == "Kommun");
    if let Some(municipality) = codes.filter_map(|code| settings.municipality(&code.value)).next() {
        let address = pb::Address { municipality: Some(municipality.to_owned()), ..pb::Address::default() };
        facts.push(pb::StateFact { value: Some(Value::Address(address)), ..pb::StateFact::default() });
    }
    if let Some(circle) = areas().flat_map(|area| &area.circle).next() {
        let point = pb::GeoPoint {
            latitude: Some(circle.middle.latitude),
            longitude: Some(circle.middle.longitude),
            accuracy_m: Some(circle.radius_km * 1000.0).filter(|metres| *metres > 0.0),
        };
        facts.push(pb::StateFact { value: Some(Value::Location(point)), ..pb::StateFact::default() });
    }
    facts
}

/// The id of a command is its message's: taking a message in twice changes nothing.
fn command(alert: &Alert, incident: Option<&str>, body: Body) -> pb::Command {
    numbered(alert, 0, incident, body)
}

fn numbered(alert: &Alert, number: usize, incident: Option<&str>, body: Body) -> pb::Command {
    let which = if number == 0 { String::new() } else { format!(" {number}") };
    let digest = Sha256::digest(format!("samband cap in {}{which}", key_of(alert)));
    let mut octets = [0; 16];
    octets.copy_from_slice(&digest[..16]);
    let id = uuid::Builder::from_custom_bytes(octets).into_uuid();
    pb::Command {
        command_id: Some(id.to_string()),
        pressed_at: Some(timestamp(alert.sent.seconds * 1000)),
        incident_id: incident.map(str::to_owned),
        body: Some(body),
        ..pb::Command::default()
    }
}
