//! Which organisation, and which unit, a station code alarms: a table of the deployment.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

/// One code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// The organisation.
    pub organisation: String,
    /// Its unit; absent: the organisation itself.
    #[serde(rename = "enhet")]
    pub unit: Option<String>,
    /// The station's name.
    #[serde(rename = "namn")]
    pub name: String,
    /// Its municipality.
    #[serde(rename = "kommun")]
    pub municipality: String,
}

/// All codes of a deployment.
pub type Stations = BTreeMap<String, Station>;

/// The table cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct BadTable {
    file: String,
    reason: String,
}

/// Reads `stationer.toml`.
///
/// # Errors
/// It cannot be read, or is not of its form.
pub fn load(path: &Path) -> Result<Stations, BadTable> {
    let bad = |reason: String| BadTable { file: path.display().to_string(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    toml::from_str(&text).map_err(|error| bad(error.to_string()))
}
