//! The example deployment, and small deployments for one rule at a time.

use std::{collections::BTreeMap, path::PathBuf};

use samband_disclosure::{
    files::{Finding, Loaded, load},
    policy::Receiver,
};
use samband_domain::OrganisationId;

/// The receivers of the example deployment: name, type, nobody.
const RECEIVERS: [(&str, &str, bool); 10] = [
    ("sos-alarm", "sos", false),
    ("polis-nord", "polis", false),
    ("raddning-jamtland", "räddning", false),
    ("region-jh", "ambulans", false),
    ("lansstyrelsen-z", "länsstyrelse", false),
    ("ostersund", "kommun", false),
    ("vaktbolaget", "bevakning", false),
    ("oppen-radio", "öppen radio", true),
    ("allmanheten", "allmänhet", true),
    ("utland", "utländsk central", true),
];

/// A receiver by name, type and whether it is nobody.
pub(crate) fn receiver((id, kind, nobody): (&str, &str, bool)) -> Receiver {
    Receiver { id: organisation(id), kind: kind.to_owned(), nobody }
}

/// An organisation by name.
pub(crate) fn organisation(id: &str) -> OrganisationId {
    OrganisationId::new(id).expect("a name in a test")
}

/// Everybody in the example deployment.
pub(crate) fn receivers() -> Vec<Receiver> {
    RECEIVERS.into_iter().map(receiver).collect()
}

/// Its folder.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/jamtland/policy")
}

/// Its files by name.
pub(crate) fn texts() -> BTreeMap<String, String> {
    let entries = folder().read_dir().expect("the example's policy");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let toml = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let named = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("a readable file"))
    };
    toml.map(named).collect()
}

/// The example deployment, which has to be without fault.
pub(crate) fn example() -> Loaded {
    load(&folder(), &receivers()).unwrap_or_else(|findings| panic!("{}", shown(&findings)))
}

/// Findings, one a line.
pub(crate) fn shown(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

#[test]
fn loads_without_findings_and_warnings() {
    let loaded = example();
    assert_eq!(shown(&loaded.warnings), "");
    assert_eq!(loaded.policy.parts().owners.len(), 7);
    assert_eq!(loaded.policy.parts().masks.len(), 7 * 10 * 5 * 4);
}
