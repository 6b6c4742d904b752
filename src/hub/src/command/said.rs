//! What a command's sender said, for the events that carry it; and what the sender learns of what came of it.

use samband_domain::{
    OrganisationId, Role, Timestamp,
    command::Principal,
    directory::Directory,
    emergency::EmergencyEvent,
    event::{Decided, Event},
    media::MediaEvent,
    release::ReleaseEvent,
    resource::ResourceEvent,
    talkgroup::TalkgroupEvent,
};
use samband_proto::v1 as pb;

use super::{incident::Shared, receipts::Receipt};
use crate::wire::to_proto::{event as to_proto, names::Names};

/// What the sender said, for the events that carry it.
pub(super) struct Said<'a> {
    pub(super) content: Option<&'a pb::command::Body>,
    pub(super) pressed_at: Option<Timestamp>,
    pub(super) clock_doubtful: bool,
    pub(super) principal: Option<&'a Principal>,
    pub(super) person: Option<&'a str>,
    /// Whose gateway brought it.
    pub(super) gateway: Option<&'a OrganisationId>,
    pub(super) receipts: Vec<Receipt>,
    /// Where the unit that it is about is, and since when that is known.
    pub(super) located: Option<(pb::GeoPoint, Timestamp)>,
}

impl Said<'_> {
    pub(super) fn nothing() -> Self {
        Self {
            content: None,
            pressed_at: None,
            clock_doubtful: false,
            principal: None,
            person: None,
            gateway: None,
            receipts: Vec::new(),
            located: None,
        }
    }

    pub(super) fn event(
        &self,
        one: &Decided,
        shared: &Shared,
        directory: &Directory,
        exercise: bool,
        now: Timestamp,
    ) -> pb::Event {
        let unit = match &one.event {
            Event::Unit(event) => Some(event.unit()),
            Event::Emergency(EmergencyEvent::Raised { unit, .. }) => Some(unit),
            _ => None,
        };
        let located = self.located.as_ref().map(|(point, fix_at)| to_proto::Located {
            point: *point,
            fix_at: *fix_at,
            cell_before: unit.and_then(|unit| shared.unit_cells.get(unit)).copied(),
        });
        let around = to_proto::Circumstances {
            now,
            pressed_at: self.pressed_at,
            clock_doubtful: self.clock_doubtful,
            exercise,
            principal: self.principal,
            person: self.person,
            gateway: self.gateway,
            names: &Names(directory),
            // Another owner's text is referred to, never repeated: it redacts by that owner's decisions.
            briefing: shared.briefing.as_ref().filter(|(owner, _)| *owner == one.owner).map(|(_, text)| text.as_str()),
            cell_before: shared.cells.get(&one.owner),
            located: located.as_ref(),
        };
        let mut event = to_proto::event(one, self.content, &around);
        self.add_receipts(&mut event);
        event
    }
}

impl Said<'_> {
    /// The one person that a release is for, if it is for one.
    pub(super) fn released_to(&self) -> Option<&str> {
        match self.content {
            Some(pb::command::Body::GrantRelease(grant)) => grant.to_person.as_deref(),
            _ => None,
        }
    }

    fn add_receipts(&self, event: &mut pb::Event) {
        match &mut event.body {
            Some(pb::event::Body::ReceiptsGathered(gathered)) => {
                let of_alarms = self.receipts.iter().filter_map(|receipt| match receipt {
                    Receipt::Alarm(receipt) => Some(receipt.clone()),
                    Receipt::Message(_) => None,
                });
                gathered.receipts = of_alarms.collect();
            }
            Some(pb::event::Body::MessageReceipts(gathered)) => {
                let of_messages = self.receipts.iter().filter_map(|receipt| match receipt {
                    Receipt::Message(receipt) => Some(receipt.clone()),
                    Receipt::Alarm(_) => None,
                });
                gathered.receipts = of_messages.collect();
            }
            _ => {}
        }
    }
}

/// What the sender learns of what came of it: the identities of its own, nothing that others own, and what the hub made in its
/// organisation's name only at a desk: a crew or a gateway may see less than that.
pub(super) fn accepted(decided: &[Decided], who: &Principal) -> pb::Accepted {
    let desk = matches!(who.role, Role::Operator | Role::Command);
    let own = |one: &Decided| one.owner == who.organisation && (desk || !one.by_hub);
    let mut accepted = pb::Accepted {
        incident_id: decided.first().and_then(|first| first.scope.incident()).map(|incident| incident.to_string()),
        event_ids: decided.iter().filter(|one| own(one)).map(|one| one.id.to_string()).collect(),
        ..Default::default()
    };
    for one in decided {
        match &one.event {
            Event::AlarmRaised { alarm, .. } => accepted.alarm_id = Some(alarm.to_string()),
            Event::ArrivalReportFiled { report, .. } => accepted.report_id = Some(report.to_string()),
            Event::TotalInformationIssued { number, .. } if own(one) => {
                accepted.total_information = Some(*number);
            }
            Event::AddendumIssued { .. } if own(one) => accepted.notices.push("addendum".into()),
            Event::UnitStatusReported { out_of_order: true, .. } => accepted.notices.push("out_of_order".into()),
            Event::Acknowledged { counts: false, .. } => accepted.notices.push("does_not_count".into()),
            Event::Talkgroup(event) => of_talkgroup(event, &mut accepted),
            Event::Emergency(EmergencyEvent::Raised { emergency, .. }) => {
                accepted.emergency_id = Some(emergency.to_string());
            }
            Event::Resource(event) => of_resource(event, &mut accepted),
            Event::Media(MediaEvent::Proposed { line, .. }) => accepted.media_line_id = Some(line.to_string()),
            Event::Release(ReleaseEvent::Requested { request, .. }) => accepted.request_id = Some(request.to_string()),
            Event::Release(ReleaseEvent::Granted { release, .. }) => accepted.release_id = Some(release.to_string()),
            _ => {}
        }
    }
    accepted
}

fn of_talkgroup(event: &TalkgroupEvent, accepted: &mut pb::Accepted) {
    match event {
        TalkgroupEvent::Leased { talkgroup, conflict, .. } => {
            accepted.talkgroup_id.get_or_insert_with(|| talkgroup.to_string());
            if *conflict {
                accepted.notices.push("talkgroup_conflict".into());
            }
        }
        TalkgroupEvent::NoneFree { .. } => accepted.notices.push("no_talkgroup_free".into()),
        TalkgroupEvent::MessageSent { message, .. } => accepted.message_id = Some(message.to_string()),
        _ => {}
    }
}

fn of_resource(event: &ResourceEvent, accepted: &mut pb::Accepted) {
    match event {
        ResourceEvent::Requested { request, .. } => accepted.request_id = Some(request.to_string()),
        ResourceEvent::Offered { offer, .. } => accepted.offer_id = Some(offer.to_string()),
        ResourceEvent::HazardReported { hazard } => accepted.hazard_id = Some(hazard.to_string()),
        _ => {}
    }
}
