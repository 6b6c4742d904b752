//! gRPC: sessions, single questions, reflection and health.

use std::{pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_util::Stream;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Request, Response, Status, Streaming,
    transport::server::{TcpConnectInfo, TcpIncoming},
};

use super::{
    driver::{Gone, Read, Wire, drive},
    stubs::{directory::directory_server, history::history_server, hub::hub_server},
    unary::{self, UnaryError, bearer},
};
use crate::{
    app::Hub,
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
        .add_service(history_server::HistoryServer::new(service.clone()))
        .add_service(directory_server::DirectoryServer::new(service))
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

    async fn call(&self, service: &str, method: &str, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let loopback = self.is_loopback(&request);
        let (metadata, _, question) = request.into_parts();
        let token = metadata.get("authorization").and_then(|value| value.to_str().ok()).map_or("", bearer);
        let principal = unary::whose(&self.hub, token, loopback).map_err(|error| status(&error))?;
        let answer = unary::call(&self.hub, &principal, service, method, question).await;
        answer.map(Response::new).map_err(|error| status(&error))
    }
}

fn status(error: &UnaryError) -> Status {
    let told = error.to_string();
    match error {
        UnaryError::Unauthenticated(_) => Status::unauthenticated(told),
        UnaryError::UnknownMethod => Status::unimplemented(told),
        UnaryError::Invalid(_) => Status::invalid_argument(told),
        UnaryError::NotFound => Status::not_found(told),
        UnaryError::Busy(_) => Status::resource_exhausted(told),
        UnaryError::Unavailable(_) => Status::unavailable(told),
    }
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
        self.call("samband.v1.Hub", "Submit", request).await
    }
}

#[tonic::async_trait]
impl history_server::History for Service {
    async fn timeline(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        self.call("samband.v1.History", "Timeline", request).await
    }

    async fn versions(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        self.call("samband.v1.History", "Versions", request).await
    }

    async fn search(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        self.call("samband.v1.History", "Search", request).await
    }

    async fn handover(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        self.call("samband.v1.History", "Handover", request).await
    }
}

#[tonic::async_trait]
impl directory_server::Directory for Service {
    async fn get_deployment(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        self.call("samband.v1.Directory", "GetDeployment", request).await
    }
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
