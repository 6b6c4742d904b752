// Incidents, hazards, break points and the own vehicle as features of the map.
import type { Feature, FeatureCollection, LineString, Point, Polygon } from 'geojson';
import type { MapTexts } from '../texts/map.ts';
import { imageName } from './images.ts';
import type { Shape } from './symbols.ts';
import type { MapIncident, MapOwn, MapPlace } from './types.ts';

export function incidentPlace({ lat, lon, area }: MapIncident): [lon: number, lat: number] | undefined {
  if (lat !== undefined && lon !== undefined) return [lon, lat];
  return area && [(area.west + area.east) / 2, (area.south + area.north) / 2];
}

export function incidentFeatures(incidents: readonly MapIncident[], selected: string | undefined, texts: MapTexts): FeatureCollection<Point> {
  const features: Feature<Point>[] = [];
  for (const incident of incidents) {
    const at = incidentPlace(incident);
    if (!at) continue;
    const square = incident.lat === undefined;
    const number = incident.number ?? String(incident.severity);
    features.push({
      type: 'Feature',
      properties: {
        id: incident.id,
        icon: imageName.incident(incident.severity, number, incident.exercise, square),
        text: incident.exercise ? `${texts.exercise} ${incident.title}` : incident.title,
        waiting: incident.unacknowledged,
        selected: incident.id === selected,
        // The most urgent lies on top, the selected above all.
        sort: (incident.id === selected ? 100 : 0) + (incident.unacknowledged ? 10 : 0) - incident.severity,
      },
      geometry: { type: 'Point', coordinates: at },
    });
  }
  return { type: 'FeatureCollection', features };
}

export function incidentAreas(incidents: readonly MapIncident[]): FeatureCollection<Polygon> {
  return {
    type: 'FeatureCollection',
    features: incidents.flatMap(({ area, severity }): Feature<Polygon>[] => {
      if (!area) return [];
      const { south, west, north, east } = area;
      const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
      return [{ type: 'Feature', properties: { severity }, geometry: { type: 'Polygon', coordinates: [ring] } }];
    }),
  };
}

export function placeFeatures(places: readonly MapPlace[], texts: MapTexts): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: places.map((place) => ({
      type: 'Feature',
      properties: {
        id: place.id,
        icon: place.kind === 'hazard' ? imageName.hazard : imageName.breakPoint,
        text: place.text || (place.kind === 'hazard' ? texts.hazard : texts.breakPoint),
      },
      geometry: { type: 'Point', coordinates: [place.lon, place.lat] },
    })),
  };
}

const CORNERS = 64;
const METRES_PER_DEGREE = 111_320;

/** Circles to keep out of. */
export function standOffs(places: readonly MapPlace[]): FeatureCollection<LineString> {
  return {
    type: 'FeatureCollection',
    features: places.flatMap((place): Feature<LineString>[] => {
      if (!place.standOffM) return [];
      const high = place.standOffM / METRES_PER_DEGREE;
      const wide = high / Math.cos((place.lat * Math.PI) / 180);
      const ring = Array.from({ length: CORNERS + 1 }, (_, corner) => {
        const turn = (corner / CORNERS) * 2 * Math.PI;
        return [place.lon + Math.sin(turn) * wide, place.lat + Math.cos(turn) * high];
      });
      return [{ type: 'Feature', properties: { kind: place.kind }, geometry: { type: 'LineString', coordinates: ring } }];
    }),
  };
}

export function ownFeature(own: MapOwn | undefined, shapes: ReadonlyMap<string, Shape>): FeatureCollection<Point> {
  const features: Feature<Point>[] = own
    ? [{
        type: 'Feature',
        properties: { icon: imageName.own(shapes.get(own.organisation) ?? 'triangle'), course: own.courseDeg ?? 0, text: own.callSign },
        geometry: { type: 'Point', coordinates: [own.lon, own.lat] },
      }]
    : [];
  return { type: 'FeatureCollection', features };
}
