import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubClock, millis, timestamp } from '../src/clock.ts';
import { GoodbyeCode } from '../src/gen/session_pb.ts';
import type { ServerFrame } from '../src/gen/session_pb.ts';
import { CONTRACT, Link, TIMES } from '../src/link.ts';
import type { EndReason, LinkStatus } from '../src/link.ts';
import { FakeHub } from './wire.ts';

const START = Date.UTC(2026, 10, 25, 14, 32);
let hub: FakeHub;
let link: Link;
let told: LinkStatus[];
let frames: ServerFrame[];

function begin(greeting: () => object = () => ({ token: 't' })): void {
  hub = new FakeHub();
  told = [];
  frames = [];
  link = new Link('ws://hub/v1/session', hub.open, greeting, { frame: (frame) => frames.push(frame), status: (status) => told.push({ ...status }) });
  link.start();
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  begin();
});
afterEach(() => {
  link.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const wait = (ms: number) => vi.advanceTimersByTime(ms);
/** Keeps the session alive while time passes. */
function quietly(ms: number): void {
  for (let passed = 0; passed < ms; passed += 1_000) {
    wait(1_000);
    hub.last.say({ case: 'linkState', value: {} });
  }
}

describe('what the hub tells of itself', () => {
  it('stands until the next session has told how it is: bad news does not go away by a broken line', () => {
    hub.welcome();
    hub.last.say({ case: 'linkState', value: { networks: [{ name: 'Rakel', up: false }] } });
    expect(link.linkState?.networks.map((one) => one.name)).toEqual(['Rakel']);
    hub.last.drop();
    wait(TIMES.retryFirst);
    hub.welcome();
    expect(link.linkState?.networks.map((one) => one.up)).toEqual([false]);
    hub.last.say({ case: 'linkState', value: { networks: [] } });
    expect(link.linkState?.networks).toEqual([]);
  });
});

describe('what the link says of itself', () => {
  it('is that it connects, then that it is alive, then that it has everything', () => {
    expect(link.status).toEqual({ kind: 'connecting', since: START, everConnected: false });
    hub.welcome();
    expect(link.status).toMatchObject({ kind: 'live', doubtful: false, caughtUp: false });
    hub.last.say({ case: 'caughtUp', value: {} });
    expect(link.status).toMatchObject({ kind: 'live', caughtUp: true });
  });

  it('is not alive by an open socket: only by the hub’s welcome', () => {
    hub.last.onopen();
    hub.last.say({ case: 'caughtUp', value: {} });
    expect(link.status.kind).toBe('connecting');
  });

  it('is doubtful when the hub has been silent, and no longer when it speaks', () => {
    hub.welcome();
    wait(TIMES.doubtful - 250);
    expect(link.status).toMatchObject({ doubtful: false });
    wait(750);
    expect(link.status).toMatchObject({ kind: 'live', doubtful: true, heardAt: START });
    hub.last.say({ case: 'linkState', value: {} });
    expect(link.status).toMatchObject({ doubtful: false, heardAt: START + TIMES.doubtful + 500 });
  });

  it('is lost when the hub has been silent for long, since then', () => {
    hub.welcome();
    wait(TIMES.dead + 500);
    expect(link.status).toMatchObject({ kind: 'lost', everConnected: true, since: START + TIMES.dead + 250 });
    expect(hub.last.isClosedByClient).toBe(true);
  });

  it('is lost since the first moment, however many attempts have failed', () => {
    hub.welcome();
    wait(5_000);
    hub.last.drop();
    for (let n = 0; n < 5; n += 1) {
      wait(TIMES.retryMax);
      hub.last.drop();
    }
    expect(link.status).toMatchObject({ kind: 'lost', since: START + 5_000, everConnected: true });
    expect(link.lostSince).toBe(START + 5_000);
    wait(TIMES.retryMax);
    hub.welcome();
    expect(link.lostSince).toBeUndefined();
  });

  it('has never been connected, while it has not', () => {
    hub.last.drop();
    expect(link.status).toMatchObject({ kind: 'lost', everConnected: false });
  });

  it('gives up a hub that takes the connection and says nothing', () => {
    hub.last.onopen();
    wait(TIMES.welcome + 500);
    expect(link.status.kind).toBe('lost');
  });

  it('hears nothing any more of a connection that was given up', () => {
    const first = hub.welcome();
    first.drop();
    wait(TIMES.retryFirst + 250);
    first.say({ case: 'welcome', value: { contract: CONTRACT } });
    expect(link.status.kind).toBe('connecting');
    first.drop();
    expect(link.status.kind).toBe('connecting');
  });
});

describe('coming back', () => {
  it('waits longer each time, never longer than the most, and spreads', () => {
    const waits: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const at = Date.now();
      hub.last.drop();
      if (link.status.kind === 'lost') waits.push(link.status.retryAt - at);
      wait(TIMES.retryMax + 250);
    }
    waits.forEach((ms, n) => {
      const full = Math.min(TIMES.retryMax, TIMES.retryFirst * 2 ** n);
      expect(ms).toBeGreaterThanOrEqual(full / 2);
      expect(ms).toBeLessThanOrEqual(full);
    });
    expect(new Set(waits.slice(5)).size).toBeGreaterThan(1);
  });

  it('begins with short waits again after a session', () => {
    for (let n = 0; n < 6; n += 1) {
      hub.last.drop();
      wait(TIMES.retryMax + 250);
    }
    hub.welcome();
    hub.last.drop();
    expect(link.status.kind === 'lost' && link.status.retryAt - Date.now()).toBeLessThanOrEqual(TIMES.retryFirst);
  });

  it('is at once when somebody asks for it, and only then', () => {
    link.retryNow();
    expect(hub.connections).toHaveLength(1);
    hub.last.drop();
    link.retryNow();
    expect(hub.connections).toHaveLength(2);
  });

  it('does not wait for hours because the device’s clock was set back', () => {
    hub.last.drop();
    vi.setSystemTime(START - 3_600_000);
    wait(500);
    expect(hub.connections).toHaveLength(2);
    expect(link.lostSince).toBeLessThanOrEqual(Date.now());
  });

  it('keeps the hub’s time when the device’s clock is set back while there is no session', () => {
    hub.welcome({ hubTime: START });
    hub.last.drop();
    link.stop();
    let steady = 0;
    const alone = new Link('ws://hub', hub.open, () => ({ token: 't', client: 'test' }), { frame: () => undefined, status: () => undefined }, Date.now, () => steady);
    alone.start();
    hub.welcome({ hubTime: START });
    hub.last.drop();
    vi.setSystemTime(Date.now() - 3_600_000);
    steady += 500;
    wait(250);
    expect(Math.abs(alone.clock.now() - START - 500)).toBeLessThanOrEqual(250);
    alone.stop();
  });

  it('hears silence, and measures the hub’s time anew, when the device’s clock was set back in a session', () => {
    hub.welcome();
    vi.setSystemTime(START - 3_600_000);
    wait(2_000);
    expect(hub.connections).toHaveLength(2);
    hub.welcome({ hubTime: START });
    expect(link.clock.now()).toBe(START);
  });

  it('stops when it is told to', () => {
    hub.welcome();
    link.stop();
    wait(120_000);
    expect([hub.connections.length, hub.last.isClosedByClient]).toEqual([1, true]);
  });
});

describe('the greeting', () => {
  it('is made anew for each connection, with the resume token of then', () => {
    let resumeToken: Uint8Array | undefined;
    link.stop();
    begin(() => ({ token: 't', client: 'test', ...(resumeToken ? { resumeToken } : {}) }));
    hub.welcome();
    expect(hub.last.hello).toMatchObject({ token: 't', client: 'test' });
    expect(hub.last.hello?.resumeToken).toBeUndefined();
    resumeToken = new Uint8Array([7]);
    hub.last.drop();
    wait(1_000);
    hub.last.onopen();
    expect(hub.last.hello?.resumeToken).toEqual(new Uint8Array([7]));
  });

  it('is the first frame, and nothing else goes before the welcome', () => {
    expect(link.send({ case: 'affiliate', value: { talkgroupIds: ['x'] } })).toBe(false);
    hub.last.onopen();
    expect(link.send({ case: 'affiliate', value: { talkgroupIds: ['x'] } })).toBe(false);
    expect(hub.last.received.map((frame) => frame.frame.case)).toEqual(['hello']);
    hub.welcome();
    expect(link.send({ case: 'affiliate', value: { talkgroupIds: ['x'] } })).toBe(true);
    hub.last.drop();
    expect(link.send({ case: 'affiliate', value: { talkgroupIds: ['x'] } })).toBe(false);
  });
});

describe('the end', () => {
  it.each<[string, GoodbyeCode | undefined, EndReason | undefined]>([
    ['a hub that restarts', GoodbyeCode.DRAINING, undefined],
    ['a reader that was too slow', GoodbyeCode.SLOW_CONSUMER, undefined],
    ['a session that said nothing', GoodbyeCode.IDLE, undefined],
    ['a place that cannot be continued from', GoodbyeCode.RESUME_IMPOSSIBLE, undefined],
    ['a code of a newer hub', 99 as GoodbyeCode, undefined],
    ['no code', undefined, undefined],
    ['a token that is not good', GoodbyeCode.UNAUTHENTICATED, 'unauthenticated'],
    ['a token whose time is up', GoodbyeCode.TOKEN_EXPIRED, 'token_expired'],
    ['a client that does not speak the language', GoodbyeCode.PROTOCOL_ERROR, 'protocol'],
    ['a frame that is too large', GoodbyeCode.TOO_LARGE, 'protocol'],
  ])('after %s', (_what, code, reason) => {
    hub.last.onopen();
    hub.last.goodbye(code, 'told');
    hub.last.drop();
    wait(60_000);
    if (reason === undefined) expect(hub.connections.length).toBeGreaterThan(1);
    else expect([link.status, hub.connections.length]).toEqual([{ kind: 'ended', since: START, reason, message: 'told' }, 1]);
  });

  it.each([0, CONTRACT + 1])('is at once with a hub of contract %s, and says which', (contract) => {
    hub.welcome({ contract });
    expect(link.status).toMatchObject({ kind: 'ended', reason: 'contract', message: String(contract) });
    expect([frames, hub.last.isClosedByClient]).toEqual([[], true]);
  });

  it('is not the end when a frame cannot be read: another session is tried', () => {
    hub.welcome();
    hub.last.raw(new Uint8Array([0xff, 0xff, 0xff]));
    expect([link.status.kind, hub.last.isClosedByClient]).toEqual(['lost', true]);
    wait(1_000);
    hub.welcome();
    expect(link.status.kind).toBe('live');
  });

  it('is not the end when a frame is of a kind this client does not know', () => {
    hub.welcome();
    hub.last.raw(new Uint8Array([0xa2, 0x06, 0x01, 0x00]));
    expect([link.status.kind, frames.length]).toEqual(['live', 2]);
  });
});

describe('the hub’s clock', () => {
  it('is right within half of the way there and back, wherever the hub was in between', () => {
    const [offset, trip] = [fc.integer({ min: -7_200_000, max: 7_200_000 }), fc.tuple(fc.nat(2_000), fc.nat(2_000))];
    fc.assert(fc.property(offset, fc.array(trip, { minLength: 1, maxLength: 12 }), (hubOffset, trips) => {
      const clock = new HubClock(() => START);
      let at = START;
      for (const [there, back] of trips) {
        clock.observe(at, at + there + hubOffset, at + there + back);
        at += 5_000;
      }
      const shortest = Math.min(...trips.slice(-8).map(([there, back]) => there + back));
      expect(Math.abs(clock.offset - hubOffset)).toBeLessThanOrEqual(shortest / 2);
      expect(clock.roundTrip).toBe(shortest);
    }));
  });

  it('is taken from the welcome, then from the pings', () => {
    hub.welcome({ hubTime: START + 500_000 });
    expect(link.clock.offset).toBe(500_000);
    expect(link.clock.roundTrip).toBeUndefined();
    const [ping] = hub.last.of('ping');
    wait(40);
    hub.last.say({ case: 'pong', value: { nonce: ping?.nonce ?? 0n, hubTime: timestamp(START + 500_030) } });
    expect([link.clock.offset, link.clock.lastRoundTrip]).toEqual([500_010, 40]);
  });

  it('does not believe an answer to a question it has not asked', () => {
    hub.welcome();
    hub.last.say({ case: 'pong', value: { nonce: 77n, hubTime: timestamp(START + 900_000) } });
    expect(link.clock.offset).toBe(0);
  });

  it('asks every few seconds', () => {
    hub.welcome();
    quietly(20_000);
    expect(hub.last.of('ping')).toHaveLength(5);
  });

  it('writes any time so that it can be read again', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (ms) => {
      const written = timestamp(ms);
      expect(written.nanos).toBeLessThan(1_000_000_000);
      expect(written.nanos).toBeGreaterThanOrEqual(0);
      expect(millis({ ...written, $typeName: 'google.protobuf.Timestamp' })).toBe(Math.round(ms));
    }));
  });
});
