// What the wall shows, as plain values: whoever feeds it needs to know nothing of how it is drawn.
import type { Rectangle } from '@samband/core/live/table';
import type { UnitMirror } from '@samband/core/live/mirror';
import type { MapIncident, MapOrganisation, MapPlace } from '../map/types.ts';

export interface WallIncident extends MapIncident {
  /** Street or place, as far as it may be seen. */
  where: string;
  /** How far it has come, in words. */
  stage: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Parties that have acknowledged, of those alarmed. */
  acknowledged: number;
  alarmed: number;
  /** Units in distress, by call sign. */
  distress?: readonly string[];
  talkgroupIds: readonly string[];
  unitIds: readonly string[];
}

export interface WallCounter {
  organisation: string;
  available: number;
  enRoute: number;
  onScene: number;
  /** Milliseconds since 1970 of its newest position; 0: none. */
  newestFix: number;
}

export interface WallLink {
  state: 'live' | 'unsure' | 'down';
  /** Since when it has been so; milliseconds since 1970. */
  since: number;
  /** When the hub was last heard; milliseconds since 1970, by this machine's clock. 0: never. */
  heardAt: number;
}

export interface WallNetwork {
  /** With whose it is where that is needed. */
  name: string;
  up: boolean;
  /** Since when it has been so, hub time in milliseconds since 1970. */
  since: number;
}

export interface WallData {
  deployment: string;
  exercise: boolean;
  organisations: readonly MapOrganisation[];
  counters: readonly WallCounter[];
  incidents: readonly WallIncident[];
  places: readonly MapPlace[];
  link: WallLink;
  /** Networks behind gateways, those that cannot be reached first. None while the hub is not heard. */
  networks: readonly WallNetwork[];
  /** Shared talkgroups: how many are free. */
  raps: { free: number; total: number } | undefined;
  /** Where the deployment's units can be. */
  ground: Rectangle | undefined;
  /** What to do while the hub is gone, in the deployment's words. */
  reserveLines: readonly string[];
  /** Groups that were leased when the hub was heard last, and for what. */
  leases: readonly { group: string; what: string }[];
  /** Whom one can call. */
  phones: readonly { name: string; phone: string }[];
  /** What to add to this machine's clock to have the hub's, milliseconds. */
  clockOffsetMs: number;
}

/** Feeds the wall. `data` is replaced whole; whoever makes it keeps it in `$state.raw`, so that the wall sees it change. */
export interface WallSource {
  readonly data: WallData;
  readonly units: UnitMirror;
  stop(): void;
}

export const EMPTY_WALL: WallData = {
  deployment: 'Samband', exercise: false, organisations: [], counters: [], incidents: [], places: [],
  link: { state: 'down', since: 0, heardAt: 0 }, networks: [], raps: undefined, ground: undefined, reserveLines: [], leases: [], phones: [], clockOffsetMs: 0,
};

/** The feed is too old to be trusted, milliseconds. */
export const FEED_OLD_MS = 15_000;
/** The hub is gone, milliseconds. */
export const HUB_GONE_MS = 60_000;
/** An organisation's positions are worth a word when they are older than this, milliseconds. */
export const DATA_OLD_MS = 30_000;
export const MOST_INCIDENTS = 8;

/** Whether somebody is in distress there. */
export function isDistress({ distress }: WallIncident): boolean {
  return distress !== undefined && distress.length > 0;
}

/** Most urgent first: those in distress, then those nobody has acknowledged within a severity, then those that have waited longest. */
export function mostUrgent(incidents: readonly WallIncident[]): WallIncident[] {
  return [...incidents].sort(
    (a, b) => Number(a.exercise) - Number(b.exercise) || Number(isDistress(b)) - Number(isDistress(a)) || a.severity - b.severity || Number(b.unacknowledged) - Number(a.unacknowledged) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1),
  );
}

/** By UnitState of the contract: which column a state is counted in. */
const ON_THE_WAY = [1, 3];
const ARRIVED = [2, 4];
const FREE = [5, 6];

/** The wall's counters out of the map's counts. */
export function countersOf(units: UnitMirror): WallCounter[] {
  const sum = (byState: readonly number[], states: readonly number[]) => states.reduce((all, state) => all + (byState[state] ?? 0), 0);
  return units.counts.map(({ organisation, byState, newestFix }) => ({
    organisation, available: sum(byState, FREE), enRoute: sum(byState, ON_THE_WAY), onScene: sum(byState, ARRIVED), newestFix,
  }));
}
