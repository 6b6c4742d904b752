//! What radios are told, in Swedish: a line, the most important first, since what does not fit is cut.
//!
//! Only what a crew needs to turn out safely: what, where, warnings, where to wait, which talkgroup. Never a caller, a patient, health,
//! a suspect or a code, whatever the gateway may see: a radio display is read by many, and secret information is not for Rakel.

use samband_proto::v1 as pb;

use super::{
    sds::{Coding, TextMessage},
    translate::telling::What,
};
use crate::picture::{Emergency, Incident};

/// An alarm.
pub(super) fn alarm(incident: &Incident) -> String {
    let mut parts = vec![format!("LARM {}", incident.title())];
    parts.extend(place(incident));
    parts.extend(warnings(incident));
    parts.extend(talkgroup(incident));
    parts.push("Kvittera U".to_owned());
    exercise(incident, parts.join(". "))
}

/// A recall.
pub(super) fn recall(incident: &Incident) -> String {
    let mut parts = vec![format!("ÅTER: larmet {} är återtaget", incident.title())];
    parts.extend(place(incident));
    exercise(incident, parts.join(". "))
}

/// The same, where nothing is known of the incident any more.
pub(super) const RECALL: &str = "ÅTER: larmet är återtaget";

/// A new version of the total information that asks for attention: what it says for the own crews, otherwise only that it is there.
pub(super) fn total(incident: &Incident, own: bool) -> Option<String> {
    let total = incident.total.as_ref()?;
    let mut parts = vec![format!("TOTALINFO {} {}", total.number, incident.title())];
    if own {
        parts.extend(total.text.clone());
        parts.extend(warnings(incident));
    } else {
        parts.push("Läs i terminalen".to_owned());
    }
    Some(exercise(incident, parts.join(". ")))
}

/// The first on scene is asked to report.
pub(super) fn report_wanted(incident: &Incident) -> String {
    exercise(incident, format!("Först på plats: lämna ankomstrapport. {}", incident.title()))
}

/// Another alarm still waits for an answer.
pub(super) fn still_waiting(incident: &Incident) -> String {
    let mut parts = vec![format!("OBS: ännu ett larm väntar på kvittens: {}", incident.title())];
    parts.extend(place(incident));
    exercise(incident, parts.join(". "))
}

/// A colleague in distress.
pub(super) fn distress(incident: &Incident, emergency: &Emergency) -> String {
    let mut parts = vec![format!("NÖDLARM {}", emergency.call_sign)];
    parts.extend(emergency.what.clone());
    parts.extend(emergency.location.as_ref().map(coordinates));
    parts.extend(place(incident));
    // Never marked as an exercise: in the middle of one it is real all the same.
    parts.join(". ")
}

/// What was to be told did not reach its radio, as the desk reads it.
pub(super) fn not_reached(what: &What) -> String {
    format!("{} nådde inte enhetens Rakelterminal efter flera försök.", named(what))
}

/// What is to be told has not gone out, as the desk reads it.
pub(super) fn unsent(what: &What) -> String {
    format!("{} har inte kunnat sändas över Rakel än: portens radio svarar inte, eller hinner inte.", named(what))
}

fn named(what: &What) -> &'static str {
    match what {
        What::Alarm(_) => "Larmet",
        What::Recall(_) => "Återtagandet av larmet",
        What::Distress(_) => "Nödlarmet från en kollega",
    }
}

/// The hub has not taken what a crew said.
pub(super) fn refused(what: &str, code: &str) -> String {
    format!("EJ REGISTRERAT: {what} ({code}). Säg det på talgruppen.")
}

/// What a crew said, where it is no code of its organisation.
pub(super) const DISTRESS: &str = "nödlarm";
/// The same.
pub(super) const TEXT: &str = "text";
/// A text could not be taken anywhere.
pub(super) const NO_PLACE_FOR_TEXT: &str = "Texten kunde inte föras in: enheten har ingen händelse. Använd talgruppen.";

/// What the desk reads in the incident whose alarm was not answered.
pub(super) fn waiting_note(other: &Incident) -> String {
    format!(
        "Enheten sände U i Rakel när två larm väntade; kvitterade {}. Det här larmet väntar fortfarande.",
        other.title()
    )
}

fn place(incident: &Incident) -> Option<String> {
    incident.address().or_else(|| incident.location().map(coordinates))
}

fn coordinates(point: &pb::GeoPoint) -> String {
    format!("{:.5} {:.5}", point.latitude(), point.longitude())
}

fn warnings(incident: &Incident) -> Vec<String> {
    let said = |safety: &pb::DerivedSafety| safety.instruction.clone().filter(|text| !text.is_empty());
    let mut parts: Vec<String> = incident.safety().filter_map(said).collect();
    parts
        .extend(incident.hazards.values().filter_map(|one| one.hazard.what.clone()).map(|what| format!("FARA {what}")));
    parts
        .extend(incident.break_point().and_then(|point| point.description.clone()).map(|at| format!("BRYTPUNKT {at}")));
    parts
}

fn talkgroup(incident: &Incident) -> Option<String> {
    incident.talkgroups.first().map(|group| group.name().to_owned()).filter(|name| !name.is_empty())
}

fn exercise(incident: &Incident, text: String) -> String {
    exercise_if(incident.exercise, text)
}

/// Marked as no more than an exercise, where it is one.
pub(super) fn exercise_if(exercise: bool, text: String) -> String {
    if exercise { format!("ÖVNING ÖVNING {text}") } else { text }
}

/// What stands at the end of a text that was cut.
const CUT: &str = " [...]";

/// The text, cut at a word so that it fits a message of so many bits, with a mark that it was cut.
pub(super) fn fit(text: &str, message_bits: usize) -> String {
    let room = TextMessage::room(message_bits);
    let octets = |text: &str| Coding::for_text(text).encode(text).len();
    if octets(text) <= room {
        return text.to_owned();
    }
    let wide = if Coding::for_text(text) == Coding::UTF_16 { 2 } else { 1 };
    let characters = (room / wide).saturating_sub(CUT.len());
    let mut kept: String = text.chars().take(characters).collect();
    // Of a character beyond the basic plane two units are sent.
    while octets(&kept) + CUT.len() * wide > room && kept.pop().is_some() {}
    if let Some(at) = kept.rfind(' ').filter(|at| *at > kept.len() / 2) {
        kept.truncate(at);
    }
    format!("{kept}{CUT}")
}
