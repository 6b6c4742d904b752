//! Every rule of the files, broken once: the finding names file and line and says what was expected.

use std::collections::BTreeMap;

use samband_disclosure::files::{Finding, load, load_texts};

use crate::deployment::{receiver, receivers, shown, texts};

/// Stands on the line that the finding has to name.
const HERE: &str = "# HÄR";

/// The example with one text in one file replaced.
pub(crate) fn broken(file: &str, old: &str, new: &str) -> (BTreeMap<String, String>, usize) {
    let mut files = texts();
    let text = files.get_mut(file).expect("a file of the example");
    assert_eq!(text.matches(old).count().min(1), 1, "{file} has no {old}");
    *text = text.replacen(old, new, 1);
    let line = text.lines().position(|line| line.contains(HERE)).map_or(1, |at| at + 1);
    (files, line)
}

pub(crate) fn findings(files: &BTreeMap<String, String>) -> Vec<Finding> {
    match load_texts(files, &receivers()) {
        Ok(loaded) => loaded.warnings,
        Err(findings) => findings,
    }
}

pub(crate) fn expect(cases: &[(&str, &str, &str, &str)]) {
    for (file, old, new, message) in cases {
        let (files, line) = broken(file, old, new);
        let wanted = format!("{file}:{line}: {message}");
        let found = findings(&files);
        let told = found.iter().any(|finding| finding.to_string().starts_with(&wanted));
        assert!(told, "wanted\n  {wanted}\ngot\n{}", shown(&found));
    }
}

#[test]
fn of_the_marking_table() {
    let file = "slag.toml";
    expect(&[
        (
            file,
            "\"HAZARD\"",
            "\"HASARD\" # HÄR",
            "STOPP: schemat har inget slag «HASARD»; det har EXISTENCE, INCIDENT, ",
        ),
        (file, "\"HAZARD\"", "\"UNSPECIFIED\" # HÄR", "STOPP: schemat har inget slag «UNSPECIFIED»; det har "),
        (file, "\"HAZARD\"", "\"HASARD\"", "STOPP: utan rad i slag.toml: HAZARD"),
        (
            file,
            "[halsa]\nproto    = \"HEALTH\"",
            "[halsa]\nproto    = \"PATIENT_IDENTITY\" # HÄR",
            "STOPP: PATIENT_IDENTITY står två gånger: även på rad",
        ),
        (
            file,
            "sv    = \"Brytpunkt\"",
            "sv = \"Brytpunkt\"\nutlamnas = true # HÄR",
            "STOPP: okänd nyckel «utlamnas» i [brytpunkt]; nycklarna är proto, sv, lag, historik",
        ),
        (
            file,
            "[brytpunkt]\nproto = \"BREAK_POINT\"\nsv    = \"Brytpunkt\"",
            "[brytpunkt] # HÄR\nproto = \"BREAK_POINT\"",
            "STOPP: «sv» saknas i [brytpunkt]",
        ),
        (file, "sv    = \"Brytpunkt\"", "sv = 7 # HÄR", "STOPP: «sv» ska vara en text inom citattecken"),
        (file, "sv    = \"Brytpunkt\"", "sv = \" \" # HÄR", "STOPP: «sv» är tom"),
        (file, "kvitto = true", "kvitto = \"ja\" # HÄR", "STOPP: «kvitto» ska vara true eller false"),
        (
            file,
            "[brytpunkt]\n",
            "[brytpunkt] # HÄR\nbara_hojning = true\n",
            "STOPP: fält i schemat bär BREAK_POINT: det är inte bara till för höjning",
        ),
        (
            file,
            "harledd = \"hotbild\"",
            "harledd = \"hotet\" # HÄR",
            "STOPP: «harledd» ska nämna ett annat slag, inte «hotet»",
        ),
        (
            file,
            "[finns]\nproto = \"EXISTENCE\"\nsv    = \"Att något hänt, när och hos vem\"\nlag   = \"-\"\nvital = true",
            "[finns] # HÄR\nproto = \"EXISTENCE\"\nsv = \"Att\"\nlag = \"-\"",
            "STOPP: finns ska vara vital när något annat är det",
        ),
        (file, "[finns]", "annat = 1 # HÄR\n[finns]", "STOPP: «annat» ska vara en tabell: [annat]"),
    ]);
    let (files, _) = broken(file, "kvitto       = true\nbara_hojning = true\n", "kvitto = true\n");
    assert!(
        shown(&findings(&files))
            .contains("STOPP: inget fält i schemat bär PROTECTED_IDENTITY: skriv bara_hojning = true")
    );
}

#[test]
fn of_the_grounds() {
    let file = "grunder.toml";
    expect(&[
        (
            file,
            "namn = \"OSL 10:24\"",
            "namn = \"OSL 10:21-24\" # HÄR",
            "STOPP: «OSL 10:21-24» är ett intervall: en grund är ett enda lagrum",
        ),
        (file, "namn = \"OSL 10:23\"", "namn = \"OSL 10:21\" # HÄR", "STOPP: grunden «OSL 10:21» står två gånger"),
        (
            file,
            "till = [\"ambulans\"]",
            "till = [\"sjukhus\"] # HÄR",
            "STOPP: okänd mottagartyp «sjukhus»; typerna är ",
        ),
        (
            file,
            "utom = [\"patient_id\", \"halsa\"]\ntill = [\"polis\"]",
            "utom = [\"patient_id\", \"hälsa\"] # HÄR\ntill = [\"polis\"]",
            "STOPP: okänt slag «hälsa»; slagen står i slag.toml",
        ),
        (file, "[[grund]]\nnamn = \"OSL 8:3\"", "[[grund]] # HÄR\nnam = \"OSL 8:3\"", "STOPP: «namn» saknas i [grund]"),
        (
            file,
            "[[grund]]\nnamn = \"OSL 8:3\"",
            "[[grund]]\nnam = \"OSL 8:3\" # HÄR",
            "STOPP: okänd nyckel «nam» i [grund]; nycklarna är namn, sv, slag, utom, till",
        ),
        (
            file,
            "[[grund]]\nnamn = \"samtycke\"",
            "[grunder] # HÄR\n[[grund]]\nnamn = \"samtycke\"",
            "STOPP: okänd nyckel «grunder» i [filen]; nycklarna är [[grund]]",
        ),
    ]);
    let (files, _) = broken(
        file,
        "utom = [\"patient_id\", \"halsa\"]\ntill = [\"polis\", \"räddning\"",
        "till = [\"polis\", \"räddning\"",
    );
    let told = shown(&findings(&files));
    assert!(told.contains("STOPP: OSL 10:27 får inte vara grund för halsa (OSL 25 kap. 1 §)"), "{told}");
    assert!(told.contains("STOPP: OSL 10:27 får inte vara grund för patient_id (OSL 25 kap. 1 §)"), "{told}");
}

#[test]
fn of_the_requirements() {
    let file = "krav.toml";
    let new = "[[krav]] # HÄR\ntext = \"Nytt\"\nslag = [\"adress\"]\n";
    let add = |rest: &str| format!("{new}{rest}\n[[krav]]\ntext  = \"Dolda");
    for (rest, message) in [
        ("", "STOPP: kravet «Nytt» kräver inget: skriv hogst eller minst"),
        (
            "aven_efter_utlamning = true\nminst = { \"polis\" = \"dold\" }",
            "STOPP: kravet «Nytt»: aven_efter_utlamning hör till hogst",
        ),
    ] {
        expect(&[(file, "[[krav]]\ntext  = \"Dolda", &add(rest), message)]);
    }
    let new = new.replace(" # HÄR", "");
    let add = |rest: &str| format!("{new}{rest}\n[[krav]]\ntext  = \"Dolda");
    for (rest, message) in [
        (
            "fran = \"nära\" # HÄR\nhogst = { \"polis\" = \"full\" }",
            "STOPP: kravet «Nytt»: fran hör till minst, hogst gäller alltid",
        ),
        (
            "fran = \"nara\" # HÄR\nminst = { \"polis\" = \"dold\" }",
            "STOPP: okänd situation «nara»; väntade en av ingen, nära, larmad, leder",
        ),
        (
            "hogst = { \"polis\" = \"grovt\" } # HÄR",
            "STOPP: okänd nivå «grovt»; väntade en av dold, maskerad, grov, full",
        ),
        ("hogst = { \"polisen\" = \"grov\" } # HÄR", "STOPP: okänd mottagare «polisen»; mottagarna är alla, "),
        (
            "hogst = { \"polis/enhet\" = \"grov\" } # HÄR",
            "STOPP: «hogst» nämner en typ eller en mottagare, inte «polis/enhet»",
        ),
        (
            "minst = { \"allmänhet\" = \"grov\" } # HÄR",
            "STOPP: «allmänhet» är ingen organisation: minst gäller bara dem",
        ),
        ("minst = { \"utland\" = \"grov\" } # HÄR", "STOPP: «utland» är ingen organisation: minst gäller bara dem"),
        ("hogst = \"grov\" # HÄR", "STOPP: «hogst» ska vara en tabell: [hogst]"),
        (
            "nagot = true # HÄR\nhogst = { \"polis\" = \"full\" }",
            "STOPP: okänd nyckel «nagot» i [krav]; nycklarna är text, slag, fran",
        ),
    ] {
        expect(&[(file, "[[krav]]\ntext  = \"Dolda", &add(rest), message)]);
    }
}

#[test]
fn of_requirements_broken() {
    let region = "region-jh.toml";
    expect(&[
        (
            region,
            "\"sos/operatör @larmad\" = \"grov\"",
            "\"räddning/ledning @larmad\" = \"full\" # HÄR",
            "STOPP: kravet «Hälsouppgifter och patientens identitet syns i klartext bara hos vården om de inte lämnats ut» bryts: patient_id ägt av region-jh syns som full för raddning-jamtland/ledning i situation larmad (och 1 fall till)",
        ),
        (
            region,
            "\"alla @larmad\"       = \"full\"\n\"alla @nära\"         = \"grov\"",
            "\"alla @leder\"       = \"full\"\n\"alla @nära\"         = \"grov\" # HÄR",
            "STOPP: kravet «Det som behövs för att rycka ut säkert når alla larmade, alltid» bryts: adress ägt av region-jh syns som grov för sos-alarm/läsare i situation larmad (och ",
        ),
        (
            region,
            "[larmet]                                    # ingen sekretess; varje krävd part ska se de andra\nslag                 = [\"kvittens\", \"grind\", \"totalinformation\"]\n\"alla @larmad\"       = \"full\"",
            "[larmet] # HÄR\nslag = [\"kvittens\", \"grind\", \"totalinformation\"]",
            "STOPP: kravet «Det som behövs för att rycka ut säkert når alla larmade, alltid» bryts: grind ägt av region-jh syns som dold för sos-alarm/läsare i situation larmad (och ",
        ),
        (
            region,
            "\"polis @larmad\"      = \"full\"\n\"sos @larmad\"        = \"grov\"",
            "\"polis @larmad\"      = \"full\"\nutlamning = { till = [\"vaktbolaget\"], hogst = \"maskerad\", av = [\"ambulans\"], grund = [\"OSL 10:2\"], max_minuter = 5 } # HÄR",
            "STOPP: kravet «Bevakningsföretag får aldrig patienter, inringare eller misstänkta, inte ens efter utlämning» bryts: hotbild ägt av region-jh kan lämnas ut som maskerad till vaktbolaget",
        ),
        (
            "polis-nord.toml",
            "bara_push   = [",
            "bara_push   = [\"adress\", # HÄR\n",
            "STOPP: adress kan inte stå i bara_push: kravet «Det som behövs för att rycka ut säkert når alla larmade, alltid» ger det minst",
        ),
    ]);
    let (files, _) = broken(region, "\"ostersund\", \"vaktbolaget\"]", "\"vaktbolaget\"]");
    let told = shown(&findings(&files));
    assert!(
        told.contains(
            "region-jh.toml:5: VARNING: «ostersund» står inte bland mottagare och får inget av det som kraven ger"
        ),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "a warning, and nothing else: {told}");
}

#[test]
fn of_the_set_of_files() {
    for name in ["slag.toml", "grunder.toml", "krav.toml"] {
        let mut files = texts();
        files.remove(name);
        assert_eq!(shown(&findings(&files)), format!("{name}:1: STOPP: filen saknas\n"));
    }
    let mut files = texts();
    let text = files.remove("ostersund.toml").expect("the municipality's file");
    files.insert("are.toml".to_owned(), text);
    assert_eq!(
        shown(&findings(&files)),
        "are.toml:1: STOPP: filen är ingen organisations: den ska heta <organisation>.toml\n\
         ostersund.toml:1: STOPP: filen saknas: varje organisation beslutar om sina uppgifter\n"
    );
}

#[test]
fn of_receivers_with_names_that_clash() {
    for (extra, message) in [
        (("polis", "polis", false), "STOPP: «polis» är namn på både en mottagare och en typ"),
        (("alla", "kommun", false), "STOPP: «alla» är namn på både en mottagare och en typ"),
        (("utland", "utländsk central", true), "STOPP: «utland» finns två gånger bland mottagarna"),
    ] {
        let mut all = receivers();
        all.push(receiver(extra));
        let findings = load_texts(&texts(), &all).expect_err("names that clash");
        assert!(shown(&findings).contains(&format!("mottagare:1: {message}")), "{}", shown(&findings));
    }
}

#[test]
fn all_at_once_in_order() {
    let (mut files, _) = broken("region-jh.toml", "\"sos @larmad\"        = \"full\"", "\"sosse\" = \"full\"");
    let police = files.get_mut("polis-nord.toml").expect("the police's file");
    *police = police.replacen("\"polis @nära\"        = \"full\"", "\"polis @nära\"        = \"fullt\"", 1);
    let findings = findings(&files);
    assert_eq!(findings.len(), 2, "{}", shown(&findings));
    assert!(findings.is_sorted() && findings[0].file == "polis-nord.toml");
}

#[test]
fn of_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = load(&folder.path().join("none"), &receivers()).expect_err("no folder");
    assert!(missing[0].message.starts_with("STOPP: kan inte läsas: "), "{}", missing[0]);
    std::fs::write(folder.path().join("slag.toml"), [0xff, 0xfe]).expect("a file that is no text");
    let unreadable = load(folder.path(), &receivers()).expect_err("no text");
    assert!(unreadable[0].to_string().starts_with("slag.toml:1: STOPP: kan inte läsas: "), "{}", unreadable[0]);
}
