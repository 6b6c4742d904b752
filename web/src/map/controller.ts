// The map's life: opens it, keeps its layers in step with what the screen says, and survives themes, lost cards and a hub that is gone.
import { ANCHOR, mercatorX, mercatorY } from '@samband/core/live/mercator';
import { UnitMirror } from '@samband/core/live/mirror';
import { Map as GlMap, ScaleControl, type MapMouseEvent, type PaddingOptions } from 'maplibre-gl';
import type { MapTexts } from '../texts/map.ts';
import { areaFeatures } from './areas.ts';
import { openBase, type OpenBase } from './base.ts';
import { loadFonts, onLateFont } from './fonts.ts';
import { drawImage } from './images.ts';
import { incidentAreas, incidentFeatures, ownFeature, placeFeatures, standOffs } from './incidents.ts';
import { chooseLabels, labelFeatures, type LabelChoice, type View } from './labels.ts';
import { emptyData, INCIDENT_LAYER, INCIDENT_RING_LAYER, installOverlays, setData, type OverlaySource } from './overlays.ts';
import { pickUnit } from './pick.ts';
import { mapStyle } from './style.ts';
import type { Shape } from './symbols.ts';
import { palettes } from './theme.ts';
import type { MapBounds, MapFollow, MapIncident, MapOwn, MapPlace, Theme } from './types.ts';
import { UnitLayer } from './unitLayer.ts';

export interface MapState {
  theme: Theme;
  scale: number;
  language: 'sv' | 'en';
  texts: MapTexts;
  units: UnitMirror;
  shapes: ReadonlyMap<string, Shape>;
  incidents: readonly MapIncident[];
  places: readonly MapPlace[];
  own: MapOwn | undefined;
  selectedIncident: string | undefined;
  selectedUnit: string | undefined;
  labels: LabelChoice;
  /** An organisation whose units are pointed out. */
  only: string | undefined;
  /** Room that panels on top of the map take, CSS pixels; what is centred is centred in the rest. */
  padding: PaddingOptions;
}

export interface MapEvents {
  selectIncident(id: string): void;
  selectUnit(id: string): void;
  view(bounds: MapBounds): void;
  pointer(lat: number, lon: number): void;
  /** The user has moved the map by hand. */
  userMove(): void;
  opened(base: OpenBase): void;
  lost(lost: boolean): void;
  failed(): void;
}

const LABELS_MS = 1000;
const AREAS_MS = 2000;
const BLINK_MS = 500;
const REACH_PX = 14;
const SWEDEN: [number, number, number, number] = [10.5, 55.0, 24.5, 69.2];

export class MapController {
  map: GlMap | undefined;
  readonly unitLayer: UnitLayer;
  private base: OpenBase | undefined;
  private readonly data = emptyData();
  private readonly ends: (() => void)[] = [];
  private stopUnits: (() => void) | undefined;
  private labelsAt = -Infinity;
  private areasAt = -Infinity;
  private blinkOn = true;
  private ended = false;
  private follow: MapFollow | undefined;

  constructor(private readonly container: HTMLElement, private state: MapState, private readonly events: MapEvents) {
    this.unitLayer = new UnitLayer(state);
  }

  async start(initial: MapFollow | undefined, interactive: boolean, scaleAt: 'top-left' | 'bottom-left'): Promise<void> {
    const [base] = await Promise.all([openBase(), loadFonts()]);
    if (this.ended) return;
    this.base = base;
    const { theme, scale, language } = this.state;
    const map = new GlMap({
      container: this.container,
      style: mapStyle(base, theme, scale, language),
      bounds: base.from === 'embedded' && base.bounds ? base.bounds : SWEDEN,
      maxZoom: 19,
      attributionControl: false,
      interactive,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 150,
      locale: { 'Map.Title': this.state.texts.mapLabel },
    });
    this.map = map;
    map.addControl(new ScaleControl({ maxWidth: Math.round(110 * scale) }), scaleAt);
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    this.hear(map);
    this.listenToUnits();
    this.events.opened(base);
    if (initial) this.setFollow(initial, false);
  }

  end(): void {
    this.ended = true;
    this.stopUnits?.();
    for (const end of this.ends) end();
    this.map?.remove();
    this.map = undefined;
  }

  /** Takes what has changed; each part of it is drawn anew only where it did. */
  update(next: MapState): void {
    const before = this.state;
    this.state = next;
    const changed = (...keys: (keyof MapState)[]) => keys.some((key) => before[key] !== next[key]);
    if (changed('units')) this.listenToUnits();
    if (changed('units', 'theme', 'scale', 'shapes', 'only')) this.unitLayer.set(next);
    if (changed('selectedUnit', 'own')) this.pointOut();
    if (changed('theme', 'scale', 'language')) this.restyle();
    if (changed('incidents', 'selectedIncident', 'texts')) this.fillIncidents();
    if (changed('places', 'texts')) this.fillPlaces();
    if (changed('own', 'shapes')) this.put('own', ownFeature(next.own, next.shapes));
    if (changed('shapes', 'texts')) this.fillAreas();
    if (changed('labels', 'selectedUnit', 'texts')) this.fillLabels();
    if (changed('own', 'padding')) this.followOn();
  }

  setFollow(follow: MapFollow | undefined, animate = true): void {
    this.follow = follow;
    if (follow && 'bounds' in follow) {
      const { west, south, east, north } = follow.bounds;
      this.map?.fitBounds([west, south, east, north], { padding: this.state.padding, animate: animate && follow.animate !== false && !quiet(), duration: 1500, maxZoom: 14 });
    } else this.followOn(animate, true);
  }

  zoom(by: number): void {
    this.map?.easeTo({ zoom: this.map.getZoom() + by, duration: quiet() ? 0 : 250 });
  }

  /** In Mercator, counted from ANCHOR. */
  view(): View | undefined {
    const bounds = this.map?.getBounds();
    if (!bounds || !this.map) return undefined;
    return {
      west: mercatorX(bounds.getWest()) - ANCHOR.x, east: mercatorX(bounds.getEast()) - ANCHOR.x,
      north: mercatorY(bounds.getNorth()) - ANCHOR.y, south: mercatorY(bounds.getSouth()) - ANCHOR.y, zoom: this.map.getZoom(),
    };
  }

  private hear(map: GlMap): void {
    map.on('style.load', () => this.install(map));
    map.setMissingStyleImageResolver((id) => this.addImage(map, id));
    map.on('webglcontextlost', () => this.events.lost(true));
    // The style is then built anew, and says so when it is ready for its layers: style.load.
    map.on('webglcontextrestored', () => this.events.lost(false));
    // A tile that cannot be had is no fault of the program; what is there stays drawn.
    map.on('error', ({ error }) => console.warn('samband: map:', error.message));
    map.on('moveend', () => this.moved());
    map.on('zoomend', () => this.fillAreas());
    map.on('dragstart', () => this.events.userMove());
    map.on('mousemove', (event) => this.hover(map, event));
    map.on('click', (event) => this.click(map, event));
    // A tablet that is turned, or a part that opens beside it: what was to be seen is to be seen again, and not under the buttons.
    map.on('resize', () => this.follow && 'bounds' in this.follow && this.setFollow(this.follow, false));
    map.on('load', () => this.moved());
    this.ends.push(onLateFont(() => this.restyle()));
    const blink = setInterval(() => this.blink(map), BLINK_MS);
    this.ends.push(() => clearInterval(blink));
  }

  private install(map: GlMap): void {
    const { theme, scale } = this.state;
    try {
      installOverlays(map, theme, scale, this.data, this.unitLayer);
    } catch (fault) {
      console.error('samband: the layers of the map cannot be put in', fault);
      this.events.failed();
      return;
    }
    this.pointOut();
    this.fillIncidents();
    this.fillPlaces();
    this.put('own', ownFeature(this.state.own, this.state.shapes));
    this.fillAreas();
    this.fillLabels();
  }

  private addImage(map: GlMap, id: string): void {
    const { theme, scale } = this.state;
    const image = drawImage(id, palettes[theme], scale, devicePixelRatio);
    if (image && !map.hasImage(id)) map.addImage(id, image.data, { pixelRatio: image.pixelRatio });
  }

  private restyle(): void {
    const { theme, scale, language } = this.state;
    // Not by difference: the symbols' pictures have other colours, too.
    if (this.map && this.base) this.map.setStyle(mapStyle(this.base, theme, scale, language), { diff: false });
  }

  private listenToUnits(): void {
    this.stopUnits?.();
    this.stopUnits = this.state.units.subscribe(() => {
      const now = performance.now();
      if (now - this.labelsAt >= LABELS_MS) this.fillLabels();
      if (now - this.areasAt >= AREAS_MS) this.fillAreas();
      this.followOn();
    });
  }

  private put(name: OverlaySource, data: (typeof this.data)[OverlaySource]): void {
    const before = this.data[name];
    if (before.features.length === 0 && data.features.length === 0) return;
    this.data[name] = data;
    // What a screen says each second is mostly what it said before; laying it out anew costs more than comparing it.
    if (name !== 'labels' && before.features.length === data.features.length && JSON.stringify(before) === JSON.stringify(data)) return;
    if (this.map) setData(this.map, name, data);
  }

  private fillIncidents(): void {
    const { incidents, selectedIncident, texts } = this.state;
    this.put('incidents', incidentFeatures(incidents, selectedIncident, texts));
    this.put('incidentAreas', incidentAreas(incidents));
  }

  private fillPlaces(): void {
    this.put('places', placeFeatures(this.state.places, this.state.texts));
    this.put('standOffs', standOffs(this.state.places));
  }

  private fillAreas(): void {
    if (!this.map) return;
    this.areasAt = performance.now();
    const { units, scale, shapes, texts } = this.state;
    const { polygons, marks } = areaFeatures(units.areas, this.map.getZoom(), scale, shapes, texts, Date.now());
    this.put('areas', polygons);
    this.put('areaMarks', marks);
  }

  private fillLabels(): void {
    const view = this.view();
    if (!view) return;
    this.labelsAt = performance.now();
    const { units, selectedUnit, own, labels, texts } = this.state;
    const rows = chooseLabels(units, view, selectedUnit, own?.unitId, labels);
    this.put('labels', labelFeatures(units, rows, texts, this.labelsAt, Date.now()));
  }

  private pointOut(): void {
    this.unitLayer.selectedUnit = this.state.selectedUnit;
    this.unitLayer.ownUnit = this.state.own?.unitId;
    this.unitLayer.hideOwn = this.state.own !== undefined;
    this.unitLayer.refresh();
  }

  private blink(map: GlMap): void {
    const waiting = this.state.incidents.some((incident) => incident.unacknowledged);
    if (quiet() || (!waiting && !this.unitLayer.hasWaiting)) {
      if (this.blinkOn) return;
      this.blinkOn = true;
    } else this.blinkOn = !this.blinkOn;
    this.unitLayer.blinkOn = this.blinkOn;
    if (waiting && map.getLayer(INCIDENT_RING_LAYER)) map.setPaintProperty(INCIDENT_RING_LAYER, 'icon-opacity', this.blinkOn ? 1 : 0);
    else map.triggerRepaint();
  }

  private moved(): void {
    const bounds = this.map?.getBounds();
    if (!bounds || !this.map) return;
    this.fillLabels();
    this.events.view({ south: bounds.getSouth(), west: bounds.getWest(), north: bounds.getNorth(), east: bounds.getEast(), zoom: this.map.getZoom() });
  }

  private unitAt(map: GlMap, event: MapMouseEvent): string | undefined {
    const world = 512 * 2 ** map.getZoom();
    const reach = Math.max(REACH_PX, this.unitLayer.radius(map.getZoom()) * 1.4) / world;
    const { lng, lat } = event.lngLat;
    return pickUnit(this.state.units, mercatorX(lng) - ANCHOR.x, mercatorY(lat) - ANCHOR.y, reach);
  }

  private incidentAt(map: GlMap, { point: { x, y } }: MapMouseEvent): string | undefined {
    if (!map.getLayer(INCIDENT_LAYER)) return undefined;
    const found = map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers: [INCIDENT_LAYER] });
    const id: unknown = found[0]?.properties['id'];
    return typeof id === 'string' ? id : undefined;
  }

  private click(map: GlMap, event: MapMouseEvent): void {
    const incident = this.incidentAt(map, event);
    if (incident !== undefined) return this.events.selectIncident(incident);
    const unit = this.unitAt(map, event);
    if (unit !== undefined) this.events.selectUnit(unit);
  }

  private hovering = false;

  private hover(map: GlMap, event: MapMouseEvent): void {
    this.events.pointer(event.lngLat.lat, event.lngLat.lng);
    if (this.hovering) return;
    this.hovering = true;
    requestAnimationFrame(() => {
      this.hovering = false;
      if (this.ended) return;
      const over = this.incidentAt(map, event) !== undefined || this.unitAt(map, event) !== undefined;
      map.getCanvas().style.cursor = over ? 'pointer' : '';
    });
  }

  private followOn(animate = true, first = false): void {
    const { map, follow } = this;
    if (!map || !follow || 'bounds' in follow) return;
    const at = this.followed(follow);
    if (!at || (!first && 'lat' in follow)) return;
    const bearing = 'own' in follow && follow.courseUp ? (this.state.own?.courseDeg ?? map.getBearing()) : 0;
    const zoom = 'zoom' in follow && follow.zoom !== undefined ? follow.zoom : first ? Math.max(map.getZoom(), 12) : map.getZoom();
    map.easeTo({
      center: at, bearing, zoom, padding: this.state.padding, duration: animate && !quiet() ? (first ? 800 : 1000) : 0,
      // The map calls what it is given: an easing that is undefined would end it in the middle of the way.
      ...(first ? {} : { easing: (part: number) => part }),
    });
  }

  private followed(follow: Exclude<MapFollow, { bounds: unknown }>): [number, number] | undefined {
    if ('lat' in follow) return [follow.lon, follow.lat];
    if ('own' in follow) return this.state.own && [this.state.own.lon, this.state.own.lat];
    const row = this.state.units.rowOfUnit(follow.unitId);
    const unit = row === undefined ? undefined : this.state.units.view(row);
    return unit?.lat !== undefined && unit.lon !== undefined ? [unit.lon, unit.lat] : undefined;
  }
}

/** The user wants no motion. */
function quiet(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
