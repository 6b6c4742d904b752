//! The two scales that everything dynamic is reduced to.

/// An organisation's relation to an incident (ingen, nära, larmad, leder). A privilege: only others raise it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Involvement {
    /// Not involved.
    #[default]
    None,
    /// Notified by rule, drawn in, or forewarned.
    Near,
    /// Alarmed.
    Alarmed,
    /// Leads the incident; exactly one does.
    Lead,
}

impl Involvement {
    /// All, from none to lead.
    pub const ALL: [Self; 4] = [Self::None, Self::Near, Self::Alarmed, Self::Lead];

    /// The word used in decision files.
    pub fn swedish(self) -> &'static str {
        match self {
            Self::None => "ingen",
            Self::Near => "nära",
            Self::Alarmed => "larmad",
            Self::Lead => "leder",
        }
    }
}

/// What a viewer gets of a field (dold, maskerad, grov, full).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Level {
    /// No trace.
    #[default]
    Hidden,
    /// That it exists, who owns it and how to ask.
    Withheld,
    /// Its coarse form.
    Coarse,
    /// All of it.
    Full,
}

impl Level {
    /// All, from hidden to full.
    pub const ALL: [Self; 4] = [Self::Hidden, Self::Withheld, Self::Coarse, Self::Full];

    /// The word used in decision files.
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Hidden => "dold",
            Self::Withheld => "maskerad",
            Self::Coarse => "grov",
            Self::Full => "full",
        }
    }
}
