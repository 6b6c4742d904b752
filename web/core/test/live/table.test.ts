import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameHead, UnitFields } from '../../src/live/frames.ts';
import { UnitMirror } from '../../src/live/mirror.ts';
import { FLAG_POINT, Snapshots } from '../../src/live/snapshot.ts';
import { MARK_ALARMED, UnitTable } from '../../src/live/table.ts';

const blank: UnitFields = {
  unitId: undefined, callSign: undefined, organisation: undefined, kind: undefined, latitudeE5: undefined, longitudeE5: undefined,
  area: undefined, courseDeg: undefined, speedKmh: undefined, fixAt: undefined, stale: undefined, state: undefined, code: undefined,
  emergency: undefined,
};
const cell = (number: number) => ({ south: 60 + number, west: 14, sideDeg: 1 });

interface Frame {
  cell: number;
  time: number;
  key?: boolean;
  units?: Partial<UnitFields>[];
  removed?: string[];
}

function give(table: UnitTable, { cell: number, time, key, units = [], removed = [] }: Frame): void {
  const head: FrameHead = { cell: cell(number), key, hubTime: time };
  table.begin(head);
  for (const unit of units) table.unit({ ...blank, ...unit });
  for (const id of removed) table.removed(id);
  table.end();
}

const unit = (unitId: string, latitude: number, more: Partial<UnitFields> = {}): Partial<UnitFields> => ({
  unitId, latitudeE5: Math.round(latitude * 1e5), longitudeE5: 14_50000, ...more,
});

/** What the table holds once nothing more comes. */
function seen(table: UnitTable): Record<string, number> {
  table.settle();
  table.settle();
  const mirror = new UnitMirror();
  // Names are told once: a second reader of one table gets all of them only while nothing has been taken yet.
  for (let row = 0; row < table.count; row++) table.renamed.add(row);
  mirror.apply(new Snapshots(table).take(0), 0);
  const found: Record<string, number> = {};
  for (let row = 0; row < mirror.count; row++) {
    const { id, lat } = mirror.view(row);
    found[id] = Math.round((lat ?? NaN) * 1e4) / 1e4;
  }
  return found;
}

describe('the unit table', () => {
  it('keeps names that came once, and replaces everything else', () => {
    const table = new UnitTable();
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.5, { callSign: '2 31-1010', organisation: 'rtj', kind: 'släckbil', state: 1, courseDeg: 90, stale: true })] });
    give(table, { cell: 1, time: 2, units: [unit('a', 61.6)] });
    const mirror = new UnitMirror();
    mirror.apply(new Snapshots(table).take(0), 0);
    expect(mirror.view(0)).toMatchObject({
      id: 'a', callSign: '2 31-1010', organisation: 'rtj', kind: 'släckbil', state: 0, courseDeg: undefined, stale: false,
    });
  });

  it('forgets at a key frame what the frame does not name, in that cell only', () => {
    const table = new UnitTable();
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.1), unit('b', 61.2)] });
    give(table, { cell: 2, time: 1, key: true, units: [unit('c', 62.1)] });
    give(table, { cell: 1, time: 2, key: true, units: [unit('b', 61.3)] });
    expect(seen(table)).toEqual({ b: 61.3, c: 62.1 });
    give(table, { cell: 1, time: 3, key: true });
    expect(seen(table)).toEqual({ c: 62.1 });
  });

  it.each([
    ['removed first', ['out', 'in']],
    ['present first', ['in', 'out']],
  ])('keeps a unit that moves between cells: %s', (_, order) => {
    const table = new UnitTable();
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.9)] });
    for (const step of order) {
      if (step === 'out') give(table, { cell: 1, time: 2, removed: ['a'] });
      else give(table, { cell: 2, time: 2, units: [unit('a', 62.1)] });
    }
    expect(seen(table)).toEqual({ a: 62.1 });
  });

  it('does not let a unit blink, or lose its name, between the frame it leaves and the one it comes in', () => {
    const table = new UnitTable();
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.9, { callSign: '2 31-1010' })] });
    give(table, { cell: 1, time: 2, removed: ['a'] });
    table.settle();
    expect(table.count).toBe(1);
    give(table, { cell: 2, time: 2, units: [unit('a', 62.1)] });
    table.settle();
    table.settle();
    expect(table.columns.callSigns[0]).toBe('2 31-1010');
    give(table, { cell: 2, time: 3, removed: ['a'] });
    table.settle();
    const { version } = table;
    table.settle();
    expect([table.count, table.version > version]).toEqual([0, true]);
  });

  it('is what the hub holds once everything has come, whatever order the cells come in', () => {
    // Frames of one cell keep their order; those of different cells come as they like. A cell that missed frames gets a key frame.
    const step = fc.record({ unit: fc.integer({ min: 0, max: 4 }), to: fc.integer({ min: 0, max: 3 }), lat: fc.integer({ min: 0, max: 99 }) });
    const missed = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.infiniteStream(fc.nat(3)), missed, (steps, picks, behind) => {
        const { queues, truth } = hub(steps, behind);
        const table = new UnitTable();
        while (queues.some((queue) => queue.length > 0)) {
          const open = queues.filter((queue) => queue.length > 0);
          give(table, open[picks.next().value! % open.length]!.shift()!);
        }
        expect(seen(table)).toEqual(truth);
      }),
      { numRuns: 500 },
    );
  });

  it('forgets what lies outside the areas that are followed', () => {
    const table = new UnitTable();
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.1)] });
    give(table, { cell: 5, time: 1, key: true, units: [unit('b', 65.1)] });
    table.forgetOutside([{ south: 60.5, west: 12, north: 61.5, east: 15 }]);
    expect(seen(table)).toEqual({ a: 61.1 });
  });

  it('shows what a former session told until the new one has had its say', () => {
    const table = new UnitTable();
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.1)] });
    give(table, { cell: 2, time: 1, key: true, units: [unit('b', 62.1)] });
    table.expectAnew();
    give(table, { cell: 2, time: 9, key: true, units: [unit('b', 62.2)] });
    expect(seen(table)).toEqual({ a: 61.1, b: 62.2 });
    table.dropUnconfirmed();
    expect(seen(table)).toEqual({ b: 62.2 });
  });

  it('remembers marks of units that come later', () => {
    const table = new UnitTable();
    table.setMarks([['a', MARK_ALARMED]]);
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.1), unit('b', 61.2)] });
    expect([...table.columns.mark.subarray(0, 2)]).toEqual([MARK_ALARMED, 0]);
    const { version } = table;
    table.setMarks([['a', MARK_ALARMED]]);
    expect(table.version).toBe(version);
    table.setMarks([]);
    expect(table.version).toBe(version + 1);
    expect([...table.columns.mark.subarray(0, 2)]).toEqual([0, 0]);
  });

  it('grows past any size, and loses nothing when units leave', () => {
    const table = new UnitTable();
    const all = Array.from({ length: 3000 }, (_, number) => unit(`u${number}`, 61 + number / 1e4));
    give(table, { cell: 1, time: 1, key: true, units: all });
    give(table, { cell: 1, time: 2, removed: all.filter((_, number) => number % 3 > 0).map((one) => one.unitId!) });
    const left = seen(table);
    expect(Object.keys(left)).toHaveLength(1000);
    expect(left['u2997']).toBeCloseTo(61.2997, 4);
  });
});

/** The hub's side: per tick a unit moves; frames say it, and at the end cells that missed theirs get a key frame. */
function hub(steps: { unit: number; to: number; lat: number }[], behind: boolean[]) {
  const at = new Map<string, { cell: number; lat: number }>();
  const queues: Frame[][] = [[], [], [], []];
  const lost = new Set<number>();
  let time = 0;
  for (const { unit: number, to, lat } of steps) {
    time++;
    const id = `u${number}`;
    const before = at.get(id)?.cell;
    const latitude = 60 + to + lat / 1000;
    const say = (where: number, frame: Frame) => (behind[where] && lat % 2 ? lost.add(where) : queues[where]!.push(frame));
    if (before !== undefined && before !== to) say(before, { cell: before, time, removed: [id] });
    say(to, { cell: to, time, units: [unit(id, latitude)] });
    at.set(id, { cell: to, lat: latitude });
  }
  for (const number of lost) {
    const units = [...at].filter(([, place]) => place.cell === number).map(([id, place]) => unit(id, place.lat));
    queues[number]!.push({ cell: number, time: time + 1, key: true, units });
  }
  const truth = Object.fromEntries([...at].map(([id, place]) => [id, Math.round(place.lat * 1e4) / 1e4]));
  return { queues, truth };
}

describe('snapshots', () => {
  it('move units on from where they are shown, and let a jump be a jump', () => {
    const table = new UnitTable();
    const snapshots = new Snapshots(table);
    give(table, { cell: 1, time: 1, key: true, units: [unit('a', 61.1)] });
    const first = snapshots.take(0);
    expect(first.places[1]).toBe(first.places[3]);
    give(table, { cell: 1, time: 2, units: [unit('a', 61.101)] });
    const second = snapshots.take(1000);
    expect(second.places[1]).toBe(first.places[3]);
    expect(second.places[3]).not.toBe(second.places[1]);
    // Half of the way later something else changes: it goes on from the middle.
    table.version++;
    const third = snapshots.take(1000 + second.durationMs / 2);
    expect(third.places[1]).toBeCloseTo((second.places[1]! + second.places[3]!) / 2, 9);
    give(table, { cell: 1, time: 3, units: [unit('a', 61.9)] });
    const jumped = snapshots.take(3000);
    expect(jumped.places[1]).toBe(jumped.places[3]);
  });

  it('gather units known by a square only, and count all by organisation and state', () => {
    const table = new UnitTable();
    const area = { south: 61, west: 14, sideM: 1000 };
    const square = (unitId: string, more: Partial<UnitFields> = {}) => ({ unitId, organisation: 'polis', area, state: 6, ...more });
    give(table, { cell: 1, time: 1, key: true, units: [square('p1', { fixAt: 5 }), square('p2', { stale: true }), unit('r1', 61.1, { organisation: 'rtj', state: 1 })] });
    const { areas, counts, look } = new Snapshots(table).take(0);
    expect(areas).toHaveLength(1);
    expect(areas[0]).toMatchObject({ organisation: 'polis', unitIds: ['p1', 'p2'], stale: 1, newestFix: 5, sideM: 1000 });
    expect(areas[0]!.north - 61).toBeCloseTo(1000 / 111_320, 6);
    expect(look[4]! & FLAG_POINT).toBe(0);
    expect(counts.map((count) => [count.organisation, count.units, count.stale, count.byState[6], count.byState[1]])).toEqual([
      ['polis', 2, 1, 2, 0],
      ['rtj', 1, 0, 0, 1],
    ]);
  });
});

describe('the mirror', () => {
  it('knows every unit by name while units come and go', () => {
    const name = fc.integer({ min: 0, max: 12 }).map((number) => `u${number}`);
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(name), { maxLength: 12 }), (sets) => {
        const table = new UnitTable();
        const snapshots = new Snapshots(table);
        const mirror = new UnitMirror();
        sets.forEach((ids, time) => {
          give(table, { cell: 1, time, key: true, units: ids.map((id) => unit(id, 61.1, { callSign: `call ${id}` })) });
          table.settle();
          table.settle();
          mirror.apply(snapshots.take(time * 100), 0);
          const rows = Array.from({ length: mirror.count }, (_, row) => mirror.view(row));
          expect(rows.map((row) => row.id).sort()).toEqual([...ids].sort());
          for (const row of rows) expect(row.callSign).toBe(`call ${row.id}`);
          for (const id of ids) expect(mirror.idOf(mirror.rowOfUnit(id)!)).toBe(id);
          for (let gone = 0; gone <= 12; gone++) if (!ids.includes(`u${gone}`)) expect(mirror.rowOfUnit(`u${gone}`)).toBeUndefined();
        });
      }),
    );
  });
});
