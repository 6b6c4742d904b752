import { millis } from '../clock.ts';
import type { LinkState } from '../gen/session_pb.ts';

/** A network that a gateway brings, as the hub knows it. */
export interface Network {
  name: string;
  /** Whose gateway. */
  organisation: string;
  up: boolean;
  /** When that began, hub time in milliseconds; 0: not known. */
  since: number;
  /** Another gateway's network has the same name: it is only told apart by whose it is. */
  shared: boolean;
}

/** The networks behind gateways, those that cannot be reached first. */
export function networksOf(state: LinkState | undefined): Network[] {
  // Without a name nobody could say which one it is.
  const told = (state?.networks ?? []).filter((one) => one.name);
  const networks = told.map((one) => ({
    name: one.name ?? '', organisation: one.organisation ?? '', up: one.up === true, since: millis(one.since), shared: told.some((other) => other !== one && other.name === one.name),
  }));
  return networks.sort((a, b) => Number(a.up) - Number(b.up) || a.name.localeCompare(b.name, 'sv') || (a.organisation < b.organisation ? -1 : 1));
}

/** Whether it is the radio one falls back on when the hub is gone. Its name is the one that Samband's own gateway gives it. */
export function isRadio(network: Network): boolean {
  return /^rakel\b/i.test(network.name);
}
