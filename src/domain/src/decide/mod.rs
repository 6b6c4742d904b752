//! What a command leads to. Each function refuses or lists events; none changes anything.

mod alarm;
mod answer;
mod deadline;
mod desk;
mod emergency;
mod media;
mod notice;
mod reasons;
mod release;
mod report;
mod resource;
mod talkgroup;
mod total;
mod unit;

use crate::{
    AlarmId, EventId, Involvement, OrganisationId, Refusal, Role, Scope,
    alarm::Alarm,
    command::{Command, Context, PlanChoice},
    emergency::EmergencyCommand,
    event::{Decided, Event},
    incident::Incident,
    notice::NoticeCommand,
    talkgroup::TalkgroupCommand,
    unit::UnitCommand,
};

pub use deadline::{Passing, pass, passed};
pub use desk::{link_both, report as report_incident};
pub use emergency::raise as raise_emergency;
pub use notice::issue as issue_advance_notice;
pub use talkgroup::{idle, remind};
pub use unit::record_location;

/// Decides a command on an incident that exists and that the sender sees.
///
/// # Errors
/// The refusal with the lowest precedence number of those that apply.
pub fn decide(incident: &Incident, command: &Command, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    permitted(command, ctx)?;
    let decided = by_kind(incident, command, ctx);
    let stage = match (incident.closed, &incident.notice) {
        (true, _) if !allowed_when_closed(command) => Some(Refusal::IncidentClosed),
        (_, Some(_)) if !allowed_in_notice(command) => Some(Refusal::AdvanceNotice),
        _ => None,
    };
    match stage {
        // What is not permitted or not there is said first, also of a closed incident.
        Some(stage) => Err(decided.err().map_or(stage.clone(), |refusal| refusal.min(stage))),
        None => decided,
    }
}

/// Decides a command that belongs to no incident. `on`: the incidents that the unit it names is on.
///
/// # Errors
/// The refusal with the lowest precedence number of those that apply.
pub fn elsewhere(command: &Command, on: &[&Incident], ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    permitted(command, ctx)?;
    match command {
        Command::Talkgroup(command) => talkgroup::elsewhere(command, ctx),
        Command::Unit(command) => unit::decide(command, on, ctx),
        _ => Err(Refusal::NotFound),
    }
}

fn by_kind(incident: &Incident, command: &Command, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    match command {
        Command::ReportIncident { .. } | Command::LinkIncident { .. } => Err(Refusal::NothingToDo),
        Command::StateFact(fact) => desk::state_fact(incident, fact, ctx),
        Command::AddNote => one(incident, ctx, Event::NoteAdded),
        Command::AddExternalNumber(number) => one(incident, ctx, Event::ExternalNumberAdded(number.clone())),
        Command::ClaimDesk { desk } => desk::claim(incident, desk, ctx),
        Command::HandOverDesk { to } => desk::hand_over(incident, to, ctx),
        Command::InvolveOrganisation { organisation, reason } => {
            desk::involve(incident, organisation, reason.as_deref(), ctx)
        }
        Command::OfferLead { to } => desk::offer_lead(incident, to, ctx),
        Command::AcceptLead => desk::accept_lead(incident, ctx),
        Command::StandDown => desk::stand_down(incident, ctx),
        Command::CloseIncident { outcome } => desk::close(incident, *outcome, ctx),
        Command::ReopenIncident { reason_given } => desk::reopen(incident, *reason_given, ctx),
        Command::RaiseAlarm { .. } => alarm::raise(incident, command, ctx),
        Command::AddParties { .. } => alarm::add_parties(incident, command, ctx),
        Command::WaiveParty { alarm, party, reason_given } => alarm::waive(incident, *alarm, party, *reason_given, ctx),
        Command::RecallAlarm { alarm, parties, reason_given } => {
            alarm::recall(incident, *alarm, parties, *reason_given, ctx)
        }
        Command::OpenGate { alarm, reason_given } => alarm::open_gate(incident, *alarm, *reason_given, ctx),
        Command::Acknowledge { alarm, relayed_for } => answer::acknowledge(incident, *alarm, relayed_for.as_ref(), ctx),
        Command::Decline { alarm, relayed_for, reason_given } => {
            answer::decline(incident, *alarm, relayed_for.as_ref(), *reason_given, ctx)
        }
        Command::IssueTotalInformation { references, text_given, material } => {
            total::issue(incident, references, *text_given, *material, ctx)
        }
        Command::ConfirmTotalInformation { number, relayed_for } => {
            total::confirm(incident, *number, relayed_for.as_ref(), ctx)
        }
        Command::FileArrivalReport { .. } => report::arrival(incident, command, ctx),
        Command::FileSitrep { unit } => report::sitrep(incident, unit.as_ref(), ctx),
        Command::ReportUnitStatus { unit, code, alarm } => report::status(incident, unit.as_ref(), code, *alarm, ctx),
        Command::Talkgroup(command) => talkgroup::decide(incident, command, ctx),
        Command::Unit(_) => Err(Refusal::NothingToDo),
        Command::Emergency(command) => emergency::decide(incident, command, ctx),
        Command::Resource(command) => resource::decide(incident, command, ctx),
        Command::Media(command) => media::decide(incident, command, ctx),
        Command::Notice(command) => notice::decide(incident, command, ctx),
        Command::Release(command) => release::decide(incident, command, ctx),
    }
}

/// Whether the principal may do this at all, whatever the incident. Asked before the incident is looked for.
///
/// # Errors
/// [`Refusal::NotPermitted`].
pub fn permitted(command: &Command, ctx: &Context<'_>) -> Result<(), Refusal> {
    role_permits(command, ctx)?;
    let by_right = match command {
        Command::InvolveOrganisation { .. } => true,
        Command::RaiseAlarm { plan, parties, .. } => !alarm::own_units(plan, parties, ctx),
        Command::AddParties { parties, .. } => !alarm::own_units(&PlanChoice::ByHand, parties, ctx),
        _ => false,
    };
    if by_right && !desk::has_alarm_right(ctx) { Err(Refusal::NotPermitted { needed: "alarm right" }) } else { Ok(()) }
}

fn role_permits(command: &Command, ctx: &Context<'_>) -> Result<(), Refusal> {
    let role = ctx.principal.role;
    let needed = match command {
        Command::Acknowledge { relayed_for: None, .. }
        | Command::Decline { relayed_for: None, .. }
        | Command::ConfirmTotalInformation { relayed_for: None, .. }
        | Command::FileArrivalReport { .. }
        | Command::FileSitrep { .. }
        | Command::ReportUnitStatus { .. }
        | Command::StateFact(_)
        | Command::AddNote
        | Command::Talkgroup(TalkgroupCommand::Send { .. } | TalkgroupCommand::Confirm { relayed_for: None, .. })
        | Command::Unit(UnitCommand::ReportState { .. } | UnitCommand::SignOff { .. })
        | Command::Emergency(_)
        | Command::Resource(_)
        | Command::Release(crate::release::ReleaseCommand::Request { .. }) => {
            if role == Role::Viewer {
                return Err(Refusal::NotPermitted { needed: "unit, operator, command or gateway" });
            }
            return Ok(());
        }
        Command::ReportIncident { .. }
        | Command::AddExternalNumber(_)
        | Command::Notice(NoticeCommand::Issue(_) | NoticeCommand::Amend(_) | NoticeCommand::Withdraw { .. })
        | Command::RaiseAlarm { already_sent: true, .. } => [Role::Operator, Role::Command, Role::Gateway].as_slice(),
        _ => [Role::Operator, Role::Command].as_slice(),
    };
    let told = if needed.contains(&Role::Gateway) { "operator, command or gateway" } else { "operator or command" };
    if needed.contains(&role) { Ok(()) } else { Err(Refusal::NotPermitted { needed: told }) }
}

fn allowed_when_closed(command: &Command) -> bool {
    matches!(
        command,
        Command::ReopenIncident { .. }
            | Command::AddNote
            | Command::AddExternalNumber(_)
            | Command::Acknowledge { .. }
            | Command::FileArrivalReport { corrects: Some(_), .. }
            | Command::Emergency(_)
            | Command::Notice(NoticeCommand::Convert { .. })
            | Command::Talkgroup(TalkgroupCommand::Return { .. })
            | Command::Release(_)
    )
}

/// Of an advance notice one tells, asks and decides who is told; nobody is alarmed to it and nobody is on scene.
fn allowed_in_notice(command: &Command) -> bool {
    matches!(
        command,
        Command::StateFact(_)
            | Command::AddNote
            | Command::AddExternalNumber(_)
            | Command::ClaimDesk { .. }
            | Command::HandOverDesk { .. }
            | Command::InvolveOrganisation { .. }
            | Command::OfferLead { .. }
            | Command::AcceptLead
            | Command::StandDown
            | Command::Emergency(EmergencyCommand::Raise { .. })
            | Command::Resource(_)
            | Command::Media(_)
            | Command::Notice(_)
            | Command::Release(_)
    )
}

/// What the sender's desk does not see is not there.
fn seen(event: EventId, ctx: &Context<'_>) -> Result<(), Refusal> {
    let sees = ctx.sight.sees_event(&ctx.principal.organisation, Involvement::None, event);
    if sees { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The single event of a command, owned by the sender's organisation, carrying the command's content.
fn one(incident: &Incident, ctx: &mut Context<'_>, event: Event) -> Result<Vec<Decided>, Refusal> {
    Ok(vec![own(incident, ctx, event)])
}

/// An event of the sender's with the command's content.
fn own(incident: &Incident, ctx: &mut Context<'_>, event: Event) -> Decided {
    Decided { content: Some(0), ..plain(incident, ctx, event) }
}

/// An event of the sender's that says only what the rules know.
fn plain(incident: &Incident, ctx: &mut Context<'_>, event: Event) -> Decided {
    in_scope(Scope::Incident(incident.id), ctx, event)
}

/// The same, of anything.
fn in_scope(scope: Scope, ctx: &mut Context<'_>, event: Event) -> Decided {
    Decided {
        scope,
        id: EventId((ctx.ids)()),
        owner: ctx.principal.organisation.clone(),
        by_hub: false,
        content: None,
        event,
    }
}

/// An event the hub makes; it belongs to the owner of what it concerns.
fn hub(incident: &Incident, ctx: &mut Context<'_>, owner: &OrganisationId, event: Event) -> Decided {
    Decided { owner: owner.clone(), by_hub: true, content: None, ..plain(incident, ctx, event) }
}

/// The alarm, if it exists.
fn find(incident: &Incident, alarm: AlarmId) -> Result<&Alarm, Refusal> {
    incident.alarms.get(&alarm).ok_or(Refusal::NotFound)
}

/// An involvement raised to at least `to`; nothing if it is as high already. Who has stood down is drawn in anew, though not by a
/// rule: that only lets know.
fn raise_involvement(
    incident: &Incident,
    ctx: &mut Context<'_>,
    organisation: &OrganisationId,
    to: Involvement,
    cause: crate::event::Cause,
    because: Option<String>,
) -> Option<Decided> {
    let back = cause != crate::event::Cause::Rule && incident.stood_down.contains(organisation);
    (incident.involvement(organisation) < to || back).then(|| {
        let to = to.max(incident.involvement(organisation));
        plain(incident, ctx, Event::InvolvementChanged { organisation: organisation.clone(), to, cause, because })
    })
}
