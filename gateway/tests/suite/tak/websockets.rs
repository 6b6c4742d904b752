//! WebSocket, as pytak speaks it.

use futures_util::{SinkExt as _, StreamExt as _};
use samband_gateway::cot::{
    EVENT_BYTES_MAX,
    frame::{Cutter, Piece},
    port::Transport,
    protobuf,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::clients::{Gateway, batch, datagram, framed};

#[tokio::test]
async fn frames_go_in_binary_messages_both_ways() {
    let mut gateway = Gateway::open(Transport::Ws).await;
    let (mut client, _) = connect_async(format!("ws://{}/takproto/1", gateway.address)).await.unwrap();
    let (_, _, to) = gateway.up().await;
    for octets in [framed("mine", "a-f-G"), datagram("mine", "a-f-G")] {
        client.send(Message::binary(octets)).await.unwrap();
        assert_eq!(gateway.events().await.1[0].uid, "mine");
    }
    to.send([batch("one"), batch("two")].concat()).await.unwrap();
    for uid in ["one", "two"] {
        let Message::Binary(octets) = client.next().await.unwrap().unwrap() else { panic!("binary") };
        let mut cutter = Cutter::default();
        cutter.push(&octets);
        let Piece::Frame(payload) = cutter.next_piece().unwrap().unwrap() else { panic!("a frame") };
        assert_eq!(cutter.held(), 0, "one a message");
        assert_eq!(protobuf::read(&payload).unwrap().cot_event.unwrap().uid, uid);
    }
    client.send(Message::binary(vec![0u8; EVENT_BYTES_MAX + 1_000])).await.unwrap();
    gateway.down().await;
}

#[tokio::test]
async fn another_path_and_a_page_are_refused() {
    let gateway = Gateway::open(Transport::Ws).await;
    assert!(connect_async(format!("ws://{}/", gateway.address)).await.is_err());
    let mut request = format!("ws://{}/takproto/1", gateway.address).into_client_request().unwrap();
    request.headers_mut().insert("origin", "https://example.com".parse().unwrap());
    assert!(connect_async(request).await.is_err());
}
