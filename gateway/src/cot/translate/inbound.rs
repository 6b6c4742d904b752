//! From a client to the hub, or to the other clients.

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub};

use super::{ClientId, Event, To, Translation};
use crate::{
    cot::{Point, make::OURS},
    picture::timestamp,
};

/// A position that says it was made longer ago, or later, than this is as old as its arrival: clocks of devices go wrong, a live stream
/// brings nothing old. Milliseconds.
const CLOCK_TRUSTED_MS: i64 = 60_000;

impl Translation {
    /// A client has sent an event.
    pub fn from_client(&mut self, client: ClientId, event: &Event, now_ms: i64) {
        let Some(held) = self.clients.get_mut(&client) else { return };
        held.heard_ms = now_ms;
        let kind = event.kind.as_str();
        let distress = event.detail("emergency").is_some() && !kind.starts_with("b-a-g");
        if distress || kind.starts_with("b-a-o-") {
            return self.distress_said(client, event, now_ms);
        }
        if speaks_as_ours(event) {
            return;
        }
        match kind {
            "b-t-f" => self.chat_said(client, event, now_ms),
            "b-t-f-d" | "b-t-f-r" => self.receipt_said(client, event),
            // What is said of the stream and of streams beyond it.
            kind if kind.starts_with("t-x-") && kind != "t-x-d-d" => {}
            kind if kind.starts_with("a-f-") && self.introduces(client, event, now_ms) => {
                self.position(client, event, now_ms);
            }
            _ => self.relay(client, event),
        }
    }

    /// To the clients that it names, or to all: as any TAK server does. It does not leave the organisation.
    pub(super) fn relay(&mut self, client: ClientId, event: &Event) {
        if self.is_peer(client) {
            return;
        }
        let named = event.destinations();
        let to = if named.is_empty() {
            self.ours_but(client)
        } else {
            let people = named.iter().filter(|(what, _)| *what != "mission");
            let mut to: Vec<ClientId> = people.flat_map(|(_, name)| self.behind(name)).collect();
            to.retain(|one| *one != client && !self.is_peer(*one));
            to.sort_unstable();
            to.dedup();
            To::Only(to)
        };
        self.send(to, event.clone());
    }

    /// A unit's position goes to the hub, and from there to whoever may see it; anybody else's to the clients here alone.
    fn position(&mut self, client: ClientId, event: &Event, now_ms: i64) {
        let Some(unit) = self.speaker(client, event) else { return self.relay(client, event) };
        let Some(location) = fix(event) else { return };
        let track = event.detail("track");
        let number = |name: &str| {
            let written = track.and_then(|track| track.attribute(name));
            written.and_then(|written| written.trim().parse::<f64>().ok()).filter(|value| value.is_finite())
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in the range of the filter")]
        let whole = |value: f64| value.round() as u32;
        let report = pb::LocationReport {
            unit_id: Some(unit.id),
            location: Some(location),
            fix_at: Some(event.time.ms)
                .filter(|ms| (now_ms - ms).abs() <= CLOCK_TRUSTED_MS)
                .map(|ms| timestamp(ms.min(now_ms))),
            course_deg: number("course")
                .filter(|course| (0.0..=360.0).contains(course))
                .map(|course| whole(course) % 360),
            speed_kmh: number("speed").map(|metres| metres * 3.6).filter(|kmh| (0.0..2_000.0).contains(kmh)).map(whole),
        };
        self.frame(ToHub::Location(report));
    }
}

/// An identity of ours in a client's event: an echo, or a lie.
fn speaks_as_ours(event: &Event) -> bool {
    let removes = event.kind == "t-x-d-d"
        && event.detail.iter().any(|one| one.attribute("uid").is_some_and(|uid| uid.starts_with(OURS)));
    event.uid.starts_with(OURS) || removes
}

/// Where it is; nothing for a receiver without a fix, whatever numbers it sends.
pub(super) fn fix(event: &Event) -> Option<pb::GeoPoint> {
    let Point { lat, lon, ce, .. } = event.point;
    let source = event.detail("precisionlocation").and_then(|one| one.attribute("geopointsrc"));
    let no_fix = source.is_some_and(|source| matches!(source, "???" | "NOFIX" | "NO FIX"));
    // By hand, and with no idea how exactly: where the map was opened, not where anybody is.
    let guessed = event.how.starts_with("h-") && ce.is_none();
    let somewhere = !event.point.is_nowhere() && !no_fix && !guessed;
    somewhere.then_some(pb::GeoPoint {
        latitude: Some(lat),
        longitude: Some(lon),
        accuracy_m: ce.filter(|ce| *ce >= 0.0),
    })
}
