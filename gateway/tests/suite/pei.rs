//! A radio as modem: the traps that radios set.

use std::collections::VecDeque;

use samband_gateway::{
    bits::BitString,
    simulate::Radio,
    tetra::{
        pei::{Event, Modem, Outgoing, Priority, Why},
        sds::{DeliveryReport, Sds, Service, Status, TextMessage},
    },
};

/// A modem with a simulated radio at the other end of the wire.
struct Wired {
    modem: Modem,
    radio: Radio,
    now: i64,
    events: VecDeque<Event>,
}

impl Wired {
    fn new() -> Self {
        let mut wired =
            Self { modem: Modem::default(), radio: Radio::new(2_319_999, false), now: 0, events: VecDeque::new() };
        wired.modem.opened(0);
        wired.settle();
        wired
    }

    /// Until nobody has anything to say.
    fn settle(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(octets) = self.modem.output() {
                quiet = false;
                self.radio.octets(&octets);
            }
            let octets = self.radio.output();
            if !octets.is_empty() {
                quiet = false;
                // In small pieces, as a serial line hands them over.
                octets.chunks(3).for_each(|piece| self.modem.octets(piece, self.now));
            }
            while let Some(event) = self.modem.event() {
                self.events.push_back(event);
            }
            if quiet {
                return;
            }
        }
    }

    fn later(&mut self, milliseconds: i64) {
        for _ in 0..milliseconds / 250 {
            self.now += 250;
            self.modem.tick(self.now);
            self.settle();
        }
    }

    fn events(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }
}

fn text(tag: u64, words: &str) -> Outgoing {
    let bits = TextMessage::to_sds(words, 1, DeliveryReport::None, false);
    outgoing(tag, Service::Type4, 2_311_010, bits)
}

fn outgoing(tag: u64, service: Service, to: u32, bits: BitString) -> Outgoing {
    Outgoing { tag, service, to, bits, priority: Priority::Usual, until_ms: i64::MAX }
}

fn status(value: u16) -> BitString {
    BitString::from_octets(&value.to_be_bytes())
}

#[test]
fn it_is_set_up_and_says_how_long_a_message_may_be() {
    let mut wired = Wired::new();
    assert_eq!(wired.events(), [Event::Up { longest_bits: Some(1184) }]);
}

#[test]
fn messages_go_out_in_order_and_each_is_answered() {
    let mut wired = Wired::new();
    wired.events();
    wired.modem.send(text(1, "ett"), 0);
    wired.modem.send(outgoing(2, Service::Status, 5, status(0x7E01)), 0);
    wired.modem.send(text(3, "tre"), 0);
    wired.settle();
    let sent = |tag| Event::Sent { tag, result: Ok(()) };
    assert_eq!(wired.events(), [sent(1), sent(2), sent(3)]);
    let heard = wired.radio.heard();
    assert_eq!(heard.iter().map(|one| one.to).collect::<Vec<_>>(), [2_311_010, 5, 2_311_010]);
    assert_eq!(heard[0].text(), Some("ett"));
    assert_eq!(heard[1].message, Sds::Status(Status(0x7E01)));
}

/// What a modem makes of octets, after a set-up that answers everything with OK.
fn heard(octets: &[u8]) -> Vec<Event> {
    let mut modem = up();
    modem.octets(octets, 10_000);
    std::iter::from_fn(|| modem.event()).collect()
}

fn up() -> Modem {
    let mut modem = Modem::default();
    modem.opened(0);
    while modem.output().is_some() {
        modem.octets(b"\r\nOK\r\n", 0);
    }
    assert_eq!(modem.event(), Some(Event::Up { longest_bits: None }));
    modem
}

fn statuses(events: &[Event]) -> Vec<(Option<u32>, u16)> {
    let of = |event: &Event| match event {
        Event::Received(received) => match received.message {
            Sds::Status(status) => Some((received.calling, status.0)),
            _ => None,
        },
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn what_comes_by_itself_may_come_between_a_command_and_its_answer() {
    let mut modem = up();
    modem.send(text(1, "hej"), 0);
    assert_eq!(modem.output().unwrap(), b"AT+CTSDS=12,0,0,0,1\r\n");
    modem.octets(b"\r\n+CTSDSR: 13,2311010,0,2319999,0,16\r\n8002\r\n\r\nOK\r\n", 1);
    let message = modem.output().unwrap();
    assert!(message.starts_with(b"AT+CMGS=2311010,56\r\n") && message.ends_with(b"\x1a"));
    // Between the answer's parts, and the data after the OK.
    modem.octets(b"\r\n+CMGS: 1,0,1\r\n+CTSDSR: 13,2311010,0,2319999,0,16\r\n\r\nOK\r\n8003\r\n", 2);
    let events: Vec<Event> = std::iter::from_fn(|| modem.event()).collect();
    assert_eq!(statuses(&events), [(Some(2_311_010), 0x8002), (Some(2_311_010), 0x8003)]);
    assert!(events.contains(&Event::Sent { tag: 1, result: Ok(()) }));
}

#[test]
fn announced_bits_count_and_not_the_digits() {
    let cases: [&[u8]; 4] = [
        // Filled up to a whole octet, an odd number of digits, lower case, spaces and other line ends.
        b"+CTSDSR: 12,2311010,0,2319999,0,84\r\n0A30000000000007FFE810\r\n",
        b"+CTSDSR: 12,2311010,0,2319999,0,84\r\n0A30000000000007FFE81\r\n",
        b"+CTSDSR: 12,2311010,0,2319999,0,84\n0a30000000000007ffe810\n",
        b"\r\r\n +CTSDSR: 12 , 2311010,0,2319999,0, 84 \r\r\n0A30000000000007FFE810\r",
    ];
    for octets in cases {
        let events = heard(octets);
        let [Event::Received(received)] = &events[..] else { panic!("{events:?}") };
        assert_eq!((received.calling, received.bits.len()), (Some(2_311_010), 84));
    }
}

#[test]
fn what_cannot_be_read_is_handed_on_and_harms_nothing_after_it() {
    let octets = b"+CTSDSR: 12,2311010,0,2319999,0,84\r\n0A30\r\n\
        +CTSDSR: garbage\r\n+CTSDSR: 12,2311010,0,2319999,0,84\r\n+CTSDSR: 13,2311010,0,2319999,0,16\r\n8001\r\n\
        +CTICN: 1,0,0,0\r\n\xff\xfe\x00\r\n+CTSDSR: 13,2311010,0,2319999,0,16\r\n8002\r\n";
    let events = heard(octets);
    assert_eq!(statuses(&events), [(Some(2_311_010), 0x8001), (Some(2_311_010), 0x8002)]);
    let unreadable = events.iter().filter(|event| matches!(event, Event::Unreadable { .. })).count();
    assert_eq!(unreadable, 3, "too short, no header, and a header without data: {events:?}");
    assert!(events.contains(&Event::Unreadable {
        calling: Some(2_311_010),
        hex: "0A30".into(),
        reason: samband_gateway::bits::HexError::TooShort { announced: 84, held: 16 }.into(),
    }));
}

#[test]
fn a_line_without_an_end_is_bounded() {
    let mut octets = vec![b'A'; 1_000_000];
    octets.extend_from_slice(b"\r\n+CTSDSR: 13,2311010,0,2319999,0,16\r\n8002\r\n");
    assert_eq!(statuses(&heard(&octets)), [(Some(2_311_010), 0x8002)]);
}

#[test]
fn a_refused_message_is_tried_again_and_then_given_back_with_the_reason() {
    let mut modem = up();
    modem.send(text(1, "hej"), 0);
    let mut now = 0;
    let mut tries = 0;
    loop {
        while let Some(octets) = modem.output() {
            let last = octets.ends_with(b"\x1a");
            tries += usize::from(last);
            modem.octets(if last { b"\r\n+CME ERROR: 1\r\n" } else { b"\r\nOK\r\n" }, now);
        }
        if let Some(event) = modem.event() {
            let Event::Sent { tag: 1, result: Err(Why::Cme(error)) } = event else { panic!("{event:?}") };
            assert_eq!((error.name(), tries), ("no reliable link", 3));
            return;
        }
        now += 250;
        assert!(now < 60_000, "it gives up");
        modem.tick(now);
    }
}

#[test]
fn a_radio_that_is_silent_is_down_until_it_answers_and_nothing_waiting_is_lost() {
    let mut modem = up();
    modem.send(text(1, "hej"), 0);
    while modem.output().is_some() {}
    modem.tick(6_000);
    assert_eq!(modem.event(), Some(Event::Down(Why::Silent)));
    assert!(!modem.is_up());
    modem.tick(9_000);
    let mut answered = 0;
    while let Some(octets) = modem.output() {
        if octets != [0x1B] {
            modem.octets(b"\r\nOK\r\n", 9_000);
        }
        answered += 1;
    }
    let events: Vec<Event> = std::iter::from_fn(|| modem.event()).collect();
    assert!(answered > 10, "it is set up anew");
    assert_eq!(events, [Event::Up { longest_bits: None }, Event::Sent { tag: 1, result: Ok(()) }]);
}

#[test]
fn a_radio_that_restarts_is_set_up_anew() {
    let mut wired = Wired::new();
    wired.events();
    wired.later(5_000);
    wired.radio.restart();
    wired.radio.receive(Service::Status, 2_311_010, None, &status(0x8001));
    wired.later(5_000);
    assert_eq!(wired.events(), [Event::Down(Why::Restarted), Event::Up { longest_bits: Some(1184) }]);
    wired.radio.receive(Service::Status, 2_311_010, None, &status(0x8002));
    wired.settle();
    assert_eq!(statuses(&wired.events()), [(Some(2_311_010), 0x8002)]);
}

#[test]
fn a_radio_that_restarts_right_after_its_routing_was_stated_is_set_up_anew_as_soon() {
    for since in [0, 250, 1_000, 14_750, 15_000, 15_250] {
        let mut wired = Wired::new();
        wired.events();
        wired.later(since);
        wired.events();
        wired.radio.restart();
        wired.later(3_000);
        let events = wired.events();
        assert_eq!(events, [Event::Down(Why::Restarted), Event::Up { longest_bits: Some(1184) }], "after {since} ms");
    }
}

#[test]
fn a_closed_line_keeps_what_waits() {
    let mut wired = Wired::new();
    wired.events();
    wired.modem.send(text(1, "ett"), 0);
    wired.modem.closed();
    wired.modem.send(text(2, "två"), 0);
    assert_eq!(wired.modem.output(), None);
    wired.radio = Radio::new(2_319_999, false);
    wired.modem.opened(1_000);
    wired.settle();
    let events = wired.events();
    assert_eq!(events[0], Event::Down(Why::Closed));
    assert!(events.ends_with(&[Event::Sent { tag: 1, result: Ok(()) }, Event::Sent { tag: 2, result: Ok(()) }]));
}

#[test]
fn an_alarm_goes_before_what_waits_and_what_is_late_does_not_go() {
    let mut wired = Wired::new();
    wired.events();
    wired.modem.closed();
    let with = |tag, words: &str, priority, until_ms| Outgoing { priority, until_ms, ..text(tag, words) };
    for message in [
        with(1, "fråga", Priority::Background, 60_000),
        with(2, "text", Priority::Usual, 60_000),
        with(3, "gammal", Priority::Usual, 4_000),
        with(4, "larm", Priority::Urgent, 60_000),
        with(5, "larm till", Priority::Urgent, 60_000),
    ] {
        wired.modem.send(message, 0);
    }
    wired.later(5_000);
    let late = Event::Sent { tag: 3, result: Err(Why::Expired) };
    assert_eq!(wired.events(), [Event::Down(Why::Closed), late], "also while the line is closed");
    wired.modem.opened(wired.now);
    wired.settle();
    let heard: Vec<Option<String>> = wired.radio.heard().iter().map(|one| one.text().map(str::to_owned)).collect();
    let expected = ["larm", "larm till", "text", "fråga"].map(|words| Some(words.to_owned()));
    assert_eq!(heard, expected);
}

#[test]
fn where_too_much_waits_what_is_of_least_use_gives_way() {
    let mut wired = Wired::new();
    wired.events();
    wired.modem.closed();
    wired.events();
    let with = |tag, priority| Outgoing { priority, ..text(tag, "text") };
    for tag in 0..2_000 {
        wired.modem.send(with(tag, Priority::Usual), 0);
    }
    wired.modem.send(with(2_000, Priority::Urgent), 0);
    wired.modem.send(with(2_001, Priority::Background), 0);
    wired.settle();
    let full = |tag| Event::Sent { tag, result: Err(Why::Full) };
    assert_eq!(wired.events(), [Event::Down(Why::Closed), full(1_999), full(2_001)]);
}
