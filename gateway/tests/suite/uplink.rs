//! The way up: on disk before it is said, in order, distress first, and nothing lost when the hub or the disk says no.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use samband_gateway::hub::{
    lines::LINES_MAX,
    spool::{Spool, SpoolError},
    uplink::Uplink,
};
use samband_proto::v1::{self as pb, RefusalCode, client_frame::Frame, command::Body, outcome::Result as Answer};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::Instant,
};

fn note(id: u32) -> pb::Command {
    let note = pb::AddNote { note: Some("två skadade".into()), shared_text: None };
    pb::Command { command_id: Some(id.to_string()), body: Some(Body::AddNote(note)), ..pb::Command::default() }
}

fn distress(id: u32) -> pb::Command {
    pb::Command { body: Some(Body::RaiseEmergency(pb::RaiseEmergency::default())), ..note(id) }
}

fn ended(id: u32) -> pb::Command {
    pb::Command { body: Some(Body::CancelEmergency(pb::CancelEmergency::default())), ..note(id) }
}

fn status(id: u32) -> pb::Command {
    pb::Command { body: Some(Body::ReportUnitStatus(pb::ReportUnitStatus::default())), ..note(id) }
}

fn answered(id: &str, refused: Option<RefusalCode>) -> pb::Outcome {
    let result = match refused {
        Some(code) => Answer::Refused(pb::Refused { code: Some(code.into()), ..pb::Refused::default() }),
        None => Answer::Accepted(pb::Accepted::default()),
    };
    pb::Outcome { command_id: Some(id.to_owned()), result: Some(result), dropped_fields: None }
}

fn up(uplink: &mut Uplink) {
    uplink.opened("sos-alarm", &pb::Deployment::default()).unwrap();
}

struct Hub {
    to: Sender<pb::ClientFrame>,
    heard: Receiver<pb::ClientFrame>,
    now: Instant,
}

impl Hub {
    fn new() -> Self {
        let (to, heard) = mpsc::channel(16);
        Self { to, heard, now: Instant::now() }
    }

    /// What was said since last asked: ids of commands, "receipt" or "frame".
    fn heard(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.heard.try_recv().ok())
            .map(|frame| match frame.frame {
                Some(Frame::Submit(command)) => command.command_id().to_owned(),
                Some(Frame::Receipt(_)) => "receipt".to_owned(),
                _ => "frame".to_owned(),
            })
            .collect()
    }
}

/// All that waits is said, each answered at once.
fn say_all(uplink: &mut Uplink, hub: &mut Hub) -> Vec<String> {
    let mut said = Vec::new();
    loop {
        uplink.say_waiting(&hub.to, hub.now);
        let heard = hub.heard();
        if heard.is_empty() {
            return said;
        }
        let now = hub.now;
        heard.iter().for_each(|id| uplink.answered(&answered(id, None), now).unwrap());
        said.extend(heard);
    }
}

#[test]
fn what_is_said_outlives_the_program_and_is_said_in_order_with_distress_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::new();
    let mut uplink = Uplink::open(folder.path()).unwrap();
    for command in [note(1), note(2), distress(3), note(4)] {
        uplink.command(command, &hub.to, hub.now).unwrap();
    }
    assert!(hub.heard().is_empty(), "the hub is away");
    drop(uplink);
    let mut uplink = Uplink::open(folder.path()).unwrap();
    assert_eq!(uplink.waiting().count(), 4);
    up(&mut uplink);
    assert_eq!(say_all(&mut uplink, &mut hub), ["3", "1", "2", "4"]);
    drop(uplink);
    assert_eq!(Uplink::open(folder.path()).unwrap().waiting().count(), 0);
}

#[test]
fn what_the_hub_cannot_store_is_said_again_and_overtaken_by_nothing_but_distress() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::new();
    let mut uplink = Uplink::open(folder.path()).unwrap();
    up(&mut uplink);
    uplink.command(note(1), &hub.to, hub.now).unwrap();
    uplink.command(note(2), &hub.to, hub.now).unwrap();
    assert_eq!(hub.heard(), ["1"], "one at a time");
    uplink.answered(&answered("1", Some(RefusalCode::StorageFull)), hub.now).unwrap();
    uplink.say_waiting(&hub.to, hub.now);
    assert!(hub.heard().is_empty(), "not at once");
    hub.now += Duration::from_secs(6);
    uplink.say_waiting(&hub.to, hub.now);
    assert_eq!(hub.heard(), ["1"]);
    // No answer at all: it is said again as well, and a session that was lost begins with it.
    hub.now += Duration::from_secs(31);
    uplink.say_waiting(&hub.to, hub.now);
    assert_eq!(hub.heard(), ["1"]);
    uplink.lost();
    uplink.command(distress(3), &hub.to, hub.now).unwrap();
    up(&mut uplink);
    assert_eq!(say_all(&mut uplink, &mut hub), ["3", "1", "2"]);
    // The hub has no room: it takes what acknowledges all the same, and distress waits for nobody's answer.
    uplink.command(note(5), &hub.to, hub.now).unwrap();
    assert_eq!(hub.heard(), ["5"]);
    uplink.answered(&answered("5", Some(RefusalCode::StorageFull)), hub.now).unwrap();
    uplink.command(status(6), &hub.to, hub.now).unwrap();
    assert_eq!(hub.heard(), ["6"], "over the note");
    // That a location came too soon says nothing of the room.
    uplink.answered(&answered("", Some(RefusalCode::TooOften)), hub.now).unwrap();
    uplink.command(status(11), &hub.to, hub.now).unwrap();
    uplink.answered(&answered("6", None), hub.now).unwrap();
    uplink.say_waiting(&hub.to, hub.now);
    assert_eq!(hub.heard(), ["11"], "over the note still");
    uplink.command(distress(7), &hub.to, hub.now).unwrap();
    assert_eq!(hub.heard(), ["7"], "before the status is answered");
    for id in ["11", "7"] {
        uplink.answered(&answered(id, None), hub.now).unwrap();
    }
    assert_eq!(say_all(&mut uplink, &mut hub), [""; 0], "the note waits");
    hub.now += Duration::from_secs(6);
    assert_eq!(say_all(&mut uplink, &mut hub), ["5"]);
    // A unit that has ended its distress and is in need again says so in that order.
    uplink.lost();
    for command in [note(8), ended(9), distress(10)] {
        uplink.command(command, &hub.to, hub.now).unwrap();
    }
    up(&mut uplink);
    assert_eq!(say_all(&mut uplink, &mut hub), ["9", "10", "8"]);
    // A refusal for good is an answer.
    uplink.command(note(4), &hub.to, hub.now).unwrap();
    uplink.answered(&answered("4", Some(RefusalCode::IncidentClosed)), hub.now).unwrap();
    assert_eq!(uplink.waiting().count(), 0);
}

#[test]
fn a_hub_that_has_no_room_at_all_is_asked_now_and_then_and_nobody_starves() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::new();
    let mut uplink = Uplink::open(folder.path()).unwrap();
    up(&mut uplink);
    let of = |id: u32, unit: &str| pb::Command { for_unit: Some(unit.into()), ..distress(id) };
    for command in [note(1), status(2), of(3, "a"), of(4, "b")] {
        uplink.command(command, &hub.to, hub.now).unwrap();
    }
    let mut said = hub.heard();
    for _ in 0..20 {
        let now = hub.now;
        let last = said.clone();
        last.iter().for_each(|id| uplink.answered(&answered(id, Some(RefusalCode::StorageFull)), now).unwrap());
        uplink.say_waiting(&hub.to, hub.now);
        said.extend(hub.heard());
    }
    said.sort();
    assert_eq!(said, ["1", "2", "3", "4"], "each once, however often the hub is looked at");
    hub.now += Duration::from_secs(6);
    let mut again = say_all(&mut uplink, &mut hub);
    assert_eq!(again.drain(..2).collect::<Vec<_>>(), ["3", "4"], "distress first, one unit's not behind another's");
    again.sort();
    assert_eq!(again, ["1", "2"]);
}

#[test]
fn what_the_disk_does_not_take_is_kept_in_order_as_soon_as_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::new();
    let spool = folder.path().join("spool");
    let mut uplink = Uplink::open(&spool).unwrap();
    // Somebody has taken the folder away.
    let aside = folder.path().join("aside");
    fs::rename(&spool, &aside).unwrap();
    assert!(matches!(uplink.command(note(1), &hub.to, hub.now), Err(SpoolError::Io { .. })));
    assert!(uplink.command(note(2), &hub.to, hub.now).is_err());
    fs::rename(&aside, &spool).unwrap();
    uplink.command(note(3), &hub.to, hub.now).unwrap();
    assert_eq!(files(&spool), 3, "all are on disk now");
    up(&mut uplink);
    assert_eq!(say_all(&mut uplink, &mut hub), ["1", "2", "3"]);
    assert_eq!(files(&spool), 0);
}

fn files(spool: &Path) -> usize {
    let files = fs::read_dir(spool).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|kind| kind == "command")).count()
}

#[test]
fn a_receipt_waits_for_the_hub_and_a_position_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::new();
    let mut uplink = Uplink::open(folder.path()).unwrap();
    uplink.frame(Frame::Receipt(pb::ReceiptNotice::default()), &hub.to);
    uplink.frame(Frame::Location(pb::LocationReport::default()), &hub.to);
    up(&mut uplink);
    uplink.say_waiting(&hub.to, hub.now);
    assert_eq!(hub.heard(), ["receipt"]);
    // The hub does not keep up.
    for _ in 0..16 {
        uplink.frame(Frame::Location(pb::LocationReport::default()), &hub.to);
    }
    uplink.frame(Frame::Receipt(pb::ReceiptNotice::default()), &hub.to);
    assert_eq!(hub.heard(), ["frame"; 16]);
    uplink.say_waiting(&hub.to, hub.now);
    assert_eq!(hub.heard(), ["receipt"]);
}

#[test]
fn a_folder_is_one_gateways_and_what_cannot_be_read_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path()).unwrap();
    assert!(matches!(Spool::open(folder.path()), Err(SpoolError::InUse { .. })));
    spool.push(note(1)).unwrap();
    let path = folder.path().join("00000000000000000000.command");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "what a crew said is for nobody else");
    drop(spool);
    fs::write(folder.path().join("00000000000000000001.command"), [0xFF; 9]).unwrap();
    fs::write(folder.path().join("names.command"), b"").unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    assert_eq!((spool.waiting().count(), spool.unread()), (1, 2));
    assert!(folder.path().join("00000000000000000001.unread").exists());
}

#[test]
fn the_register_of_the_last_session_is_there_for_a_start_without_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let mut uplink = Uplink::open(folder.path()).unwrap();
    assert!(uplink.last_deployment().is_none());
    let deployment = pb::Deployment { name: Some("Samband Jämtland".into()), ..pb::Deployment::default() };
    uplink.opened("raddning-jamtland", &deployment).unwrap();
    assert_eq!(uplink.last_deployment(), Some(("raddning-jamtland".to_owned(), deployment)));
}

#[test]
fn lines_are_kept_whole_and_not_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let uplink = Uplink::open(folder.path()).unwrap();
    assert_eq!(uplink.held.read().unwrap(), [""; 0]);
    uplink.held.add("1 2 3").unwrap();
    uplink.held.add("4 5 6").unwrap();
    let path = folder.path().join("vantar.txt");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    // The power went in the middle of a line; the next one does not run into it.
    fs::write(&path, "1 2 3\n4 5 6\n7 8").unwrap();
    assert_eq!(uplink.held.read().unwrap(), ["1 2 3", "4 5 6"]);
    uplink.held.add("9 9 9").unwrap();
    assert_eq!(uplink.held.read().unwrap(), ["1 2 3", "4 5 6", "9 9 9"]);
    uplink.held.clear().unwrap();
    uplink.held.clear().unwrap();
    assert!(uplink.held.read().unwrap().is_empty());
    let many: String = (0..LINES_MAX + 10).map(|number| format!("{number}\n")).collect();
    fs::write(folder.path().join("larmade.txt"), many).unwrap();
    let kept = uplink.told.read().unwrap();
    assert_eq!((kept.len(), kept[0].as_str()), (LINES_MAX, "10"));
    assert_eq!(uplink.told.read().unwrap(), kept, "the file is shorter too");
}
