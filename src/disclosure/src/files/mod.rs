//! The files of a deployment's policy, from text to masks: read, judged as a whole, compiled. Nothing is used unless all is right.
//!
//! `slag.toml` says what each marking is, `grunder.toml` which grounds open what, `krav.toml` what no decision may break, and one
//! `<organisation>.toml` per owner what it has decided.

mod compile;
mod decision;
mod finding;
mod grounds;
mod markings;
mod owner;
mod reader;
mod requirements;
mod words;

use std::{collections::BTreeMap, path::Path};

use samband_domain::{Involvement, OrganisationId};
use samband_proto::v1::Marking;

pub use compile::Decisions;
pub use decision::{Because, Decision, Delegation, OwnerFile, Release, Row};
pub use finding::{Finding, Place};
pub use grounds::Ground;
pub use requirements::Requirement;
pub use words::{Addressee, Who};

use crate::policy::{Policy, Receiver};

/// A policy that may be put in force, and where every cell of it comes from.
#[derive(Debug)]
pub struct Loaded {
    /// The masks.
    pub policy: Policy,
    /// What was decided, by whom, in which line.
    pub decisions: Decisions,
    /// What whoever signs should know.
    pub warnings: Vec<Finding>,
}

/// Reads the `.toml` files of a folder.
///
/// # Errors
/// Everything that is wrong with them, by file and line.
pub fn load(dir: &Path, receivers: &[Receiver]) -> Result<Loaded, Vec<Finding>> {
    let unreadable = |file: &str, error: std::io::Error| Finding {
        file: file.to_owned(),
        line: 1,
        message: format!("STOPP: kan inte läsas: {error}"),
    };
    let folder = dir.display().to_string();
    let entries = dir.read_dir().map_err(|error| vec![unreadable(&folder, error)])?;
    let (mut files, mut findings) = (BTreeMap::new(), Vec::new());
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                findings.push(unreadable(&folder, error));
                continue;
            }
        };
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match std::fs::read_to_string(&path) {
            Ok(text) => _ = files.insert(name, text),
            Err(error) => findings.push(unreadable(&name, error)),
        }
    }
    if findings.is_empty() { load_texts(&files, receivers) } else { Err(findings) }
}

/// The same from texts by file name.
///
/// # Errors
/// Everything that is wrong with them, by file and line.
pub fn load_texts(files: &BTreeMap<String, String>, receivers: &[Receiver]) -> Result<Loaded, Vec<Finding>> {
    compile::load(files, receivers)
}

impl Loaded {
    /// Whether an acknowledgement that `relayer` entered for `represented` counts.
    pub fn relayed_counts(&self, represented: &OrganisationId, relayer: &OrganisationId) -> bool {
        self.decisions.owners.get(represented).is_some_and(|file| file.relayers.contains(relayer))
    }

    /// The line that decides a cell of the table.
    pub fn because(
        &self,
        owner: &OrganisationId,
        viewer: &crate::Viewer,
        involvement: Involvement,
        marking: Marking,
    ) -> Because<'_> {
        let receiver = self.policy.parts().receivers.iter().find(|receiver| receiver.id == viewer.organisation);
        match (self.decisions.owners.get(owner), receiver) {
            (Some(file), Some(receiver)) => file.decide(receiver, viewer.role, involvement, marking).1,
            _ => Because::NoRow,
        }
    }
}
