//! The radio without the wire: octets in, octets out.

use crate::{
    bits::BitString,
    tetra::sds::{self, Content, DeliveryReport, Payload, Sds, Service, Status},
};

/// What was sent to a radio or group behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// To whom.
    pub to: u32,
    /// What.
    pub message: Sds,
    /// As it came.
    pub bits: BitString,
}

/// A line is at most so long.
const LINE_MAX: usize = 4_096;
const END_OF_TEXT: u8 = 0x1A;
const ESCAPE: u8 = 0x1B;

/// A radio with an interface for peripheral equipment.
pub struct Radio {
    /// Its own number.
    issi: u32,
    echo: bool,
    service: Option<Service>,
    routed: bool,
    line: Vec<u8>,
    /// A message is being entered: to whom, and how many bits.
    entering: Option<(u32, usize)>,
    reports: bool,
    instance: u32,
    output: Vec<u8>,
    heard: Vec<Heard>,
}

impl Radio {
    /// A radio that has just been switched on. `reports`: radios behind it report what they receive as received and read.
    #[must_use]
    pub fn new(issi: u32, reports: bool) -> Self {
        Self {
            issi,
            echo: true,
            service: None,
            routed: false,
            line: Vec::new(),
            entering: None,
            reports,
            instance: 0,
            output: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// As after a loss of power: echo on, routing forgotten.
    pub fn restart(&mut self) {
        let (issi, reports) = (self.issi, self.reports);
        *self = Self::new(issi, reports);
        self.say("TETRA RADIO READY");
    }

    /// Octets came from the peripheral equipment.
    pub fn octets(&mut self, octets: &[u8]) {
        for &octet in octets {
            if self.echo {
                self.output.push(octet);
            }
            match octet {
                END_OF_TEXT if self.entering.is_some() => self.entered(),
                ESCAPE => {
                    self.entering = None;
                    self.line.clear();
                }
                b'\r' if self.entering.is_none() => {
                    let line = std::mem::take(&mut self.line);
                    self.command(String::from_utf8_lossy(&line).trim());
                }
                b'\r' | b'\n' => {}
                octet if self.line.len() < LINE_MAX => self.line.push(octet),
                _ => {}
            }
        }
    }

    /// Octets for the peripheral equipment.
    pub fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// What was sent to radios behind it.
    pub fn heard(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.heard)
    }

    /// A radio behind it sends something to this one, or to a group. Without routing it would show it on its own display.
    pub fn receive(&mut self, service: Service, from: u32, to: Option<u32>, bits: &BitString) {
        if !self.routed {
            return;
        }
        let to = to.unwrap_or(self.issi);
        let header = format!("+CTSDSR: {},{from},0,{to},0,{}", service.to_pei(), bits.len());
        self.say(&header);
        self.say(&bits.to_hex());
    }

    fn say(&mut self, line: &str) {
        self.output.extend_from_slice(b"\r\n");
        self.output.extend_from_slice(line.as_bytes());
        self.output.extend_from_slice(b"\r\n");
    }

    fn command(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        if let Some(fields) = line.strip_prefix("AT+CTSDS=") {
            let service = fields.split(',').next().and_then(|number| number.parse().ok()).and_then(Service::from_pei);
            self.service = service;
            return self.say(if service.is_some() { "OK" } else { "+CME ERROR: 34" });
        }
        if line == "AT+CMGS=?" {
            self.say("+CMGS: (0-16777215),(8-1184)");
            return self.say("OK");
        }
        if let Some(fields) = line.strip_prefix("AT+CMGS=") {
            let mut fields = fields.split(',').map(str::parse::<usize>);
            return match (fields.next(), fields.next(), self.service) {
                (Some(Ok(to)), Some(Ok(bits)), Some(_)) if bits <= 1184 => {
                    self.entering = Some((u32::try_from(to).unwrap_or(0), bits));
                    self.output.extend_from_slice(b"\r\n> ");
                }
                (.., None) => self.say("+CME ERROR: 3"),
                _ => self.say("+CME ERROR: 35"),
            };
        }
        match line {
            "ATE0" => self.echo = false,
            "ATE1" => self.echo = true,
            _ if line.starts_with("AT+CTSP=") => self.routed = true,
            "ATZ" | "AT" | "AT+CSCS=8859-1" => {}
            _ => return self.say("+CME ERROR: 4"),
        }
        self.say("OK");
    }

    fn entered(&mut self) {
        let hex = String::from_utf8_lossy(&std::mem::take(&mut self.line)).trim().to_owned();
        let (Some((to, bits)), Some(service)) = (self.entering.take(), self.service) else { return };
        let message =
            BitString::from_hex(&hex, Some(bits)).ok().and_then(|bits| Some((sds::decode(service, &bits).ok()?, bits)));
        let Some((message, bits)) = message else { return self.say("+CME ERROR: 25") };
        self.instance += 1;
        let reference = reference(&message);
        let instance = self.instance;
        self.say(&format!("+CMGS: {instance},0,{}", reference.map_or(0, |(reference, _)| reference)));
        self.say("OK");
        if let Some((reference, wanted)) = reference.filter(|_| self.reports) {
            if matches!(wanted, DeliveryReport::Received | DeliveryReport::Both) {
                self.report(to, 2, reference);
            }
            if matches!(wanted, DeliveryReport::Consumed | DeliveryReport::Both) {
                self.report(to, 3, reference);
            }
        }
        self.heard.push(Heard { to, message, bits });
    }

    fn report(&mut self, from: u32, report: u8, reference: u8) {
        let status = Status::short_report(report, reference);
        self.receive(Service::Status, from, None, &BitString::from_octets(&status.0.to_be_bytes()));
    }
}

fn reference(message: &Sds) -> Option<(u8, DeliveryReport)> {
    match message {
        Sds::Type4(message) => match &message.content {
            Content::Transfer(transfer, _) => Some((transfer.message_reference, transfer.delivery_report)),
            _ => None,
        },
        _ => None,
    }
}

impl Heard {
    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let Sds::Type4(message) = &self.message else { return None };
        match &message.content {
            Content::Transfer(_, Payload::Text(text)) | Content::Bare(Payload::Text(text)) => text.text.says.as_deref(),
            _ => None,
        }
    }
}
