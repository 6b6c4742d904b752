//! Fan-out: a hub in a process of its own, sessions of six classes over WebSocket, events as fast as it takes them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use prost::Message as _;
use samband_hub::transport::stubs::hub::hub_client::HubClient;
use samband_proto::v1::{self as pb, client_frame, command::Body};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tonic::{Request, transport::Channel};

use crate::{
    Done,
    table::{Stopwatch, count, cpu_of, say},
};

/// Six organisations, six classes.
pub(crate) const SEATS: [&str; 6] = [
    "sos-alarm/operator",
    "raddning-jamtland/operator",
    "region-jh/operator",
    "polis-nord/operator",
    "lansstyrelsen-z/operator",
    "vaktbolaget/operator",
];
/// Sessions that write.
const WRITERS: u64 = 4;
/// Commands each has on the way.
const IN_FLIGHT: u64 = 60;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

struct Figures {
    deliveries: f64,
    cpu_us: f64,
    frame_bytes: usize,
}

pub(crate) fn run(seconds: u64) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    say("\n## Fan-out over WebSocket, six classes\n");
    say(
        "CPU is that of the serving process, kernel included. The hub's also admits, stores and redacts every event.\n",
    );
    say("| sessions | hub deliveries/s | raw, 16 a write | hub CPU µs each | raw CPU µs each | hub / raw CPU |");
    say("|---|--:|--:|--:|--:|--:|");
    for sessions in [10, 100, 1_000] {
        let hub = runtime.block_on(hub(sessions, seconds))?;
        let raw = runtime.block_on(raw(sessions, hub.frame_bytes, seconds))?;
        say(&format!(
            "| {sessions} | {} | {} | {:.2} | {:.2} | {:.1} |",
            count(hub.deliveries),
            count(raw.deliveries),
            hub.cpu_us,
            raw.cpu_us,
            hub.cpu_us / raw.cpu_us
        ));
    }
    Ok(())
}

/// A process that is ended when the measurement is.
pub(crate) struct Serving(pub(crate) Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn spawn(command: &mut Command) -> Result<(Serving, String), Error> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let out = child.stdout.take().ok_or("no output")?;
    let serving = Serving(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    Ok((serving, line.trim().to_owned()))
}

/// A hub in a process of its own, with an empty data folder.
pub(crate) struct Hub {
    pub(crate) serving: Serving,
    /// Where people connect, over WebSocket.
    pub(crate) people: String,
    /// Where devices connect, over gRPC.
    pub(crate) devices: String,
    _data: TempDir,
}

pub(crate) fn serve() -> Result<Hub, Error> {
    let program = std::env::current_exe()?.with_file_name("samband");
    if !program.exists() {
        return Err("build the programs first: cargo build --release -p samband-hub".into());
    }
    let data = tempfile::tempdir_in(".")?;
    let (serving, line) = spawn(
        Command::new(program)
            .args(["serve", "--demo-tokens", "--people", "127.0.0.1:0", "--devices", "127.0.0.1:0", "--data"])
            .arg(data.path()),
    )?;
    let word = |after: &str| {
        line.split(after).nth(1).and_then(|rest| rest.split(',').next()).map(|word| word.trim().to_owned())
    };
    let (people, devices) = (word("people ").ok_or("no address")?, word("devices ").ok_or("no address")?);
    Ok(Hub { serving, people, devices, _data: data })
}

async fn hub(sessions: usize, seconds: u64) -> Result<Figures, Error> {
    let Hub { serving, people, devices, _data } = serve()?;
    let incident = incident(&devices).await?;
    let counted = Counted::default();
    for session in 0..sessions {
        subscribe(&people, SEATS[session % SEATS.len()], counted.clone()).await?;
    }
    for number in 0..WRITERS {
        tokio::spawn(write(people.clone(), incident.clone(), number, counted.clone()));
    }
    measure(serving.0.id(), &counted, seconds).await
}

async fn raw(sessions: usize, frame_bytes: usize, seconds: u64) -> Result<Figures, Error> {
    let (serving, address) = spawn(Command::new(std::env::current_exe()?).args([
        "raw-writer",
        &sessions.to_string(),
        &frame_bytes.to_string(),
    ]))?;
    let counted = Counted::default();
    for _ in 0..sessions {
        let socket = TcpStream::connect(&address).await?;
        tokio::spawn(read_frames(socket, counted.clone()));
    }
    measure(serving.0.id(), &counted, seconds).await
}

async fn measure(pid: u32, counted: &Counted, seconds: u64) -> Result<Figures, Error> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (watch, cpu) = (Stopwatch::start(), cpu_of(pid));
    let (frames, bytes) = (counted.frames.load(Ordering::Relaxed), counted.bytes.load(Ordering::Relaxed));
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let frames = counted.frames.load(Ordering::Relaxed) - frames;
    let bytes = counted.bytes.load(Ordering::Relaxed) - bytes;
    let (elapsed, cpu) = (watch.elapsed(), cpu_of(pid) - cpu);
    counted.ended.store(true, Ordering::Relaxed);
    if frames == 0 {
        return Err("nothing was delivered".into());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let deliveries = frames as f64;
    Ok(Figures {
        deliveries: deliveries / elapsed.as_secs_f64(),
        cpu_us: cpu.as_secs_f64() * 1e6 / deliveries,
        frame_bytes: usize::try_from(bytes / frames)?,
    })
}

/// What the readers have counted.
#[derive(Clone, Default)]
pub(crate) struct Counted {
    pub(crate) frames: Arc<AtomicU64>,
    pub(crate) bytes: Arc<AtomicU64>,
    pub(crate) ended: Arc<AtomicBool>,
}

/// An incident that all six are alarmed to.
async fn incident(devices: &str) -> Result<String, Error> {
    let mut client = HubClient::connect(format!("http://{devices}")).await?;
    let report = pb::ReportIncident { types: vec!["Storm".into()], ..Default::default() };
    let lead = SEATS[0];
    let incident = accepted(submit(&mut client, lead, 1, None, Body::ReportIncident(report)).await?)?;
    let party =
        |seat: &&str| pb::AlarmParty { organisation: seat.split('/').next().map(str::to_owned), ..Default::default() };
    let alarm = pb::RaiseAlarm { parties: SEATS.iter().skip(1).map(party).collect(), ..Default::default() };
    submit(&mut client, lead, 2, Some(&incident), Body::RaiseAlarm(alarm)).await?;
    Ok(incident)
}

/// The incident of an accepted command.
pub(crate) fn accepted(outcome: pb::Outcome) -> Result<String, Error> {
    match outcome.result {
        Some(pb::outcome::Result::Accepted(accepted)) => Ok(accepted.incident_id.unwrap_or_default()),
        refused => Err(format!("refused: {refused:?}").into()),
    }
}

pub(crate) async fn submit(
    client: &mut HubClient<Channel>,
    seat: &str,
    number: u64,
    incident: Option<&str>,
    body: Body,
) -> Result<pb::Outcome, Error> {
    let command = pb::Command {
        command_id: Some(format!("00000000-0000-7000-8000-{number:012x}")),
        incident_id: incident.map(str::to_owned),
        body: Some(body),
        ..Default::default()
    };
    let mut request = Request::new(Bytes::from(command.encode_to_vec()));
    request.metadata_mut().insert("authorization", format!("Bearer demo:{seat}").parse()?);
    Ok(pb::Outcome::decode(client.submit(request).await?.into_inner())?)
}

/// Hazards, which all six see: over a session that follows nothing, with so many on the way that the hub is never idle.
async fn write(people: String, incident: String, writer: u64, counted: Counted) -> Result<(), Error> {
    let mut socket = connect(&people, "sos-alarm/operator", Some(pb::Follow::default())).await?;
    let mut buffer = vec![0; 64 * 1024];
    let (mut sent, mut answered, mut kept) = (0_u64, 0_u64, 0);
    while !counted.ended.load(Ordering::Relaxed) {
        let mut out = Vec::new();
        while sent < answered + IN_FLIGHT {
            let hazard = pb::Hazard { what: Some("x".repeat(100)), ..Default::default() };
            let fact = pb::StateFact { value: Some(pb::state_fact::Value::Hazard(hazard)), ..Default::default() };
            let command = pb::Command {
                command_id: Some(format!("00000000-0000-7000-8{writer:03x}-{sent:012x}")),
                incident_id: Some(incident.clone()),
                body: Some(Body::StateFact(fact)),
                ..Default::default()
            };
            put_frame(
                &mut out,
                &pb::ClientFrame { frame: Some(client_frame::Frame::Submit(command)) }.encode_to_vec(),
            )?;
            sent += 1;
        }
        socket.write_all(&out).await?;
        let filled = kept + socket.read(&mut buffer[kept..]).await?;
        let mut at = 0;
        while let Some((head, length)) = frame_at(&buffer[at..filled]) {
            let frame = pb::ServerFrame::decode(&buffer[at + head..at + head + length])?;
            answered += u64::from(matches!(frame.frame, Some(pb::server_frame::Frame::Outcome(_))));
            at += head + length;
        }
        buffer.copy_within(at..filled, 0);
        kept = filled - at;
    }
    Ok(())
}

async fn subscribe(people: &str, seat: &str, counted: Counted) -> Result<(), Error> {
    let socket = connect(people, seat, None).await?;
    tokio::spawn(read_frames(socket, counted));
    Ok(())
}

/// A masked binary frame. Masked with zeros: as the protocol asks, and nothing to compute.
fn put_frame(out: &mut Vec<u8>, content: &[u8]) -> Result<(), Error> {
    out.push(0x82);
    match u8::try_from(content.len()) {
        Ok(length) if length < 126 => out.push(0x80 | length),
        _ => {
            out.push(0x80 | 126);
            out.extend_from_slice(&u16::try_from(content.len())?.to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(content);
    Ok(())
}

/// A session over WebSocket, as far as Hello.
pub(crate) async fn connect(people: &str, seat: &str, follow: Option<pb::Follow>) -> Result<TcpStream, Error> {
    let mut socket = TcpStream::connect(people).await?;
    let request = format!(
        "GET /v1/session HTTP/1.1\r\nHost: {people}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: samband.v1.proto\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await?);
    }
    let hello = pb::Hello { token: Some(format!("demo:{seat}")), follow, ..Default::default() };
    let mut frame = Vec::new();
    put_frame(&mut frame, &pb::ClientFrame { frame: Some(client_frame::Frame::Hello(hello)) }.encode_to_vec())?;
    socket.write_all(&frame).await?;
    Ok(socket)
}

/// Counts WebSocket frames without looking into them.
pub(crate) async fn read_frames(mut socket: TcpStream, counted: Counted) {
    let mut buffer = vec![0; 256 * 1024];
    let (mut filled, mut frames, mut bytes);
    let mut kept = 0;
    while let Ok(read) = socket.read(&mut buffer[kept..]).await {
        if read == 0 || counted.ended.load(Ordering::Relaxed) {
            return;
        }
        filled = kept + read;
        (frames, bytes) = (0, 0);
        let mut at = 0;
        while let Some((head, length)) = frame_at(&buffer[at..filled]) {
            at += head + length;
            frames += 1;
            bytes += length as u64;
        }
        buffer.copy_within(at..filled, 0);
        kept = filled - at;
        counted.frames.fetch_add(frames, Ordering::Relaxed);
        counted.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Length of head and content of a whole frame at the beginning.
pub(crate) fn frame_at(bytes: &[u8]) -> Option<(usize, usize)> {
    let (head, length) = match bytes.get(1)? & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        length => (2, usize::from(length)),
    };
    (bytes.len() >= head + length).then_some((head, length))
}
