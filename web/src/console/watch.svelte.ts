import type { QueueRow } from '@samband/core';
import type { Event } from '@samband/core/gen/event_pb';
import { sound } from '../live/sound.svelte.ts';
import type { SoundKind } from '../live/sound.svelte.ts';
import type { Desk } from './desk.svelte.ts';

/** What waits, each by a name of its own: a second one on a row that waits already is news as well. */
const alarms = (rows: QueueRow[]) => rows.flatMap((row) => row.own.map((one) => `${row.incident.id}|${one.alarmId}|${one.state.recalledAt ?? ''}`));
const emergencies = (rows: QueueRow[], own: string) =>
  rows.flatMap((row) => row.emergencies.filter((one) => !one.acknowledged.has(own)).map((one) => one.id));
const asks = (rows: QueueRow[]) => rows.flatMap((row) => row.asks.map((one) => `${one.kind}|${one.id}`));

/** What a desk has to hear. It listens as long as the component that made it. */
export class Watch {
  readonly waiting: number = $derived.by(() => alarms(this.desk.session.rows).length);
  readonly emergencies: number = $derived.by(() => emergencies(this.desk.session.rows, this.desk.session.own.organisation).length);
  private readonly heard: Partial<Record<SoundKind, ReadonlySet<string>>> = {};

  constructor(private readonly desk: Desk) {
    const { session } = desk;
    // Sounds again for each new one; stops when all are answered, not when somebody has silenced it.
    $effect(() => this.repeat('alarm', alarms(session.rows)));
    $effect(() => this.repeat('emergency', emergencies(session.rows, session.own.organisation)));
    $effect(() => {
      if (this.isNew('request', asks(session.rows)).length > 0) sound.once('request');
    });
    $effect(() => {
      if (session.link.kind === 'lost' && session.link.everConnected) sound.once('system');
    });
    $effect(() => session.client.on('event', (event, isLive) => {
      if (isLive) this.event(event);
    }));
  }

  private repeat(kind: SoundKind, now: string[]): void {
    const isFirst = (this.heard[kind]?.size ?? 0) === 0;
    const isNew = this.isNew(kind, now).length > 0;
    sound.set(kind, now.length > 0);
    if (isNew && !isFirst) sound.again(kind);
  }

  private isNew(kind: SoundKind, now: string[]): string[] {
    const before = this.heard[kind];
    this.heard[kind] = new Set(now);
    return now.filter((one) => !before?.has(one));
  }

  private event({ body, envelope }: Event): void {
    const { session } = this.desk;
    const own = session.own.organisation;
    const incident = session.client.store.incidents.get(envelope?.incidentId ?? '');
    if (body.case === 'gateOpened') sound.once('gate');
    if (body.case === 'totalInformationIssued' && body.value.material && envelope?.owner !== own) sound.once('update');
    if (body.case === 'alarmRaised' && incident && !this.desk.selectedId) this.desk.select(incident.id);
    if (body.case === 'acknowledgementOverdue') {
      // For whoever sent the alarm, leads, or is late: they can do something about it.
      const isOurs = incident?.alarms.get(body.value.alarmId ?? '')?.said.owner === own || incident?.involvement.get(own)?.level === 4;
      if (isOurs || body.value.organisation === own) sound.once('overdue');
    }
  }
}
