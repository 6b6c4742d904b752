//! Durable commands: the hub's writer, the journal alone, and bare group commit of the same bytes on the same disk.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::sync_channel,
    },
    time::Duration,
};

use prost::Message as _;
use samband_domain::{OrganisationId, Role, Timestamp, command::Principal as Who};
use samband_hub::{
    clock::SystemClock,
    command::{Desk, Writer, admit},
    identity::Principal,
    keys::HubKeys,
    live::{HomesOnly, Register},
    setup,
    wire::incoming::Incoming,
};
use samband_journal::{Batch, EventId, Journal, NewEvent, Options, SqliteJournal, StreamAppend, StreamId, Version};
use samband_proto::v1::{self as pb, command::Body};

use crate::{
    Done,
    table::{Stopwatch, count, say},
};

const EVENT_BYTES: usize = 400;

pub(crate) fn run(seconds: u64) -> Done {
    say("\n## Durable commands a second\n");
    say(
        "| in flight | bare group commit | journal alone | hub: admit, decide, encode, store | hub / bare | hub / journal |",
    );
    say("|---|--:|--:|--:|--:|--:|");
    for in_flight in [1, 16, 256] {
        let bare = bare(in_flight, seconds)?;
        let journal = journal(in_flight, seconds)?;
        let hub = hub(in_flight, seconds)?;
        say(&format!(
            "| {in_flight} | {} | {} | {} | {:.2} | {:.2} |",
            count(bare),
            count(journal),
            count(hub),
            hub / bare,
            hub / journal
        ));
    }
    Ok(())
}

fn rate(done: u64, watch: &Stopwatch) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let done = done as f64;
    done / watch.elapsed().as_secs_f64()
}

/// Appends to a file and syncs: what is in flight goes into one sync.
fn bare(in_flight: usize, seconds: u64) -> Result<f64, Box<dyn std::error::Error + Send + Sync>> {
    let dir = tempfile::tempdir_in(".")?;
    let mut file = File::create(dir.path().join("bare"))?;
    let bytes = vec![7; EVENT_BYTES * in_flight];
    let (watch, mut done) = (Stopwatch::start(), 0);
    while watch.elapsed() < Duration::from_secs(seconds) {
        file.write_all(&bytes)?;
        file.sync_data()?;
        done += in_flight as u64;
    }
    Ok(rate(done, &watch))
}

/// Waits until fewer than `in_flight` are on the way.
fn make_room(sent: u64, done: &AtomicU64, in_flight: usize) {
    while sent - done.load(Ordering::Acquire) >= in_flight as u64 {
        std::thread::sleep(Duration::from_micros(20));
    }
}

fn journal(in_flight: usize, seconds: u64) -> Result<f64, Box<dyn std::error::Error + Send + Sync>> {
    let dir = tempfile::tempdir_in(".")?;
    let journal = SqliteJournal::open(dir.path(), Options::default())?;
    let stream = StreamId::new("incident/bench")?;
    let done = Arc::new(AtomicU64::new(0));
    let (watch, mut sent) = (Stopwatch::start(), 0_u64);
    while watch.elapsed() < Duration::from_secs(seconds) {
        let id = EventId(u128::from(sent).to_be_bytes());
        let event = NewEvent { id, at_ms: 0, payload: vec![7; EVENT_BYTES].into() };
        let append = StreamAppend { stream: stream.clone(), expected: Version(sent), events: vec![event] };
        let counted = done.clone();
        let batch = Batch::new(journal.epoch(), vec![append]);
        journal
            .append(batch, Box::new(move |stored| _ = counted.fetch_add(u64::from(stored.is_ok()), Ordering::Release)));
        sent += 1;
        make_room(sent, &done, in_flight);
    }
    Ok(rate(done.load(Ordering::Acquire), &watch))
}

fn hub(in_flight: usize, seconds: u64) -> Result<f64, Box<dyn std::error::Error + Send + Sync>> {
    let dir = tempfile::tempdir_in(".")?;
    let setup = setup::load(Path::new("examples/jamtland")).map_err(|findings| findings.join("\n"))?;
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(dir.path(), Options::default())?);
    let nearby = Arc::new(HomesOnly::new(Arc::new(Register::of(&setup.deployment))));
    let (keys, directory) = (HubKeys::from_secret([1; 64]), setup.directory);
    let policy = Arc::new(setup.policy.policy);
    let new_desk = Box::new(move || Desk::new(keys.clone(), directory.clone(), policy.clone(), nearby.clone()));
    let writer = Writer::start(journal, Arc::new(SystemClock::default()), new_desk)?;
    let who = Who { organisation: OrganisationId::new("sos-alarm")?, role: Role::Operator, unit: None };
    let principal = Principal { who, subject: None, expires_at: Timestamp(i64::MAX) };
    let done = Arc::new(AtomicU64::new(0));
    let (first, reported) = sync_channel(1);
    let report = pb::ReportIncident { types: vec!["Storm".into()], ..Default::default() };
    let submit = |number: u64, incident: Option<String>, body: Body, answer: Box<dyn FnOnce(pb::Outcome) + Send>| {
        let content = pb::Command {
            command_id: Some(format!("00000000-0000-7000-8000-{number:012x}")),
            incident_id: incident,
            body: Some(body),
            ..Default::default()
        };
        // From bytes, as from a socket.
        let content = pb::Command::decode(content.encode_to_vec().as_slice()).unwrap_or_default();
        if let Ok(admitted) = admit(&principal, Incoming { content, dropped: 0 }) {
            writer.submit(admitted, answer);
        }
    };
    submit(0, None, Body::ReportIncident(report), Box::new(move |outcome| _ = first.send(outcome)));
    let Some(pb::outcome::Result::Accepted(accepted)) = reported.recv()?.result else {
        return Err("the incident was refused".into());
    };
    let (watch, mut sent) = (Stopwatch::start(), 0_u64);
    while watch.elapsed() < Duration::from_secs(seconds) {
        let counted = done.clone();
        let note = pb::AddNote { note: None, shared_text: Some("x".repeat(150)) };
        let answer = Box::new(move |outcome: pb::Outcome| {
            let accepted = matches!(outcome.result, Some(pb::outcome::Result::Accepted(_)));
            counted.fetch_add(u64::from(accepted), Ordering::Release);
        });
        sent += 1;
        submit(sent, accepted.incident_id.clone(), Body::AddNote(note), answer);
        make_room(sent, &done, in_flight);
    }
    let rate = rate(done.load(Ordering::Acquire), &watch);
    writer.stop();
    Ok(rate)
}
