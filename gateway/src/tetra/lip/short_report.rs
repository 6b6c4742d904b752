//! Short location report (TS 100 392-18-1 clause 6.2.1): 76 bits.

use crate::bits::{BitString, Reader, Writer};

use super::{Additional, Direction, HorizontalVelocity, LipError, PID, Position, PositionError, TimeElapsed};

/// What a radio reports by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortReport {
    /// How old.
    pub time_elapsed: TimeElapsed,
    /// Where.
    pub position: Position,
    /// How exactly.
    pub position_error: PositionError,
    /// How fast.
    pub velocity: HorizontalVelocity,
    /// Which way.
    pub direction: Direction,
    /// Why, or what the user says.
    pub additional: Additional,
    /// Bits after the report.
    pub remainder: BitString,
}

impl ShortReport {
    /// After the PDU type.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, LipError> {
        Ok(Self {
            time_elapsed: TimeElapsed(reader.take_u8(2)?),
            position: Position::read(reader)?,
            position_error: PositionError(reader.take_u8(3)?),
            velocity: HorizontalVelocity(reader.take_u8(7)?),
            direction: Direction(reader.take_u8(4)?),
            additional: Additional::read(reader)?,
            remainder: reader.rest(),
        })
    }

    /// As an SDS type 4 message, protocol identifier first: 84 bits.
    #[must_use]
    pub fn to_sds(&self) -> BitString {
        let mut writer = Writer::default();
        writer.put(PID.into(), 8).put(0, 2).put(self.time_elapsed.0.into(), 2);
        self.position.write(&mut writer);
        writer.put(self.position_error.0.into(), 3).put(self.velocity.0.into(), 7).put(self.direction.0.into(), 4);
        self.additional.write(&mut writer);
        writer.finish()
    }

    /// Where it was. Without a fix radios send zeros, and say more or less clearly that they know nothing: nobody of ours is in the Gulf
    /// of Guinea.
    #[must_use]
    pub fn fix(&self) -> Option<Position> {
        (!self.position.is_zero()).then_some(self.position)
    }
}
