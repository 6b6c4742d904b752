//! statuskoder.toml: each organisation's codes, and which common state each of them means.

use std::collections::BTreeMap;

use samband_domain::{
    OrganisationId,
    status::{StatusCode, StatusTable, UnitState},
};

use super::{
    finding::Findings,
    organisations::{Organisations, list},
    reader::{At, Section},
};

const CODE_KEYS: &str = "text, tillstand, efter, kvitterar";

/// The words of the file.
const STATES: [(&str, UnitState); 7] = [
    ("på väg", UnitState::EnRoute),
    ("framme", UnitState::OnScene),
    ("lastat", UnitState::Loaded),
    ("vid mål", UnitState::AtDestination),
    ("hemåt", UnitState::Returning),
    ("ledig", UnitState::Available),
    ("ej disponibel", UnitState::Unavailable),
];

/// Reads the file.
pub(super) fn read(
    mut file: Section,
    organisations: &Organisations,
    findings: &mut Findings,
) -> BTreeMap<OrganisationId, StatusTable> {
    let mut tables = BTreeMap::new();
    for section in file.all_tables(findings) {
        let name = At { value: section.name.clone(), place: section.place };
        let table = table(section, findings);
        if let Some(organisation) = organisations.named(&name, findings) {
            tables.insert(organisation, table);
        }
    }
    tables
}

fn table(mut section: Section, findings: &mut Findings) -> StatusTable {
    let organisation = section.name.clone();
    let mut table = StatusTable::default();
    let mut before: Vec<At<String>> = Vec::new();
    for code in section.all_tables(findings) {
        let name = code.name.clone();
        if let Some(entry) = self::code(code, &mut before, findings) {
            table.0.insert(name, entry);
        }
    }
    // A code that was refused above is not unknown as well.
    for name in before.iter().filter(|name| !table.0.contains_key(&name.value)) {
        let known = list(table.0.keys().map(String::as_str));
        findings.stop(name.place, format!("okänd kod «{}» i efter; koderna hos {organisation} är {known}", name.value));
    }
    table
}

fn code(mut section: Section, before: &mut Vec<At<String>>, findings: &mut Findings) -> Option<StatusCode> {
    let text: Option<At<String>> = section.required("text", findings);
    let state: Option<At<String>> = section.required("tillstand", findings);
    section.demand("efter", findings);
    let after = section.texts("efter", findings);
    let acknowledges = section.optional("kvitterar", findings).is_some_and(|yes: At<bool>| yes.value);
    section.nothing_else(CODE_KEYS, findings);
    before.extend(after.iter().cloned());
    Some(StatusCode {
        state: state.and_then(|state| self::state(&state, findings)).unwrap_or(UnitState::Unavailable),
        text: text.map(|text| text.value).unwrap_or_default(),
        after: after.into_iter().map(|code| code.value).collect(),
        acknowledges,
    })
}

fn state(word: &At<String>, findings: &mut Findings) -> Option<UnitState> {
    let found = STATES.iter().find(|(known, _)| *known == word.value).map(|(_, state)| *state);
    if found.is_none() {
        let known = list(STATES.iter().map(|(known, _)| *known));
        findings.stop(word.place, format!("okänt tillstånd «{}»; väntade en av {known}", word.value));
    }
    found
}
