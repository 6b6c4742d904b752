//! What an event belongs to, and who said it.

use samband_domain::{Scope, event::Decided};
use samband_proto::v1 as pb;

use super::event::Circumstances;

/// With what the event belongs to.
pub(super) fn in_scope(envelope: pb::Envelope, scope: &Scope) -> pb::Envelope {
    match scope {
        Scope::Incident(incident) => pb::Envelope { incident_id: Some(incident.to_string()), ..envelope },
        Scope::Talkgroup(talkgroup) => pb::Envelope { talkgroup_id: Some(talkgroup.to_string()), ..envelope },
        Scope::Unit(unit) => pb::Envelope { unit_id: Some(unit.to_string()), ..envelope },
        Scope::Pool(pool) => pb::Envelope { pool: Some(pool.to_string()), ..envelope },
    }
}

/// Who said it.
pub(super) fn author(decided: &Decided, around: &Circumstances<'_>) -> pb::Author {
    match around.principal.filter(|_| !decided.by_hub) {
        None => pb::Author { organisation: Some(decided.owner.to_string()), ..Default::default() },
        Some(principal) => pb::Author {
            organisation: Some(principal.organisation.to_string()),
            role: Some(principal.role.as_str().into()),
            unit: principal.unit.as_ref().map(|unit| around.names.unit(unit)),
            person: around.person.map(str::to_owned),
            gateway: around.gateway.map(ToString::to_string),
        },
    }
}
