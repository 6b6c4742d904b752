//! The pages that are signed, the list of what became more open, and why a cell is as it is.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use samband_disclosure::{
    Viewer,
    files::{Loaded, load_texts},
    review::{diff, diff_schema, explain, matrix, matrix_json, schema_fields},
};
use samband_domain::{Involvement, Level, Role};
use samband_proto::v1::Marking;

use crate::deployment::{example, organisation, receivers, shown, texts};

/// The example with a text in one of its files replaced.
fn changed(file: &str, old: &str, new: &str) -> Loaded {
    let mut files = texts();
    let text = files.get_mut(file).expect("a file of the example");
    assert!(text.contains(old), "{file} has no {old}");
    *text = text.replacen(old, new, 1);
    load_texts(&files, &receivers()).unwrap_or_else(|findings| panic!("{}", shown(&findings)))
}

/// The checksum changes with every comment in the contract: it is tested for itself.
fn without_checksum(page: &str) -> String {
    let line = |line: &str| match line.strip_prefix("- kontrollsumma: ") {
        Some(hash) => format!("- kontrollsumma: {}\n", "0".repeat(hash.len())),
        None => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}

#[test]
fn pages_are_the_golden_ones() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for (owner, page) in matrix(&example()) {
        let (path, page) = (folder.join(format!("{owner}.md")), without_checksum(&page));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &page).expect("a writable golden file");
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            golden == page,
            "{owner}: the page is not {path:?}; UPDATE_GOLDEN=1 writes it anew, then read the change"
        );
    }
}

#[test]
fn the_checksum_is_of_files_and_names() {
    let one = example().policy.hash();
    assert_eq!(one, example().policy.hash());
    assert_ne!(one, changed("krav.toml", "# KRAVEN", "# Kraven").policy.hash());
    assert_eq!(example().policy.short_name().len(), 8);
}

#[test]
fn the_full_table_has_every_cell() {
    let table = matrix_json(&example());
    let cell = &table["agare"]["region-jh"]["slag"]["halsa"]["sos-alarm"]["operatör"];
    assert_eq!(cell["larmad"], "grov");
    assert_eq!(cell["nära"], "dold");
    let owners = table["agare"].as_object().expect("owners");
    let cells: usize = owners.values().map(|owner| owner["slag"].as_object().expect("markings").len()).sum();
    assert_eq!(cells, 7 * 44);
}

#[test]
fn only_what_opens_is_told() {
    let old = example();
    assert!(diff(&old, &example()).is_empty());
    let opened = changed(
        "region-jh.toml",
        "\"sos/operatör @larmad\" = \"grov\"",
        "\"sos/operatör @larmad\" = \"grov\"\n\"sos/ledning @larmad\" = \"grov\"",
    );
    let told: Vec<String> = diff(&old, &opened).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(
        told[0].starts_with(
            "PATIENT_IDENTITY ägt av region-jh: dold -> grov för sos-alarm/ledning i situation larmad (region-jh.toml:"
        ),
        "{told:#?}"
    );
    assert!(diff(&opened, &old).is_empty(), "the other way nothing opens");
}

#[test]
fn terms_that_open_are_told() {
    let old = example();
    for (file, before, after, told) in [
        (
            "polis-nord.toml",
            r#"["hotbild", "misstankt", "ringare", "fordon"]"#,
            r#"["hotbild", "misstankt", "fordon"]"#,
            "CALLER ägt av polis-nord: når andra utan att ha delats med dem",
        ),
        (
            "slag.toml",
            "historik = false\nkvitto   = true\n\n[halsa]",
            "kvitto   = true\n\n[halsa]",
            "PATIENT_IDENTITY: larm öppnar nu det som skrevs före",
        ),
        (
            "polis-nord.toml",
            "max_minuter = 120",
            "max_minuter = 240",
            "THREAT_ASSESSMENT ägt av polis-nord: kan nu lämnas ut till ambulans/ledning, räddning/ledning högst grov av polis/ledning 240 min (OSL 10:2, OSL 10:27, BrB 24:4)",
        ),
    ] {
        let new = changed(file, before, after);
        let openings: Vec<String> = diff(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(openings, [told]);
    }
}

#[test]
fn a_field_with_a_more_open_marking_is_told() {
    let loaded = example();
    let now = schema_fields();
    assert_eq!(now["FactStated.health"], "HEALTH");
    let mut before: BTreeMap<String, String> = now.clone();
    before.insert("FactStated.address".to_owned(), "PATIENT_IDENTITY".to_owned());
    before.insert("FactStated.health".to_owned(), "ADDRESS".to_owned());
    let told = diff_schema(&loaded, &before, &now);
    assert_eq!(told.iter().map(|opening| opening.field.as_str()).collect::<Vec<_>>(), ["FactStated.address"]);
    assert!(
        told[0].to_string().starts_with("FactStated.address: PATIENT_IDENTITY -> ADDRESS: dold -> "),
        "{}",
        told[0]
    );
    assert!(diff_schema(&loaded, &now, &now).is_empty());
}

#[test]
fn every_cell_has_a_reason() {
    let loaded = example();
    let why = |owner: &str, viewer: &str, role, involvement, marking| {
        let viewer = Viewer { organisation: organisation(viewer), role };
        explain(&loaded, &organisation(owner), &viewer, involvement, marking)
    };
    let line = why("region-jh", "sos-alarm", Role::Operator, Involvement::Lead, Marking::Health);
    assert_eq!((line.level, line.file.as_str()), (Level::Coarse, "region-jh.toml"));
    assert_eq!(line.text, "\"sos/operatör @larmad\" = \"grov\"");
    assert_eq!(texts()["region-jh.toml"].lines().nth(line.line - 1).map(str::trim), Some(line.text.as_str()));
    let own = why("region-jh", "region-jh", Role::Viewer, Involvement::None, Marking::Health);
    assert_eq!((own.level, own.text.as_str()), (Level::Full, "ägaren själv"));
    let none = why("region-jh", "ostersund", Role::Command, Involvement::Lead, Marking::Health);
    assert_eq!((none.level, none.text.as_str()), (Level::Hidden, "ingen rad: dold"));
    let nobody = why("region-jh", "okand", Role::Command, Involvement::Lead, Marking::Health);
    assert_eq!(nobody.level, Level::Hidden);
}

#[test]
fn relayed_acknowledgements_count_where_the_represented_says_so() {
    let loaded = example();
    assert!(loaded.relayed_counts(&organisation("region-jh"), &organisation("sos-alarm")));
    assert!(!loaded.relayed_counts(&organisation("sos-alarm"), &organisation("region-jh")));
    assert!(!loaded.relayed_counts(&organisation("region-jh"), &organisation("vaktbolaget")));
}
