//! Where the demo's scenario is played: sessions like anybody's, in real time.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use samband_domain::Timestamp;
use serde_json::{Value, json};
use tokio::{runtime::Handle, sync::mpsc};

use crate::{
    cli::client::{Client, Who},
    clock::{Clock as _, SystemClock},
    scenario::{Scenario, Stage, Step},
};

/// Sessions over the WebSocket, in real time.
pub(super) struct LiveStage {
    runtime: Handle,
    hub: String,
    /// Real milliseconds for a scenario's second.
    pace: f64,
    start: Option<(Timestamp, Timestamp)>,
    /// What makes the scenario's numbers of other systems new ones, where it has been played on this hub before.
    suffix: Option<String>,
    seats: BTreeMap<String, Seat>,
}

struct Seat {
    requests: mpsc::Sender<Request>,
    frames: Arc<Mutex<Vec<Value>>>,
}

enum Request {
    Send(Value),
    Submit(Value, std::sync::mpsc::SyncSender<Value>),
    Ping(std::sync::mpsc::SyncSender<Value>),
}

impl LiveStage {
    pub(super) fn new(runtime: Handle, hub: String, scenario: &Scenario, whole: Duration, again: bool) -> Self {
        let last = scenario.steps.iter().filter_map(|line| match &line.step {
            Step::At { at_ms, .. } => Some(*at_ms),
            _ => None,
        });
        let last = last.max().unwrap_or(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a pace needs no more")]
        let pace = whole.as_millis() as f64 / last as f64;
        let suffix = again.then(|| format!("-{:04x}", uuid::Uuid::now_v7().as_u128() & 0xffff));
        Self { runtime, hub, pace, start: None, suffix, seats: BTreeMap::new() }
    }

    fn ask(&self, name: &str, request: impl FnOnce(std::sync::mpsc::SyncSender<Value>) -> Request) -> Value {
        let Some(seat) = self.seats.get(name) else { return Value::Null };
        let (answer, wait) = std::sync::mpsc::sync_channel(1);
        if seat.requests.blocking_send(request(answer)).is_err() {
            return Value::Null;
        }
        wait.recv_timeout(Duration::from_secs(10)).unwrap_or(Value::Null)
    }
}

impl Stage for LiveStage {
    fn set_time(&mut self, now: Timestamp) {
        let (scenario, real) = *self.start.get_or_insert_with(|| (now, SystemClock::default().now()));
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a demo")]
        let due = real.0 + ((now.0 - scenario.0) as f64 * self.pace) as i64;
        let wait = u64::try_from(due - SystemClock::default().now().0).unwrap_or(0);
        std::thread::sleep(Duration::from_millis(wait));
    }

    fn join(&mut self, name: &str, principal: &str, resume: Option<&str>) {
        let (requests, queue) = mpsc::channel(64);
        let frames = Arc::new(Mutex::new(Vec::new()));
        let (who, resume) = (Who::demo(principal, &self.hub), resume.map(str::to_owned));
        self.runtime.spawn(converse(who, resume, queue, frames.clone()));
        self.seats.insert(name.into(), Seat { requests, frames });
    }

    fn leave(&mut self, name: &str) {
        self.seats.remove(name);
    }

    fn send(&mut self, name: &str, frame: &Value) {
        if let Some(seat) = self.seats.get(name) {
            let _ = seat.requests.blocking_send(Request::Send(frame.clone()));
        }
    }

    fn submit(&mut self, name: &str, command: &Value) -> Value {
        let mut command = command.clone();
        // The scenario numbers its commands; played twice on one hub they would be the same ones.
        command["commandId"] = json!(uuid::Uuid::now_v7().to_string());
        command["pressedAt"] = Value::Null;
        let numbers = command.pointer_mut("/report_incident/numbers").and_then(Value::as_array_mut);
        for (number, suffix) in numbers.into_iter().flatten().zip(self.suffix.iter().cycle()) {
            number["number"] = json!(format!("{}{suffix}", number["number"].as_str().unwrap_or("")));
        }
        self.ask(name, |answer| Request::Submit(command, answer))
    }

    fn settle(&mut self) {
        // What a command led to reaches the others within this; the pong then stands behind it.
        std::thread::sleep(Duration::from_millis(150));
        let names: Vec<_> = self.seats.keys().cloned().collect();
        for name in names {
            self.ask(&name, Request::Ping);
        }
    }

    fn received(&mut self, name: &str) -> Vec<Value> {
        let seat = self.seats.get(name);
        seat.and_then(|seat| seat.frames.lock().ok().map(|mut frames| std::mem::take(&mut *frames))).unwrap_or_default()
    }

    fn restart(&mut self) {}

    /// Text alarms come in at the same time.
    fn alone(&self) -> bool {
        false
    }
}

async fn converse(
    who: Who,
    resume: Option<String>,
    mut queue: mpsc::Receiver<Request>,
    frames: Arc<Mutex<Vec<Value>>>,
) {
    let keep = |frame: Value| {
        if let Ok(mut frames) = frames.lock() {
            frames.push(frame);
        }
    };
    let Ok((mut client, _)) = Client::connect(&who, resume.as_deref()).await else { return };
    let mut pong: Option<std::sync::mpsc::SyncSender<Value>> = None;
    loop {
        tokio::select! {
            frame = client.next() => match frame {
                Ok(Some(frame)) if frame["pong"].is_object() => {
                    if let Some(pong) = pong.take() {
                        let _ = pong.send(frame);
                    }
                }
                Ok(Some(frame)) => keep(frame),
                _ => return,
            },
            request = queue.recv() => match request {
                None => return,
                Some(Request::Send(frame)) => _ = client.send(&frame).await,
                Some(Request::Submit(command, answer)) => {
                    let outcome = client.submit(&command, &keep).await.unwrap_or(Value::Null);
                    let _ = answer.send(outcome);
                }
                Some(Request::Ping(answer)) => {
                    pong = Some(answer);
                    let _ = client.send(&json!({ "ping": {} })).await;
                }
            }
        }
    }
}
