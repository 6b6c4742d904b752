//! The gateway, a simulated radio and a hub as processes: what was pressed while the hub was away arrives, in order and once.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use samband_gateway::{export::timeline, hub::Hub};
use samband_proto::v1::{self as pb, command::Body, event::Body as Event, outcome::Result as Answer};
use samband_tests::{
    deployment::root,
    programs::{HubProcess, program},
};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A simulated radio with buttons.
struct Radio {
    _process: Running,
    buttons: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Radio {
    fn start(link: &Path) -> Self {
        let mut child = Command::new(program("samband-gateway"))
            .args(["simulate", "radio", "--until-input-ends", "--link"])
            .arg(link)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (buttons, said) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut radio = Self { _process: Running(child), buttons, said };
        assert!(radio.hear().contains("pty"));
        radio
    }

    fn press(&mut self, line: &str) {
        writeln!(self.buttons, "{line}").unwrap();
    }

    /// The next message to a radio behind it.
    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }
}

/// Commands that wait on disk.
fn waiting(spool: &Path) -> usize {
    let files = std::fs::read_dir(spool).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|kind| kind == "command")).count()
}

fn gateway(devices: &str, radio: &Path, spool: &Path) -> Running {
    let child = Command::new(program("samband-gateway"))
        .args(["tetra", "--as", "sos-alarm/gateway", "--settings", "examples/jamtland/rakel.toml", "--hub"])
        .arg(format!("http://{devices}"))
        .arg("--port")
        .arg(radio)
        .arg("--spool")
        .arg(spool)
        .current_dir(root())
        .stderr(Stdio::null())
        .spawn();
    Running(child.unwrap())
}

async fn submit(hub: &mut Hub, number: u8, incident: Option<&str>, body: Body) -> pb::Accepted {
    let command = pb::Command {
        command_id: Some(format!("00000000-0000-7000-8000-0000000000{number:02}")),
        incident_id: incident.map(str::to_owned),
        body: Some(body),
        ..pb::Command::default()
    };
    match hub.submit(command).await.unwrap().result {
        Some(Answer::Accepted(accepted)) => accepted,
        other => panic!("{other:?}"),
    }
}

/// Waits until the incident's past is so.
async fn until(hub: &Hub, incident: &str, what: &str, so: impl Fn(&[Event]) -> bool) {
    for _ in 0..300 {
        if let Ok(events) = timeline(hub, incident).await {
            let bodies: Vec<Event> = events.into_iter().filter_map(|event| event.body).collect();
            if so(&bodies) {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what} did not come");
}

fn codes(events: &[Event]) -> Vec<&str> {
    let code = |event: &'_ Event| match event {
        Event::UnitStatusReported(status) => status.code.clone(),
        _ => None,
    };
    let all: Vec<String> = events.iter().filter_map(code).collect();
    all.iter()
        .map(|code| {
            if code == "U" {
                "U"
            } else if code == "F" {
                "F"
            } else {
                "?"
            }
        })
        .collect()
}

fn count(events: &[Event], is: fn(&Event) -> bool) -> usize {
    events.iter().filter(|event| is(event)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_pressed_while_the_hub_was_away_arrives_once() {
    let folder = tempfile::tempdir().unwrap();
    let (data, link, spool) = (folder.path().join("data"), folder.path().join("radio"), folder.path().join("spool"));
    let mut process = HubProcess::start(&data);
    let devices = process.devices.clone();
    let mut radio = Radio::start(&link);
    let _gateway = gateway(&devices, &link, &spool);
    let mut sos = Hub::new(&format!("http://{devices}"), "demo:sos-alarm/operator").unwrap();

    let report = pb::ReportIncident { types: vec!["Trafikolycka".into()], ..Default::default() };
    let incident = submit(&mut sos, 1, None, Body::ReportIncident(report)).await.incident_id.unwrap();
    let party = pb::AlarmParty {
        organisation: Some("region-jh".into()),
        unit_id: Some("3269010".into()),
        required: Some(true),
        ..pb::AlarmParty::default()
    };
    let raise = pb::RaiseAlarm { parties: vec![party], ..Default::default() };
    submit(&mut sos, 2, Some(&incident), Body::RaiseAlarm(raise)).await;
    assert!(radio.hear().contains("LARM Trafikolycka"));
    until(&sos, &incident, "the radio's receipt", |events| {
        count(events, |event| matches!(event, Event::ReceiptsGathered(_))) > 0
    })
    .await;

    process.kill();
    radio.press("3269010 status 8101");
    radio.press("3269010 status 0000");
    for _ in 0..100 {
        if waiting(&spool) >= 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(waiting(&spool), 2, "kept on disk while the hub is away");
    let _process = HubProcess::start_at(&data, &devices);
    until(&sos, &incident, "the acknowledgement", |events| {
        count(events, |event| matches!(event, Event::Acknowledged(said) if said.counts())) == 1
    })
    .await;
    until(&sos, &incident, "the emergency", |events| {
        count(events, |event| matches!(event, Event::EmergencyRaised(_))) == 1
    })
    .await;

    // A radio that restarts is set up again, and what is pressed then arrives.
    radio.press("restart");
    tokio::time::sleep(Duration::from_secs(3)).await;
    radio.press("3269010 status 8102");
    until(&sos, &incident, "the status after the restart", |events| codes(events) == ["U", "F"]).await;
    for _ in 0..100 {
        if waiting(&spool) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("what was answered stays in the spool");
}
