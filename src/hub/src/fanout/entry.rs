//! What the fan-out enters in the ledger.

use std::sync::atomic::Ordering;

use samband_disclosure::{DisclosureClass, Policy};
use samband_domain::{IncidentId, Timestamp};
use samband_proto::internal::{self, ClassOpened, ledger_record};

use super::member::Member;
use crate::{ledger::Ledger, wire::to_proto::event::involvement};

/// Durably before the first delivery under a class: the ledger knows of it. False: it could not be written, and only what is vital goes;
/// that is spooled, under the key of what is vital.
pub(super) fn enter_in_ledger<'a>(
    ledger: &Ledger,
    policy: &Policy,
    incident: IncidentId,
    members: impl Iterator<Item = &'a mut Member>,
    position: u64,
    now: Timestamp,
) -> bool {
    let mut entries = Vec::new();
    let mut unentered = Vec::new();
    for member in members {
        let (name, viewer, unit) = (member.name.clone(), member.viewer.clone(), member.unit.clone());
        let Some(holding) = member.holdings.get_mut(&incident).filter(|holding| !holding.ledgered) else { continue };
        entries.push(ClassOpened {
            session_id: Some(name),
            organisation: Some(viewer.organisation.to_string()),
            role: Some(viewer.role.as_str().into()),
            unit_id: unit,
            incident_id: Some(incident.to_string()),
            key: Some(class_key(&holding.class)),
            from_position: Some(position),
            spooled: None,
            scope: None,
        });
        unentered.push(holding);
    }
    let records = entries.iter().cloned().map(ledger_record::Record::ClassOpened).collect();
    if ledger.record(records, now).is_ok() {
        unentered.into_iter().for_each(|holding| holding.ledgered = true);
        return true;
    }
    let mut records = Vec::new();
    for (entry, holding) in entries.into_iter().zip(unentered) {
        // Once: every event would otherwise be another line.
        if !std::mem::replace(&mut holding.spooled, true) {
            let key = Some(class_key(&holding.class.only(policy.vital())));
            records.push(ledger_record::Record::ClassOpened(ClassOpened { key, spooled: Some(true), ..entry }));
        }
    }
    ledger.spool(&records);
    false
}

/// The key in full, as the ledger keeps it.
pub(super) fn class_key(class: &DisclosureClass) -> internal::ClassKey {
    let standing = class.standing();
    internal::ClassKey {
        policy_hash: Some(class.policy().to_vec().into()),
        involvement: Some(involvement(standing.involvement) as i32),
        before_alarm: Some(involvement(standing.before_alarm) as i32),
        alarmed_at: standing.alarmed_at,
        masks: class
            .owners()
            .map(|(owner, view)| internal::OwnerMask {
                owner: Some(owner.to_string()),
                mask: Some(view.mask.to_bytes().to_vec().into()),
                mask_before_alarm: Some(view.before_alarm.to_bytes().to_vec().into()),
            })
            .collect(),
        releases: Vec::new(),
    }
}

/// How far a session has flushed, if the ledger has not heard so.
pub(super) fn mark(member: &Member) -> Option<ledger_record::Record> {
    let flushed = member.sink.gauge().flushed.load(Ordering::Relaxed);
    (flushed > member.marked).then(|| {
        let mark = internal::DeliveredUpTo { session_id: Some(member.name.clone()), position: Some(flushed) };
        ledger_record::Record::DeliveredUpTo(mark)
    })
}
