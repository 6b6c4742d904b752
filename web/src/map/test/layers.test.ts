import { Snapshots, type UnitArea } from '@samband/core/live/snapshot';
import { MARK_ACKNOWLEDGED, MARK_ALARMED, MARK_ON_INCIDENT, UnitTable } from '@samband/core/live/table';
import { ANCHOR, mercatorX, mercatorY } from '@samband/core/live/mercator';
import { UnitMirror } from '@samband/core/live/mirror';
import { describe, expect, it } from 'vitest';
import { marksOf, World } from '../../wall/simulate/world.ts';
import { sv } from '../../texts/map.ts';
import { areaFeatures, SQUARE_ZOOM } from '../areas.ts';
import { ATLAS_COLUMNS, ATLAS_ROWS, baseCell, glyphCell, ringCell } from '../atlas.ts';
import type { OpenBase } from '../base.ts';
import { incidentFeatures, placeFeatures, standOffs } from '../incidents.ts';
import { inView } from '../inView.ts';
import { chooseLabels, labelFeatures, MOST_LABELS, type View } from '../labels.ts';
import { pickUnit } from '../pick.ts';
import { mapStyle } from '../style.ts';
import { distanceM } from '../sweref.ts';
import { appearance, GLYPHS, RINGS, SHAPES, shapeOf, VARIANTS } from '../symbols.ts';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';

const everywhere: View = { west: -1, east: 1, north: -1, south: 1, zoom: 5 };

function country(units: number): { mirror: UnitMirror; world: World } {
  const world = new World({ units, seed: 3, allMove: false }, 0);
  const table = new UnitTable();
  table.setMarks(marksOf(world.nearest(63.18, 14.64, 5), 2));
  world.tell(table, 1000);
  const mirror = new UnitMirror();
  mirror.apply(new Snapshots(table).take(0), 0);
  return { mirror, world };
}

describe('symbols', () => {
  it('have a cell each, and all of them fit the picture and a byte', () => {
    const cells = SHAPES.flatMap((_, shape) => VARIANTS.flatMap((_, variant) => [false, true].map((stale) => baseCell(shape, variant, stale))));
    const glyphs = new Set(SHAPES.flatMap((_, shape) => VARIANTS.flatMap((_, variant) => GLYPHS.map((glyph) => glyphCell(glyph, shape, variant, false)))));
    const all = [...cells, ...glyphs, ...RINGS.map(ringCell)];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.max(...all)).toBeLessThan(Math.min(256, ATLAS_COLUMNS * ATLAS_ROWS));
  });

  it('differ by shape for organisations, and by fill or mark for every status: never by colour alone', () => {
    expect(['räddning', 'ambulans', 'polis', 'sos', 'kommun'].map(shapeOf)).toEqual(['square', 'circle', 'pentagon', 'triangle', 'triangle']);
    const looks = [0, 1, 2, 3, 4, 5, 6, 7].map((state) => appearance(state, false, false));
    looks.push(appearance(6, true, false), appearance(6, true, true));
    expect(new Set(looks.map((look) => `${look.variant} ${look.glyph}`)).size).toBe(looks.length);
  });

  it('show an alarm until it is acknowledged, and that until the unit is on its way', () => {
    expect(appearance(6, true, false).glyph).toBe('alarm');
    expect(appearance(1, true, false).glyph).toBe('alarm');
    expect(appearance(6, true, true).glyph).toBe('check');
    expect(appearance(1, true, true).glyph).toBe('arrow');
  });
});

describe('labels', () => {
  it('name from afar only those that matter, the most urgent first', () => {
    const { mirror } = country(2000);
    const selected = mirror.idOf(17);
    const rows = chooseLabels(mirror, everywhere, selected, undefined, 'auto');
    const weights = rows.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(rows.map(({ row }) => mirror.idOf(row))).toContain(selected);
    expect(rows.length).toBeGreaterThanOrEqual(6);
    expect(rows.length).toBeLessThan(12);
    const { features } = labelFeatures(mirror, rows, sv, 0, 60_000);
    expect(features[0]!.properties!['text']).toMatch(/^NÖD · /);
  });

  it('name in close view all that is in it, but never more than can be read', () => {
    const { mirror } = country(2000);
    expect(chooseLabels(mirror, { ...everywhere, zoom: 12 }, undefined, undefined, 'auto')).toHaveLength(MOST_LABELS);
    const x = mercatorX(14.64) - ANCHOR.x;
    const y = mercatorY(63.18) - ANCHOR.y;
    const near = chooseLabels(mirror, { west: x - 3e-4, east: x + 3e-4, north: y - 3e-4, south: y + 3e-4, zoom: 12 }, undefined, undefined, 'auto');
    expect(near.length).toBeGreaterThan(3);
    for (const { row } of near) expect(Math.abs(mirror.view(row).lat! - 63.18)).toBeLessThan(0.06);
    expect(chooseLabels(mirror, { ...everywhere, zoom: 12 }, undefined, undefined, 'none').every(({ weight }) => weight >= 5)).toBe(true);
  });
});

describe('units known by a square only', () => {
  const area = (south: number, west: number, more: Partial<UnitArea> = {}): UnitArea => ({
    organisation: 'polis', south, west, north: south + 0.009, east: west + 0.02, sideM: 1000, unitIds: ['p1', 'p2'], stale: 0, emergency: false, newestFix: 0, ...more,
  });
  const shapes = new Map([['polis', 'pentagon'] as const]);

  it('are squares with a number from near, and gathered marks from afar: all counted, none a point of a unit', () => {
    const areas = [area(63, 14), area(63.02, 14.03), area(59, 18)];
    const near = areaFeatures(areas, SQUARE_ZOOM + 1, 1, shapes, sv, 0);
    expect(near.polygons.features).toHaveLength(3);
    expect(near.marks.features.map((mark) => mark.properties!['text'])).toEqual(['2', '2', '2']);
    const far = areaFeatures(areas, 5, 1, shapes, sv, 0);
    expect(far.polygons.features).toHaveLength(0);
    expect(far.marks.features.map((mark) => mark.properties!['text'])).toEqual(['4', '2']);
    expect(far.marks.features[0]!.properties!['icon']).toBe('area|pentagon|');
  });

  it('say their age when all of them are old, and an emergency always', () => {
    const { marks } = areaFeatures([area(63, 14, { stale: 2, newestFix: 1000 }), area(60, 14, { emergency: true })], 10, 1, shapes, sv, 241_000);
    expect(marks.features.map((mark) => mark.properties!['text'])).toEqual(['2 · 4 min', 'NÖD · 2']);
    expect(marks.features[0]!.properties!['icon']).toBe('area|pentagon|stale');
  });

  it('are never picked or named as points', () => {
    const { mirror } = country(2000);
    const squares = new Set(mirror.areas.flatMap((one) => one.unitIds));
    expect(squares.size).toBeGreaterThan(50);
    const named = chooseLabels(mirror, { ...everywhere, zoom: 12 }, undefined, undefined, 'all').map(({ row }) => mirror.idOf(row));
    expect(named.filter((id) => squares.has(id))).toEqual([]);
    for (const id of squares) expect(mirror.view(mirror.rowOfUnit(id)!).lat).toBeUndefined();
  });
});

describe('picking', () => {
  it('finds the unit under the pointer, the urgent one before the nearer', () => {
    const { mirror, world } = country(500);
    const [first] = world.nearest(63.18, 14.64, 1);
    const row = mirror.rowOfUnit(first!.id)!;
    expect(pickUnit(mirror, mirror.shownX(row, 1), mirror.shownY(row, 1), 1e-6)).toBe(first!.id);
    expect(pickUnit(mirror, -0.05, 0.2, 1e-6)).toBeUndefined();
    const urgent = [...Array(mirror.count).keys()].filter((one) => mirror.markOf(one) & (MARK_ALARMED | MARK_ACKNOWLEDGED | MARK_ON_INCIDENT));
    const found = pickUnit(mirror, mirror.shownX(row, 1) + 1e-5, mirror.shownY(row, 1), 1e-3);
    expect(urgent.map((one) => mirror.idOf(one))).toContain(found);
  });
});

describe('incidents and places', () => {
  it('say exercise, square and selection in more than colour', () => {
    const { features } = incidentFeatures(
      [
        { id: 'a', title: 'Brand', lat: 63, lon: 14, severity: 1, unacknowledged: true, exercise: false },
        { id: 'b', title: 'Skog', area: { south: 63, west: 14, north: 63.01, east: 14.02 }, severity: 2, unacknowledged: false, exercise: true, number: '4471' },
        { id: 'c', title: 'Utan plats', severity: 3, unacknowledged: false, exercise: false },
      ],
      'b', sv,
    );
    expect(features.map((feature) => feature.properties!['icon'])).toEqual(['incident|1|1||', 'incident|2|4471|exercise|square']);
    expect(features[1]!.properties!['text']).toBe('ÖVNING Skog');
    expect(features[1]!.properties!['sort']).toBeGreaterThan(features[0]!.properties!['sort']);
  });

  it('draw a stand-off at its distance', () => {
    const place = { id: 'h', kind: 'hazard' as const, lat: 63, lon: 14, text: '', standOffM: 300 };
    const [ring] = standOffs([place]).features;
    for (const [lon, lat] of ring!.geometry.coordinates) expect(distanceM(place, { lat: lat!, lon: lon! })).toBeCloseTo(300, -1);
    expect(placeFeatures([place], sv).features[0]!.properties!['text']).toBe('Fara');
  });
});

describe('the list of what is in view', () => {
  it('names incidents and units in it, the urgent first, and counts the rest', () => {
    const { mirror } = country(3000);
    const all = { south: 54, west: 8, north: 70, east: 26, zoom: 5 };
    const incident = { id: 'a', title: 'Brand', lat: 63, lon: 14, severity: 1 as const, unacknowledged: true, exercise: false, number: '1' };
    const found = inView(all, mirror, [incident, { ...incident, id: 'b', lat: 10 }], [{ id: 'sim-polis', name: 'Polisen', kind: 'polis' }], sv, 0);
    expect(found.incidents).toEqual([{ id: 'a', text: 'Händelse 1, Brand, okvitterad' }]);
    expect(found.units[0]!.text).toMatch(/^NÖD, /);
    expect(found.units[1]!.text).toMatch(/larmad|ledig|på väg|framme/);
    expect(found.units.length + found.more).toBeGreaterThan(2500);
    expect(found.areas.length).toBeGreaterThan(0);
  });
});

describe('the style', () => {
  const base: OpenBase = {
    raster: false, tiles: 'pmtiles://x/{z}/{x}/{y}', minZoom: 0, maxZoom: 10, bounds: [10, 55, 24, 69], attribution: '', overview: true, from: 'embedded',
    source: { kind: 'pmtiles', url: '/x', overview: true, attribution: '' },
  };
  it.each(['dark', 'day', 'night'] as const)('is valid, and asks for no server: %s', (theme) => {
    for (const raster of [false, true]) {
      const style = mapStyle({ ...base, raster }, theme, 1.5, 'sv');
      expect(validateStyleMin(style)).toEqual([]);
      expect(style.glyphs).toBeUndefined();
      expect(style.sprite).toBeUndefined();
      expect(JSON.stringify(style)).not.toMatch(/https?:|icon-image/);
    }
  });

  it('is red by night', () => {
    const style = JSON.stringify(mapStyle(base, 'night', 1, 'sv'));
    const colours = [
      ...[...style.matchAll(/rgb\((\d+), (\d+), (\d+)\)/g)].map((found) => found.slice(1).map(Number)),
      ...[...style.matchAll(/"#(..)(..)(..)"/g)].map((found) => found.slice(1).map((hex) => parseInt(hex, 16))),
    ];
    expect(colours.length).toBeGreaterThan(30);
    for (const [r, g, b] of colours) {
      expect(g).toBeLessThanOrEqual(r! * 0.62);
      expect(b).toBeLessThanOrEqual(r! * 0.55);
    }
  });
});
