// The screen's own layers above the background, and the order they lie in.
import type { GeoJSONSource, LayerSpecification, Map as GlMap } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import { SQUARE_ZOOM } from './areas.ts';
import { FONT_MEDIUM, FONT_REGULAR } from './fonts.ts';
import { imageName } from './images.ts';
import { palettes } from './theme.ts';
import type { Theme } from './types.ts';
import type { UnitLayer } from './unitLayer.ts';

export const OVERLAY_SOURCES = ['areas', 'areaMarks', 'standOffs', 'places', 'labels', 'incidentAreas', 'incidents', 'own'] as const;
export type OverlaySource = (typeof OVERLAY_SOURCES)[number];
export type OverlayData = Record<OverlaySource, FeatureCollection>;

export const INCIDENT_LAYER = 'incidents';
export const INCIDENT_RING_LAYER = 'incident-rings';

export function emptyData(): OverlayData {
  return Object.fromEntries(OVERLAY_SOURCES.map((name) => [name, { type: 'FeatureCollection', features: [] }])) as unknown as OverlayData;
}

/** Puts in what the style lacks; a style that is loaded anew, or a graphics card that comes back, lacks some or all. */
export function installOverlays(map: GlMap, theme: Theme, scale: number, data: OverlayData, units: UnitLayer): void {
  for (const name of OVERLAY_SOURCES) if (!map.getSource(name)) map.addSource(name, { type: 'geojson', data: data[name] });
  const order: (LayerSpecification | UnitLayer)[] = [...underUnits(theme, scale), units, ...overUnits(theme, scale)];
  for (let at = order.length - 1; at >= 0; at--) {
    const layer = order[at]!;
    if (!map.getLayer(layer.id)) map.addLayer(layer, order[at + 1]?.id);
  }
}

export function setData(map: GlMap, name: OverlaySource, data: FeatureCollection): void {
  (map.getSource(name) as GeoJSONSource | undefined)?.setData(data);
}

function text(theme: Theme, scale: number, size: number, strong = false) {
  const palette = palettes[theme];
  return {
    layout: { 'text-font': [strong ? FONT_MEDIUM : FONT_REGULAR], 'text-size': size * scale },
    paint: { 'text-color': palette.text, 'text-halo-color': palette.halo, 'text-halo-width': 1.6 * scale },
  };
}

function underUnits(theme: Theme, scale: number): LayerSpecification[] {
  const palette = palettes[theme];
  const hue: LayerSpecification = {
    id: 'area-edges', type: 'line', source: 'areas', minzoom: SQUARE_ZOOM,
    paint: {
      'line-color': ['match', ['get', 'shape'], 'square', palette.hues[0], 'circle', palette.hues[1], 'pentagon', palette.hues[2], palette.hues[3]],
      'line-width': 1.6 * scale, 'line-dasharray': [2, 1.4], 'line-opacity': ['case', ['get', 'stale'], 0.5, 0.95],
    },
  };
  return [
    { id: 'area-fills', type: 'fill', source: 'areas', minzoom: SQUARE_ZOOM, paint: { 'fill-pattern': ['get', 'hatch'], 'fill-opacity': 0.8 } },
    hue,
    {
      id: 'stand-offs', type: 'line', source: 'standOffs',
      paint: { 'line-color': ['match', ['get', 'kind'], 'hazard', palette.hazard, palette.breakPoint], 'line-width': 2 * scale, 'line-dasharray': [3, 2] },
    },
  ];
}

function overUnits(theme: Theme, scale: number): LayerSpecification[] {
  const palette = palettes[theme];
  const severity: LayerSpecification = {
    id: 'incident-areas', type: 'line', source: 'incidentAreas',
    paint: {
      'line-color': ['match', ['get', 'severity'], 1, palette.severity[0], 2, palette.severity[1], palette.severity[2]],
      'line-width': 2.4 * scale, 'line-dasharray': [2, 1.5],
    },
  };
  return [areaMarks(theme, scale), labels(theme, scale), places(theme, scale), severity, ...incidents(theme, scale), ...own(theme, scale)];
}

function areaMarks(theme: Theme, scale: number): LayerSpecification {
  const { layout, paint } = text(theme, scale, 13, true);
  return {
    id: 'area-marks', type: 'symbol', source: 'areaMarks',
    layout: {
      ...layout, 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'text-field': ['get', 'text'],
      'text-anchor': 'left', 'text-offset': [1.3, 0], 'text-optional': true, 'symbol-sort-key': ['get', 'sort'],
      'icon-size': ['interpolate', ['linear'], ['zoom'], 4, 0.62, 8, 0.9, 11, 1],
    },
    paint,
  };
}

function places(theme: Theme, scale: number): LayerSpecification {
  const { layout, paint } = text(theme, scale, 13, true);
  return {
    id: 'places', type: 'symbol', source: 'places',
    layout: {
      ...layout, 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'text-field': ['get', 'text'], 'text-anchor': 'top',
      'text-offset': [0, 1.2], 'text-optional': true, 'text-max-width': 12,
    },
    paint,
  };
}

function labels(theme: Theme, scale: number): LayerSpecification {
  const palette = palettes[theme];
  const { layout, paint } = text(theme, scale, 13, true);
  return {
    id: 'unit-labels', type: 'symbol', source: 'labels',
    layout: {
      ...layout, 'text-field': ['get', 'text'], 'text-anchor': 'top', 'text-offset': [0, 0.85], 'text-padding': 1,
      'symbol-sort-key': ['get', 'sort'], 'text-max-width': 20, 'text-size': ['case', ['get', 'emergency'], 17 * scale, 13 * scale],
    },
    // On its own ground, whatever lies below: this one must be read.
    paint: {
      ...paint, 'text-color': ['case', ['get', 'emergency'], palette.severityText[0], palette.text],
      'text-halo-color': ['case', ['get', 'emergency'], palette.severity[0], palette.halo], 'text-halo-width': ['case', ['get', 'emergency'], 4 * scale, 1.6 * scale],
    },
  };
}

function incidents(theme: Theme, scale: number): LayerSpecification[] {
  const { layout, paint } = text(theme, scale, 14, true);
  return [
    {
      id: INCIDENT_RING_LAYER, type: 'symbol', source: 'incidents', filter: ['get', 'waiting'],
      layout: { 'icon-image': imageName.incidentRing, 'icon-allow-overlap': true, 'icon-ignore-placement': true },
      // It blinks: a fade would only blur it.
      paint: { 'icon-opacity-transition': { duration: 0, delay: 0 } },
    },
    {
      id: INCIDENT_LAYER, type: 'symbol', source: 'incidents',
      layout: {
        ...layout, 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'text-field': ['get', 'text'], 'text-anchor': 'top',
        'text-offset': [0, 1.5], 'text-optional': true, 'text-max-width': 14, 'symbol-sort-key': ['get', 'sort'],
        'icon-size': ['case', ['get', 'selected'], 1.25, 1],
      },
      paint,
    },
  ];
}

function own(theme: Theme, scale: number): LayerSpecification[] {
  const { layout, paint } = text(theme, scale, 14, true);
  return [
    {
      id: 'own', type: 'symbol', source: 'own',
      layout: {
        ...layout, 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'text-field': ['get', 'text'], 'text-anchor': 'top',
        'text-offset': [0, 1.7], 'text-optional': true,
      },
      paint,
    },
    {
      id: 'own-course', type: 'symbol', source: 'own',
      layout: {
        'icon-image': imageName.ownCourse, 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-rotate': ['get', 'course'],
        'icon-rotation-alignment': 'map',
      },
    },
  ];
}
