//! Location shapes (TS 100 392-18-1 clause 6.3.49, table 6.79).

use crate::bits::Reader;

use super::{LipError, Position, PositionError};

/// Height (table 6.62).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Altitude {
    /// 0: above the WGS 84 ellipsoid; 1: as the user defines.
    pub kind: u8,
    /// 11 bits.
    pub raw: u16,
}

impl Altitude {
    fn read(reader: &mut Reader<'_>) -> Result<Self, LipError> {
        Ok(Self { kind: reader.take_u8(1)?, raw: reader.take_u16(11)? })
    }

    /// Metres; the highest code is that or more. Nothing where it is reserved.
    #[must_use]
    pub fn metres(self) -> Option<i32> {
        let code = i32::from(self.raw);
        match code {
            1..=1201 => Some(code - 201),
            1202..=1926 => Some(1000 + 2 * (code - 1201)),
            1927.. => Some(2450 + 75 * (code - 1926)),
            _ => None,
        }
    }
}

/// Metres behind a code of six bits: horizontal position uncertainty and half axes (table 6.49). Nothing for 63.
pub(super) fn uncertainty_m(code: u8) -> Option<f64> {
    (code < 63).then(|| 2.0 * 1.2f64.powi(i32::from(code) + 5) - 4.0)
}

/// Metres behind a code of three bits (table 6.63). Nothing for best effort.
pub(super) fn altitude_uncertainty_m(code: u8) -> Option<u32> {
    [1, 2, 5, 15, 50, 150, 300].get(usize::from(code)).copied()
}

/// 256 steps to a circle.
pub(super) fn angle_deg(code: u8) -> f64 {
    f64::from(code) * 360.0 / 256.0
}

/// A step of the radii of an arc. One source.
pub(super) const RADIUS_STEP_M: u32 = 2;

/// An area in which it lies. The order of elements in the ellipses and the arc stands on one reading of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    /// 0 to 10.
    pub kind: u8,
    /// Absent with no shape.
    pub position: Option<Position>,
    /// Code of the horizontal position uncertainty of a circle.
    pub horizontal_uncertainty: Option<u8>,
    /// Codes of half the major and half the minor axis, and the angle of the major one from north.
    pub ellipse: Option<(u8, u8, u8)>,
    /// Height.
    pub altitude: Option<Altitude>,
    /// Code of its uncertainty.
    pub altitude_uncertainty: Option<u8>,
    /// Inner and outer radius in steps, start and stop angle.
    pub arc: Option<(u16, u16, u8, u8)>,
    /// Code of how sure the receiver is that it lies within.
    pub confidence_level: Option<u8>,
    /// As in short reports.
    pub position_error: Option<PositionError>,
}

impl Shape {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, LipError> {
        let kind = reader.take_u8(4)?;
        let mut shape = Self { kind, ..Self::default() };
        match kind {
            0 => return Ok(shape),
            1..=10 => shape.position = Some(Position::read(reader)?),
            _ => return Err(LipError::Reserved { element: "location shape", value: kind.into() }),
        }
        if matches!(kind, 2 | 5 | 7) {
            shape.horizontal_uncertainty = Some(reader.take_u8(6)?);
        }
        if matches!(kind, 3 | 6 | 8) {
            shape.ellipse = Some((reader.take_u8(6)?, reader.take_u8(6)?, reader.take_u8(8)?));
        }
        if matches!(kind, 4..=8) {
            shape.altitude = Some(Altitude::read(reader)?);
        }
        if matches!(kind, 7 | 8) {
            shape.altitude_uncertainty = Some(reader.take_u8(3)?);
        }
        if kind == 9 {
            let radii = (reader.take_u16(16)?, reader.take_u16(16)?);
            shape.arc = Some((radii.0, radii.1, reader.take_u8(8)?, reader.take_u8(8)?));
        }
        if matches!(kind, 3 | 6 | 8 | 9) {
            shape.confidence_level = Some(reader.take_u8(3)?);
        }
        if kind == 10 {
            shape.position_error = Some(PositionError(reader.take_u8(3)?));
        }
        Ok(shape)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.kind {
            0 => "none",
            1 => "point",
            2 => "circle",
            3 => "ellipse",
            4 => "point_with_altitude",
            5 => "circle_with_altitude",
            6 => "ellipse_with_altitude",
            7 => "circle_with_altitude_and_uncertainty",
            8 => "ellipse_with_altitude_and_uncertainty",
            9 => "arc",
            _ => "point_with_position_error",
        }
    }

    /// Metres within which it lies, where the shape says so: of an ellipse the longer half axis, of an arc the outer radius.
    #[must_use]
    pub fn accuracy_m(&self) -> Option<f64> {
        let axis = self.ellipse.map(|(major, minor, _)| major.max(minor));
        let arc = self.arc.map(|(_, outer, ..)| f64::from(outer) * f64::from(RADIUS_STEP_M));
        let error = self.position_error.and_then(PositionError::max_m).map(f64::from);
        self.horizontal_uncertainty.or(axis).and_then(uncertainty_m).or(arc).or(error)
    }
}
