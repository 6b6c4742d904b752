//! The gateway's file, `varningar.toml`: who sends, what warnings are about, and the codes of places.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The file.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// CAP sender: a name that belongs to the organisation, without spaces and commas.
    pub avsandare: String,
    /// The same for people.
    pub avsandare_namn: String,
    /// A page with more, where there is one.
    pub webb: Option<String>,
    /// Minutes that a hazard's warning holds, when nobody says otherwise.
    #[serde(default = "an_hour")]
    pub galler_min: u32,
    /// SCB codes of municipalities, by name: four digits, of which the first two are the county's.
    #[serde(default)]
    pub kommun: BTreeMap<String, String>,
    /// Names of counties, by the two digits of their SCB code.
    #[serde(default)]
    pub lan: BTreeMap<String, String>,
    /// CAP category by a word of the incident's type; otherwise Safety.
    #[serde(default)]
    pub kategori: BTreeMap<String, String>,
    /// Organisations that an advance notice from outside concerns.
    #[serde(default)]
    pub berorda: Vec<String>,
}

fn an_hour() -> u32 {
    60
}

/// Why the file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML, or an unknown or missing key.
    #[error("{0}")]
    Toml(String),
    /// It has a space or a comma.
    #[error("avsandare: varken mellanslag, komma, < eller &")]
    Sender,
    /// Not of the form of an SCB code.
    #[error("{0}: SCB:s kod, fyra siffror för en kommun och två för ett län")]
    Code(String),
    /// Not one of CAP's.
    #[error("kategori.{0}: ingen av CAP:s kategorier")]
    Category(String),
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let settings: Self = toml::from_str(text).map_err(|error| SettingsError::Toml(error.to_string()))?;
        if settings.avsandare.is_empty() || settings.avsandare.contains([' ', ',', '<', '&']) {
            return Err(SettingsError::Sender);
        }
        let digits = |code: &str, count| code.len() == count && code.bytes().all(|digit| digit.is_ascii_digit());
        if let Some((name, _)) = settings.kommun.iter().find(|(_, code)| !digits(code, 4)) {
            return Err(SettingsError::Code(name.clone()));
        }
        if let Some((code, _)) = settings.lan.iter().find(|(code, _)| !digits(code, 2)) {
            return Err(SettingsError::Code(code.clone()));
        }
        let known = |category: &String| super::schema::CATEGORY.contains(&category.as_str());
        if let Some((word, _)) = settings.kategori.iter().find(|(_, category)| !known(category)) {
            return Err(SettingsError::Category(word.clone()));
        }
        Ok(settings)
    }

    /// The category of an incident's types.
    #[must_use]
    pub fn category(&self, types: &[String]) -> &str {
        let fits = |word: &str| types.iter().any(|one| one.to_lowercase().contains(&word.to_lowercase()));
        self.kategori.iter().find(|(word, _)| fits(word)).map_or("Safety", |(_, category)| category)
    }

    /// Whether an SCB code is of a municipality or county of this file.
    #[must_use]
    pub fn knows(&self, code: &str) -> bool {
        self.lan.contains_key(code) || self.kommun.values().any(|known| known == code)
    }

    /// The municipality behind an SCB code.
    #[must_use]
    pub fn municipality(&self, code: &str) -> Option<&str> {
        self.kommun.iter().find(|(_, known)| *known == code).map(|(name, _)| name.as_str())
    }
}
