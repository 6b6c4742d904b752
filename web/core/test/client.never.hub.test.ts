import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/client.ts';
import type { OpenSocket } from '../src/socket.ts';
import { openStorage } from '../src/storage.ts';
import type { Opened } from '../src/storage.ts';
import { the } from './build.ts';
import { caughtUp, Hub, inMemory, until, webSocket } from './hub.ts';
import { freshName, turns } from './idb.ts';
import { present } from './present.ts';

const SCENARIO = readFileSync(resolve(import.meta.dirname, '../../../examples/jamtland/storm-ivar.scn'), 'utf8');
const SEATS = new Map([...SCENARIO.matchAll(/^who\s+(\S+)\s*=\s*(\S+)/gm)].map(([, name = '', seat = '']) => [name, seat]));
const NEVER = [...SCENARIO.matchAll(/^never\s+(\S+)\s+"([^"]+)"/gm)].map(([, who = '', text = '']): [string, string] => [who, text]);
/** Who has each of these, so that its absence elsewhere says something. */
const HAS: [string, string][] = [
  ['ambled', 'Sven Nilsson'], ['ambled', 'Bröstsmärta'], ['polis', 'Efterlyst'], ['polis', 'Nils Falk'], ['sos', '070-1740611'], ['sos', 'E14'], ['ambled', 'armbrott'],
  ['polledn', 'beväpnad'], ['rtj', 'Stormbyar'],
];

interface Seat {
  client: Client;
  name: string;
  /** Everything that came over the wire. */
  wire: Buffer[];
}

const hub = new Hub();
const seats = new Map<string, Seat>();

async function sit(who: string): Promise<Seat> {
  const name = freshName();
  const wire: Buffer[] = [];
  const openSocket: OpenSocket = (url) => {
    const socket = webSocket(url);
    return new Proxy(socket, {
      set(target, key, value: unknown) {
        if (key !== 'onmessage') return Reflect.set(target, key, value);
        target.onmessage = (bytes) => {
          wire.push(Buffer.from(bytes));
          (value as typeof target.onmessage)(bytes);
        };
        return true;
      },
    });
  };
  const client = new Client({ base: hub.base, token: `demo:${the(SEATS.get(who))}`, program: 'test', opened: await openStorage(name), openSocket });
  await client.start();
  await caughtUp(client);
  return { client, name, wire };
}

/** The storm is played once, with everybody concerned at their screen. */
beforeAll(async () => {
  await hub.demo(6, 4);
  for (const who of new Set([...NEVER, ...HAS].map(([one]) => one))) seats.set(who, await sit(who));
  await hub.ended();
  await until(() => [...seats.values()].every(({ client }) => client.link.status.kind !== 'live'), 'everybody to notice that the hub has gone');
  for (const { client } of seats.values()) await client.stop();
  await turns();
}, 60_000);

afterAll(() => hub.remove());

/** Both the screen that was there all the time and one that is opened now, at the same moment. */
async function bothOf(who: string): Promise<[stayed: Client, late: Client]> {
  const { name } = the(seats.get(who));
  const open = async (opened: Opened) => {
    const client = new Client({ base: hub.base, token: `demo:${the(SEATS.get(who))}`, program: 'test', opened, openSocket: webSocket });
    await client.start();
    await caughtUp(client);
    return client;
  };
  const pair: [Client, Client] = [await open(await openStorage(name)), await open(inMemory())];
  expect([pair[0].link.welcome?.resumed, pair[1].link.welcome?.resumed ?? false]).toEqual([true, false]);
  return pair;
}

async function cached({ name }: Seat): Promise<Buffer> {
  const { events, kept } = await (await openStorage(name)).storage.load();
  return Buffer.concat([...events.map((event) => event.bytes), kept.deployment ?? new Uint8Array()]);
}

const inStore = ({ client }: Seat) => inspect([client.store, client.deployment, client.outbox], { depth: Infinity, maxArrayLength: null, maxStringLength: null });
const inWire = ({ wire }: Seat) => Buffer.concat(wire);

describe('what the storm’s own organisations have', () => {
  it.each(HAS)('%s has "%s": on the wire, in the picture or what came before it', (who, text) => {
    expect(inWire(the(seats.get(who))).includes(text)).toBe(true);
  });

  it('is in the picture and in the browser, so that its absence there says something', async () => {
    const sos = the(seats.get('sos'));
    expect([inStore(sos).includes('070-1740633'), (await cached(sos)).includes('070-1740633')]).toEqual([true, true]);
  });
});

describe('what must not be seen is nowhere in the other’s client', () => {
  it('and there is something that must not', () => expect(NEVER.length).toBeGreaterThan(10));

  it.each(NEVER)('%s never has "%s"', async (who, text) => {
    const seat = the(seats.get(who));
    expect(inWire(seat).includes(text)).toBe(false);
    expect((await cached(seat)).includes(text)).toBe(false);
    expect(inStore(seat).includes(text)).toBe(false);
  });

  it('and what was released is gone when the release is taken back', async () => {
    const seat = the(seats.get('polledn'));
    expect(inWire(seat).includes('armbrott')).toBe(true);
    expect([inStore(seat).includes('armbrott'), (await cached(seat)).includes('armbrott')]).toEqual([false, false]);
  });
});

describe('whoever comes when it is over', () => {
  beforeAll(() => hub.start().then(() => undefined));

  it.each([...new Set(NEVER.map(([who]) => who))])('has the same picture as the one who was there all the time (%s)', async (who) => {
    const [stayed, late] = await bothOf(who);
    try {
      const organisation = the(stayed.identity).organisation;
      const incidents = ({ store }: Client) => Object.fromEntries([...store.incidents].sort(([a], [b]) => a.localeCompare(b)).map(([id, one]) => [id, present(one, organisation, late.now())]));
      const units = ({ store }: Client) => [...store.units].map(([id, one]) => [id, one.code, one.onDuty, one.signedOff, one.covert, one.crewSize]).sort();
      const pools = ({ store }: Client) => [...store.pools].map(([id, one]) => [id, [...one.leased.keys()].sort(), one.warning?.free]);
      const picture = (client: Client) => [incidents(client), units(client), pools(client)];
      // A deadline that passes just now reaches one of them first.
      await vi.waitFor(() => expect(picture(late)).toEqual(picture(stayed)), { timeout: 5_000, interval: 100 });
    } finally {
      await Promise.all([stayed.stop(), late.stop()]);
    }
  });
});
