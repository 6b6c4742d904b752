//! Velocity (TS 100 392-18-1 clauses 6.3.17 and 6.3.90).

use crate::bits::{Reader, Short};

/// Horizontal velocity, or the size of the vertical one (table 6.51).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HorizontalVelocity(pub u8);

/// As fast as the code goes.
const OVER_RANGE: u8 = 126;
/// Not known.
const UNKNOWN: u8 = 127;
/// Up to here a step is one kilometre an hour; above, each step is 3.8 per cent more.
const LINEAR: u8 = 28;

impl HorizontalVelocity {
    /// Not known.
    pub const UNKNOWN: Self = Self(UNKNOWN);

    /// The nearest code.
    #[must_use]
    pub fn from_kmh(kmh: f64) -> Self {
        let off = |code: &u8| (Self(*code).kmh().unwrap_or(f64::MAX) - kmh).abs();
        let nearest = (0..OVER_RANGE).min_by(|a, b| off(a).total_cmp(&off(b)));
        Self(nearest.unwrap_or(UNKNOWN))
    }

    /// Kilometres an hour; at the top of the range it is more than this. Nothing where it is not known.
    #[must_use]
    pub fn kmh(self) -> Option<f64> {
        match self.0 {
            code @ 0..=LINEAR => Some(code.into()),
            code @ 29..OVER_RANGE => Some(16.0 * 1.038f64.powi(i32::from(code) - 13)),
            OVER_RANGE => Some(1043.0),
            _ => None,
        }
    }

    /// Faster than the code can say.
    #[must_use]
    pub fn is_over_range(self) -> bool {
        self.0 == OVER_RANGE
    }
}

/// What a long report says of velocity, by its type (table 6.123). What the type leaves out is absent.
///
/// The order of elements in types 4, 6 and 7 stands on one reading of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Velocity {
    /// 0 to 7.
    pub kind: u8,
    /// Horizontal.
    pub horizontal: Option<HorizontalVelocity>,
    /// Code of its uncertainty.
    pub horizontal_uncertainty: Option<u8>,
    /// Whether it goes down, and how fast.
    pub vertical: Option<(bool, HorizontalVelocity)>,
    /// Code of its uncertainty.
    pub vertical_uncertainty: Option<u8>,
    /// 360/256 degrees a step.
    pub direction: Option<u8>,
    /// Code of its uncertainty.
    pub direction_uncertainty: Option<u8>,
}

impl Velocity {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        let kind = reader.take_u8(3)?;
        let mut velocity = Self { kind, ..Self::default() };
        if kind == 0 {
            return Ok(velocity);
        }
        velocity.horizontal = Some(HorizontalVelocity(reader.take_u8(7)?));
        let uncertain = matches!(kind, 2 | 4 | 6 | 7);
        if uncertain {
            velocity.horizontal_uncertainty = Some(reader.take_u8(3)?);
        }
        if matches!(kind, 3 | 4 | 7) {
            velocity.vertical = Some((reader.flag()?, HorizontalVelocity(reader.take_u8(7)?)));
            if uncertain {
                velocity.vertical_uncertainty = Some(reader.take_u8(3)?);
            }
        }
        if matches!(kind, 5..=7) {
            velocity.direction = Some(reader.take_u8(8)?);
            if uncertain {
                velocity.direction_uncertainty = Some(reader.take_u8(3)?);
            }
        }
        Ok(velocity)
    }

    /// Degrees from north.
    #[must_use]
    pub fn direction_deg(&self) -> Option<f64> {
        self.direction.map(|code| f64::from(code) * 360.0 / 256.0)
    }
}
