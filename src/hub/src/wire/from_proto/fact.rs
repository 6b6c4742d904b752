//! Facts: which kind a value is of, and the forms that can be checked.

use samband_domain::{command::NewFact, event::FactKind};
use samband_proto::v1::{self as pb, fact_stated, state_fact::Value};

use super::super::refusal::Malformed;

/// A fact to state.
///
/// # Errors
/// No value, or a location that is not on the globe.
pub fn new_fact(wire: &pb::StateFact) -> Result<NewFact, Malformed> {
    let value = wire.value.as_ref().ok_or(Malformed::missing("state_fact value"))?;
    if let Value::Location(point) | Value::BreakPoint(pb::BreakPoint { location: Some(point), .. }) = value {
        on_globe(point, wire.withdraw())?;
    }
    let municipality = match value {
        Value::Address(address) => address.municipality.clone(),
        _ => None,
    };
    let talkgroups = match value {
        Value::Talkgroups(named) if !wire.withdraw() => named.names.clone(),
        _ => Vec::new(),
    };
    Ok(NewFact {
        kind: kind(value),
        municipality,
        withdraw: wire.withdraw(),
        talkgroups,
        derived: derived(wire, value)?,
    })
}

/// Kinds of what is derived and stated in the same step: never of the kind itself, and never with a withdrawal.
fn derived(wire: &pb::StateFact, value: &Value) -> Result<Vec<FactKind>, Malformed> {
    if let Some(pb::BreakPoint { location: Some(point), .. }) = &wire.derived_break_point {
        on_globe(point, false)?;
    }
    let kinds: Vec<_> = [
        wire.derived.as_ref().map(|_| FactKind::Safety),
        wire.derived_break_point.as_ref().map(|_| FactKind::BreakPoint),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !kinds.is_empty() && (wire.withdraw() || kinds.contains(&kind(value))) {
        return Err(Malformed::form("derived", "beside a fact that is stated, of another kind"));
    }
    if wire.derived_break_point.is_some() && wire.derived.is_none() {
        return Err(Malformed::missing("derived"));
    }
    Ok(kinds)
}

pub(super) fn on_globe(point: &pb::GeoPoint, withdrawn: bool) -> Result<(), Malformed> {
    let within = |degrees: Option<f64>, limit: f64| degrees.is_some_and(|degrees| degrees.abs() <= limit);
    if withdrawn || (within(point.latitude, 90.0) && within(point.longitude, 180.0)) {
        return Ok(());
    }
    Err(Malformed::form("location", "latitude within 90 and longitude within 180 degrees"))
}

fn kind(value: &Value) -> FactKind {
    match value {
        Value::Address(_) => FactKind::Address,
        Value::Location(_) => FactKind::Location,
        Value::Caller(_) => FactKind::Caller,
        Value::Patients(_) => FactKind::Patients,
        Value::Health(_) => FactKind::Health,
        Value::Casualties(_) => FactKind::Casualties,
        Value::Hazard(_) => FactKind::Hazard,
        Value::Threat(_) => FactKind::Threat,
        Value::Safety(_) => FactKind::Safety,
        Value::Suspect(_) => FactKind::Suspect,
        Value::AccessCode(_) => FactKind::AccessCode,
        Value::ObjectCard(_) => FactKind::ObjectCard,
        Value::Vehicle(_) => FactKind::Vehicle,
        Value::BreakPoint(_) => FactKind::BreakPoint,
        Value::Talkgroups(_) => FactKind::Talkgroups,
        Value::Priority(_) => FactKind::Priority,
        Value::Description(_) => FactKind::Description,
        Value::AlarmText(_) => FactKind::AlarmText,
    }
}

/// What a command states of this kind: its own value, or one derived from it.
pub fn of_kind(stated: &pb::StateFact, wanted: FactKind) -> Option<Value> {
    let own = stated.value.clone().filter(|value| kind(value) == wanted);
    own.or_else(|| match wanted {
        FactKind::Safety => stated.derived.clone().map(Value::Safety),
        FactKind::BreakPoint => stated.derived_break_point.clone().map(Value::BreakPoint),
        _ => None,
    })
}

/// The kind of a stored fact.
pub fn stored_kind(value: &fact_stated::Value) -> FactKind {
    kind(&as_stated(value.clone()))
}

/// The event's value of a command's.
pub fn as_event(value: Value) -> fact_stated::Value {
    use fact_stated::Value as Stored;
    match value {
        Value::Address(value) => Stored::Address(value),
        Value::Location(value) => Stored::Location(value),
        Value::Caller(value) => Stored::Caller(value),
        Value::Patients(value) => Stored::Patients(value),
        Value::Health(value) => Stored::Health(value),
        Value::Casualties(value) => Stored::Casualties(value),
        Value::Hazard(value) => Stored::Hazard(value),
        Value::Threat(value) => Stored::Threat(value),
        Value::Safety(value) => Stored::Safety(value),
        Value::Suspect(value) => Stored::Suspect(value),
        Value::AccessCode(value) => Stored::AccessCode(value),
        Value::ObjectCard(value) => Stored::ObjectCard(value),
        Value::Vehicle(value) => Stored::Vehicle(value),
        Value::BreakPoint(value) => Stored::BreakPoint(value),
        Value::Talkgroups(value) => Stored::Talkgroups(value),
        Value::Priority(value) => Stored::Priority(value),
        Value::Description(value) => Stored::Description(value),
        Value::AlarmText(value) => Stored::AlarmText(value),
    }
}

fn as_stated(value: fact_stated::Value) -> Value {
    use fact_stated::Value as Stored;
    match value {
        Stored::Address(value) => Value::Address(value),
        Stored::Location(value) => Value::Location(value),
        Stored::Caller(value) => Value::Caller(value),
        Stored::Patients(value) => Value::Patients(value),
        Stored::Health(value) => Value::Health(value),
        Stored::Casualties(value) => Value::Casualties(value),
        Stored::Hazard(value) => Value::Hazard(value),
        Stored::Threat(value) => Value::Threat(value),
        Stored::Safety(value) => Value::Safety(value),
        Stored::Suspect(value) => Value::Suspect(value),
        Stored::AccessCode(value) => Value::AccessCode(value),
        Stored::ObjectCard(value) => Value::ObjectCard(value),
        Stored::Vehicle(value) => Value::Vehicle(value),
        Stored::BreakPoint(value) => Value::BreakPoint(value),
        Stored::Talkgroups(value) => Value::Talkgroups(value),
        Stored::Priority(value) => Value::Priority(value),
        Stored::Description(value) => Value::Description(value),
        Stored::AlarmText(value) => Value::AlarmText(value),
    }
}

/// The value of this kind that says nothing: a withdrawal names the kind and no content.
pub fn emptied(value: &Value) -> fact_stated::Value {
    use fact_stated::Value as Stored;
    match kind(value) {
        FactKind::Address => Stored::Address(pb::Address::default()),
        FactKind::Location => Stored::Location(pb::GeoPoint::default()),
        FactKind::Caller => Stored::Caller(pb::Caller::default()),
        FactKind::Patients => Stored::Patients(pb::Patients::default()),
        FactKind::Health => Stored::Health(pb::Health::default()),
        FactKind::Casualties => Stored::Casualties(pb::Casualties::default()),
        FactKind::Hazard => Stored::Hazard(pb::Hazard::default()),
        FactKind::Threat => Stored::Threat(pb::ThreatAssessment::default()),
        FactKind::Safety => Stored::Safety(pb::DerivedSafety::default()),
        FactKind::Suspect => Stored::Suspect(pb::Suspect::default()),
        FactKind::AccessCode => Stored::AccessCode(pb::AccessCode::default()),
        FactKind::ObjectCard => Stored::ObjectCard(pb::ObjectCard::default()),
        FactKind::Vehicle => Stored::Vehicle(pb::Vehicle::default()),
        FactKind::BreakPoint => Stored::BreakPoint(pb::BreakPoint::default()),
        FactKind::Talkgroups => Stored::Talkgroups(pb::TalkgroupNames::default()),
        FactKind::Priority => Stored::Priority(pb::Priority::default()),
        FactKind::Description => Stored::Description(pb::Text::default()),
        FactKind::AlarmText => Stored::AlarmText(pb::Text::default()),
    }
}
