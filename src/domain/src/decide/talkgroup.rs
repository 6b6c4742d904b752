//! Talkgroups: leased with an alarm or by hand, taken over from text alarms, returned; and what is said on them.

use crate::{
    AlarmId, IncidentId, MessageId, PartyId, Refusal, Role, Scope, TalkgroupId, Timestamp,
    command::{Context, TalkgroupChoice},
    event::{Decided, Event},
    incident::Incident,
    talkgroup::{Register, Talkgroup, TalkgroupCommand, TalkgroupEvent, TalkgroupKind},
    world::Lease,
};

use super::{hub, in_scope, plain};

/// On an incident: lease and return.
pub(super) fn decide(
    incident: &Incident,
    command: &TalkgroupCommand,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    match command {
        TalkgroupCommand::Lease { talkgroup } => lease_by_hand(incident, talkgroup.as_ref(), ctx),
        TalkgroupCommand::Return { talkgroup } => give_back(incident, talkgroup, ctx),
        TalkgroupCommand::Send { .. } | TalkgroupCommand::Confirm { .. } => Err(Refusal::NothingToDo),
    }
}

/// Outside incidents: what is said.
pub(super) fn elsewhere(command: &TalkgroupCommand, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    match command {
        TalkgroupCommand::Send { talkgroup, confirm } => send(talkgroup, *confirm, ctx),
        TalkgroupCommand::Confirm { talkgroup, message, relayed_for } => {
            confirm(talkgroup, *message, relayed_for.as_ref(), ctx)
        }
        TalkgroupCommand::Lease { .. } | TalkgroupCommand::Return { .. } => Err(Refusal::NotFound),
    }
}

fn register<'a>(ctx: &Context<'a>) -> Result<&'a Register, Refusal> {
    ctx.directory.talkgroups.as_ref().ok_or(Refusal::UnknownTalkgroup)
}

fn group<'a>(id: &TalkgroupId, ctx: &Context<'a>) -> Result<&'a Talkgroup, Refusal> {
    register(ctx)?.groups.get(id).ok_or(Refusal::UnknownTalkgroup)
}

/// The group that the sender may lease for this incident.
fn leasable<'a>(id: &TalkgroupId, incident: &Incident, ctx: &Context<'a>) -> Result<&'a Talkgroup, Refusal> {
    let group = group(id, ctx)?;
    let fits = group.kind == TalkgroupKind::Raps && group.exercise == incident.exercise;
    if fits && group.lease.contains(&ctx.principal.organisation) {
        Ok(group)
    } else {
        Err(Refusal::NoRightToTalkgroup { talkgroup: id.clone() })
    }
}

/// Free and the sender's to lease; the one that has been free longest first, so that a group just returned rests.
fn next_free<'a>(incident: &Incident, ctx: &Context<'a>) -> Option<&'a Talkgroup> {
    let register = ctx.directory.talkgroups.as_ref()?;
    let sender = &ctx.principal.organisation;
    let free = register
        .raps(incident.exercise)
        .filter(|group| group.lease.contains(sender) && !ctx.world.leases.contains_key(&group.id));
    free.min_by_key(|group| ctx.world.returned.get(&group.id).copied())
}

fn fallback(ctx: &Context<'_>) -> Vec<TalkgroupId> {
    let register = ctx.directory.talkgroups.as_ref();
    register.map(|register| register.reserve().map(|group| group.id.clone()).collect()).unwrap_or_default()
}

fn lease_by_hand(
    incident: &Incident,
    wanted: Option<&TalkgroupId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    register(ctx)?;
    let chosen = match wanted {
        Some(id) => leasable(id, incident, ctx)?,
        None => {
            let may = |group: &Talkgroup| group.lease.contains(&ctx.principal.organisation);
            if !register(ctx)?.raps(incident.exercise).any(may) {
                return Err(Refusal::NotPermitted { needed: "the right to lease talkgroups" });
            }
            next_free(incident, ctx).ok_or_else(|| Refusal::PoolEmpty { fallback: fallback(ctx) })?
        }
    };
    let shared = may_take(incident, chosen, ctx)?;
    let mut events = Vec::new();
    take(incident, chosen, Taking { alarm: None, adopted: false, conflict: false, shared }, &mut events, ctx);
    // The lease itself is what the command asked for.
    if let Some(first) = events.first_mut() {
        first.content = Some(0);
    }
    Ok(events)
}

/// Whether it is to be shared with other incidents of the same command.
fn may_take(incident: &Incident, group: &Talkgroup, ctx: &Context<'_>) -> Result<bool, Refusal> {
    let Some(lease) = ctx.world.leases.get(&group.id) else { return Ok(false) };
    if lease.incidents.contains(&incident.id) {
        return Err(Refusal::NothingToDo);
    }
    let same = incident.lead().is_some_and(|lead| ctx.world.same_command(lease, lead));
    if same { Ok(true) } else { Err(Refusal::TalkgroupTaken { talkgroup: group.id.clone() }) }
}

/// The group that goes with an alarm; decided before anything of the alarm is, so that a refusal refuses all of it.
pub(super) enum WithAlarm<'a> {
    /// Nothing to lease.
    Nothing,
    /// This one.
    Lease(&'a Talkgroup, bool),
    /// There is none: the alarm goes out all the same.
    NoneFree,
}

/// Chooses the group for an alarm.
pub(super) fn for_alarm<'a>(
    incident: &Incident,
    choice: &TalkgroupChoice,
    ctx: &Context<'a>,
) -> Result<WithAlarm<'a>, Refusal> {
    match choice {
        TalkgroupChoice::Without => Ok(WithAlarm::Nothing),
        TalkgroupChoice::Named(id) => {
            let group = leasable(id, incident, ctx)?;
            match may_take(incident, group, ctx) {
                Err(Refusal::NothingToDo) => Ok(WithAlarm::Nothing),
                taken => taken.map(|shared| WithAlarm::Lease(group, shared)),
            }
        }
        TalkgroupChoice::NextFree => {
            let sender = &ctx.principal.organisation;
            let register = ctx.directory.talkgroups.as_ref();
            let may = register.is_some_and(|all| all.raps(incident.exercise).any(|group| group.lease.contains(sender)));
            if !may || ctx.world.leased_by(incident.id).next().is_some() {
                return Ok(WithAlarm::Nothing);
            }
            Ok(next_free(incident, ctx).map_or(WithAlarm::NoneFree, |group| WithAlarm::Lease(group, false)))
        }
    }
}

/// Carries the choice out.
pub(super) fn lease_with_alarm(
    incident: &Incident,
    alarm: AlarmId,
    choice: &WithAlarm<'_>,
    events: &mut Vec<Decided>,
    ctx: &mut Context<'_>,
) {
    match choice {
        WithAlarm::Nothing => {}
        WithAlarm::Lease(group, shared) => {
            let taking = Taking { alarm: Some(alarm), adopted: false, conflict: false, shared: *shared };
            take(incident, group, taking, events, ctx);
        }
        WithAlarm::NoneFree => {
            let event = TalkgroupEvent::NoneFree { alarm: Some(alarm), fallback: fallback(ctx) };
            events.push(plain(incident, ctx, Event::Talkgroup(event)));
        }
    }
}

struct Taking {
    alarm: Option<AlarmId>,
    adopted: bool,
    conflict: bool,
    shared: bool,
}

/// The lease in the incident, and, where nobody had the group, in the pool and on the group.
fn take(incident: &Incident, group: &Talkgroup, taking: Taking, events: &mut Vec<Decided>, ctx: &mut Context<'_>) {
    let Taking { alarm, adopted, conflict, shared } = taking;
    let leased = TalkgroupEvent::Leased { talkgroup: group.id.clone(), alarm, adopted, conflict, shared };
    events.push(plain(incident, ctx, Event::Talkgroup(leased)));
    if ctx.world.leases.contains_key(&group.id) {
        return;
    }
    let Some(register) = ctx.directory.talkgroups.as_ref() else { return };
    let pool = Scope::Pool(register.pool.clone());
    let changed = TalkgroupEvent::PoolLeaseChanged { talkgroup: group.id.clone(), leased: true };
    events.push(in_scope(pool.clone(), ctx, Event::Talkgroup(changed)));
    for cleared in std::iter::once(&group.id).chain(&group.companions) {
        let event = TalkgroupEvent::Cleared { talkgroup: cleared.clone() };
        events.push(in_scope(Scope::Talkgroup(cleared.clone()), ctx, Event::Talkgroup(event)));
    }
    let total = register.raps(group.exercise).count();
    // With those that this decision takes, this one among them.
    let now_leased = |id: &TalkgroupId| {
        let leased = Event::Talkgroup(TalkgroupEvent::PoolLeaseChanged { talkgroup: id.clone(), leased: true });
        events.iter().any(|decided| decided.event == leased)
    };
    let is_taken = |one: &&Talkgroup| ctx.world.leases.contains_key(&one.id) || now_leased(&one.id);
    let taken = register.raps(group.exercise).filter(is_taken).count();
    let free = total.saturating_sub(taken);
    if free <= register.warn_free {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (free, total, exercise) = (count(free), count(total), group.exercise);
        let warning = TalkgroupEvent::PoolNearlyExhausted { free, total, exercise };
        events.push(in_scope(pool, ctx, Event::Talkgroup(warning)));
    }
}

/// Groups that an alarm sent elsewhere names are leased already: on the radio it is so, whoever has them here. Whoever may not lease
/// a group has only stated a fact.
pub(super) fn adopt(incident: &Incident, names: &[String], events: &mut Vec<Decided>, ctx: &mut Context<'_>) {
    let Some(register) = ctx.directory.talkgroups.as_ref() else { return };
    let mut adopted: Vec<&TalkgroupId> = Vec::new();
    let desk = matches!(ctx.principal.role, Role::Operator | Role::Command | Role::Gateway);
    let sender = ctx.principal.organisation.clone();
    let may = |group: &&Talkgroup| desk && group.exercise == incident.exercise && group.lease.contains(&sender);
    for group in names.iter().filter_map(|name| register.named(name)).filter(may) {
        let has = ctx.world.leases.get(&group.id).is_some_and(|lease| lease.incidents.contains(&incident.id));
        if has || adopted.contains(&&group.id) {
            continue;
        }
        adopted.push(&group.id);
        let shared = may_take(incident, group, ctx);
        let conflict = shared.is_err();
        let taking = Taking { alarm: None, adopted: true, conflict, shared: shared.unwrap_or(false) };
        take(incident, group, taking, events, ctx);
    }
}

fn give_back(incident: &Incident, id: &TalkgroupId, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    group(id, ctx)?;
    let lease = ctx.world.leases.get(id).filter(|lease| lease.incidents.contains(&incident.id));
    let lease = lease.ok_or(Refusal::NotLeased { talkgroup: id.clone() })?;
    let sender = &ctx.principal.organisation;
    if lease.owner != *sender && incident.lead() != Some(sender) {
        return Err(Refusal::NotLead);
    }
    let mut events = returned(incident, id, lease, ctx);
    if let Some(first) = events.first_mut() {
        first.content = Some(0);
    }
    Ok(events)
}

fn returned(incident: &Incident, id: &TalkgroupId, lease: &Lease, ctx: &mut Context<'_>) -> Vec<Decided> {
    let event = TalkgroupEvent::Returned { talkgroup: id.clone() };
    let mut events = vec![plain(incident, ctx, Event::Talkgroup(event))];
    if lease.incidents.len() == 1
        && let Some(register) = ctx.directory.talkgroups.as_ref()
    {
        let changed = TalkgroupEvent::PoolLeaseChanged { talkgroup: id.clone(), leased: false };
        events.push(in_scope(Scope::Pool(register.pool.clone()), ctx, Event::Talkgroup(changed)));
    }
    events
}

/// An incident that ends gives back what it has: a RAPS group that is not used must be released.
pub(super) fn return_all(incident: &Incident, ctx: &mut Context<'_>) -> Vec<Decided> {
    let world = ctx.world;
    let groups: Vec<_> = world.leased_by(incident.id).collect();
    let of = |id: &TalkgroupId| world.leases.get(id).map(|lease| returned(incident, id, lease, ctx));
    groups.into_iter().filter_map(of).flatten().collect()
}

/// Incidents whose leased group has been idle, at `now`, since when.
pub fn idle(world: &crate::world::World, register: &Register, now: Timestamp) -> Vec<(TalkgroupId, Timestamp)> {
    let due = |(id, lease): (&TalkgroupId, &Lease)| {
        let due = lease.touched.plus_seconds(register.idle_minutes.saturating_mul(60));
        (!lease.reminded && due <= now).then(|| (id.clone(), lease.touched))
    };
    world.leases.iter().filter_map(due).collect()
}

/// Asks one incident whether its group is still needed.
pub fn remind(incident: IncidentId, talkgroup: &TalkgroupId, since: Timestamp, ctx: &mut Context<'_>) -> Decided {
    let event = TalkgroupEvent::Idle { talkgroup: talkgroup.clone(), since };
    let owner = ctx.world.leases.get(talkgroup).map(|lease| lease.owner.clone());
    let owner = owner.unwrap_or_else(|| ctx.principal.organisation.clone());
    hub(&Incident::new(incident), ctx, &owner, Event::Talkgroup(event))
}

fn send(id: &TalkgroupId, confirm: bool, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let group = group(id, ctx)?;
    if !group.send.contains(&ctx.principal.organisation) {
        return Err(Refusal::NoRightToTalkgroup { talkgroup: id.clone() });
    }
    let message = MessageId((ctx.ids)());
    let event = TalkgroupEvent::MessageSent { talkgroup: id.clone(), message, confirm };
    let sent = in_scope(Scope::Talkgroup(id.clone()), ctx, Event::Talkgroup(event));
    Ok(vec![Decided { content: Some(0), ..sent }])
}

fn confirm(
    id: &TalkgroupId,
    message: MessageId,
    relayed_for: Option<&PartyId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let group = group(id, ctx)?;
    if !group.listen.contains(&ctx.principal.organisation) {
        return Err(Refusal::NoRightToTalkgroup { talkgroup: id.clone() });
    }
    let sent = ctx.world.messages.get(id).and_then(|messages| messages.get(&message)).ok_or(Refusal::NotFound)?;
    let party = super::answer::answering_party(relayed_for, ctx)?;
    if relayed_for.is_some() && !super::answer::counts(&party, ctx) {
        return Err(Refusal::NotAParty { party });
    }
    if sent.confirmed.contains(&party) {
        return Err(Refusal::AlreadyAcknowledged { party });
    }
    let event = TalkgroupEvent::MessageConfirmed { talkgroup: id.clone(), message, party };
    let confirmed = in_scope(Scope::Talkgroup(id.clone()), ctx, Event::Talkgroup(event));
    Ok(vec![Decided { content: Some(0), ..confirmed }])
}
