import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnitMirror } from '@samband/core/live/mirror';
import { Snapshots } from '@samband/core/live/snapshot';
import { UnitTable } from '@samband/core/live/table';
import { countersOf, mostUrgent, type WallIncident } from '../data.ts';
import { followedIncidents, readFollow, readOptions } from '../follow.ts';
import { World } from '../simulate/world.ts';
import { clockText, elapsedText, upText } from '../time.ts';
import { boundsOf, Cycle, STAY_MS, SWEDEN, TAKEN_MS, viewsOf } from '../views.ts';
import { BUCKETS, histogram, middle, RELOAD_EVERY_MS, SLOW_FOR_MS, SLOW_MS, Watchdog } from '../watch.ts';

const incident = (id: string, more: Partial<WallIncident> = {}): WallIncident => ({
  id, title: id, where: '', stage: '', lat: 63, lon: 14, severity: 1, unacknowledged: false, exercise: false, startedAt: 0, acknowledged: 1, alarmed: 1,
  talkgroupIds: [], unitIds: [], ...more,
});
const names = { country: 'Sverige', ground: 'Länet' };
const ground = { south: 61, west: 11, north: 65, east: 17 };

describe('the list', () => {
  it('has the most urgent first, the real before exercises', () => {
    const sorted = mostUrgent([
      incident('calm', { severity: 3 }), incident('drill', { exercise: true, unacknowledged: true }), incident('young', { startedAt: 9 }), incident('old', { startedAt: 1 }),
      incident('waiting', { startedAt: 99, unacknowledged: true }), incident('second', { severity: 2 }),
    ]);
    expect(sorted.map(({ id }) => id)).toEqual(['waiting', 'old', 'young', 'second', 'calm', 'drill']);
  });
});

describe('the views', () => {
  it('are country, county and each incident of the first severity, nine at most', () => {
    const many = Array.from({ length: 12 }, (_, number) => incident(`i${number}`, { startedAt: number }));
    const views = viewsOf([...many, incident('x', { severity: 2 })], ground, names);
    expect(views).toHaveLength(9);
    expect(views.slice(0, 3).map(({ key }) => key)).toEqual(['country', 'ground', 'incident i0']);
    expect(views[0]!.bounds).toEqual(SWEDEN);
    expect(viewsOf([incident('nowhere', { lat: undefined, lon: undefined })], undefined, names)).toHaveLength(1);
  });

  it('hold all that is followed', () => {
    const bounds = boundsOf([incident('a'), incident('b', { lat: 64, lon: undefined, area: { south: 62, west: 12, north: 62.1, east: 12.1 } })])!;
    expect(bounds.south).toBeLessThan(62);
    expect(bounds.north).toBeGreaterThan(63);
    expect(boundsOf([])).toBeUndefined();
  });

  it('go round by themselves, stay where somebody has chosen, and go on when nobody is there', () => {
    const views = viewsOf([incident('a')], ground, names);
    const cycle = new Cycle(0);
    expect(cycle.tick(STAY_MS - 1, views)).toBe(false);
    const seen = [1, 2, 3].map((turn) => { cycle.tick(turn * STAY_MS, views); return cycle.key; });
    expect(seen).toEqual(['ground', 'incident a', 'country']);
    cycle.choose(3, 4 * STAY_MS, views);
    cycle.tick(8 * STAY_MS, views);
    expect([cycle.key, cycle.cycling]).toEqual(['incident a', false]);
    cycle.tick(4 * STAY_MS + TAKEN_MS, views);
    expect(cycle.cycling).toBe(true);
    expect(cycle.choose(9, 0, views)).toBe(false);
  });

  it('leave an incident that is closed', () => {
    const cycle = new Cycle(0);
    const views = viewsOf([incident('a')], ground, names);
    cycle.choose(3, 0, views);
    expect(cycle.tick(1000, viewsOf([], ground, names))).toBe(true);
    expect(cycle.key).toBe('country');
  });
});

describe('the address', () => {
  it('says what to follow and how to show it', () => {
    expect(readFollow('incident:abc:1')).toEqual({ kind: 'incident', id: 'abc:1' });
    expect(readFollow('elsewhere:1')).toBeUndefined();
    expect(readOptions('?simulate=10000&theme=night&lang=en&keys=off')).toMatchObject({ simulate: 10_000, theme: 'night', language: 'en', keys: false });
    expect(readOptions('?bench')).toMatchObject({ bench: 10_000, simulate: undefined, theme: 'dark', language: 'sv', keys: true });
    expect(readOptions('?simulate=x')).toMatchObject({ simulate: 2000 });
  });

  it('follows an incident, or those of a talkgroup', () => {
    const all = [incident('a', { talkgroupIds: ['t'] }), incident('b', { talkgroupIds: ['t', 'u'] }), incident('c')];
    const ids = (text: string) => followedIncidents(readFollow(text), all)?.map(({ id }) => id);
    expect(ids('incident:c')).toEqual(['c']);
    expect(ids('talkgroup:t')).toEqual(['a', 'b']);
    expect(ids('organisation:x')).toBeUndefined();
  });
});

describe('the watchdog', () => {
  it('begins anew only when the page has been slow for a while, and not again at once', () => {
    const dog = new Watchdog(0, -Infinity);
    const slow = (from: number, seconds: number) => Array.from({ length: seconds }, (_, at) => dog.slow(from + at * 1000, SLOW_MS)).some(Boolean);
    expect(slow(100_000, SLOW_FOR_MS / 1000)).toBe(false);
    expect(dog.slow(200_000, 0)).toBe(false);
    expect(slow(300_000, SLOW_FOR_MS / 1000 + 1)).toBe(true);
    const again = new Watchdog(0, -1000);
    expect(Array.from({ length: 100 }, (_, at) => again.slow(100_000 + at * 1000, 9999)).some(Boolean)).toBe(false);
  });

  it('begins anew at four in the morning when nothing is going on', () => {
    const four = new Date(2026, 10, 1, 4, 20);
    const dog = new Watchdog(0, -Infinity);
    expect(dog.nightly(RELOAD_EVERY_MS, four, true)).toBe(true);
    expect(dog.nightly(RELOAD_EVERY_MS, four, false)).toBe(false);
    expect(dog.nightly(RELOAD_EVERY_MS, new Date(2026, 10, 1, 5, 0), true)).toBe(false);
    expect(new Watchdog(0, -1000).nightly(RELOAD_EVERY_MS / 2, four, true)).toBe(false);
  });

  it('counts every picture in one column of the histogram', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 400, noNaN: true }), { minLength: 1 }), (times) => {
        const found = histogram(times);
        expect(found.counts).toHaveLength(BUCKETS.length);
        expect(found.counts.reduce((sum, count) => sum + count, 0)).toBe(times.length);
        expect(found.median).toBeLessThanOrEqual(found.p95);
        expect(found.p99).toBeLessThanOrEqual(found.worst);
      }),
    );
    expect(middle([9, 1, 5])).toBe(5);
  });
});

describe('times', () => {
  it('are written as on the wall', () => {
    expect(clockText(new Date(2026, 10, 1, 4, 5, 6).getTime())).toBe('04:05:06');
    expect([elapsedText(41_000), elapsedText(727_000), elapsedText(8_070_000), elapsedText(-5)]).toEqual(['00:41', '12:07', '2:14:30', '00:00']);
    expect(upText(3 * 86_400_000 + 15_120_000, (days) => `${days} d`)).toBe('3 d 04:12');
    expect(upText(120_000, (days) => `${days} d`)).toBe('00:02');
  });
});

describe('the simulated country', () => {
  it('is the same each time, keeps its number, and moves', () => {
    const run = () => {
      const world = new World({ units: 500, seed: 7, allMove: true }, 0);
      const table = new UnitTable();
      for (let second = 0; second < 60; second++) {
        world.step(20);
        table.settle();
        world.tell(table, second * 1000);
      }
      const mirror = new UnitMirror();
      mirror.apply(new Snapshots(table).take(0), 0);
      return mirror;
    };
    const [first, second] = [run(), run()];
    expect(first.count).toBe(500);
    expect(countersOf(first).map(({ organisation }) => organisation).sort()).toEqual(['sim-ambulans', 'sim-ovriga', 'sim-polis', 'sim-raddning']);
    expect([...first.snapshot.places]).toEqual([...second.snapshot.places]);
    expect(countersOf(first).reduce((sum, one) => sum + one.enRoute, 0)).toBe(500);
  });
});
