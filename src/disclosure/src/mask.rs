//! Two bits a marking: what a viewer gets of each.

use samband_domain::Level;
use samband_proto::v1::Marking;

/// A level for every marking. Unset is hidden.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mask(u128);

/// A set of markings, one bit each.
pub type MarkingSet = u64;

/// The bit of a marking.
pub fn bit(marking: Marking) -> MarkingSet {
    1 << (marking as u32)
}

/// The markings of a set, by number.
pub fn members(set: MarkingSet) -> impl Iterator<Item = Marking> {
    (0..64).filter(move |number| set & (1 << number) != 0).filter_map(|number| Marking::try_from(number).ok())
}

/// All markings that have a name, by number.
pub fn all_markings() -> impl Iterator<Item = Marking> {
    members(!1)
}

impl Mask {
    /// Everything hidden.
    pub const HIDDEN: Self = Self(0);
    /// Everything full.
    pub const FULL: Self = Self(u128::MAX);

    /// The level of a marking.
    pub fn get(self, marking: Marking) -> Level {
        match (self.0 >> (2 * (marking as u32))) & 0b11 {
            0 => Level::Hidden,
            1 => Level::Withheld,
            2 => Level::Coarse,
            _ => Level::Full,
        }
    }

    /// With another level for one marking.
    #[must_use]
    pub fn with(self, marking: Marking, level: Level) -> Self {
        let at = 2 * (marking as u32);
        Self(self.0 & !(0b11 << at) | (level as u128) << at)
    }

    /// Nothing above this level.
    #[must_use]
    pub fn capped(self, level: Level) -> Self {
        match level {
            Level::Full => self,
            Level::Hidden => Self::HIDDEN,
            _ => all_markings().fold(Self::HIDDEN, |mask, marking| mask.with(marking, self.get(marking).min(level))),
        }
    }

    /// These markings hidden.
    #[must_use]
    pub fn without(self, set: MarkingSet) -> Self {
        members(set).fold(self, |mask, marking| mask.with(marking, Level::Hidden))
    }

    /// The levels of these markings, the other mask's for the rest.
    #[must_use]
    pub fn for_these_else(self, set: MarkingSet, other: Self) -> Self {
        members(set).fold(other, |mask, marking| mask.with(marking, self.get(marking)))
    }

    /// 16 bytes, little endian.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// From 16 bytes, little endian.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = all_markings().filter(|marking| self.get(*marking) != Level::Hidden);
        f.debug_map().entries(shown.map(|marking| (marking, self.get(marking)))).finish()
    }
}
