//! An event as JSON, for `decode` and for scripts. Keys are a promise.

use serde_json::{Map, Value, json};

use super::{CotError, Event, protobuf::TakMessage};
use crate::xml::Element;

type Fields = Map<String, Value>;

/// Keys that are no attributes of an event: an attribute that is called so stands under `other_attributes`.
const RESERVED: [&str; 15] = [
    "point",
    "contact",
    "takv",
    "precisionlocation",
    "group",
    "track",
    "status",
    "emergency",
    "chat",
    "remarks",
    "links",
    "marti_dest",
    "detail_children",
    "takControl",
    "other_attributes",
];

impl Event {
    /// Every field.
    #[must_use]
    pub fn to_json(&self) -> Fields {
        let mut fields = Fields::new();
        let mut reserved = Fields::new();
        for (name, value) in &self.others {
            let under = if RESERVED.contains(&name.as_str()) { &mut reserved } else { &mut fields };
            under.insert(name.clone(), json!(value));
        }
        if !reserved.is_empty() {
            fields.insert("other_attributes".to_owned(), reserved.into());
        }
        let own = [("uid", &self.uid), ("type", &self.kind), ("how", &self.how)];
        let times = [("time", &self.time.written), ("start", &self.start.written), ("stale", &self.stale.written)];
        for (name, value) in own.into_iter().chain(times) {
            fields.insert(name.to_owned(), json!(value));
        }
        let point = self.point;
        let of = json!({ "lat": point.lat, "lon": point.lon, "hae": point.hae, "ce": point.ce, "le": point.le });
        fields.insert("point".to_owned(), of);
        self.details_json(&mut fields);
        fields
    }

    fn details_json(&self, fields: &mut Fields) {
        let plain = ["contact", "takv", "precisionlocation"].map(|name| (name, name)).into_iter();
        for (name, key) in plain.chain([("__group", "group")]) {
            if let Some(element) = self.detail(name) {
                fields.insert(key.to_owned(), attributes(element, &[]));
            }
        }
        for (name, numbers) in [("track", ["course", "speed", "slope"].as_slice()), ("status", &["battery"])] {
            if let Some(element) = self.detail(name) {
                fields.insert(name.to_owned(), attributes(element, numbers));
            }
        }
        if let Some(element) = self.detail("emergency") {
            let cancel = element.attribute("cancel").map(|said| matches!(said, "true" | "1"));
            let of =
                json!({ "type": element.attribute("type"), "cancel": cancel.unwrap_or(false), "text": text(element) });
            fields.insert("emergency".to_owned(), of);
        }
        if let Some(element) = self.detail("__chat") {
            let mut chat = attributes(element, &[]);
            if let (Some(chat), Some(group)) = (chat.as_object_mut(), element.child("chatgrp")) {
                chat.insert("chatgrp".to_owned(), attributes(group, &[]));
            }
            fields.insert("chat".to_owned(), chat);
        }
        if let Some(element) = self.detail("remarks") {
            let mut remarks = attributes(element, &[]);
            if let Some(remarks) = remarks.as_object_mut() {
                remarks.insert("text".to_owned(), json!(text(element)));
            }
            fields.insert("remarks".to_owned(), remarks);
        }
        let links = self.detail.iter().filter(|one| one.name == "link").map(|one| attributes(one, &[]));
        fields.insert("links".to_owned(), links.collect());
        let dests = self.destinations().into_iter().map(|(name, value)| json!({ name: value }));
        fields.insert("marti_dest".to_owned(), dests.collect());
        fields.insert("detail_children".to_owned(), self.detail.iter().map(|one| json!(one.name)).collect());
    }
}

/// Also that of markup within it.
fn text(element: &Element) -> String {
    element.all_text().trim().to_owned()
}

/// Its attributes; those named as numbers are numbers where they can be read as such, and null where that number is none or infinite.
fn attributes(element: &Element, numbers: &[&str]) -> Value {
    let value = |name: &str, written: &str| match written.trim().parse::<f64>() {
        Ok(number) if numbers.contains(&name) => {
            serde_json::Number::from_f64(number).map_or(Value::Null, |number| whole(&number))
        }
        _ => json!(written),
    };
    element.attributes.iter().map(|(name, written)| (name.clone(), value(name, written))).collect::<Fields>().into()
}

/// 80 rather than 80.0: JSON does not care, people do.
fn whole(number: &serde_json::Number) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "only whole numbers of this size")]
    let short = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 1e15).map(|value| value as i64);
    short.map_or_else(|| json!(number), |short| json!(short))
}

impl TakMessage {
    /// Every field; what is about the protocol stands apart.
    ///
    /// # Errors
    /// The event within is refused.
    pub fn to_json(&self) -> Result<Fields, CotError> {
        let mut fields = match &self.cot_event {
            Some(event) => event.to_event()?.to_json(),
            None => Fields::new(),
        };
        if let Some(control) = &self.tak_control {
            let of = json!({
                // What is not said, or 0, means 1.
                "minProtoVersion": control.min_proto_version.max(1),
                "maxProtoVersion": control.max_proto_version.max(1),
                "contactUid": control.contact_uid,
            });
            fields.insert("takControl".to_owned(), of);
        }
        Ok(fields)
    }
}
