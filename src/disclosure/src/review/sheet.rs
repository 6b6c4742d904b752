//! The sign-off page of each owner: what is signed, together with the checksum of the files it was made from.

use std::{collections::BTreeMap, fmt::Write as _};

use samband_domain::{Involvement, Level, OrganisationId, Role};
use samband_proto::v1::Marking;
use serde_json::{Value, json};

use super::cell::{self, Steps};
use crate::{
    files::{Loaded, OwnerFile, Release, Who},
    mask::all_markings,
    policy::{MarkingEntry, Receiver},
};

/// A page of Markdown per owner.
pub fn matrix(loaded: &Loaded) -> BTreeMap<OrganisationId, String> {
    loaded.decisions.owners.iter().map(|(owner, file)| (owner.clone(), page(loaded, file))).collect()
}

/// A column: receivers who get the same of everything.
struct Column<'a> {
    heading: &'a str,
    receiver: &'a Receiver,
}

fn page(loaded: &Loaded, file: &OwnerFile) -> String {
    let columns = columns(loaded, file);
    let mut page = heading(loaded, file);
    let names: Vec<String> = columns.iter().map(|column| escaped(column.heading)).collect();
    page += &row(&["Uppgift".to_owned(), "lag".to_owned()], &names, "kan lämnas ut");
    page += &"|---".repeat(columns.len() + 3);
    page += "|\n";
    for marking in all_markings() {
        let Some(entry) = loaded.policy.parts().markings.get(&marking) else { continue };
        let cells: Vec<String> = columns.iter().map(|column| cell_of(file, column.receiver, marking)).collect();
        let what = format!("{}{}", escaped(&entry.swedish), remarks(loaded, file, marking, entry));
        page += &row(&[what, escaped(&entry.law)], &cells, &escaped(&released(file, marking)));
    }
    page += LEGEND;
    page
}

const LEGEND: &str = "
Nivåer: – (dold, inget spår) < maskerad (att uppgiften finns) < grov < full. @nära, @larmad, @leder: från den situationen och uppåt.
En roll som nämns får det som står efter den, alla andra roller det som står först. ¹ visas bara i ett meddelande som delats med
mottagaren. ² visning för en person loggas. ³ den som larmas får inte det som skrevs före larmet.

Underskrift: ______________________________    Datum: ____________
";

fn heading(loaded: &Loaded, file: &OwnerFile) -> String {
    let mut heading = String::new();
    let hash: String = loaded.policy.hash().iter().map(|byte| format!("{byte:02x}")).collect();
    let list = |ids: &std::collections::BTreeSet<OrganisationId>| {
        let names: Vec<&str> = ids.iter().map(OrganisationId::as_str).collect();
        if names.is_empty() { "–".to_owned() } else { names.join(", ") }
    };
    // Writing to a String cannot fail.
    let _ = write!(
        heading,
        "# Utlämnandebeslut: {} ({})\n\n\
         - version: {}\n- beslutad av: {}\n- kontrollsumma: {hash}\n- mottagare: {}\n- kvittens räknas också när den hörts av: {}\n\
         {}- så frågar man: {}\n\n",
        file.owner,
        file.kind,
        file.version,
        file.decided_by,
        list(&file.recipients),
        list(&file.relayers),
        gateways(file),
        file.how_to_ask,
    );
    heading
}

/// A line where another organisation's gateway speaks for units of the owner; nothing otherwise.
fn gateways(file: &OwnerFile) -> String {
    let named =
        file.delegations.iter().map(|one| format!("{} för issi {}–{}", one.to, one.issis.start(), one.issis.end()));
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        String::new()
    } else {
        format!("- en annans port talar för enheter: {}\n", named.join(", "))
    }
}

/// One column per type; one per receiver where those of a type differ, and one for the owner where it has limited itself.
fn columns<'a>(loaded: &'a Loaded, file: &OwnerFile) -> Vec<Column<'a>> {
    let all = &loaded.policy.parts().receivers;
    let mut columns: Vec<Column<'a>> = Vec::new();
    for receiver in all {
        if receiver.id == file.owner {
            if limited(file, receiver) {
                columns.push(Column { heading: receiver.id.as_str(), receiver });
            }
            continue;
        }
        let kind: Vec<&Receiver> =
            all.iter().filter(|other| other.kind == receiver.kind && other.id != file.owner).collect();
        let alike = kind.iter().all(|other| all_markings().all(|marking| same(file, receiver, other, marking)));
        let heading = if alike { &receiver.kind } else { receiver.id.as_str() };
        if !columns.iter().any(|column| column.heading == heading) {
            columns.push(Column { heading, receiver });
        }
    }
    columns
}

fn limited(file: &OwnerFile, owner: &Receiver) -> bool {
    all_markings().any(|marking| cell_of(file, owner, marking) != Level::Full.swedish())
}

fn same(file: &OwnerFile, one: &Receiver, other: &Receiver, marking: Marking) -> bool {
    Role::ALL.into_iter().all(|role| steps(file, one, role, marking) == steps(file, other, role, marking))
}

fn cell_of(file: &OwnerFile, receiver: &Receiver, marking: Marking) -> String {
    cell::text(|role| steps(file, receiver, role, marking))
}

fn steps(file: &OwnerFile, receiver: &Receiver, role: Role, marking: Marking) -> Steps {
    Involvement::ALL.map(|involvement| file.decide(receiver, role, involvement, marking).0)
}

fn remarks(loaded: &Loaded, file: &OwnerFile, marking: Marking, entry: &MarkingEntry) -> String {
    let mut remarks = String::new();
    for (applies, sign) in
        [(file.push_only.contains_key(&marking), "¹"), (entry.display_receipt, "²"), (!entry.opens_history, "³")]
    {
        remarks += if applies { sign } else { "" };
    }
    if let Some(source) =
        loaded.decisions.derived.get(&marking).and_then(|from| loaded.policy.parts().markings.get(from))
    {
        let _ = write!(remarks, " (härledd ur: {})", escaped(&source.swedish));
    }
    remarks
}

/// What may be released of a marking.
pub(crate) fn released(file: &OwnerFile, marking: Marking) -> String {
    let Some(decision) = file.decision(marking) else { return "nej".to_owned() };
    if let Some(ceiling) = &decision.ceiling {
        let inside = match ceiling {
            Who::Organisation(id) if *id == file.owner => "den egna organisationen".to_owned(),
            other => other.to_string(),
        };
        return format!("ALDRIG utanför {inside}");
    }
    let rows: Vec<String> = decision.releases.iter().map(release_text).collect();
    if rows.is_empty() { "nej".to_owned() } else { rows.join("; ") }
}

/// `polis/ledning högst full av ambulans/ledning 60 min (samtycke, OSL 10:2)`.
pub(crate) fn release_text(release: &Release) -> String {
    let names = |list: &[crate::files::Addressee]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!(
        "{} högst {} av {} {} min ({})",
        names(&release.to),
        release.highest.swedish(),
        names(&release.by),
        release.max_minutes,
        release.grounds.join(", ")
    )
}

fn row(first: &[String], cells: &[String], last: &str) -> String {
    format!("| {} | {} | {last} |\n", first.join(" | "), cells.join(" | "))
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The full table: owner, marking, receiver, role, situation.
pub fn matrix_json(loaded: &Loaded) -> Value {
    let parts = loaded.policy.parts();
    let hash: String = loaded.policy.hash().iter().map(|byte| format!("{byte:02x}")).collect();
    let owner = |(id, file): (&OrganisationId, &OwnerFile)| {
        let markings =
            parts.markings.iter().map(|(marking, entry)| (entry.key.clone(), receivers_json(loaded, file, *marking)));
        let push_only: Vec<&str> = file
            .push_only
            .keys()
            .filter_map(|marking| parts.markings.get(marking))
            .map(|entry| entry.key.as_str())
            .collect();
        let value = json!({
            "typ": file.kind,
            "version": file.version,
            "beslutad_av": file.decided_by,
            "mottagare": file.recipients.iter().map(OrganisationId::as_str).collect::<Vec<_>>(),
            "bara_push": push_only,
            "slag": markings.collect::<serde_json::Map<_, _>>(),
        });
        (id.to_string(), value)
    };
    json!({
        "kontrollsumma": hash,
        "agare": loaded.decisions.owners.iter().map(owner).collect::<serde_json::Map<_, _>>(),
    })
}

fn receivers_json(loaded: &Loaded, file: &OwnerFile, marking: Marking) -> Value {
    let situations = |receiver: &Receiver, role: Role| {
        let levels = Involvement::ALL.into_iter().zip(steps(file, receiver, role, marking));
        levels
            .map(|(at, level)| (at.swedish().to_owned(), level.swedish().into()))
            .collect::<serde_json::Map<_, Value>>()
    };
    let roles = |receiver: &Receiver| {
        let each = Role::ALL.into_iter().map(|role| (role.swedish().to_owned(), situations(receiver, role).into()));
        each.collect::<serde_json::Map<_, Value>>()
    };
    let receivers = loaded.policy.parts().receivers.iter();
    receivers
        .map(|receiver| (receiver.id.to_string(), roles(receiver).into()))
        .collect::<serde_json::Map<_, Value>>()
        .into()
}
