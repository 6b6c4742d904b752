import type { Emergency, Incident, TalkgroupState } from '../state/model.ts';
import { asksOf } from './asks.ts';
import type { Ask } from './asks.ts';
import { alarmViews, ownOutstanding } from './party.ts';
import type { AlarmView, PartyRow } from './party.ts';

export type QueueGroup = 'emergency' | 'own_unacknowledged' | 'attention' | 'ongoing' | 'notice' | 'closed';

/** The order of the list on every screen: by need, then newest first. */
export const QUEUE_GROUPS: QueueGroup[] = ['emergency', 'own_unacknowledged', 'attention', 'ongoing', 'notice', 'closed'];

export interface QueueRow {
  incident: Incident;
  group: QueueGroup;
  title: string;
  /** Street, or what is known of the place. */
  place: string;
  /** Each organisation's own priority. There is none in common. */
  priorities: { organisation: string; value: string }[];
  ownPriority?: string | undefined;
  startedAt: number;
  alarms: AlarmView[];
  acknowledged: number;
  parties: number;
  overdue: number;
  /** What waits for the viewer's own answer: alarms and recalls, also beside an emergency. */
  own: PartyRow[];
  /** What others wait for the own organisation to answer. */
  asks: Ask[];
  emergencies: Emergency[];
  /** Nobody of the own organisation has taken it. */
  unclaimed: boolean;
}

/** Until when a closed incident stays in the list, milliseconds. */
export const CLOSED_SHOWN_MS = 12 * 3_600_000;

/** Title of an incident: its finest type last, or what kind of thing it is. */
export function titleOf(incident: Incident): string {
  return incident.types.join(', ');
}

export function placeOf(incident: Incident): string {
  const addresses = [...incident.facts.values()].filter((fact) => fact.kind === 'address');
  const newest = addresses.sort((a, b) => b.said.at - a.said.at)[0]?.stated.value;
  if (newest?.case === 'address') {
    const { street, object, locality, municipality } = newest.value;
    return [street ?? object, locality ?? municipality].filter(Boolean).join(', ');
  }
  return '';
}

export function standingEmergencies(incident: Incident): Emergency[] {
  return [...incident.emergencies.values()].filter((one) => !one.cancelled);
}

/** A row of the incident list. With `talkgroups` it is that of somebody who answers for the organisation. */
export function queueRow(incident: Incident, organisation: string, unitId: string | undefined, now: number, talkgroups?: ReadonlyMap<string, TalkgroupState>): QueueRow {
  const alarms = alarmViews(incident, now, organisation);
  const emergencies = standingEmergencies(incident);
  const priorities = [...incident.facts.values()]
    .flatMap((fact) => (fact.stated.value.case === 'priority' ? [{ organisation: fact.said.owner, value: fact.stated.value.value.value ?? '' }] : []))
    .sort((a, b) => a.organisation.localeCompare(b.organisation));
  const overdue = alarms.reduce((sum, view) => sum + view.overdue, 0);
  const rows = alarms.flatMap((view) => view.rows).filter((row) => !['replaced', 'recalled', 'stood_down', 'informed'].includes(row.stage));
  const own = incident.closed ? [] : ownOutstanding(incident, organisation, unitId, now);
  const asks = talkgroups ? asksOf(incident, organisation, talkgroups) : [];
  return {
    incident,
    group: groupOf(incident, alarms, emergencies, own, asks),
    title: titleOf(incident),
    place: placeOf(incident),
    priorities,
    ownPriority: priorities.find((one) => one.organisation === organisation)?.value,
    startedAt: incident.reported?.at ?? incident.notice?.said.at ?? firstAt(incident),
    alarms,
    acknowledged: rows.filter((row) => row.stage === 'acknowledged').length,
    parties: rows.length,
    overdue,
    own,
    asks,
    emergencies,
    unclaimed: !incident.desks.has(organisation),
  };
}

function firstAt(incident: Incident): number {
  for (const event of incident.events.values()) return Number(event.envelope?.hubTime?.seconds ?? 0n) * 1000;
  return 0;
}

function groupOf(incident: Incident, alarms: AlarmView[], emergencies: Emergency[], own: PartyRow[], asks: Ask[]): QueueGroup {
  if (emergencies.length > 0) return 'emergency';
  if (incident.closed) return 'closed';
  if (own.length > 0) return 'own_unacknowledged';
  if (!incident.reported && incident.notice) return incident.notice.ended ? 'closed' : 'notice';
  const attention = asks.length > 0 || alarms.some((view) => view.overdue > 0 || view.rows.some((row) => row.stage === 'declined'));
  return attention ? 'attention' : 'ongoing';
}

/** The list of incidents, by need. An incident's place changes only with its group: what a hand is about to press does not move. */
export function queue(incidents: Iterable<Incident>, organisation: string, unitId: string | undefined, now: number, talkgroups?: ReadonlyMap<string, TalkgroupState>): QueueRow[] {
  const rows: QueueRow[] = [];
  for (const incident of incidents) {
    const row = queueRow(incident, organisation, unitId, now, talkgroups);
    const endedAt = incident.closed?.said.at ?? incident.notice?.ended?.at ?? 0;
    if (row.group === 'closed' && now - endedAt > CLOSED_SHOWN_MS) continue;
    rows.push(row);
  }
  const rank = (row: QueueRow) => QUEUE_GROUPS.indexOf(row.group);
  return rows.sort((a, b) => rank(a) - rank(b) || b.startedAt - a.startedAt || a.incident.id.localeCompare(b.incident.id));
}
