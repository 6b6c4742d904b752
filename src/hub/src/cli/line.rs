//! One line for a frame, for people. What is not for people (tokens, pings) has none.

use serde_json::Value;

use super::texts::{field_name, handover_name, kind_name, marking_name, value_name};

/// The line of a frame, if it has one.
pub fn line(frame: &Value) -> Option<String> {
    if let Some(event) = frame["update"]["event"].as_object() {
        return Some(event_line(&Value::Object(event.clone())));
    }
    if let Some(welcome) = frame["welcome"].as_object() {
        let text = |key: &str| welcome.get(key).and_then(Value::as_str).unwrap_or("");
        return Some(format!(
            "— {}/{} {}, policy {}",
            text("organisation"),
            text("role"),
            text("unitId"),
            text("policyEpoch")
        ));
    }
    if let Some(incident) = frame["restart"]["incidentId"].as_str() {
        return Some(format!("— börjar om med händelse {}", short(incident)));
    }
    if let Some(talkgroup) = frame["affiliations"]["talkgroupId"].as_str() {
        return Some(format!("— på {talkgroup} lyssnar {}", listeners(&frame["affiliations"]["listeners"])));
    }
    if frame["caughtUp"].is_object() {
        return Some("— i kapp".into());
    }
    if frame["linkState"]["journalWritable"] == Value::Bool(false) {
        return Some("— EJ LAGRAT, använd radio/telefon".into());
    }
    frame["goodbye"]["code"].as_str().map(|code| format!("— avslutat: {code}"))
}

/// An item of the handover list, for people.
pub(super) fn handover_line(item: &Value) -> String {
    let text = |key: &str| item[key].as_str().unwrap_or("");
    let who = item["unit"]["callSign"].as_str().unwrap_or(text("organisation"));
    let time = text("at").get(11..16).unwrap_or("");
    // What is named so that people know it: a talkgroup, a desk.
    let subject = Some(text("subjectId")).filter(|subject| subject.len() != 32).unwrap_or("");
    let line = format!("{} {} {who} {subject} {time}", short(text("incidentId")), handover_name(text("kind")));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn listeners(list: &Value) -> String {
    let name = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        match one["unit"]["unitId"].as_str() {
            Some(unit) => unit.to_owned(),
            None => format!("{}/{}", text(&one["organisation"]), text(&one["role"])),
        }
    };
    let names: Vec<_> = list.as_array().into_iter().flatten().map(name).collect();
    if names.is_empty() { "ingen".into() } else { names.join(", ") }
}

fn event_line(event: &Value) -> String {
    let envelope = &event["envelope"];
    let time = envelope["hubTime"].as_str().and_then(|time| time.get(11..19)).unwrap_or("");
    // A talkgroup, a unit and a pool are known by their names.
    let elsewhere = ["talkgroupId", "unitId", "pool"].iter().find_map(|scope| envelope[scope].as_str());
    let incident = envelope["incidentId"].as_str().map_or(elsewhere.unwrap_or(""), short);
    let exercise = if envelope["exercise"] == Value::Bool(true) { " ÖVNING" } else { "" };
    let author = &envelope["author"];
    let from = author["unit"]["callSign"].as_str().or(envelope["owner"].as_str()).unwrap_or("");
    let body =
        event.as_object().and_then(|event| event.iter().find(|(key, _)| *key != "envelope" && *key != "withheld"));
    let mut said = Vec::new();
    let kind = body.map_or("", |(kind, body)| {
        tell(body, "", &mut said);
        if kind == "poolLeaseChanged" && body["leased"] != Value::Bool(true) {
            said.push(field_name("free").into());
        }
        kind_name(kind)
    });
    for mark in event["withheld"].as_array().into_iter().flatten() {
        let marking = mark["marking"].as_str().unwrap_or("");
        said.push(format!("🔒 {} ({})", marking_name(marking), mark["owner"].as_str().unwrap_or("")));
    }
    let line = format!("{time}{exercise} {incident} {from}: {kind} {}", said.join(", "));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Fields whose text is a moment.
fn is_moment(name: &str) -> bool {
    name.ends_with("At") || matches!(name, "since" | "until" | "validFrom" | "validUntil")
}

/// A long text is told by its beginning; `--json` has all of it.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 100;
    match text.char_indices().nth(SHOWN) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Enough of an identifier to tell incidents apart on a screen.
fn short(id: &str) -> &str {
    id.get(..4).unwrap_or(id)
}

/// Leaves of a body, in order. Identifiers are for programs.
fn tell(value: &Value, name: &str, said: &mut Vec<String>) {
    match value {
        Value::Object(fields) if fields.contains_key("callSign") => {
            said.push(fields.get("callSign").and_then(Value::as_str).unwrap_or("").into());
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                if !key.ends_with("Id") && key != "references" && key != "considered" && key != "inputs" {
                    tell(value, key, said);
                } else if let Some(list) = value.as_array() {
                    said.push(format!("{} {}", list.len(), field_name(key)));
                }
            }
        }
        Value::Array(list) if list.iter().all(Value::is_string) => {
            said.push(list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" / "));
        }
        Value::Array(list) => {
            for one in list {
                let mut inner = Vec::new();
                tell(one, name, &mut inner);
                said.push(format!("[{}]", inner.join(" ")));
            }
        }
        Value::Bool(true) => said.push(field_name(name).into()),
        Value::Bool(false) | Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) if text.starts_with("MARKING_") => said.push(marking_name(text).into()),
        Value::String(text) if text.contains('_') => said.push(value_name(text).into()),
        Value::String(text) if is_moment(name) => {
            said.push(format!("{} {}", field_name(name), text.get(11..19).unwrap_or(text)))
        }
        Value::String(text) => match field_name(name) {
            "" => said.push(shortened(text)),
            field => said.push(format!("{field} {}", shortened(text))),
        },
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            // Four decimals of a degree are ten metres: enough for a line.
            Some(degrees) => said.push(format!("{} {degrees:.4}", field_name(name))),
            None => said.push(format!("{} {number}", field_name(name))),
        },
    }
}
