//! What is decoded, and where it is printed.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Serialize;

use crate::cli::{Failure, exit};

/// A file, or standard input for `-`: never more than one byte over the limit, so that the decoder notices a longer one.
pub(super) fn read(file: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let limit = limit as u64 + 1;
    let mut bytes = Vec::new();
    let done = if is_stdin(file) {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|open| open.take(limit).read_to_end(&mut bytes))
    };
    done.map_err(|error| Failure::new(exit::NO_INPUT, format!("cannot read {}: {error}", name(file))))?;
    Ok(bytes)
}

/// A word on the command line, or the first line of standard input for `-`.
pub(super) fn word(word: &str, limit: usize) -> Result<String, Failure> {
    if word != "-" {
        return Ok(word.to_owned());
    }
    let bytes = read(Path::new("-"), limit)?;
    String::from_utf8(bytes).map_err(|_| Failure::new(exit::DATA, "standard input is no text"))
}

/// How it is called in an error.
pub(super) fn name(file: &Path) -> String {
    if is_stdin(file) { "standard input".to_owned() } else { file.display().to_string() }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Prints it as JSON.
pub(super) fn print(value: &impl Serialize, compact: bool) -> Result<(), Failure> {
    let written = if compact { serde_json::to_string(value) } else { serde_json::to_string_pretty(value) };
    written
        .map_err(io::Error::from)
        .and_then(|json| writeln!(io::stdout().lock(), "{json}"))
        .map_err(|error| Failure::new(exit::IO, format!("cannot write: {error}")))
}

/// What must be refused.
pub(super) fn refuse(reason: impl std::fmt::Display) -> Failure {
    Failure::new(exit::DATA, reason.to_string())
}
