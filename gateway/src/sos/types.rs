//! SOS Alarm's event types, level 1 (index 1).

/// The types known from real alarms. Other levels are free: there are thousands.
const LEVEL_1: &[&str] = &[
    "Ambulansassistans",
    "Annat",
    "Automatlarm",
    "Brand i byggnad",
    "Brand ute - container",
    "Brand ute - fordon",
    "Brand ute - terräng",
    "Brand ute - övrigt",
    "Båtolycka",
    "Djurräddning",
    "Drunkning",
    "Dykolycka",
    "eCall utan talkontakt",
    "Explosion",
    "Fastklämd",
    "Flyghändelse",
    "Gräsbrand",
    "Hinder på väg",
    "Hissnödläge",
    "Hjärtstopp",
    "Hot om suicid",
    "Interna brandlarm",
    "Järnväg - brand",
    "Järnväg - kollision",
    "Järnväg - påkörd person",
    "Järnväg - övrigt",
    "Olyckor (Trauma)",
    "Person i vatten",
    "Person - svår belägenhet",
    "Polis Räddning",
    "Pågående dödligt våld",
    "Ras/skred",
    "Restvärde",
    "Röklukt",
    "Röklukt - byggnad",
    "Sensorlarm utan talkontakt",
    "Sjukdomsfall",
    "Sjukvårdslarm",
    "Soteld",
    // The whole station without an event type: what the VRR control room sends by SMS.
    "TOTALLARM - Fri inryckning",
    "Trafikolycka - flera fordon",
    "Trafikolycka - mindre motorfordon",
    "Trafikolycka - påkörd person",
    "Trafikolycka - singel",
    "Utsläpp farligt ämne - drivmedel",
    "Utsläpp farligt ämne - gas",
    "Utsläpp farligt ämne - övrigt",
    "Vattenskada",
    "Vädervarning",
    "Övrigt räddning",
];

/// True if this is one of SOS Alarm's level 1 types; case, dashes and spacing do not matter.
#[must_use]
pub fn is_known_type(name: &str) -> bool {
    // Longer than any type: not worth folding.
    name.len() <= 80 && {
        let folded = fold(name);
        LEVEL_1.iter().any(|known| fold(known) == folded)
    }
}

/// Letters and digits in lower case; what stands between them is written in many ways (`-`, `–`, ` - `, `: `).
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
