// The simulated country in a thread of its own, where the feed would be: what the page has to do is the same.
import { SNAPSHOT_MS } from '@samband/core/live/feedCore';
import { Snapshots, transferables, type UnitSnapshot } from '@samband/core/live/snapshot';
import { UnitTable } from '@samband/core/live/table';
import { INCIDENTS, type SimIncident } from './incidents.ts';
import { marksOf, World, type WorldOptions } from './world.ts';

export type SimOrder = { kind: 'start'; options: WorldOptions };
export type SimNews =
  | { kind: 'units'; snapshot: UnitSnapshot }
  | { kind: 'incidents'; unitIds: Record<string, string[]> };

interface WorkerScope {
  onmessage: ((event: MessageEvent<SimOrder>) => void) | null;
  postMessage(news: SimNews, handOver: Transferable[]): void;
}

const TICK_MS = 1000;
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { options } }) => start(options);

function start(options: WorldOptions): void {
  const world = new World(options, Date.now());
  const table = new UnitTable();
  const snapshots = new Snapshots(table);
  if (!options.allMove) alarm(world, table);
  let before = performance.now();
  let posted = 0;
  world.tell(table, Date.now());
  setInterval(() => {
    const now = performance.now();
    world.step((now - before) / 1000);
    before = now;
    world.tell(table, Date.now());
  }, TICK_MS);
  setInterval(() => {
    table.settle();
    if (table.version === posted) return;
    posted = table.version;
    const snapshot = snapshots.take(performance.now());
    scope.postMessage({ kind: 'units', snapshot }, transferables(snapshot));
  }, SNAPSHOT_MS);
}

function alarm(world: World, table: UnitTable): void {
  const near = INCIDENTS.map((incident): [SimIncident, { id: string }[]] => [incident, world.nearest(incident.lat, incident.lon, incident.alarmed)]);
  table.setMarks(near.flatMap(([incident, units]) => marksOf(units, incident.acknowledged)));
  scope.postMessage({ kind: 'incidents', unitIds: Object.fromEntries(near.map(([incident, units]) => [incident.id, units.map((unit) => unit.id)])) }, []);
}
