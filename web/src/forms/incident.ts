import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestamp } from '@samband/core';
import { CloseOutcome, LinkKind } from '@samband/core/gen/common_pb';
import { type StateFactSchema } from '@samband/core/gen/command_pb';
import { parsePlace } from '../live/place.ts';
import { choices, flag, list, moment, text, whole, words as commaWords, writtenMoment } from './types.ts';
import type { Choice, Field, Form, Subject, Values } from './types.ts';

type FactInit = MessageInitShape<typeof StateFactSchema>;

function words(subject: Subject) {
  return subject.session.voice.t.forms;
}

function typeSuggestions({ session }: Subject): string[] {
  const types = session.names.deployment?.plans.flatMap((plan) => plan.types) ?? [];
  return [...new Set(types)].sort((a, b) => a.localeCompare(b, 'sv'));
}

export function organisationChoices({ session }: Subject, withOwn = false): Choice[] {
  const own = session.own.organisation;
  return (session.names.deployment?.organisations ?? [])
    .filter((one) => !one.nobody && (withOwn || one.id !== own))
    .map((one) => ({ value: one.id ?? '', label: one.name ?? one.id ?? '' }));
}

/** What was written of the incident, as facts. */
function factsOf(values: Values): FactInit[] {
  const facts: FactInit[] = [];
  const address = { street: text(values, 'street'), object: text(values, 'object'), floor: text(values, 'floor'), locality: text(values, 'locality'), municipality: text(values, 'municipality') };
  if (Object.values(address).some((part) => part !== undefined)) facts.push({ value: { case: 'address', value: address } });
  const place = parsePlace(text(values, 'place') ?? '');
  if (place) facts.push({ value: { case: 'location', value: place } });
  const description = text(values, 'description');
  if (description) facts.push({ value: { case: 'description', value: { text: description } } });
  const hazard = text(values, 'hazard');
  if (hazard) facts.push({ value: { case: 'hazard', value: { what: hazard } } });
  const count = whole(values, 'casualties');
  if (count !== undefined) facts.push({ value: { case: 'casualties', value: { count } } });
  const caller = { name: text(values, 'callerName'), phone: text(values, 'callerPhone') };
  if (caller.name || caller.phone) facts.push({ value: { case: 'caller', value: caller } });
  const priority = text(values, 'priority');
  if (priority) facts.push({ value: { case: 'priority', value: { value: priority } } });
  return facts;
}

/** What is asked first on the telephone comes first: what, where, how bad, who calls. */
export function newIncident(subject: Subject): Form {
  const t = words(subject);
  const deployment = subject.session.names.deployment;
  const plans = deployment?.plans ?? [];
  const mayAlarm = subject.session.names.entry(subject.session.own.organisation)?.alarmRight === true;
  const fields: Field[] = [
    { kind: 'text', name: 'types', label: t.fields.types, required: true, suggestions: typeSuggestions(subject) },
    { kind: 'text', name: 'street', label: t.fields.street },
    { kind: 'text', name: 'locality', label: t.fields.locality },
    { kind: 'text', name: 'municipality', label: t.fields.municipality, suggestions: deployment?.municipalities ?? [] },
    { kind: 'place', name: 'place', label: t.fields.place, help: t.help.place },
    { kind: 'area', name: 'description', label: t.fields.description },
    { kind: 'text', name: 'hazard', label: t.fields.hazard },
    { kind: 'number', name: 'casualties', label: t.fields.casualties },
    { kind: 'text', name: 'callerName', label: t.fields.callerName },
    { kind: 'text', name: 'callerPhone', label: t.fields.callerPhone },
    { kind: 'text', name: 'priority', label: t.fields.priority },
    ...(mayAlarm
      ? [
          {
            kind: 'select' as const, name: 'plan', label: t.fields.plan, value: 'auto',
            choices: [{ value: 'auto', label: t.options.auto }, ...plans.map((plan) => ({ value: plan.name ?? '', label: plan.name ?? '' })), { value: '', label: t.options.notNow }],
          },
          { kind: 'text' as const, name: 'alarmText', label: t.fields.alarmText },
        ]
      : []),
    { kind: 'switch', name: 'exercise', label: t.fields.exercise },
  ];
  return {
    id: 'newIncident', title: t.actions.newIncident, submit: t.send, fields: () => fields,
    opens: true,
    send: (values) => {
      const plan = text(values, 'plan');
      const alarmText = text(values, 'alarmText') ?? text(values, 'description') ?? text(values, 'types');
      return {
        body: { case: 'reportIncident', value: { types: commaWords(values, 'types'), exercise: flag(values, 'exercise'), facts: factsOf(values) } },
        ...(plan ? { then: { body: { case: 'raiseAlarm', value: { plan, alarmText, parties: [] } } } } : {}),
      };
    },
  };
}

export function note(subject: Subject): Form {
  const t = words(subject);
  const fields: Field[] = [
    { kind: 'area', name: 'note', label: t.fields.note },
    { kind: 'area', name: 'sharedText', label: t.fields.sharedText },
  ];
  return {
    id: 'note', title: t.actions.note, submit: t.send, fields: () => fields, isEmpty: (values) => !text(values, 'note') && !text(values, 'sharedText'),
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'addNote', value: { note: text(values, 'note'), sharedText: text(values, 'sharedText') } } }),
  };
}

export function claim(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'claim', title: t.actions.claim, submit: t.actions.claim,
    fields: () => [{ kind: 'text', name: 'desk', label: t.fields.desk, required: true, value: localStorage.getItem('samband.desk') ?? '' }],
    send: (values) => {
      localStorage.setItem('samband.desk', text(values, 'desk') ?? '');
      return { incidentId: subject.incident?.id, body: { case: 'claimDesk', value: { desk: text(values, 'desk') } } };
    },
  };
}

export function handOver(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'handOver', title: t.actions.handOver, submit: t.send,
    fields: () => [{ kind: 'text', name: 'desk', label: t.fields.desk, required: true }, { kind: 'area', name: 'remark', label: t.fields.remark }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'handOverDesk', value: { toDesk: text(values, 'desk'), remark: text(values, 'remark') } } }),
  };
}

export function externalNumber(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'externalNumber', title: t.actions.externalNumber, submit: t.send,
    fields: () => [{ kind: 'text', name: 'system', label: t.fields.system, required: true }, { kind: 'text', name: 'number', label: t.fields.number, required: true }],
    send: (values) => ({
      incidentId: subject.incident?.id, body: { case: 'addExternalNumber', value: { number: { system: text(values, 'system'), number: text(values, 'number') } } },
    }),
  };
}

export function link(subject: Subject): Form {
  const t = words(subject);
  const others = subject.session.rows.filter((row) => row.incident.id !== subject.incident?.id);
  const fields: Field[] = [
    {
      kind: 'select', name: 'other', label: t.fields.other, required: true,
      choices: others.map((row) => ({ value: row.incident.id, label: `${row.incident.id.slice(0, 4)} ${row.title} ${row.place}` })), value: others[0]?.incident.id ?? '',
    },
    { kind: 'select', name: 'linkKind', label: t.fields.linkKind, choices: choices(t.options.linkKind), value: '2' },
    { kind: 'text', name: 'reason', label: t.fields.reason },
  ];
  return {
    id: 'link', title: t.actions.link, submit: t.send, fields: () => fields,
    send: (values) => ({
      incidentId: subject.incident?.id,
      body: { case: 'linkIncident', value: { otherIncidentId: text(values, 'other'), kind: Number(text(values, 'linkKind')) as LinkKind, reason: text(values, 'reason') } },
    }),
  };
}

export function involve(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'involve', title: t.actions.involve, submit: t.send,
    fields: () => [
      { kind: 'select', name: 'organisation', label: t.fields.organisation, required: true, choices: organisationChoices(subject), value: organisationChoices(subject)[0]?.value ?? '' },
      { kind: 'text', name: 'reason', label: t.fields.reason, required: true },
    ],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'involveOrganisation', value: { organisation: text(values, 'organisation'), reason: text(values, 'reason') } } }),
  };
}

export function offerLead(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'offerLead', title: t.actions.offerLead, submit: t.send,
    fields: () => [{ kind: 'select', name: 'organisation', label: t.fields.organisation, required: true, choices: organisationChoices(subject), value: organisationChoices(subject)[0]?.value ?? '' }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'offerLead', value: { toOrganisation: text(values, 'organisation') } } }),
  };
}

export function standDown(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'standDown', title: t.actions.standDown, submit: t.actions.standDown, twoSteps: true,
    fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'standDown', value: { reason: text(values, 'reason') } } }),
  };
}

export function close(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'close', title: t.actions.close, submit: t.actions.close, twoSteps: true,
    fields: () => [
      { kind: 'select', name: 'outcome', label: t.fields.outcome, choices: choices(t.options.outcome), value: '1' },
      { kind: 'text', name: 'reason', label: t.fields.reason },
    ],
    send: (values) => ({
      incidentId: subject.incident?.id, body: { case: 'closeIncident', value: { outcome: Number(text(values, 'outcome')) as CloseOutcome, reason: text(values, 'reason') } },
    }),
  };
}

export function reopen(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'reopen', title: t.actions.reopen, submit: t.send,
    fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'reopenIncident', value: { reason: text(values, 'reason') } } }),
  };
}

export function notice(subject: Subject): Form {
  const t = words(subject);
  const amends = subject.incident?.notice && !subject.incident.reported ? subject.incident : undefined;
  const fields: Field[] = [
    { kind: 'text', name: 'types', label: t.fields.types, required: true, value: amends?.types.join(', ') ?? '', suggestions: typeSuggestions(subject) },
    { kind: 'area', name: 'text', label: t.fields.text, required: true, value: amends?.notice?.text ?? '' },
    { kind: 'moment', name: 'validFrom', label: t.fields.validFrom, help: t.help.moment, value: writtenMoment(amends?.notice?.from) },
    { kind: 'moment', name: 'validUntil', label: t.fields.validUntil, help: t.help.moment, required: true, value: writtenMoment(amends?.notice?.until) },
    { kind: 'checks', name: 'organisations', label: t.fields.organisations, choices: organisationChoices(subject) },
    ...(amends ? [] : [{ kind: 'switch' as const, name: 'exercise', label: t.fields.exercise }]),
  ];
  const times = (values: Values) => {
    const { now } = subject.session;
    const from = moment(text(values, 'validFrom') ?? '', now);
    // A time of day alone is the next after the notice begins, not the next after now.
    const until = moment(text(values, 'validUntil') ?? '', Math.max(now, from ?? 0));
    return { validFrom: from === undefined ? undefined : timestamp(from), validUntil: until === undefined ? undefined : timestamp(until) };
  };
  return {
    id: amends ? 'amendNotice' : 'notice', title: amends ? t.actions.amendNotice : t.actions.notice, submit: t.send, fields: () => fields, ...(amends ? {} : { opens: true }),
    send: (values) => {
      const value = {
        types: commaWords(values, 'types'), text: text(values, 'text'),
        ...times(values), organisations: list(values, 'organisations'),
      };
      return amends
        ? { incidentId: amends.id, body: { case: 'amendAdvanceNotice', value } }
        : { body: { case: 'issueAdvanceNotice', value: { ...value, exercise: flag(values, 'exercise') } } };
    },
  };
}

export function withdrawNotice(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'withdrawNotice', title: t.actions.withdrawNotice, submit: t.send, twoSteps: true,
    fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'withdrawAdvanceNotice', value: { reason: text(values, 'reason') } } }),
  };
}
