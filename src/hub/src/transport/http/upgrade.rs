//! From HTTP to a session: the WebSocket's handshake.

use std::sync::Arc;

use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{eager::Eager, guard::value, patient::Patient};
use crate::{
    app::Hub,
    site::answer::{Body, text},
    transport::{
        driver::drive,
        websocket::{JSON, PROTO, WebSocket},
    },
    wire::frame::Encoding,
};

/// Answers the handshake and leaves the socket to a session.
pub(super) fn upgrade(hub: Arc<Hub>, mut request: Request<Incoming>, loopback: bool) -> Response<Body> {
    let value = |name| value(request.headers(), name);
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
        match upgraded.downcast::<TokioIo<Patient<TcpStream>>>() {
            Ok(parts) if parts.read_buf.is_empty() => {
                let stream = parts.io.into_inner().into_inner();
                drive(hub, &mut WebSocket::accepted(stream, encoding).await, loopback).await;
            }
            Ok(parts) => {
                let stream = parts.io.into_inner().into_inner();
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
