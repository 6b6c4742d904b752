//! What radios say before it is known what goes on: a status answers an alarm that is not heard of yet. It is kept, also over a restart, and
//! looked at with its own time when the hub has told.

use super::{Out, REMEMBERED_MAX, Translation};
use crate::{
    bits::BitString,
    hub::lines::Line,
    tetra::{
        pei::Received,
        sds::{self, Service},
    },
};

impl Translation {
    /// What was held when the gateway ended, as it was handed over to be kept.
    pub fn hold(&mut self, kept: &[String]) {
        let held = kept.iter().filter_map(|line| read(line)).take(REMEMBERED_MAX);
        self.held.extend(held);
    }

    /// Keeps what a radio said until it can be understood.
    pub(super) fn keep_for_later(&mut self, received: &Received, now_ms: i64) {
        if self.held.len() >= REMEMBERED_MAX {
            self.note("mer än som hålls väntar på navet: en status eller text fördes inte in".to_owned());
            return;
        }
        self.out.push_back(Out::Held(Line(write(received, now_ms))));
        self.held.push_back((received.clone(), now_ms));
    }

    pub(super) fn look_at_held(&mut self) {
        if self.held.is_empty() {
            return;
        }
        for (received, at_ms) in std::mem::take(&mut self.held) {
            self.from_held = Some((write(&received, at_ms), 0));
            self.from_radio(&received, at_ms);
        }
        self.from_held = None;
        self.out.push_back(Out::HeldDone);
    }
}

fn write(received: &Received, at_ms: i64) -> String {
    let service = match received.message {
        sds::Sds::Status(_) => Service::Status,
        sds::Sds::UserDefined { service, .. } => service,
        sds::Sds::Type4(_) => Service::Type4,
    };
    let number = |issi: Option<u32>| issi.unwrap_or(0);
    let (calling, called) = (number(received.calling), number(received.called));
    format!("{at_ms} {calling} {called} {} {} {}", service.to_pei(), received.bits.len(), received.bits.to_hex())
}

fn read(line: &str) -> Option<(Received, i64)> {
    let mut words = line.split(' ');
    let at_ms = words.next()?.parse().ok()?;
    let mut issi = || Some(words.next()?.parse::<u32>().ok()?).map(|issi| Some(issi).filter(|issi| *issi != 0));
    let (calling, called) = (issi()?, issi()?);
    let service = Service::from_pei(words.next()?.parse().ok()?)?;
    let length = words.next()?.parse().ok()?;
    let bits = BitString::from_hex(words.next()?, Some(length)).ok()?;
    let message = sds::decode(service, &bits).ok()?;
    Some((Received { calling, called, message, bits }, at_ms))
}
