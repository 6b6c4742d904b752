import type { Emergency, HazardEntry, MediaLine, Offer, ResourceRequest, TalkgroupState } from '@samband/core';
import { timestamp } from '@samband/core';
import type { MessagePriority } from '@samband/core/gen/common_pb';
import { parsePlace } from '../live/place.ts';
import { degrees } from './fact.ts';
import { organisationChoices } from './incident.ts';
import { choices, flag, list, text, timeOfDay, whole } from './types.ts';
import type { Choice, Form, Subject, Values } from './types.ts';

function words(subject: Subject) {
  return subject.session.voice.t.forms;
}

function at(subject: Subject, values: Values, name: string) {
  const time = timeOfDay(text(values, name) ?? '', subject.session.now);
  return time === undefined ? {} : { [name]: timestamp(time) };
}

function ownUnits(subject: Subject): Choice[] {
  const { names, own } = subject.session;
  return (names.deployment?.units ?? []).filter((one) => one.organisation === own.organisation).map((one) => ({ value: one.unitId ?? '', label: one.callSign ?? '' }));
}

export function request(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'request', title: t.actions.request, submit: t.send,
    fields: () => [
      { kind: 'text', name: 'what', label: t.fields.what, required: true },
      { kind: 'number', name: 'quantity', label: t.fields.quantity, value: '1' },
      { kind: 'checks', name: 'to', label: t.fields.to, choices: organisationChoices(subject), help: t.options.everybodyInvolved },
      { kind: 'time', name: 'wantedAt', label: t.fields.wantedAt },
      { kind: 'text', name: 'reportTo', label: t.fields.reportTo },
    ],
    send: (values) => {
      const reportTo = text(values, 'reportTo');
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'requestResource',
          value: {
            toOrganisations: list(values, 'to'), what: text(values, 'what'), quantity: whole(values, 'quantity') ?? 1, ...at(subject, values, 'wantedAt'),
            ...(reportTo ? { reportTo: { description: reportTo } } : {}),
          },
        },
      };
    },
  };
}

export function offer(subject: Subject, answers?: ResourceRequest): Form {
  const t = words(subject);
  return {
    id: 'offer', of: answers?.id, title: t.actions.offer, lead: answers?.requested.what ?? '', submit: t.send,
    fields: () => [
      { kind: 'text', name: 'what', label: t.fields.what, required: true, value: answers?.requested.what ?? '' },
      { kind: 'checks', name: 'units', label: t.fields.units, choices: ownUnits(subject) },
      { kind: 'time', name: 'thereAt', label: t.fields.thereAt },
    ],
    send: (values) => ({
      incidentId: subject.incident?.id,
      body: { case: 'offerResource', value: { ...(answers ? { requestId: answers.id } : {}), what: text(values, 'what'), unitIds: list(values, 'units'), ...at(subject, values, 'thereAt') } },
    }),
  };
}

function withReason(subject: Subject, id: string, of: string, title: string, needed: boolean, body: (reason: string | undefined) => ReturnType<Form['send']>['body']): Form {
  const t = words(subject);
  return {
    id, of, title, submit: title, fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason, required: needed }],
    send: (values) => ({ incidentId: subject.incident?.id, body: body(text(values, 'reason')) }),
  };
}

export function declineRequest(subject: Subject, of: ResourceRequest): Form {
  return withReason(subject, 'declineRequest', of.id, words(subject).actions.declineRequest, true, (reason) => ({ case: 'declineRequest', value: { requestId: of.id, reason } }));
}

export function closeRequest(subject: Subject, of: ResourceRequest): Form {
  return withReason(subject, 'closeRequest', of.id, words(subject).actions.closeRequest, false, (reason) => ({ case: 'closeRequest', value: { requestId: of.id, reason } }));
}

export function returnResource(subject: Subject, of: Offer): Form {
  return withReason(subject, 'returnResource', of.id, words(subject).actions.returnResource, false, (reason) => ({ case: 'returnResource', value: { offerId: of.id, unitIds: [], reason } }));
}

export function endHazard(subject: Subject, of: HazardEntry): Form {
  return withReason(subject, 'endHazard', of.id, words(subject).actions.endHazard, false, (reason) => ({ case: 'endHazard', value: { hazardId: of.id, reason } }));
}

export function cancelEmergency(subject: Subject, of: Emergency): Form {
  const t = words(subject);
  return {
    id: 'cancelEmergency', of: of.id, title: t.actions.cancelEmergency, submit: t.actions.cancelEmergency, twoSteps: true,
    fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason, required: true }, { kind: 'switch', name: 'byMistake', label: t.fields.byMistake }],
    send: (values) => ({
      incidentId: subject.incident?.id, body: { case: 'cancelEmergency', value: { emergencyId: of.id, reason: text(values, 'reason'), byMistake: flag(values, 'byMistake') } },
    }),
  };
}

export function emergency(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'emergency', title: t.actions.emergency, submit: t.actions.emergency, twoSteps: true,
    fields: () => [
      { kind: 'select', name: 'unit', label: t.fields.unit, required: true, choices: ownUnits(subject), value: ownUnits(subject)[0]?.value ?? '' },
      { kind: 'text', name: 'what', label: t.fields.what },
      { kind: 'place', name: 'place', label: t.fields.place, help: t.help.place },
    ],
    send: (values) => {
      const location = parsePlace(text(values, 'place') ?? '');
      return {
        ...(subject.incident ? { incidentId: subject.incident.id } : {}),
        body: { case: 'raiseEmergency', value: { unitId: text(values, 'unit'), what: text(values, 'what'), ...(location ? { location } : {}) } },
      };
    },
  };
}

export function hazard(subject: Subject, amends?: HazardEntry): Form {
  const t = words(subject);
  const before = amends?.reported.hazard;
  const where = degrees(amends?.reported.location);
  return {
    id: 'hazard', of: amends?.id, title: t.actions.hazard, submit: t.send,
    fields: () => [
      { kind: 'text', name: 'what', label: t.fields.what, required: true, value: before?.what ?? '' },
      { kind: 'text', name: 'substance', label: t.fields.substance, value: before?.substance ?? '' },
      { kind: 'number', name: 'unNumber', label: t.fields.unNumber, value: before?.unNumber ? String(before.unNumber) : '' },
      { kind: 'number', name: 'standOff', label: t.fields.standOff, value: before?.standOffM ? String(before.standOffM) : '' },
      { kind: 'place', name: 'place', label: t.fields.place, help: t.help.place, value: where },
    ],
    send: (values) => {
      const written = text(values, 'place') ?? '';
      // Untouched it stays as exact as it was.
      const location = written === where ? amends?.reported.location : parsePlace(written);
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'reportHazard',
          value: {
            ...(amends ? { hazardId: amends.id } : {}),
            hazard: { what: text(values, 'what'), substance: text(values, 'substance'), unNumber: whole(values, 'unNumber'), standOffM: whole(values, 'standOff') },
            ...(location ? { location } : {}),
          },
        },
      };
    },
  };
}

export function mediaLine(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'mediaLine', title: t.actions.mediaLine, submit: t.send, fields: () => [{ kind: 'area', name: 'text', label: t.fields.text, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'proposeMediaLine', value: { text: text(values, 'text'), parties: [] } } }),
  };
}

export function answerMedia(subject: Subject, line: MediaLine): Form {
  const t = words(subject);
  return {
    id: 'answerMedia', of: line.id, title: t.actions.answerMedia, lead: line.text ?? '', submit: t.send,
    fields: (values) => [{ kind: 'switch', name: 'agrees', label: t.fields.agrees, value: true }, { kind: 'text', name: 'reason', label: t.fields.reason, required: values.agrees === false }],
    send: (values) => ({
      incidentId: subject.incident?.id, body: { case: 'answerMediaLine', value: { mediaLineId: line.id, agrees: flag(values, 'agrees'), reason: text(values, 'reason') } },
    }),
  };
}

export function lease(subject: Subject): Form {
  const t = words(subject);
  const groups = subject.session.names.deployment?.talkgroups.filter((one) => one.mayLease && (one.exercise ?? false) === (subject.incident?.exercise ?? false)) ?? [];
  return {
    id: 'lease', title: t.actions.lease, submit: t.actions.lease,
    fields: () => [{ kind: 'select', name: 'talkgroup', label: t.fields.talkgroup, choices: [{ value: '', label: t.options.nextFree }, ...groups.map((one) => ({ value: one.talkgroupId ?? '', label: one.name ?? '' }))], value: '' }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'leaseTalkgroup', value: { talkgroupId: text(values, 'talkgroup') } } }),
  };
}

export function message(subject: Subject, talkgroup: Pick<TalkgroupState, 'id'> | undefined): Form {
  const t = words(subject);
  const groups = subject.session.names.deployment?.talkgroups.filter((one) => one.maySend) ?? [];
  const leased = [...(subject.incident?.leases.values() ?? [])].find((one) => !one.returned)?.leased.talkgroup?.talkgroupId;
  return {
    id: 'message', of: talkgroup?.id, title: t.actions.message, submit: t.send,
    fields: () => [
      { kind: 'select', name: 'talkgroup', label: t.fields.talkgroup, required: true, choices: groups.map((one) => ({ value: one.talkgroupId ?? '', label: one.name ?? '' })), value: talkgroup?.id ?? leased ?? groups[0]?.talkgroupId ?? '' },
      { kind: 'area', name: 'text', label: t.fields.text, required: true },
      { kind: 'select', name: 'priority', label: t.fields.messagePriority, choices: choices(t.options.messagePriority), value: '1' },
      { kind: 'switch', name: 'confirm', label: t.fields.confirm },
    ],
    send: (values) => ({
      body: {
        case: 'sendMessage',
        value: { talkgroupId: text(values, 'talkgroup'), text: text(values, 'text'), priority: Number(text(values, 'priority')) as MessagePriority, confirm: flag(values, 'confirm') },
      },
    }),
  };
}

