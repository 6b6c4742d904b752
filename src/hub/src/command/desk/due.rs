//! What becomes due at the desk: deadlines that pass, groups that lie idle, receipts that were gathered, locations that are kept.

use std::{collections::BTreeSet, str::FromStr as _};

use samband_domain::{
    AlarmId, EventId, IncidentId, MessageId, OrganisationId, Refusal, ReleaseId, Role, Scope, TalkgroupId, Timestamp,
    UnitId,
    command::{Context, Principal},
    decide,
    event::{Decided, Event},
    talkgroup::TalkgroupEvent,
};
use samband_journal::StreamAppend;
use samband_proto::v1 as pb;

use super::Desk;
use crate::{
    command::{
        incident::Shared,
        receipts::{Gathered, Receipt},
        record::Sharing,
        said::Said,
        sight::IncidentSight,
    },
    wire::to_proto::{names::Names, timestamp},
};

impl Desk {
    /// What has become due. Each once, also after a restart.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Vec<StreamAppend>> {
        let mut batches = Vec::new();
        let over = self.releases_over(now);
        let incidents: BTreeSet<_> = over.iter().filter_map(|id| self.watched.get(id)).map(|(id, _)| *id).collect();
        for id in incidents {
            batches.extend(self.pass(id, now, &over));
        }
        while let Some((at, id)) = self.deadlines.first().copied().filter(|(at, _)| *at <= now) {
            self.deadlines.remove(&(at, id));
            self.scheduled.remove(&id);
            batches.extend(self.pass(id, now, &BTreeSet::new()));
            self.schedule(id);
        }
        batches.extend(self.idle(now));
        for gathered in self.gathering.take_due(now) {
            batches.extend(self.gathered(gathered, now));
        }
        batches
    }

    /// So much time has passed by the clock that never jumps.
    pub fn steady(&mut self, steady: Timestamp) {
        self.steady = steady;
    }

    /// When something is due by itself. What is due by the steady clock is looked for at every tick.
    pub fn next_due(&self) -> Option<Timestamp> {
        let deadline = self.deadlines.first().map(|(at, _)| *at);
        let register = self.directory.talkgroups.as_ref();
        let idle = register.and_then(|register| self.world.next_idle(register)).map(|(at, _)| at);
        deadline.into_iter().chain(self.gathering.next_due()).chain(idle).min()
    }

    /// Releases that are over by the steady clock. What was left of each when the hub heard of it is all it has.
    fn releases_over(&mut self, now: Timestamp) -> BTreeSet<ReleaseId> {
        for (release, incident, until, granted) in std::mem::take(&mut self.unwatched) {
            // Never more than it was granted for: the clock may have been set back since.
            let left = until.0.saturating_sub(now.0.max(granted.0)).max(0);
            self.watched.insert(release, (incident, Timestamp(self.steady.0.saturating_add(left))));
        }
        let over = self.watched.iter().filter(|(_, (_, until))| *until <= self.steady);
        over.map(|(release, _)| *release).collect()
    }

    fn pass(&mut self, id: IncidentId, now: Timestamp, over: &BTreeSet<ReleaseId>) -> Vec<Vec<StreamAppend>> {
        let Some(shared) = self.incidents.get(&id) else { return Vec::new() };
        let mut batches = Vec::new();
        for passing in decide::passed(&shared.incident, now, over) {
            let Some(shared) = self.incidents.get(&id) else { continue };
            let owner = match &passing {
                decide::Passing::Acknowledgement(alarm, ..) => {
                    shared.incident.alarms.get(alarm).map(|alarm| alarm.owner.clone())
                }
                decide::Passing::Notice(_) => shared.incident.reported_by.clone(),
                decide::Passing::Release(release) => {
                    shared.incident.releases.get(release).map(|release| release.owner.clone())
                }
            };
            let Some(owner) = owner else { continue };
            let name = passing.name();
            let key: &[&[u8]] = match &passing {
                // From alarm, party and deadline alone, as they have always been.
                decide::Passing::Acknowledgement(..) => &[b"deadline", name.as_bytes()],
                decide::Passing::Notice(_) | decide::Passing::Release(_) => &[b"deadline", &id.0, name.as_bytes()],
            };
            let decided =
                self.by_hub(shared, owner, now, key, |incident, ctx| decide::pass(&incident.incident, &passing, ctx));
            batches.push(self.record(decided, &Said::nothing(), &Sharing::default(), now, None));
        }
        batches
    }

    /// What the rules make of something that nobody asked for. `key` names it: the same again makes the same events.
    fn by_hub(
        &self,
        shared: &Shared,
        owner: OrganisationId,
        now: Timestamp,
        key: &[&[u8]],
        rule: impl FnOnce(&Shared, &mut Context<'_>) -> Vec<Decided>,
    ) -> Vec<Decided> {
        let mut index = 0;
        let mut ids = || {
            index += 1;
            self.keys.id(key, index)
        };
        let hub = Principal { organisation: owner, role: Role::Operator, unit: None };
        let sight = IncidentSight { classes: &self.classes, incident: shared };
        let mut ctx = Context {
            now: now.max(shared.incident.last_at),
            pressed_at: None,
            principal: &hub,
            directory: &self.directory,
            sight: &sight,
            world: &self.world,
            nearest: Vec::new(),
            ids: &mut ids,
        };
        rule(shared, &mut ctx)
    }

    /// Leased groups on which nothing happens: each incident that has one is asked.
    fn idle(&mut self, now: Timestamp) -> Vec<Vec<StreamAppend>> {
        let directory = self.directory.clone();
        let Some(register) = directory.talkgroups.as_ref() else { return Vec::new() };
        let mut batches = Vec::new();
        for (talkgroup, since) in decide::idle(&self.world, register, now) {
            let Some(lease) = self.world.leases.get(&talkgroup) else { continue };
            let (incidents, owner) = (lease.incidents.clone(), lease.owner.clone());
            for id in incidents {
                let Some(shared) = self.incidents.get(&id) else { continue };
                let name = format!("idle {talkgroup} {}", since.0);
                let decided =
                    self.by_hub(shared, owner.clone(), now, &[b"deadline", &id.0, name.as_bytes()], |_, ctx| {
                        vec![decide::remind(id, &talkgroup, since, ctx)]
                    });
                batches.push(self.record(decided, &Said::nothing(), &Sharing::default(), now, None));
            }
        }
        batches
    }

    /// Where a unit was, for the record of every incident that it is on. The live map has thinned it.
    pub fn locate(
        &mut self,
        unit: &UnitId,
        point: pb::GeoPoint,
        fix_at: Timestamp,
        now: Timestamp,
    ) -> Vec<Vec<StreamAppend>> {
        let Some(owner) = self.directory.units.get(unit).map(|entry| entry.organisation.clone()) else {
            return Vec::new();
        };
        let incidents: Vec<_> = self.incidents_of(Some(unit)).iter().map(|shared| shared.incident.id).collect();
        let crew = Principal { organisation: owner.clone(), role: Role::Unit, unit: Some(unit.clone()) };
        let mut batches = Vec::new();
        for id in incidents {
            let Some(shared) = self.incidents.get(&id) else { continue };
            let name = format!("{unit} {}", now.0);
            let decided =
                self.by_hub(shared, owner.clone(), now, &[b"location", &id.0, name.as_bytes()], |shared, ctx| {
                    vec![decide::record_location(&shared.incident, unit, ctx)]
                });
            let said = Said { principal: Some(&crew), located: Some((point, fix_at)), ..Said::nothing() };
            batches.push(self.record(decided, &said, &Sharing::default(), now, None));
        }
        batches
    }

    /// A device's receipt. Gathered; refused silently when it is not the device's business.
    pub fn receipt(&mut self, who: &Principal, notice: &pb::ReceiptNotice, now: Timestamp) {
        if notice.step() == pb::ReceiptStep::Unspecified {
            return;
        }
        let crew;
        let who = match notice.unit_id.as_deref().map(UnitId::new) {
            None => who,
            Some(unit) => match unit.map_err(|_| Refusal::UnknownUnit).and_then(|unit| self.spoken_for(who, &unit)) {
                Ok(spoken_for) => {
                    crew = spoken_for;
                    &crew
                }
                Err(_) => return,
            },
        };
        match &notice.talkgroup_id {
            Some(talkgroup) => self.message_receipt(who, talkgroup, notice, now),
            None => self.alarm_receipt(who, notice, now),
        }
    }

    fn alarm_receipt(&mut self, who: &Principal, notice: &pb::ReceiptNotice, now: Timestamp) {
        let Ok(id) = IncidentId::from_str(notice.incident_id()) else { return };
        let Ok(alarm) = AlarmId::from_str(notice.alarm_id()) else { return };
        let Ok(shared) = self.visible(id, who) else { return };
        let concerned = shared
            .incident
            .alarms
            .get(&alarm)
            .is_some_and(|alarm| alarm.parties.keys().any(|party| party.organisation == who.organisation));
        let key = (notice.alarm_id().to_owned(), receiver(who), notice.step.unwrap_or(0));
        if !concerned || shared.receipts.contains(&key) {
            return;
        }
        let receipt = pb::Receipt {
            alarm_id: notice.alarm_id.clone(),
            step: notice.step,
            unit: who.unit.as_ref().map(|unit| Names(&self.directory).unit(unit)),
            role: Some(who.role.as_str().into()),
            at: Some(timestamp(now)),
        };
        if let Some(shared) = self.incidents.get_mut(&id) {
            shared.receipts.insert(key);
        }
        self.gathering.add(Scope::Incident(id), who.organisation.clone(), Receipt::Alarm(receipt), now);
    }

    fn message_receipt(&mut self, who: &Principal, talkgroup: &str, notice: &pb::ReceiptNotice, now: Timestamp) {
        let Ok(talkgroup) = TalkgroupId::new(talkgroup) else { return };
        let Ok(message) = MessageId::from_str(notice.message_id()) else { return };
        let scope = Scope::Talkgroup(talkgroup.clone());
        let listens = self.directory.rights(&who.organisation, &scope) > samband_domain::Involvement::None;
        let known = self.world.messages.get(&talkgroup).is_some_and(|messages| messages.contains_key(&message));
        let key = (message.to_string(), receiver(who), notice.step.unwrap_or(0));
        if !listens || !known || !self.message_receipts.entry(talkgroup).or_default().insert(key) {
            return;
        }
        let receipt = pb::MessageReceipt {
            message_id: Some(message.to_string()),
            step: notice.step,
            unit: who.unit.as_ref().map(|unit| Names(&self.directory).unit(unit)),
            role: Some(who.role.as_str().into()),
            at: Some(timestamp(now)),
        };
        self.gathering.add(scope, who.organisation.clone(), Receipt::Message(receipt), now);
    }

    /// Receipts for texts that are stored, after a restart.
    pub(super) fn remember_receipts(&mut self, scope: &Scope, event: &pb::Event) {
        let (Scope::Talkgroup(talkgroup), Some(pb::event::Body::MessageReceipts(gathered))) = (scope, &event.body)
        else {
            return;
        };
        let owner = event.envelope.as_ref().map_or("", |envelope| envelope.owner());
        let known = self.message_receipts.entry(talkgroup.clone()).or_default();
        for receipt in &gathered.receipts {
            let by = receipt.unit.as_ref().map_or(receipt.role(), |unit| unit.unit_id());
            known.insert((receipt.message_id().to_owned(), format!("{owner}/{by}"), receipt.step.unwrap_or(0)));
        }
    }

    fn gathered(&mut self, (scope, owner, receipts): Gathered, now: Timestamp) -> Option<Vec<StreamAppend>> {
        let first = match receipts.first()? {
            Receipt::Alarm(first) => format!("{} {}", first.alarm_id(), first.step.unwrap_or(0)),
            Receipt::Message(first) => format!("{} {}", first.message_id(), first.step.unwrap_or(0)),
        };
        let name = format!("{owner} {first} {}", now.0);
        let (about, event) = match &scope {
            Scope::Incident(id) => (id.0.to_vec(), Event::ReceiptsGathered),
            Scope::Talkgroup(talkgroup) => {
                let event = TalkgroupEvent::MessageReceipts { talkgroup: talkgroup.clone() };
                (talkgroup.as_str().as_bytes().to_vec(), Event::Talkgroup(event))
            }
            Scope::Unit(_) | Scope::Pool(_) => return None,
        };
        let id = EventId(self.keys.id(&[b"receipts", &about, name.as_bytes()], 0));
        let decided = Decided { scope, id, owner, by_hub: true, content: None, event };
        let said = Said { receipts, ..Said::nothing() };
        Some(self.record(vec![decided], &said, &Sharing::default(), now, None))
    }
}

/// `organisation/unit`, or `organisation/role` where it is no unit.
fn receiver(who: &Principal) -> String {
    let by = who.unit.as_ref().map_or(who.role.as_str(), |unit| unit.as_str());
    format!("{}/{by}", who.organisation)
}
