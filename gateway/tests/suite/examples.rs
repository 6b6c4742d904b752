//! The texts of `examples/jamtland/larm` give the JSON beside them, byte for byte.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use samband_gateway::sos::decode;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/jamtland/larm")
}

fn names(folder: &Path, ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    files.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

#[test]
fn every_example_is_read_as_expected() {
    let (texts, expected) = (folder(), folder().join("expected"));
    for name in names(&texts, ".txt") {
        let alarm = decode(&fs::read(texts.join(format!("{name}.txt"))).unwrap());
        let json = serde_json::to_string_pretty(&alarm).unwrap() + "\n";
        let path = expected.join(format!("{name}.json"));
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&path, &json).unwrap();
        }
        assert_eq!(json, fs::read_to_string(&path).unwrap(), "{name}");
    }
}

#[test]
fn every_example_has_an_expectation_and_the_other_way_round() {
    assert_eq!(names(&folder(), ".txt"), names(&folder().join("expected"), ".json"));
}

#[test]
fn the_examples_cover_what_their_readme_says() {
    let read = |name: &str| decode(&fs::read(folder().join(format!("{name}.txt"))).unwrap());
    let first = read("01-trad-over-vag");
    let second = read("09-trad-over-vag-andra-station");
    assert_eq!((first.case == second.case, first.station == second.station), (true, false));
    let not_utf8 =
        |name: &String| std::str::from_utf8(&fs::read(folder().join(format!("{name}.txt"))).unwrap()).is_err();
    assert!(names(&folder(), ".txt").iter().filter(|name| not_utf8(name)).count() >= 2);
    assert!(read("11-okand-typ").flags.contains("unknown_type"));
    assert!(read("10-trasig-position").location.is_none());
}
