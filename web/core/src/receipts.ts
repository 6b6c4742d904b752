import { ReceiptStep } from './gen/common_pb.ts';
import type { Event } from './gen/event_pb.ts';
import type { Identity } from './principal.ts';
import { partyKey } from './state/model.ts';

/** What a receipt is of: an alarm, or a text on a talkgroup. */
export interface ReceiptOf {
  incidentId?: string;
  alarmId?: string;
  talkgroupId?: string;
  messageId?: string;
}

interface Entry {
  of: ReceiptOf;
  step: ReceiptStep;
  /** Local milliseconds; 0: not yet. */
  sentAt: number;
}

/** One that was sent so shortly before the link broke may not have come through, milliseconds. */
const DOUBTFUL_MS = 60_000;
/** As many are remembered, so that none is sent twice; the hub takes a second one as the first. */
const MOST = 10_000;

/** Tells the hub what this device did with alarms and texts: never a human's note. */
export class Receipts {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly send: (of: ReceiptOf, step: ReceiptStep) => boolean,
    private readonly local: () => number = Date.now,
  ) {}

  /** An event has come: of an alarm for the own party, or a text of somebody else's, the hub may know. */
  came(event: Event, identity: Identity | undefined): void {
    const body = event.body;
    const { incidentId, talkgroupId, owner } = event.envelope ?? {};
    if (body.case === 'alarmRaised' || body.case === 'partiesAdded') {
      const { alarmId, parties } = body.value;
      const own = identity?.unitId ? `${identity.organisation}:${identity.unitId}` : identity?.organisation;
      const isOurs = parties.some((party) => partyKey(party.organisation, party.unit) === own);
      if (isOurs && incidentId && alarmId) this.add({ incidentId, alarmId }, ReceiptStep.DELIVERED, identity);
    } else if (body.case === 'messageSent' && owner !== identity?.organisation) {
      const { messageId } = body.value;
      if (talkgroupId && messageId) this.add({ talkgroupId, messageId }, ReceiptStep.DELIVERED, identity);
    }
  }

  add(of: ReceiptOf, step: ReceiptStep, identity: Identity | undefined): void {
    // Whoever only looks is nobody's party.
    if (identity?.role === 'viewer') return;
    const key = `${of.alarmId ?? of.messageId}|${step}`;
    if (this.entries.has(key)) return;
    this.entries.set(key, { of, step, sentAt: 0 });
    const [oldest] = this.entries.keys();
    if (this.entries.size > MOST && oldest !== undefined) this.entries.delete(oldest);
    this.pump();
  }

  /** A session stands: what was not sent goes, and what may have been lost with the former one goes again. */
  reconnected(): void {
    const since = this.local() - DOUBTFUL_MS;
    for (const entry of this.entries.values()) if (entry.sentAt > since) entry.sentAt = 0;
    this.pump();
  }

  private pump(): void {
    for (const entry of this.entries.values()) {
      if (entry.sentAt === 0 && this.send(entry.of, entry.step)) entry.sentAt = this.local();
    }
  }
}
