//! What is shown: each thing as it was last sent, so that a change is seen, a newcomer gets all of it, and nothing that stands goes
//! stale.

use std::collections::BTreeMap;

use super::{ClientId, To, Translation};
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
        self.send_draft(self.all_but(thing.but_unit.as_deref()), &thing.draft, now_ms);
        self.board.shown.insert(key, Shown { sent_ms: now_ms, ..thing });
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

    /// Everything, to one that has just come.
    pub(super) fn show_all_to(&mut self, client: ClientId, now_ms: i64) {
        let own = self.unit_of(client).map(|unit| unit.id.clone());
        let others = self.board.shown.values().filter(|one| one.but_unit.is_none() || one.but_unit != own);
        let events: Vec<_> = others.map(|one| one.draft.event(now_ms)).collect();
        events.into_iter().for_each(|event| self.send(To::Only(vec![client]), event));
    }

    /// What would go stale. While the hub is away only distress is: of all else nobody knows whether it still holds.
    pub(super) fn show_again(&mut self, now_ms: i64) {
        let live = self.caught_up;
        let due = |one: &Shown| (live || one.always) && now_ms - one.sent_ms >= one.every_ms;
        let mut again = Vec::new();
        for one in self.board.shown.values_mut().filter(|one| due(one)) {
            one.sent_ms = now_ms;
            again.push((one.but_unit.clone(), one.draft.event(now_ms)));
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
