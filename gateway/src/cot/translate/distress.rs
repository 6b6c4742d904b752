//! Distress from a client: raised once for its unit however often the device says it, cancelled only by the unit itself.

use samband_proto::v1::{self as pb, command::Body};

use super::{ClientId, Event, Translation, inbound::fix, markers::distress_uid};
use crate::cot::make::OURS;

/// A device says its distress every few seconds; silent for so long, it has stopped. Milliseconds.
const SILENT_MS: i64 = 60_000;

/// Distress that a device says.
pub(super) struct Raised {
    client: ClientId,
    /// The command, until the hub has answered it.
    command: Option<String>,
    /// The hub had it in force.
    stood: bool,
    /// The device has taken it back.
    cancelled: bool,
    heard_ms: i64,
}

const NOBODY: &str =
    "NÖDLARM EJ SÄNT: klienten är ingen enhet som Samband känner. Bara TAK-klienterna här ser det. Använd Rakel.";
const AWAY: &str = "NÖDLARM EJ SÄNT ÄN: navet nås inte. Det sänds när navet är tillbaka. Bara TAK-klienterna här ser det. Använd Rakel.";
/// The hub's word for distress that was raised before.
const STANDS: &str = "EMERGENCY_STANDS";
const TAKEN: &str = "Nödlarmet är mottaget av Samband.";
const OVER: &str = "Nödlarmet är avslutat av ledningen. Slå av det på enheten.";
const NOT_YOURS: &str = "Nödlarmet står kvar: det avslutas av enheten själv eller av ledningen.";

impl Translation {
    /// A client is in distress, or no longer.
    pub(super) fn distress_said(&mut self, client: ClientId, event: &Event, now_ms: i64) {
        let cancel = event.detail("emergency").and_then(|one| one.attribute("cancel"));
        let cancel = event.kind == "b-a-o-can" || cancel.is_some_and(|said| matches!(said, "true" | "1"));
        if event.uid.starts_with(OURS) {
            if cancel {
                self.distress_taken_off(client, event, now_ms);
            }
            return;
        }
        let Some(unit) = self.speaker(client, event) else {
            self.relay(client, event);
            if !cancel {
                self.say_unless_peer(client, NOBODY, now_ms);
            }
            return;
        };
        if cancel {
            self.distress_cancelled(&unit.id, now_ms)
        } else {
            self.distress_raised(client, &unit.id, event, now_ms)
        }
    }

    fn distress_raised(&mut self, client: ClientId, unit: &str, event: &Event, now_ms: i64) {
        // The hub cannot show it to its colleagues here: they see what the device itself says.
        if !self.hub_up {
            self.relay(client, event);
        }
        if let Some(raised) = self.distress.get_mut(unit) {
            // Also after it was taken back: it is meant again.
            (raised.heard_ms, raised.client, raised.cancelled) = (now_ms, client, false);
            return;
        }
        let mut raised = Raised { client, command: None, stood: true, cancelled: false, heard_ms: now_ms };
        // One distress at a time: a desk may have raised it before.
        if !self.distress_stands(unit) {
            let incident = self.picture.current_of(unit).map(|incident| incident.id.clone());
            let raise = pb::RaiseEmergency { location: fix(event), ..pb::RaiseEmergency::default() };
            raised.command = Some(self.command(unit, incident.as_deref(), Body::RaiseEmergency(raise), now_ms));
            raised.stood = false;
            if !self.hub_up {
                self.say_unless_peer(client, AWAY, now_ms);
            }
        }
        self.distress.insert(unit.to_owned(), raised);
    }

    /// Whether a unit's distress is known to stand. A picture that may be old does not count, nor one that the unit itself has ended since: the
    /// hub knows, and what stands already it refuses.
    fn distress_stands(&self, unit: &str) -> bool {
        let Some((incident, emergency)) = self.picture.emergency_of(unit) else { return false };
        let ended_here = self.ending.get(unit) == Some(&emergency.id);
        self.caught_up && self.picture.is_whole(&incident.id) && !ended_here
    }

    /// The unit's own word: its distress is over, whoever raised it.
    fn distress_cancelled(&mut self, unit: &str, now_ms: i64) {
        let standing = self.picture.emergency_of(unit).map(|(incident, one)| (incident.id.clone(), one.id.clone()));
        match (standing, self.distress.get_mut(unit)) {
            (Some((incident, emergency)), _) => {
                self.distress.remove(unit);
                self.ending.insert(unit.to_owned(), emergency.clone());
                let reason = Some("avslutat på enheten (TAK)".to_owned());
                let cancel =
                    pb::CancelEmergency { emergency_id: Some(emergency), reason, ..pb::CancelEmergency::default() };
                self.command(unit, Some(&incident), Body::CancelEmergency(cancel), now_ms);
            }
            // Raised, and not yet heard back: it is cancelled as soon as it is known.
            (None, Some(raised)) if !raised.stood => raised.cancelled = true,
            (None, Some(_)) => _ = self.distress.remove(unit),
            (None, None) => {}
        }
    }

    /// A client has taken distress of ours off its screen. Unless it is its own unit's, it is put back.
    fn distress_taken_off(&mut self, client: ClientId, event: &Event, now_ms: i64) {
        let standing = self.picture.incidents().flat_map(|incident| incident.standing_emergencies());
        let found =
            standing.filter(|one| distress_uid(&one.id) == event.uid).map(|one| (one.id.clone(), one.unit.clone()));
        let Some((id, unit)) = found.last() else { return };
        // Only what the client is counts here: the event names the one in distress.
        if self.unit_of(client).is_some_and(|own| own.id == unit) {
            return self.distress_cancelled(&unit, now_ms);
        }
        self.say_unless_peer(client, NOT_YOURS, now_ms);
        self.show_to(client, &format!("distress:{id}"), now_ms);
    }

    /// The hub has answered what raised it.
    pub(super) fn distress_answered(&mut self, command: &str, refused: Option<&str>, now_ms: i64) {
        let found = self.distress.iter_mut().find(|(_, one)| one.command.as_deref() == Some(command));
        let Some((unit, raised)) = found.map(|(unit, raised)| (unit.clone(), raised)) else { return };
        raised.command = None;
        let client = raised.client;
        match refused {
            // It stands already: raised at a desk, or by a command whose answer was lost. What the device says is heard.
            None | Some(STANDS) => self.say_unless_peer(client, TAKEN, now_ms),
            Some(code) => {
                // Said again, it is tried again.
                self.distress.remove(&unit);
                let text = format!("NÖDLARM EJ MOTTAGET: navet avvisade det ({code}). Använd Rakel.");
                self.say_unless_peer(client, &text, now_ms);
            }
        }
    }

    /// What the hub has ended while the device still says it, and what the device no longer says.
    pub(super) fn distress_over(&mut self, now_ms: i64) {
        if !self.caught_up {
            return;
        }
        let (mut late, mut over) = (Vec::new(), Vec::new());
        for (unit, raised) in &mut self.distress {
            match self.picture.emergency_of(unit) {
                // The one before, which the unit itself has ended.
                Some((_, one)) if self.ending.get(unit) == Some(&one.id) => {}
                Some(_) if raised.cancelled => late.push(unit.clone()),
                Some(_) => raised.stood = true,
                None if std::mem::take(&mut raised.stood) => over.push(raised.client),
                None => {}
            }
        }
        let picture = &self.picture;
        self.ending.retain(|unit, id| picture.emergency_of(unit).is_some_and(|(_, one)| one.id == *id));
        late.iter().for_each(|unit| self.distress_cancelled(unit, now_ms));
        over.into_iter().for_each(|client| self.say_unless_peer(client, OVER, now_ms));
        let picture = &self.picture;
        self.distress.retain(|unit, raised| {
            raised.command.is_some()
                || now_ms - raised.heard_ms < SILENT_MS
                || raised.stood && picture.emergency_of(unit).is_some()
        });
    }
}
