//! Whether a received event is like what a scenario says.

use serde_json::Value;

use super::{
    body::{Names, resolve},
    parse::{Expected, Words},
};

/// Whether the frame is an event of this kind with these fields.
pub(super) fn matches(frame: &Value, kind: &str, words: &Words, names: &Names) -> Result<bool, String> {
    let event = &frame["update"]["event"];
    let body = &event[camel(kind)];
    if body.is_null() {
        return Ok(false);
    }
    for bare in &words.bare {
        if let Some(absent) = bare.strip_prefix('!') {
            if !at(body, event, absent).is_null() {
                return Ok(false);
            }
        } else if event["envelope"]["incidentId"].as_str() != names.get(bare).map(String::as_str) {
            return Ok(false);
        }
    }
    for (path, value) in &words.pairs {
        let wanted = resolve(value, names)?;
        let fits = match path.as_str() {
            "withheld" => withheld(event, &wanted),
            "owner" => event["envelope"]["owner"].as_str() == Some(&wanted),
            "alarm" => text(&body["alarmId"]) == wanted,
            "unit" => text(&body["unit"]["unitId"]) == wanted,
            "references" => body["references"].as_array().map_or(0, Vec::len).to_string() == wanted,
            path => text(at(body, event, path)).contains(&wanted),
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a command was answered as expected.
///
/// # Errors
/// It was not; how it was.
pub(super) fn answers(outcome: &Value, expected: &Expected, names: &Names) -> Result<(), String> {
    let code = outcome["refused"]["code"].as_str().map(|code| code.trim_start_matches("REFUSAL_CODE_").to_lowercase());
    if code != expected.refused {
        let told = outcome["refused"]["message"].as_str().unwrap_or("");
        let [got, wanted] = [&code, &expected.refused].map(|code| code.as_deref().unwrap_or("ok"));
        return Err(format!("{got} ({told}), expected {wanted}"));
    }
    // What is not there and what is not for the sender are one answer: nothing may tell them apart.
    if code.as_deref() == Some("not_found") && !outcome["refused"]["facts"].is_null() {
        return Err(format!("not_found tells more: {outcome}"));
    }
    for (key, value) in &expected.words.pairs {
        let wanted = resolve(value, names)?;
        let facts = outcome["refused"]["facts"].as_array().map_or(&[][..], Vec::as_slice);
        let told = facts.iter().any(|fact| fact["name"] == *key && fact["value"] == *wanted)
            || text(&outcome["accepted"][camel(key)]).contains(&wanted)
            || text(&outcome[camel(key)]).contains(&wanted);
        if !told {
            return Err(format!("the answer does not say {key}={wanted}: {outcome}"));
        }
    }
    Ok(())
}

fn withheld(event: &Value, marking: &str) -> bool {
    let wanted = format!("MARKING_{}", marking.to_uppercase());
    let marks = event["withheld"].as_array();
    marks.is_some_and(|marks| marks.iter().any(|mark| mark["marking"].as_str() == Some(&wanted)))
}

/// A path into the body; `envelope.` into the envelope. Numbers are places in lists.
fn at<'a>(body: &'a Value, event: &'a Value, path: &str) -> &'a Value {
    let (mut value, path) = match path.strip_prefix("envelope.") {
        Some(rest) => (&event["envelope"], rest),
        None => (body, path),
    };
    for part in path.split('.') {
        value = match part.parse::<usize>() {
            Ok(place) => &value[place],
            Err(_) => &value[camel(part)],
        };
    }
    value
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// `alarm_raised` is `alarmRaised` in canonical proto JSON.
pub(super) fn camel(name: &str) -> String {
    let mut camel = String::new();
    let mut up = false;
    for letter in name.chars() {
        match letter {
            '_' => up = true,
            letter if up => {
                camel.push(letter.to_ascii_uppercase());
                up = false;
            }
            letter => camel.push(letter),
        }
    }
    camel
}
