//! What anybody may know of the hub: its name and version, and what a demonstration offers.

use std::sync::Mutex;

use samband_domain::Timestamp;
use serde_json::{Value, json};

use crate::{config::Seat, wire::CONTRACT};

/// What is told.
#[derive(Debug, Default)]
pub struct Facts {
    /// Name of the deployment.
    pub name: String,
    /// It takes demo tokens.
    pub demo: bool,
    /// Seats that anybody may take; only where demo tokens are taken, on loopback.
    pub seats: Vec<Seat>,
    /// The scenario that is played.
    pub scenario: Scenario,
}

/// A scenario, and how far it has come.
#[derive(Debug, Default)]
pub struct Scenario(Mutex<Option<Playing>>);

#[derive(Debug, Clone)]
struct Playing {
    title: String,
    starts: Timestamp,
    seconds: u32,
    ended: bool,
}

impl Scenario {
    /// It is to start then, and to last so long.
    pub fn starts(&self, title: &str, starts: Timestamp, seconds: u32) {
        self.set(Some(Playing { title: title.to_owned(), starts, seconds, ended: false }));
    }

    /// It has been played.
    pub fn ended(&self) {
        if let Ok(mut playing) = self.0.lock()
            && let Some(playing) = playing.as_mut()
        {
            playing.ended = true;
        }
    }

    fn set(&self, next: Option<Playing>) {
        if let Ok(mut playing) = self.0.lock() {
            *playing = next;
        }
    }

    fn told(&self, now: Timestamp) -> Option<Value> {
        let playing = self.0.lock().ok()?.clone()?;
        let Playing { title, starts, seconds, ended } = playing;
        let starts_in = (starts.0 - now.0).max(0);
        let running = !ended && starts_in == 0;
        Some(json!({
            "title": title, "starts_in_s": (starts_in + 999) / 1000, "seconds": seconds, "running": running, "ended": ended,
        }))
    }
}

impl Facts {
    /// As JSON.
    pub fn told(&self, now: Timestamp) -> Value {
        let seats: Vec<Value> = self.seats.iter().map(seat).collect();
        let mut told = json!({
            "name": self.name, "version": env!("CARGO_PKG_VERSION"), "contract": CONTRACT, "demo": self.demo, "seats": seats,
        });
        if let Some(scenario) = self.scenario.told(now) {
            told["scenario"] = scenario;
        }
        told
    }
}

fn seat(seat: &Seat) -> Value {
    json!({
        "id": seat.id, "label": seat.label, "label_en": seat.label_en, "page": seat.page,
        "token": format!("demo:{}", seat.principal), "organisation": seat.organisation.as_str(),
        "about": seat.about, "about_en": seat.about_en, "more": seat.more,
    })
}
