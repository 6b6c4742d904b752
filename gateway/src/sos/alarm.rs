//! What a text alarm says, after decoding.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::location::Location;

/// A decoded text alarm. Its JSON has exactly the fields up to [`raw`](Self::raw), in this order.
#[derive(Clone, PartialEq, Serialize)]
pub struct TextAlarm {
    /// The sender's case number as written: seven digits, date and five digits, or a full id such as `1:18:6546`.
    pub case: Option<String>,
    /// Event type, level 1 to 3 as written; empty levels are left out.
    pub types: Vec<String>,
    /// What has happened, in the sender's words; lines are kept.
    pub description: Option<String>,
    /// Street address or place, with floor, object number and the like as written.
    pub address: Option<String>,
    /// Town or village.
    pub city: Option<String>,
    /// The alarmed station: a code such as `Z10`, or its name where the variant has no code.
    pub station: Option<String>,
    /// Talkgroups as written, whitespace normalised, each once.
    pub talkgroups: Vec<String>,
    /// Where, in WGS 84 degrees.
    pub location: Option<Location>,
    /// What could not be read or is unknown: codes of [`Flag`](super::Flag).
    pub flags: BTreeSet<String>,
    /// The text as decoded: UTF-8, line feeds only, at most [`MAX_BYTES`](super::MAX_BYTES). Decoding it again gives
    /// the same alarm (but for `too_long`).
    pub raw: String,
    /// Everything else that stood in the text, by normalised label: `object_card`, `key`, `zone`, `free_text`, `note`,
    /// `unplaced` and so on; an unknown label stands under itself. Not in the JSON: some of it (keys, door codes, names)
    /// needs a marking of its own before anyone else may see it.
    #[serde(skip)]
    pub extra: BTreeMap<String, Vec<String>>,
}

/// Lengths and flags only: an alarm text holds personal data, and `{:?}` ends up in logs.
impl fmt::Debug for TextAlarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |text: &Option<String>| text.as_ref().map(String::len);
        // The label in `unknown_field:<label>` comes from the text and may itself be a name.
        let flags: BTreeSet<&str> =
            self.flags.iter().map(|flag| flag.split_once(':').map_or(flag.as_str(), |(code, _)| code)).collect();
        f.debug_struct("TextAlarm")
            .field("case", &length(&self.case))
            .field("types", &self.types.len())
            .field("description", &length(&self.description))
            .field("address", &length(&self.address))
            .field("city", &length(&self.city))
            .field("station", &length(&self.station))
            .field("talkgroups", &self.talkgroups.len())
            .field("location", &self.location.is_some())
            .field("flags", &flags)
            .field("raw", &self.raw.len())
            .field("extra", &self.extra.len())
            .finish()
    }
}
