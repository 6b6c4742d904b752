//! Names, bounds and what is printed.

use samband_journal::{EventId, NewEvent, Options, Payload, Space, StreamId, StreamIdError, StreamKind};

#[test]
fn stream_names() {
    for good in ["incident/1", "pool/z-jamtland", "unit/a.b_c:d-e", "ledger/0"] {
        assert_eq!(StreamId::new(good).unwrap().as_str(), good);
    }
    let longest = format!("policy/{}", "x".repeat(80));
    assert_eq!(StreamId::new(&longest).unwrap().kind(), StreamKind::Policy);
    assert_eq!(StreamId::new(&format!("{longest}x")), Err(StreamIdError::IdLength { found: 81, limit: 80 }));
    assert_eq!(StreamId::new("incident"), Err(StreamIdError::NoSlash));
    assert_eq!(StreamId::new("incident/"), Err(StreamIdError::IdLength { found: 0, limit: 80 }));
    assert_eq!(StreamId::new("alarm/1"), Err(StreamIdError::UnknownKind("alarm".to_owned())));
    assert_eq!(StreamId::new("unit/a/b"), Err(StreamIdError::IdCharacter { index: 1, found: '/' }));
    assert_eq!(StreamId::new("unit/å"), Err(StreamIdError::IdCharacter { index: 0, found: 'å' }));
}

#[test]
fn kinds_by_name() {
    for kind in StreamKind::ALL {
        let stream = StreamId::new(&format!("{kind}/x")).unwrap();
        assert_eq!((stream.kind(), stream.id()), (kind, "x"));
    }
}

#[test]
fn event_ids_are_hexadecimal() {
    assert_eq!(EventId([0xa1; 16]).to_string(), "a1".repeat(16));
}

#[test]
fn debug_shows_no_content() {
    let event = NewEvent { id: EventId([0; 16]), at_ms: 5, payload: "secret".into() };
    assert!(!format!("{event:?} {:?}", Payload::Present("secret".into())).contains("secret"));
    assert!(format!("{event:?}").contains("6 bytes"));
}

#[test]
fn used_space() {
    let used = |total, available| Space { total, available }.used_permille();
    assert_eq!((used(1000, 200), used(1000, 0), used(0, 0), used(u64::MAX, 0)), (800, 1000, 0, 1000));
}

#[test]
fn default_options_are_durable() {
    let options = Options::default();
    assert_eq!(options.synchronous, samband_journal::Synchronous::Full);
    assert!(!options.accept_loss_after_head && options.reserve_bytes == 8 << 20 && options.warn_permille == 800);
}
