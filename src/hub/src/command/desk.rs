//! The desk: decides every command against the state it holds, and says what to append. No task, no disk, no clock of its own.
//!
//! It runs ahead of the journal: its state already holds what it has asked to be appended. Answers leave only when the journal has it;
//! if the journal refuses, the desk is built anew from what is stored.

mod due;

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr as _,
    sync::Arc,
};

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::{Policy, Viewer};
use samband_domain::{
    EventId, IncidentId, OrganisationId, Refusal, Role, Timestamp,
    command::{Command, Context, Principal},
    decide,
    directory::Directory,
    event::{Decided, Event, ExternalNumber},
    incident::apply,
};
use samband_journal::{NewEvent, Payload, Record, StreamAppend, StreamId, Version};
use samband_proto::{internal, v1 as pb};

use super::{
    admit::{Admitted, rejected},
    incident::{Entry, Shared},
    receipts::Gathering,
    record::{self, Changes, Sharing},
    remembered::{Known, Remembered},
    said::{Said, accepted},
    sight::{Classes, IncidentSight},
};
use crate::{
    keys::HubKeys,
    wire::{
        from_proto::{command::Request, event::decided as from_event},
        refusal::Rejection,
        stored::StoredEvent,
    },
};

/// What a command leads to: records to append, and the answer to give when they are durable.
#[derive(Debug)]
pub struct Decision {
    /// Atomic over its streams. Empty: nothing is stored, but the answer waits for what was decided before it.
    pub appends: Vec<StreamAppend>,
    /// For the sender.
    pub outcome: pb::Outcome,
}

/// All state that commands are decided against.
pub struct Desk {
    keys: HubKeys,
    directory: Arc<Directory>,
    classes: Classes,
    incidents: BTreeMap<IncidentId, Shared>,
    numbers: BTreeMap<(OrganisationId, ExternalNumber), IncidentId>,
    remembered: Remembered,
    deadlines: BTreeSet<(Timestamp, IncidentId)>,
    scheduled: BTreeMap<IncidentId, Timestamp>,
    gathering: Gathering,
    next_position: u64,
}

/// A record that the journal holds and this hub cannot read: it does not start on half of the truth.
#[derive(Debug, thiserror::Error)]
#[error("record {position} of stream {stream} is not one this hub can read")]
pub struct UnreadableRecord {
    position: u64,
    stream: StreamId,
}

impl Desk {
    /// With nothing stored.
    pub fn new(keys: HubKeys, directory: Arc<Directory>, policy: Arc<Policy>) -> Self {
        Self {
            keys,
            directory,
            classes: Classes::new(policy),
            incidents: BTreeMap::new(),
            numbers: BTreeMap::new(),
            remembered: Remembered::default(),
            deadlines: BTreeSet::new(),
            scheduled: BTreeMap::new(),
            gathering: Gathering::default(),
            next_position: 1,
        }
    }

    /// Takes in a stored record. In order, all of them, before the first command.
    ///
    /// # Errors
    /// A record that is not readable.
    pub fn take_in(&mut self, record: &Record) -> Result<(), UnreadableRecord> {
        self.next_position = record.position.0 + 1;
        let Payload::Present(payload) = &record.payload else {
            // Purged by decision: its content is gone, its place in the stream remains.
            if let Ok(id) = IncidentId::from_str(record.stream.id()) {
                self.incidents.entry(id).or_insert_with(|| Shared::new(id)).version = record.version.0;
            }
            return Ok(());
        };
        let unreadable = || UnreadableRecord { position: record.position.0, stream: record.stream.clone() };
        let stored = StoredEvent::read(payload).ok_or_else(unreadable)?;
        if let Some(stamp) = &stored.control.command {
            self.remembered.take_in(stamp);
        }
        if stored.control.owner.is_none() {
            return Ok(());
        }
        let event = pb::Event::decode(stored.event.clone()).map_err(|_| unreadable())?;
        let (decided, at) = from_event(&event).ok_or_else(unreadable)?;
        let undisclosed = stored.undisclosed(record.position.0).ok_or_else(unreadable)?;
        let shared = self.incidents.entry(decided.incident).or_insert_with(|| Shared::new(decided.incident));
        let entry = Entry { owner: decided.owner.clone(), stamp: undisclosed.stamp, position: record.position.0 };
        hold(shared, &mut self.numbers, &decided, &event, entry, &stored.control);
        apply(&mut shared.incident, &decided, at);
        self.schedule(decided.incident);
        Ok(())
    }

    /// Decides an admitted command.
    pub fn submit(&mut self, admitted: &Admitted<Request>, now: Timestamp) -> Decision {
        let request = admitted.content();
        let principal = admitted.principal().digest();
        match self.remembered.look_up(principal, &request.command_id, admitted.digest()) {
            Known::Same(outcome) => return Decision { appends: Vec::new(), outcome: first_answer(outcome) },
            Known::Other => return self.refuse(admitted, &Rejection::CommandIdReused),
            Known::New => {}
        }
        match self.decide(admitted, now) {
            Ok(ruling) => self.accept(admitted, ruling, now),
            Err(refusal) => self.refuse(admitted, &Rejection::Rule(refusal)),
        }
    }

    fn refuse(&self, admitted: &Admitted<Request>, rejection: &Rejection) -> Decision {
        let outcome = rejected(Some(&admitted.content().command_id), rejection, admitted.dropped());
        Decision { appends: Vec::new(), outcome }
    }

    fn decide(&self, admitted: &Admitted<Request>, now: Timestamp) -> Result<Ruling, Refusal> {
        let request = admitted.content();
        let who = &admitted.principal().who;
        let digest = admitted.principal().digest();
        let mut index = 0;
        let mut ids = || {
            index += 1;
            self.keys.id(&[b"command", &digest, request.command_id.as_bytes()], index)
        };
        let absent;
        let shared = match request.incident {
            Some(id) => self.visible(id, who),
            None => Err(Refusal::NotFound),
        };
        let (incident, now) = match &shared {
            Ok(shared) => (*shared, now.max(shared.incident.last_at)),
            Err(_) => {
                absent = Shared::new(IncidentId([0; 16]));
                (&absent, now)
            }
        };
        let sight = IncidentSight { classes: &self.classes, incident };
        let mut ctx = Context {
            now,
            pressed_at: request.pressed_at,
            principal: who,
            directory: &self.directory,
            sight: &sight,
            ids: &mut ids,
        };
        decide::permitted(&request.command, &ctx)?;
        let decided = match &request.command {
            Command::ReportIncident { types, exercise, numbers, facts } => {
                for number in numbers {
                    if let Some(incident) = self.numbers.get(&(who.organisation.clone(), number.clone())) {
                        return Err(Refusal::AlreadyReported { incident: *incident });
                    }
                }
                let id = IncidentId((ctx.ids)());
                decide::report_incident(id, types, *exercise, numbers, facts, &mut ctx)
            }
            Command::LinkIncident { other, kind, unlink } => {
                let shared = shared?;
                let other = self.visible(*other, who)?;
                decide::link_both(&shared.incident, &other.incident, *kind, *unlink, &mut ctx)?
            }
            Command::AddExternalNumber(number) => {
                let shared = shared?;
                match self.numbers.get(&(who.organisation.clone(), number.clone())) {
                    Some(incident) => return Err(Refusal::AlreadyReported { incident: *incident }),
                    None => decide::decide(&shared.incident, &request.command, &mut ctx)?,
                }
            }
            command => {
                let shared = shared?;
                unseen_references(command, who, &sight)?;
                decide::decide(&shared.incident, command, &mut ctx)?
            }
        };
        let since = incident.incident.reported_at;
        let clock_doubtful = ctx.pressed_at.is_some() && ctx.believable_press(since).is_none();
        Ok(Ruling { accepted: accepted(&decided, who), decided, clock_doubtful })
    }

    /// The incident, if the sender is reached by anything of it: "does not exist" and "not for you" are the same answer.
    fn visible(&self, id: IncidentId, who: &Principal) -> Result<&Shared, Refusal> {
        let shared = self.incidents.get(&id).ok_or(Refusal::NotFound)?;
        let viewer = Viewer { organisation: who.organisation.clone(), role: who.role };
        if self.classes.sees_incident(&viewer, shared) { Ok(shared) } else { Err(Refusal::NotFound) }
    }

    fn accept(
        &mut self,
        admitted: &Admitted<Request>,
        Ruling { decided, accepted, clock_doubtful }: Ruling,
        now: Timestamp,
    ) -> Decision {
        let request = admitted.content();
        let outcome = pb::Outcome {
            command_id: Some(request.command_id.clone()),
            result: Some(pb::outcome::Result::Accepted(accepted)),
            dropped_fields: (admitted.dropped() > 0).then_some(admitted.dropped()),
        };
        let stamp = internal::CommandStamp {
            principal: Some(admitted.principal().digest().to_vec().into()),
            command_id: Some(request.command_id.clone()),
            content: Some(admitted.digest().to_vec().into()),
            outcome: Some(outcome.encode_to_vec().into()),
        };
        self.remembered.take_in(&stamp);
        let sharing = self.sharing(request, &decided);
        let said = Said {
            content: Some(&request.content),
            pressed_at: request.pressed_at,
            clock_doubtful,
            principal: Some(&admitted.principal().who),
            person: request.person.as_deref(),
            receipts: Vec::new(),
        };
        let appends = self.record(decided, &said, &sharing, now, Some(stamp));
        Decision { appends, outcome }
    }

    /// A link tells of another incident: where somebody is reached by the one and not by the other, it stays at the desk.
    fn sharing(&self, request: &Request, decided: &[Decided]) -> Sharing {
        let mut sharing = Sharing { raise: request.raise, share_with: request.share_with.clone() };
        let [Decided { incident: one, event: Event::IncidentLinked { other, .. }, .. }, ..] = decided else {
            return sharing;
        };
        let (Some(one), Some(other)) = (self.incidents.get(one), self.incidents.get(other)) else { return sharing };
        let reaches = |incident: &Shared, organisation: &OrganisationId, role| {
            self.classes.sees_incident(&Viewer { organisation: organisation.clone(), role }, incident)
        };
        let differs = |organisation| {
            Role::ALL.into_iter().any(|role| reaches(one, organisation, role) != reaches(other, organisation, role))
        };
        let narrow = self.directory.organisations.keys().any(differs);
        // No raising of the author's own is as narrow.
        if narrow {
            sharing.raise = Some(pb::Marking::Desk);
        }
        sharing
    }

    /// Encodes what was decided, takes it into the state and lists it by stream.
    fn record(
        &mut self,
        decided: Vec<Decided>,
        said: &Said<'_>,
        sharing: &Sharing,
        now: Timestamp,
        mut stamp: Option<internal::CommandStamp>,
    ) -> Vec<StreamAppend> {
        let mut appends: Vec<StreamAppend> = Vec::new();
        let reported = decided.iter().find_map(|one| match &one.event {
            Event::IncidentReported { exercise, .. } => Some(*exercise),
            _ => None,
        });
        for one in decided {
            let Ok(stream) = StreamId::new(&format!("incident/{}", one.incident)) else { continue };
            let shared = self.incidents.entry(one.incident).or_insert_with(|| Shared::new(one.incident));
            let now = now.max(shared.incident.last_at);
            // Of this incident: a link between an exercise and the real thing stands in both.
            let exercise = reported.unwrap_or(shared.incident.exercise);
            let event = said.event(&one, shared, &self.directory, exercise, now);
            let version = shared.version;
            let before = record::touches_alarms(&one.event).then(|| record::waiting(&shared.incident));
            apply(&mut shared.incident, &one, now);
            let after = before.is_some().then(|| record::waiting(&shared.incident));
            let changes = Changes::between(&before.unwrap_or_default(), &after.unwrap_or_default());
            // What the hub makes of a raised command is about everybody's alarm, not the author's secret.
            let sharing = if one.by_hub { Sharing::default() } else { sharing.clone() };
            let (mut stored, event_stamp) = record::make(&one, &event, &sharing, &shared.stamps, changes);
            stored.control.command = stamp.take();
            let entry = Entry { owner: one.owner.clone(), stamp: event_stamp, position: self.next_position };
            self.next_position += 1;
            hold(shared, &mut self.numbers, &one, &event, entry, &stored.control);
            let new = NewEvent { id: samband_journal::EventId(one.id.0), at_ms: now.0, payload: stored.payload() };
            match appends.iter_mut().find(|append| append.stream == stream) {
                Some(append) => append.events.push(new),
                None => appends.push(StreamAppend { stream, expected: Version(version), events: vec![new] }),
            }
            self.schedule(one.incident);
        }
        appends
    }

    fn schedule(&mut self, id: IncidentId) {
        let next = self.incidents.get(&id).and_then(|shared| shared.incident.next_deadline());
        let before = match next {
            Some(at) => self.scheduled.insert(id, at),
            None => self.scheduled.remove(&id),
        };
        if before != next {
            self.deadlines.extend(next.map(|at| (at, id)));
            if let Some(before) = before {
                self.deadlines.remove(&(before, id));
            }
        }
    }

    /// When something is due by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        let deadline = self.deadlines.first().map(|(at, _)| *at);
        deadline.into_iter().chain(self.gathering.next_due()).min()
    }

    /// Incidents held, for the operator's metrics.
    pub fn incidents(&self) -> usize {
        self.incidents.len()
    }
}

/// What the rules say to a command that is accepted.
struct Ruling {
    decided: Vec<Decided>,
    accepted: pb::Accepted,
    /// The sender's own time cannot be believed.
    clock_doubtful: bool,
}

/// Takes an event into what is kept beside the rules' state.
fn hold(
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
    if let Event::ExternalNumberAdded(number) = &decided.event {
        numbers.insert((decided.owner.clone(), number.clone()), decided.incident);
    }
}

/// What is hidden from the compiler cannot be referred to; it is not there.
fn unseen_references(command: &Command, who: &Principal, sight: &IncidentSight<'_>) -> Result<(), Refusal> {
    use samband_domain::{Involvement, command::Sight as _};
    let Command::IssueTotalInformation { references, .. } = command else { return Ok(()) };
    let seen = |event: &EventId| sight.sees_event(&who.organisation, Involvement::None, *event);
    if references.iter().all(seen) { Ok(()) } else { Err(Refusal::NotFound) }
}

fn first_answer(outcome: Bytes) -> pb::Outcome {
    pb::Outcome::decode(outcome).unwrap_or_default()
}
