// Which units have their call sign beside them: those that matter, and in close view all, as many as can be read.
import { ANCHOR, latitudeOf, longitudeOf } from '@samband/core/live/mercator';
import type { UnitMirror } from '@samband/core/live/mirror';
import { FLAG_EMERGENCY, FLAG_POINT, FLAG_STALE } from '@samband/core/live/snapshot';
import { MARK_ACKNOWLEDGED, MARK_ALARMED, MARK_ON_INCIDENT } from '@samband/core/live/table';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { MapTexts } from '../texts/map.ts';

export const MOST_LABELS = 300;
/** From here all units in view are named. */
export const ALL_LABELS_ZOOM = 11;

/** Mercator, counted from ANCHOR. */
export interface View {
  west: number;
  east: number;
  /** y grows south. */
  north: number;
  south: number;
  zoom: number;
}

export type LabelChoice = 'auto' | 'all' | 'none';

interface Candidate {
  row: number;
  weight: number;
}

export function chooseLabels(units: UnitMirror, view: View, selected: string | undefined, own: string | undefined, choice: LabelChoice): Candidate[] {
  const { places } = units.snapshot;
  const found: Candidate[] = [];
  const named = [selected, own].map((id) => (id === undefined ? undefined : units.rowOfUnit(id)));
  for (let row = 0; row < units.count; row++) {
    const x = places[row * 4 + 2]!;
    const y = places[row * 4 + 3]!;
    if (x < view.west || x > view.east || y < view.north || y > view.south) continue;
    const weight = weigh(units, row, named, choice === 'all' || (choice === 'auto' && view.zoom >= ALL_LABELS_ZOOM), choice);
    if (weight > 0) found.push({ row, weight });
  }
  found.sort((a, b) => b.weight - a.weight || a.row - b.row);
  return found.slice(0, MOST_LABELS);
}

function weigh(units: UnitMirror, row: number, named: (number | undefined)[], all: boolean, choice: LabelChoice): number {
  const flags = units.flagsOf(row);
  if (!(flags & FLAG_POINT)) return 0;
  if (flags & FLAG_EMERGENCY) return 6;
  if (named.includes(row)) return 5;
  if (choice === 'none') return 0;
  const mark = units.markOf(row);
  if (mark & MARK_ALARMED && !(mark & MARK_ACKNOWLEDGED)) return 4;
  if (mark & (MARK_ALARMED | MARK_ON_INCIDENT)) return 3;
  return all ? (flags & FLAG_STALE ? 1 : 2) : 0;
}

export function labelFeatures(units: UnitMirror, rows: readonly Candidate[], texts: MapTexts, now: number, wall: number): FeatureCollection<Point> {
  const progress = units.progress(now);
  return {
    type: 'FeatureCollection',
    features: rows.map(({ row, weight }): Feature<Point> => {
      const stale = (units.flagsOf(row) & FLAG_STALE) !== 0;
      const fix = units.snapshot.fixes[row] ?? 0;
      const parts = [weight === 6 ? texts.emergency : '', units.callSignOf(row), stale && fix > 0 ? texts.ageSeconds(Math.max(0, Math.round((wall - fix) / 1000))) : ''];
      return {
        type: 'Feature',
        properties: { text: parts.filter((part) => part !== '').join(' · '), sort: -weight, emergency: weight === 6 },
        geometry: {
          type: 'Point',
          coordinates: [longitudeOf(units.shownX(row, progress) + ANCHOR.x), latitudeOf(units.shownY(row, progress) + ANCHOR.y)],
        },
      };
    }),
  };
}
