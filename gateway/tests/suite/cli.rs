//! The command line: output and exit codes.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program, with this on its standard input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_samband-gateway"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn decodes_standard_input() {
    let output = run(&["decode", "sos", "-"], "8123401\nAnnat\nLyft\n".as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    let order = "case types description address city station talkgroups location flags raw";
    assert_eq!(keys, order.split(' ').collect::<Vec<_>>());
    assert!(text(&output.stdout).lines().count() > 5);
}

#[test]
fn compact_is_one_line() {
    let output = run(&["decode", "sos", "--compact", "-"], b"8123401\nAnnat\n");
    let written = text(&output.stdout);
    assert!(
        written.starts_with("{\"case\":\"8123401\",\"types\":[\"Annat\"],") && written.ends_with("}\n"),
        "{written}"
    );
    assert_eq!(written.lines().count(), 1);
}

#[test]
fn decodes_a_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"8123401\nAnnat\n").unwrap();
    let output = run(&["decode", "sos", file.path().to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn every_failure_has_its_exit_code_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let missing = format!("{folder}/saknas.txt");
    for (arguments, input, code, reason) in [
        (vec!["decode", "sos", missing.as_str()], &b""[..], 66, "saknas.txt"),
        (vec!["decode", "sos", folder], b"", 66, "cannot read"),
        (vec!["decode", "sos", "-"], b"", 65, "empty"),
        (vec!["decode", "sos", "-"], b" \r\n", 65, "empty"),
        (vec!["decode", "sos", "-"], b"\0\0\x01\x02\0", 65, "binary"),
        (vec!["decode", "sos"], b"", 64, "FILE"),
        (vec!["decode", "morse", "-"], b"", 64, "morse"),
        (vec![], b"", 64, "Usage"),
    ] {
        let output = run(&arguments, input);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(text(&output.stderr).contains(reason), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_has_an_example() {
    let output = run(&["decode", "sos", "--help"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("samband-gateway decode sos examples/"));
}
