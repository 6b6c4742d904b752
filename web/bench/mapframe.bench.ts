// A second of the map: ten thousand units that have moved, in the frames of about four hundred cells.
//   npx vitest bench --run bench/mapframe.bench.ts
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { bench, describe } from 'vitest';
import { UnitState } from '../core/src/gen/common_pb.ts';
import { ServerFrameSchema } from '../core/src/gen/session_pb.ts';
import { FrameReader } from '../core/src/live/frames.ts';
import { Snapshots } from '../core/src/live/snapshot.ts';
import { UnitTable } from '../core/src/live/table.ts';

const UNITS = 10_000;
const CELLS = 400;

function second(key: boolean): Uint8Array[] {
  return Array.from({ length: CELLS }, (_, cell) => {
    const south = 56 + (cell % 20) * 0.5;
    const west = 12 + Math.floor(cell / 20) * 0.25;
    const units = Array.from({ length: UNITS / CELLS }, (_, number) => ({
      unitId: `23${cell}${1000 + number}`,
      ...(key ? { callSign: `2 31-${1000 + number}`, organisation: `organisation-${number % 4}`, kind: 'släckbil' } : {}),
      latitudeE5: Math.round(south * 1e5) + number * 7,
      longitudeE5: Math.round(west * 1e5) + number * 9,
      courseDeg: (number * 37) % 360,
      speedKmh: 64,
      fixAt: { seconds: 1_790_000_000n, nanos: 0 },
      state: UnitState.EN_ROUTE,
      code: 'U',
    }));
    return toBinary(ServerFrameSchema, create(ServerFrameSchema, {
      frame: { case: 'map', value: { cell: { south, west, sideDeg: 0.25 }, key, hubTime: { seconds: 1_790_000_000n }, units } },
    }));
  });
}

const keys = second(true);
const changes = second(false);
const bytes = changes.reduce((sum, frame) => sum + frame.length, 0);

describe(`${UNITS} units in ${CELLS} frames, ${Math.round(bytes / 1000)} kB`, () => {
  bench('generated classes: read', () => {
    for (const frame of changes) fromBinary(ServerFrameSchema, frame);
  });

  const reader = new FrameReader();
  const nothing = { begin: () => undefined, unit: () => undefined, removed: () => undefined, end: () => undefined };
  bench('own reader: read', () => {
    for (const frame of changes) reader.readServerFrame(frame, nothing);
  });

  const table = new UnitTable();
  const own = new FrameReader();
  for (const frame of keys) own.readServerFrame(frame, table);
  bench('own reader: read into the table', () => {
    for (const frame of changes) own.readServerFrame(frame, table);
  });

  const snapshots = new Snapshots(table);
  let now = 0;
  bench('a snapshot of the table', () => {
    snapshots.take((now += 250));
  });
});
