//! Events of our own, before they are sent: what stays the same from one sending to the next, and how long each holds.

use super::{Event, Point, time::Instant};
use crate::xml::Element;

/// Everything of ours is called so: what a client sends under such an identity is passed over.
pub(super) const OURS: &str = "samband";

/// An event without its times.
#[derive(Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) uid: String,
    pub(super) kind: String,
    pub(super) how: &'static str,
    pub(super) point: Point,
    pub(super) detail: Vec<Element>,
    pub(super) exercise: bool,
    /// How long it holds, milliseconds.
    pub(super) lasts_ms: i64,
}

impl Draft {
    pub(super) fn new(uid: impl Into<String>, kind: &str, how: &'static str) -> Self {
        let (uid, kind, point) = (uid.into(), kind.to_owned(), Point::NONE);
        Self { uid, kind, how, point, detail: Vec::new(), exercise: false, lasts_ms: 60_000 }
    }

    pub(super) fn with(mut self, element: Element) -> Self {
        self.detail.push(element);
        self
    }

    /// The event, as of now.
    pub(super) fn event(&self, now_ms: i64) -> Event {
        let at = |ms| Instant::from_ms(ms).unwrap_or(Instant { ms: 0, written: "1970-01-01T00:00:00.000Z".to_owned() });
        let others = if self.exercise { vec![("opex".to_owned(), "e".to_owned())] } else { Vec::new() };
        Event {
            uid: self.uid.clone(),
            kind: self.kind.clone(),
            how: self.how.to_owned(),
            time: at(now_ms),
            start: at(now_ms),
            stale: at(now_ms.saturating_add(self.lasts_ms)),
            others,
            point: self.point,
            detail: self.detail.clone(),
        }
    }
}

/// What it is called.
pub(super) fn contact(callsign: &str) -> Element {
    Element::new("contact").with("callsign", callsign)
}

/// A text that stands with it.
pub(super) fn remarks(text: &str) -> Element {
    Element::new("remarks").with_text(text)
}

/// What was sent under the identity is to be taken off the map.
pub(super) fn removal(uid: &str, kind: &str) -> Draft {
    let link = Element::new("link").with("uid", uid).with("relation", "none").with("type", kind);
    Draft::new(uid, "t-x-d-d", "m-g").with(link).with(Element::new("__forcedelete"))
}

/// The answer to a ping.
pub(super) fn pong() -> Draft {
    Draft { lasts_ms: 20_000, ..Draft::new("takPong", "t-x-c-t-r", "h-g-i-g-o") }
}

/// A ping.
pub(super) fn ping() -> Draft {
    Draft { lasts_ms: 10_000, ..Draft::new(format!("{OURS}-ping"), "t-x-c-t", "m-g") }
}

/// One side of the negotiation.
fn negotiation(kind: &str, uid: &str, control: Element) -> Draft {
    Draft::new(uid, kind, "m-g").with(Element { children: vec![control], ..Element::new("TakControl") })
}

/// The identity of what is negotiated.
pub(super) const PROTOCOL_UID: &str = "protouid";

/// What the server speaks.
pub(super) fn offer() -> Draft {
    let mut offer = negotiation("t-x-takp-v", PROTOCOL_UID, Element::new("TakProtocolSupport").with("version", "1"));
    let version = Element::new("TakServerVersionInfo")
        .with("serverVersion", concat!("samband-", env!("CARGO_PKG_VERSION")))
        .with("apiVersion", "3");
    if let Some(control) = offer.detail.first_mut() {
        control.children.push(version);
    }
    offer
}

/// What a client asks for.
pub(super) fn request(uid: &str) -> Draft {
    negotiation("t-x-takp-q", uid, Element::new("TakRequest").with("version", "1"))
}

/// Whether the server agrees.
pub(super) fn response(uid: &str, agreed: bool) -> Draft {
    negotiation("t-x-takp-r", uid, Element::new("TakResponse").with("status", agreed.to_string()))
}
