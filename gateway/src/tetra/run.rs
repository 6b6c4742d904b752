//! The gateway as it runs: radio, hub, disk and time brought together. What is to be done is decided by the translation.

use std::{io, path::PathBuf, time::Duration};

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, server_frame::Frame as FromHub};
use tokio::{task::JoinHandle, time::Instant};

use super::{
    pei::{
        Event, Modem,
        port::{self, Address, Port},
    },
    tables::Settings,
    translate::{Out, Translation},
};
use crate::{
    hub::{
        Hub, HubError,
        link::{self, Heard},
        spool::SpoolError,
        uplink::{RunError, Uplink},
    },
    log::Log,
};

const TICK: Duration = Duration::from_millis(250);
/// Before a wire that could not be opened is tried again.
const REOPEN: Duration = Duration::from_secs(2);

/// Runs until the hub refuses the gateway, or nothing can be kept.
///
/// # Errors
/// See [`RunError`].
pub async fn run(hub: Hub, settings: Settings, spool: PathBuf, log: Log) -> Result<(), RunError> {
    let address: Address = settings.port.parse().map_err(|_| HubError::Address(settings.port.clone()))?;
    let mut gateway = Gateway {
        uplink: Uplink::open(&spool)?,
        translation: Translation::new(settings.clone(), Box::new(|| uuid::Uuid::now_v7().to_string())),
        modem: Modem::default(),
        port: None,
        log,
    };
    gateway.remember()?;
    let mut link = link::open(hub, None, concat!("samband-gateway tetra ", env!("CARGO_PKG_VERSION")));
    let mut tick = tokio::time::interval(TICK);
    let mut opening = None;
    let mut reopen_at = Instant::now();
    loop {
        if gateway.port.is_none() && opening.is_none() && Instant::now() >= reopen_at {
            // On a thread of its own: a terminal server that does not answer keeps nobody else waiting.
            let (address, speed) = (address.clone(), settings.hastighet);
            opening = Some(tokio::task::spawn_blocking(move || port::open(&address, speed)));
        }
        tokio::select! {
            _ = tick.tick() => gateway.tick(),
            heard = link.heard.recv() => match heard {
                Some(heard) => gateway.heard(heard, &link.to_hub),
                None => break,
            },
            opened = opened(&mut opening) => match opened {
                Ok(open) => {
                    gateway.port = Some(open);
                    gateway.modem.opened(now_ms());
                }
                Err(error) => {
                    gateway.log.once("port", &format!("{}: {error}", settings.port));
                    reopen_at = Instant::now() + REOPEN;
                }
            },
            octets = read(&mut gateway.port) => match octets {
                Some(octets) => gateway.modem.octets(&octets, now_ms()),
                None => {
                    gateway.port = None;
                    gateway.modem.closed();
                    reopen_at = Instant::now() + REOPEN;
                }
            },
        }
        gateway.settle(&link.to_hub);
    }
    Err(link.ended.await.unwrap_or_else(|_| HubError::Other("the link ended".into())).into())
}

/// The wire that is being opened.
async fn opened(opening: &mut Option<JoinHandle<io::Result<Port>>>) -> io::Result<Port> {
    let Some(task) = opening else { return std::future::pending().await };
    let opened = task.await;
    *opening = None;
    opened.unwrap_or_else(|error| Err(io::Error::other(error)))
}

async fn read(port: &mut Option<Port>) -> Option<Vec<u8>> {
    match port {
        Some(port) => port.read.recv().await,
        None => std::future::pending().await,
    }
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

type ToHubSender = tokio::sync::mpsc::Sender<pb::ClientFrame>;

struct Gateway {
    uplink: Uplink,
    translation: Translation,
    modem: Modem,
    port: Option<Port>,
    log: Log,
}

impl Gateway {
    /// What the gateway that ran before has left.
    fn remember(&mut self) -> Result<(), SpoolError> {
        if self.uplink.unread() > 0 {
            self.log.say(&format!("{} filer i kön kan inte läsas och ligger kvar som .unread", self.uplink.unread()));
        }
        if let Some((_, deployment)) = self.uplink.last_deployment() {
            self.translation.know(&deployment);
        }
        self.uplink.waiting().for_each(|command| self.translation.said_before(command));
        self.translation.remember_told(&self.uplink.told.read()?);
        self.translation.hold(&self.uplink.held.read()?);
        Ok(())
    }

    fn tick(&mut self) {
        let now = now_ms();
        self.modem.tick(now);
        self.translation.tick(now);
    }

    fn heard(&mut self, heard: Heard, to_hub: &ToHubSender) {
        match heard {
            Heard::Up(welcome, deployment) => {
                self.log.say(&format!("navet: {} som {}", welcome.hub_version(), welcome.organisation()));
                let kept = self.uplink.opened(welcome.organisation(), &deployment);
                self.wrong(kept);
                self.translation.hub_up(&welcome, &deployment, now_ms());
                self.tell_link_state(to_hub);
            }
            Heard::Down(reason) => {
                self.translation.hub_down();
                if self.uplink.lost() {
                    self.log.say(&format!("navet är borta: {reason}"));
                }
            }
            Heard::Frame(frame) => {
                if let FromHub::Outcome(outcome) = frame.as_ref() {
                    let done = self.uplink.answered(outcome, Instant::now());
                    self.wrong(done);
                }
                self.translation.from_hub(&frame, now_ms());
            }
        }
    }

    /// What could not be kept is said; a radio in distress is heard all the same.
    fn wrong<E: std::fmt::Display>(&mut self, result: Result<(), E>) {
        if let Err(error) = result {
            self.log.say(&error.to_string());
        }
    }

    /// Does what is to be done, until nothing is.
    fn settle(&mut self, to_hub: &ToHubSender) {
        self.uplink.say_waiting(to_hub, Instant::now());
        loop {
            let mut idle = true;
            while let Some(event) = self.modem.event() {
                idle = false;
                self.radio(event, to_hub);
            }
            while let Some(out) = self.translation.next_out() {
                idle = false;
                self.out(out, to_hub);
            }
            while let Some(octets) = self.modem.output() {
                idle = false;
                if let Some(port) = &self.port {
                    // The writer has ended with the wire, or is about to: the reader tells.
                    let _ = port.write.try_send(octets);
                }
            }
            if idle {
                return;
            }
        }
    }

    fn radio(&mut self, event: Event, to_hub: &ToHubSender) {
        match event {
            Event::Up { longest_bits } => {
                self.translation.radio_up(longest_bits);
                self.log.again("port");
                self.log.say("radion svarar");
                self.tell_link_state(to_hub);
            }
            Event::Down(why) => {
                self.translation.radio_down();
                self.log.say(&format!("radion: {why}"));
                self.tell_link_state(to_hub);
            }
            Event::Received(received) => self.translation.from_radio(&received, now_ms()),
            Event::Unreadable { calling, hex, reason } => {
                let from = calling.map_or_else(|| "okänd".to_owned(), |issi| issi.to_string());
                self.log.say(&format!("från {from}: {reason}"));
                let kept = self.uplink.keep_not_understood(&format!("{from} {hex}"));
                self.wrong(kept);
            }
            Event::Sent { result: Err(why), tag } => {
                self.log.say(&format!("meddelande {tag} gick inte ut: {why}"));
                self.translation.not_sent(tag, why, now_ms());
            }
            Event::Sent { result: Ok(()), tag } => self.translation.sent(tag, now_ms()),
        }
    }

    /// The organisation's desks see whether the network behind the gateway is there.
    fn tell_link_state(&mut self, to_hub: &ToHubSender) {
        let state = pb::NetworkState { name: Some("Rakel".into()), up: Some(self.modem.is_up()) };
        // Where it does not get through now, it is told again with the next session.
        self.uplink.frame(ToHub::Network(state), to_hub);
    }

    fn out(&mut self, out: Out, to_hub: &ToHubSender) {
        match out {
            Out::Command(command) => {
                let kept = self.uplink.command(*command, to_hub, Instant::now());
                self.wrong(kept);
            }
            Out::Frame(frame) => self.uplink.frame(*frame, to_hub),
            Out::Radio(message) => self.modem.send(message, now_ms()),
            Out::Note(note) => self.log.say(&note),
            Out::NotUnderstood(line) => {
                let kept = self.uplink.keep_not_understood(&line.0);
                self.wrong(kept);
            }
            Out::Told(line) => {
                let kept = self.uplink.told.add(&line.0);
                self.wrong(kept);
            }
            Out::Held(line) => {
                let kept = self.uplink.held.add(&line.0);
                self.wrong(kept);
            }
            Out::HeldDone => {
                let gone = self.uplink.held.clear();
                self.wrong(gone);
            }
        }
    }
}
