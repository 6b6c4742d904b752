import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MapFrameSchema, ServerFrameSchema, type MapFrame } from '../../src/gen/session_pb.ts';
import { FrameReader, type FrameHead, type UnitFields } from '../../src/live/frames.ts';

interface Read {
  head: FrameHead;
  units: UnitFields[];
  removed: string[];
}

function read(bytes: Uint8Array, reader = new FrameReader()): Read {
  const found: Read = { head: { cell: undefined, key: undefined, hubTime: undefined }, units: [], removed: [] };
  reader.readMapFrame(bytes, {
    begin: (head) => void (found.head = head),
    unit: (unit) => void found.units.push({ ...unit, area: unit.area && { ...unit.area } }),
    removed: (id) => void found.removed.push(id),
    end: () => undefined,
  });
  return found;
}

/** What the generated classes found, in this reader's words. */
function expected(frame: MapFrame): Read {
  const time = (at: { seconds: bigint; nanos: number } | undefined) =>
    at && Number(at.seconds) * 1000 + Math.trunc(at.nanos / 1_000_000);
  const cell = frame.cell && { south: frame.cell.south, west: frame.cell.west, sideDeg: frame.cell.sideDeg };
  return {
    head: { cell, key: frame.key, hubTime: time(frame.hubTime) },
    removed: frame.removedUnitIds,
    units: frame.units.map((unit) => ({
      unitId: unit.unitId, callSign: unit.callSign, organisation: unit.organisation, kind: unit.kind,
      latitudeE5: unit.latitudeE5, longitudeE5: unit.longitudeE5,
      area: unit.area && { south: unit.area.south, west: unit.area.west, sideM: unit.area.sideM },
      courseDeg: unit.courseDeg, speedKmh: unit.speedKmh, fixAt: time(unit.fixAt), stale: unit.stale, state: unit.state,
      code: unit.code, emergency: unit.emergency,
    })),
  };
}

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replaceAll(/[\ud800-\udfff]/g, '?').replace(/^\ufeff/, ''));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const double = fc.double({ noNaN: true });
const stamp = fc.record({ seconds: fc.integer({ min: -1e11, max: 1e11 }).map(BigInt), nanos: fc.integer({ min: 0, max: 999_999_999 }) });
const unit = fc.record({
  unitId: optional(text), callSign: optional(text), organisation: optional(text), kind: optional(text),
  latitudeE5: optional(int32), longitudeE5: optional(int32),
  area: optional(fc.record({ south: optional(double), west: optional(double), sideM: optional(uint32) })),
  courseDeg: optional(uint32), speedKmh: optional(uint32), fixAt: optional(stamp), stale: optional(fc.boolean()),
  state: optional(int32), code: optional(text), emergency: optional(fc.boolean()),
});
const frame: fc.Arbitrary<MessageInitShape<typeof MapFrameSchema>> = fc.record({
  cell: optional(fc.record({ south: optional(double), west: optional(double), sideDeg: optional(double) })),
  key: optional(fc.boolean()), hubTime: optional(stamp),
  units: fc.array(unit, { maxLength: 6 }), removedUnitIds: fc.array(text, { maxLength: 4 }),
});

/** Fields that nobody knows yet, of every wire type. */
const unknown = fc.array(
  fc.tuple(fc.integer({ min: 20, max: 5000 }), fc.oneof(uint32, text, double)).map(([number, value]) => {
    const writer = new BinaryWriter();
    if (typeof value === 'string') return writer.tag(number, 2).string(value).finish();
    return Number.isInteger(value) && value >= 0 && value < 2 ** 32
      ? writer.tag(number, 0).uint32(value).tag(number, 5).fixed32(value).finish()
      : writer.tag(number, 1).double(value).finish();
  }),
  { maxLength: 3 },
);

const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('the map frame reader', () => {
  it('finds what the generated classes find', () => {
    const reader = new FrameReader();
    fc.assert(
      fc.property(frame, (init) => {
        const bytes = toBinary(MapFrameSchema, create(MapFrameSchema, init));
        expect(read(bytes, reader)).toEqual(expected(fromBinary(MapFrameSchema, bytes)));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same among unknown fields, in any order, with fields given twice', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), unknown, fc.boolean(), (inits, extra, before) => {
        const parts = inits.map((init) => toBinary(MapFrameSchema, create(MapFrameSchema, init)));
        const bytes = before ? joined(...extra, ...parts) : joined(...parts, ...extra);
        expect(read(bytes)).toEqual(expected(fromBinary(MapFrameSchema, bytes)));
      }),
      { numRuns: 300 },
    );
  });

  it('finds the same in units that hold unknown fields and fields given twice', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 2, maxLength: 3 }), unknown, (inits, extra) => {
        // A MapUnit made of several: the later wins, messages inside are joined.
        const schema = MapFrameSchema.field.units!.message!;
        const parts = inits.flatMap((init) => (init.units ?? []).map((one) => toBinary(schema, create(schema, one as Record<string, unknown>))));
        const whole = new BinaryWriter().tag(4, 2).bytes(joined(...parts, ...extra)).finish();
        expect(read(whole)).toEqual(expected(fromBinary(MapFrameSchema, whole)));
      }),
      { numRuns: 200 },
    );
  });

  it('takes a ServerFrame that is a MapFrame and no other', () => {
    const sink = { begin: () => undefined, unit: () => undefined, removed: () => undefined, end: () => undefined };
    const map = toBinary(ServerFrameSchema, create(ServerFrameSchema, { frame: { case: 'map', value: { key: true } } }));
    const pong = toBinary(ServerFrameSchema, create(ServerFrameSchema, { frame: { case: 'pong', value: { nonce: 7n } } }));
    const reader = new FrameReader();
    expect(reader.readServerFrame(map, sink)).toBe(true);
    expect(reader.readServerFrame(pong, sink)).toBe(false);
    expect(reader.readServerFrame(joined(map, pong), sink)).toBe(false);
    expect(reader.readServerFrame(new Uint8Array(0), sink)).toBe(false);
  });

  it('never reads past what it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          read(bytes);
        } catch (fault) {
          expect(fault).toBeInstanceOf(Error);
          expect((fault as Error).message).toMatch(/map frame/);
        }
      }),
      { numRuns: 2000 },
    );
    const bytes = toBinary(MapFrameSchema, create(MapFrameSchema, { units: [{ unitId: '2311010', latitudeE5: 6_317_920 }] }));
    for (let length = 1; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(/map frame/);
    }
  });
});
