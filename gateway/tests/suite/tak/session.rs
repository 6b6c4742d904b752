//! A stream's own talk, without sockets.

use samband_gateway::cot::{
    CotError, EVENT_BYTES_MAX,
    session::{Form, Session},
    xml_form,
};

use proptest::prelude::*;

use super::clients::{framed, xml};

#[test]
fn a_server_offers_agrees_and_then_speaks_frames() {
    let mut session = Session::server();
    let offer = xml_form::read(&session.opening(0)).unwrap();
    assert_eq!(offer.kind, "t-x-takp-v");
    let control = offer.detail("TakControl").unwrap();
    assert_eq!(control.child("TakProtocolSupport").unwrap().attribute("version"), Some("1"));
    assert!(control.child("TakServerVersionInfo").unwrap().attribute("serverVersion").is_some());
    // A version that nobody speaks is refused, and may be asked anew.
    let ask = |version: &str| {
        xml("protouid", "t-x-takp-q", &format!("<TakControl><TakRequest version=\"{version}\"/></TakControl>"))
    };
    for (version, status, form) in [("7", "false", Form::Xml), ("1", "true", Form::Frames)] {
        let heard = session.octets(ask(version).as_bytes(), 0).unwrap();
        let answer = xml_form::read(&heard.answer).unwrap();
        assert_eq!((answer.kind.as_str(), answer.uid.as_str()), ("t-x-takp-r", "protouid"));
        let response = answer.detail("TakControl").unwrap().child("TakResponse").unwrap();
        assert_eq!(response.attribute("status"), Some(status));
        assert_eq!(session.form(), form);
    }
    let heard = session.octets(&framed("u", "t-x-c-t"), 0).unwrap();
    assert_eq!(heard.answer[0], 0xBF, "in the form that was agreed");
}

#[test]
fn a_client_asks_and_waits_for_the_answer() {
    let offer = Session::server().opening(0);
    for (status, form) in [("true", Form::Frames), ("false", Form::Xml)] {
        let mut session = Session::client();
        assert!(session.opening(0).is_empty());
        let heard = session.octets(&offer, 0).unwrap();
        assert_eq!(xml_form::read(&heard.answer).unwrap().kind, "t-x-takp-q");
        assert!(session.is_waiting());
        let answer = format!("<TakControl><TakResponse status=\"{status}\"/></TakControl>");
        session.octets(xml("protouid", "t-x-takp-r", &answer).as_bytes(), 0).unwrap();
        assert!(!session.is_waiting());
        assert_eq!(session.form(), form);
    }
}

#[test]
fn pings_and_the_greeting_are_answered_and_are_nobodys_event() {
    let mut session = Session::server();
    for (uid, kind) in [("ANDROID-1-ping", "t-x-c-t"), ("takPing", "t-x-d-d")] {
        let heard = session.octets(xml(uid, kind, "").as_bytes(), 0).unwrap();
        assert_eq!(xml_form::read(&heard.answer).unwrap().kind, "t-x-c-t-r");
        assert!(heard.events.is_empty());
    }
    // Another t-x-d-d takes something off the map.
    assert_eq!(session.octets(xml("x", "t-x-d-d", "<link uid=\"y\"/>").as_bytes(), 0).unwrap().events.len(), 1);
}

#[test]
fn frames_and_stray_octets_and_xml_may_come_in_any_order() {
    let mut session = Session::server();
    let mut stream = framed("one", "a-f-G");
    stream.push(0);
    stream.extend(framed("two", "a-f-G"));
    stream.extend(b"\0\0\n");
    stream.extend(b"<auth><cot username=\"a\" password=\"b\" uid=\"c\"/></auth>\n");
    stream.extend(xml("three", "a-f-G", "").as_bytes());
    let mut uids = Vec::new();
    for octet in stream {
        uids.extend(session.octets(&[octet], 0).unwrap().events.into_iter().map(|event| event.uid));
    }
    assert_eq!(uids, ["one", "two", "three"]);
}

#[test]
fn an_event_without_anything_in_it_does_not_take_the_next_with_it() {
    let mut session = Session::server();
    let empty = "<?xml version=\"1.0\"?>\n<event version=\"2.0\" type=\"t-x-d-d\" uid=\"a>b/>\" how=\"m-g\"/>";
    let heard = session.octets(format!("{empty}\n{}", xml("y", "a-f-G", "")).as_bytes(), 0).unwrap();
    assert_eq!((heard.unreadable.len(), heard.events.len()), (1, 1));
}

#[test]
fn an_event_that_cannot_be_read_is_passed_over_and_a_stream_of_them_is_garbage() {
    let mut session = Session::server();
    let broken = xml("x", "a-f-G", "").replace("lat=\"63.1\"", "lat=\"norrut\"");
    let heard = session.octets(format!("{broken}{}", xml("y", "a-f-G", "")).as_bytes(), 0).unwrap();
    assert_eq!((heard.unreadable.len(), heard.events.len()), (1, 1));
    assert!(session.octets(broken.repeat(16).as_bytes(), 0).is_ok());
    assert!(session.octets(broken.as_bytes(), 0).is_err());
}

#[test]
fn what_is_too_long_is_refused_before_it_is_read() {
    // The length alone.
    let mut length = vec![0xBF];
    prost::encoding::encode_varint(EVENT_BYTES_MAX as u64 + 1, &mut length);
    assert_eq!(Session::server().octets(&length, 0).err(), Some(CotError::TooLong));
    let endless = [b"<event".as_slice(), &vec![b' '; EVENT_BYTES_MAX]].concat();
    assert_eq!(Session::server().octets(&endless, 0).err(), Some(CotError::TooLong));
}

proptest! {
    #[test]
    fn no_octets_do_more_than_end_the_session(
        before in 0..4_usize,
        octets in proptest::collection::vec(any::<u8>(), 0..600),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut stream = match before {
            0 => framed("one", "a-f-G"),
            1 => xml("one", "a-f-G", "<a b=\"c>/\"/>").into_bytes(),
            2 => b"<event".to_vec(),
            _ => Vec::new(),
        };
        // Something valid with something else in the middle of it.
        let at = at.index(stream.len() + 1);
        stream.splice(at..at, octets);
        let (mut server, mut client) = (Session::server(), Session::client());
        for piece in stream.chunks(37) {
            if server.octets(piece, 0).and_then(|_| client.octets(piece, 0)).is_err() {
                break;
            }
        }
        let _ = Session::websocket().message_in(&stream, 0);
    }
}
