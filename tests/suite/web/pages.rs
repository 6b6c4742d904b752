//! Pages and their headers.

use samband_hub::site::{Site, facts::Facts, map::Map, pages::Pages};
use samband_tests::{deployment::jamtland, socket_stage::SocketStage};
use serde_json::Value;

use super::{ask, files, get, stage};

fn built() -> SocketStage {
    let pages = files(&[
        ("index.html", b"<h1>start"),
        ("console.html", b"<h1>console"),
        ("terminal.html", b"<h1>terminal"),
        ("wall.html", b"<h1>wall"),
        ("sw.js", b"worker"),
        ("assets/console-1.js", b"plain"),
        ("assets/console-1.js.br", b"brotli"),
    ]);
    stage(pages, Map::default())
}

#[test]
fn each_page_has_its_name() {
    let stage = built();
    for (path, content) in [("/", "start"), ("/console", "console"), ("/terminal", "terminal"), ("/wall", "wall")] {
        let page = get(&stage, path, &[]);
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert_eq!(page.body, format!("<h1>{content}").as_bytes());
        assert_eq!(page.header("cache-control"), "no-cache");
        let head = ask(&stage, "HEAD", path, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), page.body.len().to_string());
    }
    let worker = get(&stage, "/sw.js", &[]);
    assert_eq!(
        (worker.header("cache-control"), worker.header("content-type")),
        ("no-cache", "text/javascript; charset=utf-8")
    );
}

#[test]
fn pages_are_kept_within_the_hub() {
    let stage = built();
    for path in ["/", "/assets/console-1.js", "/sw.js", "/nothing", "/v1/hub", "/map/sources.json"] {
        let page = get(&stage, path, &[]);
        let policy = page.header("content-security-policy");
        for rule in ["default-src 'self'", "script-src 'self';", "frame-ancestors 'self'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        assert!(page.header("permissions-policy").contains("geolocation=(self)"));
        assert_eq!(page.header("access-control-allow-origin"), "", "no other origin reads it");
    }
}

#[test]
fn what_is_known_or_made_smaller_is_sent_so() {
    let stage = built();
    let page = get(&stage, "/", &[]);
    let again = get(&stage, "/", &[("if-none-match", page.header("etag"))]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let small = get(&stage, "/assets/console-1.js", &[("accept-encoding", "gzip, br")]);
    assert_eq!((small.header("content-encoding"), small.body.as_slice()), ("br", b"brotli".as_slice()));
    assert!(small.header("cache-control").contains("immutable"));
    let plain = get(&stage, "/assets/console-1.js", &[]);
    assert_eq!((plain.header("content-encoding"), plain.body.as_slice()), ("", b"plain".as_slice()));
    assert_ne!(plain.header("etag"), small.header("etag"));
}

#[test]
fn nothing_else_is_there() {
    let stage = built();
    let paths = [
        "/../Cargo.toml",
        "/assets/../../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/.git/config",
        "/map/symbols/../karta.toml",
        "/map/symbols/..%2fkarta.toml",
        "/map/../sw.js",
        "/nothing",
        "/assets/",
        "/v1/",
        "/v1/hub/x",
    ];
    for path in paths {
        assert_eq!(get(&stage, path, &[]).status, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let refused = ask(&stage, method, "/", &[("content-length", "0")]);
        assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD"), "{method}");
    }
}

#[test]
fn consoles_that_are_not_built_say_how() {
    let stage = stage(files(&[]), Map::default());
    for path in ["/", "/console", "/terminal", "/wall"] {
        let page = get(&stage, path, &[]);
        let text = String::from_utf8(page.body).unwrap();
        assert!(page.status == 200 && text.contains("npm --prefix web ci") && text.contains("The hub is running"));
    }
    assert_eq!(get(&stage, "/assets/console-1.js", &[]).status, 404);
}

#[test]
fn anybody_may_know_what_the_hub_is() {
    let setup = jamtland();
    let facts = |seats| Facts { name: setup.name.clone(), demo: true, seats, ..Facts::default() };
    let told = |facts: Facts| -> Value {
        let stage = SocketStage::with_site(&setup, Site { facts, pages: Pages::Embedded, map: Map::default() });
        let answer = get(&stage, "/v1/hub", &[]);
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        serde_json::from_slice(&answer.body).unwrap()
    };
    let plain = told(facts(Vec::new()));
    assert_eq!((plain["name"].as_str(), plain["contract"].as_u64()), (Some("Samband Jämtland"), Some(1)));
    assert_eq!((plain["seats"].as_array().map(Vec::len), plain["scenario"].is_null()), (Some(0), true));
    let full = facts(setup.deployment.seats.clone());
    full.scenario.starts("Stormen", samband_domain::Timestamp(samband_tests::deployment::START.0 + 7_500), 90);
    let told = told(full);
    let seats = told["seats"].as_array().unwrap();
    assert_eq!(seats.iter().filter(|seat| seat["more"] == false).count(), 6);
    let vehicle = seats.iter().find(|seat| seat["id"] == "fordon").unwrap();
    assert_eq!(
        (vehicle["page"].as_str(), vehicle["token"].as_str()),
        (Some("terminal"), Some("demo:raddning-jamtland/unit:2312110"))
    );
    assert_eq!(
        (told["scenario"]["starts_in_s"].as_u64(), told["scenario"]["running"].as_bool()),
        (Some(8), Some(false))
    );
    // Every seat is one that the hub lets in.
    let authority = samband_tests::deployment::authority(&setup);
    for seat in seats {
        let taken = authority.principal(seat["token"].as_str().unwrap(), true, samband_tests::deployment::START);
        assert_eq!(taken.unwrap().who.organisation.as_str(), seat["organisation"].as_str().unwrap());
    }
}
