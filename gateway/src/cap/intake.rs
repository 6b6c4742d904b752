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

/// What is remembered of messages.
pub struct Intake {
    /// On disk: notices that messages have made.
    pub memory: Memory,
    /// Those that the hub has refused: not asked again at every poll, but after a restart, when the fault may be mended.
    pub refused: BTreeSet<String>,
}

impl Intake {
    /// Takes each in, with a line of JSON to `tell`. The last refusal, if there was one, when all have been tried.
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
        for alert in alerts {
            let key = inbound::key(&alert.sender, &alert.identifier);
            if self.refused.contains(&key) {
                continue;
            }
            let id = &alert.identifier;
            let (what, command) = match inbound::take(alert, self.memory.known(), settings, now_ms) {
                Taken::Issue(command) => ("issued", command),
                Taken::Amend(command) => ("amended", command),
                Taken::Withdraw(command) => ("withdrawn", command),
                Taken::Known => continue,
                Taken::Nothing(reason) => {
                    tell(&json!({ "identifier": id, "status": alert.status, "nothing": reason }))
                        .map_err(Stopped::Told)?;
                    continue;
                }
            };
            let line = match submit(*command).await.map_err(Stopped::Hub)? {
                Ok(incident) => {
                    let made = Made {
                        incident: incident.clone(),
                        incidents: alert.incidents.clone(),
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
