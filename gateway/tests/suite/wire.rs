//! The wire to a radio: what it carries, how it ends, and that a radio which takes nothing holds up nobody.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::TcpListener,
    time::Duration,
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use samband_gateway::tetra::pei::port::{self, Address, Port};
use tokio::time::timeout;

/// Longer than a wire is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The radio's end of a pty, and the wire that was opened at the other.
fn pty() -> (File, Port) {
    let radio = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&radio).unwrap();
    unlockpt(&radio).unwrap();
    let path = ptsname(&radio, Vec::new()).unwrap().into_string().unwrap();
    let wire = port::open(&path.parse().unwrap(), 38_400).unwrap();
    (radio.into(), wire)
}

async fn heard(wire: &mut Port) -> Option<Vec<u8>> {
    timeout(PATIENCE, wire.read.recv()).await.expect("an end, or octets")
}

#[tokio::test]
async fn octets_pass_unchanged_both_ways_until_the_line_is_hung_up() {
    let (mut radio, mut wire) = pty();
    let all: Vec<u8> = (0..=255).collect();
    wire.write.send(all.clone()).await.unwrap();
    let mut octets = [0; 256];
    radio.read_exact(&mut octets).unwrap();
    assert_eq!(octets.as_slice(), all);
    radio.write_all(&all).unwrap();
    let mut back = Vec::new();
    while back.len() < all.len() {
        back.extend(heard(&mut wire).await.unwrap());
    }
    assert_eq!(back, all);
    // A radio that says nothing for a while is still there.
    assert!(timeout(Duration::from_millis(1_500), wire.read.recv()).await.is_err());
    drop(radio);
    assert_eq!(heard(&mut wire).await, None);
}

#[tokio::test]
async fn a_terminal_server_is_a_wire_too_and_its_end_is_told() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: Address = format!("tcp:{}", server.local_addr().unwrap()).parse().unwrap();
    let mut wire = port::open(&address, 38_400).unwrap();
    let (mut radio, _) = server.accept().unwrap();
    wire.write.send(b"ATZ\r\n".to_vec()).await.unwrap();
    let mut octets = [0; 5];
    radio.read_exact(&mut octets).unwrap();
    radio.write_all(b"\r\nOK\r\n").unwrap();
    assert_eq!((octets.as_slice(), heard(&mut wire).await.as_deref()), (&b"ATZ\r\n"[..], Some(&b"\r\nOK\r\n"[..])));
    drop(radio);
    assert_eq!(heard(&mut wire).await, None);
}

#[tokio::test]
async fn a_radio_that_takes_nothing_more_is_given_up() {
    let (_radio, mut wire) = pty();
    // More than a pty holds: the last of it is never taken.
    for _ in 0..64 {
        wire.write.try_send(vec![b'A'; 4_096]).unwrap();
    }
    assert_eq!(heard(&mut wire).await, None);
}
