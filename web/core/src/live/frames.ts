// A reader for MapFrame that makes no object for each unit. The generated classes are right and slow: ten thousand units a second cost
// them more than everything else the page does with them (web/bench/README.md). The property test holds the two equal.
import { Cursor, StringCache } from './bytes.ts';

/** A unit of a frame. The reader owns it and fills it anew for each unit: copy what is to be kept. Absent is undefined. */
export interface UnitFields {
  unitId: string | undefined;
  callSign: string | undefined;
  organisation: string | undefined;
  kind: string | undefined;
  latitudeE5: number | undefined;
  longitudeE5: number | undefined;
  area: SquareFields | undefined;
  courseDeg: number | undefined;
  speedKmh: number | undefined;
  /** Milliseconds since 1970. */
  fixAt: number | undefined;
  stale: boolean | undefined;
  /** UnitState of the contract. */
  state: number | undefined;
  code: string | undefined;
  emergency: boolean | undefined;
}

export interface SquareFields {
  south: number | undefined;
  west: number | undefined;
  sideM: number | undefined;
}

export interface CellFields {
  south: number | undefined;
  west: number | undefined;
  sideDeg: number | undefined;
}

export interface FrameHead {
  cell: CellFields | undefined;
  key: boolean | undefined;
  /** Milliseconds since 1970. */
  hubTime: number | undefined;
}

/** Takes what a frame holds: its head first, then units and removals in the order they stand in. */
export interface FrameSink {
  begin(head: FrameHead): void;
  unit(unit: UnitFields): void;
  removed(unitId: string): void;
  end(): void;
}

/** First byte of a ServerFrame that holds a MapFrame: field 10, length-delimited. */
export const MAP_FRAME_TAG = 0x52;

export class FrameReader {
  private readonly cursor = new Cursor();
  private readonly inner = new Cursor();
  private readonly strings = new StringCache();
  private readonly fields: UnitFields = emptyUnit();
  private readonly square: SquareFields = { south: undefined, west: undefined, sideM: undefined };
  private readonly stamp = { seconds: 0, nanos: 0 };

  /** Reads a ServerFrame. False, and nothing done, when it is anything but one MapFrame. Throws where it is one and broken. */
  readServerFrame(bytes: Uint8Array, sink: FrameSink): boolean {
    if (bytes.length < 2 || bytes[0] !== MAP_FRAME_TAG) return false;
    this.cursor.reset(bytes, 1, bytes.length);
    const end = this.cursor.lengthEnd();
    if (end !== bytes.length) return false;
    this.read(bytes, this.cursor.at, end, sink);
    return true;
  }

  /** Reads a MapFrame. */
  readMapFrame(bytes: Uint8Array, sink: FrameSink): void {
    this.read(bytes, 0, bytes.length, sink);
  }

  private read(bytes: Uint8Array, from: number, to: number, sink: FrameSink): void {
    // Twice over the frame's own fields: the head may stand behind the units, and without it no unit can be placed.
    sink.begin(this.head(bytes, from, to));
    const { cursor } = this;
    cursor.reset(bytes, from, to);
    while (cursor.at < cursor.end) {
      const tag = cursor.varint32();
      if (tag === 34) {
        const end = cursor.lengthEnd();
        sink.unit(this.unit(bytes, cursor.at, end));
        cursor.at = end;
      } else if (tag === 42) sink.removed(cursor.text(this.strings));
      else cursor.skip(tag & 7);
    }
    sink.end();
  }

  private head(bytes: Uint8Array, from: number, to: number): FrameHead {
    const head: FrameHead = { cell: undefined, key: undefined, hubTime: undefined };
    const { cursor, inner } = this;
    let timed = false;
    cursor.reset(bytes, from, to);
    while (cursor.at < cursor.end) {
      const tag = cursor.varint32();
      if (tag === 10) {
        const end = cursor.lengthEnd();
        inner.reset(bytes, cursor.at, end);
        head.cell ??= { south: undefined, west: undefined, sideDeg: undefined };
        readCell(inner, head.cell);
        cursor.at = end;
      } else if (tag === 16) head.key = cursor.varint64() !== 0;
      else if (tag === 26) {
        const end = cursor.lengthEnd();
        inner.reset(bytes, cursor.at, end);
        if (!timed) this.clearStamp();
        timed = true;
        head.hubTime = this.time(inner);
        cursor.at = end;
      } else cursor.skip(tag & 7);
    }
    return head;
  }

  private unit(bytes: Uint8Array, from: number, to: number): UnitFields {
    const { fields, strings, inner } = this;
    clear(fields);
    inner.reset(bytes, from, to);
    while (inner.at < inner.end) {
      const tag = inner.varint32();
      switch (tag) {
        case 10: fields.unitId = inner.text(strings); break;
        case 18: fields.callSign = inner.text(strings); break;
        case 26: fields.organisation = inner.text(strings); break;
        case 34: fields.kind = inner.text(strings); break;
        case 40: fields.latitudeE5 = inner.zigzag32(); break;
        case 48: fields.longitudeE5 = inner.zigzag32(); break;
        case 58: this.within(inner, () => this.area(fields)); break;
        case 64: fields.courseDeg = inner.varint32(); break;
        case 72: fields.speedKmh = inner.varint32(); break;
        case 82: this.within(inner, () => this.fix(fields)); break;
        case 88: fields.stale = inner.varint64() !== 0; break;
        case 96: fields.state = inner.varint32() | 0; break;
        case 106: fields.code = inner.text(strings); break;
        case 112: fields.emergency = inner.varint64() !== 0; break;
        default: inner.skip(tag & 7);
      }
    }
    return fields;
  }

  /** Reads a message inside the message being read. */
  private within(cursor: Cursor, read: () => void): void {
    const outer = cursor.end;
    cursor.end = cursor.lengthEnd();
    read();
    cursor.at = cursor.end;
    cursor.end = outer;
  }

  private fix(fields: UnitFields): void {
    // A repeated message field adds to the former, as protobuf has it.
    if (fields.fixAt === undefined) this.clearStamp();
    fields.fixAt = this.time(this.inner);
  }

  private area(fields: UnitFields): void {
    const { square, inner } = this;
    if (!fields.area) {
      square.south = square.west = square.sideM = undefined;
      fields.area = square;
    }
    while (inner.at < inner.end) {
      const tag = inner.varint32();
      if (tag === 9) square.south = inner.double();
      else if (tag === 17) square.west = inner.double();
      else if (tag === 24) square.sideM = inner.varint32();
      else inner.skip(tag & 7);
    }
  }

  private clearStamp(): void {
    this.stamp.seconds = 0;
    this.stamp.nanos = 0;
  }

  private time(cursor: Cursor): number {
    const { stamp } = this;
    while (cursor.at < cursor.end) {
      const tag = cursor.varint32();
      if (tag === 8) stamp.seconds = cursor.varint64();
      else if (tag === 16) stamp.nanos = cursor.varint32() | 0;
      else cursor.skip(tag & 7);
    }
    return stamp.seconds * 1000 + Math.trunc(stamp.nanos / 1_000_000);
  }
}

function readCell(cursor: Cursor, cell: CellFields): void {
  while (cursor.at < cursor.end) {
    const tag = cursor.varint32();
    if (tag === 9) cell.south = cursor.double();
    else if (tag === 17) cell.west = cursor.double();
    else if (tag === 25) cell.sideDeg = cursor.double();
    else cursor.skip(tag & 7);
  }
}

function emptyUnit(): UnitFields {
  return {
    unitId: undefined, callSign: undefined, organisation: undefined, kind: undefined, latitudeE5: undefined, longitudeE5: undefined,
    area: undefined, courseDeg: undefined, speedKmh: undefined, fixAt: undefined, stale: undefined, state: undefined, code: undefined,
    emergency: undefined,
  };
}

function clear(unit: UnitFields): void {
  unit.unitId = unit.callSign = unit.organisation = unit.kind = unit.code = undefined;
  unit.latitudeE5 = unit.longitudeE5 = unit.courseDeg = unit.speedKmh = unit.fixAt = unit.state = undefined;
  unit.area = undefined;
  unit.stale = unit.emergency = undefined;
}
