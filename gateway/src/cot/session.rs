//! One stream: cutting, negotiation, pings. Neither sockets nor clocks; what an event means is the translation's.

use std::sync::OnceLock;

use super::{
    CotError, Event,
    frame::{Cutter, Piece, datagram_payload, stream_frame},
    make::{self, Draft},
    protobuf::{self, TakMessage},
    xml_form,
};

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Protocol version 0.
    Xml,
    /// Protocol version 1.
    Frames,
}

/// Which end this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Server,
    Client,
}

/// Events in a row that cannot be read before a client is sent away: one that does not fit the schema is its own affair, a stream of
/// them is garbage.
const UNREADABLE_MAX: u32 = 16;

/// A stream's state.
pub struct Session {
    side: Side,
    form: Form,
    /// A client that has asked for version 1 says nothing until it is answered.
    asked: bool,
    unreadable: u32,
    cutter: Cutter,
}

/// What came of octets.
#[derive(Default)]
pub struct Heard {
    /// Events for the translation.
    pub events: Vec<Event>,
    /// Answers of the stream's own, to be sent at once.
    pub answer: Vec<u8>,
    /// Why events were passed over.
    pub unreadable: Vec<CotError>,
}

impl Session {
    /// A client has connected: it is spoken to in XML until it asks for more.
    #[must_use]
    pub fn server() -> Self {
        Self::new(Side::Server, Form::Xml)
    }

    /// A client has connected over WebSocket, where there is nothing but protobuf.
    #[must_use]
    pub fn websocket() -> Self {
        Self::new(Side::Server, Form::Frames)
    }

    /// Connected to another server.
    #[must_use]
    pub fn client() -> Self {
        Self::new(Side::Client, Form::Xml)
    }

    fn new(side: Side, form: Form) -> Self {
        Self { side, form, asked: false, unreadable: 0, cutter: Cutter::default() }
    }

    /// What is said first.
    #[must_use]
    pub fn opening(&self, now_ms: i64) -> Vec<u8> {
        match (self.side, self.form) {
            (Side::Server, Form::Xml) => self.write(&make::offer().event(now_ms)),
            _ => Vec::new(),
        }
    }

    /// How events are written now.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Nothing may be sent until the other end has answered.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.asked
    }

    /// A ping, for the end that has to ask.
    #[must_use]
    pub fn ping(&self, now_ms: i64) -> Vec<u8> {
        self.write(&make::ping().event(now_ms))
    }

    /// Takes octets in.
    ///
    /// # Errors
    /// The stream cannot go on.
    pub fn octets(&mut self, octets: &[u8], now_ms: i64) -> Result<Heard, CotError> {
        let mut heard = Heard::default();
        self.cutter.push(octets);
        while let Some(piece) = self.cutter.next_piece()? {
            let event = match piece {
                Piece::Auth => continue,
                Piece::Xml(xml) => xml_form::read(&xml),
                Piece::Frame(payload) => match Self::message(&payload)? {
                    Some(event) => event,
                    None => continue,
                },
            };
            self.take(event, &mut heard, now_ms)?;
        }
        Ok(heard)
    }

    /// Takes a message of a WebSocket in: a frame as on a stream, or as in a datagram.
    ///
    /// # Errors
    /// The stream cannot go on.
    pub fn message_in(&mut self, octets: &[u8], now_ms: i64) -> Result<Heard, CotError> {
        let Some(payload) = datagram_payload(octets) else { return self.octets(octets, now_ms) };
        let mut heard = Heard::default();
        if let Some(event) = Self::message(payload)? {
            self.take(event, &mut heard, now_ms)?;
        }
        Ok(heard)
    }

    /// The event in a message; nothing where it is about the protocol alone.
    fn message(payload: &[u8]) -> Result<Option<Result<Event, CotError>>, CotError> {
        Ok(protobuf::read(payload)?.cot_event.map(|event| event.to_event()))
    }

    fn take(&mut self, event: Result<Event, CotError>, heard: &mut Heard, now_ms: i64) -> Result<(), CotError> {
        match event {
            Ok(event) => {
                self.unreadable = 0;
                if !self.own(&event, heard, now_ms) {
                    heard.events.push(event);
                }
            }
            Err(error) => {
                self.unreadable += 1;
                if self.unreadable > UNREADABLE_MAX {
                    return Err(error);
                }
                heard.unreadable.push(error);
            }
        }
        Ok(())
    }

    /// Whether the event is about the stream itself.
    fn own(&mut self, event: &Event, heard: &mut Heard, now_ms: i64) -> bool {
        let mut say = |session: &Self, draft: Draft| heard.answer.extend(session.write(&draft.event(now_ms)));
        match (event.kind.as_str(), self.side) {
            ("t-x-c-t", _) => say(self, make::pong()),
            // The greeting of pytak, under any identity; with a link it takes something off the map.
            ("t-x-d-d", _) if event.detail("link").is_none() => say(self, make::pong()),
            ("t-x-takp-q", Side::Server) => {
                let agreed = control(event, "TakRequest", "version") == Some("1");
                say(self, make::response(&event.uid, agreed));
                if agreed {
                    self.form = Form::Frames;
                }
            }
            ("t-x-takp-v", Side::Client) if self.form == Form::Xml && !self.asked => {
                let offers = event.detail("TakControl").into_iter();
                let mut versions = offers.flat_map(|control| control.children_named("TakProtocolSupport"));
                if versions.any(|one| one.attribute("version") == Some("1")) {
                    say(self, make::request(&event.uid));
                    self.asked = true;
                }
            }
            ("t-x-takp-r", Side::Client) => {
                if std::mem::take(&mut self.asked) && control(event, "TakResponse", "status") == Some("true") {
                    self.form = Form::Frames;
                }
            }
            (kind, _) => return kind.starts_with("t-x-c-t") || kind.starts_with("t-x-takp"),
        }
        true
    }

    fn write(&self, event: &Event) -> Vec<u8> {
        match self.form {
            Form::Xml => xml_form::write(event).into_bytes(),
            Form::Frames => stream_frame(&TakMessage::of(event)),
        }
    }
}

fn control<'a>(event: &'a Event, element: &str, attribute: &str) -> Option<&'a str> {
    event.detail("TakControl")?.child(element)?.attribute(attribute)
}

/// An event written once for all who get it, in the forms that somebody reads.
pub struct Written {
    event: Event,
    xml: OnceLock<Vec<u8>>,
    frame: OnceLock<Vec<u8>>,
}

impl Written {
    /// To be written when it is first sent.
    #[must_use]
    pub fn new(event: Event) -> Self {
        Self { event, xml: OnceLock::new(), frame: OnceLock::new() }
    }

    /// As octets of a form.
    #[must_use]
    pub fn octets(&self, form: Form) -> &[u8] {
        match form {
            Form::Xml => self.xml.get_or_init(|| xml_form::write(&self.event).into_bytes()),
            Form::Frames => self.frame.get_or_init(|| stream_frame(&TakMessage::of(&self.event))),
        }
    }
}
