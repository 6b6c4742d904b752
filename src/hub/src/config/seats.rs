//! platser.toml: the seats that a demonstration offers on its start page. A deployment without the file offers none.

use std::{collections::BTreeMap, str::FromStr as _};

use samband_domain::{OrganisationId, Role, UnitId};

use super::{
    finding::{Findings, Place},
    organisations::{Organisations, list},
    reader::{At, Section},
    units::Units,
};

const KEYS: &str = "plats";
const SEAT_KEYS: &str = "id, benamning, benamning_en, sida, vem, om, om_en, fler";
/// More than this is no choice but a register.
const SEATS_MAX: usize = 32;

/// The words of the file, and the pages they mean.
const PAGES: [(&str, &str); 3] = [("konsol", "console"), ("terminal", "terminal"), ("kartvägg", "wall")];

/// A seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its identity.
    pub id: String,
    /// What it is called, Swedish.
    pub label: String,
    /// The same, English.
    pub label_en: String,
    /// The page it works with: console, terminal or wall.
    pub page: &'static str,
    /// Who sits there: organisation/role[:unit].
    pub principal: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What one does there, Swedish.
    pub about: String,
    /// The same, English.
    pub about_en: String,
    /// Shown with the others that are not shown at first.
    pub more: bool,
}

/// Reads the file.
pub(super) fn read(
    mut file: Section,
    organisations: &Organisations,
    units: &Units,
    findings: &mut Findings,
) -> Vec<Seat> {
    let mut seats = Vec::new();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for section in file.tables("plats", findings) {
        let place = section.place;
        let Some(seat) = seat(section, organisations, units, findings) else { continue };
        if let Some(earlier) = places.insert(seat.id.clone(), place) {
            findings.stop(place, format!("platsen «{}» står två gånger, först på rad {}", seat.id, earlier.line));
        }
        if seats.len() == SEATS_MAX {
            findings.stop(place, format!("väntade högst {SEATS_MAX} platser"));
        }
        seats.push(seat);
    }
    file.nothing_else(KEYS, findings);
    seats
}

fn seat(mut section: Section, organisations: &Organisations, units: &Units, findings: &mut Findings) -> Option<Seat> {
    let mut text = |key: &str| section.required(key, findings);
    let id: Option<At<String>> = text("id");
    let (label, label_en) = (text("benamning"), text("benamning_en"));
    let (page, who) = (text("sida"), text("vem"));
    let (about, about_en) = (text("om"), text("om_en"));
    let more = section.optional("fler", findings).is_some_and(|yes: At<bool>| yes.value);
    section.nothing_else(SEAT_KEYS, findings);
    let page = page.and_then(|word| self::page(&word, findings));
    let organisation = who.as_ref().and_then(|who| principal(who, organisations, units, findings));
    Some(Seat {
        id: id?.value,
        label: label?.value,
        label_en: label_en?.value,
        page: page?,
        principal: who?.value,
        organisation: organisation?,
        about: about?.value,
        about_en: about_en?.value,
        more,
    })
}

fn page(word: &At<String>, findings: &mut Findings) -> Option<&'static str> {
    let found = PAGES.iter().find(|(known, _)| *known == word.value).map(|(_, page)| *page);
    if found.is_none() {
        let known = list(PAGES.iter().map(|(known, _)| *known));
        findings.stop(word.place, format!("okänd sida «{}»; väntade en av {known}", word.value));
    }
    found
}

/// Whose the seat is: nobody is to press a button and be refused.
fn principal(
    who: &At<String>,
    organisations: &Organisations,
    units: &Units,
    findings: &mut Findings,
) -> Option<OrganisationId> {
    let form = || format!("«vem» är «{}»; väntade organisation/roll eller organisation/unit:enhet", who.value);
    let Some((organisation, rest)) = who.value.split_once('/') else {
        findings.stop(who.place, form());
        return None;
    };
    let (role, unit) = rest.split_once(':').map_or((rest, None), |(role, unit)| (role, Some(unit)));
    let at = At { value: organisation.to_owned(), place: who.place };
    let organisation = organisations.named(&at, findings)?;
    let known = unit.map(|unit| UnitId::new(unit).ok().and_then(|id| units.by_id.get(&id)));
    let wrong = match (Role::from_str(role), known) {
        (Err(_), _) => Some(form()),
        (Ok(Role::Unit), None) => Some(form()),
        (Ok(_), Some(None)) => Some(format!("okänd enhet «{}»; enheterna står i enheter.toml", unit.unwrap_or(""))),
        (Ok(_), Some(Some(unit))) if unit.organisation != organisation => {
            Some(format!("enheten «{}» hör till «{}», inte «{organisation}»", unit.id, unit.organisation))
        }
        (Ok(_), _) => None,
    };
    if let Some(wrong) = wrong {
        findings.stop(who.place, wrong);
        return None;
    }
    Some(organisation)
}
