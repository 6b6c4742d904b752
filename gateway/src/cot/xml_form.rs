//! An event as XML (protocol version 0).

use super::{
    CotError, EVENT_BYTES_MAX, Event, Point,
    event::{UNKNOWN, is_how, is_type, known},
    time::Instant,
};
use crate::xml::{self, Element, XmlError};

/// The header before each event on a stream.
pub const XML_HEADER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Reads an event.
///
/// # Errors
/// See [`CotError`].
pub fn read(bytes: &[u8]) -> Result<Event, CotError> {
    if bytes.len() > EVENT_BYTES_MAX {
        return Err(CotError::TooLong);
    }
    from_element(xml::parse(&xml::text(bytes)?)?)
}

fn from_element(root: Element) -> Result<Event, CotError> {
    if root.name != "event" {
        return Err(CotError::NotEvent);
    }
    let required = |name: &'static str| {
        root.attribute(name).filter(|value| !value.trim().is_empty()).ok_or(CotError::Missing(name)).map(str::to_owned)
    };
    let time = |name: &'static str| Instant::parse(&required(name)?).ok_or(CotError::Value(name));
    required("version")?;
    let (uid, kind, how) = (required("uid")?, required("type")?, required("how")?);
    if !is_type(&kind) {
        return Err(CotError::Value("type"));
    }
    if !is_how(&how) {
        return Err(CotError::Value("how"));
    }
    let (made, start, stale) = (time("time")?, time("start")?, time("stale")?);
    let point = point(root.child("point").ok_or(CotError::Missing("point"))?)?;
    let named = |name: &str| matches!(name, "uid" | "type" | "how" | "time" | "start" | "stale");
    Ok(Event {
        uid,
        kind,
        how,
        time: made,
        start,
        stale,
        others: root.attributes.iter().filter(|(name, _)| !named(name)).cloned().collect(),
        point,
        detail: root.children.into_iter().filter(|child| child.name == "detail").flat_map(children).collect(),
    })
}

/// Elements within, away from the text between them: in a detail that is white space.
fn children(parent: Element) -> impl Iterator<Item = Element> {
    parent.children.into_iter().map(|child| Element { after: 0, ..child })
}

fn point(element: &Element) -> Result<Point, CotError> {
    let number = |name: &'static str| -> Result<f64, CotError> {
        let written = element.attribute(name).ok_or(CotError::Missing(name))?.trim();
        written.parse::<f64>().map_err(|_| CotError::Value(name))
    };
    let metres = |name: &'static str| number(name).map(known);
    Point { lat: number("lat")?, lon: number("lon")?, hae: metres("hae")?, ce: metres("ce")?, le: metres("le")? }
        .checked()
}

/// As XML with its header; what follows the end tag is nothing, since receivers cut there.
#[must_use]
pub fn write(event: &Event) -> String {
    format!("{XML_HEADER}{}", to_element(event).to_xml())
}

fn to_element(event: &Event) -> Element {
    let mut root = Element::new("event");
    if event.other("version").is_none() {
        root = root.with("version", "2.0");
    }
    root.attributes.extend(event.others.iter().cloned());
    let root = root
        .with("uid", &event.uid)
        .with("type", &event.kind)
        .with("how", &event.how)
        .with("time", event.time.for_others())
        .with("start", event.start.for_others())
        .with("stale", event.stale.for_others());
    let metres = |known: Option<f64>| known.unwrap_or(UNKNOWN).to_string();
    let Point { lat, lon, hae, ce, le } = event.point;
    let point = Element::new("point")
        .with("lat", lat.to_string())
        .with("lon", lon.to_string())
        .with("hae", metres(hae))
        .with("ce", metres(ce))
        .with("le", metres(le));
    let detail = Element { children: event.detail.clone(), ..Element::new("detail") };
    root.with_child(point).with_child(detail)
}

/// Elements that stand without a parent: what a TAK message carries beside its typed details.
///
/// # Errors
/// They are not well-formed.
pub(super) fn fragment(text: &str) -> Result<Vec<Element>, XmlError> {
    Ok(children(xml::parse(&format!("<detail>{text}</detail>"))?).collect())
}
