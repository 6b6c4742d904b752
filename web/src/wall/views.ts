// Which part of the map the wall shows, and when it goes on to the next. Pure: time is an argument.
import type { Rectangle } from '@samband/core/live/table';
import { mostUrgent, type WallIncident } from './data.ts';

export interface WallView {
  key: string;
  name: string;
  bounds: Rectangle;
  incidentId?: string;
}

export const SWEDEN: Rectangle = { south: 55.2, west: 10.8, north: 69.1, east: 24.2 };
/** How long each view stays. */
export const STAY_MS = 15_000;
/** After somebody has chosen a view, the wall goes back to cycling after this long without a key. */
export const TAKEN_MS = 5 * 60_000;
const MOST_VIEWS = 9;
/** Half the height of an incident's view in degrees of latitude: some twenty kilometres. */
const NEAR = 0.09;

export function viewsOf(incidents: readonly WallIncident[], ground: Rectangle | undefined, names: { country: string; ground: string }): WallView[] {
  const views: WallView[] = [{ key: 'country', name: names.country, bounds: SWEDEN }];
  if (ground) views.push({ key: 'ground', name: names.ground, bounds: ground });
  for (const incident of mostUrgent(incidents)) {
    if (views.length >= MOST_VIEWS) break;
    const bounds = incident.severity === 1 ? boundsOf([incident]) : undefined;
    if (bounds) views.push({ key: `incident ${incident.id}`, name: incident.title, bounds, incidentId: incident.id });
  }
  return views;
}

/** Around one or more incidents; undefined when none of them has a place. */
export function boundsOf(incidents: readonly WallIncident[]): Rectangle | undefined {
  const boxes = incidents.flatMap(({ lat, lon, area }): Rectangle[] => {
    if (lat !== undefined && lon !== undefined) return [{ south: lat, north: lat, west: lon, east: lon }];
    return area ? [area] : [];
  });
  if (boxes.length === 0) return undefined;
  return {
    south: Math.min(...boxes.map((box) => box.south)) - NEAR, north: Math.max(...boxes.map((box) => box.north)) + NEAR,
    west: Math.min(...boxes.map((box) => box.west)) - 2 * NEAR, east: Math.max(...boxes.map((box) => box.east)) + 2 * NEAR,
  };
}

/** Goes round the views; a person can take over, and gives it back by doing nothing. */
export class Cycle {
  key = 'country';
  cycling = true;
  private since = 0;
  private takenAt = -Infinity;

  constructor(now: number) {
    this.since = now;
  }

  /** True when another view is to be shown. */
  tick(now: number, views: readonly WallView[]): boolean {
    if (!this.cycling && now - this.takenAt >= TAKEN_MS) this.resume(now);
    const at = views.findIndex((view) => view.key === this.key);
    // An incident that is closed takes its view with it.
    if (at < 0) return this.show('country', now);
    if (!this.cycling || views.length < 2 || now - this.since < STAY_MS) return false;
    return this.show(views[(at + 1) % views.length]!.key, now);
  }

  /** Somebody chose the n-th view, from 1. */
  choose(number: number, now: number, views: readonly WallView[]): boolean {
    const view = views[number - 1];
    if (!view) return false;
    this.cycling = false;
    this.takenAt = now;
    return this.show(view.key, now);
  }

  toggle(now: number): void {
    if (!this.cycling) return this.resume(now);
    this.cycling = false;
    this.takenAt = now;
  }

  private resume(now: number): void {
    this.cycling = true;
    this.since = now;
  }

  private show(key: string, now: number): boolean {
    this.since = now;
    const changed = this.key !== key;
    this.key = key;
    return changed;
  }
}
