// A wall without a hub: to measure a machine, and to see what it looks like.
import type { WallSource } from './data.ts';
import type { WallOptions } from './follow.ts';
import { SimulatedWall } from './simulate/source.svelte.ts';

/** The simulated source that the address asks for; undefined: a session is wanted. */
export function simulatedSource(options: WallOptions): WallSource | undefined {
  if (options.bench !== undefined) return new SimulatedWall({ units: options.bench, allMove: true });
  if (options.simulate !== undefined) return new SimulatedWall({ units: options.simulate, allMove: false });
  return undefined;
}
