//! What fuzzers call: each decoder with bytes that anybody may send. Nothing may panic, go on for ever, or hold more than a small multiple
//! of its input; what is read and can be written is read back the same.
//!
//! `gateway/fuzz` has a target for each; the corpora are replayed by the tests.

use crate::{
    bits::{BitString, HEX_DIGITS_MAX},
    cap::{self, vma},
    cot::{
        frame::{Cutter, Piece, stream_frame},
        protobuf, xml_form,
    },
    sos,
    tetra::{lip, pei, sds},
};

/// A decoder, by name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 9] = [
    ("lip", target_lip),
    ("sds", target_sds),
    ("pei", target_pei),
    ("cot", target_cot),
    ("tak", target_tak),
    ("cap", target_cap),
    ("vma", target_vma),
    ("sos", target_sos),
    ("hex", target_hex),
];

/// A location PDU; the first octet says how many bits of the last one count.
pub fn target_lip(data: &[u8]) {
    if let Some(bits) = bits_of(data)
        && let Ok(read) = lip::decode(&bits)
    {
        assert!(!read.to_json().is_empty(), "everything that is read has a kind");
    }
}

/// Short data; the first octet chooses the service as well.
pub fn target_sds(data: &[u8]) {
    let Some((first, _)) = data.split_first() else { return };
    let service = sds::Service::from_pei(9 + u32::from(first >> 4) % 5);
    if let Some((service, bits)) = service.zip(bits_of(data))
        && let Ok(read) = sds::decode(service, &bits)
    {
        assert!(!read.to_json().is_empty(), "everything that is read has a service");
    }
}

fn bits_of(data: &[u8]) -> Option<BitString> {
    let (first, octets) = data.split_first()?;
    let whole = BitString::from_octets(octets);
    let bits = whole.len().saturating_sub(usize::from(first & 7));
    whole.reader().string(bits).ok()
}

/// What a radio says on its interface.
pub fn target_pei(data: &[u8]) {
    let mut modem = pei::Modem::default();
    modem.opened(0);
    for (now, piece) in (0..).step_by(500).zip(data.chunks(64)) {
        modem.octets(piece, now);
        modem.tick(now);
        while modem.output().is_some() {}
        while modem.event().is_some() {}
    }
}

/// An event as XML.
pub fn target_cot(data: &[u8]) {
    let Ok(event) = xml_form::read(data) else { return };
    let again = xml_form::read(xml_form::write(&event).as_bytes());
    // A text of control characters is written without them; everything else comes back.
    assert!(again.is_ok_and(|again| again.uid == event.uid && again.point == event.point), "it is read back");
    let _ = event.to_json();
}

/// A stream of TAK frames and events.
pub fn target_tak(data: &[u8]) {
    let mut cutter = Cutter::default();
    for piece in data.chunks(97) {
        cutter.push(piece);
        while let Ok(Some(piece)) = cutter.next_piece() {
            if let Piece::Frame(payload) = piece
                && let Ok(message) = protobuf::read(&payload)
            {
                let _ = message.to_json();
                if let Some(Ok(event)) = message.cot_event.as_ref().map(protobuf::CotEvent::to_event) {
                    let frame = stream_frame(&protobuf::TakMessage::of(&event));
                    assert!(frame.len() > 2, "it can be sent on");
                }
            }
        }
    }
}

/// A warning as XML.
pub fn target_cap(data: &[u8]) {
    let Ok(mut alert) = cap::read(data) else { return };
    // A signature is of what was received, and not sent on.
    alert.signature = false;
    assert!(cap::read(cap::write(&alert).as_bytes()).is_ok(), "what was valid is written validly");
}

/// Warnings as JSON.
pub fn target_vma(data: &[u8]) {
    if let Ok(read) = vma::read(data) {
        let _ = serde_json::to_string(&read);
    }
}

/// A text alarm: it is never refused, and what was read of it says the same again.
pub fn target_sos(data: &[u8]) {
    let mut read = sos::decode(data);
    let again = sos::decode(read.raw.as_bytes());
    // Of a text that was too long, the rest is gone.
    read.flags.remove(sos::Flag::TooLong.code());
    assert!(read == again, "the text as decoded gives the same alarm");
}

/// Hexadecimal digits with a number of bits.
pub fn target_hex(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let announced = data.first().map(|first| usize::from(*first) * 4);
    if let Ok(bits) = BitString::from_hex(&text, announced) {
        assert!(bits.len() <= HEX_DIGITS_MAX * 4, "bounded");
        assert_eq!(
            BitString::from_hex(&bits.to_hex(), Some(bits.len()))
                .map(|again| again.octets().to_vec())
                .ok()
                .unwrap_or_default(),
            bits.octets()
        );
    }
}
