//! As a page that can be read and printed, without anything it has to fetch.

use std::fmt::Write as _;

use prost_reflect::{DynamicMessage, FieldDescriptor, ReflectMessage as _, Value};
use samband_proto::v1::Event;

use super::{Head, dynamic, words};

const STYLE: &str = "body{font:15px/1.45 'Noto Sans',system-ui,sans-serif;margin:2rem;color:#111;background:#fff}\
h1{font-size:1.4rem;margin:0 0 .5rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0 0 1rem}dt{color:#444}\
dd{margin:0}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #bbb}\
th{border-bottom:2px solid #111}td:first-child,td:nth-child(2){white-space:nowrap}.ovning{border:4px solid #b00020;padding:.5rem 1rem;\
font-weight:700;color:#b00020}.maskerat{color:#555;font-style:italic}tr{break-inside:avoid}@media print{body{margin:0}}";

/// The page.
#[must_use]
pub fn html(head: &Head, events: &[Event]) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"sv\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>Händelse {incident}</title><style>{STYLE}</style></head><body>\n",
        incident = escaped(&head.incident),
    );
    if head.exercise {
        page.push_str("<p class=\"ovning\">ÖVNING – inte på riktigt</p>\n");
    }
    let _ = write!(
        page,
        "<h1>Händelse {}</h1>\n<dl><dt>Redigerad för</dt><dd>{} ({})</dd><dt>Utskriven av</dt><dd>{}</dd><dt>Tid</dt><dd>{} (UTC)</dd>\
         <dt>Utlämnandebeslut</dt><dd>{}</dd><dt>Antal poster</dt><dd>{}</dd></dl>\n\
         <p>Det som mottagaren inte får ta del av finns inte med och lämnar inget spår. Maskerat betyder att uppgiften finns och kan begäras.</p>\n\
         <table><thead><tr><th>Tid</th><th>Ägare</th><th>Vad</th><th>Innehåll</th></tr></thead><tbody>\n",
        escaped(&head.incident),
        escaped(&head.recipient_name),
        escaped(&head.recipient),
        escaped(&head.exported_by),
        escaped(&head.exported_at),
        escaped(&head.policy),
        head.events,
    );
    events.iter().for_each(|event| row(event, &mut page));
    page.push_str("</tbody></table></body></html>\n");
    page
}

fn row(event: &Event, page: &mut String) {
    let envelope = event.envelope.clone().unwrap_or_default();
    let at = envelope.hub_time.as_ref().map(time).unwrap_or_default();
    let message = dynamic(event);
    let body = message.as_ref().and_then(|message| {
        let mut set =
            message.fields().filter(|(field, _)| field.containing_oneof().is_some_and(|oneof| oneof.name() == "body"));
        set.next().map(|(field, value)| (field.name().to_owned(), value.clone()))
    });
    let (what, says) = match &body {
        Some((name, Value::Message(message))) => (words::event(name).to_owned(), told(message)),
        _ => (String::new(), String::new()),
    };
    let _ = write!(
        page,
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}",
        escaped(&at),
        escaped(envelope.owner()),
        escaped(&what),
        escaped(&says)
    );
    for mark in &event.withheld {
        let marking = mark.marking().as_str_name().trim_start_matches("MARKING_").to_lowercase();
        let _ = write!(
            page,
            " <span class=\"maskerat\">Maskerat: {} hos {}. {}</span>",
            escaped(&marking),
            escaped(mark.owner()),
            escaped(mark.how_to_ask())
        );
    }
    page.push_str("</td></tr>\n");
}

/// All fields of a message in one line, those within others too.
fn told(message: &DynamicMessage) -> String {
    let parts = message.fields().filter(|(field, _)| !words::is_technical(field.name()));
    let parts = parts.filter_map(|(field, value)| part(&field, value));
    parts.collect::<Vec<_>>().join(", ")
}

fn part(field: &FieldDescriptor, value: &Value) -> Option<String> {
    let says = said(field, value)?;
    let name = words::field(field.name());
    Some(match (name, value) {
        (_, Value::Bool(false)) => return None,
        (name, Value::Bool(true)) => name.to_owned(),
        ("", _) => says,
        (name, _) => format!("{name}: {says}"),
    })
}

fn said(field: &FieldDescriptor, value: &Value) -> Option<String> {
    let says = match value {
        Value::String(text) => text.clone(),
        Value::Message(message) if message.descriptor().full_name() == "google.protobuf.Timestamp" => {
            let number = |name: &str| message.get_field_by_name(name).and_then(|value| value.as_i64());
            time(&prost_types::Timestamp { seconds: number("seconds")?, nanos: 0 })
        }
        Value::Message(message) => told(message),
        Value::List(list) => list.iter().filter_map(|one| said(field, one)).collect::<Vec<_>>().join("; "),
        Value::EnumNumber(number) => enumerated(field, *number)?,
        Value::F64(number) => format!("{number:.5}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        Value::Bool(_) => "ja".to_owned(),
        Value::U32(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::I32(number) => number.to_string(),
        Value::I64(number) => number.to_string(),
        _ => return None,
    };
    (!says.is_empty()).then_some(says)
}

/// A value of an enumeration, without the name of the enumeration in front.
fn enumerated(field: &FieldDescriptor, number: i32) -> Option<String> {
    let kind = field.kind();
    let kind = kind.as_enum()?;
    let name = kind.get_value(number)?.name().to_owned();
    let first = kind.get_value(0)?.name().trim_end_matches("UNSPECIFIED").to_owned();
    Some(words::value(name.trim_start_matches(&first)).to_owned())
}

fn time(at: &prost_types::Timestamp) -> String {
    let timestamp = jiff::Timestamp::from_second(at.seconds).unwrap_or_default();
    timestamp.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
