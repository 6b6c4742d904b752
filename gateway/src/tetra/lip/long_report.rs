//! Long location report (TS 100 392-18-1 clause 6.2.2): shapes, heights and times that a short one has no room for.

use crate::bits::{BitString, Reader};

use super::{Additional, Element, LipError, Position, Shape, TimeElapsed, TimeOfPosition, Velocity, type5};

/// When it was there (table 6.114).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Not said.
    None,
    /// As an age.
    Elapsed(TimeElapsed),
    /// As a day and a time.
    OfPosition(TimeOfPosition),
}

/// A long report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongReport {
    /// When.
    pub time: Time,
    /// Where.
    pub shape: Shape,
    /// How fast and which way.
    pub velocity: Velocity,
    /// The radio wants an acknowledgement.
    pub ack_requested: bool,
    /// Why, or what the user says.
    pub additional: Additional,
    /// Optional elements.
    pub elements: Vec<Element>,
    /// Filling, or what could not be read as an element.
    pub remainder: BitString,
}

impl LongReport {
    /// After the PDU type extension.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, LipError> {
        let time = match reader.take(2)? {
            0 => Time::None,
            1 => Time::Elapsed(TimeElapsed(reader.take_u8(2)?)),
            2 => Time::OfPosition(TimeOfPosition::read(reader)?),
            value => return Err(LipError::Reserved { element: "time type", value }),
        };
        let shape = Shape::read(reader)?;
        let velocity = Velocity::read(reader)?;
        let ack_requested = reader.flag()?;
        let additional = Additional::read(reader)?;
        let (elements, remainder) = type5::read(reader);
        Ok(Self { time, shape, velocity, ack_requested, additional, elements, remainder })
    }

    /// Where it was. Without a fix radios send zeros: that is no place.
    #[must_use]
    pub fn fix(&self) -> Option<Position> {
        self.shape.position.filter(|position| !position.is_zero())
    }
}
