//! gRPC: sessions, single commands, history, reflection and health.

use std::{pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_util::Stream;
use prost::Message as _;
use samband_disclosure::Viewer;
use samband_domain::Scope;
use samband_proto::v1 as pb;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Request, Response, Status, Streaming,
    transport::server::{TcpConnectInfo, TcpIncoming},
};

use super::{
    driver::{Gone, Read, Wire, drive},
    stubs::{history::history_server, hub::hub_server},
};
use crate::{
    app::Hub,
    command::admit::{admit, rejected},
    fanout::{
        history::{HistoryError, HistoryRequest},
        search::{Asker, Question},
    },
    identity::Principal,
    limits,
    wire::{
        frame::{Encoding, Frame},
        from_proto::timestamp,
        incoming,
    },
};

/// Serves until the hub has drained.
///
/// # Errors
/// The server could not be set up.
pub async fn serve(hub: Arc<Hub>, listener: TcpListener) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let loopback = listener.local_addr()?.ip().is_loopback();
    let service = Service { hub: hub.clone(), loopback };
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("", tonic_health::ServingStatus::Serving).await;
    reporter.set_service_status("samband.v1.Hub", tonic_health::ServingStatus::Serving).await;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(samband_proto::PUBLIC_DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let hub_service = hub_server::HubServer::new(service.clone()).max_decoding_message_size(limits::FRAME_BYTES_MAX);
    let mut stopped = hub.stopped();
    let ended = async move {
        let _ = stopped.changed().await;
    };
    // On the sockets themselves: the builder's own setting is ignored where a listener is handed over.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    tonic::transport::Server::builder()
        .add_service(hub_service)
        .add_service(history_server::HistoryServer::new(service))
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .add_service(health)
        .serve_with_incoming_shutdown(incoming, ended)
        .await?;
    Ok(())
}

#[derive(Clone)]
struct Service {
    hub: Arc<Hub>,
    loopback: bool,
}

impl Service {
    fn is_loopback<T>(&self, request: &Request<T>) -> bool {
        let peer = request.extensions().get::<TcpConnectInfo>().and_then(TcpConnectInfo::remote_addr);
        self.loopback && peer.is_some_and(|peer| peer.ip().is_loopback())
    }

    fn principal<T>(&self, request: &Request<T>) -> Result<Principal, Status> {
        let header = request.metadata().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("");
        let token = header.strip_prefix("Bearer ").unwrap_or("");
        let authority = &self.hub.authority;
        authority
            .principal(token, self.is_loopback(request), self.hub.clock.now())
            .map_err(|error| Status::unauthenticated(error.told()))
    }

    async fn history(&self, principal: Principal, asked: Asked) -> Result<Response<Bytes>, Status> {
        let Asker { viewer, person, principal } = asker(&principal);
        let request = HistoryRequest {
            viewer,
            person,
            principal,
            scope: asked.scope.ok_or_else(not_found)?,
            versions_of: asked.event.map(|id| id.parse().map_err(|_| not_found())).transpose()?,
            page_size: asked.page_size,
            page_token: asked.page_token,
        };
        let (page, wait) = oneshot::channel();
        self.hub.fanout.history(request, Box::new(move |answer| drop(page.send(answer))));
        answered(wait).await
    }

    async fn read(&self, principal: Principal, question: Question) -> Result<Response<Bytes>, Status> {
        let (page, wait) = oneshot::channel();
        let page = Box::new(move |answer| drop(page.send(answer)));
        self.hub.fanout.read(asker(&principal), question, page);
        answered(wait).await
    }
}

fn asker(principal: &Principal) -> Asker {
    Asker {
        viewer: Viewer { organisation: principal.who.organisation.clone(), role: principal.who.role },
        person: principal.subject.clone(),
        principal: principal.digest(),
    }
}

async fn answered(wait: oneshot::Receiver<Result<Bytes, HistoryError>>) -> Result<Response<Bytes>, Status> {
    match wait.await {
        Ok(Ok(page)) => Ok(Response::new(page)),
        Ok(Err(HistoryError::NotFound)) => Err(not_found()),
        Ok(Err(error @ HistoryError::PageToken)) => Err(Status::invalid_argument(error.to_string())),
        Ok(Err(error @ HistoryError::Busy)) => Err(Status::resource_exhausted(error.to_string())),
        Ok(Err(error @ HistoryError::LedgerDown)) => Err(Status::unavailable(error.to_string())),
        Err(_) => Err(Status::unavailable("the hub is going down")),
    }
}

/// What a search is for, checked.
fn question(asked: &pb::SearchRequest) -> Result<Question, Status> {
    let words: Vec<String> = asked.text().split_whitespace().map(str::to_lowercase).collect();
    let short = |word: &String| word.chars().count() < limits::SEARCH_LETTERS_MIN;
    if words.is_empty() || words.len() > limits::SEARCH_WORDS_MAX || words.iter().any(short) {
        return Err(Status::invalid_argument("text: 1 to 8 words of at least two letters"));
    }
    let scope = match asked.incident_id.as_deref() {
        None => None,
        Some(id) => Some(Scope::Incident(id.parse().map_err(|_| not_found())?)),
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

/// "Does not exist" and "not for you" are the same answer.
fn not_found() -> Status {
    Status::not_found("no such incident or event")
}

struct Asked {
    scope: Option<Scope>,
    event: Option<String>,
    page_size: u32,
    page_token: Bytes,
}

#[tonic::async_trait]
impl hub_server::Hub for Service {
    type SessionStream = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;

    async fn session(&self, request: Request<Streaming<Bytes>>) -> Result<Response<Self::SessionStream>, Status> {
        if self.hub.is_crowded() {
            return Err(Status::resource_exhausted("too many sessions"));
        }
        let loopback = self.is_loopback(&request);
        // The outbox before it is the queue; this one only hands over to HTTP/2.
        let (frames, out) = mpsc::channel(64);
        let mut wire = Grpc { incoming: request.into_inner(), outgoing: frames };
        let hub = self.hub.clone();
        tokio::spawn(async move { drive(hub, &mut wire, loopback).await });
        Ok(Response::new(Box::pin(ReceiverStream::new(out))))
    }

    async fn submit(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let principal = self.principal(&request)?;
        let command = match incoming::command(&request.into_inner()) {
            Ok(command) => command,
            Err(unreadable) => {
                let outcome = rejected(None, &unreadable.into(), 0);
                return Ok(Response::new(outcome.encode_to_vec().into()));
            }
        };
        let outcome = match admit(&principal, command) {
            Err(outcome) => outcome,
            Ok(admitted) => {
                let (answer, wait) = oneshot::channel();
                self.hub.submit(admitted, Box::new(move |outcome| drop(answer.send(outcome))));
                wait.await.map_err(|_| Status::unavailable("the hub is going down"))?
            }
        };
        Ok(Response::new(outcome.encode_to_vec().into()))
    }
}

#[tonic::async_trait]
impl history_server::History for Service {
    async fn timeline(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let principal = self.principal(&request)?;
        let asked = pb::TimelineRequest::decode(request.into_inner()).map_err(|_| not_readable())?;
        let asked = Asked {
            scope: scope_of(&asked),
            event: None,
            page_size: asked.page_size(),
            page_token: asked.page_token.unwrap_or_default(),
        };
        self.history(principal, asked).await
    }

    async fn versions(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let principal = self.principal(&request)?;
        let asked = pb::VersionsRequest::decode(request.into_inner()).map_err(|_| not_readable())?;
        let asked = Asked {
            scope: asked.incident_id().parse().ok().map(Scope::Incident),
            event: Some(asked.event_id().into()),
            page_size: asked.page_size(),
            page_token: asked.page_token.unwrap_or_default(),
        };
        self.history(principal, asked).await
    }

    async fn search(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let principal = self.principal(&request)?;
        let asked = pb::SearchRequest::decode(request.into_inner()).map_err(|_| not_readable())?;
        self.read(principal, question(&asked)?).await
    }

    async fn handover(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let principal = self.principal(&request)?;
        self.read(principal, Question::Handover).await
    }
}

fn not_readable() -> Status {
    Status::invalid_argument("the request cannot be read")
}

/// A client over gRPC.
struct Grpc {
    incoming: Streaming<Bytes>,
    outgoing: mpsc::Sender<Result<Bytes, Status>>,
}

impl Wire for Grpc {
    async fn read(&mut self) -> Read {
        match self.incoming.message().await {
            Ok(Some(bytes)) => Read::Frame(Box::new(incoming::frame(&bytes))),
            Ok(None) => Read::Gone,
            Err(status) if status.code() == tonic::Code::OutOfRange => Read::TooLarge,
            Err(_) => Read::Gone,
        }
    }

    async fn write(&mut self, frames: &mut Vec<Frame>) -> Result<(), Gone> {
        for frame in frames.drain(..) {
            self.outgoing.send(Ok(frame.bytes().clone())).await.map_err(|_| Gone)?;
        }
        Ok(())
    }

    fn encoding(&self) -> Encoding {
        Encoding::Proto
    }
}
