import { Client, MemoryStorage, timestamp } from '@samband/core';
import type { Identity, Incident, Pressed } from '@samband/core';
import type { Command } from '@samband/core/gen/command_pb';
import type { Event } from '@samband/core/gen/event_pb';
import { flushSync } from 'svelte';
import { FakeHub } from '../../core/test/wire.ts';
import type { Subject } from '../forms/types.ts';
import { Feed } from '../live/feed.ts';
import { Session } from '../live/session.svelte.ts';
import { DEPLOYMENT } from './deployment.ts';

export interface Who {
  organisation?: string;
  role?: string;
  unitId?: string;
}

const open: Session[] = [];

/** A screen's session, with a hub that says what the test says. */
export class Stage {
  readonly hub = new FakeHub();
  readonly client: Client;
  readonly session: Session;

  private constructor(who: Identity) {
    this.client = new Client({
      base: 'http://hub', token: `demo:${who.organisation}/${who.role}${who.unitId ? `:${who.unitId}` : ''}`, program: 'test', opened: { storage: new MemoryStorage(), volatile: false }, openSocket: this.hub.open,
    });
    this.client.deployment = DEPLOYMENT;
    // The deployment is the test's; nothing is fetched.
    this.client.call = () => Promise.reject(new Error('no network here'));
    this.session = new Session(this.client, new Feed());
    open.push(this.session);
  }

  /** A session that stands and has everything. */
  static async live(who: Who, ...events: Event[]): Promise<Stage> {
    const stage = await Stage.offline(who);
    const { organisation = 'sos', role = 'operator', unitId } = who;
    stage.hub.welcome({ organisation, role, ...(unitId ? { unitId } : {}) });
    stage.add(...events);
    stage.hub.last.say({ case: 'caughtUp', value: {} });
    stage.hub.last.say({ case: 'linkState', value: { hubTime: timestamp(Date.now()), journalWritable: true, ledgerWritable: true } });
    stage.settle();
    return stage;
  }

  /** A session that has not reached its hub yet. */
  static async offline(who: Who): Promise<Stage> {
    const stage = new Stage({ organisation: who.organisation ?? 'sos', role: who.role ?? 'operator', unitId: who.unitId, tokenExpiresAt: 0 });
    await stage.client.start();
    return stage;
  }

  add(...events: Event[]): void {
    for (const event of events) this.hub.update(event);
    this.settle();
  }

  /** Shows what has come, without waiting for the next frame of the screen. */
  settle(): void {
    this.session.now = Math.floor(this.client.now() / 1000) * 1000;
    this.session.revision += 1;
    flushSync();
  }

  incident(id = 'i'): Incident {
    const found = this.session.incident(id);
    if (!found) throw new Error(`no incident ${id}`);
    return found;
  }

  subject(id = 'i'): Subject {
    return { session: this.session, incident: this.session.incident(id) };
  }

  /** What was pressed, as the hub would get it; newest last. */
  get commands(): Command[] {
    return this.client.outbox.actions.flatMap((one) => this.client.outbox.commandOf(one.commandId) ?? []);
  }

  get bodies(): Command['body'][] {
    return this.commands.map((command) => command.body);
  }
}

/** Ends what the test has opened. */
export function strike(): void {
  for (const session of open.splice(0)) session.stop();
}

/** Body and incident of what a form makes, without what it leaves out. */
export function plain(pressed: Pressed): unknown {
  return JSON.parse(JSON.stringify(pressed, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)));
}
