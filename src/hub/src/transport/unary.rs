//! Everything that is one question and one answer: a command without a session, the past, the deployment. gRPC and HTTP both call this.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::Viewer;
use samband_domain::{Role, Scope};
use samband_proto::v1 as pb;
use tokio::sync::oneshot;

use crate::{
    app::Hub,
    command::admit::{admit, rejected},
    fanout::{
        history::{HistoryError, HistoryRequest},
        search::{Asker, Question},
    },
    identity::{Principal, token::TokenError},
    limits,
    wire::{from_proto::timestamp, incoming},
};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnaryError {
    /// Whose the question is cannot be told.
    #[error("{0}")]
    Unauthenticated(#[from] TokenError),
    /// There is no such service or method.
    #[error("no such service or method")]
    UnknownMethod,
    /// The question cannot be read, or asks for something that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// "Does not exist" and "not for you" are the same answer.
    #[error("no such incident or event")]
    NotFound,
    /// Too much is asked at the same time.
    #[error("{0}")]
    Busy(String),
    /// What the answer needs is not there now.
    #[error("{0}")]
    Unavailable(String),
}

/// Whose question it is. Asked before the question is read: who is nobody is not listened to.
///
/// # Errors
/// [`UnaryError::Unauthenticated`].
pub fn whose(hub: &Hub, token: &str, loopback: bool) -> Result<Principal, UnaryError> {
    Ok(hub.authority.principal(token, loopback, hub.clock.now())?)
}

/// Answers a question.
///
/// # Errors
/// See [`UnaryError`].
pub async fn call(
    hub: &Arc<Hub>,
    principal: &Principal,
    service: &str,
    method: &str,
    question: Bytes,
) -> Result<Bytes, UnaryError> {
    match (service, method) {
        ("samband.v1.Hub", "Submit") => submit(hub, principal, &question).await,
        ("samband.v1.History", "Timeline") => timeline(hub, principal, question).await,
        ("samband.v1.History", "Versions") => versions(hub, principal, question).await,
        ("samband.v1.History", "Search") => {
            let asked = pb::SearchRequest::decode(question).map_err(|_| not_readable())?;
            read(hub, principal, self::question(&asked)?).await
        }
        ("samband.v1.History", "Handover") => read(hub, principal, Question::Handover).await,
        ("samband.v1.Directory", "GetDeployment") => {
            let asked = pb::DeploymentRequest::decode(question).map_err(|_| not_readable())?;
            let is_gateway = principal.who.role == Role::Gateway;
            hub.deployments
                .told(&principal.who.organisation, is_gateway, asked.known_digest())
                .ok_or(UnaryError::NotFound)
        }
        _ => Err(UnaryError::UnknownMethod),
    }
}

async fn submit(hub: &Arc<Hub>, principal: &Principal, command: &[u8]) -> Result<Bytes, UnaryError> {
    let command = match incoming::command(command) {
        Ok(command) => command,
        Err(unreadable) => return Ok(rejected(None, &unreadable.into(), 0).encode_to_vec().into()),
    };
    let outcome = match admit(principal, command) {
        Err(outcome) => outcome,
        Ok(admitted) => {
            let (answer, wait) = oneshot::channel();
            hub.submit(admitted, Box::new(move |outcome| drop(answer.send(outcome))));
            wait.await.map_err(|_| going_down())?
        }
    };
    Ok(outcome.encode_to_vec().into())
}

async fn timeline(hub: &Arc<Hub>, principal: &Principal, question: Bytes) -> Result<Bytes, UnaryError> {
    let asked = pb::TimelineRequest::decode(question).map_err(|_| not_readable())?;
    let asked = Asked {
        scope: scope_of(&asked),
        event: None,
        page_size: asked.page_size(),
        page_token: asked.page_token.unwrap_or_default(),
    };
    history(hub, principal, asked).await
}

async fn versions(hub: &Arc<Hub>, principal: &Principal, question: Bytes) -> Result<Bytes, UnaryError> {
    let asked = pb::VersionsRequest::decode(question).map_err(|_| not_readable())?;
    let asked = Asked {
        scope: asked.incident_id().parse().ok().map(Scope::Incident),
        event: Some(asked.event_id().into()),
        page_size: asked.page_size(),
        page_token: asked.page_token.unwrap_or_default(),
    };
    history(hub, principal, asked).await
}

struct Asked {
    scope: Option<Scope>,
    event: Option<String>,
    page_size: u32,
    page_token: Bytes,
}

async fn history(hub: &Arc<Hub>, principal: &Principal, asked: Asked) -> Result<Bytes, UnaryError> {
    let Asker { viewer, person, principal } = asker(principal);
    let request = HistoryRequest {
        viewer,
        person,
        principal,
        scope: asked.scope.ok_or(UnaryError::NotFound)?,
        versions_of: asked.event.map(|id| id.parse().map_err(|_| UnaryError::NotFound)).transpose()?,
        page_size: asked.page_size,
        page_token: asked.page_token,
    };
    let (page, wait) = oneshot::channel();
    hub.fanout.history(request, Box::new(move |answer| drop(page.send(answer))));
    answered(wait).await
}

async fn read(hub: &Arc<Hub>, principal: &Principal, question: Question) -> Result<Bytes, UnaryError> {
    let (page, wait) = oneshot::channel();
    hub.fanout.read(asker(principal), question, Box::new(move |answer| drop(page.send(answer))));
    answered(wait).await
}

fn asker(principal: &Principal) -> Asker {
    Asker {
        viewer: Viewer { organisation: principal.who.organisation.clone(), role: principal.who.role },
        person: principal.subject.clone(),
        principal: principal.digest(),
    }
}

async fn answered(wait: oneshot::Receiver<Result<Bytes, HistoryError>>) -> Result<Bytes, UnaryError> {
    match wait.await {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(HistoryError::NotFound)) => Err(UnaryError::NotFound),
        Ok(Err(error @ HistoryError::PageToken)) => Err(UnaryError::Invalid(error.to_string())),
        Ok(Err(error @ HistoryError::Busy)) => Err(UnaryError::Busy(error.to_string())),
        Ok(Err(error @ HistoryError::LedgerDown)) => Err(UnaryError::Unavailable(error.to_string())),
        Err(_) => Err(going_down()),
    }
}

/// What a search is for, checked.
fn question(asked: &pb::SearchRequest) -> Result<Question, UnaryError> {
    let words: Vec<String> = asked.text().split_whitespace().map(str::to_lowercase).collect();
    let short = |word: &String| word.chars().count() < limits::SEARCH_LETTERS_MIN;
    if words.is_empty() || words.len() > limits::SEARCH_WORDS_MAX || words.iter().any(short) {
        return Err(UnaryError::Invalid("text: 1 to 8 words of at least two letters".into()));
    }
    let scope = match asked.incident_id.as_deref() {
        None => None,
        Some(id) => Some(Scope::Incident(id.parse().map_err(|_| UnaryError::NotFound)?)),
    };
    Ok(Question::Search {
        words,
        scope,
        from: asked.from.as_ref().and_then(timestamp),
        until: asked.until.as_ref().and_then(timestamp),
        page_size: asked.page_size(),
        page_token: asked.page_token.clone().unwrap_or_default(),
    })
}

/// What a timeline is of: an incident, or else a talkgroup or a unit.
fn scope_of(asked: &pb::TimelineRequest) -> Option<Scope> {
    let incident = || asked.incident_id.as_deref()?.parse().ok().map(Scope::Incident);
    let talkgroup = || asked.talkgroup_id.as_deref()?.parse().ok().map(Scope::Talkgroup);
    let unit = || asked.unit_id.as_deref()?.parse().ok().map(Scope::Unit);
    match (&asked.incident_id, &asked.talkgroup_id, &asked.unit_id) {
        (Some(_), None, None) => incident(),
        (None, Some(_), None) => talkgroup(),
        (None, None, Some(_)) => unit(),
        _ => None,
    }
}

fn not_readable() -> UnaryError {
    UnaryError::Invalid("the request cannot be read".into())
}

fn going_down() -> UnaryError {
    UnaryError::Unavailable("the hub is going down".into())
}

/// The token of an `authorization` value. What has none has an empty one, which nobody is.
pub fn bearer(authorization: &str) -> &str {
    authorization.strip_prefix("Bearer ").unwrap_or("")
}
