//! Who listens on a talkgroup, as far as each owner lets it be seen.

use samband_domain::{Involvement, Level, UnitId};
use samband_proto::v1::Marking;

use crate::{Disclosed, Policy, Viewer, mask::bit};

/// Somebody who listens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// As whom: organisation and role.
    pub who: Viewer,
    /// Which unit.
    pub unit: Option<UnitId>,
    /// The marking that the unit is raised to, by number.
    pub raised: Option<i32>,
}

/// The listeners that the viewer may know of. Whoever has the right to a talkgroup stands to it as alarmed.
pub fn listeners(policy: &Policy, viewer: &Viewer, all: &[Listener]) -> Disclosed<Vec<Listener>> {
    let seen = |listener: &&Listener| {
        let owner = &listener.who.organisation;
        let mask = policy.mask(owner, viewer, Involvement::Alarmed);
        let raised = listener.raised.map(|number| Marking::try_from(number).map_or(Level::Hidden, |one| mask.get(one)));
        let push_only = policy.parts().owners.get(owner).map_or(0, |terms| terms.push_only);
        let pushed = *owner != viewer.organisation && push_only & bit(Marking::Talkgroup) != 0;
        !pushed && mask.get(Marking::Talkgroup).min(raised.unwrap_or(Level::Full)) == Level::Full
    };
    let shown = |listener: &Listener| Listener { raised: None, ..listener.clone() };
    Disclosed::new(all.iter().filter(seen).map(shown).collect())
}
