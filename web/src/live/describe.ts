import { AcknowledgementMeans } from '@samband/core/gen/common_pb';
import type { Hazard, UnitRef } from '@samband/core/gen/common_pb';
import type { ArrivalReportFiled, Event, FactStated, Party, PartyRef, SitrepFiled } from '@samband/core/gen/event_pb';
import type { Marking } from '@samband/core/gen/options_pb';
import { factKind, millis } from '@samband/core';
import type { FactKind, Names } from '@samband/core';
import { formatPlace } from './place.ts';
import { clock } from './format.ts';
import type { Messages } from '../texts/index.ts';

/** What texts are made with: the names of the deployment and the words of the language. */
export interface Voice {
  names: Names;
  t: Messages;
}

function join(...parts: (string | undefined | false)[]): string {
  return parts.filter(Boolean).join(', ');
}

export function markingText(voice: Voice, marking: Marking | undefined): string {
  const { names, t } = voice;
  return t.common.markings[marking ?? 0] ?? names.marking(marking) ?? String(marking ?? '');
}

/** What kind of fact it is, also where only its coarse form came. */
export function factKindText(voice: Voice, kind: FactKind): string {
  return voice.t.events.facts[kind] ?? kind;
}

export function hazardText(voice: Voice, hazard: Hazard | undefined): string {
  const words = voice.t.events.value;
  if (!hazard) return '';
  return join(
    hazard.what, hazard.substance, hazard.unNumber ? words.un(hazard.unNumber) : undefined,
    hazard.standOffM ? words.standOff(hazard.standOffM) : undefined,
  );
}

/** A stated value as one line. */
export function factText(voice: Voice, stated: FactStated): string {
  const words = voice.t.events.value;
  const { value } = stated;
  switch (value.case) {
    case 'address': {
      const { street, object, floor, locality, municipality, access } = value.value;
      return join(object, street, floor && words.floor(floor), locality, municipality !== locality && municipality, access && words.access(access));
    }
    case 'location':
      return join(formatPlace(value.value.latitude, value.value.longitude), value.value.accuracyM ? words.accuracy(Math.round(value.value.accuracyM)) : undefined);
    case 'caller':
      return join(value.value.name, value.value.phone && words.phone(value.value.phone));
    case 'patients':
      return value.value.patients.map((one) => join(one.name, one.personalNumber, one.registeredAddress)).join('; ');
    case 'health':
      return join(value.value.condition, value.value.measures, words.severity[value.value.severity ?? 0]);
    case 'casualties': {
      const { count, trapped, severity } = value.value;
      return join(count !== undefined && words.people(count), trapped ? words.trapped(trapped) : undefined, words.severity[severity ?? 0]);
    }
    case 'hazard':
      return hazardText(voice, value.value);
    case 'threat':
      return join(value.value.assessment, value.value.weapons && words.weapons, words.severity[value.value.level ?? 0], value.value.source);
    case 'safety':
      return join(value.value.threat && words.threatExists, value.value.instruction);
    case 'suspect':
      return join(value.value.name, value.value.description);
    case 'accessCode':
      return join(value.value.doorCode, value.value.keyNumber, value.value.remark);
    case 'objectCard':
      return join(value.value.text, value.value.reference);
    case 'vehicle':
      return join(value.value.registration, value.value.description);
    case 'breakPoint':
      return join(value.value.description, value.value.location && formatPlace(value.value.location.latitude, value.value.location.longitude));
    case 'talkgroups':
      return value.value.names.join(', ');
    case 'priority':
      return value.value.value ?? '';
    case 'description':
    case 'alarmText':
      return value.value.text ?? '';
    default:
      return coarseText(voice, stated);
  }
}

function coarseText(voice: Voice, stated: FactStated): string {
  const words = voice.t.events.value;
  const side = stated.locationCoarse?.sideM;
  if (side) return words.square(side >= 1000 ? `${side / 1000} km` : `${side} m`);
  if (stated.callerCoarse) return join(stated.callerCoarse.initials, stated.callerCoarse.phoneLastTwo && words.endsWith(stated.callerCoarse.phoneLastTwo));
  if (stated.patientsCoarse) return stated.patientsCoarse.patients.map((one) => join(one.initials, words.ageGroup[one.ageGroup ?? 0])).join('; ');
  if (stated.healthCoarse) return words.severity[stated.healthCoarse.severity ?? 0] ?? '';
  if (stated.threatCoarse) return join(words.severity[stated.threatCoarse.level ?? 0], stated.threatCoarse.weapons && words.weapons);
  if (stated.suspectCoarse) return stated.suspectCoarse.initials ?? '';
  if (stated.accessCodeCoarse) return stated.accessCodeCoarse.exists ? words.exists : '';
  if (stated.vehicleCoarse) return words.endsWith(stated.vehicleCoarse.registrationLastTwo ?? '');
  return '';
}

export function arrivalText(voice: Voice, report: ArrivalReportFiled): string {
  const words = voice.t.events.value;
  const { majorIncident, exactPlace, what, damage, hazards, access, breakPoint, casualties, resourcesOnScene, resourcesNeeded } = report;
  return [
    majorIncident && voice.t.events.lines.majorIncident, exactPlace, what, damage, hazards, access && words.access(access), breakPoint?.description,
    casualties?.count !== undefined && words.people(casualties.count), resourcesOnScene, resourcesNeeded,
  ].filter(Boolean).join('. ');
}

export function sitrepText(voice: Voice, report: SitrepFiled): string {
  const words = voice.t.events.value;
  const { situation, measures, forecast, hazards, casualties, resourcesNeeded } = report;
  return [situation, measures, forecast, hazards, casualties?.count !== undefined && words.people(casualties.count), resourcesNeeded].filter(Boolean).join('. ');
}

function units(voice: Voice, list: UnitRef[]): string {
  return list.map((unit) => voice.names.unit(unit)).join(', ');
}

function parties(voice: Voice, list: (Party | PartyRef)[]): string {
  return list.map((party) => voice.names.party(party.organisation, party.unit)).join(', ');
}

/** An event as one line. An event this page does not know says so: never a blank, never a fault. */
export function describe(voice: Voice, event: Event): string {
  return describeAlarm(voice, event) ?? describeReport(voice, event) ?? describeHelp(voice, event) ?? describeFrame(voice, event) ?? describeBeside(voice, event) ?? voice.t.events.lines.unknown;
}

function describeAlarm({ names, t }: Voice, event: Event): string | undefined {
  const voice = { names, t };
  const words = t.events.lines;
  const body = event.body;
  const who = (value: { organisation?: string; unit?: UnitRef }) => names.party(value.organisation, value.unit);
  switch (body.case) {
    case 'alarmRaised': {
      const line = body.value.alreadySent ? words.alarmSentElsewhere : words.alarmRaised;
      return line(parties(voice, body.value.parties), body.value.alarmText ?? '');
    }
    case 'partiesAdded':
      return words.partiesAdded(parties(voice, body.value.parties), body.value.because ?? '');
    case 'alarmDecided':
      return words.alarmDecided([body.value.plan, body.value.rule].filter(Boolean).join(', '));
    case 'acknowledged': {
      const { means, heardOn, counts } = body.value;
      const suffix = counts === false ? ` ${words.notCounted}` : '';
      if (means === AcknowledgementMeans.RELAYED) return words.acknowledgedRelayed(who(body.value), heardOn ?? '', names.short(event.envelope?.owner)) + suffix;
      return (means === AcknowledgementMeans.STATUS ? words.acknowledgedStatus : words.acknowledged)(who(body.value)) + suffix;
    }
    case 'declined':
      return words.declined(who(body.value), body.value.reason ?? '');
    case 'acknowledgementOverdue':
      return words.acknowledgementOverdue(who(body.value));
    case 'overdueWithdrawn':
      return words.overdueWithdrawn(who(body.value));
    case 'partyWaived':
      return words.partyWaived(who(body.value), body.value.reason ?? '');
    case 'alarmRecalled':
      return words.alarmRecalled(parties(voice, body.value.parties), body.value.reason ?? '');
    case 'recallAcknowledged':
      return words.recallAcknowledged(who(body.value));
    case 'gateOpened':
      return body.value.operatorReason ? words.gateOpenedByHand(body.value.operatorReason) : words.gateOpened;
    default:
      return undefined;
  }
}

function describeReport(voice: Voice, event: Event): string | undefined {
  const { names, t } = voice;
  const words = t.events.lines;
  const body = event.body;
  switch (body.case) {
    case 'totalInformationIssued':
      return words.totalInformationIssued(body.value.number ?? 0, body.value.sharedText ?? '');
    case 'addendumIssued':
      return words.addendumIssued(body.value.number ?? 0);
    case 'totalInformationConfirmed':
      return words.totalInformationConfirmed(names.party(body.value.organisation, body.value.unit), body.value.number ?? 0);
    case 'arrivalReportPrompted':
      return words.arrivalReportPrompted(names.unit(body.value.unit));
    case 'arrivalReportFiled': {
      const line = body.value.correctsReportId ? words.arrivalReportCorrected : words.arrivalReportFiled;
      return line(names.unit(body.value.unit), arrivalText(voice, body.value));
    }
    case 'sitrepFiled':
      return words.sitrepFiled(names.unit(body.value.unit), sitrepText(voice, body.value));
    case 'unitStatusReported': {
      const { unit, code, text, state, outOfOrder, atBreakPoint } = body.value;
      const line = words.unitStatusReported(names.unit(unit), code ?? '', text ?? t.common.unitState[state ?? 0] ?? '');
      return [line, outOfOrder && words.outOfOrder, atBreakPoint && words.atBreakPoint].filter(Boolean).join(' ');
    }
    case 'unitSignedOff':
      return words.unitSignedOff(names.unit(body.value.unit));
    case 'unitSignedOn':
      return words.unitSignedOn(names.unit(body.value.unit));
    case 'unitLocationRecorded':
      return words.unitLocationRecorded(names.unit(body.value.unit));
    case 'messageSent':
      return words.messageSent(body.value.text ?? '');
    default:
      return undefined;
  }
}

function describeHelp(voice: Voice, event: Event): string | undefined {
  const { names, t } = voice;
  const words = t.events.lines;
  const body = event.body;
  switch (body.case) {
    case 'talkgroupLeased': {
      const { talkgroup, companions, adopted, conflict } = body.value;
      const all = [talkgroup?.name, ...companions.map((one) => one.name)].filter(Boolean).join(', ');
      return [(adopted ? words.talkgroupAdopted : words.talkgroupLeased)(all), conflict && words.talkgroupConflict].filter(Boolean).join(' ');
    }
    case 'talkgroupReturned':
      return words.talkgroupReturned(body.value.talkgroup?.name ?? '');
    case 'talkgroupIdle':
      return words.talkgroupIdle(body.value.talkgroup?.name ?? '');
    case 'noTalkgroupFree':
      return words.noTalkgroupFree(body.value.fallback.map((one) => one.name).join(', '));
    case 'emergencyRaised':
      return words.emergencyRaised(names.unit(body.value.unit), body.value.what ?? '');
    case 'emergencyTold':
      return words.emergencyTold(units(voice, body.value.units));
    case 'emergencyAcknowledged':
      return words.emergencyAcknowledged(names.party(body.value.organisation, body.value.unit));
    case 'emergencyCancelled':
      return body.value.byMistake ? words.emergencyMistake : words.emergencyCancelled(body.value.reason ?? '');
    case 'resourceRequested':
      return words.resourceRequested(
        [body.value.quantity, body.value.what].filter(Boolean).join(' '), body.value.toOrganisations.map((one) => names.short(one)).join(', '),
      );
    case 'resourceOffered':
      return words.resourceOffered(join(body.value.what, units(voice, body.value.units)));
    case 'resourceDeclined':
      return words.resourceDeclined(body.value.reason ?? '');
    case 'offerAccepted':
      return words.offerAccepted;
    case 'resourceDeployed':
      return words.resourceDeployed(units(voice, body.value.units));
    case 'resourceReturned':
      return words.resourceReturned(units(voice, body.value.units));
    case 'requestClosed':
      return words.requestClosed(body.value.reason ?? '');
    case 'hazardReported':
      return words.hazardReported(hazardText(voice, body.value.hazard));
    case 'hazardEnded':
      return words.hazardEnded(body.value.reason ?? '');
    case 'mediaLineProposed':
      return words.mediaLineProposed(body.value.text ?? '');
    case 'mediaLineAnswered':
      return body.value.agrees ? words.mediaLineAgrees(names.short(body.value.organisation)) : words.mediaLineRefuses(names.short(body.value.organisation), body.value.reason ?? '');
    case 'mediaLineAgreed':
      return words.mediaLineAgreed;
    default:
      return undefined;
  }
}

function describeFrame(voice: Voice, event: Event): string | undefined {
  const { names, t } = voice;
  const words = t.events.lines;
  const body = event.body;
  switch (body.case) {
    case 'incidentReported':
      return words.incidentReported(body.value.types.join(', '));
    case 'factStated': {
      const kind = factKind(body.value);
      if (!kind) return words.factHidden;
      const name = factKindText(voice, kind);
      return body.value.withdrawn ? words.factWithdrawn(name) : words.factStated(name, factText(voice, body.value));
    }
    case 'noteAdded':
      return words.noteAdded([body.value.note, body.value.sharedText].filter(Boolean).join(' / '));
    case 'externalNumberAdded':
      return words.externalNumberAdded(body.value.number?.system ?? '', body.value.number?.number ?? '');
    case 'deskClaimed':
      return words.deskClaimed(join(body.value.desk, body.value.person));
    case 'deskHandedOver':
      return words.deskHandedOver(join(body.value.toDesk, body.value.remark));
    case 'incidentLinked': {
      const other = (body.value.otherIncidentId ?? '').slice(0, 4);
      return body.value.unlinked ? words.incidentUnlinked(other) : words.incidentLinked(words.linkKind[body.value.kind ?? 0] ?? '', other);
    }
    case 'involvementChanged':
      return words.involvementChanged(names.short(body.value.organisation), t.common.involvement[body.value.involvement ?? 0] ?? '', body.value.because ?? '');
    case 'leadOffered':
      return words.leadOffered(names.short(body.value.toOrganisation));
    case 'stoodDown':
      return words.stoodDown(names.short(body.value.organisation ?? event.envelope?.owner), body.value.reason ?? '');
    case 'incidentClosed':
      return words.incidentClosed(words.outcome[body.value.outcome ?? 0] ?? '', body.value.reason ?? '');
    case 'incidentReopened':
      return words.incidentReopened;
    case 'advanceNoticeIssued':
      return words.advanceNoticeIssued(body.value.types.join(', '), body.value.text ?? '');
    case 'advanceNoticeEnded':
      return words.advanceNoticeEnded(words.endCause[body.value.cause ?? 0] ?? '');
    case 'releaseRequested':
      return words.releaseRequested(names.short(body.value.ofOwner), markingText(voice, body.value.marking), body.value.purpose ?? '');
    case 'releaseRefused':
      return words.releaseRefused(body.value.reason ?? '');
    case 'releaseGranted': {
      const { marking, toOrganisation, until, ground } = body.value;
      return words.releaseGranted(markingText(voice, marking), names.short(toOrganisation), clock(millis(until)), ground ?? '');
    }
    case 'releaseEnded':
      return words.releaseEnded(words.endCause[body.value.cause ?? 0] ?? '');
    default:
      return undefined;
  }
}

/** What devices did, and what belongs to no incident. */
function describeBeside({ names, t }: Voice, event: Event): string | undefined {
  const words = t.events.lines;
  const body = event.body;
  switch (body.case) {
    case 'receiptsGathered': {
      const owner = event.envelope?.owner;
      return words.receiptsGathered(body.value.receipts.map((one) => `${names.party(owner, one.unit)} ${words.receiptStep[one.step ?? 0] ?? ''}`.trim()).join(', '));
    }
    case 'messageReceipts':
      return words.messageReceipts(body.value.receipts.length);
    case 'messageConfirmed':
      return words.messageConfirmed(names.party(body.value.organisation, body.value.unit));
    case 'talkgroupCleared':
      return words.talkgroupCleared(body.value.talkgroup?.name ?? '');
    case 'poolLeaseChanged':
      return (body.value.leased ? words.poolLeased : words.poolReturned)(body.value.talkgroup?.name ?? '');
    case 'poolNearlyExhausted':
      return words.poolNearlyExhausted(body.value.free ?? 0, body.value.total ?? 0);
    case 'unitStateReported': {
      const { unit, onDuty, code, text, state, crewSize } = body.value;
      const duty = onDuty === undefined ? undefined : onDuty ? words.onDuty : words.offDuty;
      return words.unitStateReported(names.unit(unit), join(duty, code, text ?? (state ? t.common.unitState[state] : undefined), crewSize !== undefined && words.crew(crewSize)));
    }
    default:
      return undefined;
  }
}
