//! Store and forward control (EN 300 392-2 clauses 29.4.3.10 and 29.4.3.5): how long, and to whom.

use std::fmt;

use crate::bits::Reader;

use super::SdsError;

/// What follows a storage bit that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageForward {
    /// Five bits (table 29.25).
    pub validity_period: u8,
    /// To whom.
    pub forward_address: ForwardAddress,
}

/// Table 29.18.
#[derive(Clone, PartialEq, Eq)]
pub enum ForwardAddress {
    /// Short number address.
    Sna(u8),
    /// Short subscriber identity.
    Ssi(u32),
    /// Identity in a network.
    Tsi {
        /// 24 bits.
        ssi: u32,
        /// Mobile country code.
        mcc: u16,
        /// Mobile network code.
        mnc: u16,
    },
    /// A telephone number, digits as they came.
    External(String),
    /// None.
    None,
}

impl StorageForward {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        Ok(Self { validity_period: reader.take_u8(5)?, forward_address: ForwardAddress::read(reader)? })
    }

    /// Seconds it is kept; nothing for 0 (not said) and for 31 (without end).
    #[must_use]
    pub fn validity_seconds(&self) -> Option<u32> {
        let code = u32::from(self.validity_period);
        match code {
            1..=6 => Some(code * 10),
            7..=10 => Some((code - 5) * 60),
            11..=16 => Some((code - 10) * 10 * 60),
            17..=21 => Some((code - 15) * 3600),
            22..=24 => Some((code - 20) * 6 * 3600),
            25..=30 => Some((code - 24) * 48 * 3600),
            _ => None,
        }
    }
}

impl fmt::Debug for ForwardAddress {
    /// Its kind: a telephone number is a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForwardAddress({})", self.kind())
    }
}

impl ForwardAddress {
    fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        match reader.take(3)? {
            0 => Ok(Self::Sna(reader.take_u8(8)?)),
            1 => Ok(Self::Ssi(reader.take(24)?)),
            2 => Ok(Self::Tsi { ssi: reader.take(24)?, mcc: reader.take_u16(10)?, mnc: reader.take_u16(14)? }),
            3 => {
                let count = reader.take_u8(8)?;
                let digits = (0..count).map(|_| reader.take(4)).collect::<Result<Vec<_>, _>>()?;
                if count % 2 == 1 {
                    // A dummy digit fills the octet.
                    reader.take(4)?;
                }
                Ok(Self::External(digits.into_iter().map(external_digit).collect()))
            }
            7 => Ok(Self::None),
            value => Err(SdsError::Reserved { element: "forward address type", value }),
        }
    }

    /// Three bits.
    #[must_use]
    pub fn kind(&self) -> u8 {
        match self {
            Self::Sna(_) => 0,
            Self::Ssi(_) => 1,
            Self::Tsi { .. } => 2,
            Self::External(_) => 3,
            Self::None => 7,
        }
    }
}

/// Table 29.20: ten digits, then the signs of a telephone.
fn external_digit(digit: u32) -> char {
    match digit {
        10 => '*',
        11 => '#',
        12 => '+',
        digit => char::from_digit(digit, 16).unwrap_or('?'),
    }
}
