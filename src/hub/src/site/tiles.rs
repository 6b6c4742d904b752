//! Picture tiles of a server on this machine, which may have them from elsewhere. The key stays here.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{
    Request, Response, StatusCode,
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::Semaphore};

use super::answer::{Body, text, whole};
use crate::{config::TileServer, limits};

/// Fetches tiles.
#[derive(Debug)]
pub(super) struct Tiles {
    server: TileServer,
    at_once: Semaphore,
}

/// Why there is no tile.
enum Failed {
    /// The server does not have it.
    Missing,
    /// It did not answer as a server of tiles does.
    Otherwise,
}

impl Tiles {
    pub(super) fn new(server: TileServer) -> Self {
        Self { server, at_once: Semaphore::new(limits::TILES_AT_ONCE) }
    }

    /// Answers `z/x/y`.
    pub(super) async fn answer(&self, named: &str) -> Response<Body> {
        let Some((zoom, column, row)) = tile(named, self.server.zoom) else {
            return text(StatusCode::NOT_FOUND, "no such tile\n");
        };
        let Ok(_place) = self.at_once.try_acquire() else {
            return text(StatusCode::SERVICE_UNAVAILABLE, "too many tiles are asked for\n");
        };
        let path = self.server.tile(zoom, column, row);
        match tokio::time::timeout(Duration::from_millis(limits::TILE_MS), self.fetch(&path)).await {
            Ok(Ok((kind, tile))) => {
                let mut answer = whole(StatusCode::OK, kind, tile);
                answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=86400"));
                answer
            }
            Ok(Err(Failed::Missing)) => text(StatusCode::NOT_FOUND, "no such tile\n"),
            Ok(Err(Failed::Otherwise)) => text(StatusCode::BAD_GATEWAY, "the tile server did not answer with a tile\n"),
            Err(_) => text(StatusCode::GATEWAY_TIMEOUT, "the tile server did not answer\n"),
        }
    }

    async fn fetch(&self, path: &str) -> Result<(&'static str, Bytes), Failed> {
        let other = |_| Failed::Otherwise;
        let stream = TcpStream::connect(&self.server.host).await.map_err(|_| Failed::Otherwise)?;
        let (mut asking, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(other)?;
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = path.parse().map_err(|_| Failed::Otherwise)?;
        let host = HeaderValue::from_str(&self.server.host).map_err(|_| Failed::Otherwise)?;
        request.headers_mut().insert(header::HOST, host);
        request.headers_mut().extend(self.server.key.clone().map(|key| (header::AUTHORIZATION, key)));
        let answer = async {
            let answer = asking.send_request(request).await.map_err(other)?;
            match answer.status() {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => return Err(Failed::Missing),
                _ => return Err(Failed::Otherwise),
            }
            let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            let kind = kind.and_then(picture).ok_or(Failed::Otherwise)?;
            let tile = Limited::new(answer.into_body(), limits::TILE_BYTES_MAX).collect().await;
            Ok((kind, tile.map_err(|_| Failed::Otherwise)?.to_bytes()))
        };
        // The connection lives as long as the answer is waited for.
        tokio::select! {
            answer = answer => answer,
            Err(_) = connection => Err(Failed::Otherwise),
        }
    }
}

/// A picture, and nothing that could run.
fn picture(kind: &str) -> Option<&'static str> {
    let kind = kind.split(';').next().unwrap_or("").trim();
    ["image/png", "image/jpeg", "image/webp"].into_iter().find(|known| known.eq_ignore_ascii_case(kind))
}

/// Zoom, column and row of a tile there can be.
fn tile(named: &str, (least, most): (u32, u32)) -> Option<(u32, u32, u32)> {
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let mut parts = named.split('/').map(number);
    let (zoom, column, row) = (parts.next()??, parts.next()??, parts.next()??);
    let there = (least..=most).contains(&zoom) && column < 1 << zoom && row < 1 << zoom;
    (there && parts.next().is_none()).then_some((zoom, column, row))
}

#[cfg(test)]
mod tests {
    use super::{picture, tile};

    #[test]
    fn only_tiles_that_can_be_are_asked_for() {
        assert_eq!(tile("9/276/130", (0, 15)), Some((9, 276, 130)));
        for named in
            ["9/276", "9/276/130/1", "9/512/0", "9/0/512", "16/0/0", "-1/0/0", "9/+1/0", "a/b/c", "9/276/130.png", ""]
        {
            assert_eq!(tile(named, (0, 15)), None, "{named}");
        }
        assert_eq!(tile("3/0/0", (5, 15)), None);
    }

    #[test]
    fn only_pictures_are_passed_on() {
        assert_eq!(picture("image/PNG; x=1"), Some("image/png"));
        assert_eq!((picture("text/html"), picture("image/svg+xml"), picture("")), (None, None, None));
    }
}
