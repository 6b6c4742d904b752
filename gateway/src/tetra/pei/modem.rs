//! A radio as modem, without the wire: octets in, octets out, time as an argument.
//!
//! What the radio says by itself may come between a command and its answer, so the two are told apart line by line. A radio that does
//! not answer, or that has restarted and forgotten its routing, is set up anew.

use std::collections::VecDeque;

use super::{Event, HeaderError, Line, Outgoing, Received, SdsHeader, Why};
use crate::tetra::sds::Service;

/// A line is at most so long; the rest of a longer one is passed over.
const LINE_MAX: usize = 4_096;
/// Milliseconds that an answer is waited for.
const ANSWER_MS: i64 = 5_000;
/// The same, for a message that has to go over the air.
const SENT_MS: i64 = 30_000;
/// After so long the routing is stated again: a radio that restarted would otherwise keep what it gets for its own display.
const RESTATE_MS: i64 = 15_000;
/// Before a radio that did not answer is asked again.
const PAUSE_MS: i64 = 2_000;
/// Messages that wait at most.
pub(super) const WAITING_MAX: usize = 2_000;
/// Times that a message is tried.
const TRIES: u8 = 3;

/// Said to a radio before it is used: no echo, Latin 1, and the routing of what it receives to this interface (EN 300 392-5
/// clause 6.14.9, service profiles). A radio that knows none of the optional ones is used all the same.
const SETUP: [&str; 16] = [
    "ATZ",
    "ATE0",
    "AT+CSCS=8859-1",
    "AT+CTSP=2,2,20",
    "AT+CTSP=1,2,20",
    "AT+CTSP=1,3,2",
    "AT+CTSP=1,3,3",
    "AT+CTSP=1,3,9",
    "AT+CTSP=1,3,10",
    "AT+CTSP=1,3,12",
    "AT+CTSP=1,3,130",
    "AT+CTSP=1,3,131",
    "AT+CTSP=1,3,137",
    "AT+CTSP=1,3,138",
    "AT+CTSP=1,3,140",
    "AT+CMGS=?",
];
/// From here on the list is routing, which is stated again and again.
const ROUTING_FROM: usize = 3;

enum Doing {
    /// Line of the set-up.
    Setup(usize),
    /// Stating the routing again.
    Restate(usize),
    /// Naming the service of the message.
    Service(Outgoing, u8),
    /// Sending it.
    Message(Outgoing, u8),
}

/// A radio as modem.
#[derive(Default)]
pub struct Modem {
    open: bool,
    ready: bool,
    line: Vec<u8>,
    header: Option<Result<SdsHeader, HeaderError>>,
    doing: Option<(Doing, i64)>,
    /// No command before this time.
    pause_until: i64,
    restated_ms: i64,
    set_up_ms: i64,
    service: Option<Service>,
    silent: u8,
    answered: bool,
    longest_bits: Option<usize>,
    waiting: VecDeque<(Outgoing, u8)>,
    output: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

impl Modem {
    /// The line is open.
    pub fn opened(&mut self, now_ms: i64) {
        self.open = true;
        self.begin(now_ms);
    }

    /// The line is closed. What waits, waits.
    pub fn closed(&mut self) {
        self.open = false;
        self.down(Why::Closed);
        self.output.clear();
    }

    /// Octets came.
    pub fn octets(&mut self, octets: &[u8], now_ms: i64) {
        for &octet in octets {
            if matches!(octet, b'\r' | b'\n') {
                let line = std::mem::take(&mut self.line);
                if !line.is_empty() {
                    self.take_line(&String::from_utf8_lossy(&line), now_ms);
                }
            } else if self.line.len() < LINE_MAX {
                self.line.push(octet);
            }
        }
        self.go_on(now_ms);
    }

    /// Time goes on.
    pub fn tick(&mut self, now_ms: i64) {
        self.expire(now_ms);
        if !self.open {
            return;
        }
        if self.doing.as_ref().is_some_and(|(_, until)| now_ms >= *until) {
            self.no_answer(now_ms);
        }
        self.go_on(now_ms);
    }

    /// Sends a message when it is its turn: by priority, and in the order they came.
    pub fn send(&mut self, message: Outgoing, now_ms: i64) {
        let at = self.waiting.partition_point(|(held, _)| held.priority <= message.priority);
        self.waiting.insert(at, (message, 1));
        // The last one, and of the least use, gives way.
        if self.waiting.len() > WAITING_MAX
            && let Some((last, _)) = self.waiting.pop_back()
        {
            self.events.push_back(Event::Sent { tag: last.tag, result: Err(Why::Full) });
        }
        self.go_on(now_ms);
    }

    /// Drops what has waited too long, also while the radio is away.
    fn expire(&mut self, now_ms: i64) {
        let events = &mut self.events;
        self.waiting.retain(|(message, _)| {
            let late = now_ms > message.until_ms;
            if late {
                events.push_back(Event::Sent { tag: message.tag, result: Err(Why::Expired) });
            }
            !late
        });
    }

    /// Octets to write.
    pub fn output(&mut self) -> Option<Vec<u8>> {
        self.output.pop_front()
    }

    /// What came of it.
    pub fn event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The radio answers and is set up.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.ready
    }

    fn begin(&mut self, now_ms: i64) {
        self.line.clear();
        self.header = None;
        self.service = None;
        self.answered = false;
        self.command(Doing::Setup(0), now_ms);
    }

    fn go_on(&mut self, now_ms: i64) {
        if !self.open || self.doing.is_some() || now_ms < self.pause_until {
            return;
        }
        if !self.ready {
            self.begin(now_ms);
        } else if now_ms - self.restated_ms >= RESTATE_MS {
            self.command(Doing::Restate(ROUTING_FROM), now_ms);
        } else if let Some((message, tries)) = self.waiting.pop_front() {
            let next = if self.service == Some(message.service) { Doing::Message } else { Doing::Service };
            self.command(next(message, tries), now_ms);
        }
    }

    fn command(&mut self, doing: Doing, now_ms: i64) {
        let mut patience = ANSWER_MS;
        let octets = match &doing {
            Doing::Setup(at) | Doing::Restate(at) => format!("{}\r\n", SETUP[*at]).into_bytes(),
            Doing::Service(message, _) => match message.service {
                Service::Status => b"AT+CTSDS=13,0\r\n".to_vec(),
                // Service, address as SSI, area, priority, encryption as the radio is set.
                service => format!("AT+CTSDS={},0,0,0,1\r\n", service.to_pei()).into_bytes(),
            },
            Doing::Message(message, _) => {
                patience = SENT_MS;
                let (to, bits, hex) = (message.to, message.bits.len(), message.bits.to_hex());
                // Whole octets: an odd digit is filled up, the announced bits stay.
                let filling = if hex.len() % 2 == 1 { "0" } else { "" };
                format!("AT+CMGS={to},{bits}\r\n{hex}{filling}\x1a").into_bytes()
            }
        };
        self.output.push_back(octets);
        self.doing = Some((doing, now_ms + patience));
    }

    fn take_line(&mut self, line: &str, now_ms: i64) {
        let line = line.trim_matches(['\0', ' ', '>']);
        if line.is_empty() {
            return;
        }
        if self.header.is_some() && line.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            self.data(line);
            return;
        }
        match Line::read(line) {
            Line::Ok => self.answer(Ok(()), now_ms),
            Line::Error => self.answer(Err(Why::Refused), now_ms),
            Line::CmeError(error) => self.answer(Err(Why::Cme(error)), now_ms),
            Line::CmsError(_) => self.answer(Err(Why::Refused), now_ms),
            Line::Sds(header) => {
                self.lost_data();
                self.header = Some(Ok(header));
            }
            Line::BadSds(reason) => {
                self.lost_data();
                self.header = Some(Err(reason));
            }
            Line::LongestMessage(bits) => self.longest_bits = Some(bits),
            Line::Other if self.ready => {
                // A radio that echoes what is said to it has been restarted and has forgotten its routing. One that says something
                // else by itself may have been: the routing is stated again, and then it echoes.
                if line.starts_with("AT") && now_ms - self.set_up_ms >= PAUSE_MS {
                    self.ready = false;
                    self.events.push_back(Event::Down(Why::Restarted));
                } else if self.doing.is_none() && !line.starts_with('+') {
                    self.restated_ms = now_ms.max(self.restated_ms + PAUSE_MS) - RESTATE_MS;
                }
            }
            // What became of a message at the network: whether it was taken is said by OK. What a radio says while it is set up.
            Line::Sent { .. } | Line::Other => {}
        }
    }

    /// A header without its data: the next one has come.
    fn lost_data(&mut self) {
        let Some(header) = self.header.take() else { return };
        let (calling, reason) = match header {
            Ok(header) => (header.calling_ssi(), HeaderError::Hex(crate::bits::HexError::Empty)),
            Err(reason) => (None, reason),
        };
        self.events.push_back(Event::Unreadable { calling, hex: String::new(), reason });
    }

    fn data(&mut self, hex: &str) {
        let header = match self.header.take() {
            None => return,
            Some(Ok(header)) => header,
            Some(Err(reason)) => {
                self.events.push_back(Event::Unreadable { calling: None, hex: hex.to_owned(), reason });
                return;
            }
        };
        let calling = header.calling_ssi();
        let called = header.called.as_ref().and_then(super::Identity::ssi);
        self.events.push_back(match header.decode(hex) {
            Ok((message, bits)) => Event::Received(Box::new(Received { calling, called, message, bits })),
            Err(reason) => Event::Unreadable { calling, hex: hex.to_owned(), reason },
        });
    }

    fn answer(&mut self, answer: Result<(), Why>, now_ms: i64) {
        let Some((doing, _)) = self.doing.take() else { return };
        self.silent = 0;
        match doing {
            Doing::Setup(at) => {
                self.answered |= answer.is_ok();
                match SETUP.get(at + 1) {
                    Some(_) => self.command(Doing::Setup(at + 1), now_ms),
                    None if self.answered => {
                        self.ready = true;
                        self.restated_ms = now_ms;
                        self.set_up_ms = now_ms;
                        self.events.push_back(Event::Up { longest_bits: self.longest_bits });
                    }
                    None => {
                        self.down(Why::Refused);
                        self.pause_until = now_ms + PAUSE_MS;
                    }
                }
            }
            Doing::Restate(at) => match SETUP.get(at + 1) {
                Some(_) => self.command(Doing::Restate(at + 1), now_ms),
                None => self.restated_ms = now_ms,
            },
            Doing::Service(message, tries) => match answer {
                Ok(()) => {
                    self.service = Some(message.service);
                    self.command(Doing::Message(message, tries), now_ms);
                }
                Err(why) => self.not_sent(message, tries, why, now_ms),
            },
            Doing::Message(message, tries) => match answer {
                Ok(()) => self.events.push_back(Event::Sent { tag: message.tag, result: Ok(()) }),
                Err(why) => self.not_sent(message, tries, why, now_ms),
            },
        }
    }

    /// Tried again, first of its priority: what was said in order goes in order.
    fn not_sent(&mut self, message: Outgoing, tries: u8, why: Why, now_ms: i64) {
        self.service = None;
        if tries < TRIES {
            self.first_of_its_priority(message, tries + 1);
            self.pause_until = now_ms + PAUSE_MS;
        } else {
            self.events.push_back(Event::Sent { tag: message.tag, result: Err(why) });
        }
    }

    fn first_of_its_priority(&mut self, message: Outgoing, tries: u8) {
        let at = self.waiting.partition_point(|(held, _)| held.priority < message.priority);
        self.waiting.insert(at, (message, tries));
    }

    fn no_answer(&mut self, now_ms: i64) {
        let Some((doing, _)) = self.doing.take() else { return };
        self.silent = self.silent.saturating_add(1);
        if matches!(doing, Doing::Message(..)) {
            // The text may be half written: end it, so that the next line is a command again.
            self.output.push_back(vec![0x1B]);
        }
        if let Doing::Service(message, tries) | Doing::Message(message, tries) = doing {
            self.not_sent(message, tries, Why::Silent, now_ms);
        }
        self.down(Why::Silent);
        self.pause_until = now_ms + PAUSE_MS;
    }

    fn down(&mut self, why: Why) {
        if let Some((Doing::Service(message, tries) | Doing::Message(message, tries), _)) = self.doing.take() {
            self.first_of_its_priority(message, tries);
        }
        if std::mem::take(&mut self.ready) || self.silent == 1 || why == Why::Closed {
            self.events.push_back(Event::Down(why));
        }
    }
}
