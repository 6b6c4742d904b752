//! XML streams over TCP.

use samband_gateway::cot::port::{Ended, FromClients, Identity, Transport};
use tokio::net::TcpStream;

use super::clients::{Bare, Gateway, batch, framed, xml};

#[tokio::test]
async fn a_client_that_negotiates_is_spoken_to_in_frames() {
    let mut gateway = Gateway::open(Transport::Tcp).await;
    let mut client = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
    let (_, identity, to) = gateway.up().await;
    assert!(identity == Identity::Plain);
    assert_eq!(client.xml().await.kind, "t-x-takp-v");
    to.send(batch("before")).await.unwrap();
    assert_eq!(client.xml().await.uid, "before");
    let ask = "<TakControl><TakRequest version=\"1\"/></TakControl>";
    client.send(xml("protouid", "t-x-takp-q", ask).as_bytes()).await;
    assert_eq!(client.xml().await.kind, "t-x-takp-r");
    to.send(batch("after")).await.unwrap();
    let event = client.frame().await;
    assert_eq!((event.uid.as_str(), event.callsign()), ("after", Some("2 31-1010")));
    client.send(&framed("mine", "a-f-G")).await;
    assert_eq!(gateway.events().await.1[0].uid, "mine");
}

#[tokio::test]
async fn a_client_that_sends_frames_at_once_is_heard_and_is_spoken_to_in_xml() {
    let mut gateway = Gateway::open(Transport::Tcp).await;
    let mut client = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
    let (_, _, to) = gateway.up().await;
    client.xml().await;
    client.send(&[framed("mine", "a-f-G"), vec![0]].concat()).await;
    assert_eq!(gateway.events().await.1[0].uid, "mine");
    to.send(batch("yours")).await.unwrap();
    assert_eq!(client.xml().await.uid, "yours");
}

#[tokio::test]
async fn garbage_ends_its_own_session_and_no_other() {
    let mut gateway = Gateway::open(Transport::Tcp).await;
    let mut good = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
    let (number, _, to) = gateway.up().await;
    good.xml().await;
    for garbage in [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &[0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], &[0xBF, 2, 0xFF, 0xFF]]
    {
        let mut bad = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
        let (_, _, _held) = gateway.up().await;
        bad.xml().await;
        bad.send(garbage).await;
        assert!(matches!(gateway.down().await.1, Ended::Garbage(_)));
        assert!(bad.piece().await.is_none());
    }
    good.send(xml("x", "a-f-G", "").replace("lon", "lno").as_bytes()).await;
    assert!(matches!(gateway.next().await, FromClients::Unreadable(client, _) if client == number));
    good.send(xml("mine", "a-f-G", "").as_bytes()).await;
    assert_eq!(gateway.events().await.1[0].uid, "mine");
    to.send(batch("yours")).await.unwrap();
    assert_eq!(good.xml().await.uid, "yours");
}

#[tokio::test]
async fn a_client_that_does_not_read_fills_its_own_queue_and_no_other() {
    let mut gateway = Gateway::open(Transport::Tcp).await;
    let slow = TcpStream::connect(gateway.address).await.unwrap();
    let (number, _, to) = gateway.up().await;
    let mut good = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
    let (_, _, to_good) = gateway.up().await;
    good.xml().await;
    let large: Vec<_> = (0..2_000).flat_map(|_| batch("x")).collect();
    let mut sent = 0;
    while to.try_send(large.clone()).is_ok() {
        sent += 1;
        assert!(sent < 10_000, "it must fill up");
        tokio::task::yield_now().await;
    }
    to_good.send(batch("yours")).await.unwrap();
    assert_eq!(good.xml().await.uid, "yours");
    // Its end dropped, as the gateway does: it is sent away, at the latest when the write has waited long enough.
    drop(to);
    drop(slow);
    let (client, _) = gateway.down().await;
    assert_eq!(client, number);
}

#[tokio::test]
async fn a_client_that_says_too_much_waits_and_nobody_else() {
    let mut gateway = Gateway::open(Transport::Tcp).await;
    let mut loud = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
    let (loud_number, _, _held) = gateway.up().await;
    let mut good = Bare::new(TcpStream::connect(gateway.address).await.unwrap());
    let (good_number, _, _to) = gateway.up().await;
    let flood = framed("loud", "a-f-G").repeat(1_000);
    loud.send(&flood).await;
    good.send(&framed("good", "a-f-G")).await;
    let (mut loud_ones, mut good_ones) = (0, 0);
    let began = tokio::time::Instant::now();
    while began.elapsed().as_secs() < 2 {
        let Ok(Some(said)) = tokio::time::timeout(std::time::Duration::from_secs(1), gateway.heard.recv()).await else {
            continue;
        };
        match said {
            FromClients::Events(client, events) if client == loud_number => loud_ones += events.len(),
            FromClients::Events(client, events) if client == good_number => good_ones += events.len(),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(good_ones, 1);
    assert!((100..=400).contains(&loud_ones), "{loud_ones} of 1 000");
}
