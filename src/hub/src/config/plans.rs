//! larmplaner.toml: whom to alarm for which incidents, and who is notified by rule.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{
    OrganisationId, PartyId, UnitId,
    emergency::EmergencyRule,
    plan::{NotifyRule, Plan, PlanParty},
};

use super::{
    finding::{Findings, Place},
    organisations::{Organisations, due_seconds, list},
    reader::{At, Section},
    units::Units,
};

const KEYS: &str = "plan, underratta, nodlarm";
const EMERGENCY_KEYS: &str = "narmaste, alltid";
/// Units that are told of a unit in distress, where the file does not say.
const NEAREST: usize = 4;
/// More than this is a general alarm, and that is what plans are for.
const NEAREST_MAX: u32 = 20;
const PLAN_KEYS: &str = "namn, typer, kommuner, eskalering, part";
const PARTY_KEYS: &str = "organisation, enhet, kravd, kvittens_s, kommuner";
const RULE_KEYS: &str = "nar_larmas, underratta, grund";

/// What the file is read against.
pub(super) struct Against<'a> {
    pub(super) organisations: &'a Organisations,
    pub(super) units: &'a Units,
    pub(super) municipalities: &'a BTreeSet<String>,
}

/// What the file says.
pub(super) struct Plans {
    pub(super) plans: Vec<Plan>,
    pub(super) notify: Vec<NotifyRule>,
    pub(super) emergency: EmergencyRule,
}

/// Reads the file.
pub(super) fn read(mut file: Section, against: &Against<'_>, findings: &mut Findings) -> Plans {
    let mut plans = Vec::new();
    let mut names: BTreeMap<String, Place> = BTreeMap::new();
    for section in file.tables("plan", findings) {
        let place = section.place;
        let Some(plan) = plan(section, against, findings) else { continue };
        if let Some(earlier) = names.insert(plan.name.clone(), place) {
            findings.stop(place, format!("planen «{}» står två gånger, först på rad {}", plan.name, earlier.line));
        }
        plans.push(plan);
    }
    let rules = file.tables("underratta", findings).into_iter();
    let rules: Vec<_> = rules.filter_map(|section| rule(section, against, findings)).collect();
    let emergency = file.table("nodlarm", findings).map(|section| emergency(section, against, findings));
    let emergency = emergency.unwrap_or(EmergencyRule { nearest: NEAREST, always: BTreeSet::new() });
    file.nothing_else(KEYS, findings);
    Plans { plans, notify: rules, emergency }
}

/// Who is told of a unit in distress.
fn emergency(mut section: Section, against: &Against<'_>, findings: &mut Findings) -> EmergencyRule {
    let nearest: Option<At<u32>> = section.required("narmaste", findings);
    if let Some(At { value, place }) = nearest.as_ref().filter(|nearest| nearest.value > NEAREST_MAX) {
        findings.stop(*place, format!("«narmaste» är {value}; väntade 0 till {NEAREST_MAX}"));
    }
    let always = section.texts("alltid", findings);
    let always = always.iter().filter_map(|name| against.organisations.named(name, findings)).collect();
    section.nothing_else(EMERGENCY_KEYS, findings);
    let nearest = nearest.and_then(|nearest| usize::try_from(nearest.value).ok()).unwrap_or(NEAREST);
    EmergencyRule { nearest, always }
}

fn plan(mut section: Section, against: &Against<'_>, findings: &mut Findings) -> Option<Plan> {
    let place = section.place;
    let name: Option<At<String>> = section.required("namn", findings);
    section.demand("typer", findings);
    let types = section.texts("typer", findings).into_iter().map(|one| one.value).collect();
    let municipalities = municipalities(&mut section, against, findings);
    let escalation = section.texts("eskalering", findings);
    let escalation = escalation.iter().filter_map(|text| written_party(text, against, findings)).collect();
    let listed = section.tables("part", findings);
    let complete = !listed.is_empty();
    let mut parties: Vec<PlanParty> = Vec::new();
    for part in listed {
        let place = part.place;
        let Some(party) = plan_party(part, against, findings) else { continue };
        if parties.iter().any(|earlier| earlier.party == party.party) {
            findings.stop(place, format!("parten «{}» står två gånger i planen", party.party));
        }
        parties.push(party);
    }
    section.nothing_else(PLAN_KEYS, findings);
    let plan = Plan { name: name?.value, types, municipalities, parties, escalation };
    if complete {
        check_covered(&plan, place, against, findings);
    } else {
        findings.stop(place, format!("planen «{}» larmar ingen; väntade minst en [[plan.part]]", plan.name));
    }
    Some(plan)
}

/// A plan that alarms nobody in a municipality it is for would be found out by the first alarm there.
fn check_covered(plan: &Plan, place: Place, against: &Against<'_>, findings: &mut Findings) {
    let meant_for = |one: &&String| plan.municipalities.is_empty() || plan.municipalities.contains(*one);
    for municipality in against.municipalities.iter().filter(meant_for) {
        if !plan.parties.iter().any(|party| party.fits(Some(municipality))) {
            findings.stop(place, format!("planen «{}» larmar ingen i {municipality}", plan.name));
        }
    }
}

fn plan_party(mut section: Section, against: &Against<'_>, findings: &mut Findings) -> Option<PlanParty> {
    let party = party(&mut section, against.organisations, against.units, findings);
    let required: Option<At<bool>> = section.required("kravd", findings);
    let due_seconds = due_seconds(&mut section, findings);
    let municipalities = municipalities(&mut section, against, findings);
    section.nothing_else(PARTY_KEYS, findings);
    Some(PlanParty { party: party?, required: required?.value, due_seconds, municipalities })
}

/// A misspelt municipality would alarm nobody, silently.
fn municipalities(section: &mut Section, against: &Against<'_>, findings: &mut Findings) -> Vec<String> {
    let named = section.texts("kommuner", findings);
    for name in named.iter().filter(|name| !against.municipalities.contains(&name.value)) {
        let known = list(against.municipalities.iter().map(String::as_str));
        findings.stop(name.place, format!("okänd kommun «{}»; kommunerna i stationer.toml är {known}", name.value));
    }
    named.into_iter().map(|name| name.value).collect()
}

fn rule(mut section: Section, against: &Against<'_>, findings: &mut Findings) -> Option<NotifyRule> {
    let when: Option<At<String>> = section.required("nar_larmas", findings);
    let notify: Option<At<String>> = section.required("underratta", findings);
    let because: Option<At<String>> = section.required("grund", findings);
    section.nothing_else(RULE_KEYS, findings);
    let when = when.and_then(|kind| against.organisations.kind(kind, findings));
    let notify = notify.and_then(|kind| against.organisations.kind(kind, findings));
    Some(NotifyRule { when_alarmed: when?, notify: notify?, because: because?.value })
}

/// A party by the keys `organisation` and, if it is a unit, `enhet`.
pub(super) fn party(
    section: &mut Section,
    organisations: &Organisations,
    units: &Units,
    findings: &mut Findings,
) -> Option<PartyId> {
    let organisation: Option<At<String>> = section.required("organisation", findings);
    let unit: Option<At<String>> = section.optional("enhet", findings);
    let organisation = organisations.named(&organisation?, findings)?;
    match unit {
        None => Some(PartyId { organisation, unit: None }),
        Some(unit) => unit_of(organisation, &unit, units, findings),
    }
}

/// A party written as one text: `organisation` or `organisation:enhet`.
fn written_party(text: &At<String>, against: &Against<'_>, findings: &mut Findings) -> Option<PartyId> {
    let at = |value: &str| At { value: value.to_owned(), place: text.place };
    match text.value.split_once(':') {
        None => Some(PartyId { organisation: against.organisations.named(&at(&text.value), findings)?, unit: None }),
        Some((organisation, unit)) => {
            let organisation = against.organisations.named(&at(organisation), findings)?;
            unit_of(organisation, &at(unit), against.units, findings)
        }
    }
}

fn unit_of(organisation: OrganisationId, unit: &At<String>, units: &Units, findings: &mut Findings) -> Option<PartyId> {
    let entry = UnitId::new(&unit.value).ok().and_then(|id| units.by_id.get(&id));
    match entry {
        Some(entry) if entry.organisation == organisation => {
            return Some(PartyId { organisation, unit: Some(entry.id.clone()) });
        }
        Some(entry) => {
            let message = format!("enheten «{}» hör till «{}», inte «{organisation}»", entry.id, entry.organisation);
            findings.stop(unit.place, message);
        }
        None if units.mentioned.contains(&unit.value) => {}
        None => {
            findings.stop(unit.place, format!("okänd enhet «{}»; enheterna står i enheter.toml", unit.value));
        }
    }
    None
}
