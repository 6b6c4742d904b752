//! The watched folder.

use std::fs;
use std::path::Path;

use samband_gateway::inbox::{Inbox, Scan, Settled};
use samband_gateway::sos::MAX_BYTES;

fn names(scan: &Scan) -> Vec<String> {
    assert!(scan.failed.is_empty(), "{:?}", scan.failed);
    scan.letters.iter().map(|letter| letter.name.to_string_lossy().into_owned()).collect()
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn files_come_in_name_order_once_they_are_stable() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    for name in ["b.txt", "a.txt", "c", ".hidden", "d.tmp", "e.PART"] {
        fs::write(dir.path().join(name), name).unwrap();
    }
    fs::create_dir(dir.path().join("folder.txt")).unwrap();
    assert!(names(&inbox.scan().unwrap()).is_empty());
    let scan = inbox.scan().unwrap();
    assert_eq!(names(&scan), ["a.txt", "b.txt", "c"]);
    assert_eq!(scan.letters[0].bytes, b"a.txt");
    assert!(!format!("{scan:?}").contains("97"), "no content in {scan:?}");
}

#[test]
fn a_file_that_grows_is_left_until_it_stops() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    for content in ["4", "47", "4711"] {
        fs::write(&path, content).unwrap();
        assert!(names(&inbox.scan().unwrap()).is_empty(), "{content}");
    }
    assert_eq!(inbox.scan().unwrap().letters[0].bytes, b"4711");
}

#[test]
fn an_empty_file_is_given_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    fs::write(dir.path().join("a.txt"), "").unwrap();
    for _ in 0..9 {
        assert!(names(&inbox.scan().unwrap()).is_empty());
    }
    assert_eq!(names(&inbox.scan().unwrap()), ["a.txt"]);
}

#[test]
fn settled_files_are_moved() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    fs::write(dir.path().join("a.txt"), "bra").unwrap();
    fs::write(dir.path().join("b.txt"), "skräp").unwrap();
    inbox.scan().unwrap();
    let scan = inbox.scan().unwrap();
    assert_eq!(inbox.done(&scan.letters[0]).unwrap(), Settled::Moved);
    assert_eq!(inbox.refuse(&scan.letters[1], "ingen text").unwrap(), Settled::Moved);
    assert!(names(&inbox.scan().unwrap()).is_empty());
    assert_eq!(files(dir.path()), ["avvisade", "klara"]);
    assert_eq!(files(&dir.path().join("klara")), ["a.txt"]);
    assert_eq!(files(&dir.path().join("avvisade")), ["b.txt", "b.txt.orsak"]);
    assert_eq!(fs::read_to_string(dir.path().join("avvisade/b.txt.orsak")).unwrap(), "ingen text\n");
    // Confirming twice harms nothing.
    assert_eq!(inbox.done(&scan.letters[0]).unwrap(), Settled::Moved);
}

#[test]
fn an_unsettled_file_comes_again_also_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "4711").unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    inbox.scan().unwrap();
    assert_eq!(names(&inbox.scan().unwrap()), ["a.txt"]);
    assert_eq!(names(&inbox.scan().unwrap()), ["a.txt"]);
    let mut restarted = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    restarted.scan().unwrap();
    assert_eq!(names(&restarted.scan().unwrap()), ["a.txt"]);
}

#[test]
fn a_crash_after_the_reason_was_written_refuses_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    fs::write(dir.path().join("a.txt"), "x").unwrap();
    fs::write(dir.path().join("avvisade/a.txt.orsak"), "halv").unwrap();
    inbox.scan().unwrap();
    let scan = inbox.scan().unwrap();
    inbox.refuse(&scan.letters[0], "hel").unwrap();
    assert_eq!(files(&dir.path().join("avvisade")), ["a.txt", "a.txt.orsak"]);
    assert_eq!(fs::read_to_string(dir.path().join("avvisade/a.txt.orsak")).unwrap(), "hel\n");
}

#[test]
fn a_rewritten_file_is_not_moved_away_unread() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    fs::write(dir.path().join("a.txt"), "gammal").unwrap();
    inbox.scan().unwrap();
    let scan = inbox.scan().unwrap();
    fs::write(dir.path().join("a.txt"), "rättad text").unwrap();
    assert_eq!(inbox.done(&scan.letters[0]).unwrap(), Settled::Rewritten);
    inbox.scan().unwrap();
    assert_eq!(inbox.scan().unwrap().letters[0].bytes, "rättad text".as_bytes());
}

#[test]
fn a_name_that_comes_again_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    for content in ["ett", "tva", "tre"] {
        fs::write(dir.path().join("a.txt"), content).unwrap();
        inbox.scan().unwrap();
        let scan = inbox.scan().unwrap();
        inbox.done(&scan.letters[0]).unwrap();
    }
    assert_eq!(files(&dir.path().join("klara")), ["a.txt", "a.txt.2", "a.txt.3"]);
    assert_eq!(fs::read_to_string(dir.path().join("klara/a.txt")).unwrap(), "ett");
}

#[test]
fn a_huge_file_is_read_just_past_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = Inbox::open(dir.path(), MAX_BYTES).unwrap();
    fs::write(dir.path().join("a.txt"), vec![b'a'; 3 * MAX_BYTES]).unwrap();
    inbox.scan().unwrap();
    assert_eq!(inbox.scan().unwrap().letters[0].bytes.len(), MAX_BYTES + 1);
}

#[test]
fn what_is_no_folder_is_refused_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let error = Inbox::open(dir.path().join("saknas"), MAX_BYTES).unwrap_err().to_string();
    assert!(error.contains("saknas"), "{error}");
}
