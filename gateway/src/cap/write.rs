//! Writing a message as XML, in the order of the schema.

use super::{Alert, Area, Info, NAMESPACE, Pair, Resource, alert::joined};
use crate::xml::Element;

/// As XML with its header.
#[must_use]
pub fn write(alert: &Alert) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", element(alert).to_xml())
}

fn element(alert: &Alert) -> Element {
    let mut root = Element::new("alert").with("xmlns", NAMESPACE);
    put(&mut root, "identifier", Some(&alert.identifier));
    put(&mut root, "sender", Some(&alert.sender));
    put(&mut root, "sent", Some(&alert.sent.written));
    put(&mut root, "status", Some(&alert.status));
    put(&mut root, "msgType", Some(&alert.msg_type));
    put(&mut root, "source", alert.source.as_ref());
    put(&mut root, "scope", Some(&alert.scope));
    put(&mut root, "restriction", alert.restriction.as_ref());
    put(&mut root, "addresses", alert.addresses.as_ref());
    put(&mut root, "code", &alert.code);
    put(&mut root, "note", alert.note.as_ref());
    put(&mut root, "references", Some(&joined(&alert.references)).filter(|written| !written.is_empty()));
    put(&mut root, "incidents", alert.incidents.as_ref());
    root.children.extend(alert.info.iter().map(info));
    root
}

fn info(info: &Info) -> Element {
    let mut element = Element::new("info");
    put(&mut element, "language", Some(&info.language));
    put(&mut element, "category", &info.category);
    put(&mut element, "event", Some(&info.event));
    put(&mut element, "responseType", &info.response_type);
    put(&mut element, "urgency", Some(&info.urgency));
    put(&mut element, "severity", Some(&info.severity));
    put(&mut element, "certainty", Some(&info.certainty));
    put(&mut element, "audience", info.audience.as_ref());
    pairs(&mut element, "eventCode", &info.event_code);
    for (name, at) in [("effective", &info.effective), ("onset", &info.onset), ("expires", &info.expires)] {
        put(&mut element, name, at.as_ref().map(|at| &at.written));
    }
    put(&mut element, "senderName", info.sender_name.as_ref());
    put(&mut element, "headline", info.headline.as_ref());
    put(&mut element, "description", info.description.as_ref());
    put(&mut element, "instruction", info.instruction.as_ref());
    put(&mut element, "web", info.web.as_ref());
    put(&mut element, "contact", info.contact.as_ref());
    pairs(&mut element, "parameter", &info.parameter);
    element.children.extend(info.resource.iter().map(resource));
    element.children.extend(info.area.iter().map(area));
    element
}

fn resource(resource: &Resource) -> Element {
    let mut element = Element::new("resource");
    put(&mut element, "resourceDesc", Some(&resource.resource_desc));
    put(&mut element, "mimeType", Some(&resource.mime_type));
    put(&mut element, "size", resource.size.map(|octets| octets.to_string()).as_ref());
    put(&mut element, "uri", resource.uri.as_ref());
    put(&mut element, "derefUri", resource.deref_uri.as_ref());
    put(&mut element, "digest", resource.digest.as_ref());
    element
}

fn area(area: &Area) -> Element {
    let mut element = Element::new("area");
    put(&mut element, "areaDesc", Some(&area.area_desc));
    for polygon in &area.polygon {
        element.children.push(Element::new("polygon").with_text(polygon.written()));
    }
    for circle in &area.circle {
        element.children.push(Element::new("circle").with_text(circle.written()));
    }
    pairs(&mut element, "geocode", &area.geocode);
    put(&mut element, "altitude", area.altitude.map(|feet| feet.to_string()).as_ref());
    put(&mut element, "ceiling", area.ceiling.map(|feet| feet.to_string()).as_ref());
    element
}

fn pairs(parent: &mut Element, name: &str, pairs: &[Pair]) {
    for Pair { value_name, value } in pairs {
        let value_name = Element::new("valueName").with_text(value_name);
        let value = Element::new("value").with_text(value);
        parent.children.push(Element::new(name).with_child(value_name).with_child(value));
    }
}

fn put<'a>(parent: &mut Element, name: &str, texts: impl IntoIterator<Item = &'a String>) {
    parent.children.extend(texts.into_iter().map(|text| Element::new(name).with_text(text)));
}
