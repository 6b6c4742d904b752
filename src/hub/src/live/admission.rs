//! Which locations are taken: of whom, where, and how often. The newest of each unit waits for the next tick; nothing queues.

use std::{collections::BTreeMap, sync::Arc};

use samband_domain::{Refusal, Role, Timestamp, UnitId, command::Principal};
use samband_proto::v1 as pb;

use super::{register::Register, unit::Fix};
use crate::{
    clock::Moment,
    limits,
    wire::{
        from_proto::timestamp,
        refusal::{Malformed, Rejection},
    },
};

/// Taken out of a bucket by one report; one flows in every millisecond per report that a second may have.
const ONE_REPORT: i64 = 1_000;
/// What a full bucket holds.
const BUCKET: i64 = ONE_REPORT * limits::LOCATIONS_PER_SECOND;
/// No vehicle or aircraft of an emergency service is faster, kilometres an hour.
const SPEED_MAX_KMH: u32 = 1_500;

/// How much of its budget a unit has left.
#[derive(Clone, Copy)]
struct Bucket {
    left: i64,
    at: Timestamp,
}

/// Takes reports in, and keeps the newest of each unit. Bounded by the register.
pub struct Intake {
    register: Arc<Register>,
    buckets: Vec<Option<Bucket>>,
    waiting: BTreeMap<usize, Fix>,
}

impl Intake {
    /// With nothing waiting.
    pub fn new(register: Arc<Register>) -> Self {
        let buckets = vec![None; register.units().len()];
        Self { register, buckets, waiting: BTreeMap::new() }
    }

    /// Takes a report in, if it may be.
    ///
    /// # Errors
    /// Why not, in the contract's order of precedence. A client's clock refuses nothing.
    pub fn report(&mut self, who: &Principal, report: &pb::LocationReport, now: Moment) -> Result<(), Rejection> {
        let point = report.location.as_ref().ok_or(Malformed::missing("location.location"))?;
        let latitude = point.latitude.ok_or(Malformed::missing("location.location.latitude"))?;
        let longitude = point.longitude.ok_or(Malformed::missing("location.location.longitude"))?;
        let number = self.speaks_for(who, report.unit_id.as_deref())?;
        // What is no number is outside of everything.
        if !self.register.ground().contains(latitude, longitude) {
            return Err(Refusal::LocationImplausible.into());
        }
        self.spend(number, now.steady)?;
        let fix_at = report.fix_at.as_ref().and_then(timestamp);
        let fix = Fix {
            latitude,
            longitude,
            accuracy_m: point.accuracy_m.filter(|metres| metres.is_finite() && *metres >= 0.0),
            fix_at: fix_at.filter(|at| at.0 <= now.wall.0 + limits::LOCATION_AHEAD_MS).unwrap_or(now.wall),
            // A receiver that says 360, or a speed that cannot be, is believed about the rest.
            course_deg: report.course_deg.filter(|course| *course < 360).and_then(|course| course.try_into().ok()),
            speed_kmh: report.speed_kmh.filter(|speed| *speed <= SPEED_MAX_KMH).and_then(|kmh| kmh.try_into().ok()),
            heard: now.steady,
        };
        if self.waiting.get(&number).is_none_or(|held| held.fix_at <= fix.fix_at) {
            self.waiting.insert(number, fix);
        }
        Ok(())
    }

    /// The newest of every unit that has reported, by number; they no longer wait.
    pub fn take(&mut self) -> BTreeMap<usize, Fix> {
        std::mem::take(&mut self.waiting)
    }

    /// The number of the unit that the sender speaks for.
    fn speaks_for(&self, who: &Principal, named: Option<&str>) -> Result<usize, Rejection> {
        let own = |unit: &UnitId| self.register.own(&who.organisation, unit).ok_or(Refusal::UnknownUnit.into());
        match who.role {
            Role::Gateway => {
                let named = named.ok_or(Malformed::missing("location.unit_id"))?;
                // No id at all, an id of nobody and one that nobody delegated are the same answer.
                let spoken_for = |unit| self.register.spoken_for(&who.organisation, &unit);
                UnitId::new(named).ok().and_then(spoken_for).ok_or(Refusal::UnknownUnit.into())
            }
            Role::Unit => {
                let not_own = Refusal::NotPermitted { needed: "the unit itself or a gateway" };
                let unit = who.unit.as_ref().ok_or(not_own.clone())?;
                if named.is_some_and(|named| named != unit.as_str()) { Err(not_own.into()) } else { own(unit) }
            }
            Role::Viewer | Role::Operator | Role::Command => {
                Err(Refusal::NotPermitted { needed: "the unit itself or a gateway" }.into())
            }
        }
    }

    /// A unit has a budget of its own, whoever speaks for it.
    fn spend(&mut self, number: usize, steady: Timestamp) -> Result<(), Rejection> {
        let Some(bucket) = self.buckets.get_mut(number) else { return Err(Refusal::UnknownUnit.into()) };
        let Bucket { left, at } = bucket.unwrap_or(Bucket { left: BUCKET, at: steady });
        let flown_in = (steady.0 - at.0).clamp(0, BUCKET) * limits::LOCATIONS_PER_SECOND;
        let left = (left + flown_in).min(BUCKET);
        let enough = left >= ONE_REPORT;
        *bucket = Some(Bucket { left: if enough { left - ONE_REPORT } else { left }, at: steady.max(at) });
        if enough { Ok(()) } else { Err(Refusal::TooOften.into()) }
    }
}
