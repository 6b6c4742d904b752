//! The stable codes for what a text alarm lacks or what could not be read.

/// Why a text alarm deserves a second look. The code is part of the published JSON: it never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Bytes or control characters that are no text; each stands as U+FFFD in `raw`.
    BadCharacters,
    /// A second address that differs from the first; it is in `extra`.
    ConflictingAddress,
    /// A second case number that differs from the first; it is in `extra`.
    ConflictingCase,
    /// A second town that differs from the first; it is in `extra`.
    ConflictingCity,
    /// A second station that differs from the first; it is in `extra`.
    ConflictingStation,
    /// A mail whose body is quoted-printable or base64: read as it stands, so letters may be garbled.
    EncodedMail,
    /// Only one of latitude and longitude was given; there is no location.
    LocationIncomplete,
    /// Not a place on the globe; there is no location.
    LocationOutOfRange,
    /// Far from Sweden: the location is kept, but should be doubted.
    LocationOutsideArea,
    /// There was a position, but it could not be understood; there is no location.
    LocationUnreadable,
    /// More unknown labels than are listed.
    MoreUnknownFields,
    /// No address.
    NoAddress,
    /// No case number.
    NoCaseNumber,
    /// No position was given.
    NoLocation,
    /// No event type.
    NoType,
    /// The text was longer than the limit; only its beginning was read.
    TooLong,
    /// The event type (level 1) is not one of SOS Alarm's; it is kept.
    UnknownType,
    /// Lines that belong to no field; they are in `extra` under `unplaced`.
    UnplacedText,
    /// The case number has an unusual form; it is kept.
    UnusualCaseNumber,
}

impl Flag {
    /// The code that stands in `flags`. Beside these there is `unknown_field:<label>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BadCharacters => "bad_characters",
            Self::ConflictingAddress => "conflicting_address",
            Self::ConflictingCase => "conflicting_case",
            Self::ConflictingCity => "conflicting_city",
            Self::ConflictingStation => "conflicting_station",
            Self::EncodedMail => "encoded_mail",
            Self::LocationIncomplete => "location_incomplete",
            Self::LocationOutOfRange => "location_out_of_range",
            Self::LocationOutsideArea => "location_outside_area",
            Self::LocationUnreadable => "location_unreadable",
            Self::MoreUnknownFields => "more_unknown_fields",
            Self::NoAddress => "no_address",
            Self::NoCaseNumber => "no_case_number",
            Self::NoLocation => "no_location",
            Self::NoType => "no_type",
            Self::TooLong => "too_long",
            Self::UnknownType => "unknown_type",
            Self::UnplacedText => "unplaced_text",
            Self::UnusualCaseNumber => "unusual_case_number",
        }
    }
}
