//! From a text alarm to commands. Pure: the same text of the same day gives the same commands with the same ids, so that sending
//! them again is harmless.

use samband_proto::v1::{self as pb, command::Body, state_fact::Value};
use sha2::{Digest as _, Sha256};

use super::{TextAlarm, stations::Stations};

/// The number's system, as external numbers name it.
pub const SYSTEM: &str = "sos";

/// Where a text came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Centre or sender that counts the cases.
    pub centre: String,
    /// Day the case belongs to, YYYY-MM-DD.
    pub day: String,
}

/// What to submit for a text: first the report, then, on the incident it made or met, the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Reports the incident. Refused as already reported when the case is known: that answer names the incident.
    pub report: pb::Command,
    /// The alarm that another system has sent, and what was wrong with the text.
    pub rest: Vec<pb::Command>,
    /// Facts to state anew when the case was known: a later text of the case may say more.
    pub facts: Vec<pb::Command>,
}

/// The commands of a text alarm.
pub fn submission(alarm: &TextAlarm, source: &Source, stations: &Stations) -> Submission {
    let text_digest = Sha256::digest(alarm.raw.as_bytes());
    let case = alarm.case.clone().unwrap_or_else(|| {
        // Without a number the text itself is the case: the same text again is the same incident.
        format!("text-{}", hex(&text_digest[..6]))
    });
    let case_key = format!("{} {} {case}", source.centre, source.day);
    let id = |purpose: &str, part: &str| command_id(&[&case_key, purpose, part]);
    let text_key = hex(&text_digest[..16]);

    let number = pb::ExternalNumber {
        system: Some(SYSTEM.into()),
        number: Some(case),
        centre: Some(source.centre.clone()),
        day: Some(source.day.clone()),
    };
    let facts = facts(alarm, stations);
    let report = pb::ReportIncident {
        types: if alarm.types.is_empty() { vec!["Okänd".into()] } else { alarm.types.clone() },
        exercise: None,
        numbers: vec![number],
        facts: facts.clone(),
    };
    let later = facts
        .into_iter()
        .enumerate()
        .map(|(index, fact)| command(id("fact", &format!("{text_key} {index}")), Body::StateFact(fact)));
    Submission {
        report: command(id("report", &text_key), Body::ReportIncident(report)),
        rest: rest(alarm, stations, |purpose| id(purpose, &text_key)),
        facts: later.collect(),
    }
}

fn rest(alarm: &TextAlarm, stations: &Stations, id: impl Fn(&str) -> String) -> Vec<pb::Command> {
    let mut commands = Vec::new();
    let station = alarm.station.as_ref().map(|code| (code, stations.get(code)));
    if let Some((_, Some(station))) = station {
        let raised = pb::RaiseAlarm {
            parties: vec![pb::AlarmParty {
                organisation: Some(station.organisation.clone()),
                unit_id: station.unit.clone(),
                required: None,
                due_seconds: None,
            }],
            alarm_text: Some(alarm.raw.clone()),
            already_sent: Some(true),
            reason: Some("textlarm".into()),
            plan: None,
            ..Default::default()
        };
        commands.push(command(id("alarm"), Body::RaiseAlarm(raised)));
    }
    let mut remarks = alarm.flags.clone();
    if let Some((code, None)) = station {
        remarks.insert(format!("unknown_station:{code}"));
    }
    if !remarks.is_empty() {
        let note = pb::AddNote {
            note: None,
            shared_text: Some(format!(
                "Larmtexten kunde inte tolkas fullt ut: {}",
                remarks.into_iter().collect::<Vec<_>>().join(", ")
            )),
        };
        commands.push(command(id("flags"), Body::AddNote(note)));
    }
    commands
}

/// Facts in the text. Talkgroups named in it are kept as a fact: adopting them is the pool's matter.
fn facts(alarm: &TextAlarm, stations: &Stations) -> Vec<pb::StateFact> {
    let extra = |key: &str| alarm.extra.get(key).and_then(|values| values.first()).cloned();
    let mut values = Vec::new();
    let municipality =
        alarm.station.as_ref().and_then(|code| stations.get(code)).map(|entry| entry.municipality.clone());
    let address = pb::Address {
        street: alarm.address.clone(),
        object: extra("object").or_else(|| extra("object_info")),
        floor: None,
        locality: alarm.city.clone().or_else(|| extra("place")),
        municipality,
        access: extra("address_description"),
    };
    if address.street.is_some() || address.locality.is_some() || address.object.is_some() || address.access.is_some() {
        values.push(Value::Address(address));
    }
    if let Some(location) = &alarm.location {
        values.push(Value::Location(pb::GeoPoint {
            latitude: Some(location.lat),
            longitude: Some(location.lon),
            accuracy_m: None,
        }));
    }
    if let Some(description) = &alarm.description {
        values.push(Value::Description(pb::Text { text: Some(description.clone()) }));
    }
    values.push(Value::AlarmText(pb::Text { text: Some(alarm.raw.clone()) }));
    if !alarm.talkgroups.is_empty() {
        values.push(Value::Talkgroups(pb::TalkgroupNames { names: alarm.talkgroups.clone() }));
    }
    if let Some(key) = extra("key") {
        values.push(Value::AccessCode(pb::AccessCode { door_code: None, key_number: Some(key), remark: None }));
    }
    if let Some(card) = extra("object_card") {
        values.push(Value::ObjectCard(pb::ObjectCard { text: None, reference: Some(card) }));
    }
    values.into_iter().map(|value| pb::StateFact { value: Some(value), ..Default::default() }).collect()
}

fn command(id: String, body: Body) -> pb::Command {
    pb::Command { command_id: Some(id), body: Some(body), ..Default::default() }
}

/// A UUID that the same parts always give.
fn command_id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
