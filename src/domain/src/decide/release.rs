//! Releases: asked for by the viewer, granted or refused by the owner as its own decisions allow, ended by time or by the owner.

use crate::{
    Level, Refusal, ReleaseId, RequestId, Role,
    command::Context,
    event::{Decided, Event},
    incident::Incident,
    notice::EndCause,
    release::{Receiver, Release, ReleaseCommand, ReleaseEvent, ReleaseRequest, ReleaseTerm},
};

use super::{hub, one, own};

pub(super) fn decide(
    incident: &Incident,
    command: &ReleaseCommand,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    match command {
        ReleaseCommand::Request { .. } => request(incident, command, ctx),
        ReleaseCommand::Grant { .. } => grant(incident, command, ctx),
        ReleaseCommand::Refuse { request, reason_given } => {
            asked_of_sender(incident, *request, ctx)?;
            if !reason_given {
                return Err(Refusal::ReasonMissing);
            }
            one(incident, ctx, Event::Release(ReleaseEvent::Refused { request: *request }))
        }
        ReleaseCommand::Revoke { release, reason_given } => {
            let own = |granted: &&Release| granted.owner == ctx.principal.organisation;
            let granted = incident.releases.get(release).filter(own).ok_or(Refusal::NotFound)?;
            if granted.ended {
                return Err(Refusal::WrongStage { subject: "the release", stage: "ended" });
            }
            if !reason_given {
                return Err(Refusal::ReasonMissing);
            }
            let (request, cause) = (granted.request, EndCause::Withdrawn);
            let ended = ReleaseEvent::Ended { release: *release, request, cause };
            one(incident, ctx, Event::Release(ended))
        }
    }
}

/// Anybody may ask an owner for anything: the answer is the owner's, and the question tells nothing of what there is.
fn request(incident: &Incident, command: &ReleaseCommand, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let ReleaseCommand::Request { owner, marking, level, role } = command else { return Err(Refusal::NothingToDo) };
    if ctx.directory.organisation(owner).is_none() {
        return Err(Refusal::UnknownOrganisation);
    }
    let organisation = ctx.principal.organisation.clone();
    let role = role.unwrap_or(ctx.principal.role);
    let same = |asked: &ReleaseRequest| {
        !asked.answered
            && (&asked.owner, asked.marking) == (owner, *marking)
            && (&asked.asker.organisation, asked.asker.role) == (&organisation, role)
    };
    if *owner == organisation || incident.release_requests.values().any(same) {
        return Err(Refusal::NothingToDo);
    }
    let (request, owner) = (RequestId((ctx.ids)()), owner.clone());
    let (marking, level) = (*marking, *level);
    one(incident, ctx, Event::Release(ReleaseEvent::Requested { request, owner, marking, level, role }))
}

/// The open request, if it was put to the sender's organisation.
fn asked_of_sender<'a>(
    incident: &'a Incident,
    id: RequestId,
    ctx: &Context<'_>,
) -> Result<&'a ReleaseRequest, Refusal> {
    let of_sender = |asked: &&ReleaseRequest| asked.owner == ctx.principal.organisation;
    let asked = incident.release_requests.get(&id).filter(of_sender).ok_or(Refusal::NotFound)?;
    if asked.answered { Err(Refusal::WrongStage { subject: "the request", stage: "answered" }) } else { Ok(asked) }
}

/// What the request says, narrowed by what the command says. The owner's own decision is the outer bound.
fn grant(incident: &Incident, command: &ReleaseCommand, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let ReleaseCommand::Grant { request, ground, reason_given, from_start, minutes, one_person, .. } = command else {
        return Err(Refusal::NothingToDo);
    };
    let asked = request.map(|id| asked_of_sender(incident, id, ctx)).transpose()?;
    let Wanted { marking, level, to } = wanted(command, asked, *one_person, ctx)?;
    let Some(ground) = ground.as_deref() else { return Err(Refusal::GroundExcluded) };
    let owner = ctx.principal.organisation.clone();
    let terms = ctx.sight.release_terms(&owner, ctx.principal.role, marking, &to.organisation, to.role);
    let level_fits: Vec<_> = terms.into_iter().filter(|term| level <= term.highest).collect();
    if level_fits.is_empty() || level <= Level::Hidden {
        return Err(Refusal::ReleaseNotDecided);
    }
    let opens = ctx.sight.ground_opens(ground, marking, &to.organisation);
    let by_ground: Vec<&ReleaseTerm> =
        level_fits.iter().filter(|term| opens && term.grounds.contains(ground)).collect();
    let Some(longest) = by_ground.iter().map(|term| term.max_minutes).max() else {
        return Err(Refusal::GroundExcluded);
    };
    let minutes = minutes.unwrap_or(longest);
    if minutes == 0 || minutes > longest {
        return Err(Refusal::ReleaseTooLong { minutes: longest });
    }
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    let until = ctx.now.plus_seconds(minutes.saturating_mul(60));
    let granted = ReleaseEvent::Granted {
        release: ReleaseId((ctx.ids)()),
        request: *request,
        marking,
        level,
        to,
        ground: ground.into(),
        from_start: *from_start,
        until,
    };
    Ok(vec![own(incident, ctx, Event::Release(granted))])
}

struct Wanted {
    marking: crate::release::MarkingNumber,
    level: Level,
    to: Receiver,
}

fn wanted(
    command: &ReleaseCommand,
    asked: Option<&ReleaseRequest>,
    one_person: bool,
    ctx: &Context<'_>,
) -> Result<Wanted, Refusal> {
    let ReleaseCommand::Grant { marking, level, organisation, role, .. } = command else {
        return Err(Refusal::NothingToDo);
    };
    let marking = marking.or(asked.map(|asked| asked.marking)).ok_or(Refusal::ReleaseNotDecided)?;
    let level = level.or(asked.map(|asked| asked.level)).unwrap_or(Level::Full);
    let organisation = organisation.clone().or(asked.map(|asked| asked.asker.organisation.clone()));
    let organisation = organisation.ok_or(Refusal::UnknownOrganisation)?;
    let role: Role = role.or(asked.map(|asked| asked.asker.role)).ok_or(Refusal::ReleaseNotDecided)?;
    if ctx.directory.organisation(&organisation).is_none() {
        return Err(Refusal::UnknownOrganisation);
    }
    // An answer to a request gives what was asked, to who asked, or less.
    let narrower = asked.is_none_or(|asked| {
        asked.marking == marking && asked.asker.organisation == organisation && level <= asked.level
    });
    if !narrower || organisation == ctx.principal.organisation {
        return Err(Refusal::ReleaseNotDecided);
    }
    Ok(Wanted { marking, level, to: Receiver { organisation, role, one_person } })
}

/// A release whose time is up ends with an event, once.
pub(super) fn expire(incident: &Incident, id: ReleaseId, ctx: &mut Context<'_>) -> Option<Decided> {
    let granted = incident.releases.get(&id).filter(|granted| !granted.ended)?;
    let owner = granted.owner.clone();
    let (request, cause) = (granted.request, EndCause::Expired);
    let event = Event::Release(ReleaseEvent::Ended { release: id, request, cause });
    Some(hub(incident, ctx, &owner, event))
}
