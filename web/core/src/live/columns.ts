// Columns that grow by doubling: ten thousand units are a handful of typed arrays, not ten thousand objects.

export const START_ROWS = 256;

/** How a unit is placed. */
export const PLACE_NONE = 0;
export const PLACE_POINT = 1;
export const PLACE_SQUARE = 2;

/** Course of a unit that has told none. */
export const NO_COURSE = 0xffff;

export class Columns {
  private capacity = START_ROWS;
  count = 0;

  readonly ids: string[] = [];
  readonly callSigns: (string | undefined)[] = [];
  readonly kinds: (string | undefined)[] = [];
  readonly codes: (string | undefined)[] = [];

  organisation = new Uint16Array(START_ROWS);
  place = new Uint8Array(START_ROWS);
  state = new Uint8Array(START_ROWS);
  mark = new Uint8Array(START_ROWS);
  stale = new Uint8Array(START_ROWS);
  emergency = new Uint8Array(START_ROWS);
  course = new Uint16Array(START_ROWS);
  speed = new Uint16Array(START_ROWS);
  cell = new Uint32Array(START_ROWS);
  side = new Uint32Array(START_ROWS);
  /** Mercator where the place is a point; degrees of the south-west corner where it is a square. */
  x = new Float64Array(START_ROWS);
  y = new Float64Array(START_ROWS);
  /** What the last snapshot said the unit moves between; not a number: it was in none. */
  fromX = new Float64Array(START_ROWS);
  fromY = new Float64Array(START_ROWS);
  toX = new Float64Array(START_ROWS);
  toY = new Float64Array(START_ROWS);
  /** Milliseconds since 1970; 0: not told. */
  fix = new Float64Array(START_ROWS);
  /** Hub's time of the frame that said it last. */
  told = new Float64Array(START_ROWS);

  /** A new last row, cleared. */
  add(id: string): number {
    if (this.count === this.capacity) this.grow();
    const row = this.count++;
    this.ids[row] = id;
    this.callSigns[row] = this.kinds[row] = this.codes[row] = undefined;
    this.organisation[row] = 0;
    this.clear(row);
    this.mark[row] = 0;
    this.fromX[row] = this.fromY[row] = this.toX[row] = this.toY[row] = NaN;
    this.told[row] = -Infinity;
    this.cell[row] = 0;
    return row;
  }

  /** What a frame says anew of a unit each time. */
  clear(row: number): void {
    this.place[row] = PLACE_NONE;
    this.state[row] = this.stale[row] = this.emergency[row] = 0;
    this.course[row] = NO_COURSE;
    this.speed[row] = this.side[row] = 0;
    this.x[row] = this.y[row] = this.fix[row] = 0;
    this.codes[row] = undefined;
  }

  /** The last row takes the place of this one. */
  drop(row: number): void {
    const last = --this.count;
    for (const texts of [this.ids, this.callSigns, this.kinds, this.codes]) {
      texts[row] = texts[last];
      texts.length = last;
    }
    if (row !== last) for (const column of this.numbers()) column[row] = column[last]!;
  }

  private numbers(): (Uint8Array | Uint16Array | Uint32Array | Float64Array)[] {
    return [
      this.organisation, this.place, this.state, this.mark, this.stale, this.emergency, this.course, this.speed, this.cell, this.side,
      this.x, this.y, this.fromX, this.fromY, this.toX, this.toY, this.fix, this.told,
    ];
  }

  private grow(): void {
    const capacity = (this.capacity *= 2);
    const bytes = (old: Uint8Array<ArrayBuffer>) => { const grown = new Uint8Array(capacity); grown.set(old); return grown; };
    const shorts = (old: Uint16Array<ArrayBuffer>) => { const grown = new Uint16Array(capacity); grown.set(old); return grown; };
    const longs = (old: Uint32Array<ArrayBuffer>) => { const grown = new Uint32Array(capacity); grown.set(old); return grown; };
    const doubles = (old: Float64Array<ArrayBuffer>) => { const grown = new Float64Array(capacity); grown.set(old); return grown; };
    this.organisation = shorts(this.organisation);
    this.place = bytes(this.place);
    this.state = bytes(this.state);
    this.mark = bytes(this.mark);
    this.stale = bytes(this.stale);
    this.emergency = bytes(this.emergency);
    this.course = shorts(this.course);
    this.speed = shorts(this.speed);
    this.cell = longs(this.cell);
    this.side = longs(this.side);
    this.x = doubles(this.x);
    this.y = doubles(this.y);
    this.fromX = doubles(this.fromX);
    this.fromY = doubles(this.fromY);
    this.toX = doubles(this.toX);
    this.toY = doubles(this.toY);
    this.fix = doubles(this.fix);
    this.told = doubles(this.told);
  }
}
