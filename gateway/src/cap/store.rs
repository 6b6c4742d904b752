//! Warnings that were issued: a folder of files, which is also what is handed to whoever spreads them.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{Alert, Reference, outbound::Earlier, read, write};

/// Messages about the same that stand in the folder, in the order they were sent.
///
/// # Errors
/// The folder cannot be read. A file that is no message is somebody else's and passed over.
pub fn earlier(folder: &Path, sender: &str, incidents: &str) -> io::Result<Vec<Earlier>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "xml") {
            continue;
        }
        let Ok(alert) = read(&fs::read(&path)?) else { continue };
        if alert.sender == sender && alert.incidents.as_deref() == Some(incidents) {
            found.push((alert.sent.seconds, number(&alert.identifier), alert));
        }
    }
    found.sort_by_key(|(sent, number, _)| (*sent, *number));
    let earlier = |(_, _, alert): (i64, u32, Alert)| Earlier {
        reference: Reference { sender: alert.sender, identifier: alert.identifier, sent: alert.sent.written },
        msg_type: alert.msg_type,
        status: alert.status,
    };
    Ok(found.into_iter().map(earlier).collect())
}

fn number(identifier: &str) -> u32 {
    identifier.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Writes a message into the folder, whole or not at all, and never over another.
///
/// # Errors
/// It cannot be written, or stands there already: somebody else issued one at the same time.
pub fn put(folder: &Path, alert: &Alert) -> io::Result<PathBuf> {
    let path = folder.join(format!("{}.xml", alert.identifier));
    // A name of its own: what a crash has left stands in nobody's way.
    let made = folder.join(format!("{}.{}.part", alert.identifier, uuid::Uuid::now_v7()));
    let placed = write_whole(&made, alert).and_then(|()| fs::hard_link(&made, &path));
    let removed = fs::remove_file(&made);
    placed?;
    removed.map(|()| path)
}

fn write_whole(path: &Path, alert: &Alert) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(write(alert).as_bytes())?;
    file.sync_all()
}
