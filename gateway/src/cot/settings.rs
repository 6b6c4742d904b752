//! The gateway's own file, `tak.toml`: where it listens, which talkgroups pass, which type code each kind of unit has.

use std::{collections::BTreeMap, net::SocketAddr};

use serde::Deserialize;

use super::event::is_type;

/// The file.
#[derive(Debug, Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// XML stream without encryption (8087 style).
    pub tcp: Option<SocketAddr>,
    /// TLS with client certificates (8089 style).
    pub tls: Option<SocketAddr>,
    /// WebSocket without encryption.
    pub ws: Option<SocketAddr>,
    /// WebSocket over TLS with client certificates.
    pub wss: Option<SocketAddr>,
    /// Talkgroups, by the identity of the pool, whose texts go out as chat and come in from it.
    pub talgrupper: Vec<String>,
    /// The talkgroup that "All Chat Rooms" is; without one, what is written there is refused.
    pub alla_rum: Option<String>,
    /// Units that a neighbouring TAK server may speak for (`--connect`); of all others it is only looked at.
    pub granne_talar_for: Vec<String>,
    /// Certificates that were taken back: their name (CN), or their SHA-256 fingerprint in hexadecimal.
    pub sparrade: Vec<String>,
    /// Type code by kind of unit, before those that are built in.
    pub sort: BTreeMap<String, String>,
    /// Type code by type of incident, before those that are built in.
    #[serde(rename = "händelse")]
    pub handelse: BTreeMap<String, String>,
}

/// Why the file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML, or an unknown key.
    #[error("{0}")]
    Toml(String),
    /// No type code.
    #[error("[{table}] \"{key}\": «{code}» är ingen typkod som a-f-G-U-i-f")]
    Code {
        /// In which table.
        table: &'static str,
        /// For what.
        key: String,
        /// What stands there.
        code: String,
    },
    /// The talkgroup of all rooms is not one that passes.
    #[error("alla_rum: «{0}» står inte i talgrupper")]
    AllRooms(String),
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let settings: Self = toml::from_str(text).map_err(|error| SettingsError::Toml(error.to_string()))?;
        for (table, codes) in [("sort", &settings.sort), ("händelse", &settings.handelse)] {
            if let Some((key, code)) = codes.iter().find(|(_, code)| !code.starts_with("a-") || !is_type(code)) {
                return Err(SettingsError::Code { table, key: key.clone(), code: code.clone() });
            }
        }
        match &settings.alla_rum {
            Some(room) if !settings.talgrupper.contains(room) => Err(SettingsError::AllRooms(room.clone())),
            _ => Ok(settings),
        }
    }
}
