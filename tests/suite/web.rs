//! What a browser gets from the listener for people, byte by byte as a socket carries it.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use samband_hub::site::{Site, map::Map, pages::Pages};
use samband_tests::{deployment::jamtland, socket_stage::SocketStage};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

mod guard;
mod map;
mod pages;
mod rpc;

/// An answer as it came.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// A header; empty where there is none.
    fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

fn files(of: &[(&str, &'static [u8])]) -> Pages {
    let file = |(path, content): &(&str, &'static [u8])| ((*path).to_owned(), Bytes::from_static(content));
    Pages::Memory(of.iter().map(file).collect::<BTreeMap<_, _>>())
}

fn stage(pages: Pages, map: Map) -> SocketStage {
    SocketStage::with_site(&jamtland(), Site { pages, map, ..Site::default() })
}

/// Sends a request and reads until the hub has nothing more to say.
fn send(stage: &SocketStage, request: &[u8]) -> Answer {
    stage.runtime().block_on(async {
        let mut socket = TcpStream::connect(stage.people()).await.unwrap();
        socket.write_all(request).await.unwrap();
        let mut read = Vec::new();
        let reading = async {
            loop {
                let mut some = [0; 16 * 1024];
                match socket.read(&mut some).await {
                    Ok(0) | Err(_) => return,
                    Ok(count) => read.extend_from_slice(&some[..count]),
                }
                // A WebSocket stays open.
                if read.starts_with(b"HTTP/1.1 101") {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("the hub answers");
        let end = read.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(read[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: read[end + 4..].to_vec() }
    })
}

/// Asks with headers besides `Host` and `Connection`.
fn ask(stage: &SocketStage, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let people = stage.people();
    let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.push_str(&format!("host: {people}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    send(stage, request.as_bytes())
}

fn get(stage: &SocketStage, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(stage, "GET", path, headers)
}
