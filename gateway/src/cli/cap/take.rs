//! `cap take`.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use samband_gateway::{
    cap::{
        self, MESSAGE_BYTES_MAX, fetch,
        intake::{self, Answered, Stopped},
        known::Memory,
        settings::Settings,
        vma,
    },
    hub::{Hub, HubError, may_come_later, name_of, once},
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
        let mut intake = Intake {
            hub: args.credentials.hub()?,
            settings,
            intake: intake::Intake::new(memory),
            log: Log::new("cap"),
            knows_own: false,
        };
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
    intake: intake::Intake,
    log: Log,
    knows_own: bool,
}

/// Alerts in a message, and why others were refused.
fn read(bytes: &[u8]) -> Result<vma::Alerts, cap::CapError> {
    let first = bytes.iter().find(|octet| !octet.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'[')) {
        return vma::read(bytes);
    }
    Ok(vma::Alerts { alerts: vec![cap::receive(bytes)?], refused: Vec::new() })
}

impl Intake {
    async fn files(&mut self, files: &[PathBuf]) -> Result<(), Failure> {
        let mut refused = Ok(());
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
            match self.take(&alerts).await {
                Err(error) if error.code == exit::DATA => refused = Err(error),
                taken => taken?,
            }
        }
        refused
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
                            Ok(alerts) => match self.take_anew(&alerts).await {
                                Ok(()) => {
                                    self.log.again("hub");
                                    inbox.done(&letter).map(drop)
                                }
                                Err(error) if error.code == exit::UNAVAILABLE => {
                                    self.log.once("hub", &error.to_string());
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

    /// Somebody has put it there: what was refused before is tried again.
    async fn take_anew(&mut self, alerts: &vma::Alerts) -> Result<(), Failure> {
        self.intake.try_again();
        self.take(alerts).await
    }

    /// One that the hub refuses harms no other; that there was one is said when all have been tried.
    async fn take(&mut self, alerts: &vma::Alerts) -> Result<(), Failure> {
        for refused in &alerts.refused {
            tell(&serde_json::json!({ "identifier": refused.identifier, "refused": refused.reason })).map_err(io)?;
        }
        if !alerts.alerts.is_empty() {
            self.leave_out_own().await?;
        }
        let now_ms = jiff::Timestamp::now().as_millisecond();
        let hub = &mut self.hub;
        let submit = async |command| submit(hub, command).await;
        match self.intake.take(&alerts.alerts, &self.settings, now_ms, submit, tell).await {
            Ok(None) => Ok(()),
            Ok(Some(reason)) => Err(Failure::new(exit::DATA, reason)),
            Err(Stopped::Hub(failure)) => Err(failure),
            Err(Stopped::State(error)) => Err(Failure::new(exit::IO, format!("the state: {error}"))),
            Err(Stopped::Told(error)) => Err(io(error)),
        }
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
}

/// The incident that the command made or is about; or why it is refused for good.
async fn submit(hub: &mut Hub, command: Command) -> Result<Answered, Failure> {
    let about = command.incident_id.clone();
    let outcome = hub.submit(command).await.map_err(|error| failure(&error))?;
    match outcome.result {
        Some(Answer::Accepted(accepted)) => Ok(Ok(accepted.incident_id.or(about).unwrap_or_default())),
        Some(Answer::Refused(refused)) => {
            let name = name_of(refused.code());
            match refused.code() {
                code if may_come_later(code) => Err(failure(&HubError::Unavailable(name.to_owned()))),
                RefusalCode::NotPermitted => {
                    Err(failure(&HubError::NotPermitted("the role may not issue notices".into())))
                }
                _ => Ok(Err(format!("the hub refused: {name}"))),
            }
        }
        None => Ok(Err("an empty answer".to_owned())),
    }
}

/// The server closes after some minutes; it is asked again. One that cannot be reached is asked later.
fn listen(url: &str, new: &mpsc::Sender<()>) {
    let log = Log::new("cap");
    let mut pause = Duration::ZERO;
    while !new.is_closed() {
        // Full: a question is on its way already.
        let opened = jiff::Timestamp::now();
        let told = fetch::listen(url, || {
            let _ = new.try_send(());
        });
        if let Err(error) = told {
            log.say(&format!("{url}: {error}"));
            pause = Duration::from_secs(60);
        } else {
            pause = fetch::pause(pause, jiff::Timestamp::now().duration_since(opened).try_into().unwrap_or_default());
        }
        std::thread::sleep(pause);
    }
}

fn tell(line: &serde_json::Value) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}

fn io(error: std::io::Error) -> Failure {
    Failure::new(exit::IO, error.to_string())
}
