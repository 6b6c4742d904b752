//! The listener for people: pages, the WebSocket, single questions, metrics, and whether the hub is alive.

mod eager;
mod guard;
mod patient;
mod peers;
mod rpc;
mod upgrade;

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use self::{
    patient::Patient,
    peers::{Guest, Peers},
};
use crate::{
    app::Hub,
    limits,
    site::{
        Site,
        answer::{Body, text},
    },
};

/// Serves until the hub has drained.
pub async fn serve(hub: Arc<Hub>, site: Arc<Site>, listener: TcpListener) {
    let loopback = listener.local_addr().is_ok_and(|address| address.ip().is_loopback());
    let mut stopped = hub.stopped();
    let room = Arc::new(Semaphore::new(limits::HTTP_CONNECTIONS_MAX));
    let peers = Arc::new(Peers::default());
    loop {
        let accepted = tokio::select! {
            // Without room for it a connection waits with the system.
            accepted = async { (room.clone().acquire_owned().await, listener.accept().await) } => accepted,
            _ = stopped.changed() => return,
        };
        let (Ok(place), Ok((stream, peer))) = accepted else { continue };
        // One that has its share is closed at once: it would only wait in everybody's way.
        let Some(guest) = peers.enter(peer.ip()) else { continue };
        tokio::spawn(connection(hub.clone(), site.clone(), stream, peer, loopback, (place, guest)));
    }
}

async fn connection(
    hub: Arc<Hub>,
    site: Arc<Site>,
    stream: TcpStream,
    peer: SocketAddr,
    loopback: bool,
    place: (OwnedSemaphorePermit, Guest),
) {
    // Small frames are written together by us; the kernel is not to wait for more.
    let _ = stream.set_nodelay(true);
    let loopback = loopback && peer.ip().is_loopback();
    let service = service_fn(move |request| answer(hub.clone(), site.clone(), request, loopback));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits::HTTP_HEADER_MS))
        .serve_connection(TokioIo::new(Patient::new(stream, Duration::from_millis(limits::HTTP_WRITE_MS))), service);
    // A client that goes away in the middle is not an error of ours.
    let _ = connection.with_upgrades().await;
    // A session has a limit of its own.
    drop(place);
}

async fn answer(
    hub: Arc<Hub>,
    site: Arc<Site>,
    request: Request<Incoming>,
    loopback: bool,
) -> Result<Response<Body>, Infallible> {
    let headers = request.headers();
    if hub.authority.takes_demo_tokens() && !guard::is_loopback_host(headers) {
        return Ok(text(StatusCode::FORBIDDEN, "demo tokens are for this machine: ask for localhost\n"));
    }
    let path = request.uri().path();
    let speaks = path == "/v1/session" || path.starts_with(rpc::PREFIX);
    if speaks && !guard::is_same_origin(headers) {
        return Ok(text(StatusCode::FORBIDDEN, "pages of other origins are not served\n"));
    }
    Ok(match path {
        "/v1/session" if hub.is_crowded() => text(StatusCode::SERVICE_UNAVAILABLE, "too many sessions\n"),
        "/v1/session" => upgrade::upgrade(hub, request, loopback),
        path if path.starts_with(rpc::PREFIX) => rpc::answer(&hub, request, loopback).await,
        "/healthz" if hub.writer.writable() => text(StatusCode::OK, "ok\n"),
        "/healthz" => text(StatusCode::SERVICE_UNAVAILABLE, "the journal cannot be written\n"),
        "/metrics" if loopback => text(StatusCode::OK, &hub.metrics.text()),
        _ => site.answer(request.method(), request.uri().path(), request.headers(), hub.clock.now()).await,
    })
}
