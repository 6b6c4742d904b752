// The style of the background. No glyph or sprite server: labels are drawn with the page's fonts, icons are the screen's own.
import { layers } from '@protomaps/basemaps';
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { OpenBase } from './base.ts';
import { FONT_MEDIUM, FONT_REGULAR } from './fonts.ts';
import { flavor } from './theme.ts';
import type { Theme } from './types.ts';

const SOURCE = 'base';

export function mapStyle(base: OpenBase, theme: Theme, scale: number, language: 'sv' | 'en'): StyleSpecification {
  const { tiles, minZoom: minzoom, maxZoom: maxzoom, bounds } = base;
  const common = { tiles: [tiles], minzoom, maxzoom, ...(bounds ? { bounds } : {}) };
  const background: LayerSpecification = { id: 'background', type: 'background', paint: { 'background-color': flavor(theme).water } };
  if (base.raster) {
    return {
      version: 8,
      sources: { [SOURCE]: { type: 'raster', tileSize: 256, ...common } },
      layers: [background, { id: 'raster', type: 'raster', source: SOURCE, paint: rasterPaint(theme) }],
    };
  }
  const drawn = layers(SOURCE, flavor(theme), { lang: language }) as LayerSpecification[];
  return {
    version: 8,
    sources: { [SOURCE]: { type: 'vector', ...common } },
    layers: [background, ...drawn.filter((layer) => layer.id !== 'background').map((layer) => adapted(layer, theme, scale))],
  };
}

/** Pictures made for paper are dimmed for the control room and the night. */
function rasterPaint(theme: Theme): Extract<LayerSpecification, { type: 'raster' }>['paint'] {
  if (theme === 'day') return {};
  if (theme === 'dark') return { 'raster-brightness-max': 0.55, 'raster-saturation': -0.5 };
  return { 'raster-brightness-max': 0.32, 'raster-saturation': -1, 'raster-hue-rotate': 0, 'raster-contrast': 0.1 };
}

function adapted(layer: LayerSpecification, theme: Theme, scale: number): LayerSpecification {
  if (layer.type === 'line') return line(layer, theme, scale);
  if (layer.type !== 'symbol') return layer;
  const layout = Object.fromEntries(Object.entries(layer.layout ?? {}).filter(([key]) => !key.startsWith('icon-')));
  if (layer.id === 'places_locality') {
    layout['text-size'] = localitySize(scale);
    layout['text-font'] = ['case', ['>=', ['get', 'population_rank'], 6], ['literal', [FONT_MEDIUM]], ['literal', [FONT_REGULAR]]];
  } else if (scale !== 1 && typeof layout['text-size'] === 'number') layout['text-size'] *= scale;
  return { ...layer, layout, paint: { ...layer.paint, 'text-halo-width': 1.4 * scale } };
}

/** Names of towns by their size: enough to read from a few steps, not so much that units drown in them. */
function localitySize(scale: number): ExpressionSpecification {
  const by = (village: number, town: number, city: number): ExpressionSpecification =>
    ['step', ['get', 'population_rank'], village * scale, 5, town * scale, 7, city * scale];
  return ['interpolate', ['linear'], ['zoom'], 4, by(10, 12, 14), 7, by(12, 14, 17), 10, by(14, 18, 22)];
}

function line(layer: Extract<LayerSpecification, { type: 'line' }>, theme: Theme, scale: number): LayerSpecification {
  if (layer.id === 'boundaries_country') return { ...layer, paint: { ...layer.paint, 'line-width': 1.6 * scale, 'line-opacity': 0.9 } };
  if (layer.id === 'boundaries') return { ...layer, paint: { ...layer.paint, 'line-width': 0.7 * scale, 'line-opacity': theme === 'day' ? 0.8 : 0.6 } };
  return layer;
}
