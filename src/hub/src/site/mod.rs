//! What a browser gets beside the contract: the consoles' pages, the map, and what anybody may know of the hub.
//!
//! Knows no event, no policy and no session. Nothing here needs a token, so nothing here may be a secret.

pub mod answer;
mod kinds;
pub mod pages;
mod routes;

use hyper::{HeaderMap, Method, Response, StatusCode};
use samband_domain::Timestamp;

use answer::{Body, not_allowed, text};
use pages::Pages;

/// All of it.
#[derive(Debug, Default)]
pub struct Site {
    pages: Pages,
}

impl Site {
    /// With these pages, and nothing else yet.
    pub fn new(pages: Pages) -> Self {
        Self { pages }
    }

    /// Answers whatever is no question of the contract.
    pub async fn answer(&self, method: &Method, path: &str, headers: &HeaderMap, _now: Timestamp) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            return not_allowed("GET, HEAD");
        }
        match routes::file(path).and_then(|file| self.pages.answer(file, headers)) {
            Some(answer) => answer,
            None => answer::guarded(text(StatusCode::NOT_FOUND, "not found\n")),
        }
    }
}
