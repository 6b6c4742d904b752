import type { MessageInitShape } from '@bufbuild/protobuf';
import { FACT_ORDER } from '@samband/core';
import { StateFactSchema } from '@samband/core/gen/command_pb';
import type { Severity } from '@samband/core/gen/common_pb';
import type { FactStated } from '@samband/core/gen/event_pb';
import { parsePlace } from '../live/place.ts';
import { choices, flag, text, whole, words } from './types.ts';
import type { Field, Form, Subject, Values } from './types.ts';

type Stated = NonNullable<MessageInitShape<typeof StateFactSchema>['value']>;
type Kind = NonNullable<Stated['case']>;

function fieldsOf(kind: Kind, subject: Subject): Field[] {
  const t = subject.session.voice.t.forms;
  const f = t.fields;
  const line = (name: string, label: string): Field => ({ kind: 'text', name, label });
  const severity: Field = { kind: 'select', name: 'severity', label: f.severity, choices: choices(t.options.severity), value: '' };
  const place: Field = { kind: 'place', name: 'place', label: f.place, help: t.help.place };
  switch (kind) {
    case 'address':
      return [line('street', f.street), line('object', f.object), line('floor', f.floor), line('locality', f.locality), line('municipality', f.municipality), line('access', f.access)];
    case 'location':
      return [{ ...place, required: true }];
    case 'caller':
      return [line('name', f.callerName), line('phone', f.callerPhone)];
    case 'patients':
      return [line('name', f.patientName), line('personalNumber', f.personalNumber)];
    case 'health':
      return [line('condition', f.condition), line('measures', f.measures), severity];
    case 'casualties':
      return [{ kind: 'number', name: 'count', label: f.casualties }, { kind: 'number', name: 'trapped', label: f.trapped }, severity];
    case 'hazard':
      return [line('what', f.what), line('substance', f.substance), { kind: 'number', name: 'unNumber', label: f.unNumber }, { kind: 'number', name: 'standOff', label: f.standOff }];
    case 'threat':
      return [line('assessment', f.assessment), { kind: 'switch', name: 'weapons', label: f.weapons }, severity, line('derived', f.derivedInstruction), line('breakPoint', f.breakPoint)];
    case 'safety':
      return [line('instruction', f.derivedInstruction), { kind: 'switch', name: 'threat', label: t.fields.assessment, value: true }];
    case 'suspect':
      return [line('name', f.suspectName), line('description', f.suspectDescription)];
    case 'accessCode':
      return [line('doorCode', f.doorCode), line('keyNumber', f.keyNumber), line('remark', f.remark)];
    case 'objectCard':
      return [{ kind: 'area', name: 'text', label: f.text }, line('reference', f.references)];
    case 'vehicle':
      return [line('registration', f.registration), line('description', f.description)];
    case 'breakPoint':
      return [line('description', f.breakPoint), place];
    case 'talkgroups':
      return [line('names', f.talkgroup)];
    case 'priority':
      return [line('value', f.priority)];
    case 'description':
    case 'alarmText':
      return [{ kind: 'area', name: 'text', label: f.text }];
  }
}

function stated(kind: Kind, values: Values): Stated | undefined {
  const place = parsePlace(text(values, 'place') ?? '');
  const severity = Number(text(values, 'severity') ?? 0) as Severity;
  const line = (name: string) => text(values, name);
  switch (kind) {
    case 'address':
      return { case: kind, value: { street: line('street'), object: line('object'), floor: line('floor'), locality: line('locality'), municipality: line('municipality'), access: line('access') } };
    case 'location':
      return place && { case: kind, value: place };
    case 'caller':
      return { case: kind, value: { name: line('name'), phone: line('phone') } };
    case 'patients':
      return { case: kind, value: { patients: [{ name: line('name'), personalNumber: line('personalNumber') }] } };
    case 'health':
      return { case: kind, value: { condition: line('condition'), measures: line('measures'), ...(severity ? { severity } : {}) } };
    case 'casualties':
      return { case: kind, value: { count: whole(values, 'count'), trapped: whole(values, 'trapped'), ...(severity ? { severity } : {}) } };
    case 'hazard':
      return { case: kind, value: { what: line('what'), substance: line('substance'), unNumber: whole(values, 'unNumber'), standOffM: whole(values, 'standOff') } };
    case 'threat':
      return { case: kind, value: { assessment: line('assessment'), weapons: flag(values, 'weapons'), ...(severity ? { level: severity } : {}) } };
    case 'safety':
      return { case: kind, value: { instruction: line('instruction'), threat: flag(values, 'threat') } };
    case 'suspect':
      return { case: kind, value: { name: line('name'), description: line('description') } };
    case 'accessCode':
      return { case: kind, value: { doorCode: line('doorCode'), keyNumber: line('keyNumber'), remark: line('remark') } };
    case 'objectCard':
      return { case: kind, value: { text: line('text'), reference: line('reference') } };
    case 'vehicle':
      return { case: kind, value: { registration: line('registration'), description: line('description') } };
    case 'breakPoint':
      return { case: kind, value: { description: line('description'), ...(place ? { location: place } : {}) } };
    case 'talkgroups':
      return { case: kind, value: { names: words(values, 'names') } };
    case 'priority':
      return { case: kind, value: { value: line('value') } };
    case 'description':
    case 'alarmText':
      return { case: kind, value: { text: line('text') } };
  }
}

/** Whether anything is said in it, at any depth; a switch that is off says nothing. */
function says(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(says);
  if (typeof value === 'object' && value !== null) return Object.entries(value).some(([key, part]) => key !== 'case' && says(part));
  return value !== undefined && value !== false && value !== '';
}

/** Fields that the form calls something else. */
const IN_THE_FORM: Record<string, string> = { standOffM: 'standOff', level: 'severity' };

/** A place as {@link parsePlace} reads it. */
export function degrees(place: { latitude?: number; longitude?: number } | undefined): string {
  return place?.latitude === undefined || place.longitude === undefined ? '' : `${place.latitude.toFixed(6)} ${place.longitude.toFixed(6)}`;
}

/** What stands, as the form has it: a fact is replaced whole, so what nobody touches has to stay. */
export function written({ value }: FactStated): Values {
  if (!value.case) return {};
  const values: Values = { kind: value.case };
  const fields: object = (value.case === 'patients' ? value.value.patients[0] : value.value) ?? {};
  for (const [name, one] of Object.entries(fields) as [string, unknown][]) {
    const known = IN_THE_FORM[name] ?? name;
    if (typeof one === 'boolean' || (typeof one === 'string' && !name.startsWith('$'))) values[known] = one;
    else if (typeof one === 'number') values[known] = String(one);
  }
  if (value.case === 'location') values.place = degrees(value.value);
  if (value.case === 'breakPoint') values.place = degrees(value.value.location);
  if (value.case === 'talkgroups') values.names = value.value.names.join(', ');
  return values;
}

/** States a fact of the own organisation, replaces it, or takes it back. */
export function fact(subject: Subject, preset?: Kind): Form {
  const voice = subject.session.voice;
  const t = voice.t.forms;
  const kinds = FACT_ORDER.map((kind) => ({ value: kind, label: voice.t.events.facts[kind] ?? kind }));
  const kindOf = (values: Values) => (text(values, 'kind') ?? preset ?? 'description') as Kind;
  const others = (subject.session.names.deployment?.organisations ?? []).filter((one) => !one.nobody && one.id !== subject.session.own.organisation);
  return {
    id: 'fact', title: t.actions.fact, submit: t.send,
    fields: (values) => [
      { kind: 'select', name: 'kind', label: t.fields.kind, choices: kinds, value: preset ?? 'description' },
      ...(flag(values, 'withdraw') ? [] : fieldsOf(kindOf(values), subject)),
      { kind: 'checks', name: 'shareWith', label: t.fields.shareWith, choices: others.map((one) => ({ value: one.id ?? '', label: one.shortName ?? one.id ?? '' })) },
      { kind: 'switch', name: 'withdraw', label: t.fields.withdraw },
    ],
    isEmpty: (values) => !flag(values, 'withdraw') && !says(stated(kindOf(values), values)),
    send: (values) => {
      const kind = kindOf(values);
      const withdraw = flag(values, 'withdraw');
      const value = withdraw ? emptyOf(kind) : stated(kind, values);
      const derived = text(values, 'derived');
      const breakPoint = text(values, 'breakPoint');
      const shareWith = Array.isArray(values.shareWith) ? values.shareWith : [];
      return {
        incidentId: subject.incident?.id, shareWith,
        body: {
          case: 'stateFact',
          value: {
            ...(value ? { value } : {}),
            ...(withdraw ? { withdraw: true } : {}),
            ...(kind === 'threat' && derived ? { derived: { threat: true, instruction: derived } } : {}),
            ...(kind === 'threat' && derived && breakPoint ? { derivedBreakPoint: { description: breakPoint } } : {}),
          },
        },
      };
    },
  };
}

/** The kind alone: what is taken back. */
function emptyOf(kind: Kind): Stated {
  return { case: kind, value: {} } as Stated;
}
