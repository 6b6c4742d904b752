//! What becomes due at the desk: deadlines that pass, receipts that were gathered.

use std::str::FromStr as _;

use samband_domain::{
    AlarmId, EventId, IncidentId, OrganisationId, Role, Timestamp,
    command::{Context, Principal},
    decide,
    event::{Decided, Event},
};
use samband_journal::StreamAppend;
use samband_proto::v1 as pb;

use super::Desk;
use crate::{
    command::{record::Sharing, said::Said, sight::IncidentSight},
    wire::to_proto::{names::Names, timestamp},
};

impl Desk {
    /// What has become due: deadlines that passed, receipts that were gathered. Each once, also after a restart.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Vec<StreamAppend>> {
        let mut batches = Vec::new();
        while let Some((at, id)) = self.deadlines.first().copied().filter(|(at, _)| *at <= now) {
            self.deadlines.remove(&(at, id));
            self.scheduled.remove(&id);
            batches.extend(self.pass(id, now));
            self.schedule(id);
        }
        for (id, owner, receipts) in self.gathering.take_due(now) {
            batches.extend(self.gathered(id, owner, receipts, now));
        }
        batches
    }

    fn pass(&mut self, id: IncidentId, now: Timestamp) -> Vec<Vec<StreamAppend>> {
        let Some(shared) = self.incidents.get(&id) else { return Vec::new() };
        let mut batches = Vec::new();
        for deadline in decide::passed(&shared.incident, now) {
            let Some(shared) = self.incidents.get(&id) else { continue };
            let (alarm, party, due) = &deadline;
            let Some(owner) = shared.incident.alarms.get(alarm).map(|alarm| alarm.owner.clone()) else { continue };
            // From alarm, party and deadline: passing it again, after a restart, makes the same events.
            let name = format!("{alarm} {party} {}", due.0);
            let mut index = 0;
            let mut ids = || {
                index += 1;
                self.keys.id(&[b"deadline", name.as_bytes()], index)
            };
            let hub = Principal { organisation: owner, role: Role::Operator, unit: None };
            let sight = IncidentSight { classes: &self.classes, incident: shared };
            let mut ctx = Context {
                now: now.max(shared.incident.last_at),
                pressed_at: None,
                principal: &hub,
                directory: &self.directory,
                sight: &sight,
                ids: &mut ids,
            };
            let decided = decide::pass_deadlines(&shared.incident, deadline.clone(), &mut ctx);
            batches.push(self.record(decided, &Said::nothing(), &Sharing::default(), now, None));
        }
        batches
    }

    /// A device's receipt. Gathered; refused silently when the incident or the alarm is not the device's business.
    pub fn receipt(&mut self, who: &Principal, notice: &pb::ReceiptNotice, now: Timestamp) {
        let Ok(id) = IncidentId::from_str(notice.incident_id()) else { return };
        let Ok(alarm) = AlarmId::from_str(notice.alarm_id()) else { return };
        let Ok(shared) = self.visible(id, who) else { return };
        let concerned = shared
            .incident
            .alarms
            .get(&alarm)
            .is_some_and(|alarm| alarm.parties.keys().any(|party| party.organisation == who.organisation));
        let receiver = who.unit.as_ref().map_or(who.role.as_str(), |unit| unit.as_str());
        let step = notice.step.unwrap_or(0);
        let key = (notice.alarm_id().to_owned(), format!("{}/{receiver}", who.organisation), step);
        if !concerned || notice.step() == pb::ReceiptStep::Unspecified || shared.receipts.contains(&key) {
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
        self.gathering.add(id, who.organisation.clone(), receipt, now);
    }

    fn gathered(
        &mut self,
        id: IncidentId,
        owner: OrganisationId,
        receipts: Vec<pb::Receipt>,
        now: Timestamp,
    ) -> Option<Vec<StreamAppend>> {
        let first = receipts.first()?;
        let name = format!("{owner} {} {} {}", first.alarm_id(), first.step.unwrap_or(0), now.0);
        let event = EventId(self.keys.id(&[b"receipts", id.0.as_slice(), name.as_bytes()], 0));
        let decided =
            Decided { incident: id, id: event, owner, by_hub: true, content: None, event: Event::ReceiptsGathered };
        let said = Said { receipts, ..Said::nothing() };
        Some(self.record(vec![decided], &said, &Sharing::default(), now, None))
    }
}
