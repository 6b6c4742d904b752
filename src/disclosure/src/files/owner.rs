//! `<owner>.toml`: reads one owner's decisions. What they add up to is judged in `check`.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{Involvement, Level, OrganisationId, Role};
use samband_proto::v1::Marking;

use super::{
    decision::{Decision, Delegation, OwnerFile, Release, Row},
    finding::{Findings, Place},
    grounds::{self, Grounds},
    markings::Table,
    reader::{At, Section, Source},
    words::{Addressee, Receivers, Who, level, markings, situation},
};
use crate::policy::Receiver;

const HEADING: &str = "beslut";
const HEADING_KEYS: &str = "agare, version, beslutad_av, mottagare, bara_push, fraga, hort_av, ombud";
const RELEASE_KEYS: &str = "till, hogst, av, grund, max_minuter";

/// Acknowledgement, decline and gate: a party that has to wait for what it cannot see waits for ever.
const NEVER_PUSH_ONLY: [Marking; 2] = [Marking::Acknowledgement, Marking::Gate];

/// What an owner's file is read against.
pub(crate) struct Against<'a> {
    pub(crate) receivers: &'a Receivers<'a>,
    pub(crate) table: &'a Table,
    pub(crate) grounds: &'a Grounds,
}

/// Reads the file of one owner.
pub(crate) fn read(
    owner: &Receiver,
    source: &Source<'_>,
    mut file: Section,
    against: &Against<'_>,
    findings: &mut Findings,
) -> Option<OwnerFile> {
    let Some(heading) = file.table(HEADING, findings) else {
        findings.stop(&file.place, "[beslut] saknas: agare, version, beslutad_av, mottagare, fraga");
        return None;
    };
    let mut read = self::heading(owner, heading, against, findings);
    for section in file.all_tables(findings) {
        let decision = decision(section, source, &read, against, findings);
        for marking in &decision.markings {
            if let Some(earlier) = read.decision(*marking) {
                let (key, first, second) = (against.table.key(*marking), &earlier.name, &decision.name);
                findings.stop(&decision.place, format!("{key} står både i [{first}] och [{second}]"));
            }
        }
        read.decisions.push(decision);
    }
    for nobody in against.receivers.nobodies() {
        let mut rows = read.decisions.iter().flat_map(|decision| &decision.rows);
        if !rows.any(|row| row.to.who == Who::Organisation(nobody.id.clone())) {
            findings.stop(&read.place, format!("«{}» saknar rad: skriv vad den får, om så \"dold\"", nobody.id));
        }
    }
    Some(read)
}

fn heading(owner: &Receiver, mut heading: Section, against: &Against<'_>, findings: &mut Findings) -> OwnerFile {
    let place = heading.place.clone();
    if let Some(named) = heading.required_text("agare", findings)
        && named.value != owner.id.as_str()
    {
        let text = format!("agare är «{}» men filen heter {}.toml", named.value, owner.id);
        findings.stop(&named.place, text);
    }
    let mut text = |key: &str, findings: &mut Findings| {
        heading.required_text(key, findings).map(|text| text.value).unwrap_or_default()
    };
    let (version, decided_by) = (text("version", findings), text("beslutad_av", findings));
    let how_to_ask = text("fraga", findings);
    let recipients = heading.required_list("mottagare", findings);
    let recipients = organisations(owner, &recipients, "mottagare", against, findings);
    let relayers = heading.list("hort_av", findings).unwrap_or_default();
    let relayers = organisations(owner, &relayers, "hort_av", against, findings);
    let named = heading.list("ombud", findings).unwrap_or_default();
    let delegations = named.iter().filter_map(|one| delegation(owner, one, against, findings)).collect();
    let push_only = heading.list("bara_push", findings).unwrap_or_default();
    let push_only = push_only_of(&push_only, against, findings);
    heading.nothing_else(HEADING_KEYS, findings);
    OwnerFile {
        owner: owner.id.clone(),
        kind: owner.kind.clone(),
        version,
        decided_by,
        how_to_ask,
        recipients,
        push_only,
        relayers,
        delegations,
        decisions: Vec::new(),
        place,
    }
}

fn organisations(
    owner: &Receiver,
    names: &[At<String>],
    key: &str,
    against: &Against<'_>,
    findings: &mut Findings,
) -> BTreeSet<OrganisationId> {
    let mut named = BTreeSet::new();
    for name in names {
        match against.receivers.organisation(name, findings) {
            Some(id) if id == owner.id => findings.stop(&name.place, format!("ägaren själv hör inte hemma i «{key}»")),
            Some(id) => _ = named.insert(id),
            None => {}
        }
    }
    named
}

/// `organisation issi-issi`, or one issi.
fn delegation(
    owner: &Receiver,
    named: &At<String>,
    against: &Against<'_>,
    findings: &mut Findings,
) -> Option<Delegation> {
    /// TETRA gives a subscriber 24 bits (EN 300 392-1 clause 7).
    const ISSI_MAX: u32 = 0xFF_FFFF;
    let place = named.place.clone();
    let (to, range) = named.value.split_once(' ').unwrap_or((&named.value, ""));
    let (first, last) = range.trim().split_once('-').unwrap_or((range.trim(), range.trim()));
    let issis = match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
        (Ok(first), Ok(last)) if first <= last && last <= ISSI_MAX => first..=last,
        _ => {
            findings.stop(&place, "«ombud» är organisation och issi från-till, t.ex. \"sos-alarm 3269000-3269999\"");
            return None;
        }
    };
    let to = against.receivers.organisation(&At { value: to.to_owned(), place: place.clone() }, findings)?;
    if to == owner.id {
        findings.stop(&place, "ägaren själv hör inte hemma i «ombud»: dess egen port talar redan för enheterna");
        return None;
    }
    Some(Delegation { to, issis, place })
}

fn push_only_of(names: &[At<String>], against: &Against<'_>, findings: &mut Findings) -> BTreeMap<Marking, Place> {
    let mut push_only = BTreeMap::new();
    for At { value: marking, place } in markings(names, &against.table.keys, findings) {
        if NEVER_PUSH_ONLY.contains(&marking) {
            let key = against.table.key(marking);
            findings.stop(&place, format!("{key} kan inte stå i bara_push: den som krävs ska se vem som kvitterat"));
        }
        push_only.insert(marking, place);
    }
    push_only
}

fn decision(
    mut section: Section,
    source: &Source<'_>,
    file: &OwnerFile,
    against: &Against<'_>,
    findings: &mut Findings,
) -> Decision {
    let names = section.required_list("slag", findings);
    let markings: Vec<Marking> =
        markings(&names, &against.table.keys, findings).into_iter().map(|marking| marking.value).collect();
    let ceiling = section.text("tak", findings).and_then(|tak| ceiling(&tak, against, findings));
    let releases = section.tables("utlamning", findings);
    if ceiling.is_some()
        && let Some(release) = releases.first()
    {
        findings.stop(&release.place, format!("[{}] har både tak och utlamning: de utesluter varandra", section.name));
    }
    let releases = releases.into_iter().filter_map(|row| release(row, file, &markings, against, findings)).collect();
    let mut rows: Vec<Row> = Vec::new();
    for (key, text) in section.all_texts(findings) {
        let Some(row) = row(&key, &text, source, against, findings) else { continue };
        if let Some(earlier) = rows.iter().find(|earlier| earlier.to == row.to && earlier.from == row.from) {
            findings.stop(&row.place, format!("raden «{key}» säger samma sak som rad {}", earlier.place.line));
        }
        check_row(&row, &markings, file, against, findings);
        rows.push(row);
    }
    Decision { name: section.name, place: section.place, markings, rows, ceiling, releases }
}

/// `"receiver/role @situation" = "level"`.
fn row(
    key: &str,
    text: &At<String>,
    source: &Source<'_>,
    against: &Against<'_>,
    findings: &mut Findings,
) -> Option<Row> {
    let (to, from) = match key.split_once('@') {
        Some((to, from)) => (to, situation(from.trim(), &text.place, findings)),
        None => (key, Some(Involvement::None)),
    };
    let to = against.receivers.addressee(to, &text.place, findings);
    let level = level(text, findings);
    let (to, from, level) = (to?, from?, level?);
    Some(Row { to, from, level, place: text.place.clone(), text: source.line(&text.place).to_owned() })
}

fn check_row(row: &Row, markings: &[Marking], file: &OwnerFile, against: &Against<'_>, findings: &mut Findings) {
    if markings.contains(&Marking::Existence) && matches!(row.level, Level::Withheld | Level::Coarse) {
        let key = against.table.key(Marking::Existence);
        findings.stop(&row.place, format!("{key} kan bara vara dold eller full: annat vore att visa att det finns"));
    }
    for marking in markings.iter().filter(|marking| row.level == Level::Coarse && !against.table.has_coarse(**marking))
    {
        let key = against.table.key(*marking);
        findings.warn(&row.place, format!("{key} har ingen grov form: den som får grov ser det som maskerat"));
    }
    match &row.to.who {
        Who::Everybody => {}
        Who::Kind(kind) => {
            if against.receivers.kind_of_organisations(kind) == Some(false) {
                findings.stop(&row.place, format!("typen «{kind}» har inga organisationer: nämn mottagaren vid namn"));
            }
        }
        Who::Organisation(id) => {
            let organisation = against.receivers.named(id.as_str()).is_some_and(|receiver| !receiver.nobody);
            if organisation && *id != file.owner && !file.recipients.contains(id) {
                findings.stop(&row.place, format!("«{id}» har en egen rad men står inte bland mottagare i [beslut]"));
            }
        }
    }
}

fn ceiling(text: &At<String>, against: &Against<'_>, findings: &mut Findings) -> Option<Who> {
    match against.receivers.addressee(&text.value, &text.place, findings)? {
        Addressee { who: who @ (Who::Kind(_) | Who::Organisation(_)), role: None } => Some(who),
        _ => {
            findings.stop(&text.place, format!("tak ska nämna en organisation eller en typ, inte «{}»", text.value));
            None
        }
    }
}

fn release(
    mut section: Section,
    file: &OwnerFile,
    markings: &[Marking],
    against: &Against<'_>,
    findings: &mut Findings,
) -> Option<Release> {
    let to = addressees(&mut section, "till", against, findings);
    let by = addressees(&mut section, "av", against, findings);
    for (addressee, place) in to.iter().filter(|(to, _)| to.who == Who::Everybody) {
        findings.stop(place, format!("utlämning sker till någon, inte till «{addressee}»"));
    }
    for (addressee, place) in to.iter().filter(|(to, _)| to.role == Some(Role::Gateway)) {
        findings.stop(place, format!("utlämning sker till människor, inte till «{addressee}»"));
    }
    for (addressee, place) in by.iter().filter(|(by, _)| !owns(&by.who, file)) {
        findings.stop(place, format!("bara ägaren lämnar ut det som är dess: inte «{addressee}»"));
    }
    let highest = section.required_text("hogst", findings).and_then(|text| level(&text, findings));
    let grounds = section.required_list("grund", findings);
    let kinds = kinds(&to, against);
    for ground in &grounds {
        grounds::check(against.grounds, ground, markings, &kinds, against.table, findings);
    }
    let max_minutes = section.required_number("max_minuter", findings);
    if let Some(zero) = max_minutes.as_ref().filter(|minutes| minutes.value == 0) {
        findings.stop(&zero.place, "max_minuter ska vara minst 1");
    }
    let place = section.place.clone();
    section.nothing_else(RELEASE_KEYS, findings);
    Some(Release {
        to: to.into_iter().map(|(to, _)| to).collect(),
        highest: highest?,
        by: by.into_iter().map(|(by, _)| by).collect(),
        grounds: grounds.into_iter().map(|ground| ground.value).collect(),
        max_minutes: max_minutes?.value,
        place,
    })
}

fn addressees(
    section: &mut Section,
    key: &str,
    against: &Against<'_>,
    findings: &mut Findings,
) -> Vec<(Addressee, Place)> {
    let names = section.required_list(key, findings);
    let read = |name: At<String>| Some((against.receivers.addressee(&name.value, &name.place, findings)?, name.place));
    names.into_iter().filter_map(read).collect()
}

fn owns(who: &Who, file: &OwnerFile) -> bool {
    match who {
        Who::Everybody => false,
        Who::Kind(kind) => *kind == file.kind,
        Who::Organisation(id) => *id == file.owner,
    }
}

fn kinds(to: &[(Addressee, Place)], against: &Against<'_>) -> BTreeSet<String> {
    let kind = |(to, _): &(Addressee, Place)| match &to.who {
        Who::Everybody => None,
        Who::Kind(kind) => Some(kind.clone()),
        Who::Organisation(id) => against.receivers.named(id.as_str()).map(|receiver| receiver.kind.clone()),
    };
    to.iter().filter_map(kind).collect()
}
