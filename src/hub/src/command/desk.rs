//! The desk: decides every command against the state it holds, and says what to append. No task, no disk, no clock of its own.
//!
//! It runs ahead of the journal: its state already holds what it has asked to be appended. Answers leave only when the journal has it;
//! if the journal refuses, the desk is built anew from what is stored.

mod decide;
mod due;
mod store;

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr as _,
    sync::Arc,
};

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::Policy;
use samband_domain::{
    IncidentId, OrganisationId, Refusal, ReleaseId, Role, Scope, TalkgroupId, Timestamp, UnitId, command::Principal,
    directory::Directory, event::ExternalNumber, incident::apply, world::World,
};
use samband_journal::{Payload, Record, StreamAppend, StreamId};
use samband_proto::{internal, v1 as pb};

use super::{
    admit::{Admitted, rejected},
    incident::{Entry, Shared},
    receipts::Gathering,
    remembered::{Known, Remembered},
    said::Said,
    sight::Classes,
};
use crate::{
    keys::HubKeys,
    live::Nearby,
    wire::{
        from_proto::{command::Request, event::decided as from_event},
        refusal::Rejection,
        stored::StoredEvent,
    },
};

use decide::Ruling;
use store::{Watched, hold};

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
    nearby: Arc<dyn Nearby>,
    incidents: BTreeMap<IncidentId, Shared>,
    world: World,
    /// Of streams that are no incident's: their version, and the hub time of their newest event.
    versions: BTreeMap<Scope, u64>,
    last_at: BTreeMap<Scope, Timestamp>,
    numbers: BTreeMap<(OrganisationId, ExternalNumber), IncidentId>,
    remembered: Remembered,
    deadlines: BTreeSet<(Timestamp, IncidentId)>,
    scheduled: BTreeMap<IncidentId, Timestamp>,
    gathering: Gathering,
    /// Receipts for texts already stored or gathered: text, receiver, step; by talkgroup.
    message_receipts: BTreeMap<TalkgroupId, BTreeSet<(String, String, i32)>>,
    /// Releases whose end by the steady clock is not known yet, and those of which it is.
    unwatched: Vec<(ReleaseId, IncidentId, Timestamp, Timestamp)>,
    watched: Watched,
    steady: Timestamp,
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
    pub fn new(keys: HubKeys, directory: Arc<Directory>, policy: Arc<Policy>, nearby: Arc<dyn Nearby>) -> Self {
        Self {
            keys,
            directory,
            classes: Classes::new(policy),
            nearby,
            incidents: BTreeMap::new(),
            world: World::default(),
            versions: BTreeMap::new(),
            last_at: BTreeMap::new(),
            numbers: BTreeMap::new(),
            remembered: Remembered::default(),
            deadlines: BTreeSet::new(),
            scheduled: BTreeMap::new(),
            gathering: Gathering::default(),
            message_receipts: BTreeMap::new(),
            unwatched: Vec::new(),
            watched: Watched::new(),
            steady: Timestamp::default(),
            next_position: 1,
        }
    }

    /// Takes in a stored record. In order, all of them, before the first command.
    ///
    /// # Errors
    /// A record that is not readable.
    pub fn take_in(&mut self, record: &Record) -> Result<(), UnreadableRecord> {
        self.next_position = record.position.0 + 1;
        let scope = Scope::from_str(record.stream.as_str()).ok();
        let Payload::Present(payload) = &record.payload else {
            // Purged by decision: its content is gone, its place in the stream remains.
            match scope {
                Some(Scope::Incident(id)) => {
                    self.incidents.entry(id).or_insert_with(|| Shared::new(id)).version = record.version.0;
                }
                Some(scope) => _ = self.versions.insert(scope, record.version.0),
                None => {}
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
        self.world.take_in(&decided, at);
        let Some(id) = decided.scope.incident() else {
            self.advance(&decided.scope, at);
            self.forget_receipts(&decided.event);
            self.remember_receipts(&decided.scope, &event);
            return Ok(());
        };
        let shared = self.incidents.entry(id).or_insert_with(|| Shared::new(id));
        let entry = Entry { owner: decided.owner.clone(), stamp: undisclosed.stamp, position: record.position.0 };
        hold(shared, &mut self.numbers, &decided, &event, entry, &stored.control);
        apply(&mut shared.incident, &decided, at);
        self.watch(id, &decided.event, at);
        self.schedule(id);
        Ok(())
    }

    /// Decides an admitted command.
    pub fn submit(&mut self, admitted: &Admitted<Request>, now: Timestamp) -> Decision {
        let Some(unit) = &admitted.content().for_unit else { return self.submit_as(admitted, None, now) };
        match self.spoken_for(&admitted.principal().who, unit) {
            Ok(crew) => {
                let gateway = admitted.principal().who.organisation.clone();
                self.submit_as(&admitted.as_unit(crew), Some(gateway), now)
            }
            Err(refusal) => self.refuse(admitted, &Rejection::Rule(refusal)),
        }
    }

    /// The unit that a gateway speaks for, with the unit's own rights. One that does not exist and one that nobody delegated are the
    /// same answer.
    pub(super) fn spoken_for(&self, gateway: &Principal, unit: &UnitId) -> Result<Principal, Refusal> {
        if gateway.role != Role::Gateway {
            return Err(Refusal::NotPermitted { needed: "a gateway" });
        }
        let entry = self.directory.units.get(unit).filter(|_| self.directory.speaks_for(&gateway.organisation, unit));
        let organisation = entry.ok_or(Refusal::UnknownUnit)?.organisation.clone();
        Ok(Principal { organisation, role: Role::Unit, unit: Some(unit.clone()) })
    }

    fn submit_as(&mut self, admitted: &Admitted<Request>, gateway: Option<OrganisationId>, now: Timestamp) -> Decision {
        let request = admitted.content();
        let principal = admitted.principal().digest();
        match self.remembered.look_up(principal, &request.command_id, admitted.digest()) {
            Known::Same(outcome) => return Decision { appends: Vec::new(), outcome: first_answer(outcome) },
            Known::Other => return self.refuse(admitted, &Rejection::CommandIdReused),
            Known::New => {}
        }
        match self.decide(admitted, now) {
            Ok(ruling) => self.accept(admitted, ruling, gateway, now),
            Err(refusal) => self.refuse(admitted, &Rejection::Rule(refusal)),
        }
    }

    fn refuse(&self, admitted: &Admitted<Request>, rejection: &Rejection) -> Decision {
        let outcome = rejected(Some(&admitted.content().command_id), rejection, admitted.dropped());
        Decision { appends: Vec::new(), outcome }
    }

    fn accept(
        &mut self,
        admitted: &Admitted<Request>,
        ruling: Ruling,
        gateway: Option<OrganisationId>,
        now: Timestamp,
    ) -> Decision {
        let Ruling { decided, accepted, clock_doubtful, located } = ruling;
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
            gateway: gateway.as_ref(),
            receipts: Vec::new(),
            located,
        };
        let appends = self.record(decided, &said, &sharing, now, Some(stamp));
        Decision { appends, outcome }
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

    /// Incidents held, for the operator's metrics.
    pub fn incidents(&self) -> usize {
        self.incidents.len()
    }
}

fn first_answer(outcome: Bytes) -> pb::Outcome {
    pb::Outcome::decode(outcome).unwrap_or_default()
}
