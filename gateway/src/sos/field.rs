//! What the labels announce.

/// What a label announces. Two labels with one meaning are one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Case,
    Description,
    Address,
    City,
    Place,
    Station,
    Talkgroup,
    Position,
    Category,
    CategoryText,
    Presentation,
    TerminalText(u8),
    TerminalComment,
    Object,
    ObjectInfo,
    ObjectCard,
    AddressNote,
    Key,
    Zone,
    Note,
    FreeText,
    Name,
    Time,
}

impl Field {
    /// The key in [`TextAlarm::extra`](super::TextAlarm::extra).
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Description => "description",
            Self::Address => "address",
            Self::City => "city",
            Self::Place => "place",
            Self::Station => "station",
            Self::Talkgroup => "talkgroup",
            Self::Position => "position",
            Self::Category => "alarm_category",
            Self::CategoryText => "category_text",
            Self::Presentation => "presentation_group",
            Self::TerminalText(_) => "terminal_text",
            Self::TerminalComment => "terminal_comment",
            Self::Object => "object",
            Self::ObjectInfo => "object_info",
            Self::ObjectCard => "object_card",
            Self::AddressNote => "address_description",
            Self::Key => "key",
            Self::Zone => "zone",
            Self::Note => "note",
            Self::FreeText => "free_text",
            Self::Name => "name",
            Self::Time => "time",
        }
    }

    /// True for running text, which goes on over several lines.
    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Description
                | Self::CategoryText
                | Self::TerminalComment
                | Self::ObjectInfo
                | Self::AddressNote
                | Self::Note
                | Self::FreeText
        )
    }
}
