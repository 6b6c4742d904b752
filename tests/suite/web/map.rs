//! The map by its parts, its tiles and its symbols.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use samband_hub::{config, site::map::Map};
use samband_tests::socket_stage::SocketStage;
use serde_json::Value;

use super::{ask, files, get, stage};

/// A file that is longer than what is read at a time, so that a part goes over an edge.
fn content() -> Vec<u8> {
    let mut content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    content[..8].copy_from_slice(b"PMTiles\x03");
    content[99] = 1;
    content
}

fn serving(dir: &std::path::Path) -> SocketStage {
    stage(files(&[]), Map::new(Some(config::map(dir).unwrap())))
}

fn sources(stage: &SocketStage) -> Value {
    serde_json::from_slice(&get(stage, "/map/sources.json", &[]).body).unwrap()
}

#[test]
fn a_map_is_read_by_its_parts() {
    let dir = tempfile::tempdir().unwrap();
    let content = content();
    std::fs::write(dir.path().join("base.pmtiles"), &content).unwrap();
    let stage = serving(dir.path());
    let size = content.len();
    for (range, first, last) in [
        ("bytes=0-126".to_owned(), 0, 126),
        ("bytes=65530-131080".to_owned(), 65_530, 131_080),
        (format!("bytes=-{}", 10), size - 10, size - 1),
        (format!("bytes={}-", size - 3), size - 3, size - 1),
    ] {
        let part = get(&stage, "/map/base.pmtiles", &[("range", &range)]);
        assert_eq!((part.status, part.body.as_slice()), (206, &content[first..=last]), "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {first}-{last}/{size}"));
    }
    let none = get(&stage, "/map/base.pmtiles", &[("range", &format!("bytes={size}-"))]);
    assert_eq!((none.status, none.header("content-range")), (416, format!("bytes */{size}").as_str()));
    let whole = get(&stage, "/map/base.pmtiles", &[]);
    assert!(whole.status == 200 && whole.body == content && whole.header("accept-ranges") == "bytes");
    let head = ask(&stage, "HEAD", "/map/base.pmtiles", &[]);
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, size.to_string().as_str()));
    let etag = whole.header("etag");
    assert_eq!(get(&stage, "/map/base.pmtiles", &[("if-none-match", etag)]).status, 304);
    assert_eq!(get(&stage, "/map/base.pmtiles", &[("range", "bytes=0-1"), ("if-range", "\"other\"")]).body.len(), size);
    let told = sources(&stage);
    assert_eq!((told["base"]["schema"].as_str(), told["base"]["overview"].as_bool()), (Some("protomaps"), Some(false)));
    assert_eq!(told["base"]["etag"].as_str(), Some(etag.trim_matches('"')));
    // Replaced while the hub runs: what comes next is of the new one, by another name.
    let other = dir.path().join("new");
    std::fs::write(&other, &content[..1_000]).unwrap();
    std::fs::rename(&other, dir.path().join("base.pmtiles")).unwrap();
    assert_eq!(get(&stage, "/map/base.pmtiles", &[("if-none-match", etag)]).body.len(), 1_000);
}

#[test]
fn without_a_map_of_ones_own_there_is_the_overview() {
    let stage = stage(files(&[("map/jamtland.pmtiles", b"0123456789")]), Map::default());
    let part = get(&stage, "/map/base.pmtiles", &[("range", "bytes=2-4")]);
    assert_eq!((part.status, part.body.as_slice()), (206, b"234".as_slice()));
    assert_eq!(sources(&stage)["base"]["overview"].as_bool(), Some(true));
    let none = super::stage(files(&[]), Map::default());
    assert_eq!(get(&none, "/map/base.pmtiles", &[]).status, 404);
    assert!(sources(&none)["base"].is_null());
    assert_eq!(get(&none, "/map/tiles/0/0/0", &[]).status, 404);
}

#[test]
fn symbols_can_do_nothing() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("symboler")).unwrap();
    std::fs::write(dir.path().join("symboler/vatten.svg"), "<svg/>").unwrap();
    std::fs::write(dir.path().join("hemlig.svg"), "<svg/>").unwrap();
    let stage = serving(dir.path());
    let symbol = get(&stage, "/map/symbols/vatten.svg", &[]);
    assert_eq!((symbol.status, symbol.body.as_slice()), (200, b"<svg/>".as_slice()));
    assert_eq!(
        (symbol.header("content-security-policy"), symbol.header("content-type")),
        ("default-src 'none'", "image/svg+xml")
    );
    assert_eq!(sources(&stage)["symbols"], serde_json::json!(["vatten"]));
    for name in ["hemlig.svg", "../hemlig.svg", "vatten", "vatten.png", ".svg"] {
        assert_eq!(get(&stage, &format!("/map/symbols/{name}"), &[]).status, 404, "{name}");
    }
}

/// A tile server that answers one request, and what it was asked.
fn tile_server(answer: &'static str) -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut one = [0];
            socket.read_exact(&mut one).unwrap();
            head.push(one[0]);
        }
        socket.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(head).unwrap()
    });
    (port, asked)
}

fn tiles(port: u16) -> SocketStage {
    let dir = tempfile::tempdir().unwrap();
    let text = format!(
        "[bas]\nsort = \"wmts\"\nkalla = \"© L\"\nnyckel_fil = \"nyckel\"\nurl = \"http://127.0.0.1:{port}/lm/{{z}}/{{x}}/{{y}}.png\""
    );
    std::fs::write(dir.path().join("karta.toml"), text).unwrap();
    std::fs::write(dir.path().join("nyckel"), "Basic c2VjcmV0").unwrap();
    serving(dir.path())
}

#[test]
fn a_tile_is_fetched_and_the_key_stays() {
    let (port, asked) =
        tile_server("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 4\r\nset-cookie: a=b\r\n\r\ntile");
    let stage = tiles(port);
    let tile = get(&stage, "/map/tiles/9/276/130", &[("cookie", "c=d"), ("authorization", "Bearer mine")]);
    assert_eq!(
        (tile.status, tile.body.as_slice(), tile.header("content-type")),
        (200, b"tile".as_slice(), "image/png")
    );
    assert!(tile.header("set-cookie").is_empty() && !tile.head.contains("c2VjcmV0"));
    let asked = asked.join().unwrap();
    assert!(
        asked.starts_with("GET /lm/9/276/130.png HTTP/1.1\r\n") && asked.contains("authorization: Basic c2VjcmV0"),
        "{asked}"
    );
    assert!(!asked.contains("c=d") && !asked.contains("Bearer"), "what the browser says is not passed on: {asked}");
    let told = sources(&stage);
    assert_eq!(
        (told["base"]["kind"].as_str(), told["base"]["url"].as_str()),
        (Some("tiles"), Some("/map/tiles/{z}/{x}/{y}"))
    );
    assert!(!told.to_string().contains("127.0.0.1"));
    assert_eq!(get(&stage, "/map/tiles/99/0/0", &[]).status, 404);
    assert_eq!(get(&stage, "/map/tiles/9/276/130", &[]).status, 502, "nobody answers any more");
}

#[test]
fn what_is_no_picture_is_not_passed_on() {
    let (port, _) = tile_server("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 8\r\n\r\n<script>");
    assert_eq!(get(&tiles(port), "/map/tiles/1/0/0", &[]).status, 502);
    let (port, _) = tile_server("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(get(&tiles(port), "/map/tiles/1/0/0", &[]).status, 404);
    let (port, _) = tile_server("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 9000000\r\n\r\n");
    assert_eq!(get(&tiles(port), "/map/tiles/1/0/0", &[]).status, 502);
}
