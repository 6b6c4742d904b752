// The page's side of the table: the last snapshot, and the names of its rows. Not reactive; listeners are told of each snapshot.
import { ANCHOR, latitudeOf, longitudeOf } from './mercator.ts';
import {
  FLAG_COURSE, FLAG_EMERGENCY, FLAG_POINT, FLAG_STALE, LOOK_COURSE, LOOK_FLAGS, LOOK_MARK, LOOK_ORGANISATION, LOOK_SIZE, LOOK_SPEED,
  LOOK_STATE, type OrganisationCount, type UnitArea, type UnitName, type UnitSnapshot,
} from './snapshot.ts';

/** A unit as a list shows it. */
export interface UnitView {
  id: string;
  callSign: string;
  kind: string;
  organisation: string;
  /** UnitState of the contract. */
  state: number;
  mark: number;
  stale: boolean;
  emergency: boolean;
  /** Absent where the unit is known by its area only, or not at all. */
  lat: number | undefined;
  lon: number | undefined;
  courseDeg: number | undefined;
  speedKmh: number;
  /** Milliseconds since 1970; 0: not told. */
  fixAt: number;
}

const EMPTY: UnitSnapshot = {
  count: 0, places: new Float32Array(0), look: new Uint8Array(0), fixes: new Float64Array(0), names: [], organisations: ['?'],
  areas: [], counts: [], durationMs: 0,
};

export class UnitMirror {
  snapshot: UnitSnapshot = EMPTY;
  /** When the snapshot came, by performance.now(). */
  cameAt = 0;

  private readonly names: UnitName[] = [];
  private readonly rowOf = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  get count(): number {
    return this.snapshot.count;
  }

  get areas(): readonly UnitArea[] {
    return this.snapshot.areas;
  }

  get counts(): readonly OrganisationCount[] {
    return this.snapshot.counts;
  }

  apply(snapshot: UnitSnapshot, now = performance.now()): void {
    this.snapshot = snapshot;
    this.cameAt = now;
    // First all rows that lose a unit, then those that get one: a unit may have moved from one row to another.
    for (let row = snapshot.count; row < this.names.length; row++) this.forget(row);
    for (const { row } of snapshot.names) this.forget(row);
    this.names.length = snapshot.count;
    for (const name of snapshot.names) {
      this.names[name.row] = name;
      this.rowOf.set(name.id, name.row);
    }
    for (const listener of this.listeners) listener();
  }

  /** Tells of each new snapshot; the answer ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  rowOfUnit(id: string): number | undefined {
    return this.rowOf.get(id);
  }

  idOf(row: number): string {
    return this.names[row]?.id ?? '';
  }

  callSignOf(row: number): string {
    const name = this.names[row];
    return name?.callSign ?? name?.id ?? '';
  }

  organisationOf(row: number): string {
    const { look, organisations } = this.snapshot;
    const at = row * LOOK_SIZE + LOOK_ORGANISATION;
    return organisations[look[at]! | (look[at + 1]! << 8)] ?? '?';
  }

  stateOf(row: number): number {
    return this.snapshot.look[row * LOOK_SIZE + LOOK_STATE]!;
  }

  markOf(row: number): number {
    return this.snapshot.look[row * LOOK_SIZE + LOOK_MARK]!;
  }

  flagsOf(row: number): number {
    return this.snapshot.look[row * LOOK_SIZE + LOOK_FLAGS]!;
  }

  /** How much of its way a unit has made, 0 to 1. */
  progress(now = performance.now()): number {
    const { durationMs } = this.snapshot;
    return durationMs > 0 ? Math.min(1, Math.max(0, (now - this.cameAt) / durationMs)) : 1;
  }

  /** Mercator, where the unit is shown at this moment; counted from ANCHOR. */
  shownX(row: number, progress: number): number {
    const { places } = this.snapshot;
    return places[row * 4]! + (places[row * 4 + 2]! - places[row * 4]!) * progress;
  }

  shownY(row: number, progress: number): number {
    const { places } = this.snapshot;
    return places[row * 4 + 1]! + (places[row * 4 + 3]! - places[row * 4 + 1]!) * progress;
  }

  view(row: number): UnitView {
    const { snapshot } = this;
    const flags = this.flagsOf(row);
    const point = (flags & FLAG_POINT) !== 0;
    const at = row * LOOK_SIZE;
    return {
      id: this.idOf(row),
      callSign: this.callSignOf(row),
      kind: this.names[row]?.kind ?? '',
      organisation: this.organisationOf(row),
      state: this.stateOf(row),
      mark: this.markOf(row),
      stale: (flags & FLAG_STALE) !== 0,
      emergency: (flags & FLAG_EMERGENCY) !== 0,
      lat: point ? latitudeOf(snapshot.places[row * 4 + 3]! + ANCHOR.y) : undefined,
      lon: point ? longitudeOf(snapshot.places[row * 4 + 2]! + ANCHOR.x) : undefined,
      courseDeg: flags & FLAG_COURSE ? Math.round((snapshot.look[at + LOOK_COURSE]! * 360) / 256) % 360 : undefined,
      speedKmh: snapshot.look[at + LOOK_SPEED]!,
      fixAt: snapshot.fixes[row] ?? 0,
    };
  }

  private forget(row: number): void {
    const name = this.names[row];
    if (name && this.rowOf.get(name.id) === row) this.rowOf.delete(name.id);
  }
}
