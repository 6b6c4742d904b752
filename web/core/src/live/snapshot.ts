// What a screen gets of the table: typed arrays that can be handed over between threads and, as they are, to the graphics card.
import { Columns, NO_COURSE, PLACE_POINT, PLACE_SQUARE } from './columns.ts';
import { ANCHOR, squareHeight, squareWidth } from './mercator.ts';
import type { Rectangle, UnitTable } from './table.ts';

/** Bytes that each row has in `look`. */
export const LOOK_SIZE = 8;
/** Places of what a row's bytes say. */
export const LOOK_ORGANISATION = 0;
export const LOOK_STATE = 2;
export const LOOK_MARK = 3;
export const LOOK_FLAGS = 4;
/** Course in 256ths of a turn. */
export const LOOK_COURSE = 5;
/** km/h, at most 255. */
export const LOOK_SPEED = 6;

export const FLAG_STALE = 1;
export const FLAG_EMERGENCY = 2;
/** It has a place that is a point; without, it is drawn as an area or not at all. */
export const FLAG_POINT = 4;
export const FLAG_COURSE = 8;

/** What identifies a row; sent when a row gets another unit, or texts come. */
export interface UnitName {
  row: number;
  id: string;
  callSign: string | undefined;
  kind: string | undefined;
}

/** Units of one organisation of which no more is known than the square they are in. */
export interface UnitArea extends Rectangle {
  organisation: string;
  sideM: number;
  unitIds: string[];
  stale: number;
  emergency: boolean;
  /** Milliseconds since 1970 of the newest fix; 0: not told. */
  newestFix: number;
}

/** What the wall counts. */
export interface OrganisationCount {
  organisation: string;
  units: number;
  stale: number;
  emergencies: number;
  /** By UnitState of the contract, 0 to 7. */
  byState: number[];
  /** Milliseconds since 1970 of the newest fix; 0: none told. */
  newestFix: number;
}

export interface UnitSnapshot {
  count: number;
  /** From x, from y, to x, to y, four a row: Mercator, counted from ANCHOR. */
  places: Float32Array;
  look: Uint8Array;
  /** Milliseconds since 1970 of each row's fix. */
  fixes: Float64Array;
  names: UnitName[];
  organisations: string[];
  areas: UnitArea[];
  counts: OrganisationCount[];
  /** For how long the units move from where they were to where they are. */
  durationMs: number;
}

/** Longer jumps are shown as jumps: nobody drove from there to here in a second. In Mercator, about 3 km in Sweden. */
const JUMP = 3000 / (40_075_016 * 0.45);
const SHORTEST_MS = 250;
const LONGEST_MS = 1500;

/** Makes snapshots of one table, for one screen. */
export class Snapshots {
  private postedAt = -Infinity;
  private duration = 0;
  private interval = 1000;

  constructor(private readonly table: UnitTable) {}

  /** `now`: any clock in milliseconds that does not run backwards. */
  take(now: number): UnitSnapshot {
    const { table } = this;
    const { columns } = table;
    const since = now - this.postedAt;
    const way = this.duration > 0 ? Math.min(1, since / this.duration) : 1;
    if (Number.isFinite(since)) this.interval += (Math.min(since, LONGEST_MS) - this.interval) * 0.3;
    this.duration = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, this.interval));
    this.postedAt = now;
    const snapshot: UnitSnapshot = {
      count: columns.count,
      places: move(columns, way),
      look: looks(columns),
      fixes: columns.fix.slice(0, columns.count),
      names: names(table),
      organisations: [...table.organisations],
      areas: areas(table),
      counts: counts(table),
      durationMs: this.duration,
    };
    return snapshot;
  }
}

/** For postMessage: what is handed over instead of copied. */
export function transferables(snapshot: UnitSnapshot): ArrayBuffer[] {
  return [snapshot.places, snapshot.look, snapshot.fixes].map((array) => array.buffer as ArrayBuffer);
}

/** Sets each unit on its way from where it is shown now to where it is. `way`: how much of the former way it has made. */
function move(columns: Columns, way: number): Float32Array {
  const { count, x, y, fromX, fromY, toX, toY, place } = columns;
  const places = new Float32Array(count * 4);
  for (let row = 0; row < count; row++) {
    if (place[row] !== PLACE_POINT) {
      fromX[row] = toX[row] = NaN;
      continue;
    }
    let shownX = fromX[row]! + (toX[row]! - fromX[row]!) * way;
    let shownY = fromY[row]! + (toY[row]! - fromY[row]!) * way;
    // Not a number, for a unit that is new here, fails the comparison too.
    if (!(Math.abs(shownX - x[row]!) < JUMP && Math.abs(shownY - y[row]!) < JUMP)) {
      shownX = x[row]!;
      shownY = y[row]!;
    }
    fromX[row] = shownX;
    fromY[row] = shownY;
    toX[row] = x[row]!;
    toY[row] = y[row]!;
    places[row * 4] = shownX - ANCHOR.x;
    places[row * 4 + 1] = shownY - ANCHOR.y;
    places[row * 4 + 2] = x[row]! - ANCHOR.x;
    places[row * 4 + 3] = y[row]! - ANCHOR.y;
  }
  return places;
}

function looks(columns: Columns): Uint8Array {
  const { count } = columns;
  const look = new Uint8Array(count * LOOK_SIZE);
  for (let row = 0, at = 0; row < count; row++, at += LOOK_SIZE) {
    const course = columns.course[row]!;
    look[at + LOOK_ORGANISATION] = columns.organisation[row]! & 0xff;
    look[at + LOOK_ORGANISATION + 1] = columns.organisation[row]! >>> 8;
    look[at + LOOK_STATE] = columns.state[row]!;
    look[at + LOOK_MARK] = columns.mark[row]!;
    look[at + LOOK_FLAGS] =
      (columns.stale[row] ? FLAG_STALE : 0) |
      (columns.emergency[row] ? FLAG_EMERGENCY : 0) |
      (columns.place[row] === PLACE_POINT ? FLAG_POINT : 0) |
      (course === NO_COURSE ? 0 : FLAG_COURSE);
    look[at + LOOK_COURSE] = course === NO_COURSE ? 0 : Math.round((course * 256) / 360) & 0xff;
    look[at + LOOK_SPEED] = Math.min(255, columns.speed[row]!);
  }
  return look;
}

function names(table: UnitTable): UnitName[] {
  const { columns } = table;
  const found: UnitName[] = [];
  for (const row of table.renamed) {
    if (row >= columns.count) continue;
    found.push({ row, id: columns.ids[row]!, callSign: columns.callSigns[row], kind: columns.kinds[row] });
  }
  table.renamed.clear();
  return found;
}

function areas(table: UnitTable): UnitArea[] {
  const { columns } = table;
  const found = new Map<string, UnitArea>();
  for (let row = 0; row < columns.count; row++) {
    if (columns.place[row] !== PLACE_SQUARE) continue;
    const [south, west, sideM] = [columns.y[row]!, columns.x[row]!, columns.side[row]!];
    const organisation = table.organisations[columns.organisation[row]!]!;
    const key = `${south} ${west} ${sideM} ${organisation}`;
    let area = found.get(key);
    if (!area) {
      const [north, east] = [south + squareHeight(sideM), west + squareWidth(south, sideM)];
      area = { organisation, south, west, north, east, sideM, unitIds: [], stale: 0, emergency: false, newestFix: 0 };
      found.set(key, area);
    }
    area.unitIds.push(columns.ids[row]!);
    area.stale += columns.stale[row]!;
    area.emergency ||= columns.emergency[row] === 1;
    area.newestFix = Math.max(area.newestFix, columns.fix[row]!);
  }
  return [...found.values()];
}

function counts(table: UnitTable): OrganisationCount[] {
  const { columns } = table;
  const found: (OrganisationCount | undefined)[] = [];
  for (let row = 0; row < columns.count; row++) {
    const number = columns.organisation[row]!;
    const count = (found[number] ??= {
      organisation: table.organisations[number]!, units: 0, stale: 0, emergencies: 0, byState: [0, 0, 0, 0, 0, 0, 0, 0], newestFix: 0,
    });
    count.units++;
    count.stale += columns.stale[row]!;
    count.emergencies += columns.emergency[row]!;
    count.byState[columns.state[row]!]!++;
    if (columns.fix[row]! > count.newestFix) count.newestFix = columns.fix[row]!;
  }
  return found.filter((count) => count !== undefined);
}
