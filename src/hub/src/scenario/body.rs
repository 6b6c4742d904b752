//! From a scenario's words to a command in JSON, by the contract's own descriptors.

use std::collections::BTreeMap;

use prost_reflect::{Kind, MessageDescriptor};
use samband_domain::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    parse::{Words, milliseconds, unquoted},
    run::moment,
};

/// What names stand for: incidents, alarms, events, reports.
pub(super) type Names = BTreeMap<String, String>;

/// The command's JSON, or what is wrong with the words.
pub(super) fn command(
    verb: &str,
    words: &Words,
    names: &Names,
    start: Timestamp,
) -> Result<Map<String, Value>, String> {
    let descriptor = samband_proto::pool()
        .get_message_by_name("samband.v1.Command")
        .and_then(|command| command.get_field_by_name(verb))
        .and_then(|field| match field.kind() {
            Kind::Message(body) => Some(body),
            _ => None,
        })
        .ok_or_else(|| format!("the contract has no command {verb}"))?;
    let mut command = Map::new();
    let mut body = Value::Object(Map::new());
    for (key, value) in &words.pairs {
        let text = resolve(value, names)?;
        match key.as_str() {
            "as" | "id" | "pressed" => {}
            "raise" => _ = command.insert("raise".into(), json!(format!("MARKING_{}", text.to_uppercase()))),
            "for_unit" => _ = command.insert("for_unit".into(), json!(text)),
            "share_with" => _ = command.insert("share_with".into(), list(&text)),
            "person" if descriptor.get_field_by_name("person").is_none() => {
                command.insert("person".into(), json!(text));
            }
            "alarm" => put(&mut body, "alarm_id", json!(text)),
            "refs" => {
                let ids: Result<Vec<_>, _> = text.split(',').map(|name| resolve(name, names)).collect();
                put(&mut body, "reference_event_ids", json!(ids?));
            }
            "party" if descriptor.get_field_by_name("parties").is_some() => push(&mut body, "parties", party(&text)?),
            "party" => put(&mut body, "party", party(&text)?),
            "for" => put(&mut body, "relayed_for", party(&text)?),
            "replaces" => put(&mut body, "replaces", party(&text)?),
            "number" if descriptor.get_field_by_name("numbers").is_some() => push(&mut body, "numbers", number(&text)?),
            "number" if descriptor.name() == "AddExternalNumber" => put(&mut body, "number", number(&text)?),
            path => field(&descriptor, &mut body, path, &text, start)?,
        }
    }
    command.insert(verb.into(), body);
    Ok(command)
}

/// `@NAME` is what was named so.
pub(super) fn resolve(value: &str, names: &Names) -> Result<String, String> {
    match value.strip_prefix('@') {
        Some(name) if !name.contains(',') => names.get(name).cloned().ok_or_else(|| format!("nothing is named {name}")),
        _ => Ok(unquoted(value)),
    }
}

fn list(text: &str) -> Value {
    text.split(',').map(|one| Value::String(one.trim().into())).collect()
}

fn put(body: &mut Value, key: &str, value: Value) {
    body[key] = value;
}

fn push(body: &mut Value, key: &str, value: Value) {
    match body.get_mut(key).and_then(Value::as_array_mut) {
        Some(list) => list.push(value),
        None => body[key] = json!([value]),
    }
}

/// `organisation[:unit][!][~seconds]`.
fn party(text: &str) -> Result<Value, String> {
    let (text, seconds) = match text.split_once('~') {
        Some((text, seconds)) => (text, Some(seconds.parse::<u32>().map_err(|_| "~ is followed by seconds")?)),
        None => (text, None),
    };
    let (text, required) = text.strip_suffix('!').map_or((text, false), |text| (text, true));
    let (organisation, unit) =
        text.split_once(':').map_or((text, None), |(organisation, unit)| (organisation, Some(unit)));
    let mut party = json!({ "organisation": organisation });
    if let Some(unit) = unit {
        party["unit_id"] = json!(unit);
    }
    if required {
        party["required"] = json!(true);
    }
    if let Some(seconds) = seconds {
        party["due_seconds"] = json!(seconds);
    }
    Ok(party)
}

/// `system/centre/day/number`.
fn number(text: &str) -> Result<Value, String> {
    let parts: Vec<_> = text.split('/').collect();
    let [system, centre, day, number] = parts.as_slice() else {
        return Err("number=system/centre/day/number".into());
    };
    Ok(json!({ "system": system, "centre": centre, "day": day, "number": number }))
}

/// A path into the body; in a report, a path that begins with a kind of fact goes into a fact of its own.
fn field(
    descriptor: &MessageDescriptor,
    body: &mut Value,
    path: &str,
    text: &str,
    start: Timestamp,
) -> Result<(), String> {
    let parts: Vec<_> = path.split('.').collect();
    let first = parts.first().copied().unwrap_or_default();
    let fact = samband_proto::pool().get_message_by_name("samband.v1.StateFact");
    if let (None, Some(fact)) = (descriptor.get_field_by_name(first), fact)
        && descriptor.get_field_by_name("facts").is_some()
        && fact.get_field_by_name(first).is_some()
    {
        let facts = body.as_object_mut().ok_or("not an object")?.entry("facts").or_insert_with(|| json!([]));
        let facts = facts.as_array_mut().ok_or("facts is not a list")?;
        let at = match facts.iter().position(|one| one.get(first).is_some()) {
            Some(at) => at,
            None => {
                facts.push(json!({}));
                facts.len() - 1
            }
        };
        return set(&fact, &mut facts[at], &parts, text, start);
    }
    set(descriptor, body, &parts, text, start)
}

fn set(
    descriptor: &MessageDescriptor,
    value: &mut Value,
    path: &[&str],
    text: &str,
    start: Timestamp,
) -> Result<(), String> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    let field =
        descriptor.get_field_by_name(first).ok_or_else(|| format!("{} has no field {first}", descriptor.name()))?;
    match field.kind() {
        Kind::Message(inner) if field.is_list() => {
            // One element is enough for a scenario: every path goes into it.
            if value.get(first).is_none() {
                value[first] = json!([{}]);
            }
            let element = value[first].get_mut(0).ok_or("an empty list")?;
            set(&inner, element, rest, text, start)
        }
        // A moment is so long after the scenario's beginning.
        Kind::Message(inner) if inner.full_name() == "google.protobuf.Timestamp" => {
            let after = milliseconds(text).ok_or_else(|| format!("{first} is a time like 90s"))?;
            value[first] = json!(moment(Timestamp(start.0 + after)));
            Ok(())
        }
        Kind::Message(inner) => {
            if value.get(first).is_none() {
                value[first] = json!({});
            }
            if inner.name() == "Text" && rest.is_empty() {
                value[first]["text"] = json!(text);
                return Ok(());
            }
            set(&inner, &mut value[first], rest, text, start)
        }
        kind => {
            let scalar = scalar(&kind, text);
            if field.is_list() {
                value[first] = text.split(',').map(|one| Value::String(one.trim().into())).collect();
            } else {
                value[first] = scalar;
            }
            Ok(())
        }
    }
}

fn scalar(kind: &Kind, text: &str) -> Value {
    match kind {
        Kind::Bool => json!(text == "true" || text == "yes"),
        Kind::Double | Kind::Float => text.parse::<f64>().map_or(json!(text), |number| json!(number)),
        Kind::Uint32 | Kind::Int32 => text.parse::<i64>().map_or(json!(text), |number| json!(number)),
        Kind::Enum(values) => {
            let wanted = format!("_{}", text.to_uppercase());
            let named = values.values().find(|value| value.name() == text || value.name().ends_with(&wanted));
            named.map_or(json!(text), |value| json!(value.name()))
        }
        _ => json!(text),
    }
}
