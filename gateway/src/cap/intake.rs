//! Taking messages in, one after the other: one that the hub refuses harms no other.

use std::{collections::BTreeSet, io};

use samband_proto::v1::Command;
use serde_json::{Value, json};

use super::{
    Alert,
    inbound::{self, Made, Taken},
    known::Memory,
    settings::Settings,
};

/// What the hub says to a command: the incident that it made or is about, or why it is refused.
pub type Answered = Result<String, String>;

/// Why no more is taken in: it is to be tried again.
#[derive(Debug)]
pub enum Stopped<E> {
    /// The hub gave no answer.
    Hub(E),
    /// What was taken cannot be kept.
    State(io::Error),
    /// What was taken cannot be told.
    Told(io::Error),
}

/// Of a message that came after a later one about the same.
const OVERTAKEN: &str = "äldre än det som redan är känt";

/// What is remembered of messages.
pub struct Intake {
    /// On disk: notices that messages have made.
    memory: Memory,
    /// Those that the hub has refused: not asked again at every poll, but after a restart, when the fault may be mended.
    refused: BTreeSet<String>,
    /// Those that lead to nothing, and of which that has been told.
    nothing: BTreeSet<String>,
}

impl Intake {
    /// With what is remembered on disk.
    #[must_use]
    pub fn new(memory: Memory) -> Self {
        Self { memory, refused: BTreeSet::new(), nothing: BTreeSet::new() }
    }

    /// What is remembered on disk.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Somebody has put a message there by hand: what was refused before is tried again.
    pub fn try_again(&mut self) {
        self.refused.clear();
        self.nothing.clear();
    }

    /// Takes each in, in the order they were sent, with a line of JSON to `tell`. The last refusal, if there was one, when all have
    /// been tried. What is not among them any more is no longer remembered as refused.
    ///
    /// # Errors
    /// See [`Stopped`].
    pub async fn take<E>(
        &mut self,
        alerts: &[Alert],
        settings: &Settings,
        now_ms: i64,
        mut submit: impl AsyncFnMut(Command) -> Result<Answered, E>,
        mut tell: impl FnMut(&Value) -> io::Result<()>,
    ) -> Result<Option<String>, Stopped<E>> {
        let mut last = None;
        let here: BTreeSet<String> = alerts.iter().map(inbound::key_of).collect();
        self.refused.retain(|key| here.contains(key));
        self.nothing.retain(|key| here.contains(key));
        // An update finds its notice also where the list has the newest first.
        let mut in_order: Vec<&Alert> = alerts.iter().collect();
        let kind = |alert: &Alert| ["Alert", "Update"].iter().position(|one| *one == alert.msg_type).unwrap_or(2);
        in_order.sort_by_key(|alert| (alert.sent.seconds, kind(alert)));
        for alert in in_order {
            let key = inbound::key_of(alert);
            if self.refused.contains(&key) {
                continue;
            }
            let id = &alert.identifier;
            let (what, command, places) = match inbound::take(alert, self.memory.known(), settings, now_ms) {
                Taken::Issue(command) => ("issued", command, Vec::new()),
                Taken::Amend(command, places) => ("amended", command, places),
                Taken::Withdraw(command) => ("withdrawn", command, Vec::new()),
                Taken::Known => continue,
                Taken::Late(made) => {
                    // Remembered: what refers to it is about the same notice.
                    let made = Made { sent: alert.sent.seconds, ..made };
                    self.memory.remember(key, made).map_err(Stopped::State)?;
                    let line = json!({ "identifier": id, "status": alert.status, "nothing": OVERTAKEN });
                    tell(&line).map_err(Stopped::Told)?;
                    continue;
                }
                Taken::Nothing(reason) => {
                    if self.nothing.insert(key) {
                        let line = json!({ "identifier": id, "status": alert.status, "nothing": reason });
                        tell(&line).map_err(Stopped::Told)?;
                    }
                    continue;
                }
            };
            let line = match submit(*command).await.map_err(Stopped::Hub)? {
                Ok(incident) => {
                    for place in places {
                        // One that is stated already is refused, and that is well.
                        let _ = submit(place).await.map_err(Stopped::Hub)?;
                    }
                    let made = Made {
                        incident: incident.clone(),
                        incidents: alert.incidents.clone(),
                        sent: alert.sent.seconds,
                        until_ms: inbound::until_ms(alert),
                        withdrawn: what == "withdrawn",
                        exercise: alert.status == "Exercise",
                    };
                    self.memory.remember(key, made).map_err(Stopped::State)?;
                    json!({ "identifier": id, "incident_id": incident, "notice": what })
                }
                Err(reason) => {
                    self.refused.insert(key);
                    let line = json!({ "identifier": id, "refused": reason });
                    last = Some(reason);
                    line
                }
            };
            tell(&line).map_err(Stopped::Told)?;
        }
        Ok(last)
    }
}
