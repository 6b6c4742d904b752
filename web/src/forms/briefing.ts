import type { MessageInitShape } from '@bufbuild/protobuf';
import { factGroups, holders, placeOf } from '@samband/core';
import { type FileArrivalReportSchema } from '@samband/core/gen/command_pb';
import { ReportTemplate } from '@samband/core/gen/common_pb';
import type { ArrivalReportFiled } from '@samband/core/gen/event_pb';
import { describe } from '../live/describe.ts';
import { shapeOf } from './template.ts';
import { choices, flag, list, partyOf, text, whole } from './types.ts';
import type { Choice, Field, Form, Subject, Values } from './types.ts';

function words(subject: Subject) {
  return subject.session.voice.t.forms;
}

/** What can stand in the total information: facts in force, reports, hazards; as they are seen here, and now, also while the form is open. */
function references({ session, incident: opened }: Subject): { choices: Choice[]; chosen: string[] } {
  const incident = session.incident(opened?.id);
  if (!incident) return { choices: [], chosen: [] };
  const ids = [
    ...factGroups(incident).flatMap((group) => group.facts.map((fact) => fact.said.eventId)),
    ...[...incident.hazards.values()].filter((one) => !one.ended).map((one) => one.said.eventId),
    ...incident.arrivalReports.slice(-2).map((one) => one.said.eventId),
  ];
  const found = ids.flatMap((id) => {
    const event = incident.events.get(id);
    return event ? [{ value: id, label: `${session.names.short(event.envelope?.owner)}: ${describe(session.voice, event)}` }] : [];
  });
  return { choices: found, chosen: found.map((one) => one.value) };
}

export function totalInformation(subject: Subject): Form {
  const t = words(subject);
  const fields = (): Field[] => {
    const { choices: found, chosen } = references(subject);
    return [
      { kind: 'area', name: 'sharedText', label: t.fields.sharedText },
      { kind: 'switch', name: 'material', label: t.fields.material, value: true },
      { kind: 'checks', name: 'references', label: t.fields.references, choices: found, value: chosen, grows: true },
    ];
  };
  return {
    id: 'totalInformation', title: t.actions.totalInformation, submit: t.send, fields,
    send: (values) => ({
      incidentId: subject.incident?.id,
      body: {
        case: 'issueTotalInformation',
        value: { referenceEventIds: list(values, 'references'), sharedText: text(values, 'sharedText'), material: flag(values, 'material') },
      },
    }),
  };
}

export function confirmTotalFor(subject: Subject): Form {
  const t = words(subject);
  const { incident, session } = subject;
  const newest = Math.max(0, ...(incident?.totals.keys() ?? []));
  const behind = incident ? holders(incident, session.now, session.own.organisation).filter((one) => one.number < newest) : [];
  return {
    id: 'confirmTotalFor', title: t.actions.confirmTotalFor, submit: t.send,
    fields: () => [{
      kind: 'select', name: 'party', label: t.fields.party, required: true,
      choices: behind.map((one) => ({ value: one.row.key, label: session.names.party(one.row.organisation, one.row.unit) })), value: behind[0]?.row.key ?? '',
    }],
    send: (values) => ({
      incidentId: incident?.id,
      body: { case: 'confirmTotalInformation', value: { number: newest, relayedFor: partyOf(text(values, 'party') ?? '') } },
    }),
  };
}

function unitChoices(subject: Subject): Choice[] {
  const { names, own } = subject.session;
  return (names.deployment?.units ?? []).filter((one) => one.organisation === own.organisation)
    .map((one) => ({ value: one.unitId ?? '', label: `${one.callSign ?? ''} ${one.kind ?? ''}` }));
}

/** The unit a desk reports for; a unit reports for itself. */
function unitField(subject: Subject): Field[] {
  const t = words(subject);
  if (subject.session.own.unitId) return [];
  const onIncident = [...(subject.incident?.units.keys() ?? [])];
  const all = unitChoices(subject);
  const first = all.find((one) => onIncident.includes(one.value)) ?? all[0];
  return [{ kind: 'select', name: 'unit', label: t.fields.unit, required: true, choices: all, value: first?.value ?? '' }];
}

/** A report as the form has it: one that corrects it is whole, so what nobody touches has to stay. */
export function asWritten(report: ArrivalReportFiled): Values {
  const count = report.casualties?.count;
  return {
    template: String(report.template ?? ReportTemplate.METHANE), unit: report.unit?.unitId ?? '', major: report.majorIncident ?? false, exactPlace: report.exactPlace ?? '',
    what: report.what ?? '', damage: report.damage ?? '', hazards: report.hazards ?? '', access: report.access ?? '', breakPoint: report.breakPoint?.description ?? '',
    casualties: count === undefined ? '' : String(count), resourcesOnScene: report.resourcesOnScene ?? '', resourcesNeeded: report.resourcesNeeded ?? '',
  };
}

/** What a correction cannot say in the form, of what stood: the place of a break point that is the same, and who is trapped. */
export function carried(before: ArrivalReportFiled | undefined, breakPoint: string | undefined, count: number | undefined): Pick<MessageInitShape<typeof FileArrivalReportSchema>, 'breakPoint' | 'casualties'> {
  const location = breakPoint === before?.breakPoint?.description ? before?.breakPoint?.location : undefined;
  const { trapped, severity } = before?.casualties ?? {};
  return {
    ...(breakPoint || location ? { breakPoint: { ...(breakPoint ? { description: breakPoint } : {}), ...(location ? { location } : {}) } } : {}),
    ...(count === undefined ? {} : { casualties: { count, ...(trapped === undefined ? {} : { trapped }), ...(severity === undefined ? {} : { severity }) } }),
  };
}

export function arrivalReport(subject: Subject, corrects?: string): Form {
  const t = words(subject);
  const before = corrects === undefined ? undefined : subject.incident?.arrivalReports.find((one) => one.report.reportId === corrects)?.report;
  const own = subject.session.names.entry(subject.session.own.organisation);
  const present = String(own?.reportTemplate || ReportTemplate.METHANE);
  const place = subject.incident ? placeOf(subject.incident) : '';
  const fields = (values: Values): Field[] => {
    const shape = shapeOf(Number(text(values, 'template') ?? present) as ReportTemplate);
    const line = (name: 'exactPlace' | 'what' | 'damage' | 'hazards' | 'access'): Field => ({
      kind: 'text', name, label: t.fields[name], required: shape.required.includes(name), ...(name === 'exactPlace' && shape.required.includes(name) ? { value: place } : {}),
    });
    return [
      ...unitField(subject),
      { kind: 'select', name: 'template', label: t.fields.template, choices: choices(t.options.template), value: present },
      { kind: 'switch', name: 'major', label: t.fields.major },
      line('exactPlace'), line('what'), line('damage'), line('hazards'), line('access'),
      { kind: 'text', name: 'breakPoint', label: t.fields.breakPoint },
      { kind: 'number', name: 'casualties', label: t.fields.casualties, required: shape.needsCasualties },
      { kind: 'text', name: 'resourcesOnScene', label: t.fields.resourcesOnScene },
      { kind: 'text', name: 'resourcesNeeded', label: t.fields.resourcesNeeded },
    ];
  };
  return {
    id: 'arrivalReport', of: corrects, title: t.actions.arrivalReport, submit: t.send, fields,
    send: (values) => {
      const template = Number(text(values, 'template')) as ReportTemplate;
      const count = whole(values, 'casualties');
      const breakPoint = text(values, 'breakPoint');
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'fileArrivalReport',
          value: {
            unitId: text(values, 'unit'), template, ...(corrects ? { correctsReportId: corrects } : {}),
            ...(flag(values, 'major') || shapeOf(template).needsMajor || before?.majorIncident !== undefined ? { majorIncident: flag(values, 'major') } : {}), exactPlace: text(values, 'exactPlace'), what: text(values, 'what'),
            damage: text(values, 'damage'), hazards: text(values, 'hazards'), access: text(values, 'access'),
            ...carried(before, breakPoint, count),
            resourcesOnScene: text(values, 'resourcesOnScene'), resourcesNeeded: text(values, 'resourcesNeeded'),
          },
        },
      };
    },
  };
}

export function sitrep(subject: Subject): Form {
  const t = words(subject);
  const fields: Field[] = [
    ...(subject.session.own.unitId ? [] : [{ ...(unitField(subject)[0] as Field & { kind: 'select' }), required: false, choices: [{ value: '', label: '–' }, ...unitChoices(subject)], value: '' }]),
    { kind: 'area', name: 'situation', label: t.fields.situation, required: true },
    { kind: 'text', name: 'measures', label: t.fields.measures },
    { kind: 'text', name: 'forecast', label: t.fields.forecast },
    { kind: 'text', name: 'hazards', label: t.fields.hazards },
    { kind: 'number', name: 'casualties', label: t.fields.casualties },
    { kind: 'text', name: 'resourcesNeeded', label: t.fields.resourcesNeeded },
  ];
  return {
    id: 'sitrep', title: t.actions.sitrep, submit: t.send, fields: () => fields,
    send: (values) => {
      const count = whole(values, 'casualties');
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'fileSitrep',
          value: {
            unitId: text(values, 'unit'), situation: text(values, 'situation'), measures: text(values, 'measures'), forecast: text(values, 'forecast'),
            hazards: text(values, 'hazards'), ...(count === undefined ? {} : { casualties: { count } }), resourcesNeeded: text(values, 'resourcesNeeded'),
          },
        },
      };
    },
  };
}

/** A status that was heard, entered for a unit. */
export function unitStatus(subject: Subject): Form {
  const t = words(subject);
  const codes = subject.session.names.codes(subject.session.own.organisation);
  const fields: Field[] = [
    ...unitField(subject),
    { kind: 'select', name: 'code', label: t.fields.code, required: true, choices: codes.map((one) => ({ value: one.code ?? '', label: `${one.code ?? ''} – ${one.text ?? ''}` })), value: codes[0]?.code ?? '' },
    { kind: 'switch', name: 'atBreakPoint', label: t.fields.atBreakPoint },
  ];
  return {
    id: 'unitStatus', title: t.actions.unitStatus, submit: t.send, fields: () => fields,
    send: (values) => ({
      incidentId: subject.incident?.id,
      body: { case: 'reportUnitStatus', value: { unitId: text(values, 'unit'), code: text(values, 'code'), ...(flag(values, 'atBreakPoint') ? { atBreakPoint: true } : {}) } },
    }),
  };
}

/** A unit's own state, apart from any incident. */
export function unitState(subject: Subject): Form {
  const t = words(subject);
  const codes = subject.session.names.codes(subject.session.own.organisation);
  const fields: Field[] = [
    ...unitField({ ...subject, incident: undefined }),
    { kind: 'switch', name: 'onDuty', label: t.fields.onDuty, value: true },
    { kind: 'select', name: 'code', label: t.fields.code, choices: [{ value: '', label: '–' }, ...codes.map((one) => ({ value: one.code ?? '', label: `${one.code ?? ''} – ${one.text ?? ''}` }))], value: '' },
    { kind: 'number', name: 'crew', label: t.fields.crew },
  ];
  return {
    id: 'unitState', isFree: true, title: t.actions.unitState, submit: t.send, fields: () => fields,
    send: (values) => {
      const crewSize = whole(values, 'crew');
      return { body: { case: 'reportUnitState', value: { unitId: text(values, 'unit'), onDuty: flag(values, 'onDuty'), code: text(values, 'code'), ...(crewSize === undefined ? {} : { crewSize }), capabilities: [] } } };
    },
  };
}

export function signOff(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'signOff', isFree: true, title: t.actions.signOff, submit: t.actions.signOff, twoSteps: true, fields: () => unitField({ ...subject, incident: undefined }),
    send: (values) => ({ body: { case: 'signOffUnit', value: { unitId: text(values, 'unit') } } }),
  };
}

export function covert(subject: Subject): Form {
  const t = words(subject);
  return {
    id: 'covert', isFree: true, title: t.actions.covert, submit: t.send, twoSteps: true,
    fields: () => [...unitField({ ...subject, incident: undefined }), { kind: 'switch', name: 'covert', label: t.fields.covert, value: true }],
    send: (values) => ({ body: { case: 'setCovert', value: { unitId: text(values, 'unit'), covert: flag(values, 'covert') } } }),
  };
}
