//! The consoles' files: in the program, as `web/dist` was when it was built. (A debug build reads the folder itself.)

use std::{borrow::Cow, collections::BTreeMap};

use bytes::Bytes;
use hyper::{
    HeaderMap, Response, StatusCode,
    header::{self, HeaderValue},
};
use sha2::{Digest as _, Sha256};

use super::{
    answer::{Body, etag, guarded, is_known, whole},
    kinds::media_type,
    routes,
};

// Relative to the crate. It compiles without the folder: then there are no files, and the placeholder is served.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// What is served while the consoles have not been built.
const PLACEHOLDER: &str = include_str!("placeholder.html");
/// Files in this folder have their own hash in their names: another content is another file.
const HASHED: &str = "assets/";
/// Encodings that the build may have made beside a file, the better one first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// A file.
#[derive(Debug, Clone)]
pub struct File {
    /// What stands in it.
    pub content: Bytes,
    /// Names the content.
    pub hash: String,
}

/// Where the files are.
#[derive(Debug, Default)]
pub enum Pages {
    /// In the program.
    #[default]
    Embedded,
    /// In memory, by path.
    Memory(BTreeMap<String, Bytes>),
}

impl Pages {
    /// A file, by its path in `web/dist`.
    pub fn file(&self, path: &str) -> Option<File> {
        match self {
            Self::Embedded => {
                let file = Dist::get(path)?;
                let hash = name(&file.metadata.sha256_hash());
                let content = match file.data {
                    Cow::Borrowed(content) => Bytes::from_static(content),
                    Cow::Owned(content) => content.into(),
                };
                Some(File { content, hash })
            }
            Self::Memory(files) => {
                let content = files.get(path)?.clone();
                Some(File { hash: name_of(&content), content })
            }
        }
    }

    /// Whether there are consoles to serve.
    pub fn is_built(&self) -> bool {
        self.file("index.html").is_some()
    }

    /// The answer to whoever asks for a file; none: there is no such file.
    pub(super) fn answer(&self, path: &str, asked: &HeaderMap) -> Option<Response<Body>> {
        let Some(plain) = self.file(path) else {
            let unbuilt = routes::is_page(path) && !self.is_built();
            return unbuilt.then(placeholder);
        };
        let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
        let made: Vec<_> = ENCODINGS
            .iter()
            .filter_map(|(coding, end)| Some((*coding, self.file(&format!("{path}.{end}"))?)))
            .collect();
        let varies = !made.is_empty();
        let chosen = made.into_iter().find(|(coding, _)| accepts(accepted, coding));
        let (coding, file) = chosen.map_or((None, plain), |(coding, file)| (Some(coding), file));
        let etag = etag(&file.hash)?;
        let mut response = if is_known(asked, &etag) {
            let mut known = whole(StatusCode::NOT_MODIFIED, "", Bytes::new());
            known.headers_mut().remove(header::CONTENT_TYPE);
            known
        } else {
            whole(StatusCode::OK, media_type(path), file.content)
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, etag);
        let kept = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        if varies {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        Some(guarded(response))
    }
}

/// A name for a content.
pub(super) fn name_of(content: &[u8]) -> String {
    name(&Sha256::digest(content))
}

/// A hash as a name: 128 bits are enough to tell contents apart.
fn name(hash: &[u8]) -> String {
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn placeholder() -> Response<Body> {
    let mut response = whole(StatusCode::OK, "text/html; charset=utf-8", Bytes::from_static(PLACEHOLDER.as_bytes()));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    guarded(response)
}

/// Whether `Accept-Encoding` lets an encoding be used. What is not named is not wanted.
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|named| named.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        named && weight.is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        let files = [
            ("index.html", "<html>"),
            ("assets/a-1.js", "plain"),
            ("assets/a-1.js.br", "brotli"),
            ("assets/a-1.js.gz", "gzip"),
        ];
        Pages::Memory(
            files.into_iter().map(|(path, text)| (path.into(), Bytes::from_static(text.as_bytes()))).collect(),
        )
    }

    fn asked(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))])
    }

    fn told(response: &Response<Body>, name: header::HeaderName) -> &str {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    #[test]
    fn the_best_encoding_that_is_accepted_is_served() {
        let cases = [
            ("", ""),
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("br;q=0", ""),
            ("identity", ""),
            ("BR", "br"),
            ("br;q=x", ""),
        ];
        for (accepted, expected) in cases {
            let answer = pages().answer("assets/a-1.js", &asked("accept-encoding", accepted)).expect("a file");
            assert_eq!(told(&answer, header::CONTENT_ENCODING), expected, "{accepted}");
            assert_eq!(told(&answer, header::VARY), "accept-encoding");
            assert_eq!(told(&answer, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        }
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let first = pages().answer("index.html", &HeaderMap::new()).expect("a file");
        let name = told(&first, header::ETAG).to_owned();
        assert!(name.len() > 10 && told(&first, header::CACHE_CONTROL) == "no-cache");
        for sent in [name.clone(), format!("W/{name}"), format!("\"x\", {name}"), "*".into()] {
            let again = pages().answer("index.html", &asked("if-none-match", &sent)).expect("a file");
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{sent}");
            assert_eq!(told(&again, header::ETAG), name);
        }
        let other = pages().answer("index.html", &asked("if-none-match", "\"x\"")).expect("a file");
        assert_eq!(other.status(), StatusCode::OK);
        let hashed = pages().answer("assets/a-1.js", &HeaderMap::new()).expect("a file");
        assert!(told(&hashed, header::CACHE_CONTROL).contains("immutable"));
    }

    #[test]
    fn consoles_that_are_not_built_say_so() {
        let none = Pages::Memory(BTreeMap::new());
        for page in ["index.html", "console.html", "terminal.html", "wall.html"] {
            assert!(none.answer(page, &HeaderMap::new()).is_some(), "{page}");
        }
        assert!(none.answer("assets/a-1.js", &HeaderMap::new()).is_none());
        assert!(pages().answer("wall.html", &HeaderMap::new()).is_none(), "built, and without it");
    }
}
