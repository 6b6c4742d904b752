import { placeOf, titleOf } from '@samband/core';
import type { Action, Incident, PartyRow, QueueRow } from '@samband/core';
import { getContext, setContext } from 'svelte';
import type { Draft, Form, Subject, Values } from '../forms/types.ts';
import { heardRows } from '../forms/alarm.ts';
import { problemText } from '../live/problem.ts';
import { sound } from '../live/sound.svelte.ts';
import type { Session } from '../live/session.svelte.ts';

/** What lies over the detail column. */
export type Sheet = 'heard' | 'handover' | 'search' | 'keys' | undefined;
export type Tab = 'now' | 'log' | 'help' | 'why';

/** So long somebody waits for what they have created, milliseconds. */
const WAITED_MS = 10_000;

/** What the dispatcher has in front of them: which incident, which form, which sheet. */
export class Desk {
  selectedId = $state<string | undefined>();
  /** Why the hub did not answer what was asked of it last. */
  problem = $state('');
  selectedUnit = $state<string | undefined>();
  form = $state.raw<Form | undefined>();
  preset = $state.raw<Values>({});
  /** What was written in the open form before somebody left it. */
  draft = $state.raw<Draft | undefined>();
  /** The incident the open form is of, which need not be the one that is shown. */
  formOf = $state<string | undefined>();
  sheet = $state<Sheet>();
  tab = $state<Tab>('now');
  /** On a screen too narrow for both: the incident, or the map with the units. */
  side = $state<'detail' | 'map'>('detail');

  readonly incident: Incident | undefined = $derived.by(() => this.session.incident(this.selectedId));

  private order = $state.raw<PartyRow[]>([]);
  /** What is half written, by form and incident: until it is sent, or somebody closes it. */
  private readonly drafts = new Map<string, Draft>();
  /** What the hub would not have, as it was written: to be mended and sent again. */
  private readonly refused = new Map<string, { form: Form; of: string | undefined; values: Values }>();

  constructor(readonly session: Session) {
    session.hold(() => this.selectedId);
    session.hold(() => this.formOf);
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

  /** Where the open form's incident is another than the one that is shown, nothing may be sent by one press. */
  get isElsewhere(): boolean {
    return this.form !== undefined && this.formOf !== undefined && this.formOf !== this.selectedId;
  }

  /** What the open form is of, in words. */
  get formAbout(): string {
    const incident = this.session.incident(this.formOf);
    return incident ? [titleOf(incident), placeOf(incident)].filter(Boolean).join(', ') : '';
  }

  /** Shows one that may have been let go; why it cannot be is told. */
  async go(id: string): Promise<void> {
    this.problem = '';
    await this.find(id).catch((error: unknown) => this.fail(error));
  }

  /** Something was asked of the hub and not answered. */
  fail(error: unknown): void {
    this.problem = problemText(error, this.session.voice.t);
  }

  open(form: Form, preset: Values = {}): void {
    this.sheet = undefined;
    this.formOf = form.opens || form.isFree ? undefined : this.selectedId;
    // What somebody chose to begin with is not mixed with what was written before.
    this.draft = Object.keys(preset).length === 0 ? this.drafts.get(this.key(form)) : undefined;
    this.preset = preset;
    this.form = form;
  }

  /** Something was written in the open form. */
  write(form: Form, draft: Draft): void {
    if (this.form === form) this.drafts.set(this.key(form), draft);
  }

  /** Closed by whoever wrote in it, or sent. */
  close(): void {
    if (this.form) this.drafts.delete(this.key(this.form));
    this.form = undefined;
  }

  /** The form was sent; the answer can be hours away. */
  async sent(form: Form, values: Values, pressed: Promise<Action>): Promise<void> {
    const { formOf: of, selectedId } = this;
    const action = await pressed;
    if (action.refused) this.refused.set(action.commandId, { form, of, values });
    const incidentId = action.accepted?.incidentId;
    // Who has gone on to something else in the meantime is not pulled away from it.
    const isWaitedFor = this.form === undefined && this.selectedId === selectedId && Date.now() - action.at < WAITED_MS;
    if (form.opens && incidentId && isWaitedFor) this.select(incidentId);
  }

  canMend(commandId: string): boolean {
    return this.refused.has(commandId);
  }

  /** Opens what the hub refused, as it was written. */
  mend(commandId: string): void {
    const one = this.refused.get(commandId);
    if (!one) return;
    this.refused.delete(commandId);
    if (one.of) this.select(one.of);
    this.open(one.form, one.values);
    this.session.client.outbox.dismiss(commandId);
  }

  private key(form: Form): string {
    return [form.id, form.of ?? '', this.formOf ?? ''].join('|');
  }

  /** The form that was open keeps what is written in it. */
  show(sheet: Sheet): void {
    this.form = undefined;
    this.sheet = this.sheet === sheet ? undefined : sheet;
    if (this.sheet === 'heard') this.order = this.heardRows();
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

  /** As the list was when it was opened: a number stays whose it is. Whoever has answered keeps theirs, and who came later is behind. */
  readonly heardList: { row: PartyRow; isOpen: boolean }[] = $derived.by(() => {
    const nameOf = (row: PartyRow) => `${row.alarmId}|${row.key}`;
    const waiting = new Map(this.heardRows().map((row) => [nameOf(row), row]));
    return this.order.map((row) => ({ row: waiting.get(nameOf(row)) ?? row, isOpen: waiting.has(nameOf(row)) }));
  });

  /** Puts those who have come since the list was opened behind the others. */
  growHeard(): void {
    const listed = new Set(this.order.map((row) => `${row.alarmId}|${row.key}`));
    const more = this.heardRows().filter((row) => !listed.has(`${row.alarmId}|${row.key}`));
    if (more.length > 0) this.order = [...this.order, ...more];
  }

  heard(row: PartyRow, on: string): void {
    this.sheet = undefined;
    const relayedFor = { organisation: row.organisation, ...(row.unit?.unitId ? { unitId: row.unit.unitId } : {}) };
    void this.session.press({ incidentId: this.selectedId, body: { case: 'acknowledge', value: { alarmId: row.alarmId, relayedFor, heardOn: on } } });
  }

  nextUnacknowledged(): void {
    this.next((row) => row.own.length > 0 || row.group === 'emergency');
  }

  /** The next of the incidents in which somebody waits for our answer, with what they have asked. */
  nextAsked(): void {
    this.next((row) => row.asks.length > 0);
    this.tab = 'help';
  }

  next(fits: (row: QueueRow) => boolean): void {
    const waiting = this.session.rows.filter(fits);
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
