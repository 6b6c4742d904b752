//! Locations that radios report.

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub};

use super::{Out, Translation};
use crate::{
    bits::BitString,
    picture::timestamp,
    tetra::{
        lip::{Lip, Time, TimeOfPosition, reason},
        pei::Priority,
        sds::Service,
        tables::Radio,
    },
};

impl Translation {
    /// Where a radio is, why it says so, and whether it wants to hear that it was heard.
    pub(super) fn location(&mut self, radio: &Radio, lip: &Lip, now_ms: i64) {
        let point = lip.position().map(|at| pb::GeoPoint {
            latitude: Some(at.latitude()),
            longitude: Some(at.longitude()),
            accuracy_m: accuracy(lip),
        });
        if lip.reason() == Some(reason::EMERGENCY) {
            self.emergency(radio, point, now_ms);
        }
        if let Lip::LongReport(report) = lip
            && report.ack_requested
        {
            // Location report acknowledgement, success (TS 100 392-18-1 clause 6.2.4).
            let ack = BitString::from_octets(&[0x0A, 0x50, 0x00]);
            self.radio(radio.issi, Service::Type4, ack, Priority::Usual, now_ms);
        }
        let Some(point) = point else { return };
        let (speed, course) = motion(lip);
        let report = pb::LocationReport {
            unit_id: Some(radio.unit.clone()),
            location: Some(point),
            fix_at: Some(timestamp(fixed_ms(lip, now_ms))),
            course_deg: course,
            speed_kmh: speed,
        };
        self.out.push_back(Out::Frame(Box::new(ToHub::Location(report))));
    }
}

fn accuracy(lip: &Lip) -> Option<f64> {
    match lip {
        Lip::ShortReport(report) => report.position_error.max_m().map(f64::from),
        Lip::LongReport(report) => report.shape.accuracy_m(),
        _ => None,
    }
}

/// Kilometres an hour and degrees.
fn motion(lip: &Lip) -> (Option<u32>, Option<u32>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1 043, and 0 to 360")]
    let whole = |value: f64| value.round() as u32;
    match lip {
        Lip::ShortReport(report) => {
            let course = report.direction.is_known().then(|| report.direction.degrees());
            (report.velocity.kmh().map(whole), course.map(whole))
        }
        Lip::LongReport(report) => {
            let speed = report.velocity.horizontal.and_then(|velocity| velocity.kmh());
            (speed.map(whole), report.velocity.direction_deg().map(|degrees| whole(degrees) % 360))
        }
        _ => (None, None),
    }
}

/// When it was there, at the latest: an age counts as old as it may be.
fn fixed_ms(lip: &Lip, now_ms: i64) -> i64 {
    let elapsed = match lip {
        Lip::ShortReport(report) => Some(report.time_elapsed),
        Lip::LongReport(report) => match report.time {
            Time::Elapsed(elapsed) => Some(elapsed),
            Time::OfPosition(at) => return of_position(at, now_ms).unwrap_or(now_ms),
            Time::None => None,
        },
        _ => None,
    };
    // "Less than five seconds" is now; what is not known is when it was heard.
    let seconds = elapsed.filter(|elapsed| elapsed.0 > 0).and_then(|elapsed| elapsed.max_seconds());
    now_ms - i64::from(seconds.unwrap_or(0)) * 1000
}

/// The latest moment, not after a minute from now, that has this day of the month and time of day (UTC).
fn of_position(at: TimeOfPosition, now_ms: i64) -> Option<i64> {
    if !at.is_valid() {
        return None;
    }
    let now = jiff::Timestamp::from_millisecond(now_ms).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    let number = |octet: u8| i8::try_from(octet).ok();
    let in_month = |months: i64| {
        let month = now.first_of_month().checked_sub(jiff::Span::new().months(months)).ok()?;
        let date = jiff::civil::Date::new(month.year(), month.month(), number(at.day)?).ok()?;
        let time = jiff::civil::Time::new(number(at.hour)?, number(at.minute)?, number(at.second)?, 0).ok()?;
        Some(date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    };
    (0..=2).filter_map(in_month).find(|ms| *ms <= now_ms + 60_000)
}
