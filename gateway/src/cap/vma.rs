//! Warnings to the public as Sveriges Radio hands them out: CAP in JSON (interface v2 and v3).
//!
//! The elements are CAP's, so the tree is built in CAP's order and read by the same rules. What differs: a category may stand
//! alone instead of in a list, and `info` is null on a cancellation; and where XML would be refused, an empty text is one that is not
//! said, white space around a value is dropped, and an update may come without references.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Alert, CapError, MESSAGE_BYTES_MAX,
    read::from_element,
    schema::{ALERT, AREA, INFO, NAMESPACE, PAIR, RESOURCE, Table},
};
use crate::xml::Element;

/// What an answer holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Alerts {
    /// Those that can be read.
    pub alerts: Vec<Alert>,
    /// Those that cannot, and why.
    pub refused: Vec<Refused>,
}

/// One that cannot be read. The others are not harmed by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What it calls itself.
    pub identifier: Option<String>,
    /// Why.
    pub reason: String,
}

/// Reads an answer: an object with the list `alerts`, the list alone, or a single alert.
///
/// # Errors
/// It is no JSON, or has no list of alerts.
pub fn read(bytes: &[u8]) -> Result<Alerts, CapError> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(CapError::TooLong);
    }
    // JSON has no byte order mark; some writers put one there.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let list = match serde_json::from_slice(bytes).map_err(|_| CapError::Json("it cannot be parsed"))? {
        Value::Object(mut answer) => match answer.remove("alerts") {
            Some(Value::Array(list)) => list,
            Some(_) => return Err(CapError::Json("alerts is no list")),
            None if answer.contains_key("identifier") => vec![Value::Object(answer)],
            None => return Err(CapError::Json("it has no alerts")),
        },
        Value::Array(list) => list,
        _ => return Err(CapError::Json("it is neither an object nor a list")),
    };
    let mut alerts = Alerts::default();
    for (index, one) in list.iter().enumerate() {
        match element("alert", one, ALERT).and_then(from_element) {
            Ok(alert) => alerts.alerts.push(alert),
            Err(error) => {
                let identifier = one.get("identifier").and_then(Value::as_str).map(str::to_owned);
                alerts.refused.push(Refused { index, identifier, reason: error.to_string() });
            }
        }
    }
    Ok(alerts)
}

/// An object as an element, its parts in the order of the table. Keys that are none of CAP's are left out.
fn element(name: &'static str, value: &Value, table: Table) -> Result<Element, CapError> {
    let object: &Map<String, Value> = value.as_object().ok_or(CapError::Value(name))?;
    let mut read = of_cap(name);
    for (known, _) in table {
        match object.get(*known) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::Array(list)) => {
                for one in list {
                    read.children.push(child(known, one)?);
                }
            }
            Some(one) => read.children.push(child(known, one)?),
        }
    }
    Ok(read)
}

fn of_cap(name: &str) -> Element {
    Element { namespace: Some(NAMESPACE.to_owned()), ..Element::new(name) }
}

fn child(name: &'static str, value: &Value) -> Result<Element, CapError> {
    let table = match name {
        "info" => INFO,
        "area" => AREA,
        "resource" => RESOURCE,
        "eventCode" | "parameter" | "geocode" => PAIR,
        _ => {
            let text = match value {
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                _ => return Err(CapError::Value(name)),
            };
            return Ok(of_cap(name).with_text(text));
        }
    };
    element(name, value, table)
}
