//! Why somebody sees what it sees.

use std::fmt;

use samband_domain::{Involvement, Level, OrganisationId};
use samband_proto::v1::Marking;

use crate::{
    class::Viewer,
    files::{Because, Loaded},
};

/// A cell of the table and the line that decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the viewer gets.
    pub level: Level,
    /// The file of the line, or of the owner; empty when there is none.
    pub file: String,
    /// The line; the heading of what it should have stood under when there is none.
    pub line: usize,
    /// The line as written, or "ingen rad: dold", or "ägaren själv".
    pub text: String,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{}: {})", self.level.swedish(), self.file, self.line, self.text)
    }
}

/// Why a viewer in a situation gets what it gets of an owner's marking.
pub fn explain(
    loaded: &Loaded,
    owner: &OrganisationId,
    viewer: &Viewer,
    involvement: Involvement,
    marking: Marking,
) -> Explanation {
    let receiver = loaded.policy.parts().receivers.iter().find(|receiver| receiver.id == viewer.organisation);
    let (Some(file), Some(receiver)) = (loaded.decisions.owners.get(owner), receiver) else {
        return Explanation { level: Level::Hidden, file: String::new(), line: 0, text: NO_ROW.to_owned() };
    };
    let (level, because) = file.decide(receiver, viewer.role, involvement, marking);
    let (place, text) = match because {
        Because::Row(row) => (&row.place, row.text.as_str()),
        Because::Owner => (&file.place, "ägaren själv"),
        Because::NoRow => (file.place_of(marking), NO_ROW),
    };
    Explanation { level, file: place.file.to_string(), line: place.line, text: text.to_owned() }
}

const NO_ROW: &str = "ingen rad: dold";
