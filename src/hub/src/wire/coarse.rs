//! Coarse siblings, written once, when the event is made. What is coarser is decided by the schema; how, by disclosure's closed list.

use samband_disclosure::coarse::{AgeGroup, Cell, GRID_SIDE_M, age_group, grid, initials, last_two};
use samband_proto::v1::{self as pb, fact_stated::Value};

/// Fills every coarse sibling of the fact. `today` is the day age groups are counted on.
pub fn fill(fact: &mut pb::FactStated, before: Option<&pb::GridCell>, today: (i32, u32, u32)) {
    match &fact.value {
        Some(Value::Location(point)) => fact.location_coarse = Some(cell(point, before)),
        Some(Value::Caller(caller)) => {
            fact.caller_coarse = Some(pb::CallerCoarse {
                initials: caller.name.as_deref().map(initials),
                phone_last_two: caller.phone.as_deref().map(last_two),
            });
        }
        Some(Value::Patients(patients)) => {
            let coarse = |patient: &pb::Patient| pb::PatientCoarse {
                initials: patient.name.as_deref().map(initials),
                age_group: patient
                    .personal_number
                    .as_deref()
                    .and_then(|number| age_group(number, today))
                    .map(|group| age(group) as i32),
            };
            let patients = patients.patients.iter().map(coarse).collect();
            fact.patients_coarse = Some(pb::PatientsCoarse { patients });
        }
        Some(Value::Health(health)) => fact.health_coarse = Some(pb::HealthCoarse { severity: health.severity }),
        Some(Value::Threat(threat)) => {
            fact.threat_coarse = Some(pb::ThreatAssessmentCoarse { level: threat.level, weapons: threat.weapons });
        }
        Some(Value::Suspect(suspect)) => {
            fact.suspect_coarse = Some(pb::SuspectCoarse { initials: suspect.name.as_deref().map(initials) });
        }
        Some(Value::AccessCode(code)) => {
            let exists = code.door_code.is_some() || code.key_number.is_some();
            fact.access_code_coarse = Some(pb::AccessCodeCoarse { exists: Some(exists) });
        }
        Some(Value::Vehicle(vehicle)) => {
            let registration_last_two = vehicle.registration.as_deref().map(last_two);
            fact.vehicle_coarse = Some(pb::VehicleCoarse { registration_last_two });
        }
        _ => {}
    }
}

/// The square that a unit's location is shown in.
pub fn located(located: &super::to_proto::event::Located) -> pb::GridCell {
    cell(&located.point, located.cell_before.as_ref())
}

fn cell(point: &pb::GeoPoint, before: Option<&pb::GridCell>) -> pb::GridCell {
    let (Some(latitude), Some(longitude)) = (point.latitude, point.longitude) else { return pb::GridCell::default() };
    let before = before.and_then(|cell| Some(Cell { south: cell.south?, west: cell.west?, side_m: cell.side_m? }));
    grid_cell(grid(latitude, longitude, GRID_SIDE_M, before))
}

/// The contract's square.
pub fn grid_cell(cell: Cell) -> pb::GridCell {
    pb::GridCell { south: Some(cell.south), west: Some(cell.west), side_m: Some(cell.side_m) }
}

fn age(group: AgeGroup) -> pb::AgeGroup {
    match group {
        AgeGroup::Child => pb::AgeGroup::Child,
        AgeGroup::Adult => pb::AgeGroup::Adult,
        AgeGroup::Elderly => pb::AgeGroup::Elderly,
    }
}
