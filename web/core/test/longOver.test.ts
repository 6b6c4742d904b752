import { create, toBinary } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/client.ts';
import { timestamp } from '../src/clock.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { TimelinePageSchema } from '../src/gen/history_pb.ts';
import { isLongOver } from '../src/longOver.ts';
import { openStorage } from '../src/storage.ts';
import { CLOSED_SHOWN_MS } from '../src/views/queue.ts';
import { outdated, stillSaid } from '../src/state/outdated.ts';
import { DAY, event, folded, incidentOf, party, the } from './build.ts';
import type { Body } from './build.ts';
import { freshName, turns } from './idb.ts';
import { FakeHub } from './wire.ts';

const RTJ = { organisation: 'rtj', unitId: undefined };
const LATER = DAY + CLOSED_SHOWN_MS + 3_600_000;
const HOUR = 3_600_000;

const says = (body: Body, id = 'i', at = DAY) => event(body, { incidentId: id, hubTime: timestamp(at) });
const reported = (id = 'i') => says({ case: 'incidentReported', value: { types: ['Brand'] } }, id);
const closed = (id = 'i', at = DAY) => says({ case: 'incidentClosed', value: {} }, id, at);
const alarm = (...to: Parameters<typeof party>) => says({ case: 'alarmRaised', value: { alarmId: 'a', parties: [party(...to)] } });

describe('an incident is long over', () => {
  const over = (...events: Event[]) => isLongOver(incidentOf(...events), RTJ, LATER);

  it.each<[string, boolean, Event[]]>([
    ['when it was closed long ago', true, [reported(), closed()]],
    ['not while it is open, however old', false, [reported()]],
    ['not when it was closed lately', false, [reported(), closed('i', LATER - HOUR)]],
    ['not when it was reopened', false, [reported(), closed(), says({ case: 'incidentReopened', value: {} })]],
    ['not while somebody is in distress', false, [reported(), says({ case: 'emergencyRaised', value: { emergencyId: 'n' } }), closed()]],
    ['not while the own has an alarm to answer', false, [reported(), alarm('rtj'), closed()]],
    ['also while others have not answered theirs', true, [reported(), alarm('polis'), closed()]],
    ['when it was a notice that came to nothing', true, [says({ case: 'advanceNoticeIssued', value: {} }), says({ case: 'advanceNoticeEnded', value: {} })]],
    ['not when the notice became an incident that is open', false, [says({ case: 'advanceNoticeIssued', value: {} }), reported()]],
  ])('%s', (_name, expected, events) => expect(over(...events)).toBe(expected));
});

describe('of talkgroups, units and pools', () => {
  const HOURS = (n: number) => timestamp(LATER - n * HOUR);
  const text = (id: string, hours: number) => event({ case: 'messageSent', value: { messageId: id, text: id } }, { talkgroupId: 't', hubTime: HOURS(hours) });
  const state = (code: string, hours: number) => event({ case: 'unitStateReported', value: { code, onDuty: true } }, { unitId: 'u', hubTime: HOURS(hours) });
  const lease = (talkgroupId: string, leased: boolean, hours: number) => event({ case: 'poolLeaseChanged', value: { talkgroup: { talkgroupId }, leased } }, { pool: 'p', hubTime: HOURS(hours) });
  const many = (make: (at: number) => Event) => Array.from({ length: 30 }, (_, at) => make(at));
  const kept = (...events: Event[]) => {
    const store = folded(...events);
    return outdated(store, LATER - CLOSED_SHOWN_MS).map(({ scope, events: left }) => [scope, left.length]);
  };

  it('texts of yesterday are history', () => expect(kept(...many((at) => text(`old ${at}`, 30)), text('new', 1))).toEqual([['talkgroup:t', 1]]));
  it('the last state of a unit stays, however old', () => {
    const events = many((at) => state(String(at), 40 - at / 2));
    expect(stillSaid('unit', events, LATER - CLOSED_SHOWN_MS).map((one) => (one.body.case === 'unitStateReported' ? one.body.value.code : ''))).toEqual(['29']);
  });
  it('of each group of a pool the last that was said stays: who has it is not forgotten', () => {
    const events = [...many((at) => lease('a', at % 2 === 0, 40 - at / 2)), lease('b', true, 39)];
    const pool = the(folded(...stillSaid('pool', events, LATER - CLOSED_SHOWN_MS)).pools.get('p'));
    expect([...pool.leased.keys()]).toEqual(['b']);
    expect([...the(folded(...events).pools.get('p')).leased.keys()]).toEqual(['b']);
  });
  it('a few are left lying, and what is new is left alone', () => {
    expect(kept(...many((at) => state(String(at), 1)))).toEqual([]);
    expect(kept(text('a', 30), text('b', 30))).toEqual([]);
  });
});

describe('a client', () => {
  const running: Client[] = [];
  /** What the hub answers when it is asked for the past; undefined: it cannot be asked. */
  let past: Event[] | undefined;
  let asked = 0;

  async function page(name = freshName()) {
    const hub = new FakeHub();
    const client = new Client({ base: 'http://hub', token: 'demo:rtj/operator', program: 'test', opened: await openStorage(name), openSocket: hub.open });
    running.push(client);
    await client.start();
    return { name, hub, client };
  }

  /** A session with two incidents that are over and one that is not. */
  async function live(name?: string, resumed = false) {
    const it = await page(name);
    it.hub.welcome({ hubTime: LATER, resumed });
    if (!resumed) for (const one of [reported('old'), closed('old'), reported('older'), closed('older'), reported('open')]) it.hub.update(one);
    it.hub.last.say({ case: 'caughtUp', value: {} });
    return it;
  }

  const scopes = async (name: string) => [...new Set((await (await openStorage(name)).storage.load()).events.map((one) => one.scope))];
  const has = (client: Client) => [...client.store.incidents.keys()];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: LATER });
    past = undefined;
    asked = 0;
    vi.stubGlobal('fetch', (url: string) => {
      if (!url.endsWith('/Timeline') || !past) return Promise.reject(new TypeError('offline'));
      asked += 1;
      return Promise.resolve(new Response(toBinary(TimelinePageSchema, create(TimelinePageSchema, { events: past }))));
    });
  });
  afterEach(async () => {
    for (const client of running.splice(0)) await client.stop().catch(() => undefined);
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('lets go of what is long over, from memory and from what is kept, but not of what is in front of somebody', async () => {
    const { client, name } = await live();
    client.letGo(new Set(['older']));
    expect(has(client)).toEqual(['older', 'open']);
    expect([client.knows('old'), client.knows('never')]).toEqual([true, false]);
    await client.stop();
    await turns();
    expect(await scopes(name)).toEqual(['incident:older', 'incident:open']);
  });

  it('lets go of what talkgroups, units and pools said long ago, and writes what is left', async () => {
    const { client, hub, name } = await live();
    for (let at = 0; at < 30; at += 1) hub.update(event({ case: 'unitStateReported', value: { code: String(at) } }, { unitId: 'u', hubTime: timestamp(DAY + at) }));
    client.letGo(new Set());
    expect(client.store.units.get('u')).toMatchObject({ code: '29' });
    await client.stop();
    await turns();
    expect((await (await openStorage(name)).storage.load()).events.filter((one) => one.scope === 'unit:u')).toHaveLength(1);
  });

  it('lets go of nothing before it has caught up: what is over may have been reopened', async () => {
    const { client, hub } = await page();
    hub.welcome({ hubTime: LATER });
    for (const one of [reported('old'), closed('old')]) hub.update(one);
    client.letGo(new Set());
    expect(has(client)).toEqual(['old']);
  });

  it('does not let go of what something unsent is of', async () => {
    const { client } = await live();
    void client.press({ incidentId: 'old', body: { case: 'addNote', value: { sharedText: 'sent late' } } });
    await turns();
    client.letGo(new Set());
    expect(has(client)).toEqual(['old', 'open']);
  });

  it('shows at once what comes of one that was let go, and fetches its past', async () => {
    const { client, hub, name } = await live();
    client.letGo(new Set());
    const reopened = says({ case: 'incidentReopened', value: {} }, 'old', LATER);
    past = [reported('old'), closed('old'), reopened];
    const heard: string[] = [];
    client.on('event', (one) => heard.push(one.body.case ?? ''));
    hub.update(reopened);
    expect(client.store.incidents.get('old')?.types).toEqual([]);
    await turns();
    expect(the(client.store.incidents.get('old'))).toMatchObject({ types: ['Brand'], closed: undefined });
    // The past is no news.
    expect([heard, asked]).toEqual([['incidentReopened'], 1]);
    await client.stop();
    await turns();
    expect(await scopes(name)).toContain('incident:old');
  });

  it('loses nothing that comes while the past is fetched', async () => {
    const { client, hub } = await live();
    client.letGo(new Set());
    past = [reported('old'), closed('old')];
    hub.update(says({ case: 'incidentReopened', value: {} }, 'old', LATER));
    hub.update(says({ case: 'noteAdded', value: { sharedText: 'meanwhile' } }, 'old', LATER));
    await turns();
    expect([...the(client.store.incidents.get('old')).events.values()].map((one) => one.body.case)).toEqual(['incidentReported', 'incidentClosed', 'incidentReopened', 'noteAdded']);
    expect(asked).toBe(1);
  });

  it('tries again when the past could not be fetched, also after a reload', async () => {
    const first = await live();
    first.client.letGo(new Set());
    first.hub.update(says({ case: 'incidentReopened', value: {} }, 'old', LATER));
    first.hub.checkpoint(1);
    await turns();
    expect(first.client.store.incidents.get('old')?.types).toEqual([]);
    await first.client.stop();
    await turns();
    past = [reported('old'), closed('old'), says({ case: 'incidentReopened', value: {} }, 'old', LATER)];
    const second = await live(first.name, true);
    second.client.letGo(new Set());
    await turns();
    expect(second.client.store.incidents.get('old')).toMatchObject({ types: ['Brand'] });
    expect(second.client.knows('older')).toBe(true);
  });

  it('takes it whole from the hub where the hub sends it anew', async () => {
    const { client, hub } = await live();
    client.letGo(new Set());
    hub.last.say({ case: 'restart', value: { scope: { case: 'incidentId', value: 'old' } } });
    for (const one of [reported('old'), says({ case: 'incidentReopened', value: {} }, 'old', LATER)]) hub.update(one);
    await turns();
    expect([asked, client.store.incidents.get('old')?.types]).toEqual([0, ['Brand']]);
  });

  it('brings one back that somebody looks for, and says when it cannot', async () => {
    const { client } = await live();
    client.letGo(new Set());
    await expect(client.bringBack('old')).rejects.toThrow();
    await expect(client.bringBack('never')).rejects.toThrow();
    expect([client.knows('old'), client.knows('never')]).toEqual([true, false]);
    past = [reported('old'), closed('old')];
    await client.bringBack('old');
    expect(client.store.incidents.get('old')).toMatchObject({ types: ['Brand'] });
    client.letGo(new Set(['old']));
    expect(has(client)).toContain('old');
    client.letGo(new Set());
    expect(has(client)).toEqual(['open']);
  });
});
