// All unit symbols on one picture, for the graphics card: rows of cells, addressed by number.
import { drawBase, drawGlyph, drawRing, GLYPHS, glyphColour, RINGS, SHAPES, VARIANTS, type Glyph, type Ring } from './symbols.ts';
import type { MapPalette } from './theme.ts';

export const ATLAS_COLUMNS = 8;
/** Of a cell's half, how much the symbol's radius is; the rest is room for outline and neighbours' edges. */
export const RADIUS_PART = 0.62;

const BASES = SHAPES.length * VARIANTS.length * 2;
/** Marks are there in the colours they can have: ink, light, unavailable, and the four hues. */
const GLYPH_COLOURS = 3 + SHAPES.length;
const GLYPH_START = BASES;
const RING_START = GLYPH_START + GLYPHS.length * GLYPH_COLOURS;
const CELLS = RING_START + RINGS.length;
export const ATLAS_ROWS = Math.ceil(CELLS / ATLAS_COLUMNS);

export function baseCell(shape: number, variant: number, stale: boolean): number {
  return (shape * VARIANTS.length + variant) * 2 + (stale ? 1 : 0);
}

export function glyphCell(glyph: Glyph, shape: number, variant: number, stale: boolean): number {
  const hollow = variant === 0 || stale;
  const grey = VARIANTS[variant] === 'grey';
  const colour = hollow ? (grey ? 2 : 3 + shape) : grey ? 1 : 0;
  return GLYPH_START + GLYPHS.indexOf(glyph) * GLYPH_COLOURS + colour;
}

export function ringCell(ring: Ring): number {
  return RING_START + RINGS.indexOf(ring);
}

/** `cell`: side of a cell in the picture's own pixels. */
export function drawAtlas(palette: MapPalette, cell: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = ATLAS_COLUMNS * cell;
  canvas.height = ATLAS_ROWS * cell;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas to draw symbols on');
  const middle = (number: number): [number, number] => [
    ((number % ATLAS_COLUMNS) + 0.5) * cell,
    (Math.floor(number / ATLAS_COLUMNS) + 0.5) * cell,
  ];
  const radius = (cell / 2) * RADIUS_PART;
  SHAPES.forEach((shape, shapeNumber) =>
    VARIANTS.forEach((variant, variantNumber) => {
      for (const stale of [false, true]) {
        drawBase(pen, shape, variant, stale, palette, ...middle(baseCell(shapeNumber, variantNumber, stale)), radius);
        const colour = glyphColour(shape, variant, stale, palette);
        for (const glyph of GLYPHS) {
          const at = middle(glyphCell(glyph, shapeNumber, variantNumber, stale));
          pen.clearRect(at[0] - cell / 2, at[1] - cell / 2, cell, cell);
          drawGlyph(pen, glyph, colour, ...at, radius);
        }
      }
    }),
  );
  for (const ring of RINGS) drawRing(pen, ring, palette, ...middle(ringCell(ring)), (cell / 2) * 0.92);
  return canvas;
}
