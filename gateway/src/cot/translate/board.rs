//! What is shown: each thing as it was last sent, so that a change is seen, a newcomer gets all of it, and nothing that stands goes
//! stale.

use std::collections::BTreeMap;

use super::{ClientId, To, Translation, units::Units};
use crate::cot::make::Draft;

/// A thing on the clients' maps.
pub(super) struct Shown {
    pub(super) draft: Draft,
    /// Takes it off.
    pub(super) closing: Draft,
    /// Its own clients do not get it: they have themselves.
    pub(super) but_unit: Option<String>,
    /// Sent again so often, also unchanged, milliseconds.
    pub(super) every_ms: i64,
    /// Sent again while the hub is away too.
    pub(super) always: bool,
    pub(super) sent_ms: i64,
}

/// It is to be sent as soon as it may be.
const NEVER_MS: i64 = 0;

impl Shown {
    /// While the hub is away only distress does: of all else nobody knows. After that a unit does once the map has come anew with it.
    fn holds(&self, key: &str, caught_up: bool, units: &Units) -> bool {
        let on_map = || key.strip_prefix("unit:").is_none_or(|id| units.point(id).is_some());
        self.always || caught_up && on_map()
    }
}

/// All of them, by what they are and their id.
#[derive(Default)]
pub(super) struct Board {
    shown: BTreeMap<String, Shown>,
}

impl Translation {
    /// Shows a thing as it is now; sent only if it has changed.
    pub(super) fn show(&mut self, key: String, thing: Shown, now_ms: i64) {
        if let Some(held) = self.board.shown.get(&key) {
            if held.draft == thing.draft && held.but_unit == thing.but_unit {
                return;
            }
            if held.draft.uid != thing.draft.uid {
                let closing = held.closing.clone();
                self.send_draft(To::AllBut(Vec::new()), &closing, now_ms);
            }
        }
        // While the hub is away only the name can be new, not the place: it is shown when it is known to hold.
        let live = self.hub_up || thing.always;
        if live {
            self.send_draft(self.all_but(thing.but_unit.as_deref()), &thing.draft, now_ms);
        }
        self.board.shown.insert(key, Shown { sent_ms: if live { now_ms } else { NEVER_MS }, ..thing });
    }

    /// Takes a thing off.
    pub(super) fn take_off(&mut self, key: &str, now_ms: i64) {
        if let Some(held) = self.board.shown.remove(key) {
            self.send_draft(To::AllBut(Vec::new()), &held.closing, now_ms);
        }
    }

    /// Takes off what has one of the beginnings and is not among those that stand.
    pub(super) fn keep_only(&mut self, beginnings: &[&str], standing: &BTreeMap<String, ()>, now_ms: i64) {
        let ours = |key: &&String| beginnings.iter().any(|beginning| key.starts_with(beginning));
        let gone = self.board.shown.keys().filter(ours).filter(|key| !standing.contains_key(*key));
        let gone: Vec<String> = gone.cloned().collect();
        gone.iter().for_each(|key| self.take_off(key, now_ms));
    }

    /// Everything that is known to hold, to one that has just come: an event says of itself that it is fresh. The rest follows when it
    /// is known again.
    pub(super) fn show_all_to(&mut self, client: ClientId, now_ms: i64) {
        let own = self.unit_of(client).map(|unit| unit.id.clone());
        let (caught_up, units) = (self.caught_up, &self.units);
        let mut events = Vec::new();
        for (key, one) in &mut self.board.shown {
            if one.but_unit.is_some() && one.but_unit == own {
                continue;
            }
            if one.holds(key, caught_up, units) {
                events.push(one.draft.event(now_ms));
            } else {
                one.sent_ms = NEVER_MS;
            }
        }
        events.into_iter().for_each(|event| self.send(To::Only(vec![client]), event));
    }

    /// What would go stale, as far as it is known to hold.
    pub(super) fn show_again(&mut self, now_ms: i64) {
        let (caught_up, units) = (self.caught_up, &self.units);
        let mut again = Vec::new();
        for (key, one) in &mut self.board.shown {
            if one.holds(key, caught_up, units) && now_ms - one.sent_ms >= one.every_ms {
                one.sent_ms = now_ms;
                again.push((one.but_unit.clone(), one.draft.event(now_ms)));
            }
        }
        for (but, event) in again {
            self.send(self.all_but(but.as_deref()), event);
        }
    }

    /// One thing again, to one client that believes it is gone.
    pub(super) fn show_to(&mut self, client: ClientId, key: &str, now_ms: i64) {
        if let Some(one) = self.board.shown.get(key) {
            let event = one.draft.event(now_ms);
            self.send(To::Only(vec![client]), event);
        }
    }

    fn all_but(&self, unit: Option<&str>) -> To {
        To::AllBut(unit.map(|unit| self.clients_of(unit)).unwrap_or_default())
    }
}
