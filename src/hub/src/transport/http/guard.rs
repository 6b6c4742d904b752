//! Who may talk to the hub out of a browser: a page of the hub's own, and nobody else's.
//!
//! A browser lets any page open a WebSocket to any host, and a name that its owner points at 127.0.0.1 (DNS rebinding) makes the hub look
//! like that page's own. The first is told by `Origin`, the second by `Host`.

use hyper::header::{self, AsHeaderName, HeaderMap, HeaderValue};

/// A header as text; empty where there is none.
pub(super) fn value(headers: &HeaderMap, name: impl AsHeaderName) -> &str {
    headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or("")
}

/// Whether a request comes from a page of the hub's own, or from no page at all: only browsers say an origin.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some((scheme, host)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else { return false };
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    web && !host.is_empty() && host.eq_ignore_ascii_case(value(headers, header::HOST))
}

/// Whether the host that was asked for is this machine by a name that nobody else can give it.
pub(super) fn is_loopback_host(headers: &HeaderMap) -> bool {
    let host = value(headers, header::HOST);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(address, _)| address),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    let address = name.parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in of {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_pages_of_the_hub_itself_may_talk_to_it() {
        let cases = [
            (None, true),
            (Some("http://hub.example:7480"), true),
            (Some("https://HUB.example:7480"), true),
            (Some("http://hub.example"), false),
            (Some("http://hub.example:7481"), false),
            (Some("http://evil.example"), false),
            (Some("http://hub.example:7480.evil.example"), false),
            (Some("ftp://hub.example:7480"), false),
            (Some("null"), false),
            (Some(""), false),
            (Some("http://"), false),
        ];
        for (origin, allowed) in cases {
            let mut sent = headers(&[("host", "hub.example:7480")]);
            if let Some(origin) = origin {
                sent.insert("origin", HeaderValue::from_static(origin));
            }
            assert_eq!(is_same_origin(&sent), allowed, "{origin:?}");
        }
        assert!(!is_same_origin(&headers(&[("origin", "http://hub.example")])), "no host at all");
    }

    #[test]
    fn loopback_has_few_names() {
        for host in ["localhost", "LOCALHOST:7480", "127.0.0.1", "127.8.9.1:80", "[::1]", "[::1]:7480"] {
            assert!(is_loopback_host(&headers(&[("host", host)])), "{host}");
        }
        for host in ["", "evil.example", "127.0.0.1.evil.example", "10.0.0.1:7480", "[::2]", "[::1", "localhost.evil"] {
            assert!(!is_loopback_host(&headers(&[("host", host)])), "{host}");
        }
        assert!(!is_loopback_host(&HeaderMap::new()));
    }
}
