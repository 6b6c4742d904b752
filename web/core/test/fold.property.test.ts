import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Store } from '../src/state/store.ts';
import { briefings, holders, newestMaterial } from '../src/views/totals.ts';
import { factGroups, placesOf } from '../src/views/facts.ts';
import { queue } from '../src/views/queue.ts';
import { again, events } from './arbitrary.ts';
import { DAY } from './build.ts';

const NOW = DAY + 3_600_000;

function fold(row: Parameters<Store['apply']>[0][]): Store {
  const store = new Store();
  for (const event of row) store.apply(event, DAY);
  return store;
}

const picture = (store: Store) => [store.incidents, store.talkgroups, store.units, store.pools, store.revision];
const run = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 150 });

describe('any row of events, redacted in any way', () => {
  it('gives the same picture when some come twice, as after a resume', () => {
    run(fc.property(events, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }), (row, repeats) => {
      const doubled = [...row];
      for (const [which, later] of repeats) {
        const event = row[which % Math.max(1, row.length)];
        if (!event) continue;
        const first = doubled.indexOf(event);
        doubled.splice(first + 1 + (later % (doubled.length - first)), 0, again(event));
      }
      expect(picture(fold(doubled))).toEqual(picture(fold(row)));
    }));
  });

  it('gives the same picture whether it comes at once or was kept, folded and continued', () => {
    run(fc.property(events, fc.nat(25), (row, cut) => {
      const kept = row.slice(0, cut).map(again);
      expect(picture(fold([...kept, ...row.slice(cut)]))).toEqual(picture(fold(row)));
    }));
  });

  it('never stops the list, whatever is missing', () => {
    run(fc.property(events, (row) => {
      const { incidents } = fold(row);
      for (const who of ['sos', 'rtj', '']) {
        for (const unit of [undefined, 'a']) expect(queue(incidents.values(), who, unit, NOW).length).toBeLessThanOrEqual(incidents.size);
      }
      for (const incident of incidents.values()) {
        briefings(incident);
        holders(incident, NOW, 'sos');
        factGroups(incident);
        placesOf(incident);
        expect(newestMaterial(incident)).toBeGreaterThanOrEqual(0);
      }
    }));
  });

  it('has one order in the list, whatever order the incidents lie in', () => {
    run(fc.property(events, (row) => {
      const incidents = [...fold(row).incidents.values()];
      const ids = (list: typeof incidents) => queue(list, 'sos', undefined, NOW).map((one) => one.incident.id);
      expect(ids([...incidents].reverse())).toEqual(ids(incidents));
    }));
  });

  it('shows no line of a briefing twice', () => {
    run(fc.property(events, (row) => {
      for (const incident of fold(row).incidents.values()) {
        for (const version of briefings(incident)) {
          const ids = version.lines.map((line) => line.eventId);
          expect(new Set(ids).size).toBe(ids.length);
        }
      }
    }));
  });

  it('makes a new entry of whatever it changes, so that a screen notices', () => {
    const maps = ['leases', 'emergencies', 'requests', 'offers', 'hazards', 'mediaLines', 'releaseRequests', 'releases', 'units', 'facts', 'withheld', 'confirmed'] as const;
    const look = (store: Store) => [
      ...[...store.incidents.values()].flatMap((incident) => maps.flatMap((map) => [...incident[map].entries()].map(([id, one]) => [`${incident.id} ${map} ${id}`, one] as const))),
      ...[...store.talkgroups.values()].flatMap((group) => [...group.messages.entries()].map(([id, one]) => [`${group.id} ${id}`, one] as const)),
    ];
    run(fc.property(events, (row) => {
      const store = new Store();
      for (const event of row) {
        const before = new Map(look(store).map(([id, one]) => [id, { one, was: inspect(one, { depth: 9 }) }]));
        store.apply(event, DAY);
        for (const [id, one] of look(store)) {
          const earlier = before.get(id);
          if (earlier?.one === one) expect(inspect(one, { depth: 9 }), id).toBe(earlier.was);
        }
      }
    }));
  });

  it('is forgotten whole by a Restart of everything', () => {
    run(fc.property(events, (row) => {
      const store = fold(row);
      store.restart('all');
      expect([store.incidents.size, store.talkgroups.size, store.units.size, store.pools.size]).toEqual([0, 0, 0, 0]);
    }));
  });
});
