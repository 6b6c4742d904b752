//! Puts a command to the rules, with everything they ask for.

use samband_disclosure::Viewer;
use samband_domain::{
    EventId, IncidentId, OrganisationId, Refusal, Role, Scope, Timestamp, UnitId,
    command::{Command, Context, Principal},
    decide,
    emergency::EmergencyCommand,
    event::{Decided, Event},
    notice::NoticeCommand,
    talkgroup::TalkgroupCommand,
    unit::UnitCommand,
};
use samband_proto::v1::{self as pb, command::Body};

use super::Desk;
use crate::{
    command::{admit::Admitted, incident::Shared, record::Sharing, said::accepted, sight::IncidentSight},
    wire::from_proto::command::Request,
};

/// More of the nearest units than a rule names: some of them may not be told.
const NEAREST_ASKED: usize = 32;

/// What the rules say to a command that is accepted.
pub(super) struct Ruling {
    pub(super) decided: Vec<Decided>,
    pub(super) accepted: pb::Accepted,
    /// The sender's own time cannot be believed.
    pub(super) clock_doubtful: bool,
    /// Where the unit in distress is.
    pub(super) located: Option<(pb::GeoPoint, Timestamp)>,
}

impl Desk {
    pub(super) fn decide(&self, admitted: &Admitted<Request>, now: Timestamp) -> Result<Ruling, Refusal> {
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
        let located = self.whereabouts(request, who, now);
        let mut ctx = Context {
            now,
            pressed_at: request.pressed_at,
            principal: who,
            directory: &self.directory,
            sight: &sight,
            world: &self.world,
            nearest: self.nearest(located.as_ref()),
            ids: &mut ids,
        };
        decide::permitted(&request.command, &ctx)?;
        let decided = self.by_command(request, shared, &sight, &mut ctx)?;
        let since = incident.incident.reported_at;
        let clock_doubtful = ctx.pressed_at.is_some() && ctx.believable_press(since).is_none();
        let mut accepted = accepted(&decided, who);
        self.add_notices(request, who, &mut accepted);
        Ok(Ruling { accepted, decided, clock_doubtful, located })
    }

    fn by_command(
        &self,
        request: &Request,
        shared: Result<&Shared, Refusal>,
        sight: &IncidentSight<'_>,
        ctx: &mut Context<'_>,
    ) -> Result<Vec<Decided>, Refusal> {
        let who = ctx.principal;
        match &request.command {
            Command::ReportIncident { types, exercise, numbers, facts } => {
                for number in numbers {
                    if let Some(incident) = self.numbers.get(&(who.organisation.clone(), number.clone())) {
                        return Err(Refusal::AlreadyReported { incident: *incident });
                    }
                }
                let id = IncidentId((ctx.ids)());
                Ok(decide::report_incident(id, types, *exercise, numbers, facts, ctx))
            }
            Command::Notice(NoticeCommand::Issue(new)) => {
                let id = IncidentId((ctx.ids)());
                decide::issue_advance_notice(id, new, ctx)
            }
            Command::Emergency(EmergencyCommand::Raise { unit }) => {
                let incident = shared.ok().map(|shared| &shared.incident);
                decide::raise_emergency(incident, unit.as_ref(), ctx)
            }
            Command::Unit(command) => {
                let on = self.incidents_of(unit_of(command, who));
                let on: Vec<_> = on.iter().map(|shared| &shared.incident).collect();
                decide::elsewhere(&request.command, &on, ctx)
            }
            Command::Talkgroup(TalkgroupCommand::Send { .. } | TalkgroupCommand::Confirm { .. }) => {
                decide::elsewhere(&request.command, &[], ctx)
            }
            Command::LinkIncident { other, kind, unlink } => {
                let shared = shared?;
                let other = self.visible(*other, who)?;
                decide::link_both(&shared.incident, &other.incident, *kind, *unlink, ctx)
            }
            Command::AddExternalNumber(number) => {
                let shared = shared?;
                match self.numbers.get(&(who.organisation.clone(), number.clone())) {
                    Some(incident) => Err(Refusal::AlreadyReported { incident: *incident }),
                    None => decide::decide(&shared.incident, &request.command, ctx),
                }
            }
            command => {
                let shared = shared?;
                unseen_references(command, who, sight)?;
                decide::decide(&shared.incident, command, ctx)
            }
        }
    }

    /// Incidents, not closed, that a unit is on.
    pub(super) fn incidents_of(&self, unit: Option<&UnitId>) -> Vec<&Shared> {
        let Some(unit) = unit else { return Vec::new() };
        self.incidents.values().filter(|shared| shared.incident.units.contains_key(unit)).collect()
    }

    /// Where the unit in distress is: as the sender says, or where it was last.
    fn whereabouts(&self, request: &Request, who: &Principal, now: Timestamp) -> Option<(pb::GeoPoint, Timestamp)> {
        let Body::RaiseEmergency(raise) = &request.content else { return None };
        if let Some(point) = raise.location {
            return Some((point, now));
        }
        let unit = match &request.command {
            Command::Emergency(EmergencyCommand::Raise { unit }) => unit.as_ref().or(who.unit.as_ref()),
            _ => None,
        };
        // Whose unit it is has not been asked yet: another's location is not to be looked up.
        let unit = unit.filter(|unit| self.directory.owns(&who.organisation, unit))?;
        let (latitude, longitude, at) = self.nearby.location(unit)?;
        let point = pb::GeoPoint { latitude: Some(latitude), longitude: Some(longitude), accuracy_m: None };
        Some((point, at))
    }

    fn nearest(&self, located: Option<&(pb::GeoPoint, Timestamp)>) -> Vec<UnitId> {
        let place = located.and_then(|(point, _)| point.latitude.zip(point.longitude));
        place.map(|(north, east)| self.nearby.nearest(north, east, NEAREST_ASKED)).unwrap_or_default()
    }

    /// What the sender should know that no event says.
    fn add_notices(&self, request: &Request, who: &Principal, accepted: &mut pb::Accepted) {
        match &request.content {
            // The same answer whoever is involved: it tells nothing of that.
            Body::RequestResource(ask) if !ask.to_organisations.is_empty() => {
                let may = self.directory.organisation(&who.organisation).is_some_and(|known| known.alarm_right);
                if !may {
                    accepted.notices.push("needs_alarm_right_to_draw_in".into());
                }
            }
            Body::RaiseEmergency(_) if request.incident.map(|id| id.to_string()) != accepted.incident_id => {
                accepted.notices.push("own_incident".into());
            }
            _ => {}
        }
    }

    /// The incident, if the sender is reached by anything of it: "does not exist" and "not for you" are the same answer.
    pub(super) fn visible(&self, id: IncidentId, who: &Principal) -> Result<&Shared, Refusal> {
        let shared = self.incidents.get(&id).ok_or(Refusal::NotFound)?;
        let viewer = Viewer { organisation: who.organisation.clone(), role: who.role };
        if self.classes.sees_incident(&viewer, shared) { Ok(shared) } else { Err(Refusal::NotFound) }
    }

    /// A link tells of another incident: where somebody is reached by the one and not by the other, it stays at the desk.
    pub(super) fn sharing(&self, request: &Request, decided: &[Decided]) -> Sharing {
        let mut sharing = Sharing { raise: request.raise, share_with: request.share_with.clone() };
        let [Decided { scope: Scope::Incident(one), event: Event::IncidentLinked { other, .. }, .. }, ..] = decided
        else {
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
}

/// Which unit a command about a unit's own state is about.
fn unit_of<'a>(command: &'a UnitCommand, who: &'a Principal) -> Option<&'a UnitId> {
    match command {
        UnitCommand::ReportState { unit, .. } | UnitCommand::SignOff { unit } => unit.as_ref().or(who.unit.as_ref()),
        UnitCommand::SetCovert { unit, .. } => Some(unit),
    }
}

/// What is hidden from the compiler cannot be referred to; it is not there.
fn unseen_references(command: &Command, who: &Principal, sight: &IncidentSight<'_>) -> Result<(), Refusal> {
    use samband_domain::{Involvement, command::Sight as _};
    let Command::IssueTotalInformation { references, .. } = command else { return Ok(()) };
    let seen = |event: &EventId| sight.sees_event(&who.organisation, Involvement::None, *event);
    if references.iter().all(seen) { Ok(()) } else { Err(Refusal::NotFound) }
}
