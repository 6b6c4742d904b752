//! The handover list: what an incident leaves open, folded from what the asker may see of it and from nothing else.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message as _;
use prost_types::Timestamp as Moment;
use samband_disclosure::{Disclosed, EventBytes};
use samband_domain::{OrganisationId, Scope, Timestamp};
use samband_proto::v1::{self as pb, HandoverItem, HandoverKind, event::Body};

/// Organisation and unit.
type Party = (String, String);

#[derive(Default)]
struct Waits {
    required: bool,
    due_at: Option<Moment>,
    overdue: bool,
    event: String,
    unit: Option<pb::UnitRef>,
}

#[derive(Default)]
struct Alarm {
    waiting: BTreeMap<Party, Waits>,
    gate_open: bool,
}

/// Things that begin with one event and end with another, by identity.
type Open = BTreeMap<String, HandoverItem>;

#[derive(Default)]
struct Fold {
    own: String,
    alarms: BTreeMap<String, Alarm>,
    open: BTreeMap<HandoverKind, Open>,
    involved: Option<String>,
    desk: Option<(String, String)>,
}

/// What one incident leaves open, for a viewer of this organisation.
pub(super) fn outstanding<'a>(
    own: &OrganisationId,
    scope: &Scope,
    events: impl Iterator<Item = &'a Disclosed<EventBytes>>,
    now: Timestamp,
) -> Vec<HandoverItem> {
    let mut fold = Fold { own: own.to_string(), ..Fold::default() };
    for event in events {
        // What was encoded by this hub decodes; what does not says nothing.
        if let Ok(event) = pb::Event::decode(event.payload().bytes().clone()) {
            fold.take_in(&event);
        }
    }
    let incident = scope.incident().map(|incident| incident.to_string());
    let items = fold.items(now).into_iter();
    items.map(|item| HandoverItem { incident_id: incident.clone(), ..item }).collect()
}

/// Encoded.
pub(super) fn list(items: Vec<HandoverItem>) -> Bytes {
    pb::HandoverList { items }.encode_to_vec().into()
}

impl Fold {
    fn take_in(&mut self, event: &pb::Event) {
        let envelope = event.envelope.clone().unwrap_or_default();
        let id = envelope.event_id().to_owned();
        let own = envelope.owner() == self.own;
        match &event.body {
            Some(Body::AlarmRaised(raised)) => self.listed(raised.alarm_id(), &raised.parties, &id),
            Some(Body::PartiesAdded(added)) => {
                if let Some(replaced) = &added.replaces {
                    self.leaves(added.alarm_id(), replaced.organisation(), replaced.unit.as_ref());
                }
                self.listed(added.alarm_id(), &added.parties, &id);
            }
            Some(Body::Acknowledged(answer)) if answer.counts() => {
                self.leaves(answer.alarm_id(), answer.organisation(), answer.unit.as_ref());
            }
            Some(Body::PartyWaived(waived)) => {
                self.leaves(waived.alarm_id(), waived.organisation(), waived.unit.as_ref());
            }
            Some(Body::AlarmRecalled(recalled)) => {
                for party in &recalled.parties {
                    self.leaves(recalled.alarm_id(), party.organisation(), party.unit.as_ref());
                }
            }
            Some(Body::AcknowledgementOverdue(late)) => {
                self.overdue(late.alarm_id(), late.organisation(), late.unit.as_ref(), true);
            }
            Some(Body::OverdueWithdrawn(late)) => {
                self.overdue(late.alarm_id(), late.organisation(), late.unit.as_ref(), false);
            }
            Some(Body::GateOpened(opened)) => {
                self.alarms.entry(opened.alarm_id().into()).or_default().gate_open = true;
            }
            Some(Body::StoodDown(stood)) => self.all_leave(|(organisation, _)| organisation == stood.organisation()),
            Some(Body::UnitSignedOff(off)) => {
                let gone = off.unit.clone().unwrap_or_default();
                self.all_leave(|(_, unit)| unit == gone.unit_id());
            }
            Some(Body::InvolvementChanged(changed)) if changed.organisation() == self.own => {
                let engaged = changed.involvement() >= pb::Involvement::Alarmed;
                self.involved = engaged.then_some(id);
            }
            Some(Body::DeskClaimed(claimed)) if own => self.desk = Some((claimed.desk().into(), id)),
            Some(Body::DeskHandedOver(handed)) if own => self.desk = Some((handed.to_desk().into(), id)),
            Some(body) => self.around(body, envelope.owner(), &id),
            None => {}
        }
    }

    fn around(&mut self, body: &Body, owner: &str, id: &str) {
        use HandoverKind as Kind;
        let begun = |subject: &str| HandoverItem {
            event_id: Some(id.into()),
            organisation: Some(owner.into()),
            subject_id: Some(subject.into()),
            ..HandoverItem::default()
        };
        match body {
            Body::EmergencyRaised(e) => {
                let item = HandoverItem { unit: e.unit.clone(), ..begun(e.emergency_id()) };
                self.begins(Kind::Emergency, e.emergency_id(), item);
            }
            Body::EmergencyCancelled(e) => self.ends(Kind::Emergency, e.emergency_id()),
            Body::ResourceRequested(e) => {
                let asked = e.to_organisations.is_empty() || e.to_organisations.contains(&self.own);
                if asked || owner == self.own {
                    let item = HandoverItem { at: e.wanted_at, ..begun(e.request_id()) };
                    self.begins(Kind::ResourceRequest, e.request_id(), item);
                }
            }
            Body::ResourceOffered(e) => self.ends(Kind::ResourceRequest, e.request_id()),
            Body::ResourceDeclined(e) if owner == self.own => self.ends(Kind::ResourceRequest, e.request_id()),
            Body::RequestClosed(e) => self.ends(Kind::ResourceRequest, e.request_id()),
            Body::ReleaseRequested(e) => self.begins(Kind::ReleaseRequest, e.request_id(), begun(e.request_id())),
            Body::ReleaseRefused(e) => self.ends(Kind::ReleaseRequest, e.request_id()),
            Body::ReleaseGranted(e) => {
                self.ends(Kind::ReleaseRequest, e.request_id());
                self.begins(Kind::Release, e.release_id(), HandoverItem { at: e.until, ..begun(e.release_id()) });
            }
            Body::ReleaseEnded(e) => self.ends(Kind::Release, e.release_id()),
            Body::TalkgroupLeased(e) => {
                let group = e.talkgroup.clone().unwrap_or_default();
                self.begins(Kind::Talkgroup, group.talkgroup_id(), begun(group.talkgroup_id()));
            }
            Body::TalkgroupReturned(e) => {
                self.ends(Kind::Talkgroup, e.talkgroup.as_ref().map_or("", |group| group.talkgroup_id()));
            }
            Body::MediaLineProposed(e) => self.begins(Kind::MediaLine, e.media_line_id(), begun(e.media_line_id())),
            Body::MediaLineAgreed(e) => self.ends(Kind::MediaLine, e.media_line_id()),
            Body::AdvanceNoticeIssued(e) => {
                self.begins(Kind::AdvanceNotice, "", HandoverItem { at: e.valid_until, ..begun("") });
            }
            Body::AdvanceNoticeEnded(_) => self.ends(Kind::AdvanceNotice, ""),
            _ => {}
        }
    }

    fn listed(&mut self, alarm: &str, parties: &[pb::Party], event: &str) {
        let alarm = self.alarms.entry(alarm.into()).or_default();
        for party in parties {
            let waits = Waits {
                required: party.required() && !party.late(),
                due_at: party.due_at,
                overdue: false,
                event: event.into(),
                unit: party.unit.clone(),
            };
            alarm.waiting.insert(named(party.organisation(), party.unit.as_ref()), waits);
        }
    }

    fn leaves(&mut self, alarm: &str, organisation: &str, unit: Option<&pb::UnitRef>) {
        if let Some(alarm) = self.alarms.get_mut(alarm) {
            alarm.waiting.remove(&named(organisation, unit));
        }
    }

    fn all_leave(&mut self, gone: impl Fn(&Party) -> bool) {
        self.alarms.values_mut().for_each(|alarm| alarm.waiting.retain(|party, _| !gone(party)));
    }

    fn overdue(&mut self, alarm: &str, organisation: &str, unit: Option<&pb::UnitRef>, late: bool) {
        let alarm = self.alarms.get_mut(alarm);
        if let Some(waits) = alarm.and_then(|alarm| alarm.waiting.get_mut(&named(organisation, unit))) {
            waits.overdue = late;
        }
    }

    fn begins(&mut self, kind: HandoverKind, id: &str, item: HandoverItem) {
        self.open.entry(kind).or_default().insert(id.into(), item);
    }

    fn ends(&mut self, kind: HandoverKind, id: &str) {
        if let Some(open) = self.open.get_mut(&kind) {
            open.remove(id);
        }
    }

    fn items(self, now: Timestamp) -> Vec<HandoverItem> {
        let mut items = Vec::new();
        for (id, alarm) in self.alarms {
            for ((organisation, _), waits) in alarm.waiting {
                let kind = match (waits.overdue, waits.required && !alarm.gate_open) {
                    (true, _) => HandoverKind::Overdue,
                    (false, true) => HandoverKind::GateShut,
                    (false, false) => continue,
                };
                items.push(HandoverItem {
                    kind: Some(kind as i32),
                    event_id: Some(waits.event),
                    organisation: Some(organisation),
                    unit: waits.unit,
                    at: waits.due_at,
                    subject_id: Some(id.clone()),
                    ..HandoverItem::default()
                });
            }
        }
        for (kind, open) in self.open {
            // A release that is over is over, also before its event has come.
            let over = |item: &HandoverItem| {
                kind == HandoverKind::Release && item.at.is_some_and(|at| at.seconds.saturating_mul(1000) <= now.0)
            };
            let of_kind = open.into_values().filter(|item| !over(item));
            items.extend(of_kind.map(|item| HandoverItem { kind: Some(kind as i32), ..item }));
        }
        let claimed = |desk: String, event: String| HandoverItem {
            kind: Some(HandoverKind::Claimed as i32),
            event_id: Some(event),
            subject_id: Some(desk),
            ..HandoverItem::default()
        };
        let unclaimed = |event: String| HandoverItem {
            kind: Some(HandoverKind::Unclaimed as i32),
            event_id: Some(event),
            ..HandoverItem::default()
        };
        match (self.desk, self.involved) {
            (Some((desk, event)), _) => items.push(claimed(desk, event)),
            (None, Some(event)) => items.push(unclaimed(event)),
            (None, None) => {}
        }
        items
    }
}

fn named(organisation: &str, unit: Option<&pb::UnitRef>) -> Party {
    (organisation.into(), unit.map_or("", |unit| unit.unit_id()).into())
}
