// What a unit looks like. Shape is the organisation, fill and mark are the status, an outline in pieces is an old position: never colour
// alone. One drawing serves the map's atlas, the legend and the lists.
import type { MapPalette } from './theme.ts';

/** Order of the shapes in the atlas and of the hues in a palette. */
export const SHAPES = ['square', 'circle', 'pentagon', 'triangle'] as const;
export type Shape = (typeof SHAPES)[number];

export function shapeOf(organisationKind: string): Shape {
  if (organisationKind === 'räddning') return 'square';
  if (organisationKind === 'ambulans') return 'circle';
  if (organisationKind === 'polis') return 'pentagon';
  return 'triangle';
}

/** Filled: on an assignment. Hollow: not. Ringed: has arrived, or has the patient. Grey: not to be had. */
export const VARIANTS = ['hollow', 'filled', 'ringed', 'grey'] as const;
export type Variant = (typeof VARIANTS)[number];

export const GLYPHS = ['none', 'alarm', 'check', 'arrow', 'dot', 'cross', 'dash', 'block'] as const;
export type Glyph = (typeof GLYPHS)[number];

export const RINGS = ['emergency', 'selection', 'alarm', 'own'] as const;
export type Ring = (typeof RINGS)[number];

export interface Appearance {
  variant: Variant;
  glyph: Glyph;
}

/** By UnitState of the contract. */
const STATES: readonly Appearance[] = [
  { variant: 'hollow', glyph: 'dash' },
  { variant: 'filled', glyph: 'arrow' },
  { variant: 'ringed', glyph: 'dot' },
  { variant: 'ringed', glyph: 'arrow' },
  { variant: 'ringed', glyph: 'block' },
  { variant: 'hollow', glyph: 'arrow' },
  { variant: 'hollow', glyph: 'none' },
  { variant: 'grey', glyph: 'cross' },
];

const EN_ROUTE = 1;
const AT_DESTINATION = 4;

/** A unit that is alarmed shows that until it has acknowledged, and that until it says more by its status. */
export function appearance(state: number, alarmed: boolean, acknowledged: boolean): Appearance {
  const engaged = state >= EN_ROUTE && state <= AT_DESTINATION;
  if (acknowledged && !engaged) return { variant: 'filled', glyph: 'check' };
  if (alarmed && !acknowledged) return { variant: 'filled', glyph: 'alarm' };
  return STATES[state] ?? STATES[0]!;
}

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws shape and fill, without the mark, about (x, y); `radius` is that of a circle of the same weight. */
export function drawBase(pen: Pen, shape: Shape, variant: Variant, stale: boolean, palette: MapPalette, x: number, y: number, radius: number): void {
  const hue = variant === 'grey' ? palette.unavailable : palette.hues[SHAPES.indexOf(shape)]!;
  pen.save();
  pen.translate(x, y);
  pen.lineJoin = 'round';
  // A dark seam keeps neighbours apart where they crowd.
  outline(pen, shape, radius * 1.16);
  pen.fillStyle = palette.halo;
  pen.fill();
  if (variant === 'ringed') {
    outline(pen, shape, radius * 1.1);
    pen.fillStyle = stale ? palette.unavailable : palette.light;
    pen.fill();
  }
  outline(pen, shape, radius * (variant === 'ringed' ? 0.8 : 0.9));
  const hollow = variant === 'hollow' || stale;
  pen.fillStyle = hollow ? palette.ink : hue;
  pen.fill();
  if (hollow || variant === 'grey') {
    outline(pen, shape, radius * 0.84);
    pen.strokeStyle = hue;
    pen.lineWidth = radius * 0.3;
    if (stale) {
      pen.setLineDash([radius * 0.42, radius * 0.36]);
      pen.globalAlpha = 0.9;
    }
    pen.stroke();
  }
  pen.restore();
}

/** The mark upon it; `onInk`: the shape is hollow, so the mark has the shape's own hue. */
export function drawGlyph(pen: Pen, glyph: Glyph, colour: string, x: number, y: number, radius: number): void {
  if (glyph === 'none') return;
  const r = radius;
  pen.save();
  pen.translate(x, y);
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = r * 0.32;
  pen.lineCap = pen.lineJoin = 'round';
  pen.beginPath();
  if (glyph === 'alarm') {
    pen.roundRect(-r * 0.17, -r * 0.66, r * 0.34, r * 0.8, r * 0.14);
    pen.fill();
    circle(pen, 0, r * 0.46, r * 0.2);
  } else if (glyph === 'check') {
    path(pen, [[-r * 0.48, r * 0.02], [-r * 0.14, r * 0.4], [r * 0.5, -r * 0.4]], false);
    pen.stroke();
  } else if (glyph === 'arrow') {
    path(pen, [[0, -r * 0.7], [r * 0.54, r * 0.5], [0, r * 0.24], [-r * 0.54, r * 0.5]], true);
    pen.fill();
  } else if (glyph === 'dot') circle(pen, 0, 0, r * 0.36);
  else if (glyph === 'cross') {
    path(pen, [[-r * 0.42, -r * 0.42], [r * 0.42, r * 0.42]], false);
    pen.stroke();
    path(pen, [[-r * 0.42, r * 0.42], [r * 0.42, -r * 0.42]], false);
    pen.stroke();
  } else if (glyph === 'dash') pen.fillRect(-r * 0.32, -r * 0.1, r * 0.64, r * 0.2);
  else pen.fillRect(-r * 0.28, -r * 0.28, r * 0.56, r * 0.56);
  pen.restore();
}

/** Colour of a mark on its ground. */
export function glyphColour(shape: Shape, variant: Variant, stale: boolean, palette: MapPalette): string {
  if (variant === 'hollow' || stale) return variant === 'grey' ? palette.unavailable : palette.hues[SHAPES.indexOf(shape)]!;
  return variant === 'grey' ? palette.light : palette.ink;
}

/** A ring around a unit, outside its shape. */
export function drawRing(pen: Pen, ring: Ring, palette: MapPalette, x: number, y: number, radius: number): void {
  pen.save();
  pen.translate(x, y);
  const band = (colour: string, at: number, width: number) => {
    pen.beginPath();
    pen.arc(0, 0, at, 0, 2 * Math.PI);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  };
  if (ring === 'emergency') {
    band(palette.halo, radius * 0.86, radius * 0.28);
    band(palette.alarm, radius * 0.86, radius * 0.2);
    band(palette.light, radius * 0.7, radius * 0.06);
  } else if (ring === 'alarm') band(palette.alarm, radius * 0.84, radius * 0.14);
  else {
    band(palette.halo, radius * 0.86, radius * 0.26);
    if (ring === 'own') pen.setLineDash([radius * 0.5, radius * 0.2]);
    band(ring === 'own' ? palette.light : palette.select, radius * 0.86, radius * 0.15);
  }
  pen.restore();
}

/** Paths of the four shapes, of about the same area. */
function outline(pen: Pen, shape: Shape, radius: number): void {
  pen.beginPath();
  if (shape === 'circle') pen.arc(0, 0, radius, 0, 2 * Math.PI);
  else if (shape === 'square') pen.rect(-radius * 0.88, -radius * 0.88, radius * 1.76, radius * 1.76);
  else if (shape === 'pentagon') polygon(pen, 5, radius * 1.12, 0);
  else polygon(pen, 3, radius * 1.3, radius * 0.16);
}

function polygon(pen: Pen, sides: number, radius: number, down: number): void {
  const corners = Array.from({ length: sides }, (_, corner): [number, number] => {
    const turn = (corner / sides) * 2 * Math.PI;
    return [Math.sin(turn) * radius, down - Math.cos(turn) * radius];
  });
  path(pen, corners, true);
}

function path(pen: Pen, points: [number, number][], closed: boolean): void {
  pen.beginPath();
  points.forEach(([x, y], index) => (index === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  if (closed) pen.closePath();
}

function circle(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/** One unit's symbol alone, for legends and lists; `size` in CSS pixels. Pictures are named by what they show. */
export function symbolPicture(shape: Shape, look: Appearance, stale: boolean, palette: MapPalette, size: number, dpr: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.ceil(size * dpr);
  canvas.style.width = canvas.style.height = `${size}px`;
  const pen = canvas.getContext('2d');
  if (!pen) return canvas;
  const middle = canvas.width / 2;
  const radius = middle * 0.7;
  drawBase(pen, shape, look.variant, stale, palette, middle, middle, radius);
  drawGlyph(pen, look.glyph, glyphColour(shape, look.variant, stale, palette), middle, middle, radius);
  return canvas;
}
