//! Makes records of what was decided, and takes it into the state.

use std::collections::BTreeMap;

use samband_domain::{
    IncidentId, OrganisationId, ReleaseId, Scope, Timestamp,
    event::{Decided, Event, ExternalNumber},
    incident::apply,
    notice::NoticeEvent,
    release::ReleaseEvent,
    talkgroup::TalkgroupEvent,
};
use samband_journal::{NewEvent, StreamAppend, StreamId, Version};
use samband_proto::{internal, v1 as pb};

use super::Desk;
use crate::command::{
    effects,
    incident::{Entry, Shared},
    record::{self, Changes, Covert, Effects, Sharing},
    said::Said,
};

impl Desk {
    /// Encodes what was decided, takes it into the state and lists it by stream.
    pub(super) fn record(
        &mut self,
        decided: Vec<Decided>,
        said: &Said<'_>,
        sharing: &Sharing,
        now: Timestamp,
        mut stamp: Option<internal::CommandStamp>,
    ) -> Vec<StreamAppend> {
        let mut appends: Vec<StreamAppend> = Vec::new();
        let new_exercise = decided.iter().find_map(|one| exercise_of(&one.event));
        for one in decided {
            let Ok(stream) = StreamId::new(&one.scope.to_string()) else { continue };
            // What the hub makes of a raised command is about everybody's alarm, not the author's secret.
            let sharing = if one.by_hub { Sharing::default() } else { sharing.clone() };
            let made = match one.scope.incident() {
                Some(incident) => {
                    let shared = self.incidents.entry(incident).or_insert_with(|| Shared::new(incident));
                    let exercise = new_exercise.unwrap_or(shared.incident.exercise);
                    self.of_incident(incident, &one, said, &sharing, exercise, now)
                }
                None => self.of_scope(&one, said, &sharing, now),
            };
            let Made { mut stored, at, version } = made;
            stored.control.command = stamp.take();
            self.next_position += 1;
            let new = NewEvent { id: samband_journal::EventId(one.id.0), at_ms: at.0, payload: stored.payload() };
            match appends.iter_mut().find(|append| append.stream == stream) {
                Some(append) => append.events.push(new),
                None => appends.push(StreamAppend { stream, expected: Version(version), events: vec![new] }),
            }
        }
        appends
    }

    fn of_incident(
        &mut self,
        id: IncidentId,
        one: &Decided,
        said: &Said<'_>,
        sharing: &Sharing,
        exercise: bool,
        now: Timestamp,
    ) -> Made {
        let world = &self.world;
        let shared = self.incidents.entry(id).or_insert_with(|| Shared::new(id));
        let at = now.max(shared.incident.last_at);
        // A unit in distress is real, whatever goes on around it.
        let exercise = exercise && !matches!(one.event, Event::Emergency(_));
        let event = said.event(one, shared, &self.directory, exercise, at);
        let version = shared.version;
        let before = effects::Before::of(&shared.incident, &one.event);
        let touches = record::touches_alarms(&one.event);
        let waiting = |incident: &_| if touches { record::waiting(incident) } else { Default::default() };
        let waited = waiting(&shared.incident);
        apply(&mut shared.incident, one, at);
        let changes = Changes::between(&waited, &waiting(&shared.incident));
        let effects = effects::in_incident(one, before, &shared.incident, said.released_to());
        let effects = Effects { waiting: changes, ..effects };
        let is_covert = |unit: &_| world.is_covert(unit) && self.directory.owns(&one.owner, unit);
        let covert =
            Covert { is: &is_covert, secret: record::follows_secret(&one.event, &shared.incident, &shared.stamps) };
        let (stored, event_stamp) = record::make(one, &event, sharing, &shared.stamps, effects, &covert);
        let entry = Entry { owner: one.owner.clone(), stamp: event_stamp, position: self.next_position };
        hold(shared, &mut self.numbers, one, &event, entry, &stored.control);
        self.world.take_in(one, at);
        self.watch(id, &one.event, at);
        self.schedule(id);
        Made { stored, at, version }
    }

    fn of_scope(&mut self, one: &Decided, said: &Said<'_>, sharing: &Sharing, now: Timestamp) -> Made {
        let at = now.max(self.last_at.get(&one.scope).copied().unwrap_or_default());
        // Nothing of an incident is in it: an empty one stands for what is repeated from there.
        let nothing = Shared::new(IncidentId([0; 16]));
        let event = said.event(one, &nothing, &self.directory, self.is_for_exercise(one), at);
        let effects = effects::elsewhere(one, &self.directory);
        let world = &self.world;
        let is_covert = |unit: &_| world.is_covert(unit) && self.directory.owns(&one.owner, unit);
        let covert = Covert { is: &is_covert, secret: false };
        let (stored, _) = record::make(one, &event, sharing, &BTreeMap::new(), effects, &covert);
        let version = self.advance(&one.scope, at);
        self.world.take_in(one, at);
        self.forget_receipts(&one.event);
        Made { stored, at, version }
    }

    /// What is said on a talkgroup for exercises, or of its lease, is exercise.
    fn is_for_exercise(&self, one: &Decided) -> bool {
        let talkgroup = match (&one.scope, &one.event) {
            (Scope::Talkgroup(talkgroup), _) => talkgroup,
            (_, Event::Talkgroup(TalkgroupEvent::PoolLeaseChanged { talkgroup, .. })) => talkgroup,
            (_, Event::Talkgroup(TalkgroupEvent::PoolNearlyExhausted { exercise, .. })) => return *exercise,
            _ => return false,
        };
        let register = self.directory.talkgroups.as_ref();
        register.and_then(|register| register.groups.get(talkgroup)).is_some_and(|group| group.exercise)
    }

    /// The version of a stream that is no incident's before one more event; it is one higher after.
    pub(super) fn advance(&mut self, scope: &Scope, at: Timestamp) -> u64 {
        self.last_at.insert(scope.clone(), at);
        let version = self.versions.entry(scope.clone()).or_default();
        *version += 1;
        *version - 1
    }

    /// A release has two ends, by the hub's time and by a clock that does not jump: whichever comes first.
    pub(super) fn watch(&mut self, incident: IncidentId, event: &Event, at: Timestamp) {
        match event {
            Event::Release(ReleaseEvent::Granted { release, until, .. }) => {
                self.unwatched.push((*release, incident, *until, at));
            }
            Event::Release(ReleaseEvent::Ended { release, .. }) => {
                self.unwatched.retain(|(waiting, ..)| waiting != release);
                self.watched.remove(release);
            }
            _ => {}
        }
    }

    /// What was said on a talkgroup is another matter's from here.
    pub(super) fn forget_receipts(&mut self, event: &Event) {
        if let Event::Talkgroup(TalkgroupEvent::Cleared { talkgroup }) = event {
            self.message_receipts.remove(talkgroup);
        }
    }
}

/// Releases by the steady clock: of which incident, and when over.
pub(super) type Watched = BTreeMap<ReleaseId, (IncidentId, Timestamp)>;

struct Made {
    stored: crate::wire::stored::StoredEvent,
    at: Timestamp,
    version: u64,
}

/// Whether an incident that begins with this event is an exercise. Of one that is there already its state tells: a link between an
/// exercise and the real thing stands in both.
fn exercise_of(event: &Event) -> Option<bool> {
    match event {
        Event::IncidentReported { exercise, .. } => Some(*exercise),
        Event::Notice(NoticeEvent::Issued { exercise, amended: false, .. }) => Some(*exercise),
        _ => None,
    }
}

/// Takes an event into what is kept beside the rules' state.
pub(super) fn hold(
    shared: &mut Shared,
    numbers: &mut BTreeMap<(OrganisationId, ExternalNumber), IncidentId>,
    decided: &Decided,
    event: &pb::Event,
    entry: Entry,
    control: &internal::Control,
) {
    shared.standings.take_in(control, entry.position);
    shared.remember_content(event);
    shared.stamps.insert(decided.id, entry);
    shared.version += 1;
    if let (Event::ExternalNumberAdded(number), Some(incident)) = (&decided.event, decided.scope.incident()) {
        numbers.insert((decided.owner.clone(), number.clone()), incident);
    }
}
