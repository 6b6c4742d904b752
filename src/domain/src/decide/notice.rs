//! Advance notices: issued, amended, withdrawn, expired, or turned into the incident they foretold.

use crate::{
    IncidentId, Involvement, OrganisationId, Refusal,
    command::{Command, Context},
    event::{Cause, Decided, Event},
    incident::Incident,
    notice::{EndCause, NewNotice, Notice, NoticeCommand, NoticeEvent},
};

use super::{hub, own, plain, raise_involvement};

/// A new one. Who issues it leads what it may become.
///
/// # Errors
/// An organisation that does not exist, or the sender itself among those named; a time that has passed.
pub fn issue(id: IncidentId, new: &NewNotice, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    super::permitted(&Command::Notice(NoticeCommand::Issue(new.clone())), ctx)?;
    can_be(new, ctx)?;
    let incident = Incident::new(id);
    let mut events = super::desk::lead_from_start(&incident, ctx);
    events.extend(near(&incident, new, ctx));
    events.push(own(&incident, ctx, issued(new, false)));
    super::desk::state_all(&incident, &new.facts, &mut events, ctx);
    Ok(events)
}

fn issued(new: &NewNotice, amended: bool) -> Event {
    let (types, valid_until, exercise) = (new.types.clone(), new.valid_until, new.exercise);
    Event::Notice(NoticeEvent::Issued { types, valid_until, exercise, amended })
}

fn can_be(new: &NewNotice, ctx: &Context<'_>) -> Result<(), Refusal> {
    if new.organisations.iter().any(|organisation| ctx.directory.organisation(organisation).is_none()) {
        return Err(Refusal::UnknownOrganisation);
    }
    if new.organisations.contains(&ctx.principal.organisation) {
        return Err(Refusal::OwnInvolvement);
    }
    if new.valid_until <= ctx.now.max(new.valid_from.unwrap_or_default()) {
        return Err(Refusal::WrongStage { subject: "valid_until", stage: "past, or before valid_from" });
    }
    Ok(())
}

fn near(incident: &Incident, new: &NewNotice, ctx: &mut Context<'_>) -> Vec<Decided> {
    let raise = |organisation: &OrganisationId| {
        raise_involvement(incident, ctx, organisation, Involvement::Near, Cause::AdvanceNotice, None)
    };
    new.organisations.iter().filter_map(raise).collect()
}

pub(super) fn decide(
    incident: &Incident,
    command: &NoticeCommand,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let notice = incident.notice.as_ref().ok_or(Refusal::NothingToDo)?;
    super::desk::require_lead(incident, ctx)?;
    match command {
        NoticeCommand::Issue(_) => Err(Refusal::NothingToDo),
        NoticeCommand::Amend(new) => {
            can_be(new, ctx)?;
            // Amended first: who is drawn in by it gets what is in force, and not what was.
            let mut events = vec![own(incident, ctx, issued(new, true))];
            events.extend(near(incident, new, ctx));
            Ok(events)
        }
        NoticeCommand::Withdraw { reason_given: false } => Err(Refusal::ReasonMissing),
        NoticeCommand::Withdraw { .. } => {
            super::one(incident, ctx, Event::Notice(NoticeEvent::Ended { cause: EndCause::Withdrawn }))
        }
        NoticeCommand::Convert { types } => convert(incident, notice, types, ctx),
    }
}

/// Also one that has expired: what was foretold may come late.
fn convert(
    incident: &Incident,
    notice: &Notice,
    types: &[String],
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    if notice.ended == Some(EndCause::Withdrawn) {
        return Err(Refusal::WrongStage { subject: "the notice", stage: "withdrawn" });
    }
    let types = if types.is_empty() { incident.types.clone() } else { types.to_vec() };
    let ended = plain(incident, ctx, Event::Notice(NoticeEvent::Ended { cause: EndCause::Converted }));
    let reported = plain(incident, ctx, Event::IncidentReported { types, exercise: incident.exercise });
    Ok(vec![ended, reported])
}

/// Its time is up.
pub(super) fn expire(incident: &Incident, ctx: &mut Context<'_>) -> Option<Decided> {
    let due = incident.notice.as_ref().is_some_and(|notice| notice.ended.is_none() && notice.valid_until <= ctx.now);
    let owner = incident.reported_by.clone().filter(|_| due)?;
    Some(hub(incident, ctx, &owner, Event::Notice(NoticeEvent::Ended { cause: EndCause::Expired })))
}
