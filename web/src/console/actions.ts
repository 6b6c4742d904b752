import { newestMaterial } from '@samband/core';
import { EndCause } from '@samband/core/gen/common_pb';
import * as alarm from '../forms/alarm.ts';
import * as briefing from '../forms/briefing.ts';
import * as factForm from '../forms/fact.ts';
import * as help from '../forms/help.ts';
import * as incident from '../forms/incident.ts';
import { firstParty } from '../forms/parties.ts';
import * as release from '../forms/release.ts';
import type { Form, Subject, Values } from '../forms/types.ts';
import type { Messages } from '../texts/index.ts';
import type { Desk } from './desk.svelte.ts';

export type ActionName = keyof Messages['forms']['actions'];

/** Something a dispatcher can do: one entry is button, key, line in the list of keys and word of the command line. */
export interface DeskAction {
  name: ActionName;
  /** As `chord` writes it. */
  key?: string;
  /** Words of the command line beside its own name. */
  words: string[];
  /** Concerns an incident: there must be one. */
  needsIncident: boolean;
  /** Whether it makes sense now; what makes none is not offered, and the hub still has the last word. */
  fits?: (subject: Subject) => boolean;
  /** Opens a form, with what was typed after the word where it has a place for it. */
  form?: (subject: Subject) => Form;
  /** Field of the form that takes what was typed. */
  takes?: string;
  /** Does it at once. */
  run?: (desk: Desk, argument: string) => void;
}

const isOpen = ({ incident: one }: Subject) => one !== undefined && !one.closed && one.reported !== undefined;
const isNotice = ({ incident: one }: Subject) => one?.notice !== undefined && !one.notice.ended && one.reported === undefined;
/** Also one that has expired: what was foretold may come late. */
const isConvertible = ({ incident: one }: Subject) => one?.notice !== undefined && one.reported === undefined && one.notice.ended?.cause !== EndCause.WITHDRAWN;
const leads = ({ incident: one, session }: Subject) => one?.involvement.get(session.own.organisation)?.level === 4;

export const ACTIONS: DeskAction[] = [
  { name: 'newIncident', key: 'Alt+I', words: ['ny', 'new'], needsIncident: false, form: incident.newIncident, takes: 'types' },
  {
    name: 'acknowledge', key: 'F4', words: ['kvittera', 'kv', 'ack'], needsIncident: true,
    fits: ({ session, incident: one }) => one !== undefined && session.outstanding(one).length > 0, run: (desk) => desk.acknowledge(),
  },
  { name: 'alarm', key: 'Alt+L', words: ['larma', 'alarm'], needsIncident: true, fits: isOpen, form: alarm.alarm, takes: 'parties' },
  { name: 'heard', key: 'Alt+U', words: ['hört', 'hord', 'heard'], needsIncident: true, fits: (subject) => alarm.heardRows(subject).length > 0, run: heard },
  { name: 'totalInformation', key: 'F8', words: ['total', 'ti'], needsIncident: true, fits: isOpen, form: briefing.totalInformation, takes: 'sharedText' },
  {
    name: 'confirmTotal', key: 'Alt+J', words: ['uppfattat'], needsIncident: true,
    fits: ({ incident: one, session }) => {
      const newest = one ? newestMaterial(one) : 0;
      return newest > 0 && (one?.confirmed.get(session.own.organisation)?.number ?? 0) < newest;
    },
    run: (desk) => {
      const one = desk.incident;
      if (one) void desk.session.press({ incidentId: one.id, body: { case: 'confirmTotalInformation', value: { number: Math.max(0, ...one.totals.keys()) } } });
    },
  },
  { name: 'confirmTotalFor', words: ['uppfattat-av'], needsIncident: true, fits: (subject) => (subject.incident?.totals.size ?? 0) > 0, form: briefing.confirmTotalFor },
  { name: 'openGate', key: 'Alt+Shift+G', words: ['grind', 'gate'], needsIncident: true, fits: (subject) => alarm.views(subject).some((view) => view.gate === 'shut'), form: alarm.openGate, takes: 'reason' },
  { name: 'addParties', key: 'Alt+Shift+L', words: ['larma-fler', 'fler'], needsIncident: true, fits: (subject) => (subject.incident?.alarms.size ?? 0) > 0, form: alarm.addParties, takes: 'parties' },
  { name: 'decline', words: ['avböj', 'decline'], needsIncident: true, fits: ({ session, incident: one }) => one !== undefined && session.outstanding(one).some((row) => row.stage !== 'recall_waiting'), form: alarm.decline, takes: 'reason' },
  { name: 'waive', words: ['undanta', 'waive'], needsIncident: true, fits: (subject) => alarm.views(subject).some((view) => view.gate === 'shut'), form: alarm.waive, takes: 'reason' },
  { name: 'recall', words: ['återkalla', 'recall'], needsIncident: true, fits: (subject) => (subject.incident?.alarms.size ?? 0) > 0, form: alarm.recall, takes: 'reason' },
  { name: 'fact', key: 'Alt+P', words: ['uppgift', 'fact'], needsIncident: true, form: factForm.fact, takes: 'text' },
  { name: 'note', key: 'Alt+N', words: ['notera', 'note'], needsIncident: true, form: incident.note, takes: 'note' },
  { name: 'arrivalReport', key: 'Alt+A', words: ['ankomst', 'arrival'], needsIncident: true, fits: isOpen, form: briefing.arrivalReport, takes: 'what' },
  { name: 'sitrep', key: 'Alt+S', words: ['läge', 'sitrep'], needsIncident: true, fits: isOpen, form: briefing.sitrep, takes: 'situation' },
  { name: 'unitStatus', key: 'Alt+X', words: ['status'], needsIncident: true, fits: isOpen, form: briefing.unitStatus },
  { name: 'hazard', key: 'Alt+F', words: ['fara', 'hazard'], needsIncident: true, form: help.hazard, takes: 'what' },
  { name: 'request', key: 'Alt+R', words: ['begär', 'request'], needsIncident: true, fits: isOpen, form: help.request, takes: 'what' },
  { name: 'offer', words: ['erbjud', 'offer'], needsIncident: true, fits: isOpen, form: help.offer, takes: 'what' },
  { name: 'lease', key: 'Alt+T', words: ['talgrupp', 'lease'], needsIncident: true, fits: isOpen, form: help.lease },
  { name: 'message', key: 'Alt+M', words: ['text', 'message'], needsIncident: false, form: (subject) => help.message(subject, undefined), takes: 'text' },
  { name: 'mediaLine', words: ['media'], needsIncident: true, fits: isOpen, form: help.mediaLine, takes: 'text' },
  { name: 'requestRelease', key: 'Alt+B', words: ['begär-ut', 'ask'], needsIncident: true, fits: (subject) => (subject.incident?.withheld.size ?? 0) > 0, form: release.requestRelease },
  { name: 'grantRelease', key: 'Alt+D', words: ['lämna-ut', 'release', 'dela'], needsIncident: true, form: release.grantRelease },
  { name: 'emergency', key: 'Alt+Shift+N', words: ['nöd', 'emergency'], needsIncident: false, form: help.emergency, takes: 'what' },
  { name: 'claim', key: 'Alt+C', words: ['ta', 'claim'], needsIncident: true, form: incident.claim, takes: 'desk' },
  { name: 'handOver', key: 'Alt+O', words: ['lämna', 'hand-over'], needsIncident: true, fits: ({ incident: one, session }) => one?.desks.has(session.own.organisation) ?? false, form: incident.handOver, takes: 'desk' },
  { name: 'link', words: ['koppla', 'dubblett', 'link'], needsIncident: true, form: incident.link },
  { name: 'involve', words: ['dra-in', 'involve'], needsIncident: true, fits: isOpen, form: incident.involve },
  { name: 'externalNumber', words: ['nummer', 'number'], needsIncident: true, form: incident.externalNumber },
  { name: 'offerLead', words: ['ledning', 'lead'], needsIncident: true, fits: leads, form: incident.offerLead },
  {
    name: 'acceptLead', words: ['ta-ledning'], needsIncident: true, fits: ({ incident: one, session }) => one?.leadOffer?.to === session.own.organisation,
    run: (desk) => void desk.session.press({ incidentId: desk.selectedId, body: { case: 'acceptLead', value: {} } }),
  },
  { name: 'standDown', words: ['lämna-händelsen', 'stand-down'], needsIncident: true, fits: (subject) => isOpen(subject) && !leads(subject), form: incident.standDown, takes: 'reason' },
  { name: 'close', key: 'Alt+Shift+X', words: ['avsluta', 'close'], needsIncident: true, fits: (subject) => isOpen(subject) && leads(subject), form: incident.close, takes: 'reason' },
  { name: 'reopen', words: ['återuppta', 'reopen'], needsIncident: true, fits: ({ incident: one }) => one?.closed !== undefined, form: incident.reopen, takes: 'reason' },
  { name: 'notice', words: ['förvarning', 'notice'], needsIncident: false, form: (subject) => incident.notice({ session: subject.session }) },
  { name: 'amendNotice', words: ['ändra-förvarning'], needsIncident: true, fits: isNotice, form: incident.notice },
  { name: 'withdrawNotice', words: ['ta-tillbaka-förvarning'], needsIncident: true, fits: isNotice, form: incident.withdrawNotice },
  {
    name: 'convertNotice', words: ['gör-till-händelse'], needsIncident: true, fits: isConvertible,
    run: (desk) => void desk.session.press({ incidentId: desk.selectedId, body: { case: 'convertAdvanceNotice', value: { types: [] } } }),
  },
  { name: 'unitState', words: ['enhet', 'unit'], needsIncident: false, form: briefing.unitState },
  { name: 'signOff', words: ['logga-av'], needsIncident: false, form: briefing.signOff },
  { name: 'covert', words: ['dold', 'covert'], needsIncident: false, fits: ({ session }) => session.own.role === 'command', form: briefing.covert },
];

/**
 * `hört 1010 telefon`: who was heard, and on what. A number is one of the list, and only while the list is there to be seen. Where it is not
 * sure who is meant, the list is shown.
 */
function heard(desk: Desk, argument: string): void {
  const { session } = desk;
  const [first = '', ...rest] = argument.split(/\s+/);
  const radio = session.voice.t.forms.options.radio;
  if (/^\d{1,2}$/.test(first) && desk.sheet === 'heard') {
    const listed = desk.heardList[Number(first) - 1];
    if (listed?.isOpen) desk.heard(listed.row, rest.join(' ') || radio);
    return;
  }
  const named = firstParty(session.names, argument);
  const rows = desk.heardRows().filter((row) => row.key === named?.key);
  if (rows.length === 1 && rows[0]) desk.heard(rows[0], named?.rest || radio);
  else if (desk.sheet !== 'heard') desk.show('heard');
}

export function isOffered(action: DeskAction, subject: Subject): boolean {
  if (action.needsIncident && !subject.incident) return false;
  return action.fits?.(subject) ?? true;
}

/** Starts an action: does it, or opens its form with what was typed. */
export function start(desk: Desk, action: DeskAction, argument = ''): void {
  if (action.run) return action.run(desk, argument);
  const form = action.form?.(desk.subject);
  if (!form) return;
  desk.open(form, presetOf(action, argument));
}

function presetOf(action: DeskAction, argument: string): Values {
  if (!action.takes || argument === '') return {};
  return { [action.takes]: argument, ...(action.name === 'alarm' ? { plan: '-' } : {}) };
}

/** What a line of the command line means: the action whose word it begins with, and the rest. The longest word wins. */
export function parse(line: string, t: Messages): { action: DeskAction; argument: string } | undefined {
  const lower = line.trim().toLowerCase();
  let best: { action: DeskAction; length: number } | undefined;
  for (const action of ACTIONS) {
    for (const word of [...action.words, t.forms.actions[action.name].toLowerCase()]) {
      const fits = lower === word || lower.startsWith(`${word} `);
      if (fits && word.length > (best?.length ?? 0)) best = { action, length: word.length };
    }
  }
  return best && { action: best.action, argument: line.trim().slice(best.length).trim() };
}
