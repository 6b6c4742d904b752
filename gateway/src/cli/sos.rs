//! `samband-gateway sos`: takes text alarms from a file, standard input or a watched folder.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use samband_gateway::{
    hub::{Hub, HubError},
    inbox::Inbox,
    sos::{
        MAX_BYTES, check_text, decode,
        intake::{IntakeError, Taken, take},
        stations::{self, Stations},
        translate::Source,
    },
};

use super::{Failure, exit};

/// Files, standard input or a watched folder
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  samband-gateway sos --as sos-alarm/gateway examples/jamtland/larm/01-trad-over-vag.txt
  samband-gateway sos --as sos-alarm/gateway --watch /var/spool/larm

One line of JSON per text: incident, whether it was known, and what was refused. Taking a text in twice changes nothing.
Exit codes: 0 taken in, 64 wrong arguments, 65 no text or refused, 66 cannot be read, 69 no hub, 77 not permitted.")]
pub(super) struct Args {
    /// Text alarms to take in; - for standard input
    #[arg(required_unless_present = "watch")]
    files: Vec<PathBuf>,
    /// Folder to watch: taken letters go to klara/, refused ones to avvisade/
    #[arg(long, conflicts_with = "files")]
    watch: Option<PathBuf>,
    /// Demo token: organisation/role
    #[arg(long = "as", value_name = "ORGANISATION/ROLE", required_unless_present = "token")]
    demo: Option<String>,
    /// A signed token
    #[arg(long, env = "SAMBAND_TOKEN", hide_env_values = true, conflicts_with = "demo")]
    token: Option<String>,
    /// The hub's address for devices
    #[arg(long, default_value = "http://127.0.0.1:7443")]
    hub: String,
    /// Station codes and whom they alarm
    #[arg(long, default_value = "examples/jamtland/stationer.toml")]
    stations: PathBuf,
    /// Centre that counts the cases
    #[arg(long, default_value = "sos")]
    centre: String,
    /// Day the cases belong to, YYYY-MM-DD; otherwise the day the file was written, in Sweden
    #[arg(long)]
    day: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let stations = stations::load(&args.stations).map_err(|error| Failure::new(exit::USAGE, error.to_string()))?;
    if let Some(day) = &args.day {
        day.parse::<jiff::civil::Date>().map_err(|_| Failure::new(exit::USAGE, "--day is YYYY-MM-DD"))?;
    }
    let token =
        args.demo.as_ref().map(|demo| format!("demo:{demo}")).or_else(|| args.token.clone()).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(exit::UNAVAILABLE, error.to_string()))?;
    runtime.block_on(async {
        let hub = Hub::new(&args.hub, &token).map_err(|error| Failure::new(exit::USAGE, error.to_string()))?;
        let mut intake = Intake { hub, args, stations };
        match &args.watch {
            Some(dir) => intake.watch(dir).await,
            None => intake.files().await,
        }
    })
}

struct Intake<'a> {
    hub: Hub,
    args: &'a Args,
    stations: Stations,
}

impl Intake<'_> {
    async fn files(&mut self) -> Result<(), Failure> {
        for file in &self.args.files {
            let name = file.display();
            let no_input = |error: std::io::Error| Failure::new(exit::NO_INPUT, format!("{name}: {error}"));
            let mut bytes = Vec::new();
            let mut written = None;
            if file.as_os_str() == "-" {
                std::io::stdin().lock().read_to_end(&mut bytes).map_err(no_input)?;
            } else {
                bytes = std::fs::read(file).map_err(no_input)?;
                written = day_written(file);
            }
            check_text(&bytes).map_err(|error| Failure::new(exit::DATA, format!("{name}: {error}")))?;
            let taken = self.take(&bytes, written).await.map_err(|error| failure(&error))?;
            tell(&name.to_string(), &taken)?;
        }
        Ok(())
    }

    /// Until the process is ended. A hub that is away is waited for: no letter is lost.
    async fn watch(&mut self, dir: &Path) -> Result<(), Failure> {
        let mut inbox = Inbox::open(dir, MAX_BYTES).map_err(|error| Failure::new(exit::NO_INPUT, error.to_string()))?;
        loop {
            match inbox.scan() {
                Err(error) => complain(&error.to_string()),
                Ok(scan) => {
                    scan.failed.iter().for_each(|failed| complain(&failed.to_string()));
                    for letter in scan.letters {
                        if let Err(reason) = check_text(&letter.bytes) {
                            settle(inbox.refuse(&letter, &reason.to_string()).map(drop));
                            continue;
                        }
                        let written = day_written(&dir.join(&letter.name));
                        match self.take(&letter.bytes, written).await {
                            Ok(taken) => {
                                settle(inbox.done(&letter).map(drop));
                                tell(&letter.name.to_string_lossy(), &taken)?;
                            }
                            Err(IntakeError::Refused(reason)) => settle(inbox.refuse(&letter, &reason).map(drop)),
                            Err(error @ IntakeError::Hub(HubError::NotPermitted(_))) => return Err(failure(&error)),
                            Err(error) => {
                                complain(&error.to_string());
                                tokio::time::sleep(Duration::from_secs(2)).await;
                                break;
                            }
                        }
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn take(&mut self, bytes: &[u8], written: Option<String>) -> Result<Taken, IntakeError> {
        let day = self.args.day.clone().or(written).unwrap_or_else(|| day(jiff::Timestamp::now()));
        let source = Source { centre: self.args.centre.clone(), day };
        take(&mut self.hub, &decode(bytes), &source, &self.stations).await
    }
}

/// The day the file was written: a letter tried again after midnight is still the same case.
fn day_written(path: &Path) -> Option<String> {
    let written = std::fs::metadata(path).and_then(|found| found.modified()).ok()?;
    jiff::Timestamp::try_from(written).ok().map(day)
}

/// Swedish days, in winter time all year: only the same answer for the same moment matters.
fn day(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(1))).date().to_string()
}

fn failure(error: &IntakeError) -> Failure {
    let code = match error {
        IntakeError::Hub(HubError::Unavailable(_)) | IntakeError::NotNow(_) => exit::UNAVAILABLE,
        IntakeError::Hub(HubError::NotPermitted(_)) => exit::NOT_PERMITTED,
        IntakeError::Hub(HubError::Address(_) | HubError::Token) => exit::USAGE,
        IntakeError::Hub(HubError::Other(_)) | IntakeError::Refused(_) => exit::DATA,
    };
    Failure::new(code, error.to_string())
}

fn settle<E: std::fmt::Display>(settled: Result<(), E>) {
    if let Err(error) = settled {
        complain(&error.to_string());
    }
}

fn complain(what: &str) {
    let _ = writeln!(std::io::stderr().lock(), "samband-gateway: {what}");
}

fn tell(name: &str, taken: &Taken) -> Result<(), Failure> {
    let line = serde_json::json!({
        "file": name, "incident_id": taken.incident, "known": taken.known, "refused": taken.refused,
    });
    writeln!(std::io::stdout().lock(), "{line}").map_err(|error| Failure::new(exit::IO, error.to_string()))
}
