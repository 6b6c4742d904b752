//! What became more open from one policy to the next. What became narrower needs nobody's signature.

use std::{collections::BTreeMap, fmt};

use samband_domain::{Involvement, Level, OrganisationId};
use samband_proto::{schema::Schema, v1::Marking};

use super::{explain, sheet::release_text};
use crate::{
    class::Viewer,
    files::{Loaded, OwnerFile, Release},
    mask::{Mask, all_markings},
};

/// Something that became more open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A cell of the table.
    Level {
        /// Whose information.
        owner: OrganisationId,
        /// Who sees more.
        viewer: Viewer,
        /// From this situation.
        involvement: Involvement,
        /// Of what.
        marking: Marking,
        /// What it got.
        before: Level,
        /// What it gets.
        after: Level,
        /// `file:line` of the line that gives it.
        place: String,
    },
    /// Reaches others without having been shared with them.
    NotOnlyPushed {
        /// Whose information.
        owner: OrganisationId,
        /// Of what.
        marking: Marking,
    },
    /// Being alarmed opens what was written before.
    History {
        /// Of what.
        marking: Marking,
    },
    /// May be released, or to more, on more grounds, for longer.
    Releasable {
        /// Whose information.
        owner: OrganisationId,
        /// Of what.
        marking: Marking,
        /// The row, in words.
        how: String,
    },
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |marking: &Marking| marking.as_str_name().trim_start_matches("MARKING_");
        match self {
            Self::Level { owner, viewer, involvement, marking, before, after, place } => write!(
                f,
                "{} ägt av {owner}: {} -> {} för {}/{} i situation {} ({place})",
                short(marking),
                before.swedish(),
                after.swedish(),
                viewer.organisation,
                viewer.role.swedish(),
                involvement.swedish(),
            ),
            Self::NotOnlyPushed { owner, marking } => {
                write!(f, "{} ägt av {owner}: når andra utan att ha delats med dem", short(marking))
            }
            Self::History { marking } => write!(f, "{}: larm öppnar nu det som skrevs före", short(marking)),
            Self::Releasable { owner, marking, how } => {
                write!(f, "{} ägt av {owner}: kan nu lämnas ut till {how}", short(marking))
            }
        }
    }
}

/// All that became more open. An owner's own view of its own is no opening.
pub fn diff(old: &Loaded, new: &Loaded) -> Vec<Opening> {
    let mut openings = levels(old, new);
    for (owner, file) in &new.decisions.owners {
        let before = old.decisions.owners.get(owner);
        openings.extend(no_longer_pushed(before, file));
        openings.extend(releasable(before, file));
    }
    let history = |loaded: &Loaded, marking| {
        loaded.policy.parts().markings.get(&marking).is_some_and(|entry| entry.opens_history)
    };
    let opened = all_markings().filter(|marking| history(new, *marking) && !history(old, *marking));
    openings.extend(opened.map(|marking| Opening::History { marking }));
    openings
}

fn levels(old: &Loaded, new: &Loaded) -> Vec<Opening> {
    let mut openings = Vec::new();
    for ((owner, viewer, involvement), mask) in &new.policy.parts().masks {
        if *owner == viewer.organisation {
            continue;
        }
        let old_mask = old.policy.mask(owner, viewer, *involvement);
        for marking in all_markings() {
            let (before, after) = (effective(old_mask, marking), effective(*mask, marking));
            if after <= before {
                continue;
            }
            let why = explain(new, owner, viewer, *involvement, marking);
            openings.push(Opening::Level {
                owner: owner.clone(),
                viewer: viewer.clone(),
                involvement: *involvement,
                marking,
                before,
                after,
                place: format!("{}:{}", why.file, why.line),
            });
        }
    }
    openings
}

/// What an event cannot be known to exist for is not seen, whatever its own line says.
fn effective(mask: Mask, marking: Marking) -> Level {
    if mask.get(Marking::Existence) == Level::Full { mask.get(marking) } else { Level::Hidden }
}

fn no_longer_pushed(before: Option<&OwnerFile>, file: &OwnerFile) -> Vec<Opening> {
    let was = before.into_iter().flat_map(|before| before.push_only.keys());
    let opened = was.filter(|marking| !file.push_only.contains_key(marking));
    opened.map(|marking| Opening::NotOnlyPushed { owner: file.owner.clone(), marking: *marking }).collect()
}

fn releasable(before: Option<&OwnerFile>, file: &OwnerFile) -> Vec<Opening> {
    let rows = |file: &OwnerFile, marking| -> Vec<String> {
        let releases = file.decision(marking).map_or(&[][..], |decision| &decision.releases);
        releases.iter().map(|release: &Release| release_text(release)).collect()
    };
    let mut openings = Vec::new();
    for marking in all_markings() {
        let old = before.map(|before| rows(before, marking)).unwrap_or_default();
        for how in rows(file, marking).into_iter().filter(|how| !old.contains(how)) {
            openings.push(Opening::Releasable { owner: file.owner.clone(), marking, how });
        }
    }
    openings
}

/// A field that a change of the schema opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaOpening {
    /// `Message.field`.
    pub field: String,
    /// The marking it had.
    pub before: String,
    /// The marking it has.
    pub after: String,
    /// A cell where the new one is more open, in words.
    pub example: String,
}

impl fmt::Display for SchemaOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} -> {}: {}", self.field, self.before, self.after, self.example)
    }
}

/// Every marked field of an event: `Message.field` and its marking, for comparing two versions of the schema.
pub fn schema_fields() -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for message in Schema::of_contract().messages() {
        let name = message.name.rsplit('.').next().unwrap_or_default();
        for field in message.fields() {
            if let Some(marking) = field.marking {
                let marking = marking.as_str_name().trim_start_matches("MARKING_");
                fields.insert(format!("{name}.{}", field.name), marking.to_owned());
            }
        }
    }
    fields
}

/// Fields whose new marking is anywhere more open than their old one, under the decisions in force. A marking that is no longer
/// known counts as hidden.
pub fn diff_schema(
    loaded: &Loaded,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Vec<SchemaOpening> {
    let changed = new.iter().filter_map(|(field, after)| Some((field, old.get(field)?, after)));
    let opened = changed.filter(|(_, before, after)| before != after).filter_map(|(field, before, after)| {
        let example = wider(loaded, before, after)?;
        Some(SchemaOpening { field: field.clone(), before: before.clone(), after: after.clone(), example })
    });
    opened.collect()
}

fn wider(loaded: &Loaded, before: &str, after: &str) -> Option<String> {
    let marking = |name: &str| Marking::from_str_name(&format!("MARKING_{name}"));
    let level = |mask: Mask, name: &str| marking(name).map_or(Level::Hidden, |marking| effective(mask, marking));
    let mut cells = loaded.policy.parts().masks.iter();
    let ((owner, viewer, involvement), mask) = cells.find(|(_, mask)| level(**mask, after) > level(**mask, before))?;
    Some(format!(
        "{} -> {} för {}/{} i situation {}, ägt av {owner}",
        level(*mask, before).swedish(),
        level(*mask, after).swedish(),
        viewer.organisation,
        viewer.role.swedish(),
        involvement.swedish(),
    ))
}
