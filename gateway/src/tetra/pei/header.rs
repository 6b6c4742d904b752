//! `+CTSDSR`: short data came in (EN 300 392-5 clause 6.13.3). The data follow in hexadecimal on a line of their own.

use std::fmt;

use crate::{
    bits::{BitString, HexError},
    tetra::sds::{self, Sds, SdsError, Service},
};

/// The line before the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdsHeader {
    /// Number of the AI service: 9 to 12 user data of types 1 to 4, 13 status.
    pub service: u32,
    /// Who sent it; the short forms do not say.
    pub calling: Option<Identity>,
    /// To whom: this radio, or a group.
    pub called: Option<Identity>,
    /// Bits of data. What the next line holds beyond them is filling.
    pub bits: usize,
    /// Whether it is encrypted from end to end.
    pub end_to_end_encrypted: Option<bool>,
}

/// A number as the interface gives it.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// As it came.
    pub digits: String,
    /// 0 SSI, 1 TSI, 2 SNA, 3 PABX, 4 PSTN, 5 extended TSI; absent where the line does not say.
    pub kind: Option<u8>,
}

impl fmt::Debug for Identity {
    /// Its kind: whose radio it is can be a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(type {:?}, {} digits)", self.kind, self.digits.len())
    }
}

/// Why a header is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It does not begin so.
    #[error("the line does not begin with +CTSDSR:")]
    NotSds,
    /// None of the known forms: three, four, six or seven fields.
    #[error("{fields} fields are none of the forms of +CTSDSR")]
    Fields {
        /// How many.
        fields: usize,
    },
    /// A field that is to be a number.
    #[error("field {field} is no number")]
    NotNumber {
        /// Counted from one.
        field: usize,
    },
    /// Speech or packet data.
    #[error("AI service {0} is no short data")]
    Service(u32),
    /// The line of data.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// The data.
    #[error(transparent)]
    Sds(#[from] SdsError),
}

impl SdsHeader {
    /// Reads the line. Forms: service, calling, its type, called, its type, bits and perhaps encryption; service, called, bits;
    /// service, called, its type, bits.
    ///
    /// # Errors
    /// See [`HeaderError`].
    pub fn parse(line: &str) -> Result<Self, HeaderError> {
        let fields = line.trim().strip_prefix("+CTSDSR:").ok_or(HeaderError::NotSds)?;
        let fields: Vec<&str> = fields.split(',').map(|field| field.trim().trim_matches('"')).collect();
        let (calling, called, bits, encrypted) = match fields.len() {
            3 => (None, (1, None), 2, None),
            4 => (None, (1, Some(2)), 3, None),
            6 => (Some((1, Some(2))), (3, Some(4)), 5, None),
            7 => (Some((1, Some(2))), (3, Some(4)), 5, Some(6)),
            fields => return Err(HeaderError::Fields { fields }),
        };
        let identity = |(digits, kind): (usize, Option<usize>)| -> Result<Option<Identity>, HeaderError> {
            let digits_held = fields[digits];
            if digits_held.is_empty() {
                return Ok(None);
            }
            let kind = match kind.map(|at| (at, fields[at])) {
                None | Some((_, "")) => None,
                Some((at, _)) => Some(number(&fields, at)?),
            };
            Ok(Some(Identity { digits: digits_held.to_owned(), kind: kind.and_then(|kind| kind.try_into().ok()) }))
        };
        let service = number(&fields, 0)?;
        Ok(Self {
            service,
            calling: calling.map(identity).transpose()?.flatten(),
            called: identity(called)?,
            bits: number(&fields, bits)? as usize,
            end_to_end_encrypted: match encrypted.map(|at| (at, fields[at])) {
                None | Some((_, "")) => None,
                Some((at, _)) => Some(number(&fields, at)? != 0),
            },
        })
    }

    /// The radio that sent it.
    #[must_use]
    pub fn calling_ssi(&self) -> Option<u32> {
        self.calling.as_ref().and_then(Identity::ssi)
    }

    /// Reads the data that follow.
    ///
    /// # Errors
    /// See [`HeaderError`].
    pub fn decode(&self, hex: &str) -> Result<(Sds, BitString), HeaderError> {
        let service = Service::from_pei(self.service).ok_or(HeaderError::Service(self.service))?;
        if self.bits > sds::TYPE4_BITS_MAX {
            return Err(SdsError::TooLong { bits: self.bits }.into());
        }
        let bits = BitString::from_hex(hex, Some(self.bits))?;
        Ok((sds::decode(service, &bits)?, bits))
    }
}

fn number(fields: &[&str], at: usize) -> Result<u32, HeaderError> {
    let digits = fields[at];
    let all = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if all {
        digits.parse().map_err(|_| HeaderError::NotNumber { field: at + 1 })
    } else {
        Err(HeaderError::NotNumber { field: at + 1 })
    }
}

impl Identity {
    /// The short subscriber identity: of a TSI (country, network, 8 digits) its end.
    #[must_use]
    pub fn ssi(&self) -> Option<u32> {
        const SSI_DIGITS: usize = 8;
        const SSI_MAX: u32 = 0x00FF_FFFF;
        if !matches!(self.kind, None | Some(0 | 1)) || !self.digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let end = self.digits.get(self.digits.len().saturating_sub(SSI_DIGITS)..)?;
        end.parse().ok().filter(|ssi| *ssi <= SSI_MAX)
    }
}
