import { alarmViews, isOutstanding } from '@samband/core';
import type { AlarmView, PartyRow, Pressed } from '@samband/core';
import { clock } from '../live/format.ts';
import { list, partyOf, text, whole, flag } from './types.ts';
import type { Choice, Field, Form, Subject, Values } from './types.ts';

function words(subject: Subject) {
  return subject.session.voice.t.forms;
}

export function views(subject: Subject): AlarmView[] {
  return subject.incident ? alarmViews(subject.incident, subject.session.now, subject.session.own.organisation) : [];
}

function rows(subject: Subject, wanted: (row: PartyRow) => boolean): { row: PartyRow; choice: Choice }[] {
  return views(subject).flatMap((view) => view.rows.filter(wanted).map((row) => ({
    row, choice: { value: `${row.alarmId}|${row.key}`, label: subject.session.names.party(row.organisation, row.unit) },
  })));
}

const split = (value: string | undefined) => {
  const [alarmId = '', key = ''] = (value ?? '').split('|');
  return { alarmId, party: partyOf(key) };
};

function talkgroupChoices(subject: Subject): Choice[] {
  const t = words(subject);
  const groups = subject.session.names.deployment?.talkgroups.filter((one) => one.mayLease && (one.exercise ?? false) === (subject.incident?.exercise ?? false)) ?? [];
  return [
    { value: '', label: t.options.nextFree },
    ...groups.map((one) => ({ value: one.talkgroupId ?? '', label: one.name ?? '' })),
    { value: '-', label: t.options.noTalkgroup },
  ];
}

export function alarm(subject: Subject): Form {
  const t = words(subject);
  const plans = subject.session.names.deployment?.plans ?? [];
  return {
    id: 'alarm', title: t.actions.alarm, submit: t.actions.alarm,
    fields: (values) => [
      {
        kind: 'select', name: 'plan', label: t.fields.plan, value: 'auto',
        choices: [{ value: 'auto', label: t.options.auto }, ...plans.map((plan) => ({ value: plan.name ?? '', label: plan.name ?? '' })), { value: '-', label: t.options.byHand }],
      },
      { kind: 'parties', name: 'parties', label: t.fields.parties, help: t.help.parties, required: text(values, 'plan') === '-' },
      { kind: 'switch', name: 'required', label: t.fields.required, value: true },
      { kind: 'number', name: 'dueSeconds', label: t.fields.dueSeconds },
      { kind: 'area', name: 'alarmText', label: t.fields.alarmText },
      { kind: 'select', name: 'talkgroup', label: t.fields.talkgroup, choices: talkgroupChoices(subject), value: '' },
      { kind: 'text', name: 'reason', label: t.fields.reason, required: text(values, 'plan') === '-' },
    ],
    send: (values) => {
      const plan = text(values, 'plan');
      const group = text(values, 'talkgroup');
      const dueSeconds = whole(values, 'dueSeconds');
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'raiseAlarm',
          value: {
            ...(plan && plan !== '-' ? { plan } : {}),
            parties: list(values, 'parties').map((key) => ({ ...partyOf(key), required: flag(values, 'required'), ...(dueSeconds ? { dueSeconds } : {}) })),
            alarmText: text(values, 'alarmText'), reason: text(values, 'reason'),
            ...(group === '-' ? { withoutTalkgroup: true } : group ? { talkgroupId: group } : {}),
          },
        },
      };
    },
  };
}

/** Which alarm is meant, where there are several: by its time and who was alarmed. With one there is nothing to choose. */
function alarmField(subject: Subject, ids: string[]): Field[] {
  const { session, incident } = subject;
  const choices = [...new Set(ids)].flatMap((id) => {
    const found = incident?.alarms.get(id);
    const who = [...(found?.parties.values() ?? [])].map((one) => session.names.party(one.organisation, one.unit)).join(', ');
    return found ? [{ value: id, label: [clock(found.said.at), found.text, who].filter(Boolean).join(' · ') }] : [];
  });
  return choices.length > 1 ? [{ kind: 'select', name: 'alarm', label: words(subject).fields.alarm, required: true, choices, value: choices[0]?.value ?? '' }] : [];
}

export function addParties(subject: Subject, replaces?: PartyRow): Form {
  const t = words(subject);
  const replaceable = rows(subject, (row) => row.stage === 'declined' || row.stage === 'overdue');
  const ids = views(subject).map((view) => view.alarm.id);
  const fields: Field[] = [
    ...(replaces ? [] : alarmField(subject, ids)),
    { kind: 'parties', name: 'parties', label: t.fields.parties, help: t.help.parties, required: true },
    { kind: 'switch', name: 'required', label: t.fields.required, value: true },
    {
      kind: 'select', name: 'replaces', label: t.fields.replaces, choices: [{ value: '', label: '–' }, ...replaceable.map((one) => one.choice)],
      value: replaces ? `${replaces.alarmId}|${replaces.key}` : '',
    },
    { kind: 'text', name: 'reason', label: t.fields.reason },
  ];
  return {
    id: 'addParties', of: replaces && `${replaces.alarmId}|${replaces.key}`, title: t.actions.addParties, submit: t.actions.alarm, fields: () => fields,
    send: (values) => {
      const replaced = text(values, 'replaces');
      const { alarmId, party } = split(replaced);
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'addParties',
          value: {
            alarmId: replaced ? alarmId : (text(values, 'alarm') ?? ids[0]),
            parties: list(values, 'parties').map((key) => ({ ...partyOf(key), required: flag(values, 'required') })),
            ...(replaced ? { replaces: party } : {}), reason: text(values, 'reason'),
          },
        },
      };
    },
  };
}

export function decline(subject: Subject): Form {
  const t = words(subject);
  const ids = (subject.incident ? subject.session.outstanding(subject.incident) : []).filter((row) => row.stage !== 'recall_waiting').map((row) => row.alarmId);
  return {
    id: 'decline', title: t.actions.decline, submit: t.actions.decline, twoSteps: true,
    fields: () => [...alarmField(subject, ids), { kind: 'text', name: 'reason', label: t.fields.reason, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'decline', value: { alarmId: text(values, 'alarm') ?? ids[0], reason: text(values, 'reason') } } }),
  };
}

/** Parties that can be heard: they have not answered. */
export function heardRows(subject: Subject): PartyRow[] {
  return rows(subject, (row) => isOutstanding(row.stage) || row.stage === 'informed').map((one) => one.row);
}

export function waive(subject: Subject, row?: PartyRow): Form {
  const t = words(subject);
  const waiting = rows(subject, (one) => one.holdsGate);
  return {
    id: 'waive', of: row && `${row.alarmId}|${row.key}`, title: t.actions.waive, submit: t.actions.waive, twoSteps: true,
    fields: () => [
      { kind: 'select', name: 'party', label: t.fields.party, required: true, choices: waiting.map((one) => one.choice), value: row ? `${row.alarmId}|${row.key}` : (waiting[0]?.choice.value ?? '') },
      { kind: 'text', name: 'reason', label: t.fields.reason, required: true },
    ],
    send: (values) => {
      const { alarmId, party } = split(text(values, 'party'));
      return { incidentId: subject.incident?.id, body: { case: 'waiveParty', value: { alarmId, party, reason: text(values, 'reason') } } };
    },
  };
}

/** One for each alarm that somebody is called back from. */
function recalls(subject: Subject, values: Values): Pressed[] {
  const chosen = list(values, 'parties').map((value) => split(value));
  return [...new Set(chosen.map((one) => one.alarmId))].map((alarmId) => {
    const parties = chosen.filter((one) => one.alarmId === alarmId).map((one) => one.party);
    return { incidentId: subject.incident?.id, body: { case: 'recallAlarm', value: { alarmId, parties, reason: text(values, 'reason') } } };
  });
}

export function recall(subject: Subject): Form {
  const t = words(subject);
  const recallable = rows(subject, (row) => !['recalled', 'recall_waiting', 'stood_down', 'replaced'].includes(row.stage));
  return {
    id: 'recall', title: t.actions.recall, submit: t.actions.recall, twoSteps: true,
    fields: () => [
      // Nobody at all would be understood as everybody.
      { kind: 'checks', name: 'parties', label: t.fields.parties, required: true, choices: recallable.map((one) => one.choice), value: recallable.map((one) => one.choice.value) },
      { kind: 'text', name: 'reason', label: t.fields.reason, required: true },
    ],
    send: (values) => recalls(subject, values)[0] ?? { incidentId: subject.incident?.id, body: { case: 'recallAlarm', value: { reason: text(values, 'reason') } } },
    also: (values) => recalls(subject, values).slice(1),
  };
}

export function openGate(subject: Subject): Form {
  const t = words(subject);
  const ids = views(subject).filter((view) => view.gate === 'shut').map((view) => view.alarm.id);
  return {
    id: 'openGate', title: t.actions.openGate, submit: t.actions.openGate, twoSteps: true,
    fields: () => [...alarmField(subject, ids), { kind: 'text', name: 'reason', label: t.fields.reason, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'openGate', value: { alarmId: text(values, 'alarm') ?? ids[0], reason: text(values, 'reason') } } }),
  };
}
