import type { ReleaseEntry, ReleaseRequestEntry, WithheldEntry } from '@samband/core';
import type { DisclosureLevel } from '@samband/core/gen/common_pb';
import type { Marking } from '@samband/core/gen/options_pb';
import { markingText } from '../live/describe.ts';
import { choices, flag, text, whole } from './types.ts';
import type { Choice, Form, Subject } from './types.ts';

function words(subject: Subject) {
  return subject.session.voice.t.forms;
}

/** Asks an owner for what is withheld. */
export function requestRelease(subject: Subject, of?: WithheldEntry): Form {
  const t = words(subject);
  const { session, incident } = subject;
  const withheld: Choice[] = [...(incident?.withheld.values() ?? [])].map((one) => ({
    value: `${one.owner}|${one.marking}`, label: `${markingText(session.voice, one.marking)} – ${session.names.short(one.owner)}`,
  }));
  return {
    id: 'requestRelease', of: of && `${of.owner}|${of.marking}`, title: t.actions.requestRelease, lead: of?.howToAsk ?? '', submit: t.send,
    fields: () => [
      { kind: 'select', name: 'what', label: t.fields.marking, required: true, choices: withheld, value: of ? `${of.owner}|${of.marking}` : (withheld[0]?.value ?? '') },
      { kind: 'text', name: 'purpose', label: t.fields.purpose, required: true },
    ],
    send: (values) => {
      const [ofOwner, marking] = (text(values, 'what') ?? '').split('|');
      return { incidentId: incident?.id, body: { case: 'requestRelease', value: { ofOwner, marking: Number(marking) as Marking, purpose: text(values, 'purpose') } } };
    },
  };
}

/** Opens a marking of one's own to somebody: with reason, ground and end. */
export function grantRelease(subject: Subject, request?: ReleaseRequestEntry): Form {
  const t = words(subject);
  const { names, voice, own } = subject.session;
  const rules = names.deployment?.releases ?? [];
  const markings = [...new Set(rules.map((one) => one.marking ?? 0))];
  const wanted = request?.requested.marking;
  return {
    id: 'grantRelease', of: request?.id, title: t.actions.grantRelease, submit: t.actions.grantRelease, twoSteps: true,
    lead: request ? `${names.short(request.said.owner)}: ${markingText(voice, wanted)}. ${request.requested.purpose ?? ''}` : '',
    fields: (values) => {
      const marking = Number(text(values, 'marking') ?? wanted ?? markings[0] ?? 0);
      const to = text(values, 'to') ?? request?.said.owner ?? '';
      const grounds = (names.deployment?.grounds ?? []).filter((one) => one.markings.includes(marking) && (to === '' || one.receivers.includes(to)));
      const receivers = (names.deployment?.organisations ?? []).filter((one) => one.id !== own.organisation);
      return [
        ...(request ? [] : [
          { kind: 'select' as const, name: 'marking', label: t.fields.marking, required: true, choices: markings.map((one) => ({ value: String(one), label: markingText(voice, one) })), value: String(markings[0] ?? '') },
          { kind: 'select' as const, name: 'to', label: t.fields.to, required: true, choices: receivers.map((one) => ({ value: one.id ?? '', label: one.name ?? '' })), value: receivers[0]?.id ?? '' },
          { kind: 'select' as const, name: 'level', label: t.fields.level, choices: choices(t.options.level), value: '3' },
        ]),
        { kind: 'select', name: 'ground', label: t.fields.ground, required: true, choices: grounds.map((one) => ({ value: one.name ?? '', label: `${one.name ?? ''}: ${one.text ?? ''}` })), value: grounds[0]?.name ?? '' },
        { kind: 'text', name: 'reason', label: t.fields.reason, required: true },
        { kind: 'number', name: 'minutes', label: t.fields.minutes, value: '30' },
        { kind: 'switch', name: 'fromStart', label: t.fields.fromStart, value: true },
      ];
    },
    send: (values) => {
      const minutes = whole(values, 'minutes');
      return {
        incidentId: subject.incident?.id,
        body: {
          case: 'grantRelease',
          value: {
            ...(request ? { requestId: request.id } : {
              marking: Number(text(values, 'marking')) as Marking, toOrganisation: text(values, 'to'), level: Number(text(values, 'level')) as DisclosureLevel,
            }),
            ground: text(values, 'ground'), reason: text(values, 'reason'), fromStart: flag(values, 'fromStart'), ...(minutes ? { minutes } : {}),
          },
        },
      };
    },
  };
}

export function refuseRelease(subject: Subject, request: ReleaseRequestEntry): Form {
  const t = words(subject);
  return {
    id: 'refuseRelease', of: request.id, title: t.actions.refuseRelease, submit: t.actions.refuseRelease, fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'refuseRelease', value: { requestId: request.id, reason: text(values, 'reason') } } }),
  };
}

export function revokeRelease(subject: Subject, release: ReleaseEntry): Form {
  const t = words(subject);
  return {
    id: 'revokeRelease', of: release.id, title: t.actions.revokeRelease, submit: t.actions.revokeRelease, twoSteps: true, fields: () => [{ kind: 'text', name: 'reason', label: t.fields.reason, required: true }],
    send: (values) => ({ incidentId: subject.incident?.id, body: { case: 'revokeRelease', value: { releaseId: release.id, reason: text(values, 'reason') } } }),
  };
}
