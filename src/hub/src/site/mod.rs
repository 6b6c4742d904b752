//! What a browser gets beside the contract: the consoles' pages, the map, and what anybody may know of the hub.
//!
//! Knows no event, no policy and no session. Nothing here needs a token, so nothing here may be a secret.

pub mod answer;
pub mod facts;
mod kinds;
pub mod map;
pub mod pages;
pub mod range;
mod routes;
mod tiles;

use hyper::{
    HeaderMap, Method, Response, StatusCode,
    header::{self, HeaderValue},
};
use samband_domain::Timestamp;

use answer::{Body, guarded, not_allowed, text, whole};
use facts::Facts;
use map::Map;
use pages::Pages;

/// All of it.
#[derive(Debug, Default)]
pub struct Site {
    /// The consoles.
    pub pages: Pages,
    /// The map.
    pub map: Map,
    /// What anybody may know.
    pub facts: Facts,
}

impl Site {
    /// Answers whatever is no question of the contract.
    pub async fn answer(&self, method: &Method, path: &str, headers: &HeaderMap, now: Timestamp) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            return not_allowed("GET, HEAD");
        }
        if path == "/v1/hub" {
            return self.facts(now);
        }
        let of_map = match path.strip_prefix(map::PREFIX) {
            Some(name) => self.map.answer(name, headers, &self.pages).await,
            None => None,
        };
        let page = || routes::file(path).and_then(|file| self.pages.answer(file, headers));
        of_map.or_else(page).unwrap_or_else(|| guarded(text(StatusCode::NOT_FOUND, "not found\n")))
    }

    /// Never kept: a page that was there before the hub was started again must not offer old seats.
    fn facts(&self, now: Timestamp) -> Response<Body> {
        let told = self.facts.told(now).to_string();
        let mut response = whole(StatusCode::OK, "application/json", told.into());
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        guarded(response)
    }
}
