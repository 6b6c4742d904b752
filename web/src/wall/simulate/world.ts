// A made-up country of units on the move, for measuring and for looking at the wall without a hub. The same seed gives the same day.
import type { UnitFields } from '@samband/core/live/frames';
import { MARK_ACKNOWLEDGED, MARK_ALARMED, MARK_ON_INCIDENT, type UnitTable } from '@samband/core/live/table';
import type { MapOrganisation } from '../../map/types.ts';
import { TOWNS } from './towns.ts';

export const SIM_ORGANISATIONS: readonly MapOrganisation[] = [
  { id: 'sim-raddning', name: 'Räddningstjänst', shortName: 'Räddning', kind: 'räddning' },
  { id: 'sim-ambulans', name: 'Ambulans', shortName: 'Ambulans', kind: 'ambulans' },
  { id: 'sim-polis', name: 'Polisen', shortName: 'Polis', kind: 'polis' },
  { id: 'sim-ovriga', name: 'Övriga', shortName: 'Övriga', kind: 'kommun' },
];
const KINDS = ['släckbil', 'ambulans', 'polisbil', 'jourbil'];
const SHARES = [0.27, 0.55, 0.92, 1];

const [EN_ROUTE, ON_SCENE, LOADED, AT_DESTINATION, RETURNING, AVAILABLE, UNAVAILABLE] = [1, 2, 3, 4, 5, 6, 7];
const METRES_PER_DEGREE = 111_320;
const SQUARE_DEG = 1000 / METRES_PER_DEGREE;
const STALE_MS = 90_000;
const CELL = 0.25;

interface Unit {
  id: string;
  callSign: string;
  organisation: number;
  lat: number;
  lon: number;
  homeLat: number;
  homeLon: number;
  course: number;
  speed: number;
  state: number;
  /** Its owner shows no more than the square. */
  square: boolean;
  emergency: boolean;
  /** Has not been heard since; 0: it is heard. */
  silentSince: number;
  cell: string;
}

export interface WorldOptions {
  units: number;
  seed: number;
  /** All of them drive: the heaviest load. Otherwise a usual day, with most of them standing. */
  allMove: boolean;
}

/** Small, fast and good enough: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class World {
  readonly units: Unit[];
  private readonly random: () => number;
  private readonly told = new Set<string>();

  constructor(private readonly options: WorldOptions, private readonly startedAt: number) {
    this.random = chance(options.seed);
    const weight = TOWNS.reduce((sum, town) => sum + town[3], 0);
    this.units = Array.from({ length: options.units }, (_, number) => this.unit(number, weight));
    const distressed = this.units.find((unit) => unit.organisation === 1 && unit.state === ON_SCENE && !unit.square);
    if (distressed && !options.allMove) distressed.emergency = true;
  }

  /** A second, or as long as it was, goes by. */
  step(seconds: number): void {
    for (const unit of this.units) this.move(unit, seconds);
  }

  /** Tells the table what a hub would: all at first, then what has moved. */
  tell(table: UnitTable, now: number): void {
    const byCell = new Map<string, Unit[]>();
    const gone = new Map<string, string[]>();
    for (const unit of this.units) {
      const cell = `${Math.floor(unit.lat / CELL)} ${Math.floor(unit.lon / CELL)}`;
      if (unit.cell !== cell && unit.cell !== '') push(gone, unit.cell, unit.id);
      if (unit.cell === cell && unit.silentSince > 0 && this.told.has(unit.id)) continue;
      // Texts come when a unit is new in its cell, as the hub sends them.
      if (unit.cell !== cell) this.told.delete(unit.id);
      unit.cell = cell;
      push(byCell, cell, unit);
    }
    for (const cell of new Set([...byCell.keys(), ...gone.keys()])) {
      const [row, column] = cell.split(' ').map(Number) as [number, number];
      table.begin({ cell: { south: row * CELL, west: column * CELL, sideDeg: CELL }, key: false, hubTime: now });
      for (const unit of byCell.get(cell) ?? []) table.unit(this.fields(unit, now));
      for (const id of gone.get(cell) ?? []) table.removed(id);
      table.end();
    }
  }

  /** Units nearest to a place: those a simulated incident alarms. */
  nearest(lat: number, lon: number, count: number): Unit[] {
    const away = (unit: Unit) => (unit.lat - lat) ** 2 + ((unit.lon - lon) * 0.45) ** 2;
    return this.units.filter((unit) => !unit.square && unit.silentSince === 0).sort((a, b) => away(a) - away(b)).slice(0, count);
  }

  private fields(unit: Unit, now: number): UnitFields {
    const first = !this.told.has(unit.id);
    this.told.add(unit.id);
    const stale = unit.silentSince > 0 && now - unit.silentSince > STALE_MS;
    const [south, west] = [Math.floor(unit.lat / SQUARE_DEG) * SQUARE_DEG, Math.floor(unit.lon / (SQUARE_DEG * 2)) * SQUARE_DEG * 2];
    return {
      unitId: unit.id,
      callSign: first ? unit.callSign : undefined,
      organisation: first ? SIM_ORGANISATIONS[unit.organisation]!.id : undefined,
      kind: first ? KINDS[unit.organisation] : undefined,
      latitudeE5: unit.square ? undefined : Math.round(unit.lat * 1e5),
      longitudeE5: unit.square ? undefined : Math.round(unit.lon * 1e5),
      area: unit.square ? { south, west, sideM: 1000 } : undefined,
      courseDeg: unit.speed > 0 ? Math.round(unit.course) : undefined,
      speedKmh: Math.round(unit.speed),
      fixAt: unit.silentSince > 0 ? unit.silentSince : now,
      stale,
      state: unit.state,
      code: undefined,
      emergency: unit.emergency,
    };
  }

  private unit(number: number, weight: number): Unit {
    const { random } = this;
    const [lat, lon] = this.place(weight);
    const share = random();
    const organisation = SHARES.findIndex((limit) => share < limit);
    const state = this.options.allMove ? EN_ROUTE : this.usualState();
    return {
      id: `sim-${number}`, callSign: `${organisation + 1} ${30 + (number % 60)}-${1000 + (number % 9000)}`, organisation, lat, lon, homeLat: lat, homeLon: lon,
      course: random() * 360, speed: this.speedOf(state), state,
      square: !this.options.allMove && organisation === 2 && random() < 0.2, emergency: false,
      silentSince: !this.options.allMove && random() < 0.03 ? this.startedAt - 60_000 - random() * 1_800_000 : 0, cell: '',
    };
  }

  /** Near a town, thinning out; the sea is avoided only by the towns' own place. */
  private place(weight: number): [number, number] {
    let left = this.random() * weight;
    const town = TOWNS.find((one) => (left -= one[3]) < 0) ?? TOWNS[0]!;
    const away = (this.random() ** 2.2) * 0.42;
    const turn = this.random() * 2 * Math.PI;
    return [town[1] + Math.sin(turn) * away, town[2] + (Math.cos(turn) * away) / Math.cos((town[1] * Math.PI) / 180)];
  }

  private usualState(): number {
    const part = this.random();
    if (part < 0.7) return AVAILABLE;
    if (part < 0.79) return EN_ROUTE;
    if (part < 0.87) return ON_SCENE;
    if (part < 0.9) return LOADED;
    if (part < 0.92) return AT_DESTINATION;
    return part < 0.95 ? RETURNING : UNAVAILABLE;
  }

  private speedOf(state: number): number {
    if (state === EN_ROUTE || state === LOADED) return 50 + this.random() * 70;
    if (state === RETURNING) return 40 + this.random() * 40;
    return state === AVAILABLE && this.random() < 0.3 ? 20 + this.random() * 40 : 0;
  }

  private move(unit: Unit, seconds: number): void {
    if (unit.speed === 0 || unit.silentSince > 0) return;
    const way = (unit.speed / 3.6) * seconds;
    unit.course = (unit.course + (this.random() - 0.5) * 24 + 360) % 360;
    const turn = (unit.course * Math.PI) / 180;
    unit.lat += (Math.cos(turn) * way) / METRES_PER_DEGREE;
    unit.lon += (Math.sin(turn) * way) / (METRES_PER_DEGREE * Math.cos((unit.lat * Math.PI) / 180));
    // Not further than some thirty kilometres from home: back again.
    const [north, east] = [unit.homeLat - unit.lat, (unit.homeLon - unit.lon) * 0.5];
    if (north * north + east * east > 0.09) unit.course = ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
  }
}

/** Marks of the units on an incident: some have acknowledged, the rest not yet. */
export function marksOf(units: readonly { id: string }[], acknowledged: number): [string, number][] {
  return units.map(({ id }, number) => [id, MARK_ALARMED | MARK_ON_INCIDENT | (number < acknowledged ? MARK_ACKNOWLEDGED : 0)]);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const held = map.get(key);
  if (held) held.push(value);
  else map.set(key, [value]);
}
