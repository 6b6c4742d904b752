//! The live map itself: no clock, no socket, no thread. Fixes and placements go in, frames go to sinks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use samband_disclosure::{MapClass, Policy, Viewer};
use samband_domain::{IncidentId, Involvement, OrganisationId, Timestamp, UnitId};

use super::{
    area::Area,
    class::Class,
    entry::{Entries, Opening},
    member::{Member, MemberId},
    nearby::Snapshot,
    register::Register,
    thinning::Thinning,
    unit::{Fix, Unit, UnitView},
};
use crate::{
    clock::Moment,
    fanout::{SessionId, Sink},
    wire::frame::Encoding,
};

/// A session that may follow the map.
pub struct MapJoin {
    /// Its number; the fan-out's.
    pub session: SessionId,
    /// Name in the ledger.
    pub name: String,
    /// Who looks.
    pub viewer: Viewer,
    /// Which unit, for the ledger.
    pub unit: Option<String>,
    /// How its frames are encoded.
    pub encoding: Encoding,
    /// What it follows from the start.
    pub areas: Vec<Area>,
    /// Its outbox.
    pub sink: Box<dyn Sink>,
}

/// What is known of an incident: how organisations stand to it, and which units are on it.
#[derive(Default)]
struct Incident {
    standings: BTreeMap<OrganisationId, Involvement>,
    units: BTreeSet<usize>,
}

/// The live map.
pub struct Live {
    policy: Arc<Policy>,
    register: Arc<Register>,
    entries: Box<dyn Entries>,
    /// By number: the order of ids.
    units: Vec<Unit>,
    incidents: BTreeMap<IncidentId, Incident>,
    classes: BTreeMap<Viewer, Class>,
    members: BTreeMap<MemberId, Member>,
    thinning: Thinning,
    nearby: Arc<Snapshot>,
}

impl Live {
    /// With no location known.
    pub fn new(register: Arc<Register>, policy: Arc<Policy>, entries: Box<dyn Entries>) -> Self {
        let units = register.units().iter().map(|unit| Unit::new(unit.identity.clone())).collect();
        Self {
            policy,
            nearby: Arc::new(Snapshot::new(&register)),
            register,
            entries,
            units,
            incidents: BTreeMap::new(),
            classes: BTreeMap::new(),
            members: BTreeMap::new(),
            thinning: Thinning::default(),
        }
    }

    /// Who is near: kept up to date by every tick.
    pub fn nearby(&self) -> Arc<Snapshot> {
        self.nearby.clone()
    }

    /// Where a unit is. `number`: its place in the register.
    pub fn fix(&mut self, number: usize, fix: Fix) {
        if let Some(unit) = self.units.get_mut(number) {
            unit.take(fix);
        }
    }

    /// How a unit stands. One that is not in the register is on no map.
    pub fn unit(&mut self, unit: &UnitId, view: UnitView) {
        let Some(number) = self.register.number(unit) else { return };
        let before = std::mem::take(&mut self.units[number].view.incidents);
        for incident in before.difference(&view.incidents) {
            if let Some(entry) = self.incidents.get_mut(incident) {
                entry.units.remove(&number);
            }
            self.drop_if_empty(*incident);
        }
        for incident in &view.incidents {
            self.incidents.entry(*incident).or_default().units.insert(number);
        }
        self.units[number].place(view);
    }

    /// How an organisation stands to an incident.
    pub fn standing(&mut self, incident: IncidentId, organisation: OrganisationId, involvement: Involvement) {
        let entry = self.incidents.entry(incident).or_default();
        let before = match involvement {
            Involvement::None => entry.standings.remove(&organisation).unwrap_or_default(),
            _ => entry.standings.insert(organisation, involvement).unwrap_or_default(),
        };
        if before != involvement {
            for number in &entry.units {
                self.units[*number].changed = true;
                self.units[*number].levels_changed = true;
            }
        }
        self.drop_if_empty(incident);
    }

    fn drop_if_empty(&mut self, incident: IncidentId) {
        if self.incidents.get(&incident).is_some_and(|entry| entry.standings.is_empty() && entry.units.is_empty()) {
            self.incidents.remove(&incident);
        }
    }

    /// Registers a session; it gets key frames of what it follows.
    pub fn join(&mut self, join: MapJoin, now: Timestamp) {
        let MapJoin { session, name, viewer, unit, encoding, areas, sink } = join;
        self.members.insert(session, Member::new(name, viewer, unit, encoding, sink));
        self.follow(session, areas, now);
    }

    /// Another choice of what is sent.
    pub fn follow(&mut self, session: SessionId, areas: Vec<Area>, now: Timestamp) {
        let Self { members, classes, policy, units, incidents, .. } = self;
        let Some(member) = members.get_mut(&session) else { return };
        if areas.is_empty() {
            member.forget();
            return self.leave_class(session);
        }
        let class = classes.entry(member.viewer.clone()).or_insert_with(|| {
            let rules = MapClass::new(policy, member.viewer.clone());
            Class::new(rules, units, &|incident| stands(incidents, &member.viewer.organisation, incident), now)
        });
        class.members.insert(session);
        member.follow(areas, class);
        self.serve(now);
    }

    /// The session has ended.
    pub fn leave(&mut self, session: SessionId) {
        self.leave_class(session);
        self.members.remove(&session);
    }

    /// A class that nobody follows costs nothing: its picture is made anew when somebody does.
    fn leave_class(&mut self, session: SessionId) {
        let Some(member) = self.members.get(&session) else { return };
        if let Some(class) = self.classes.get_mut(&member.viewer) {
            class.members.remove(&session);
            if class.members.is_empty() {
                self.classes.remove(&member.viewer);
            }
        }
    }

    /// A period has passed: every class is told what has changed in what it sees.
    pub fn tick(&mut self, now: Moment) {
        self.units.iter_mut().for_each(|unit| unit.grow_old(now.steady));
        let changed: Vec<_> = (0..self.units.len()).filter(|number| self.units[*number].changed).collect();
        self.nearby.update(changed.iter().map(|number| (*number, &self.units[*number])), now.steady);
        let Self { classes, members, units, incidents, .. } = self;
        for class in classes.values_mut() {
            let of_class = class.members.clone();
            of_class.iter().for_each(|session| _ = members.get_mut(session).map(|one| one.give_up_changes(class)));
            let organisation = class.rules().viewer().organisation.clone();
            class.tick(units, &changed, &|incident| stands(incidents, &organisation, incident), now.wall);
        }
        for number in changed {
            units[number].changed = false;
            units[number].levels_changed = false;
        }
        for member in members.values_mut() {
            if let Some(class) = classes.get(&member.viewer) {
                member.begin_tick(class);
            }
        }
        self.serve(now.wall);
    }

    /// Also between ticks: sessions that are behind get what they have room for.
    pub fn serve(&mut self, now: Timestamp) {
        self.enter_new(now);
        for member in self.members.values_mut() {
            if let Some(class) = self.classes.get_mut(&member.viewer)
                && member.is_behind(class)
            {
                member.send(class, now);
            }
        }
    }

    /// Locations of units on an incident that are to be recorded. After a tick.
    pub fn recordings(&mut self, steady: Timestamp) -> Vec<(UnitId, Fix)> {
        let Self { thinning, units, .. } = self;
        let due = units.iter().enumerate().filter_map(|(number, unit)| {
            let on_incident = !unit.view.incidents.is_empty();
            thinning.due(number, unit.fix.filter(|_| on_incident), steady).map(|fix| (unit.identity.unit.clone(), fix))
        });
        due.collect()
    }

    /// Before the first frame of a session the ledger knows of it. All that begin now are entered at once.
    fn enter_new(&mut self, now: Timestamp) {
        let Self { members, classes, entries, .. } = self;
        let expects = |member: &Member| {
            !member.ledgered && classes.get(&member.viewer).is_some_and(|class| member.expects(class))
        };
        let new: Vec<_> = members.iter().filter(|(_, member)| expects(member)).map(|(session, _)| *session).collect();
        let opening = |session: &MemberId| {
            let member = members.get(session)?;
            Some(Opening { session: &member.name, viewer: &member.viewer, unit: member.unit.as_deref() })
        };
        let openings: Vec<_> = new.iter().filter_map(opening).collect();
        if openings.is_empty() || !entries.enter(&openings, now) {
            return;
        }
        for session in new {
            if let Some(member) = members.get_mut(&session) {
                member.ledgered = true;
            }
        }
    }
}

fn stands(
    incidents: &BTreeMap<IncidentId, Incident>,
    organisation: &OrganisationId,
    incident: &IncidentId,
) -> Involvement {
    incidents.get(incident).and_then(|entry| entry.standings.get(organisation)).copied().unwrap_or_default()
}
