import { millis } from '../clock.ts';
import { CloseOutcome, EndCause, Involvement, InvolvementCause, LinkKind, UnitState } from '../gen/common_pb.ts';
import type { Event } from '../gen/event_pb.ts';
import { foldAlarm } from './alarm.ts';
import { amend } from './amend.ts';
import { foldHelp } from './help.ts';
import { factKind } from './factKind.ts';
import type { Incident, Said } from './model.ts';
import { partyKey } from './model.ts';
import { said } from './said.ts';

type Body = NonNullable<Event['body']>;

/** Adds an event to what is known of its incident. An event that was had before changes nothing (a resumed session sends some again). */
export function foldIncident(incident: Incident, event: Event, receivedAt: number): boolean {
  const who = said(event);
  if (incident.events.has(who.eventId)) return false;
  incident.events.set(who.eventId, event);
  incident.revision += 1;
  incident.receivedAt = receivedAt;
  if (event.envelope?.exercise) incident.exercise = true;
  for (const one of event.withheld) {
    const key = `${one.owner ?? ''}|${one.marking ?? 0}`;
    incident.withheld.set(key, {
      owner: one.owner ?? '', marking: one.marking ?? 0, howToAsk: one.howToAsk, eventId: who.eventId, at: who.at,
    });
  }
  const body = event.body;
  if (foldAlarm(incident, who, body) || foldBriefing(incident, who, body) || foldHelp(incident, who, body)) return true;
  foldFrame(incident, who, body);
  return true;
}

/** The incident itself: what it is, whose, who works with it. */
function foldFrame(incident: Incident, who: Said, body: Body): void {
  switch (body.case) {
    case 'incidentReported':
      incident.reported = who;
      incident.types = body.value.types;
      // A notice that became an incident is one from here.
      if (incident.notice) incident.notice.ended ??= { cause: EndCause.CONVERTED, at: who.at };
      return;
    case 'advanceNoticeIssued': {
      const { types, text, validFrom, validUntil } = body.value;
      if (!incident.reported) incident.types = types;
      incident.notice = { said: who, text, from: millis(validFrom), until: millis(validUntil) };
      return;
    }
    case 'advanceNoticeEnded':
      // Whoever comes late is told of the end alone: that it was a notice, and no incident, must still be known.
      incident.notice ??= { said: who, from: 0, until: 0 };
      incident.notice.ended = { cause: body.value.cause ?? EndCause.UNSPECIFIED, reason: body.value.reason, at: who.at };
      return;
    case 'factStated':
      return foldFact(incident, who, body);
    case 'externalNumberAdded':
      if (body.value.number) incident.numbers.push({ said: who, number: body.value.number });
      return;
    case 'deskClaimed':
      incident.desks.set(who.owner, { desk: body.value.desk, person: body.value.person ?? who.person, at: who.at });
      return;
    case 'deskHandedOver':
      incident.desks.set(who.owner, { desk: body.value.toDesk, at: who.at });
      return;
    case 'incidentLinked': {
      const { otherIncidentId, kind, unlinked, reason } = body.value;
      if (!otherIncidentId) return;
      const key = `${otherIncidentId}|${who.owner}`;
      if (unlinked) incident.links.delete(key);
      else incident.links.set(key, { said: who, other: otherIncidentId, kind: kind ?? LinkKind.RELATED, reason });
      return;
    }
    case 'involvementChanged': {
      const { organisation, involvement, cause, because } = body.value;
      if (!organisation) return;
      const level = involvement ?? Involvement.UNSPECIFIED;
      incident.involvement.set(organisation, { level, cause: cause ?? InvolvementCause.UNSPECIFIED, because, at: who.at });
      if (level !== Involvement.NONE) incident.stoodDown.delete(organisation);
      if (level === Involvement.LEAD && incident.leadOffer?.to === organisation) incident.leadOffer = undefined;
      return;
    }
    case 'leadOffered':
      incident.leadOffer = { to: body.value.toOrganisation ?? '', said: who };
      return;
    case 'stoodDown': {
      const organisation = body.value.organisation ?? who.owner;
      incident.stoodDown.set(organisation, { at: who.at, reason: body.value.reason });
      for (const alarm of incident.alarms.values()) {
        for (const party of alarm.parties.values()) if (party.organisation === organisation) party.stoodDown = true;
      }
      return;
    }
    case 'incidentClosed':
      incident.closed = { said: who, outcome: body.value.outcome ?? CloseOutcome.UNSPECIFIED, reason: body.value.reason };
      return;
    case 'incidentReopened':
      incident.closed = undefined;
      return;
    default:
      // A kind this client does not know: kept among the events, shown as such in the timeline, and never a fault.
      return;
  }
}

function foldFact(incident: Incident, who: Said, body: Extract<Body, { case: 'factStated' }>): void {
  const stated = body.value;
  const kind = factKind(stated);
  if (!kind) return;
  const key = `${kind}|${who.owner}`;
  if (stated.withdrawn) incident.facts.delete(key);
  else incident.facts.set(key, { said: who, kind, stated });
}

/** Total information, reports from the scene, status. */
function foldBriefing(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'totalInformationIssued': {
      const number = body.value.number ?? 0;
      incident.totals.set(number, { said: who, issued: body.value, addenda: incident.totals.get(number)?.addenda ?? [] });
      return true;
    }
    case 'addendumIssued': {
      const addendum = { said: who, addendum: body.value };
      amend(incident.totals, addendum.addendum.number, ({ addenda }) => ({ addenda: [...addenda, addendum] }));
      return true;
    }
    case 'totalInformationConfirmed': {
      const { number, organisation, unit } = body.value;
      const key = partyKey(organisation, unit);
      const before = incident.confirmed.get(key);
      if ((number ?? 0) >= (before?.number ?? 0)) {
        incident.confirmed.set(key, { number: number ?? 0, at: who.at, organisation: organisation ?? who.owner, unit });
      }
      return true;
    }
    case 'arrivalReportPrompted':
      incident.prompts.push({ unit: body.value.unit, at: who.at });
      return true;
    case 'arrivalReportFiled':
      incident.arrivalReports.push({ said: who, report: body.value });
      return true;
    case 'sitrepFiled':
      incident.sitreps.push({ said: who, report: body.value });
      return true;
    case 'unitStatusReported': {
      const { unit, code, state, text, outOfOrder, relayed, atBreakPoint } = body.value;
      if (!unit?.unitId) return true;
      incident.units.set(unit.unitId, {
        unit, owner: who.owner, code, state: state ?? UnitState.UNSPECIFIED, text, at: who.at,
        outOfOrder: outOfOrder ?? false, relayed: relayed ?? false, atBreakPoint: atBreakPoint ?? false, signedOff: false,
      });
      return true;
    }
    case 'unitSignedOff':
      amend(incident.units, body.value.unit?.unitId, () => ({ signedOff: true }));
      return true;
    case 'unitSignedOn':
      amend(incident.units, body.value.unit?.unitId, () => ({ signedOff: false }));
      return true;
    default:
      return false;
  }
}
