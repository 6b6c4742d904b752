import type { Incident, PartyRow } from '@samband/core';
import { getContext, setContext } from 'svelte';
import type { Form, Subject, Values } from '../forms/types.ts';
import { heardRows } from '../forms/alarm.ts';
import { sound } from '../live/sound.svelte.ts';
import type { Session } from '../live/session.svelte.ts';

/** What lies over the detail column. */
export type Sheet = 'heard' | 'handover' | 'search' | 'keys' | undefined;
export type Tab = 'now' | 'log' | 'help' | 'why';

/** What the dispatcher has in front of them: which incident, which form, which sheet. */
export class Desk {
  selectedId = $state<string | undefined>();
  selectedUnit = $state<string | undefined>();
  form = $state.raw<Form | undefined>();
  preset = $state.raw<Values>({});
  sheet = $state<Sheet>();
  tab = $state<Tab>('now');
  /** On a screen too narrow for both: the incident, or the map with the units. */
  side = $state<'detail' | 'map'>('detail');
  /** Said once to a screen reader, politely. */
  said = $state('');

  readonly incident: Incident | undefined = $derived.by(() => this.session.incident(this.selectedId));

  constructor(readonly session: Session) {
    session.hold(() => this.selectedId);
  }

  get subject(): Subject {
    return { session: this.session, incident: this.incident };
  }

  select(id: string): void {
    if (this.selectedId !== id) {
      this.selectedId = id;
      this.tab = 'now';
      this.sheet = undefined;
    }
    const incident = this.session.client.store.incidents.get(id);
    for (const alarm of incident?.alarms.values() ?? []) this.session.client.displayed(id, alarm.id);
  }

  /** Selects one that may have been let go: it is fetched first. Rejects while the hub cannot be asked. */
  async find(id: string): Promise<void> {
    await this.session.client.bringBack(id);
    this.select(id);
  }

  open(form: Form, preset: Values = {}): void {
    this.sheet = undefined;
    this.preset = preset;
    this.form = form;
  }

  show(sheet: Sheet): void {
    this.form = undefined;
    this.sheet = this.sheet === sheet ? undefined : sheet;
  }

  /** Every alarm and recall of the incident that waits for the own organisation and is shown: by name, so that it answers none that comes later. */
  acknowledge(): void {
    const { incident } = this;
    if (!incident) return;
    for (const row of this.session.outstanding(incident)) void this.session.press({ incidentId: incident.id, body: { case: 'acknowledge', value: { alarmId: row.alarmId } } });
  }

  heardRows(): PartyRow[] {
    return heardRows(this.subject);
  }

  heard(row: PartyRow, on: string): void {
    this.sheet = undefined;
    const relayedFor = { organisation: row.organisation, ...(row.unit?.unitId ? { unitId: row.unit.unitId } : {}) };
    void this.session.press({ incidentId: this.selectedId, body: { case: 'acknowledge', value: { alarmId: row.alarmId, relayedFor, heardOn: on } } });
  }

  nextUnacknowledged(): void {
    const waiting = this.session.rows.filter((row) => row.group === 'own_unacknowledged' || row.group === 'emergency');
    const at = waiting.findIndex((row) => row.incident.id === this.selectedId);
    const next = waiting[(at + 1) % waiting.length];
    if (next) this.select(next.incident.id);
  }

  silence(): void {
    sound.silence();
  }
}

const KEY = Symbol('desk');

export function provideDesk(desk: Desk): void {
  setContext(KEY, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(KEY);
}
