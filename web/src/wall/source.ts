// Where the wall's data come from. Until a session feeds it, a wall without ?simulate says that it has no hub: never an empty map that
// looks like a quiet night.
import { UnitMirror } from '@samband/core/live/mirror';
import { EMPTY_WALL, type WallSource } from './data.ts';
import type { WallOptions } from './follow.ts';
import { SimulatedWall } from './simulate/source.svelte.ts';

export function openWallSource(options: WallOptions): WallSource {
  if (options.bench !== undefined) return new SimulatedWall({ units: options.bench, allMove: true });
  if (options.simulate !== undefined) return new SimulatedWall({ units: options.simulate, allMove: false });
  return { data: { ...EMPTY_WALL, link: { state: 'down', since: Date.now(), heardAt: 0 } }, units: new UnitMirror(), stop: () => undefined };
}
