//! Who is who: units that the gateway speaks for, by identity and call sign, and the talkgroups that are chat rooms.

use std::collections::BTreeMap;

use samband_proto::v1::Deployment;

use super::settings::Settings;

/// A unit that the gateway speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id in the register.
    pub id: String,
    /// What it is called.
    pub call_sign: String,
}

/// A talkgroup that is a chat room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The talkgroup.
    pub talkgroup: String,
    /// What people call it.
    pub name: String,
    /// Only for exercises.
    pub exercise: bool,
}

/// What TAK calls the room of everybody.
pub const ALL_ROOMS: &str = "All Chat Rooms";

/// All tables together.
#[derive(Default)]
pub struct Tables {
    units: BTreeMap<String, Unit>,
    by_name: BTreeMap<String, String>,
    /// Kinds of organisations.
    organisations: BTreeMap<String, String>,
    rooms: Vec<Room>,
}

/// As names are compared: without regard to case and surrounding space.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Tables {
    /// From the register as the gateway of an organisation may see it, and its own file.
    #[must_use]
    pub fn new(organisation: &str, deployment: &Deployment, settings: &Settings) -> Self {
        let mut tables = Self::default();
        // The hub shows a subscriber identity only to those whose gateway may speak for the unit.
        let ours = deployment.units.iter().filter(|unit| unit.organisation() == organisation || unit.issi.is_some());
        for unit in ours {
            let (id, call_sign) = (unit.unit_id().to_owned(), unit.call_sign().to_owned());
            tables.by_name.entry(folded(&call_sign)).or_insert_with(|| id.clone());
            tables.units.insert(id.clone(), Unit { id, call_sign });
        }
        for id in tables.units.keys() {
            tables.by_name.insert(folded(id), id.clone());
        }
        for organisation in &deployment.organisations {
            tables.organisations.insert(organisation.id().to_owned(), organisation.kind().to_owned());
        }
        for id in &settings.talgrupper {
            let Some(group) = deployment.talkgroups.iter().find(|group| group.talkgroup_id() == id) else { continue };
            let name = group.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
            tables.rooms.push(Room { talkgroup: id.clone(), name, exercise: group.exercise() });
        }
        tables
    }

    /// A unit that the gateway speaks for.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(id)
    }

    /// A unit that the gateway speaks for, by its id or call sign.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Unit> {
        self.by_name.get(&folded(name)).and_then(|id| self.units.get(id))
    }

    /// The kind of an organisation.
    #[must_use]
    pub fn kind_of(&self, organisation: &str) -> Option<&str> {
        self.organisations.get(organisation).map(String::as_str)
    }

    /// The rooms.
    #[must_use]
    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    /// The room of a talkgroup.
    #[must_use]
    pub fn room(&self, talkgroup: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.talkgroup == talkgroup)
    }

    /// A room by its id or name.
    #[must_use]
    pub fn room_named(&self, name: &str) -> Option<&Room> {
        let name = folded(name);
        self.rooms.iter().find(|room| folded(&room.talkgroup) == name || folded(&room.name) == name)
    }
}
