//! Events with everything in them, made from the descriptors: a new field in the contract is in them by itself.

use std::{collections::BTreeSet, sync::OnceLock};

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value};
use samband_proto::check::Options;

/// Begins every text, so that it can be looked for in bytes.
pub(crate) const CANARY: &str = "kanarie";

/// The options of the contract.
pub(crate) fn options() -> Options {
    Options::of(samband_proto::pool()).expect("the contract has its options")
}

/// One event per body, and per kind of fact, with every field filled and every list two long.
pub(crate) fn maximal() -> &'static [DynamicMessage] {
    static EVENTS: OnceLock<Vec<DynamicMessage>> = OnceLock::new();
    EVENTS.get_or_init(all_maximal)
}

fn all_maximal() -> Vec<DynamicMessage> {
    let event = samband_proto::pool().get_message_by_name("samband.v1.Event").expect("the contract has events");
    let body = event.oneofs().find(|oneof| oneof.name() == "body").expect("events have a body");
    let mut events = Vec::new();
    for field in body.fields() {
        let Kind::Message(inner) = field.kind() else { panic!("a body is a message") };
        let choices =
            inner.oneofs().filter(|oneof| !oneof.is_synthetic()).flat_map(|oneof| oneof.fields().collect::<Vec<_>>());
        let choices: Vec<String> = choices.map(|choice| choice.name().to_owned()).collect();
        let choices = if choices.is_empty() { vec![String::new()] } else { choices };
        for choice in choices {
            let mut filler = Filler { count: 0, chosen: BTreeSet::from([field.name().to_owned(), choice]) };
            events.push(filler.message(&event));
        }
    }
    events
}

struct Filler {
    count: u32,
    /// Members of oneofs that are filled.
    chosen: BTreeSet<String>,
}

impl Filler {
    fn message(&mut self, descriptor: &MessageDescriptor) -> DynamicMessage {
        let options = options();
        let mut message = DynamicMessage::new(descriptor.clone());
        let (siblings, full): (Vec<_>, Vec<_>) =
            descriptor.fields().partition(|field| options.coarse_of(field).is_some());
        for field in full {
            let chosen =
                field.containing_oneof().is_none_or(|oneof| oneof.is_synthetic()) || self.chosen.contains(field.name());
            // Marks are redaction's own: no stored event has one.
            let is_mark = ["samband.v1.Event.withheld", "samband.v1.Event.opened"].contains(&field.full_name());
            if chosen && !is_mark {
                message.set_field(&field, self.value(&field));
            }
        }
        for field in siblings {
            let of = options.coarse_of(&field).and_then(|name| descriptor.get_field_by_name(&name));
            if of.is_some_and(|of| message.has_field(&of)) {
                message.set_field(&field, self.value(&field));
            }
        }
        message
    }

    fn value(&mut self, field: &FieldDescriptor) -> Value {
        if field.is_list() {
            return Value::List(vec![self.one(field), self.one(field)]);
        }
        self.one(field)
    }

    fn one(&mut self, field: &FieldDescriptor) -> Value {
        self.count += 1;
        let count = self.count;
        match field.kind() {
            Kind::Message(inner) => Value::Message(self.message(&inner)),
            Kind::String if field.full_name() == "samband.v1.EventRef.event_id" => {
                Value::String(format!("{count:032x}"))
            }
            Kind::String if field.name() == "unit_id" => Value::String(format!("{CANARY}-enhet-{count}.")),
            Kind::String => Value::String(format!("{CANARY}-{count}-{}.", field.name())),
            Kind::Bool => Value::Bool(true),
            Kind::Double => Value::F64(f64::from(count) + 0.25),
            Kind::Uint32 => Value::U32(1000 + count),
            Kind::Int32 => Value::I32(1000),
            Kind::Int64 => Value::I64(1_700_000_000 + i64::from(count)),
            Kind::Enum(_) => Value::EnumNumber(1),
            other => panic!("no filling for {other:?}: add it"),
        }
    }
}

/// Every text in a message.
pub(crate) fn texts(message: &DynamicMessage) -> Vec<String> {
    message.fields().flat_map(|(_, value)| texts_of(value)).collect()
}

fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Message(inner) => texts(inner),
        Value::List(elements) => elements.iter().flat_map(texts_of).collect(),
        _ => Vec::new(),
    }
}

/// Every message of a type inside a message.
pub(crate) fn inside(message: &DynamicMessage, name: &str) -> Vec<DynamicMessage> {
    let mut found = Vec::new();
    for (_, value) in message.fields() {
        let inner: Vec<&DynamicMessage> = match value {
            Value::Message(inner) => vec![inner],
            Value::List(elements) => elements.iter().filter_map(Value::as_message).collect(),
            _ => Vec::new(),
        };
        for inner in inner {
            if inner.descriptor().name() == name {
                found.push(inner.clone());
            }
            found.extend(inside(inner, name));
        }
    }
    found
}

/// The text at a field of a message.
pub(crate) fn text_at(message: &DynamicMessage, field: &str) -> String {
    message.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A message without some of its fields: which, the numbers say, one a field. What `keep` names stays.
pub(crate) fn thinned(
    message: &DynamicMessage,
    numbers: &mut impl Iterator<Item = bool>,
    keep: &[&str],
) -> DynamicMessage {
    let mut thin = DynamicMessage::new(message.descriptor());
    let options = options();
    for (field, value) in message.fields() {
        if numbers.next().unwrap_or(false) && !keep.contains(&field.name()) {
            continue;
        }
        let value = match (value, field.kind()) {
            (Value::Message(inner), Kind::Message(kind)) if !options.is_value(&kind) => {
                Value::Message(thinned(inner, numbers, keep))
            }
            _ => value.clone(),
        };
        thin.set_field(&field, value);
    }
    // The hub writes no coarse value of what is not there.
    for field in message.descriptor().fields() {
        let of = options.coarse_of(&field).and_then(|name| message.descriptor().get_field_by_name(&name));
        if of.is_some_and(|of| !thin.has_field(&of)) {
            thin.clear_field(&field);
        }
    }
    thin
}
