//! What a command's sender said, for the events that carry it; and what the sender learns of what came of it.

use samband_domain::{
    Role, Timestamp,
    command::Principal,
    directory::Directory,
    event::{Decided, Event},
};
use samband_proto::v1 as pb;

use super::incident::Shared;
use crate::wire::to_proto::{event as to_proto, names::Names};

/// What the sender said, for the events that carry it.
pub(super) struct Said<'a> {
    pub(super) content: Option<&'a pb::command::Body>,
    pub(super) pressed_at: Option<Timestamp>,
    pub(super) clock_doubtful: bool,
    pub(super) principal: Option<&'a Principal>,
    pub(super) person: Option<&'a str>,
    pub(super) receipts: Vec<pb::Receipt>,
}

impl Said<'_> {
    pub(super) fn nothing() -> Self {
        Self {
            content: None,
            pressed_at: None,
            clock_doubtful: false,
            principal: None,
            person: None,
            receipts: Vec::new(),
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
        let around = to_proto::Circumstances {
            now,
            pressed_at: self.pressed_at,
            clock_doubtful: self.clock_doubtful,
            exercise,
            principal: self.principal,
            person: self.person,
            names: &Names(directory),
            // Another owner's text is referred to, never repeated: it redacts by that owner's decisions.
            briefing: shared.briefing.as_ref().filter(|(owner, _)| *owner == one.owner).map(|(_, text)| text.as_str()),
            cell_before: shared.cells.get(&one.owner),
        };
        let mut event = to_proto::event(one, self.content, &around);
        if let Some(pb::event::Body::ReceiptsGathered(gathered)) = &mut event.body {
            gathered.receipts.clone_from(&self.receipts);
        }
        event
    }
}

/// What the sender learns of what came of it: the identities of its own, nothing that others own, and what the hub made in its
/// organisation's name only at a desk: a crew or a gateway may see less than that.
pub(super) fn accepted(decided: &[Decided], who: &Principal) -> pb::Accepted {
    let desk = matches!(who.role, Role::Operator | Role::Command);
    let own = |one: &Decided| one.owner == who.organisation && (desk || !one.by_hub);
    let mut accepted = pb::Accepted {
        incident_id: decided.first().map(|first| first.incident.to_string()),
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
            _ => {}
        }
    }
    accepted
}
