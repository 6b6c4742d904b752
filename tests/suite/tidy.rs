//! The source checks itself: sizes, arrows, unfinished marks, limits that nothing uses.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use samband_tests::deployment::root;

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for top in ["proto", "src", "gateway", "tests", "bench"] {
        collect(&root().join(top), &mut found);
    }
    assert!(found.len() > 100, "the source is found: {}", found.len());
    found
}

fn collect(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.strip_prefix(root()).unwrap().to_path_buf(), text));
        }
    }
}

/// Files over the limit, with their size then. The list may only shrink.
const LONG_FILES: &[(&str, usize)] = &[];

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        let known = LONG_FILES.iter().find(|(known, _)| path == Path::new(known)).map_or(400, |(_, lines)| *lines);
        if lines > known {
            long.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_unfinished() {
    // Spelled in parts, so that this list does not find itself.
    let marks = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["FIX", "ME"].concat(),
        ["TO", "DO"].concat(),
        ["db", "g!("].concat(),
    ];
    for (path, text) in sources() {
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{}: {mark}", path.display());
        }
    }
}

/// Where, and what no `use` line or path there may name.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "src/domain/src",
        &["tokio", "std::time", "prost", "serde", "samband_proto", "samband_disclosure", "std::net", "std::fs"],
    ),
    ("src/disclosure/src", &["tokio", "tonic", "samband_journal", "samband_hub", "std::net", "std::time"]),
    ("src/journal/src", &["tokio", "samband_domain", "samband_disclosure", "samband_proto", "samband_hub"]),
    (
        "src/hub/src/session",
        &["tokio", "tonic", "tungstenite", "samband_journal", "crate::transport", "crate::command::desk"],
    ),
    ("src/hub/src/command", &["tokio", "tonic", "tungstenite", "crate::transport", "crate::fanout", "crate::session"]),
    ("src/hub/src/fanout", &["tokio", "tonic", "tungstenite", "crate::transport", "crate::command"]),
    (
        "src/hub/src/live",
        // "tonic" alone is also in "monotonic".
        &["tokio", "tonic::", "tungstenite", "samband_journal", "crate::command", "crate::transport", "crate::session"],
    ),
    ("src/hub/src/wire", &["tokio", "tonic", "samband_journal", "crate::command", "crate::fanout", "crate::transport"]),
    ("src/hub/src/transport", &["samband_domain::decide", "samband_disclosure::files"]),
    ("gateway/src", &["samband_hub", "samband_domain", "samband_disclosure", "samband_journal"]),
];

/// Whether the name stands in the line by itself: `monotonic` is no `tonic`.
fn names(line: &str, name: &str) -> bool {
    let begins = |at: usize| !line[..at].ends_with(|letter: char| letter.is_alphanumeric());
    line.match_indices(name).any(|(at, _)| begins(at))
}

/// The consoles keep the same measure.
#[test]
fn pages_are_short_enough_to_read() {
    let mut seen = 0;
    let mut folders = vec![root().join("web/core"), root().join("web/src"), root().join("web/e2e")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let skipped = ["node_modules", "gen"].iter().any(|name| path.ends_with(name));
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "ts" || end == "svelte") {
                seen += 1;
                let lines = fs::read_to_string(&path).unwrap().lines().count();
                assert!(lines <= 400, "{}: {lines} lines", path.display());
            }
        }
    }
    assert!(seen > 100, "{seen} files of the consoles");
}

#[test]
fn arrows_point_one_way() {
    for (path, text) in sources() {
        for (place, _) in ARROWS.iter().filter(|(place, _)| path.starts_with(place)) {
            let forbidden = ARROWS.iter().find(|(known, _)| known == place).unwrap().1;
            for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
                let named = forbidden.iter().find(|name| names(line, name));
                assert!(named.is_none(), "{}: {place} must not know {named:?}: {line}", path.display());
            }
        }
    }
}

#[test]
fn the_pure_crates_have_no_runtime_below_them() {
    let below = |package: &str, what: &str| {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "-e", "normal", "-p", package, "-i", what])
            .current_dir(root())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&tree.stdout).into_owned();
        tree.status.success() && text.contains(package)
    };
    assert!(below("samband-hub", "tokio"), "the question can be answered with yes");
    for package in ["samband-domain", "samband-disclosure", "samband-proto", "samband-journal"] {
        assert!(!below(package, "tokio"), "{package} has tokio below it");
    }
    assert!(!below("samband-gateway", "samband-hub"), "the gateway has a private door");
}

#[test]
fn every_limit_is_used() {
    let limits = fs::read_to_string(root().join("src/hub/src/limits.rs")).unwrap();
    let names: Vec<_> = limits
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
        .filter_map(|line| line.split(':').next())
        .collect();
    assert!(names.len() > 20);
    let elsewhere: Vec<_> =
        sources().into_iter().filter(|(path, _)| !path.ends_with("limits.rs") && path.starts_with("src/hub")).collect();
    for name in names {
        assert!(elsewhere.iter().any(|(_, text)| text.contains(name)), "{name} limits nothing");
    }
}

#[test]
fn every_file_is_part_of_a_crate() {
    let all = sources();
    for (path, _) in &all {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_root = |part: &str| path.to_string_lossy().contains(part);
        let root_file = ["lib", "main", "mod", "build"].contains(&stem.as_str())
            || ["compile_fail", "/examples/", "/fuzz_targets/"].into_iter().any(is_root);
        let named = |text: &String| text.contains(&format!("mod {stem};"));
        assert!(root_file || all.iter().any(|(_, text)| named(text)), "{}: no mod names it", path.display());
    }
}
