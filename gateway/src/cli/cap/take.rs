//! `cap take`.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use samband_gateway::{
    cap::{
        self, Alert, MESSAGE_BYTES_MAX, fetch,
        inbound::{self, Made, Taken},
        known::Memory,
        settings::Settings,
        vma,
    },
    hub::{Hub, HubError, once},
    inbox::Inbox,
    log::Log,
};
use samband_proto::v1::{Command, Follow, RefusalCode, outcome::Result as Answer};
use tokio::sync::mpsc;

use crate::cli::{
    Failure,
    credentials::{Credentials, block_on, failure},
    exit,
};

#[derive(clap::Args)]
#[command(after_help = "\
CAP 1.2 as XML, or the JSON form of Sveriges Radio's VMA interface: which one it is is seen. A message of status Actual becomes an
advance notice, an exercise one that is an exercise; tests, system messages and drafts become nothing. A notice alarms nobody.
Examples:
  samband-gateway cap take --as sos-alarm/gateway --state vma.json varning.xml
  samband-gateway cap take --as sos-alarm/gateway --state vma.json --url https://vmaapi.sr.se/api/v3/alerts \\
    --push https://vmaapi.sr.se/api/v3/subscribe
One line of JSON per message. Exit codes: 0 taken, 64 wrong arguments or settings, 65 refused, 66 cannot be read, 69 no hub,
74 the state cannot be kept, 77 not permitted.")]
pub(super) struct Args {
    #[command(flatten)]
    credentials: Credentials,
    /// Messages to take in; - for standard input
    #[arg(required_unless_present_any = ["watch", "url"])]
    files: Vec<PathBuf>,
    /// Folder to watch: messages that were taken go to klara/, refused ones to avvisade/
    #[arg(long, conflicts_with_all = ["files", "url"])]
    watch: Option<PathBuf>,
    /// Address that is asked again and again
    #[arg(long, conflicts_with = "files")]
    url: Option<String>,
    /// Address that says when there is something new (server-sent events)
    #[arg(long, requires = "url")]
    push: Option<String>,
    /// Seconds between two questions
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    every: u64,
    /// Whom it concerns, and the codes of places
    #[arg(long, value_name = "FILE", default_value = "examples/jamtland/varningar.toml")]
    settings: PathBuf,
    /// File in which messages are remembered, so that an update finds its notice
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let settings = super::settings(&args.settings)?;
    let memory = Memory::open(args.state.clone())
        .map_err(|error| Failure::new(exit::IO, format!("{}: {error}", args.state.display())))?;
    block_on(async {
        let mut intake =
            Intake { hub: args.credentials.hub()?, settings, memory, log: Log::new("cap"), knows_own: false };
        match (&args.watch, &args.url) {
            (Some(folder), _) => intake.watch(folder).await,
            (None, Some(url)) => intake.ask(url, args.push.as_deref(), args.every).await,
            (None, None) => intake.files(&args.files).await,
        }
    })
}

struct Intake {
    hub: Hub,
    settings: Settings,
    memory: Memory,
    log: Log,
    knows_own: bool,
}

/// Alerts in a message, and why others were refused.
fn read(bytes: &[u8]) -> Result<vma::Alerts, cap::CapError> {
    let first = bytes.iter().find(|octet| !octet.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'[')) {
        return vma::read(bytes);
    }
    Ok(vma::Alerts { alerts: vec![cap::read(bytes)?], refused: Vec::new() })
}

impl Intake {
    async fn files(&mut self, files: &[PathBuf]) -> Result<(), Failure> {
        for file in files {
            let name = file.display();
            let mut bytes = Vec::new();
            let done = if file.as_os_str() == "-" {
                std::io::stdin().lock().take(MESSAGE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)
            } else {
                std::fs::File::open(file)
                    .and_then(|open| open.take(MESSAGE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes))
            };
            done.map_err(|error| Failure::new(exit::NO_INPUT, format!("{name}: {error}")))?;
            let alerts = read(&bytes).map_err(|error| Failure::new(exit::DATA, format!("{name}: {error}")))?;
            self.take(&alerts).await?;
        }
        Ok(())
    }

    /// Until the process is ended. A hub that is away is waited for: no message is lost.
    async fn watch(&mut self, folder: &Path) -> Result<(), Failure> {
        let no_input = |error: &dyn std::fmt::Display| Failure::new(exit::NO_INPUT, error.to_string());
        let mut inbox = Inbox::open(folder, MESSAGE_BYTES_MAX).map_err(|error| no_input(&error))?;
        loop {
            match inbox.scan() {
                Err(error) => self.log.say(&error.to_string()),
                Ok(scan) => {
                    for letter in scan.letters {
                        let settled = match read(&letter.bytes) {
                            Err(reason) => inbox.refuse(&letter, &reason.to_string()).map(drop),
                            Ok(alerts) => match self.take(&alerts).await {
                                Ok(()) => inbox.done(&letter).map(drop),
                                Err(error) if error.code == exit::UNAVAILABLE => {
                                    self.log.say(&error.to_string());
                                    break;
                                }
                                Err(error) if error.code == exit::DATA => {
                                    inbox.refuse(&letter, &error.to_string()).map(drop)
                                }
                                Err(error) => return Err(error),
                            },
                        };
                        if let Err(error) = settled {
                            self.log.say(&error.to_string());
                        }
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Asks at intervals, and when the server says that there is something new.
    async fn ask(&mut self, url: &str, push: Option<&str>, every: u64) -> Result<(), Failure> {
        let (new, mut told) = mpsc::channel(1);
        if let Some(push) = push.map(str::to_owned) {
            std::thread::spawn(move || listen(&push, &new));
        }
        let mut interval = tokio::time::interval(Duration::from_secs(every));
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = interval.tick() => {}
                Some(()) = told.recv() => {}
            }
            let from = url.to_owned();
            let fetched = tokio::task::spawn_blocking(move || fetch::get(&from)).await;
            let fetched = fetched.map_err(|error| Failure::new(exit::UNAVAILABLE, error.to_string()))?;
            match fetched
                .map_err(|error| error.to_string())
                .and_then(|bytes| read(&bytes).map_err(|error| error.to_string()))
            {
                Err(reason) => self.log.once("url", &format!("{url}: {reason}")),
                Ok(alerts) => {
                    self.log.again("url");
                    match self.take(&alerts).await {
                        Err(error) if matches!(error.code, exit::UNAVAILABLE | exit::DATA) => {
                            self.log.say(&error.to_string())
                        }
                        taken => taken?,
                    }
                }
            }
        }
    }

    async fn take(&mut self, alerts: &vma::Alerts) -> Result<(), Failure> {
        for refused in &alerts.refused {
            tell(&serde_json::json!({ "identifier": refused.identifier, "refused": refused.reason }))?;
        }
        for alert in &alerts.alerts {
            let now_ms = jiff::Timestamp::now().as_millisecond();
            self.leave_out_own().await?;
            let taken = inbound::take(alert, self.memory.known(), &self.settings, now_ms);
            let (what, command) = match taken {
                Taken::Issue(command) => ("issued", command),
                Taken::Amend(command) => ("amended", command),
                Taken::Withdraw(command) => ("withdrawn", command),
                Taken::Known => continue,
                Taken::Nothing(reason) => {
                    tell(
                        &serde_json::json!({ "identifier": alert.identifier, "status": alert.status, "nothing": reason }),
                    )?;
                    continue;
                }
            };
            let incident = self.submit(*command).await?;
            self.remember(alert, &incident, what)?;
            tell(&serde_json::json!({ "identifier": alert.identifier, "incident_id": incident, "notice": what }))?;
        }
        Ok(())
    }

    /// Nobody draws its own organisation in: whoever issues the notice leads it.
    async fn leave_out_own(&mut self) -> Result<(), Failure> {
        if !self.knows_own {
            let seen = once::look(self.hub.clone(), Some(Follow::default())).await.map_err(|error| failure(&error))?;
            self.settings.berorda.retain(|named| named != seen.welcome.organisation());
            self.knows_own = true;
        }
        Ok(())
    }

    fn remember(&mut self, alert: &Alert, incident: &str, what: &str) -> Result<(), Failure> {
        let made =
            Made { incident: incident.to_owned(), incidents: alert.incidents.clone(), withdrawn: what == "withdrawn" };
        let key = inbound::key(&alert.sender, &alert.identifier);
        self.memory.remember(key, made).map_err(|error| Failure::new(exit::IO, format!("the state: {error}")))
    }

    /// The incident that the command made or is about.
    async fn submit(&mut self, command: Command) -> Result<String, Failure> {
        let about = command.incident_id.clone();
        let outcome = self.hub.submit(command).await.map_err(|error| failure(&error))?;
        match outcome.result {
            Some(Answer::Accepted(accepted)) => Ok(accepted.incident_id.or(about).unwrap_or_default()),
            Some(Answer::Refused(refused)) => {
                let code = refused.code();
                let name = code.as_str_name().trim_start_matches("REFUSAL_CODE_");
                Err(match code {
                    RefusalCode::NotStored | RefusalCode::StorageFull | RefusalCode::Overloaded => {
                        failure(&HubError::Unavailable(name.to_owned()))
                    }
                    RefusalCode::NotPermitted => {
                        failure(&HubError::NotPermitted("the role may not issue notices".into()))
                    }
                    _ => Failure::new(exit::DATA, format!("the hub refused: {name}")),
                })
            }
            None => Err(Failure::new(exit::DATA, "an empty answer")),
        }
    }
}

/// The server closes after some minutes; it is asked again. One that cannot be reached is asked later.
fn listen(url: &str, new: &mpsc::Sender<()>) {
    let log = Log::new("cap");
    while !new.is_closed() {
        // Full: a question is on its way already.
        let told = fetch::listen(url, || {
            let _ = new.try_send(());
        });
        if let Err(error) = told {
            log.say(&format!("{url}: {error}"));
            std::thread::sleep(Duration::from_secs(60));
        }
    }
}

fn tell(line: &serde_json::Value) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(|error| Failure::new(exit::IO, error.to_string()))
}
