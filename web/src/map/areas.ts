// Units of which only a square is known. They are drawn as squares, hatched, with how many are in it: never as points, which would say
// more than is known. Seen from afar, squares that would lie upon each other are drawn as one.
import type { UnitArea } from '@samband/core/live/snapshot';
import type { Feature, FeatureCollection, Point, Polygon } from 'geojson';
import type { MapTexts } from '../texts/map.ts';
import { imageName } from './images.ts';
import type { Shape } from './symbols.ts';

export interface AreaFeatures {
  polygons: FeatureCollection<Polygon>;
  marks: FeatureCollection<Point>;
}

interface Group {
  organisation: string;
  lat: number;
  lon: number;
  squares: number;
  units: number;
  stale: number;
  emergency: boolean;
  newestFix: number;
}

/** From this zoom a square of a kilometre is large enough to be drawn as itself. */
export const SQUARE_ZOOM = 9;
/** Squares nearer each other than this, CSS pixels, share a mark. */
const MARK_PX = 64;

export function areaFeatures(
  areas: readonly UnitArea[], zoom: number, scale: number, shapes: ReadonlyMap<string, Shape>, texts: MapTexts, now: number,
): AreaFeatures {
  const groups = zoom >= SQUARE_ZOOM ? areas.map(groupOf) : gathered(areas, zoom, scale);
  return {
    polygons: { type: 'FeatureCollection', features: zoom >= SQUARE_ZOOM ? areas.map((area) => polygon(area, shapes)) : [] },
    marks: { type: 'FeatureCollection', features: groups.map((group) => mark(group, shapes, texts, now)) },
  };
}

function groupOf(area: UnitArea): Group {
  return {
    organisation: area.organisation, lat: (area.south + area.north) / 2, lon: (area.west + area.east) / 2, squares: 1,
    units: area.unitIds.length, stale: area.stale, emergency: area.emergency, newestFix: area.newestFix,
  };
}

function gathered(areas: readonly UnitArea[], zoom: number, scale: number): Group[] {
  // A grid in degrees, about as wide on the screen as a mark.
  const degrees = (MARK_PX * scale * 360) / (512 * 2 ** Math.floor(zoom));
  const found = new Map<string, Group>();
  for (const area of areas) {
    const one = groupOf(area);
    const key = `${area.organisation} ${Math.floor(one.lat / (degrees / 2))} ${Math.floor(one.lon / degrees)}`;
    const group = found.get(key);
    if (!group) found.set(key, one);
    else join(group, one);
  }
  return [...found.values()];
}

function join(group: Group, one: Group): void {
  group.lat += (one.lat - group.lat) / (group.squares + 1);
  group.lon += (one.lon - group.lon) / (group.squares + 1);
  group.squares++;
  group.units += one.units;
  group.stale += one.stale;
  group.emergency ||= one.emergency;
  group.newestFix = Math.max(group.newestFix, one.newestFix);
}

function polygon(area: UnitArea, shapes: ReadonlyMap<string, Shape>): Feature<Polygon> {
  const { south, west, north, east } = area;
  const stale = area.stale === area.unitIds.length;
  return {
    type: 'Feature',
    properties: { shape: shapes.get(area.organisation) ?? 'triangle', hatch: imageName.hatch(shapes.get(area.organisation) ?? 'triangle', stale), stale },
    geometry: { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
  };
}

function mark(group: Group, shapes: ReadonlyMap<string, Shape>, texts: MapTexts, now: number): Feature<Point> {
  const stale = group.stale === group.units;
  const age = stale && group.newestFix > 0 ? texts.ageSeconds(Math.max(0, Math.round((now - group.newestFix) / 1000))) : '';
  return {
    type: 'Feature',
    properties: {
      icon: imageName.area(shapes.get(group.organisation) ?? 'triangle', stale),
      text: [group.emergency ? texts.emergency : '', String(group.units), age].filter((part) => part !== '').join(' · '),
      sort: group.emergency ? -1e6 : -group.units,
    },
    geometry: { type: 'Point', coordinates: [group.lon, group.lat] },
  };
}
