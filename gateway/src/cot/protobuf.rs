//! An event as protobuf (protocol version 1). Messages and field numbers as ATAK describes them.

use super::{
    CotError, EVENT_BYTES_MAX, Event, Point,
    event::{UNKNOWN, is_how, is_type, known},
    time::Instant,
    xml_form,
};
use crate::xml::Element;
use prost::Message as _;

/// A message.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TakMessage {
    /// About the protocol.
    #[prost(message, optional, tag = "1")]
    pub tak_control: Option<TakControl>,
    /// An event.
    #[prost(message, optional, tag = "2")]
    pub cot_event: Option<CotEvent>,
}

/// About the protocol.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TakControl {
    /// Lowest version spoken; 0 means 1.
    #[prost(uint32, tag = "1")]
    pub min_proto_version: u32,
    /// Highest version spoken; 0 means 1.
    #[prost(uint32, tag = "2")]
    pub max_proto_version: u32,
    /// Who says so.
    #[prost(string, tag = "3")]
    pub contact_uid: String,
}

/// An event.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "the fields are those of the event, under ATAK's names")]
pub struct CotEvent {
    #[prost(string, tag = "1")]
    pub r#type: String,
    #[prost(string, tag = "2")]
    pub access: String,
    #[prost(string, tag = "3")]
    pub qos: String,
    #[prost(string, tag = "4")]
    pub opex: String,
    #[prost(string, tag = "5")]
    pub uid: String,
    #[prost(uint64, tag = "6")]
    pub send_time: u64,
    #[prost(uint64, tag = "7")]
    pub start_time: u64,
    #[prost(uint64, tag = "8")]
    pub stale_time: u64,
    #[prost(string, tag = "9")]
    pub how: String,
    #[prost(double, tag = "10")]
    pub lat: f64,
    #[prost(double, tag = "11")]
    pub lon: f64,
    #[prost(double, tag = "12")]
    pub hae: f64,
    #[prost(double, tag = "13")]
    pub ce: f64,
    #[prost(double, tag = "14")]
    pub le: f64,
    #[prost(message, optional, tag = "15")]
    pub detail: Option<Detail>,
}

/// Details.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "the fields are the details, under ATAK's names")]
pub struct Detail {
    #[prost(string, tag = "1")]
    pub xml_detail: String,
    #[prost(message, optional, tag = "2")]
    pub contact: Option<Contact>,
    #[prost(message, optional, tag = "3")]
    pub group: Option<Group>,
    #[prost(message, optional, tag = "4")]
    pub precision_location: Option<PrecisionLocation>,
    #[prost(message, optional, tag = "5")]
    pub status: Option<Status>,
    #[prost(message, optional, tag = "6")]
    pub takv: Option<Takv>,
    #[prost(message, optional, tag = "7")]
    pub track: Option<Track>,
}

/// contact.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "attributes of the detail of the same name")]
pub struct Contact {
    #[prost(string, tag = "1")]
    pub endpoint: String,
    #[prost(string, tag = "2")]
    pub callsign: String,
}

/// `__group`.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "attributes of the detail of the same name")]
pub struct Group {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub role: String,
}

/// precisionlocation.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "attributes of the detail of the same name")]
pub struct PrecisionLocation {
    #[prost(string, tag = "1")]
    pub geopointsrc: String,
    #[prost(string, tag = "2")]
    pub altsrc: String,
}

/// status.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "attributes of the detail of the same name")]
pub struct Status {
    #[prost(uint32, tag = "1")]
    pub battery: u32,
}

/// takv.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "attributes of the detail of the same name")]
pub struct Takv {
    #[prost(string, tag = "1")]
    pub device: String,
    #[prost(string, tag = "2")]
    pub platform: String,
    #[prost(string, tag = "3")]
    pub os: String,
    #[prost(string, tag = "4")]
    pub version: String,
}

/// track.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(missing_docs, reason = "attributes of the detail of the same name")]
pub struct Track {
    #[prost(double, tag = "1")]
    pub speed: f64,
    #[prost(double, tag = "2")]
    pub course: f64,
}

/// Reads a message.
///
/// # Errors
/// Too long, or no such message. Unknown fields are passed over.
pub fn read(payload: &[u8]) -> Result<TakMessage, CotError> {
    if payload.len() > EVENT_BYTES_MAX {
        return Err(CotError::TooLong);
    }
    TakMessage::decode(payload).map_err(|_| CotError::Protobuf)
}

impl CotEvent {
    /// The event. Where a detail came both ways, the XML one counts.
    ///
    /// # Errors
    /// See [`CotError`].
    pub fn to_event(&self) -> Result<Event, CotError> {
        let required = |name: &'static str, value: &String| {
            if value.trim().is_empty() { Err(CotError::Missing(name)) } else { Ok(value.clone()) }
        };
        let time = |name: &'static str, ms: u64| {
            i64::try_from(ms).ok().and_then(Instant::from_ms).ok_or(CotError::Value(name))
        };
        let (uid, kind, how) =
            (required("uid", &self.uid)?, required("type", &self.r#type)?, required("how", &self.how)?);
        if !is_type(&kind) {
            return Err(CotError::Value("type"));
        }
        if !is_how(&how) {
            return Err(CotError::Value("how"));
        }
        let given = [("access", &self.access), ("qos", &self.qos), ("opex", &self.opex)];
        let others = given.into_iter().filter(|(_, value)| !value.is_empty());
        let point =
            Point { lat: self.lat, lon: self.lon, hae: known(self.hae), ce: known(self.ce), le: known(self.le) };
        Ok(Event {
            uid,
            kind,
            how,
            time: time("time", self.send_time)?,
            start: time("start", self.start_time)?,
            stale: time("stale", self.stale_time)?,
            others: others.map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            point: point.checked()?,
            detail: self.detail.as_ref().map(Detail::elements).transpose()?.unwrap_or_default(),
        })
    }

    /// From an event. Details go as XML, whole, except those that a message has typed and that say no more than it can hold.
    #[must_use]
    pub fn from_event(event: &Event) -> Self {
        let text = |name: &str| event.other(name).unwrap_or_default().to_owned();
        let ms = |instant: &Instant| u64::try_from(instant.ms).unwrap_or(0);
        let metres = |known: Option<f64>| known.unwrap_or(UNKNOWN);
        Self {
            r#type: event.kind.clone(),
            access: text("access"),
            qos: text("qos"),
            opex: text("opex"),
            uid: event.uid.clone(),
            send_time: ms(&event.time),
            start_time: ms(&event.start),
            stale_time: ms(&event.stale),
            how: event.how.clone(),
            lat: event.point.lat,
            lon: event.point.lon,
            hae: metres(event.point.hae),
            ce: metres(event.point.ce),
            le: metres(event.point.le),
            detail: (!event.detail.is_empty()).then(|| Detail::from_elements(&event.detail)),
        }
    }
}

impl Detail {
    fn elements(&self) -> Result<Vec<Element>, CotError> {
        let mut elements = xml_form::fragment(&self.xml_detail)?;
        let typed = self.typed().into_iter().filter(|one| elements.iter().all(|held| held.name != one.name));
        let typed: Vec<Element> = typed.collect();
        elements.extend(typed);
        Ok(elements)
    }

    fn typed(&self) -> Vec<Element> {
        let with = |name: &str, attributes: &[(&str, &str)]| {
            let said = attributes.iter().filter(|(_, value)| !value.is_empty());
            said.fold(Element::new(name), |element, (name, value)| element.with(name, *value))
        };
        let mut typed = Vec::new();
        if let Some(one) = &self.contact {
            typed.push(with("contact", &[("endpoint", &one.endpoint), ("callsign", &one.callsign)]));
        }
        if let Some(one) = &self.group {
            typed.push(with("__group", &[("name", &one.name), ("role", &one.role)]));
        }
        if let Some(one) = &self.precision_location {
            typed.push(with("precisionlocation", &[("geopointsrc", &one.geopointsrc), ("altsrc", &one.altsrc)]));
        }
        if let Some(one) = &self.status {
            typed.push(with("status", &[("battery", &one.battery.to_string())]));
        }
        if let Some(one) = &self.takv {
            let Takv { device, platform, os, version } = one;
            typed.push(with("takv", &[("device", device), ("platform", platform), ("os", os), ("version", version)]));
        }
        if let Some(one) = &self.track {
            typed.push(with("track", &[("speed", &one.speed.to_string()), ("course", &one.course.to_string())]));
        }
        typed
    }

    fn from_elements(elements: &[Element]) -> Self {
        let mut detail = Self::default();
        for element in elements {
            if !detail.take_typed(element) {
                detail.xml_detail.push_str(&element.to_xml());
            }
        }
        detail
    }

    /// Whether the element is one that a message has typed, with all it says: an element with more goes as XML, whole.
    fn take_typed(&mut self, element: &Element) -> bool {
        let only = |known: &[&str]| {
            element.children.is_empty()
                && element.text.is_empty()
                && element.attributes.iter().all(|(name, _)| known.contains(&name.as_str()))
        };
        let text = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
        match element.name.as_str() {
            "contact" if self.contact.is_none() && only(&["endpoint", "callsign"]) => {
                self.contact = Some(Contact { endpoint: text("endpoint"), callsign: text("callsign") });
            }
            "__group" if self.group.is_none() && only(&["name", "role"]) => {
                self.group = Some(Group { name: text("name"), role: text("role") });
            }
            "takv" if self.takv.is_none() && only(&["device", "platform", "os", "version"]) => {
                let (device, platform, os, version) = (text("device"), text("platform"), text("os"), text("version"));
                self.takv = Some(Takv { device, platform, os, version });
            }
            "track" if self.track.is_none() && only(&["speed", "course"]) => {
                let (Ok(speed), Ok(course)) = (text("speed").parse(), text("course").parse()) else { return false };
                self.track = Some(Track { speed, course });
            }
            _ => return false,
        }
        true
    }
}

impl TakMessage {
    /// A message with an event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        Self { tak_control: None, cot_event: Some(CotEvent::from_event(event)) }
    }
}
