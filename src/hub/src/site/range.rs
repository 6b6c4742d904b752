//! Parts of a file (HTTP Range): a map is read by its parts, whichever way it is kept.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Response, StatusCode,
    body::{Frame, SizeHint},
    header::{self, HeaderValue},
};
use tokio::task::JoinHandle;

use super::answer::{Body, is_known, text};
use crate::limits;

/// What of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All of it.
    Whole,
    /// From the first to the last byte.
    Part(u64, u64),
    /// Something it does not have.
    Nothing,
}

/// What a `Range` wants of so many bytes. One that cannot be read is as none (RFC 9110, 14.2), and so is more than one part at a time.
fn wanted(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let part = match (first, last) {
        ("", last) => number(last).map(|count| (size.saturating_sub(count), size.saturating_sub(1), count > 0)),
        (first, "") => number(first).map(|first| (first, size.saturating_sub(1), true)),
        (first, last) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| (first, last.min(size.saturating_sub(1)), true)),
    };
    match part {
        None => Wanted::Whole,
        Some((first, last, true)) if first < size => Wanted::Part(first, last.min(first + limits::RANGE_BYTES_MAX - 1)),
        Some(_) => Wanted::Nothing,
    }
}

/// Where something is kept that is served by its parts.
pub(super) enum Content {
    /// On disk, with its size.
    File(File, u64),
    /// In memory.
    Memory(Bytes),
}

impl Content {
    fn size(&self) -> u64 {
        match self {
            Self::File(_, size) => *size,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    fn part(self, first: u64, count: u64) -> Body {
        match self {
            Self::File(file, _) => Body::File(FilePart { file: Arc::new(file), at: first, left: count, reading: None }),
            Self::Memory(bytes) => {
                let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(bytes.len());
                Body::Whole(Full::new(bytes.slice(place(first)..place(first + count))))
            }
        }
    }
}

/// Answers with the part that is wanted.
pub(super) fn answer(content: Content, etag: HeaderValue, kind: &'static str, asked: &HeaderMap) -> Response<Body> {
    let size = content.size();
    let named = |name| asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // A part of what one has is of no use when the rest has changed.
    let fits = asked.get(header::IF_RANGE).is_none_or(|known| *known == etag);
    let range = named(header::RANGE).filter(|_| fits);
    let wanted = range.map_or(Wanted::Whole, |range| wanted(range, size));
    let (status, first, count) = match wanted {
        _ if is_known(asked, &etag) => (StatusCode::NOT_MODIFIED, 0, 0),
        Wanted::Whole => (StatusCode::OK, 0, size),
        Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last + 1 - first),
        Wanted::Nothing => {
            let mut none = text(StatusCode::RANGE_NOT_SATISFIABLE, "it does not have these bytes\n");
            set(&mut none, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return none;
        }
    };
    let mut response = Response::new(content.part(first, count));
    *response.status_mut() = status;
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{}/{size}", first + count - 1));
    }
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if status != StatusCode::NOT_MODIFIED {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

fn set(response: &mut Response<Body>, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A part of a file, read a little at a time as the socket takes it.
#[derive(Debug)]
pub struct FilePart {
    file: Arc<File>,
    at: u64,
    left: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl hyper::body::Body for FilePart {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let part = self.get_mut();
        if part.left == 0 {
            return Poll::Ready(None);
        }
        let (at, count) = (part.at, part.left.min(limits::FILE_CHUNK_BYTES));
        let file = &part.file;
        let reading = part.reading.get_or_insert_with(|| {
            let file = file.clone();
            tokio::task::spawn_blocking(move || {
                let mut chunk = vec![0; usize::try_from(count).unwrap_or(0)];
                file.read_exact_at(&mut chunk, at).map(|()| chunk.into())
            })
        });
        let read = ready!(Pin::new(reading).poll(cx));
        part.reading = None;
        let read = read.map_err(io::Error::other).and_then(|read| read);
        part.at += count;
        // After a mistake nothing more can be sent.
        part.left = if read.is_ok() { part.left - count } else { 0 };
        Poll::Ready(Some(read.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let most = limits::RANGE_BYTES_MAX;
        let cases = [
            ("bytes=0-99", Wanted::Part(0, 99)),
            ("bytes=990-2000", Wanted::Part(990, 999)),
            ("bytes=990-", Wanted::Part(990, 999)),
            ("bytes=-10", Wanted::Part(990, 999)),
            ("bytes=-2000", Wanted::Part(0, 999)),
            ("bytes=1000-", Wanted::Nothing),
            ("bytes=1000-1001", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=0-1,5-6", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("rows=0-1", Wanted::Whole),
            ("bytes=99999999999999999999-", Wanted::Whole),
            ("", Wanted::Whole),
        ];
        for (range, expected) in cases {
            assert_eq!(wanted(range, 1_000), expected, "{range}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
        assert_eq!(wanted("bytes=7-", u64::MAX), Wanted::Part(7, 7 + most - 1), "no part is larger than that");
    }

    fn told(response: &Response<Body>, name: header::HeaderName) -> &str {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    fn ask(asked: &[(header::HeaderName, &'static str)]) -> Response<Body> {
        let asked = asked.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        let content = Content::Memory(Bytes::from_static(b"0123456789"));
        answer(content, HeaderValue::from_static("\"one\""), "application/octet-stream", &asked)
    }

    #[test]
    fn parts_say_what_they_are_of() {
        let part = ask(&[(header::RANGE, "bytes=2-4")]);
        assert_eq!((part.status(), told(&part, header::CONTENT_RANGE)), (StatusCode::PARTIAL_CONTENT, "bytes 2-4/10"));
        let none = ask(&[(header::RANGE, "bytes=10-")]);
        assert_eq!(
            (none.status(), told(&none, header::CONTENT_RANGE)),
            (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */10")
        );
        let whole = ask(&[]);
        assert_eq!((whole.status(), told(&whole, header::ACCEPT_RANGES)), (StatusCode::OK, "bytes"));
        assert_eq!(ask(&[(header::IF_NONE_MATCH, "\"one\"")]).status(), StatusCode::NOT_MODIFIED);
        let same = ask(&[(header::RANGE, "bytes=0-1"), (header::IF_RANGE, "\"one\"")]);
        assert_eq!(same.status(), StatusCode::PARTIAL_CONTENT);
        let changed = ask(&[(header::RANGE, "bytes=0-1"), (header::IF_RANGE, "\"two\"")]);
        assert_eq!(changed.status(), StatusCode::OK, "the whole, when it is another file");
    }
}
