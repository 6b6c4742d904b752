//! Who is who in Rakel: identities from the hub's register, and what pre-coded statuses mean from the gateway's own file.

use std::collections::BTreeMap;

use samband_proto::v1::{Deployment, StatusCodeEntry};
use serde::Deserialize;

/// The gateway's file, `rakel.toml`.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A device like `/dev/ttyUSB0`, or `tcp:host:port`.
    pub port: String,
    /// Bits a second of a serial line.
    #[serde(default = "usual_speed")]
    pub hastighet: u32,
    /// The radio's own number: what is sent there is for Samband itself.
    pub egen_issi: u32,
    /// Talkgroups, by the identity of the pool, whose texts go out to the radios and come in from them.
    #[serde(default)]
    pub talgrupper: Vec<String>,
    /// Pre-coded statuses: by organisation, four hexadecimal digits and the organisation's own code.
    #[serde(default)]
    pub status: BTreeMap<String, BTreeMap<String, String>>,
    /// Seconds between two positions, asked of each radio when it is first heard (LIP trigger). Absent: radios report as they are set.
    pub lage_s: Option<u32>,
    /// Seconds that a radio's delivery report is waited for before what its crew must know is sent again. 0: the radios do not report.
    #[serde(default = "usual_patience")]
    pub rapport_s: u32,
    /// Bits of the longest message, where the radio does not say so itself.
    #[serde(default = "usual_length")]
    pub sds_bitar: usize,
}

fn usual_speed() -> u32 {
    38_400
}

fn usual_patience() -> u32 {
    60
}

/// What radios were seen to take; a text of some 140 characters.
fn usual_length() -> usize {
    1_184
}

/// Why the file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML, or an unknown or missing key.
    #[error("{0}")]
    Toml(String),
    /// Not four hexadecimal digits from 8000 up.
    #[error("[status.{organisation}]: «{status}» är inte fyra hexadecimala siffror från 8000 till FFFF")]
    Status {
        /// Whose table.
        organisation: String,
        /// What stands there.
        status: String,
    },
    /// No address of a radio.
    #[error("port: {0}")]
    Port(String),
    /// 24 bits, not 0.
    #[error("egen_issi: 1 till 16777215")]
    Issi,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let settings: Self = toml::from_str(text).map_err(|error| SettingsError::Toml(error.to_string()))?;
        settings.port.parse::<super::pei::port::Address>().map_err(SettingsError::Port)?;
        if !(1..=0xFF_FFFF).contains(&settings.egen_issi) {
            return Err(SettingsError::Issi);
        }
        settings.statuses()?;
        Ok(settings)
    }

    /// The tables: organisation and value to code.
    fn statuses(&self) -> Result<BTreeMap<(String, u16), String>, SettingsError> {
        let mut read = BTreeMap::new();
        for (organisation, table) in &self.status {
            for (status, code) in table {
                let value = u16::from_str_radix(status, 16).ok().filter(|value| status.len() == 4 && *value >= 0x8000);
                let refused = || SettingsError::Status { organisation: organisation.clone(), status: status.clone() };
                read.insert((organisation.clone(), value.ok_or_else(refused)?), code.clone());
            }
        }
        Ok(read)
    }
}

/// A unit that the gateway speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radio {
    /// Its id in the register.
    pub unit: String,
    /// Whose.
    pub organisation: String,
    /// Its subscriber identity.
    pub issi: u32,
}

/// All tables together.
#[derive(Default)]
pub struct Tables {
    by_issi: BTreeMap<u32, Radio>,
    by_unit: BTreeMap<String, u32>,
    by_gssi: BTreeMap<u32, String>,
    by_group: BTreeMap<String, u32>,
    statuses: BTreeMap<(String, u16), String>,
    codes: BTreeMap<(String, String), StatusCodeEntry>,
}

impl Tables {
    /// From the register as the gateway may see it, and its own file.
    #[must_use]
    pub fn new(deployment: &Deployment, settings: &Settings) -> Self {
        let mut tables = Self { statuses: settings.statuses().unwrap_or_default(), ..Self::default() };
        for unit in &deployment.units {
            let Some(issi) = unit.issi else { continue };
            let radio = Radio { unit: unit.unit_id().to_owned(), organisation: unit.organisation().to_owned(), issi };
            tables.by_unit.insert(radio.unit.clone(), issi);
            tables.by_issi.insert(issi, radio);
        }
        for group in
            deployment.talkgroups.iter().filter(|group| settings.talgrupper.iter().any(|id| id == group.talkgroup_id()))
        {
            let Some(gssi) = group.gssi else { continue };
            tables.by_gssi.insert(gssi, group.talkgroup_id().to_owned());
            tables.by_group.insert(group.talkgroup_id().to_owned(), gssi);
        }
        for organisation in &deployment.organisations {
            for code in &organisation.status_codes {
                tables.codes.insert((organisation.id().to_owned(), code.code().to_owned()), code.clone());
            }
        }
        tables
    }

    /// The unit behind a subscriber identity, if the gateway speaks for it.
    #[must_use]
    pub fn radio(&self, issi: u32) -> Option<&Radio> {
        self.by_issi.get(&issi)
    }

    /// Whose a unit is that the gateway speaks for.
    #[must_use]
    pub fn organisation(&self, unit: &str) -> Option<&str> {
        self.by_unit.get(unit).and_then(|issi| self.by_issi.get(issi)).map(|radio| radio.organisation.as_str())
    }

    /// The subscriber identity of a unit that the gateway speaks for.
    #[must_use]
    pub fn issi(&self, unit: &str) -> Option<u32> {
        self.by_unit.get(unit).copied()
    }

    /// The talkgroup behind a group identity, if its texts pass here.
    #[must_use]
    pub fn talkgroup(&self, gssi: u32) -> Option<&str> {
        self.by_gssi.get(&gssi).map(String::as_str)
    }

    /// The group identity of a talkgroup whose texts pass here.
    #[must_use]
    pub fn gssi(&self, talkgroup: &str) -> Option<u32> {
        self.by_group.get(talkgroup).copied()
    }

    /// Talkgroups whose texts pass here.
    pub fn talkgroups(&self) -> impl Iterator<Item = &String> {
        self.by_group.keys()
    }

    /// The organisation's code behind a pre-coded status.
    #[must_use]
    pub fn code(&self, organisation: &str, status: u16) -> Option<&str> {
        self.statuses.get(&(organisation.to_owned(), status)).map(String::as_str)
    }

    /// Whether a code acknowledges.
    #[must_use]
    pub fn acknowledges(&self, organisation: &str, code: &str) -> bool {
        let key = (organisation.to_owned(), code.to_owned());
        self.codes.get(&key).is_some_and(StatusCodeEntry::acknowledges)
    }

    /// The codes of the gateway's file that the organisation does not have: a slip of the pen.
    #[must_use]
    pub fn unknown_codes(&self) -> Vec<(&str, u16, &str)> {
        let unknown = |((organisation, _), code): &(&(String, u16), &String)| {
            !self.codes.contains_key(&(organisation.clone(), (*code).clone()))
        };
        let named = self.statuses.iter().filter(unknown);
        named.map(|((organisation, status), code)| (organisation.as_str(), *status, code.as_str())).collect()
    }
}
