//! Every rule of an owner's file, broken once.

use crate::{
    deployment::{shown, texts},
    findings::{broken, expect, findings},
};

#[test]
fn of_an_owners_heading() {
    let file = "region-jh.toml";
    expect(&[
        (file, "\"region-jh\"", "\"region-z\" # HÄR", "STOPP: agare är «region-z» men filen heter region-jh.toml"),
        (
            file,
            "[\"sos-alarm\", \"polis-nord\"",
            "[\"sosalarm\", \"polis-nord\"] # HÄR\nhort_av_2 = [\"a\"",
            "STOPP: okänd organisation «sosalarm»; organisationerna är sos-alarm, polis-nord",
        ),
        (
            file,
            "mottagare   = [",
            "mottagare   = [\"allmanheten\", # HÄR\n",
            "STOPP: «allmanheten» är ingen organisation och nämns bara på egna rader",
        ),
        (
            file,
            "mottagare   = [",
            "mottagare   = [\"region-jh\", # HÄR\n",
            "STOPP: ägaren själv hör inte hemma i «mottagare»",
        ),
        (
            file,
            "\"lansstyrelsen-z\", \"ostersund\"",
            "\"ostersund\",\n\"ostersund\" # HÄR\n",
            "STOPP: «ostersund» står två gånger i «mottagare»",
        ),
        (file, "hort_av     = [\"sos-alarm\"]", "hort_av = [\"1177\"] # HÄR", "STOPP: okänd organisation «1177»"),
        (
            file,
            "hort_av     = [\"sos-alarm\"]",
            "hort_av = \"sos-alarm\" # HÄR",
            "STOPP: «hort_av» ska vara en lista av texter",
        ),
        (
            file,
            "hort_av     = [\"sos-alarm\"]",
            "hort_av = [1] # HÄR",
            "STOPP: «hort_av» ska vara en lista av bara texter",
        ),
        (
            file,
            "ombud       = [\"sos-alarm 3269000-3269999\"]",
            "ombud = [\"okänd 1-2\"] # HÄR",
            "STOPP: okänd organisation «okänd»",
        ),
        (
            file,
            "ombud       = [\"sos-alarm 3269000-3269999\"]",
            "ombud = [\"sos-alarm\"] # HÄR",
            "STOPP: «ombud» är organisation och issi",
        ),
        (
            file,
            "ombud       = [\"sos-alarm 3269000-3269999\"]",
            "ombud = [\"sos-alarm 9-3\"] # HÄR",
            "STOPP: «ombud» är organisation och issi",
        ),
        (
            file,
            "ombud       = [\"sos-alarm 3269000-3269999\"]",
            "ombud = [\"sos-alarm 1-16777216\"] # HÄR",
            "STOPP: «ombud» är organisation och issi",
        ),
        (
            "polis-nord.toml",
            "bara_push   = [",
            "bara_push   = [\"kvittens\", # HÄR\n",
            "STOPP: kvittens kan inte stå i bara_push: den som krävs ska se vem som kvitterat",
        ),
        (
            "polis-nord.toml",
            "bara_push   = [",
            "bara_push   = [\"grind\", # HÄR\n",
            "STOPP: grind kan inte stå i bara_push",
        ),
        (
            file,
            "version     = \"2026-11-25.1\"",
            "vers = \"1\" # HÄR",
            "STOPP: okänd nyckel «vers» i [beslut]; nycklarna är agare, version",
        ),
    ]);
    let missing = ["agare", "version", "beslutad_av", "mottagare", "fraga"];
    for key in missing {
        let mut files = texts();
        let text = files.get_mut(file).expect("the file");
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(key)).collect();
        *text = kept.join("\n");
        let wanted = format!("region-jh.toml:5: STOPP: «{key}» saknas i [beslut]");
        assert!(shown(&findings(&files)).contains(&wanted), "{wanted}");
    }
    let (files, _) = broken(file, "[beslut]", "[beslutet]");
    assert!(shown(&findings(&files)).contains("region-jh.toml:1: STOPP: [beslut] saknas"));
}

#[test]
fn of_a_line() {
    let file = "region-jh.toml";
    let old = "\"sos @larmad\"        = \"full\"";
    let cases = [
        (
            "\"sjukhus @larmad\" = \"full\" # HÄR",
            "STOPP: okänd mottagare «sjukhus»; mottagarna är alla, allmänhet, ambulans, ",
        ),
        (
            "\"sos/chef @larmad\" = \"full\" # HÄR",
            "STOPP: okänd roll «chef»; väntade en av läsare, enhet, operatör, ledning, port",
        ),
        ("\"sos/operator @larmad\" = \"full\" # HÄR", "STOPP: okänd roll «operator»"),
        (
            "\"sos @larmade\" = \"full\" # HÄR",
            "STOPP: okänd situation «larmade»; väntade en av ingen, nära, larmad, leder",
        ),
        ("\"sos @larmad\" = \"synlig\" # HÄR", "STOPP: okänd nivå «synlig»; väntade en av dold, maskerad, grov, full"),
        ("\"sos @larmad\" = true # HÄR", "STOPP: «sos @larmad» ska vara en text inom citattecken"),
        (
            "\"sos @larmad\" = \"full\"\n\"sos@larmad\" = \"dold\" # HÄR",
            "STOPP: raden «sos@larmad» säger samma sak som rad",
        ),
        ("\"sos\" = \"full\"\n\"sos @ingen\" = \"dold\" # HÄR", "STOPP: raden «sos @ingen» säger samma sak som rad"),
        (
            "\"sos @larmad\" = \"full\"\n\"sos @larmad\" = \"dold\" # HÄR",
            "STOPP: filen kan inte läsas som TOML: duplicate key",
        ),
        ("\"sos @larmad\" = full # HÄR", "STOPP: filen kan inte läsas som TOML: "),
        ("fastställd = \"full\" # HÄR", "STOPP: filen kan inte läsas som TOML: "),
        (
            "\"allmänhet\" = \"dold\" # HÄR",
            "STOPP: typen «allmänhet» har inga organisationer: nämn mottagaren vid namn",
        ),
        (
            "\"sos @larmad\" = \"grov\" # HÄR",
            "VARNING: koppling har ingen grov form: den som får grov ser det som maskerat",
        ),
        ("takk = \"polis\" # HÄR", "STOPP: okänd mottagare «takk»"),
    ];
    for (new, message) in cases {
        expect(&[(file, old, new, message)]);
    }
    expect(&[
        (
            file,
            "slag                 = [\"koppling\"]",
            "slag = [\"kopling\"] # HÄR",
            "STOPP: okänt slag «kopling»; slagen står i slag.toml",
        ),
        (
            file,
            "[kopplingar]                                # en koppling kan röja en återkommande patient: OSL 25 kap. 1 §\nslag                 = [\"koppling\"]",
            "[kopplingar] # HÄR",
            "STOPP: «slag» saknas i [kopplingar]",
        ),
        (
            file,
            "[kopplingar]                                # en koppling kan röja en återkommande patient: OSL 25 kap. 1 §\nslag                 = [\"koppling\"]",
            "[kopplingar] # HÄR\nslag = [\"koppling\", \"larmtext\", \"finns\"]",
            "STOPP: finns står både i [vad-som-hant] och [kopplingar]",
        ),
        (
            file,
            "slag                 = [\"finns\", \"handelse\", \"larm\", \"farligt_amne\"]",
            "slag = [\"finns\"]\n\"sos @leder\" = \"maskerad\" # HÄR",
            "STOPP: finns kan bara vara dold eller full",
        ),
        (
            file,
            "\"ostersund\", \"vaktbolaget\"]",
            "\"vaktbolaget\"]\nbara_push = []\n[x]\nslag = []\n\"ostersund\" = \"dold\" # HÄR\n[y]\nslag = []",
            "STOPP: «ostersund» har en egen rad men står inte bland mottagare i [beslut]",
        ),
    ]);
    let (mut files, _) = broken(file, "\"allmanheten\"        = \"dold\"\n", "");
    let text = files.get_mut(file).unwrap();
    *text = text.lines().filter(|line| !line.starts_with("\"allmanheten\"")).map(|line| format!("{line}\n")).collect();
    assert!(
        shown(&findings(&files))
            .contains("region-jh.toml:5: STOPP: «allmanheten» saknar rad: skriv vad den får, om så \"dold\"")
    );
    let (files, _) = broken(file, "slag                 = [\"koppling\"]", "slag = []");
    assert_eq!(
        shown(&findings(&files)),
        "region-jh.toml:5: VARNING: koppling nämns inte: det är dolt för alla andra\n"
    );
}

#[test]
fn a_gateway_gets_no_more_than_the_units_and_is_told_so() {
    let file = "region-jh.toml";
    let old = "\"sos @larmad\"        = \"full\"";
    let gives = "\"sos/port @larmad\" = \"full\" # HÄR\n\"sos/enhet @larmad\" = \"maskerad\"";
    expect(&[(file, old, gives, "VARNING: sos/port ger mer än enheterna får: en port får aldrig mer än de")]);
    let takes = format!("{old}\n\"sos/port @larmad\" = \"maskerad\"");
    let (files, _) = broken(file, old, &format!("{takes} # HÄR"));
    assert_eq!(shown(&findings(&files)), "", "less is no mistake");
}

#[test]
fn of_ceilings_and_releases() {
    let file = "region-jh.toml";
    let old = "\"sos @larmad\"        = \"full\"";
    let row = |rest: &str| format!("utlamning = {{ {rest} }} # HÄR");
    let good = "till = [\"sos/ledning\"], hogst = \"full\", av = [\"ambulans/ledning\"], grund = [\"OSL 10:2\"], max_minuter = 5";
    let with = |from: &str, to: &str| {
        assert!(good.contains(from));
        row(&good.replace(from, to))
    };
    let cases = [
        (
            format!("tak = \"region-jh\"\n{}", row(good)),
            "STOPP: [kopplingar] har både tak och utlamning: de utesluter varandra",
        ),
        ("tak = \"alla\" # HÄR".to_owned(), "STOPP: tak ska nämna en organisation eller en typ, inte «alla»"),
        (
            "tak = \"polis/ledning\" # HÄR".to_owned(),
            "STOPP: tak ska nämna en organisation eller en typ, inte «polis/ledning»",
        ),
        ("tak = \"milisen\" # HÄR".to_owned(), "STOPP: okänd mottagare «milisen»"),
        (
            "tak = \"polis\"\n\"sos/ledning @leder\" = \"maskerad\" # HÄR".to_owned(),
            "STOPP: taket «polis» i [kopplingar] bryts: sos/ledning ger mer än dold",
        ),
        (with("OSL 10:2", "uppdraget"), "STOPP: okänd grund «uppdraget»; grunderna står i grunder.toml"),
        (with("OSL 10:2", "OSL 10:21-24"), "STOPP: okänd grund «OSL 10:21-24»; grunderna står i grunder.toml"),
        (with("OSL 10:2", "OSL 10:27"), "STOPP: OSL 10:27 får inte vara grund för utlämning till sos"),
        (with("OSL 10:2", "OSL 10:23"), "STOPP: OSL 10:23 får inte vara grund för koppling (-)"),
        (with("sos/ledning", "alla"), "STOPP: utlämning sker till någon, inte till «alla»"),
        (with("sos/ledning", "sos/port"), "STOPP: utlämning sker till människor, inte till «sos/port»"),
        (with("sos/ledning", "sos/chef"), "STOPP: okänd roll «chef»"),
        (
            with("ambulans/ledning", "polis/ledning"),
            "STOPP: bara ägaren lämnar ut det som är dess: inte «polis/ledning»",
        ),
        (with("max_minuter = 5", "max_minuter = 0"), "STOPP: max_minuter ska vara minst 1"),
        (with("max_minuter = 5", "max_minuter = -5"), "STOPP: «max_minuter» ska vara ett helt tal"),
        (with(", max_minuter = 5", ""), "STOPP: «max_minuter» saknas i [utlamning]"),
        (with("hogst", "högst"), "STOPP: filen kan inte läsas som TOML"),
        (
            with("hogst", "mest"),
            "STOPP: okänd nyckel «mest» i [utlamning]; nycklarna är till, hogst, av, grund, max_minuter",
        ),
        ("utlamning = \"nej\" # HÄR".to_owned(), "STOPP: «utlamning» ska vara en tabell eller flera"),
    ];
    for (new, message) in &cases {
        expect(&[(file, old, new, message)]);
    }
    expect(&[(
        file,
        "grund = [\"samtycke\", \"OSL 10:2\", \"BrB 24:4\"], max_minuter = 60 },\n",
        "grund = [\"OSL 10:27\"], max_minuter = 60 }, # HÄR\n",
        "STOPP: OSL 10:27 får inte vara grund för halsa (OSL 25 kap. 1 §)",
    )]);
}
