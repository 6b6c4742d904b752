//! Text alarms of the demo: the gateway beside the hub, and letters for it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::cli::output::{Failure, error};

/// The gateway, as a process of its own: it has no private door.
pub(super) struct Intake(Option<std::process::Child>);

impl Intake {
    pub(super) fn start(inbox: &Path, hub: SocketAddr) -> Result<Self, Failure> {
        std::fs::create_dir_all(inbox).map_err(Failure::unavailable)?;
        let program = std::env::current_exe().ok().map(|path| path.with_file_name("samband-gateway"));
        let Some(program) = program.filter(|program| program.exists()) else {
            error("samband-gateway finns inte bredvid programmet: inga textlarm tas in");
            return Ok(Self(None));
        };
        let child = std::process::Command::new(program)
            .args(["sos", "--as", "sos-alarm/gateway", "--hub"])
            .arg(format!("http://{hub}"))
            .arg("--watch")
            .arg(inbox)
            .stdout(std::process::Stdio::null())
            .spawn();
        child.map(|child| Self(Some(child))).map_err(|error| Failure::unavailable(format!("samband-gateway: {error}")))
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A text alarm now and then, as a dispatch system would write them.
pub(super) async fn drop_letters(from: PathBuf, inbox: PathBuf, seconds: u32) {
    let Ok(entries) = std::fs::read_dir(&from) else { return };
    let mut letters: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    letters.sort();
    let pause = Duration::from_secs(u64::from(seconds)) / u32::try_from(letters.len() + 2).unwrap_or(u32::MAX);
    for letter in letters {
        tokio::time::sleep(pause).await;
        let Some(name) = letter.file_name() else { continue };
        // Written under another name first: the intake takes whole files.
        let part = inbox.join(format!("{}.part", name.to_string_lossy()));
        if std::fs::copy(&letter, &part).and_then(|_| std::fs::rename(&part, inbox.join(name))).is_err() {
            return;
        }
    }
}
