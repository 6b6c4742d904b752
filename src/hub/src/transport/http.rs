//! The listener for people: the WebSocket, metrics, and whether the hub is alive.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use eager::Eager;

use super::{
    driver::drive,
    websocket::{JSON, PROTO, WebSocket},
};
use crate::{app::Hub, wire::frame::Encoding};

/// Serves until the hub has drained.
pub async fn serve(hub: Arc<Hub>, listener: TcpListener) {
    let loopback = listener.local_addr().is_ok_and(|address| address.ip().is_loopback());
    let mut stopped = hub.stopped();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        let Ok((stream, peer)) = accepted else { continue };
        let hub = hub.clone();
        tokio::spawn(connection(hub, stream, peer, loopback));
    }
}

async fn connection(hub: Arc<Hub>, stream: TcpStream, peer: SocketAddr, loopback: bool) {
    // Small frames are written together by us; the kernel is not to wait for more.
    let _ = stream.set_nodelay(true);
    let loopback = loopback && peer.ip().is_loopback();
    let service = service_fn(move |request| answer(hub.clone(), request, loopback));
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that goes away in the middle is not an error of ours.
    let _ = connection.with_upgrades().await;
}

async fn answer(
    hub: Arc<Hub>,
    request: Request<Incoming>,
    loopback: bool,
) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(match request.uri().path() {
        "/v1/session" if hub.is_crowded() => text(StatusCode::SERVICE_UNAVAILABLE, "too many sessions\n"),
        "/v1/session" => upgrade(hub, request, loopback),
        "/healthz" if hub.writer.writable() => text(StatusCode::OK, "ok\n"),
        "/healthz" => text(StatusCode::SERVICE_UNAVAILABLE, "the journal cannot be written\n"),
        "/metrics" if loopback => text(StatusCode::OK, &hub.metrics.text()),
        _ => text(StatusCode::NOT_FOUND, "not found\n"),
    })
}

fn text(status: StatusCode, body: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn upgrade(hub: Arc<Hub>, mut request: Request<Incoming>, loopback: bool) -> Response<Full<Bytes>> {
    let value = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or("");
    let is_upgrade = value(header::UPGRADE).eq_ignore_ascii_case("websocket")
        && value(header::CONNECTION).to_ascii_lowercase().contains("upgrade")
        && value(header::SEC_WEBSOCKET_VERSION) == "13";
    let key = value(header::SEC_WEBSOCKET_KEY).to_owned();
    if !is_upgrade || key.is_empty() {
        return text(StatusCode::UPGRADE_REQUIRED, "a WebSocket is served here\n");
    }
    let offered = value(header::SEC_WEBSOCKET_PROTOCOL).to_owned();
    let chosen = offered.split(',').map(str::trim).find(|protocol| [PROTO, JSON].contains(protocol));
    let Some(chosen) = chosen else {
        return text(StatusCode::BAD_REQUEST, "subprotocol samband.v1.proto or samband.v1.json is needed\n");
    };
    let encoding = if chosen == JSON { Encoding::Json } else { Encoding::Proto };
    let protocol = HeaderValue::from_static(if chosen == JSON { JSON } else { PROTO });
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgraded.await else { return };
        // Past the upgrade the socket is the session's alone: nothing stands between it and the frames.
        match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) if parts.read_buf.is_empty() => {
                drive(hub, &mut WebSocket::accepted(parts.io.into_inner(), encoding).await, loopback).await;
            }
            Ok(parts) => {
                let stream = parts.io.into_inner();
                let socket = Eager::new(parts.read_buf, stream);
                drive(hub, &mut WebSocket::accepted(socket, encoding).await, loopback).await;
            }
            Err(upgraded) => {
                drive(hub, &mut WebSocket::accepted(TokioIo::new(upgraded), encoding).await, loopback).await;
            }
        }
    });
    let mut response = text(StatusCode::SWITCHING_PROTOCOLS, "");
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

mod eager {
    use std::{
        io,
        pin::Pin,
        task::{Context, Poll},
    };

    use bytes::{Buf as _, Bytes};
    use tokio::{
        io::{AsyncRead, AsyncWrite, ReadBuf},
        net::TcpStream,
    };

    /// A socket with bytes that were read before the upgrade was answered: an eager client's first frame.
    pub(super) struct Eager {
        first: Bytes,
        stream: TcpStream,
    }

    impl Eager {
        pub(super) fn new(first: Bytes, stream: TcpStream) -> Self {
            Self { first, stream }
        }
    }

    impl AsyncRead for Eager {
        fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            if self.first.is_empty() {
                return Pin::new(&mut self.stream).poll_read(cx, into);
            }
            let count = self.first.len().min(into.remaining());
            into.put_slice(&self.first[..count]);
            self.first.advance(count);
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Eager {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.stream).poll_write(cx, bytes)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_shutdown(cx)
        }
    }
}
