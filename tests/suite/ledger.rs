//! The ledger says what was disclosed, no more and no less.

use std::{collections::BTreeMap, str::FromStr as _, sync::Arc};

use proptest::prelude::*;
use prost::Message as _;
use samband_disclosure::{DisclosureClass, Policy, Standing, Undisclosed, Viewer, redact};
use samband_domain::{Involvement, OrganisationId, Role};
use samband_hub::{
    scenario::Stage as _,
    wire::{frame::Frame, from_proto::event::involvement, stored::StoredEvent},
};
use samband_journal::{Journal, Payload, Position};
use samband_proto::{
    internal::{ClassOpened, LedgerRecord, ledger_record::Record},
    v1::{self as pb, restart::Scope, server_frame::Frame as Sent},
};
use samband_tests::{
    core_stage::{CoreStage, decode},
    deployment::jamtland,
};

use crate::history::{DESKS, Player, VIEWERS, acts};

/// Every record of a ledger, in order.
pub(crate) fn records(ledger: &dyn Journal) -> Vec<Record> {
    let payload = |payload: &Payload| match payload {
        Payload::Present(bytes) => LedgerRecord::decode(bytes.clone()).unwrap().record.unwrap(),
        Payload::Purged { .. } => panic!("nothing is purged here"),
    };
    ledger.read(Position(0), usize::MAX).unwrap().iter().map(|record| payload(&record.payload)).collect()
}

/// Which classes of which incidents a session was entered with, in order.
type Classes = BTreeMap<String, BTreeMap<String, Vec<(u64, DisclosureClass)>>>;

pub(crate) fn opened(records: &[Record]) -> Vec<&ClassOpened> {
    fn opened(record: &Record) -> Option<&ClassOpened> {
        if let Record::ClassOpened(opened) = record { Some(opened) } else { None }
    }
    records.iter().filter_map(opened).collect()
}

fn classes(records: &[Record], policy: &Policy) -> Classes {
    let mut classes = Classes::new();
    for one in opened(records) {
        let of_session = classes.entry(one.session_id().to_owned()).or_default();
        let of_incident = of_session.entry(one.incident_id().to_owned()).or_default();
        of_incident.push((one.from_position(), class_of(one, policy)));
    }
    classes
}

/// The class as the ledger's key describes it. The key holds the masks in full: they are what the policy gives such a viewer.
pub(crate) fn class_of(opened: &ClassOpened, policy: &Policy) -> DisclosureClass {
    let key = opened.key.as_ref().unwrap();
    assert_eq!(key.policy_hash.as_ref().unwrap().as_ref(), policy.hash());
    let standing = Standing {
        involvement: involvement(key.involvement()),
        before_alarm: involvement(key.before_alarm()),
        alarmed_at: key.alarmed_at,
    };
    let organisation = OrganisationId::new(opened.organisation()).unwrap();
    let viewer = Viewer { organisation, role: Role::from_str(opened.role()).unwrap() };
    let class = policy.class(&viewer, standing);
    let class = if opened.spooled() { class.only(policy.vital()) } else { class };
    let described = class
        .owners()
        .map(|(owner, view)| (owner.to_string(), view.mask.to_bytes().to_vec(), view.before_alarm.to_bytes().to_vec()));
    let bytes = |bytes: &Option<bytes::Bytes>| bytes.as_ref().unwrap().to_vec();
    let held = key.masks.iter().map(|one| (one.owner().to_owned(), bytes(&one.mask), bytes(&one.mask_before_alarm)));
    assert!(described.eq(held), "the key's masks are those of the class");
    class
}

/// What the journal holds, by event id.
fn stored(journal: &dyn Journal) -> BTreeMap<String, (u64, Undisclosed)> {
    let mut events = BTreeMap::new();
    for record in journal.read(Position(0), usize::MAX).unwrap() {
        let Payload::Present(payload) = &record.payload else { continue };
        let undisclosed = StoredEvent::read(payload).unwrap().undisclosed(record.position.0).unwrap();
        events.insert(samband_domain::EventId(record.id.0).to_string(), (record.position.0, undisclosed));
    }
    events
}

/// By incident: event id and bytes of every update.
type Runs = BTreeMap<String, Vec<Vec<(String, Vec<u8>)>>>;

/// The updates of each incident, cut where it began anew.
fn runs(frames: &[Frame]) -> Runs {
    let mut runs = Runs::new();
    for frame in frames {
        match decode(frame).frame {
            Some(Sent::Restart(pb::Restart { scope: Some(Scope::IncidentId(incident)) })) => {
                runs.entry(incident).or_default().push(Vec::new());
            }
            Some(Sent::Update(pb::Update { event: Some(event) })) => {
                let envelope = event.envelope.as_ref().unwrap();
                let (incident, id) = (envelope.incident_id().to_owned(), envelope.event_id().to_owned());
                let of_incident = runs.entry(incident).or_insert_with(|| vec![Vec::new()]);
                of_incident.last_mut().unwrap().push((id, event.encode_to_vec()));
            }
            _ => {}
        }
    }
    for of_incident in runs.values_mut() {
        of_incident.retain(|run| !run.is_empty());
    }
    runs.retain(|_, of_incident| !of_incident.is_empty());
    runs
}

/// Compares what a session's frames carried with what the ledger says it was given.
fn compare(session: &str, frames: &[Frame], classes: &Classes, stored: &BTreeMap<String, (u64, Undisclosed)>) {
    let runs = runs(frames);
    let entered = classes.get(session).cloned().unwrap_or_default();
    let incidents = |one: &mut dyn Iterator<Item = &String>| one.cloned().collect::<Vec<_>>();
    assert_eq!(
        incidents(&mut runs.keys()),
        incidents(&mut entered.keys()),
        "{session}: incidents received, and entered"
    );
    for (incident, runs) in &runs {
        let classes = &entered[incident];
        assert_eq!(runs.len(), classes.len(), "{session}: what was received under as many classes as were entered");
        for (run, (from, class)) in runs.iter().zip(classes) {
            assert_eq!(stored[&run[0].0].0, *from, "{session}: from where it holds");
            for (id, received) in run {
                let allowed = redact(&stored[id].1, class).map(|event| event.payload().bytes().to_vec());
                let same = allowed
                    .is_some_and(|bytes| pb::Event::decode(bytes.as_slice()).unwrap().encode_to_vec() == *received);
                assert!(same, "{session}: {id} is not what the entered class gives");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn says_what_each_session_received(acts in acts(30), looking in prop::collection::vec(0..VIEWERS.len(), 1..5)) {
        let setup = jamtland();
        let policy = Policy::new(setup.policy.policy.parts().clone());
        let mut player = Player::new(CoreStage::new(&setup, Policy::new(setup.policy.policy.parts().clone())));
        // Some look from the start, some come in the middle.
        let (mut names, half) = (Vec::new(), acts.len() / 2);
        for (number, act) in acts.iter().enumerate() {
            if number == 0 || number == half {
                for viewer in &looking {
                    names.push(format!("viewer {}", names.len()));
                    player.stage.join(names.last().unwrap(), VIEWERS[*viewer], None);
                }
            }
            player.play(number, act);
        }
        let (records, stored) = (records(player.stage.ledger_journal.as_ref()), stored(player.stage.journal().as_ref()));
        let classes = classes(&records, &policy);
        for (at, name) in names.iter().enumerate() {
            // The desks' sessions were the first.
            let session = format!("session-{}", DESKS.len() + at + 1);
            compare(&session, &player.stage.frames(name), &classes, &stored);
        }
    }
}

/// The comparison can fail: with an entry taken out, or another class in its place, it does.
#[test]
fn a_wrong_ledger_is_found() {
    let setup = jamtland();
    let policy = Arc::new(Policy::new(setup.policy.policy.parts().clone()));
    let mut player = Player::new(CoreStage::new(&setup, Policy::new(policy.parts().clone())));
    player.stage.join("viewer", "sos-alarm/operator", None);
    let frames = player.stage.frames("viewer");
    let (records, stored) = (records(player.stage.ledger_journal.as_ref()), stored(player.stage.journal().as_ref()));
    let (session, right) = (format!("session-{}", DESKS.len() + 1), classes(&records, &policy));
    compare(&session, &frames, &right, &stored);
    let fails = |classes: &Classes| std::panic::catch_unwind(|| compare(&session, &frames, classes, &stored)).is_err();
    let mut missing = right.clone();
    missing.remove(&session);
    assert!(fails(&missing));
    let mut other = right.clone();
    let viewer = Viewer { organisation: OrganisationId::new("vaktbolaget").unwrap(), role: Role::Operator };
    let narrow = policy.class(&viewer, Standing { involvement: Involvement::Near, ..Standing::default() });
    for of_incident in other.get_mut(&session).unwrap().values_mut() {
        of_incident[0].1 = narrow.clone();
    }
    assert!(fails(&other));
}
