//! Raising and changing alarms, and the gate.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    AlarmId, Involvement, OrganisationId, PartyId, Refusal,
    alarm::{Alarm, Gate, Standing},
    command::{Command, Context, NewParty, PlanChoice},
    event::{Cause, Decided, Event, Party},
    incident::{Incident, apply},
    plan::Plan,
};

use super::{
    desk::has_alarm_right,
    find, hub, own, plain, raise_involvement, reasons,
    talkgroup::{self, WithAlarm},
};

/// More parties than this in one alarm is a mistake.
pub(super) const PARTIES_MAX: usize = 256;
/// More alarms than this in one incident is a mistake.
pub(super) const ALARMS_MAX: usize = 128;

/// Who is to be alarmed and whether a plan said so.
pub(super) type Chosen = BTreeMap<PartyId, (NewParty, Cause)>;

pub(super) fn raise(incident: &Incident, command: &Command, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let Command::RaiseAlarm { plan, parties, already_sent, reason, talkgroup } = command else {
        return Err(Refusal::NothingToDo);
    };
    may_alarm(incident, plan, parties, *already_sent, ctx)?;
    let automatic = *plan == PlanChoice::Automatic;
    known(parties, ctx)?;
    let plan = choose_plan(incident, plan, ctx)?;
    let chosen = choose(incident, plan, parties, ctx);
    // Whoever names a plan has chosen whom it lists; only what the rules choose may draw the sender in.
    not_by_itself(incident, &chosen, automatic, ctx)?;
    if chosen.is_empty() {
        return Err(Refusal::NothingToDo);
    }
    let listed = list(&chosen, *already_sent, false, ctx);
    visible_to_each_other(listed.iter().filter(|party| party.required).map(|party| &party.id), ctx)?;
    within(chosen.len(), PARTIES_MAX, "parties in an alarm")?;
    within(incident.alarms.len() + 1, ALARMS_MAX, "alarms in an incident")?;
    // What only covert units are alarmed to leaves nothing in common: no group is taken, no version made. Nor for those that have gone
    // home, or the sender could tell the two apart.
    let secret = chosen.keys().all(|party| is_away(party, ctx));
    let group = match secret || *already_sent {
        true => WithAlarm::Nothing,
        false => talkgroup::for_alarm(incident, talkgroup, ctx)?,
    };

    let alarm = AlarmId((ctx.ids)());
    let plan_name = plan.map(|plan| plan.name.clone());
    let considered = reasons::considered(incident, plan, &chosen, ctx);
    let raised = Event::AlarmRaised { alarm, parties: listed, plan: plan_name.clone(), already_sent: *already_sent };
    let mut events = vec![own(incident, ctx, raised)];
    let newly = involve(incident, &chosen, plan, reason.as_deref(), &mut events, ctx);
    let notified = notify_by_rule(incident, &newly, ctx);
    events.extend(notified);
    let rule = reasons::rule(plan, *already_sent, reason.as_deref());
    let inputs = reasons::inputs(incident, ctx);
    events.push(plain(incident, ctx, Event::AlarmDecided { alarm, plan: plan_name, rule, inputs, considered }));
    if !secret {
        talkgroup::lease_with_alarm(incident, alarm, &group, &mut events, ctx);
        super::total::first_version(incident, &newly, &mut events, ctx);
    }
    Ok(events)
}

/// Signed off, or so to everybody but its own: the two must not be told apart.
pub(super) fn is_away(party: &PartyId, ctx: &Context<'_>) -> bool {
    let unit = party.unit.as_ref().and_then(|unit| ctx.world.units.get(unit));
    unit.is_some_and(|state| state.signed_off || state.covert)
}

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), Refusal> {
    if count > limit { Err(Refusal::LimitReached { what, limit }) } else { Ok(()) }
}

/// Alarm right, or one's own units in an incident one is alarmed to. What was sent elsewhere alarms nobody.
fn may_alarm(
    incident: &Incident,
    plan: &PlanChoice,
    parties: &[NewParty],
    already_sent: bool,
    ctx: &Context<'_>,
) -> Result<(), Refusal> {
    let sender = &ctx.principal.organisation;
    let alarmed = incident.involvement(sender) >= Involvement::Alarmed;
    if has_alarm_right(ctx) || (alarmed && own_units(plan, parties, ctx)) {
        return Ok(());
    }
    let needed = if already_sent { "alarm right, to record an alarm" } else { "alarm right" };
    Err(Refusal::NotPermitted { needed })
}

/// Only units of the sender's own, by hand.
pub(super) fn own_units(plan: &PlanChoice, parties: &[NewParty], ctx: &Context<'_>) -> bool {
    let own = |party: &NewParty| party.party.organisation == ctx.principal.organisation && party.party.unit.is_some();
    *plan == PlanChoice::ByHand && parties.iter().all(own)
}

fn known(parties: &[NewParty], ctx: &Context<'_>) -> Result<(), Refusal> {
    if parties.iter().any(|party| ctx.directory.organisation(&party.party.organisation).is_none()) {
        return Err(Refusal::UnknownOrganisation);
    }
    if parties.iter().any(|party| !ctx.directory.knows(&party.party)) {
        return Err(Refusal::UnknownUnit);
    }
    Ok(())
}

fn choose_plan<'a>(incident: &Incident, choice: &PlanChoice, ctx: &Context<'a>) -> Result<Option<&'a Plan>, Refusal> {
    match choice {
        PlanChoice::ByHand => Ok(None),
        PlanChoice::Named(name) => ctx.directory.plan(name).map(Some).ok_or(Refusal::UnknownPlan),
        PlanChoice::Automatic => {
            let fits = |plan: &&Plan| plan.fits(&incident.types, reasons::municipality(incident, ctx));
            ctx.directory.plans.iter().find(fits).map(Some).ok_or(Refusal::UnknownPlan)
        }
    }
}

/// The plan's parties, then those by hand, who may change how the plan had it.
fn choose(incident: &Incident, plan: Option<&Plan>, by_hand: &[NewParty], ctx: &Context<'_>) -> Chosen {
    let mut chosen = Chosen::new();
    let municipality = reasons::municipality(incident, ctx);
    for planned in plan.iter().flat_map(|plan| &plan.parties).filter(|planned| planned.fits(municipality)) {
        let party =
            NewParty { party: planned.party.clone(), required: planned.required, due_seconds: planned.due_seconds };
        chosen.insert(planned.party.clone(), (party, Cause::AlarmPlan));
    }
    for party in by_hand {
        let cause = chosen.get(&party.party).map_or(Cause::AlarmByHand, |(_, cause)| *cause);
        chosen.insert(party.party.clone(), (party.clone(), cause));
    }
    chosen
}

fn not_by_itself(incident: &Incident, chosen: &Chosen, automatic: bool, ctx: &Context<'_>) -> Result<(), Refusal> {
    let sender = &ctx.principal.organisation;
    let raises_itself = incident.involvement(sender) < Involvement::Alarmed
        && chosen
            .values()
            .any(|(party, cause)| party.party.organisation == *sender && !(automatic && *cause == Cause::AlarmPlan));
    if raises_itself { Err(Refusal::OwnInvolvement) } else { Ok(()) }
}

fn list(chosen: &Chosen, already_sent: bool, late: bool, ctx: &Context<'_>) -> Vec<Party> {
    let list_one = |(party, _): &(NewParty, Cause)| {
        let own_figure = ctx.directory.organisation(&party.party.organisation).map_or(0, |known| known.due_seconds);
        Party {
            id: party.party.clone(),
            required: party.required && !already_sent,
            // Nobody waits for who has signed off.
            due_at: (!already_sent && !is_away(&party.party, ctx))
                .then(|| ctx.now.plus_seconds(party.due_seconds.unwrap_or(own_figure))),
            late,
        }
    };
    chosen.values().map(list_one).collect()
}

/// A gate that waits for somebody whom the others may not know of would tell of it.
fn visible_to_each_other<'a>(required: impl Iterator<Item = &'a PartyId>, ctx: &Context<'_>) -> Result<(), Refusal> {
    let required: BTreeSet<&PartyId> = required.collect();
    for party in &required {
        if is_away(party, ctx) {
            return Err(Refusal::PartyNotVisible { party: (*party).clone() });
        }
        let seen = |viewer: &&&PartyId| !ctx.sight.sees_party(&viewer.organisation, party);
        if required.iter().any(|viewer| seen(&viewer)) {
            return Err(Refusal::PartyNotVisible { party: (*party).clone() });
        }
    }
    Ok(())
}

fn involve(
    incident: &Incident,
    chosen: &Chosen,
    plan: Option<&Plan>,
    reason: Option<&str>,
    events: &mut Vec<Decided>,
    ctx: &mut Context<'_>,
) -> BTreeSet<OrganisationId> {
    let mut newly = BTreeSet::new();
    for (party, cause) in chosen.values() {
        if !newly.insert(party.party.organisation.clone()) {
            continue;
        }
        let because = match cause {
            Cause::AlarmPlan => plan.map(|plan| plan.name.clone()),
            _ => reason.map(str::to_owned),
        };
        events.extend(raise_involvement(
            incident,
            ctx,
            &party.party.organisation,
            Involvement::Alarmed,
            *cause,
            because,
        ));
    }
    newly
}

/// Organisations that a rule lets know of these being alarmed, each once.
pub(super) fn notify_by_rule(
    incident: &Incident,
    alarmed: &BTreeSet<OrganisationId>,
    ctx: &mut Context<'_>,
) -> Vec<Decided> {
    let kind = |id: &OrganisationId| ctx.directory.organisation(id).map(|organisation| organisation.kind.as_str());
    let mut notified: BTreeMap<OrganisationId, String> = BTreeMap::new();
    for rule in &ctx.directory.notify {
        if !alarmed.iter().any(|organisation| kind(organisation) == Some(&rule.when_alarmed)) {
            continue;
        }
        for organisation in ctx.directory.organisations.values().filter(|organisation| organisation.kind == rule.notify)
        {
            if !alarmed.contains(&organisation.id) {
                notified.entry(organisation.id.clone()).or_insert_with(|| rule.because.clone());
            }
        }
    }
    let raise = |(organisation, because): (OrganisationId, String)| {
        raise_involvement(incident, ctx, &organisation, Involvement::Near, Cause::Rule, Some(because))
    };
    notified.into_iter().filter_map(raise).collect()
}

/// The alarm's owner and the lead may change it.
fn may_change(incident: &Incident, alarm: &Alarm, ctx: &Context<'_>) -> Result<(), Refusal> {
    let sender = &ctx.principal.organisation;
    if alarm.owner == *sender || incident.lead() == Some(sender) { Ok(()) } else { Err(Refusal::NotLead) }
}

pub(super) fn add_parties(
    incident: &Incident,
    command: &Command,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let Command::AddParties { alarm, parties, replaces, reason } = command else { return Err(Refusal::NothingToDo) };
    may_alarm(incident, &PlanChoice::ByHand, parties, false, ctx)?;
    let alarm = find(incident, *alarm)?;
    known(parties, ctx)?;
    let chosen = take_places(alarm, parties, replaces.as_ref());
    not_by_itself(incident, &chosen, false, ctx)?;
    may_change(incident, alarm, ctx)?;
    may_be_added(alarm, &chosen, replaces.as_ref())?;
    let listed = list(&chosen, alarm.already_sent, alarm.gate() == Gate::Open, ctx);
    let required = listed.iter().filter(|party| party.required).map(|party| &party.id);
    let stay = alarm.in_gate().map(|(party, _)| party).filter(|party| replaces.as_ref() != Some(*party));
    visible_to_each_other(required.chain(stay), ctx)?;
    within(alarm.parties.len() + chosen.len(), PARTIES_MAX, "parties in an alarm")?;
    let added =
        Event::PartiesAdded { alarm: alarm.id, parties: listed, replaces: replaces.clone(), because: reason.clone() };
    let mut events = vec![own(incident, ctx, added)];
    let newly = involve(incident, &chosen, None, reason.as_deref(), &mut events, ctx);
    let notified = notify_by_rule(incident, &newly, ctx);
    events.extend(notified);
    open_gates(incident, &mut events, ctx);
    Ok(events)
}

/// Who takes a place in the gate is waited for: otherwise a replacement would be a waiver without a reason.
fn take_places(alarm: &Alarm, parties: &[NewParty], replaces: Option<&PartyId>) -> Chosen {
    let in_place = alarm.gate() == Gate::Shut && alarm.in_gate().any(|(party, _)| replaces == Some(party));
    let chosen = parties.iter().map(|party| {
        let required = party.required || in_place;
        (party.party.clone(), (NewParty { required, ..party.clone() }, Cause::AlarmByHand))
    });
    chosen.collect()
}

fn may_be_added(alarm: &Alarm, chosen: &Chosen, replaces: Option<&PartyId>) -> Result<(), Refusal> {
    if let Some(missing) = replaces.filter(|party| !alarm.parties.contains_key(*party)) {
        return Err(Refusal::NotAParty { party: missing.clone() });
    }
    if let Some(listed) = chosen.keys().find(|party| alarm.parties.contains_key(*party)) {
        return Err(Refusal::AlreadyAParty { party: listed.clone() });
    }
    if alarm.is_recalled() {
        return Err(Refusal::AlarmRecalled { alarm: alarm.id });
    }
    if chosen.is_empty() { Err(Refusal::NothingToDo) } else { Ok(()) }
}

pub(super) fn waive(
    incident: &Incident,
    alarm: AlarmId,
    party: &PartyId,
    reason_given: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let alarm = find(incident, alarm)?;
    may_change(incident, alarm, ctx)?;
    if !alarm.parties.contains_key(party) {
        return Err(Refusal::NotAParty { party: party.clone() });
    }
    shut(alarm)?;
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    let waits = alarm.in_gate().any(|(waiting, state)| waiting == party && state.standing == Standing::In);
    if !waits {
        return Err(Refusal::NothingToDo);
    }
    let mut events = vec![own(incident, ctx, Event::PartyWaived { alarm: alarm.id, party: party.clone() })];
    open_gates(incident, &mut events, ctx);
    Ok(events)
}

fn shut(alarm: &Alarm) -> Result<(), Refusal> {
    match alarm.gate() {
        Gate::Open => Err(Refusal::GateAlreadyOpen { alarm: alarm.id }),
        Gate::None => Err(Refusal::NoGate { alarm: alarm.id }),
        Gate::Shut => Ok(()),
    }
}

pub(super) fn recall(
    incident: &Incident,
    alarm: AlarmId,
    parties: &[PartyId],
    reason_given: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let alarm = find(incident, alarm)?;
    may_change(incident, alarm, ctx)?;
    if let Some(stranger) = parties.iter().find(|party| !alarm.parties.contains_key(*party)) {
        return Err(Refusal::NotAParty { party: stranger.clone() });
    }
    let recalled: Vec<_> = alarm
        .parties
        .iter()
        .filter(|(party, state)| {
            (parties.is_empty() || parties.contains(party)) && !matches!(state.standing, Standing::Recalled { .. })
        })
        .map(|(party, _)| party.clone())
        .collect();
    if recalled.is_empty() {
        return Err(Refusal::AlarmRecalled { alarm: alarm.id });
    }
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    let mut events = vec![own(incident, ctx, Event::AlarmRecalled { alarm: alarm.id, parties: recalled })];
    open_gates(incident, &mut events, ctx);
    Ok(events)
}

pub(super) fn open_gate(
    incident: &Incident,
    alarm: AlarmId,
    reason_given: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let alarm = find(incident, alarm)?;
    may_change(incident, alarm, ctx)?;
    shut(alarm)?;
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    let mut events = vec![own(incident, ctx, Event::GateOpened { alarm: alarm.id, by_operator: true })];
    super::total::version_at_gate(incident, alarm.id, &alarm.owner, &mut events, ctx);
    Ok(events)
}

/// Opens every gate whose parties have all acknowledged after these events, and makes the version that goes with it.
pub(super) fn open_gates(incident: &Incident, events: &mut Vec<Decided>, ctx: &mut Context<'_>) {
    let mut after = incident.clone();
    for event in events.iter() {
        apply(&mut after, event, ctx.now);
    }
    let ready: Vec<_> = after
        .alarms
        .values()
        .filter(|alarm| alarm.all_have_acknowledged())
        .map(|alarm| (alarm.id, alarm.owner.clone()))
        .collect();
    for (alarm, owner) in ready {
        let opened = hub(incident, ctx, &owner, Event::GateOpened { alarm, by_operator: false });
        apply(&mut after, &opened, ctx.now);
        events.push(opened);
        let made = events.len();
        super::total::version_at_gate(&after, alarm, &owner, events, ctx);
        for event in &events[made..] {
            apply(&mut after, event, ctx.now);
        }
    }
}
