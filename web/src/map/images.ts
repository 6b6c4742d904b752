// Pictures of the map's own symbol layers: incidents, hazards, break points, squares. Drawn when the style first asks for them.
import { drawBase, drawGlyph, drawRing, SHAPES, type Shape } from './symbols.ts';
import type { MapPalette } from './theme.ts';

export interface DrawnImage {
  data: ImageData;
  pixelRatio: number;
}

/** Names say what is drawn, so that any of them can be made when it is missing. Undefined: not one of ours. */
export function drawImage(name: string, palette: MapPalette, scale: number, dpr: number): DrawnImage | undefined {
  const [what, ...rest] = name.split('|');
  const size = { incident: 40, incidentRing: 56, hatch: 16, area: 30, hazard: 34, breakPoint: 34, own: 44, ownCourse: 44 }[what ?? ''];
  if (!size) return undefined;
  const side = Math.ceil(size * scale * dpr);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  if (what === 'incident') drawIncident(pen, side, palette, Number(rest[0]), rest[1] ?? '', rest[2] === 'exercise', rest[3] === 'square');
  else if (what === 'incidentRing') drawRing(pen, 'alarm', palette, side / 2, side / 2, side / 2);
  else if (what === 'hatch') drawHatch(pen, side, hueOf(rest[0], palette), rest[1] === 'stale');
  else if (what === 'area') drawArea(pen, side, rest[0] as Shape, rest[1] === 'stale', palette);
  else if (what === 'hazard') drawHazard(pen, side, palette);
  else if (what === 'breakPoint') drawBreakPoint(pen, side, palette);
  else if (what === 'own') drawOwn(pen, side, (rest[0] as Shape | undefined) ?? 'square', palette);
  else drawGlyph(pen, 'arrow', palette.ink, side / 2, side / 2, side * 0.24);
  return { data: pen.getImageData(0, 0, side, side), pixelRatio: dpr };
}

export const imageName = {
  incident: (severity: number, number: string, exercise: boolean, square: boolean): string =>
    `incident|${severity}|${number}|${exercise ? 'exercise' : ''}|${square ? 'square' : ''}`,
  incidentRing: 'incidentRing',
  hatch: (shape: Shape, stale: boolean): string => `hatch|${shape}|${stale ? 'stale' : ''}`,
  area: (shape: Shape, stale: boolean): string => `area|${shape}|${stale ? 'stale' : ''}`,
  hazard: 'hazard',
  breakPoint: 'breakPoint',
  own: (shape: Shape): string => `own|${shape}`,
  ownCourse: 'ownCourse',
};

type Pen = CanvasRenderingContext2D;

function hueOf(shape: string | undefined, palette: MapPalette): string {
  return palette.hues[Math.max(0, SHAPES.indexOf(shape as Shape))]!;
}

/** A square on its corner; hollow in pieces where only the square of the map is known. */
function drawIncident(pen: Pen, side: number, palette: MapPalette, severity: number, number: string, exercise: boolean, square: boolean): void {
  const middle = side / 2;
  const reach = side * 0.36;
  const colour = palette.severity[severity - 1] ?? palette.severity[2];
  pen.save();
  pen.translate(middle, middle);
  pen.rotate(Math.PI / 4);
  pen.fillStyle = palette.halo;
  pen.fillRect(-reach * 0.92, -reach * 0.92, reach * 1.84, reach * 1.84);
  pen.fillStyle = square ? palette.ink : colour;
  pen.fillRect(-reach * 0.8, -reach * 0.8, reach * 1.6, reach * 1.6);
  pen.strokeStyle = exercise ? palette.exercise : square ? colour : palette.light;
  pen.lineWidth = side * (exercise ? 0.08 : 0.05);
  if (square || exercise) pen.setLineDash([side * 0.11, side * 0.06]);
  pen.strokeRect(-reach * 0.8, -reach * 0.8, reach * 1.6, reach * 1.6);
  pen.restore();
  pen.fillStyle = square ? palette.light : (palette.severityText[severity - 1] ?? palette.severityText[2]);
  pen.font = `700 ${side * (number.length > 2 ? 0.26 : 0.36)}px "Noto Sans Medium", "Noto Sans", sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(number, middle, middle + side * 0.02);
}

function drawHatch(pen: Pen, side: number, hue: string, stale: boolean): void {
  pen.strokeStyle = hue;
  pen.globalAlpha = stale ? 0.35 : 0.65;
  pen.lineWidth = side * (stale ? 0.06 : 0.11);
  for (let at = -side; at <= side; at += side / 2) {
    pen.beginPath();
    pen.moveTo(at, side);
    pen.lineTo(at + side, 0);
    pen.stroke();
  }
}

/** A hatched square with the organisation's shape in it: somewhere here, not at this point. */
function drawArea(pen: Pen, side: number, shape: Shape, stale: boolean, palette: MapPalette): void {
  const hue = hueOf(shape, palette);
  const edge = side * 0.08;
  pen.save();
  pen.beginPath();
  pen.rect(edge, edge, side - 2 * edge, side - 2 * edge);
  pen.fillStyle = palette.ink;
  pen.globalAlpha = 0.8;
  pen.fill();
  pen.globalAlpha = 1;
  pen.clip();
  pen.strokeStyle = hue;
  pen.globalAlpha = stale ? 0.45 : 0.9;
  pen.lineWidth = side * 0.05;
  for (let at = -side; at <= side; at += side / 5) {
    pen.beginPath();
    pen.moveTo(at, side);
    pen.lineTo(at + side, 0);
    pen.stroke();
  }
  pen.restore();
  pen.strokeStyle = hue;
  pen.lineWidth = side * 0.07;
  if (stale) pen.setLineDash([side * 0.12, side * 0.1]);
  pen.strokeRect(edge, edge, side - 2 * edge, side - 2 * edge);
  pen.setLineDash([]);
  pen.beginPath();
  pen.arc(side / 2, side / 2, side * 0.3, 0, 2 * Math.PI);
  pen.fillStyle = palette.ink;
  pen.fill();
  drawBase(pen, shape, 'hollow', stale, palette, side / 2, side / 2, side * 0.2);
}

function drawHazard(pen: Pen, side: number, palette: MapPalette): void {
  const middle = side / 2;
  pen.lineJoin = 'round';
  pen.beginPath();
  pen.moveTo(middle, side * 0.1);
  pen.lineTo(side * 0.92, side * 0.84);
  pen.lineTo(side * 0.08, side * 0.84);
  pen.closePath();
  pen.lineWidth = side * 0.14;
  pen.strokeStyle = palette.halo;
  pen.stroke();
  pen.fillStyle = palette.ink;
  pen.fill();
  pen.lineWidth = side * 0.08;
  pen.strokeStyle = palette.hazard;
  pen.stroke();
  drawGlyph(pen, 'alarm', palette.hazard, middle, side * 0.57, side * 0.36);
}

/** A post with two bars: stop here. */
function drawBreakPoint(pen: Pen, side: number, palette: MapPalette): void {
  const bars = (colour: string, grow: number) => {
    pen.fillStyle = colour;
    pen.fillRect(side * 0.45 - grow, side * 0.14 - grow, side * 0.1 + 2 * grow, side * 0.74 + 2 * grow);
    pen.fillRect(side * 0.16 - grow, side * 0.16 - grow, side * 0.68 + 2 * grow, side * 0.13 + 2 * grow);
    pen.fillRect(side * 0.16 - grow, side * 0.38 - grow, side * 0.68 + 2 * grow, side * 0.13 + 2 * grow);
  };
  bars(palette.halo, side * 0.05);
  bars(palette.breakPoint, 0);
}

/** The shape stands upright whatever the course: a square on its corner is an incident. The arrow upon it turns. */
function drawOwn(pen: Pen, side: number, shape: Shape, palette: MapPalette): void {
  const middle = side / 2;
  drawRing(pen, 'own', palette, middle, middle, middle * 0.98);
  drawBase(pen, shape, 'filled', false, palette, middle, middle, side * 0.24);
}
