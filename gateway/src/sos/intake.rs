//! Takes text alarms in: at least once, and because their commands have fixed ids, without duplicates.

use samband_proto::v1::{self as pb, RefusalCode, outcome::Result as Answer};

use super::{
    TextAlarm,
    stations::Stations,
    translate::{Source, submission},
};
use crate::hub::{Hub, HubError, may_come_later, name_of};

/// What came of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The incident it made, or met.
    pub incident: String,
    /// The case was known before.
    pub known: bool,
    /// Codes of what the hub refused beside that. The incident is there all the same.
    pub refused: Vec<String>,
}

/// Why a text was not taken.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The hub was not reached: the text is to be tried again.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The hub refused the incident itself, and would again.
    #[error("the hub refused: {0}")]
    Refused(String),
    /// The hub cannot take it just now: the text is to be tried again.
    #[error("the hub cannot take it now: {0}")]
    NotNow(String),
}

/// Submits everything a text says.
///
/// # Errors
/// See [`IntakeError`]. Submitting again after one is harmless.
pub async fn take(
    hub: &mut Hub,
    alarm: &TextAlarm,
    source: &Source,
    stations: &Stations,
) -> Result<Taken, IntakeError> {
    let submission = submission(alarm, source, stations);
    let (incident, known) = match hub.submit(submission.report).await?.result {
        Some(Answer::Accepted(accepted)) => (accepted.incident_id.unwrap_or_default(), false),
        Some(Answer::Refused(refused)) => (already_reported(&refused)?, true),
        None => return Err(IntakeError::Refused("an empty answer".into())),
    };
    let mut rest = submission.rest;
    if known {
        // A later text of a known case: what it says anew is stated anew, under the ids of that text.
        rest.extend(submission.facts);
    }
    let mut refused = Vec::new();
    for command in rest {
        let command = pb::Command { incident_id: Some(incident.clone()), ..command };
        match hub.submit(command).await?.result {
            Some(Answer::Refused(refusal)) => {
                not_now(&refusal)?;
                refused.push(name_of(refusal.code()).to_lowercase());
            }
            Some(Answer::Accepted(_)) | None => {}
        }
    }
    Ok(Taken { incident, known, refused })
}

fn already_reported(refused: &pb::Refused) -> Result<String, IntakeError> {
    not_now(refused)?;
    let incident = refused.facts.iter().find(|fact| fact.name() == "incident_id").map(|fact| fact.value().to_owned());
    match incident {
        Some(incident) if refused.code() == RefusalCode::AlreadyReported => Ok(incident),
        // The token's, not the text's: the text is kept until somebody has seen to it.
        _ if refused.code() == RefusalCode::NotPermitted => {
            Err(HubError::NotPermitted("the role may not report".into()).into())
        }
        _ => Err(IntakeError::Refused(name_of(refused.code()).into())),
    }
}

/// Refusals that pass: the text is kept and tried again.
fn not_now(refused: &pb::Refused) -> Result<(), IntakeError> {
    if may_come_later(refused.code()) {
        return Err(IntakeError::NotNow(name_of(refused.code()).into()));
    }
    Ok(())
}
