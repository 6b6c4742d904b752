import type { EventRef } from '../gen/common_pb.ts';
import type { Event } from '../gen/event_pb.ts';
import type { Incident, PartyKey, TotalInformation } from '../state/model.ts';
import { alarmViews } from './party.ts';
import type { PartyRow } from './party.ts';

/** How a line of a version stands to the version before. */
export type BriefingChange = 'same' | 'new' | 'changed' | 'gone';

export interface BriefingLine {
  /** What is referred to, as this viewer has it; undefined: an older text of it that was not sent to this viewer. */
  event?: Event | undefined;
  eventId: string;
  change: BriefingChange;
  /** Only some of the alarmed have it. */
  addendum: boolean;
}

export interface Briefing {
  number: number;
  total: TotalInformation;
  lines: BriefingLine[];
  sharedText?: string | undefined;
  sharedTextChanged: boolean;
}

/** The thing an event is a version of, so that a newer text of it is a change and not another thing. */
function subject(event: Event | undefined, id: string): string {
  const body = event?.body;
  if (body?.case === 'factStated') return `fact|${body.value.value.case ?? ''}|${event?.envelope?.owner ?? ''}`;
  if (body?.case === 'hazardReported') return `hazard|${body.value.hazardId ?? id}`;
  return id;
}

/** The versions of the total information, newest first, each with what it changed. */
export function briefings(incident: Incident): Briefing[] {
  const numbers = [...incident.totals.keys()].sort((a, b) => a - b);
  let before: { id: string; subject: string; event: Event | undefined }[] = [];
  let textBefore: string | undefined;
  const versions: Briefing[] = [];
  for (const number of numbers) {
    const total = incident.totals.get(number);
    if (!total) continue;
    const seen = new Set<string>();
    // What is referred to twice, by the version and an addendum or by two addenda, is one line.
    const refer = (references: readonly EventRef[]) => references.flatMap(({ eventId: id }) => {
      if (!id || seen.has(id)) return [];
      seen.add(id);
      const event = incident.events.get(id);
      return [{ id, event, subject: subject(event, id) }];
    });
    const common = refer(total.issued.references);
    const added = total.addenda.flatMap((one) => refer(one.addendum.references));
    const lines = [...common.map((one) => ({ ...one, addendum: false })), ...added.map((one) => ({ ...one, addendum: true }))].map(
      ({ id, event, subject: what, addendum }): BriefingLine => {
        const isKnown = before.some((one) => one.subject === what);
        const change: BriefingChange = !isKnown ? 'new' : before.some((one) => one.id === id) ? 'same' : 'changed';
        return { eventId: id, event, addendum, change: number === numbers[0] ? 'same' : change };
      },
    );
    for (const earlier of before) {
      if (common.some((one) => one.subject === earlier.subject) || added.some((one) => one.subject === earlier.subject)) continue;
      lines.push({ eventId: earlier.id, event: earlier.event, addendum: false, change: 'gone' });
    }
    const sharedText = total.issued.sharedText;
    versions.push({ number, total, lines, sharedText, sharedTextChanged: number !== numbers[0] && sharedText !== textBefore });
    before = [...common, ...added];
    textBefore = sharedText;
  }
  return versions.reverse();
}

/** Who has said "Uppfattat" to which version. */
export interface Holder {
  row: PartyRow;
  /** 0: to none. */
  number: number;
  at?: number | undefined;
}

/** The newest version that asks for an "Uppfattat"; 0 if none does. */
export function newestMaterial(incident: Incident): number {
  return Math.max(0, ...[...incident.totals.values()].filter((one) => one.issued.material).map((one) => one.issued.number ?? 0));
}

export function holders(incident: Incident, now: number, own: string): Holder[] {
  const seen = new Set<PartyKey>();
  const found: Holder[] = [];
  for (const view of alarmViews(incident, now, own)) {
    for (const row of view.rows) {
      if (seen.has(row.key) || ['replaced', 'recalled', 'stood_down'].includes(row.stage)) continue;
      seen.add(row.key);
      const confirmed = incident.confirmed.get(row.key);
      found.push({ row, number: confirmed?.number ?? 0, at: confirmed?.at });
    }
  }
  return found;
}
