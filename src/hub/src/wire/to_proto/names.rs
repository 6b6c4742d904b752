//! How units are named on the wire.

use samband_domain::{TalkgroupId, UnitId, directory::Directory};
use samband_proto::v1::{TalkgroupRef, UnitRef};

/// Looks up call signs.
pub struct Names<'a>(pub &'a Directory);

impl Names<'_> {
    /// The unit with its call sign, if it is in the register.
    pub fn unit(&self, unit: &UnitId) -> UnitRef {
        UnitRef {
            unit_id: Some(unit.to_string()),
            call_sign: self.0.units.get(unit).map(|entry| entry.call_sign.clone()),
        }
    }

    /// The talkgroup with its name and GSSI, if it is in the register.
    pub fn talkgroup(&self, talkgroup: &TalkgroupId) -> TalkgroupRef {
        let known = self.0.talkgroups.as_ref().and_then(|register| register.groups.get(talkgroup));
        TalkgroupRef {
            talkgroup_id: Some(talkgroup.to_string()),
            name: known.map(|group| group.name.clone()),
            gssi: known.map(|group| group.gssi),
        }
    }

    /// The groups that are leased with it.
    pub fn companions(&self, talkgroup: &TalkgroupId) -> Vec<TalkgroupRef> {
        let known = self.0.talkgroups.as_ref().and_then(|register| register.groups.get(talkgroup));
        known.iter().flat_map(|group| &group.companions).map(|companion| self.talkgroup(companion)).collect()
    }
}
