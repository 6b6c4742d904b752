// The latest of each unit, as the map's frames tell it. Never reactive: screens read snapshots of it (snapshot.ts).
import type { CellFields, FrameHead, FrameSink, UnitFields } from './frames.ts';
import { Columns, NO_COURSE, PLACE_POINT, PLACE_SQUARE } from './columns.ts';
import { mercatorX, mercatorY } from './mercator.ts';

/** Degrees WGS 84. */
export interface Rectangle {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** What a screen knows of a unit beside its place and state: bits, or-ed. */
export const MARK_ALARMED = 1;
export const MARK_ACKNOWLEDGED = 2;
export const MARK_ON_INCIDENT = 4;
export const MARK_OWN = 8;

interface Cell extends Rectangle {
  /** Rows that this cell says it has. */
  rows: Set<string>;
  /** The hub has said what is in it since the session began. */
  confirmed: boolean;
}

export class UnitTable implements FrameSink {
  readonly columns = new Columns();
  /** Organisations by the number that rows carry. */
  readonly organisations: string[] = ['?'];
  /** Counts every change; who remembers it knows whether there is news. */
  version = 0;
  /** Rows that hold another unit, or other texts, than when this was last emptied. */
  readonly renamed = new Set<number>();

  private readonly rowOf = new Map<string, number>();
  private readonly organisationNumber = new Map<string, number>();
  /** Units that no cell holds, by the round of settle() they left in: most of them are only between two cells. */
  private readonly departed = new Map<string, number>();
  private round = 0;
  private marks = new Map<string, number>();
  private readonly cells: Cell[] = [];
  private readonly cellNumber = new Map<string, number>();
  // The frame being read.
  private frameCell = 0;
  private frameTime = 0;
  private keyed: Set<string> | undefined;

  get count(): number {
    return this.columns.count;
  }

  /** The row of a unit; rows move when units leave, so ask again after each frame. */
  row(unitId: string): number | undefined {
    return this.rowOf.get(unitId);
  }

  begin(head: FrameHead): void {
    this.version++;
    this.frameCell = this.cellOf(head.cell);
    this.frameTime = head.hubTime ?? 0;
    const cell = this.cells[this.frameCell]!;
    this.keyed = undefined;
    if (!head.key) return;
    // Those the key frame names again are kept in place, so that they go on moving smoothly; the rest is forgotten at its end.
    this.keyed = cell.rows;
    cell.rows = new Set();
    cell.confirmed = true;
  }

  unit(unit: UnitFields): void {
    const id = unit.unitId;
    if (id === undefined) return;
    const { columns } = this;
    const row = this.rowOf.get(id) ?? this.add(id);
    this.cells[this.frameCell]!.rows.add(id);
    this.departed.delete(id);
    this.keyed?.delete(id);
    this.name(row, unit);
    // A unit on its way between two cells may be told by both, in either order: the later word counts.
    if (this.frameCell !== columns.cell[row]! && this.frameTime < columns.told[row]!) return;
    columns.cell[row] = this.frameCell;
    columns.told[row] = this.frameTime;
    this.fill(row, unit);
  }

  removed(unitId: string): void {
    this.cells[this.frameCell]!.rows.delete(unitId);
    this.keyed?.delete(unitId);
    this.leave(unitId);
  }

  end(): void {
    const gone = this.keyed;
    this.keyed = undefined;
    if (gone) for (const id of gone) this.leave(id);
  }

  /**
   * To be called before each snapshot: drops units that have been in no cell since the last call but one. The frame that says where a unit
   * has gone comes right after the one that says it has left, or right before: the unit must not blink, nor lose its name.
   */
  settle(): void {
    this.round++;
    for (const [id, left] of this.departed) {
      if (left > this.round - 2) continue;
      this.departed.delete(id);
      this.drop(id);
      this.version++;
    }
  }

  /** Forgets cells that none of the areas touches. */
  forgetOutside(areas: readonly Rectangle[]): void {
    this.forget((cell) => !areas.some((area) => touches(area, cell)));
  }

  /** A session begins: what the former one told stays on the screen until this one has said what holds, or until dropUnconfirmed. */
  expectAnew(): void {
    for (const cell of this.cells) cell.confirmed = false;
  }

  dropUnconfirmed(): void {
    this.forget((cell) => !cell.confirmed);
  }

  clear(): void {
    this.forget(() => true);
  }

  /** What the screen knows of units beside their places; replaces what was known before. */
  setMarks(marks: Iterable<readonly [unitId: string, mark: number]>): void {
    const next = new Map(marks);
    if (next.size === this.marks.size && [...next].every(([id, mark]) => this.marks.get(id) === mark)) return;
    this.version++;
    this.marks = next;
    const { columns } = this;
    for (let row = 0; row < columns.count; row++) columns.mark[row] = next.get(columns.ids[row]!) ?? 0;
  }

  private forget(which: (cell: Cell) => boolean): void {
    this.version++;
    for (const cell of this.cells) {
      if (cell.rows.size === 0 || !which(cell)) continue;
      const ids = cell.rows;
      cell.rows = new Set();
      for (const id of ids) if (!this.claimed(id)) this.drop(id);
    }
  }

  private add(id: string): number {
    const row = this.columns.add(id);
    this.rowOf.set(id, row);
    this.columns.mark[row] = this.marks.get(id) ?? 0;
    this.renamed.add(row);
    return row;
  }

  /** A unit that one cell has let go of stays while another one holds it. */
  private leave(id: string): void {
    if (!this.claimed(id) && this.rowOf.has(id)) this.departed.set(id, this.round);
  }

  private claimed(id: string): boolean {
    const row = this.rowOf.get(id);
    if (row === undefined) return false;
    if (this.cells[this.columns.cell[row]!]?.rows.has(id)) return true;
    const other = this.cells.findIndex((cell) => cell.rows.has(id));
    if (other >= 0) this.columns.cell[row] = other;
    return other >= 0;
  }

  private drop(id: string): void {
    const { columns } = this;
    const row = this.rowOf.get(id);
    if (row === undefined) return;
    columns.drop(row);
    this.rowOf.delete(id);
    this.departed.delete(id);
    this.renamed.delete(columns.count);
    if (row === columns.count) return;
    this.rowOf.set(columns.ids[row]!, row);
    this.renamed.add(row);
  }

  /** Texts come seldom: with a key frame, or when the unit is new in the cell. */
  private name(row: number, unit: UnitFields): void {
    const { columns } = this;
    if (unit.callSign !== undefined && unit.callSign !== columns.callSigns[row]) {
      columns.callSigns[row] = unit.callSign;
      this.renamed.add(row);
    }
    if (unit.kind !== undefined && unit.kind !== columns.kinds[row]) {
      columns.kinds[row] = unit.kind;
      this.renamed.add(row);
    }
    if (unit.organisation !== undefined) columns.organisation[row] = this.organisationOf(unit.organisation);
  }

  private fill(row: number, unit: UnitFields): void {
    const { columns } = this;
    columns.clear(row);
    if (unit.area?.south !== undefined && unit.area.west !== undefined && unit.area.sideM) {
      columns.place[row] = PLACE_SQUARE;
      columns.x[row] = unit.area.west;
      columns.y[row] = unit.area.south;
      columns.side[row] = unit.area.sideM;
    } else if (unit.latitudeE5 !== undefined && unit.longitudeE5 !== undefined && Math.abs(unit.latitudeE5) < 85e5) {
      columns.place[row] = PLACE_POINT;
      columns.x[row] = mercatorX(unit.longitudeE5 / 1e5);
      columns.y[row] = mercatorY(unit.latitudeE5 / 1e5);
    }
    columns.course[row] = unit.courseDeg === undefined ? NO_COURSE : unit.courseDeg % 360;
    columns.speed[row] = Math.min(unit.speedKmh ?? 0, 0xffff);
    columns.fix[row] = unit.fixAt ?? 0;
    columns.stale[row] = unit.stale ? 1 : 0;
    columns.state[row] = unit.state !== undefined && unit.state > 0 && unit.state < 8 ? unit.state : 0;
    columns.emergency[row] = unit.emergency ? 1 : 0;
    columns.codes[row] = unit.code;
  }

  private organisationOf(id: string): number {
    const known = this.organisationNumber.get(id);
    if (known !== undefined) return known;
    const number = this.organisations.push(id) - 1;
    this.organisationNumber.set(id, number);
    return number;
  }

  private cellOf(cell: CellFields | undefined): number {
    const south = cell?.south ?? 0;
    const west = cell?.west ?? 0;
    const side = cell?.sideDeg ?? 0;
    const key = `${south} ${west} ${side}`;
    const known = this.cellNumber.get(key);
    if (known !== undefined) return known;
    const number = this.cells.push({ south, west, north: south + side, east: west + side, rows: new Set(), confirmed: true }) - 1;
    this.cellNumber.set(key, number);
    return number;
  }
}

function touches(area: Rectangle, cell: Rectangle): boolean {
  return area.south < cell.north && area.north >= cell.south && area.west < cell.east && area.east >= cell.west;
}
