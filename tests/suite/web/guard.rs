//! Pages of other origins, and other names for this machine.

use samband_hub::site::map::Map;
use samband_tests::socket_stage::SocketStage;

use super::{Answer, ask, files, get, stage};

fn plain() -> SocketStage {
    stage(files(&[]), Map::default())
}

fn upgrade(stage: &SocketStage, more: &[(&str, &str)]) -> Answer {
    let mut headers = vec![
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "samband.v1.proto"),
    ];
    headers.extend_from_slice(more);
    let people = stage.people();
    let mut request = format!("GET /v1/session HTTP/1.1\r\nhost: {people}\r\nconnection: upgrade, close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    super::send(stage, format!("{request}\r\n").as_bytes())
}

#[test]
fn a_page_of_another_origin_opens_no_socket() {
    let stage = plain();
    let own = format!("http://{}", stage.people());
    assert_eq!(upgrade(&stage, &[]).status, 101, "who is no browser says no origin");
    assert_eq!(upgrade(&stage, &[("origin", &own)]).status, 101);
    for origin in ["http://evil.example", "null", "http://127.0.0.1", "https://localhost:1"] {
        assert_eq!(upgrade(&stage, &[("origin", origin)]).status, 403, "{origin}");
    }
}

#[test]
fn a_page_of_another_origin_asks_nothing() {
    let stage = plain();
    let path = "/v1/rpc/samband.v1.Directory/GetDeployment";
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("authorization", "Bearer demo:polis-nord/operator"),
        ("content-length", "0"),
    ];
    let with = |origin: &str| {
        let mut headers = headers.to_vec();
        headers.push(("origin", origin));
        ask(&stage, "POST", path, &headers)
    };
    assert_eq!(with(&format!("http://{}", stage.people())).status, 200);
    let refused = with("http://evil.example");
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, ""));
}

#[test]
fn where_demo_tokens_are_taken_only_this_machines_names_are_served() {
    let stage = plain();
    let port = stage.people().port();
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}"), "localhost".into()]
    {
        assert_eq!(get(&stage, "/v1/hub", &[("host", &host)]).status, 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""] {
        for path in ["/", "/v1/hub", "/v1/session", "/map/sources.json", "/metrics"] {
            assert_eq!(get(&stage, path, &[("host", host)]).status, 403, "{host} {path}");
        }
    }
}
