//! The gateways of the demo, each a process of its own beside the hub: text alarms, a simulated Rakel with a radio as modem, and a TAK
//! server on this machine.

use std::{
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use samband_domain::OrganisationId;
use tokio::sync::mpsc;

use crate::cli::{
    fleet::OverRadio,
    output::{Failure, error},
};

/// Whose units report over Rakel in the demo, and whose gateway speaks for them.
const ON_RADIO: &str = "region-jh";
const SPEAKS: &str = "sos-alarm/gateway";
/// Whose TAK clients the demo serves.
const TAK: &str = "raddning-jamtland/gateway";
/// Lines that wait for the simulated radio; older positions are worth nothing.
const LINES_WAITING: usize = 256;

/// The gateways, which end with it.
#[derive(Default)]
pub(super) struct Gateways {
    children: Vec<Child>,
    radio: Option<OverRadio>,
}

impl Gateways {
    /// Starts them. `inbox` takes text alarms; `data` holds what they keep.
    pub(super) fn start(deployment: &Path, data: &Path, inbox: &Path, hub: SocketAddr) -> Result<Self, Failure> {
        std::fs::create_dir_all(inbox).map_err(Failure::unavailable)?;
        let program = std::env::current_exe().ok().map(|path| path.with_file_name("samband-gateway"));
        let Some(program) = program.filter(|program| program.exists()) else {
            error("samband-gateway finns inte bredvid programmet: inga textlarm, ingen Rakel");
            return Ok(Self::default());
        };
        let mut gateways = Self::default();
        let hub = format!("http://{hub}");
        let sos = ["sos", "--as", "sos-alarm/gateway", "--hub", &hub, "--watch"];
        gateways.spawn(Command::new(&program).args(sos).arg(inbox))?;
        let settings = deployment.join("rakel.toml");
        if settings.exists() {
            gateways.rakel(&program, &settings, data, &hub)?;
        }
        let settings = deployment.join("tak.toml");
        if settings.exists() {
            let mut tak = Command::new(&program);
            tak.args(["cot", "--as", TAK, "--hub", &hub, "--settings"]).arg(settings);
            // Where somebody has its ports already, the demo goes on without.
            tak.arg("--spool").arg(data.join("tak")).stderr(Stdio::null());
            gateways.spawn(&mut tak)?;
        }
        Ok(gateways)
    }

    /// A radio that is not there on a pty, and the gateway that has it as modem.
    fn rakel(&mut self, program: &Path, settings: &Path, data: &Path, hub: &str) -> Result<(), Failure> {
        let radio = data.join("radio");
        let mut simulated = Command::new(program);
        simulated.args(["simulate", "radio", "--until-input-ends", "--link"]).arg(&radio).stdin(Stdio::piped());
        let buttons = self.spawn(&mut simulated)?;
        let mut tetra = Command::new(program);
        tetra.args(["tetra", "--as", SPEAKS, "--hub", hub, "--settings"]).arg(settings);
        tetra.arg("--port").arg(&radio).arg("--spool").arg(data.join("rakel")).stderr(Stdio::null());
        self.spawn(&mut tetra)?;
        if let (Some(buttons), Ok(organisation)) = (buttons, OrganisationId::new(ON_RADIO)) {
            let (lines, waiting) = mpsc::channel(LINES_WAITING);
            std::thread::spawn(move || press(buttons, waiting));
            self.radio = Some(OverRadio { organisation, lines });
        }
        Ok(())
    }

    fn spawn(&mut self, command: &mut Command) -> Result<Option<ChildStdin>, Failure> {
        let mut child = command
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| Failure::unavailable(format!("samband-gateway: {error}")))?;
        let stdin = child.stdin.take();
        self.children.push(child);
        Ok(stdin)
    }

    /// The way over Rakel for the units that report there.
    pub(super) fn radio(&self) -> Option<OverRadio> {
        self.radio.clone()
    }
}

fn press(mut buttons: ChildStdin, mut lines: mpsc::Receiver<String>) {
    while let Some(line) = lines.blocking_recv() {
        if writeln!(buttons, "{line}").is_err() {
            return;
        }
    }
}

impl Drop for Gateways {
    fn drop(&mut self) {
        for child in &mut self.children {
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
