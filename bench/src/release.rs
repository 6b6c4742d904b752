//! A release on a long incident: what its edges cost beside late entry to the same incident, and what others wait.

use std::time::Duration;

use samband_hub::transport::stubs::hub::hub_client::HubClient;
use samband_proto::v1::{self as pb, command::Body as Order, event::Body, server_frame::Frame};
use tonic::transport::Channel;

use crate::{
    Done,
    fanout::{Error, Hub, accepted, serve, submit},
    table::{Stopwatch, count, say},
    watch::{Watch, body},
};

/// Notes on the incident.
const EVENTS: u64 = 5_000;
const ROUNDS: usize = 5;
const OWNER: &str = "region-jh/operator";
const GRANTS: &str = "region-jh/command";
const VIEWER: &str = "polis-nord/command";
/// Sees the incident and is no part of the release.
const OTHER: &str = "raddning-jamtland/operator";

pub(crate) fn run() -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(measure())
}

/// A client that numbers its commands.
struct Writer {
    client: HubClient<Channel>,
    sent: u64,
}

impl Writer {
    async fn say(&mut self, seat: &str, incident: Option<&str>, order: Order) -> Result<pb::Outcome, Error> {
        self.sent += 1;
        submit(&mut self.client, seat, self.sent, incident, order).await
    }

    async fn note(&mut self, incident: &str, text: &str) -> Result<String, Error> {
        let note = pb::AddNote { note: None, shared_text: Some(text.into()) };
        accepted(self.say(OWNER, Some(incident), Order::AddNote(note)).await?)
    }
}

/// One edge or one entry.
struct Row {
    what: &'static str,
    took: Vec<Duration>,
    /// Of a note by the owner, from command to another's session, sent at the same time.
    other: Vec<Duration>,
    updates: u64,
    bytes: u64,
}

impl Row {
    const fn new(what: &'static str) -> Self {
        Self { what, took: Vec::new(), other: Vec::new(), updates: 0, bytes: 0 }
    }
}

async fn measure() -> Done {
    let hub = serve()?;
    let mut writer = Writer { client: HubClient::connect(format!("http://{}", hub.devices)).await?, sent: 0 };
    let incident = long_incident(&mut writer).await?;
    let mut viewer = Watch::join(&hub.people, VIEWER).await?;
    viewer.until(|frame| matches!(frame, Frame::CaughtUp(_))).await?;
    let mut other = Watch::join(&hub.people, OTHER).await?;
    other.until(|frame| matches!(frame, Frame::CaughtUp(_))).await?;

    let mut rows = [Row::new("late entry"), Row::new("release begins"), Row::new("release ends")];
    for round in 0..ROUNDS {
        entry(&hub, &mut rows[0], &mut writer, &mut other, &incident, round).await?;
        let grant = pb::GrantRelease {
            marking: Some(pb::Marking::Health as i32),
            to_organisation: Some("polis-nord".into()),
            to_role: Some("command".into()),
            ground: Some("samtycke".into()),
            reason: Some("patienten vill det".into()),
            from_start: Some(true),
            ..Default::default()
        };
        let watch = Stopwatch::start();
        accepted(writer.say(GRANTS, Some(&incident), Order::GrantRelease(grant)).await?)?;
        rows[1].other.push(seen_by(&mut writer, &mut other, &incident, &format!("grant {round}")).await?);
        let release = anew(&mut viewer, &mut rows[1], &watch, true).await?;
        let revoke = pb::RevokeRelease { release_id: Some(release), reason: Some("klart".into()) };
        let watch = Stopwatch::start();
        accepted(writer.say(GRANTS, Some(&incident), Order::RevokeRelease(revoke)).await?)?;
        rows[2].other.push(seen_by(&mut writer, &mut other, &incident, &format!("revoke {round}")).await?);
        anew(&mut viewer, &mut rows[2], &watch, false).await?;
    }
    print(&rows);
    Ok(())
}

async fn long_incident(writer: &mut Writer) -> Result<String, Error> {
    let report = pb::ReportIncident { types: vec!["Trafikolycka - singel".into()], ..Default::default() };
    let incident = accepted(writer.say(OWNER, None, Order::ReportIncident(report)).await?)?;
    let party = |name: &str| pb::AlarmParty { organisation: Some(name.into()), ..Default::default() };
    let parties = vec![party("polis-nord"), party("raddning-jamtland")];
    let alarm = pb::RaiseAlarm { parties, without_talkgroup: Some(true), ..Default::default() };
    accepted(writer.say(OWNER, Some(&incident), Order::RaiseAlarm(alarm)).await?)?;
    let health = pb::Health { condition: Some("Skallskada".into()), ..Default::default() };
    let fact = pb::StateFact { value: Some(pb::state_fact::Value::Health(health)), ..Default::default() };
    accepted(writer.say(OWNER, Some(&incident), Order::StateFact(fact)).await?)?;
    for _ in 0..EVENTS {
        writer.note(&incident, &"x".repeat(150)).await?;
    }
    Ok(incident)
}

/// A new session of the viewer, from Hello until it has caught up.
async fn entry(hub: &Hub, row: &mut Row, writer: &mut Writer, other: &mut Watch, incident: &str, round: usize) -> Done {
    let watch = Stopwatch::start();
    let mut late = Watch::join(&hub.people, VIEWER).await?;
    row.other.push(seen_by(writer, other, incident, &format!("entry {round}")).await?);
    let came = late.until(|frame| matches!(frame, Frame::CaughtUp(_))).await?;
    row.took.push(watch.elapsed());
    (row.updates, row.bytes) = (came.updates, came.bytes);
    Ok(())
}

/// Waits until the viewer has the incident anew, to the event that made it so. Its release.
async fn anew(viewer: &mut Watch, row: &mut Row, watch: &Stopwatch, begins: bool) -> Result<String, Error> {
    viewer.until(|frame| matches!(frame, Frame::Restart(_))).await?;
    let mut release = String::new();
    let (mut updates, mut bytes, mut told, mut shown) = (0, 0, false, false);
    // Notes come to the end: the edge, and the one that was written after it.
    while updates < EVENTS || !told || shown != begins {
        let (frame, length) = viewer.next().await?;
        let Some(said) = body(&frame) else { continue };
        updates += 1;
        bytes += length as u64;
        match said {
            Body::ReleaseGranted(granted) if begins => {
                told = true;
                release = granted.release_id.clone().unwrap_or_default();
            }
            Body::ReleaseEnded(_) if !begins => told = true,
            Body::FactStated(fact) => shown |= matches!(fact.value, Some(pb::fact_stated::Value::Health(_))),
            _ => {}
        }
    }
    row.took.push(watch.elapsed());
    (row.updates, row.bytes) = (updates, bytes);
    Ok(release)
}

/// How long a note takes from the command to another's session.
async fn seen_by(writer: &mut Writer, other: &mut Watch, incident: &str, text: &str) -> Result<Duration, Error> {
    let watch = Stopwatch::start();
    writer.note(incident, text).await?;
    let this =
        |frame: &Frame| matches!(body(frame), Some(Body::NoteAdded(note)) if note.shared_text.as_deref() == Some(text));
    other.until(this).await?;
    Ok(watch.elapsed())
}

fn print(rows: &[Row]) {
    say("\n## Release on an incident with 5000 events\n");
    say(
        "Over WebSocket, median of five. Each edge sends the viewer the incident anew; late entry sends the same to a new session.\n",
    );
    say("| what | events sent | bytes | ms | beside late entry | a note to another session meanwhile, ms |");
    say("|---|--:|--:|--:|--:|--:|");
    let median = |times: &[Duration]| {
        let mut times = times.to_vec();
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1e3
    };
    let entry = median(&rows[0].took);
    for row in rows {
        let (took, other) = (median(&row.took), median(&row.other));
        #[expect(clippy::cast_precision_loss, reason = "a size")]
        let bytes = count(row.bytes as f64);
        say(&format!("| {} | {} | {bytes} | {took:.1} | {:.2} | {other:.1} |", row.what, row.updates, took / entry));
    }
}
