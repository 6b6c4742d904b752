//! Elements that several location PDUs share (TS 100 392-18-1 clause 6.3).

use crate::bits::{Reader, Short, Writer};

/// Longitude and latitude (clauses 6.3.50 and 6.3.30), as they came: two's complement, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Steps of 360/2^25 degrees, east positive; 25 bits.
    pub longitude_raw: i32,
    /// Steps of 180/2^24 degrees, north positive; 24 bits.
    pub latitude_raw: i32,
}

impl Position {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        Ok(Self { longitude_raw: signed(reader.take(25)?, 25), latitude_raw: signed(reader.take(24)?, 24) })
    }

    pub(super) fn write(self, writer: &mut Writer) {
        let low = |raw: i32, bits: u32| raw.cast_unsigned() & ((1 << bits) - 1);
        writer.put(low(self.longitude_raw, 25), 25).put(low(self.latitude_raw, 24), 24);
    }

    /// From degrees WGS 84; what lies outside is bent back to the edge.
    #[must_use]
    pub fn from_degrees(latitude: f64, longitude: f64) -> Self {
        Self { longitude_raw: steps(longitude, 360.0, 25), latitude_raw: steps(latitude, 180.0, 24) }
    }

    /// Degrees WGS 84, east positive.
    #[must_use]
    pub fn longitude(self) -> f64 {
        degrees(self.longitude_raw, 360.0, 25)
    }

    /// Degrees WGS 84, north positive.
    #[must_use]
    pub fn latitude(self) -> f64 {
        degrees(self.latitude_raw, 180.0, 24)
    }

    /// What a receiver without a fix sends.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.longitude_raw == 0 && self.latitude_raw == 0
    }
}

/// A number of so many bits, of which the first is the sign.
fn signed(number: u32, bits: u32) -> i32 {
    let unused = 32 - bits;
    (number << unused).cast_signed() >> unused
}

fn degrees(raw: i32, circle: f64, bits: u32) -> f64 {
    f64::from(raw) * circle / f64::from(1u32 << bits)
}

fn steps(degrees: f64, circle: f64, bits: u32) -> i32 {
    let half = f64::from(1u32 << (bits - 1));
    let steps = (degrees / circle * f64::from(1u32 << bits)).round().clamp(-half, half - 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 25 bits")]
    let steps = steps as i32;
    steps
}

/// How old the position is (table 6.111).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeElapsed(pub u8);

impl TimeElapsed {
    /// The name of the range.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            0 => "less_than_5_s",
            1 => "less_than_5_min",
            2 => "less_than_30_min",
            _ => "not_known",
        }
    }

    /// Seconds at most; nothing where it is not known.
    #[must_use]
    pub fn max_seconds(self) -> Option<u32> {
        match self.0 {
            0 => Some(5),
            1 => Some(300),
            2 => Some(1800),
            _ => None,
        }
    }
}

/// Day of the month and time of day, without month and year (table 6.112).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfPosition {
    /// 1 to 31; 0 is reserved.
    pub day: u8,
    /// 0 to 23; above is reserved.
    pub hour: u8,
    /// 0 to 59; above is reserved.
    pub minute: u8,
    /// 0 to 59; above is reserved.
    pub second: u8,
}

impl TimeOfPosition {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        Ok(Self {
            day: reader.take_u8(5)?,
            hour: reader.take_u8(5)?,
            minute: reader.take_u8(6)?,
            second: reader.take_u8(6)?,
        })
    }

    /// Whether no part of it is reserved.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.day > 0 && self.hour < 24 && self.minute < 60 && self.second < 60
    }
}

/// How far off the position may be (table 6.93).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionError(pub u8);

impl PositionError {
    /// Not known.
    pub const UNKNOWN: Self = Self(7);

    /// Metres at most; nothing where it is more than 200 km or not known.
    #[must_use]
    pub fn max_m(self) -> Option<u32> {
        match self.0 {
            code @ 0..=5 => Some(2 * 10u32.pow(code.into())),
            _ => None,
        }
    }
}

/// Direction of travel in sixteenths (table 6.45).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction(pub u8);

impl Direction {
    /// From degrees.
    #[must_use]
    pub fn from_degrees(degrees: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rem_euclid is 0 to 15")]
        let sixteenth = ((degrees + 11.25) / 22.5).floor().rem_euclid(16.0) as u8;
        Self(sixteenth)
    }

    /// Degrees from north.
    #[must_use]
    pub fn degrees(self) -> f64 {
        f64::from(self.0) * 22.5
    }

    /// The last value means both 337.5 degrees and "not known" (V1.7.2).
    #[must_use]
    pub fn is_known(self) -> bool {
        self.0 != 15
    }
}

/// The last element of a report (table 6.121).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additional {
    /// Reason for sending (table 6.94).
    Reason(u8),
    /// First octet of user defined data.
    UserDefined(u8),
}

impl Additional {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        let user_defined = reader.flag()?;
        let octet = reader.take_u8(8)?;
        Ok(if user_defined { Self::UserDefined(octet) } else { Self::Reason(octet) })
    }

    pub(super) fn write(self, writer: &mut Writer) {
        match self {
            Self::Reason(octet) => writer.put(0, 1).put(octet.into(), 8),
            Self::UserDefined(octet) => writer.put(1, 1).put(octet.into(), 8),
        };
    }
}

/// Reasons for sending that mean something to Samband (table 6.94).
pub mod reason {
    /// The emergency button.
    pub const EMERGENCY: u8 = 2;
    /// The reporting interval is over.
    pub const INTERVAL: u8 = 129;

    /// Its name; nothing where it is reserved.
    #[must_use]
    pub fn name(reason: u8) -> Option<&'static str> {
        Some(match reason {
            0 => "power_on",
            1 => "power_off",
            2 => "emergency",
            3 => "push_to_talk",
            4 => "status",
            5 => "transmit_inhibit_on",
            6 => "transmit_inhibit_off",
            7 => "tmo_on",
            8 => "dmo_on",
            9 => "enter_service",
            10 => "service_loss",
            11 => "cell_change",
            12 => "low_battery",
            13 => "car_kit_connected",
            14 => "car_kit_disconnected",
            15 => "asks_for_configuration",
            16 => "arrival_at_destination",
            17 => "arrival_at_defined_location",
            18 => "approaching_defined_location",
            19 => "sds_type_1_entered",
            20 => "user_application",
            21 => "lost_position",
            22 => "regained_position",
            23 => "leaving_point",
            24 => "ambience_listening",
            25 => "temporary_reporting_start",
            26 => "temporary_reporting_end",
            27 => "call_set_up_type_1",
            28 => "call_set_up_type_2",
            29 => "positioning_on",
            30 => "positioning_off",
            32 => "immediate_request",
            129 => "maximum_interval",
            130 => "maximum_distance",
            _ => return None,
        })
    }
}
