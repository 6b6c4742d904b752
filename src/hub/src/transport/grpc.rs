//! gRPC: sessions, single commands, history, reflection and health.

use std::{pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_util::Stream;
use prost::Message as _;
use samband_disclosure::Viewer;
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
    fanout::history::{HistoryError, HistoryRequest},
    identity::Principal,
    limits,
    wire::{
        frame::{Encoding, Frame},
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
        let request = HistoryRequest {
            viewer: Viewer { organisation: principal.who.organisation.clone(), role: principal.who.role },
            principal: principal.digest(),
            incident: asked.incident.parse().map_err(|_| not_found())?,
            versions_of: asked.event.map(|id| id.parse().map_err(|_| not_found())).transpose()?,
            page_size: asked.page_size,
            page_token: asked.page_token,
        };
        let (page, wait) = oneshot::channel();
        self.hub.fanout.history(request, Box::new(move |answer| drop(page.send(answer))));
        match wait.await {
            Ok(Ok(page)) => Ok(Response::new(page)),
            Ok(Err(HistoryError::NotFound)) => Err(not_found()),
            Ok(Err(error @ HistoryError::PageToken)) => Err(Status::invalid_argument(error.to_string())),
            Ok(Err(error @ HistoryError::LedgerDown)) => Err(Status::unavailable(error.to_string())),
            Err(_) => Err(Status::unavailable("the hub is going down")),
        }
    }
}

/// "Does not exist" and "not for you" are the same answer.
fn not_found() -> Status {
    Status::not_found("no such incident or event")
}

struct Asked {
    incident: String,
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
            incident: asked.incident_id().into(),
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
            incident: asked.incident_id().into(),
            event: Some(asked.event_id().into()),
            page_size: asked.page_size(),
            page_token: asked.page_token.unwrap_or_default(),
        };
        self.history(principal, asked).await
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
