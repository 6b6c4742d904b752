// Ten thousand moving units in one layer of the map: the card moves them, the page only hands over places when they change.
import { FLAG_EMERGENCY, FLAG_POINT, FLAG_STALE, LOOK_COURSE, LOOK_FLAGS, LOOK_MARK, LOOK_ORGANISATION, LOOK_SIZE, LOOK_STATE } from '@samband/core/live/snapshot';
import { MARK_ACKNOWLEDGED, MARK_ALARMED, MARK_ON_INCIDENT } from '@samband/core/live/table';
import { ANCHOR } from '@samband/core/live/mercator';
import type { UnitMirror } from '@samband/core/live/mirror';
import type { CustomLayerInterface, CustomRenderMethodInput, Map as GlMap } from 'maplibre-gl';
import { baseCell, drawAtlas, glyphCell, RADIUS_PART, ringCell } from './atlas.ts';
import { appearance, SHAPES, VARIANTS, type Ring, type Shape } from './symbols.ts';
import { palettes } from './theme.ts';
import type { Theme } from './types.ts';
import {
  BIT_ALARMED, BIT_CALM, BIT_DIMMED, BIT_EMERGENCY, BIT_SHOWN, BIT_URGENT, buildProgram, NO_MARK, PASS_ALARM_RING, PASS_CALM, PASS_EMERGENCY_RING,
  PASS_ENGAGED, PASS_OWN, PASS_SELECTED, PASS_URGENT, type UnitProgram,
} from './unitProgram.ts';

export interface UnitLayerOptions {
  units: UnitMirror;
  theme: Theme;
  scale: number;
  shapes: ReadonlyMap<string, Shape>;
  /** Units of other organisations than this are dimmed; absent: none. */
  only: string | undefined;
}

/** Two bytes of cells for each of: state (8), alarmed and acknowledged (4), stale (2), shape (4). */
const LOOKS = 8 * 4 * 2 * 4;
/** Radius of a symbol, CSS pixels, by zoom: small where the whole country is seen. */
const RADII: readonly [zoom: number, radius: number][] = [[4, 4.6], [6, 6.2], [9, 9.5], [12, 12]];
const URGENT_RADIUS = 1.3;
const RING_PART = 2.2;
/** A move of less than this is not worth a picture, CSS pixels. */
const SEEN_PX = 0.5;

interface Parts {
  program: UnitProgram;
  array: WebGLVertexArrayObject;
  corners: WebGLBuffer;
  places: WebGLBuffer;
  icons: WebGLBuffer;
  atlas: WebGLTexture;
}

export class UnitLayer implements CustomLayerInterface {
  readonly id = 'units';
  readonly type = 'custom' as const;
  readonly renderingMode = '2d' as const;

  selectedUnit: string | undefined;
  ownUnit: string | undefined;
  /** The own unit is drawn elsewhere, from its own receiver. */
  hideOwn = false;

  private map: GlMap | undefined;
  private gl: WebGL2RenderingContext | undefined;
  private parts: Parts | undefined;
  private readonly cells = new Uint8Array(LOOKS * 2);
  /** By look: hollow or grey, so on no assignment. */
  private readonly calm = new Uint8Array(LOOKS);
  private icons = new Uint8Array(0);
  private changed = true;
  private atlasFor = '';
  private farthest = 0;
  private urgent = false;
  private rings = { emergency: false, alarm: false };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stop: (() => void) | undefined;

  constructor(private options: UnitLayerOptions) {
    this.fillCells();
  }

  set(options: Partial<UnitLayerOptions>): void {
    const units = this.options.units;
    this.options = { ...this.options, ...options };
    if (this.options.units !== units) this.listen();
    this.refresh();
  }

  /** After a change of what is selected, own or dimmed. */
  refresh(): void {
    this.changed = true;
    this.map?.triggerRepaint();
  }

  onAdd(map: GlMap, gl: WebGL2RenderingContext): void {
    this.map = map;
    this.gl = gl;
    this.parts = {
      program: buildProgram(gl),
      array: gl.createVertexArray(),
      corners: gl.createBuffer(),
      places: gl.createBuffer(),
      icons: gl.createBuffer(),
      atlas: gl.createTexture(),
    };
    this.bind(gl, this.parts);
    this.atlasFor = '';
    this.changed = true;
    this.listen();
  }

  onRemove(): void {
    this.stop?.();
    this.stop = undefined;
    clearTimeout(this.timer);
    const { gl, parts } = this;
    if (gl && parts && !gl.isContextLost()) {
      gl.deleteProgram(parts.program.program);
      gl.deleteVertexArray(parts.array);
      gl.deleteBuffer(parts.corners);
      gl.deleteBuffer(parts.places);
      gl.deleteBuffer(parts.icons);
      gl.deleteTexture(parts.atlas);
    }
    this.parts = this.gl = this.map = undefined;
  }

  /** Half a second on, half a second off, for those who have not acknowledged (WCAG 2.3.1: once a second at most). */
  blinkOn = true;

  render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const { parts, map } = this;
    const { units } = this.options;
    if (!parts || !map || units.count === 0) return;
    this.upload(gl);
    const way = units.progress();
    const { program, uniform } = parts.program;
    gl.useProgram(program);
    gl.bindVertexArray(parts.array);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, parts.atlas);
    gl.uniform1i(uniform.u_atlas, 0);
    gl.uniformMatrix4fv(uniform.u_matrix, false, anchored(input.defaultProjectionData.mainMatrix));
    gl.uniform1f(uniform.u_way, way);
    gl.uniform1f(uniform.u_turn, (map.getBearing() * Math.PI) / 180);
    this.draw(gl, map);
    gl.bindVertexArray(null);
    if (way < 1) this.again(map, way);
  }

  private draw(gl: WebGL2RenderingContext, map: GlMap): void {
    const { units } = this.options;
    const radius = this.radius(map.getZoom());
    const pass = (number: number, size: number, ring?: Ring, row = -1) => {
      const { uniform } = this.parts!.program;
      const half = size * 2 * devicePixelRatio;
      gl.uniform2f(uniform.u_half, half / gl.drawingBufferWidth, half / gl.drawingBufferHeight);
      gl.uniform1i(uniform.u_pass, number);
      gl.uniform1i(uniform.u_row, row);
      gl.uniform1f(uniform.u_ring, ring ? ringCell(ring) : 0);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, units.count);
    };
    const symbol = radius / RADIUS_PART;
    if (this.rings.alarm && this.blinkOn) pass(PASS_ALARM_RING, radius * RING_PART, 'alarm');
    pass(PASS_CALM, symbol * calmPart(map.getZoom()));
    pass(PASS_ENGAGED, symbol);
    if (this.urgent) pass(PASS_URGENT, symbol * URGENT_RADIUS);
    if (this.rings.emergency) pass(PASS_EMERGENCY_RING, radius * RING_PART * 1.5, 'emergency');
    const rowOf = (id: string | undefined) => (id === undefined ? undefined : units.rowOfUnit(id));
    const own = rowOf(this.ownUnit);
    if (own !== undefined && !this.hideOwn) pass(PASS_OWN, radius * RING_PART, 'own', own);
    const selected = rowOf(this.selectedUnit);
    if (selected !== undefined) pass(PASS_SELECTED, radius * RING_PART * 1.1, 'selection', selected);
  }

  /** CSS pixels. */
  radius(zoom: number): number {
    const after = RADII.findIndex(([at]) => at > zoom);
    const [first, last] = [RADII[0]!, RADII.at(-1)!];
    if (after === 0) return first[1] * this.options.scale;
    if (after < 0) return last[1] * this.options.scale;
    const [[z0, r0], [z1, r1]] = [RADII[after - 1]!, RADII[after]!];
    return (r0 + ((zoom - z0) / (z1 - z0)) * (r1 - r0)) * this.options.scale;
  }

  private bind(gl: WebGL2RenderingContext, parts: Parts): void {
    const { corner, place, icon } = parts.program;
    gl.bindVertexArray(parts.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, parts.corners);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, parts.places);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, 4, gl.FLOAT, false, 0, 0);
    gl.vertexAttribDivisor(place, 1);
    gl.bindBuffer(gl.ARRAY_BUFFER, parts.icons);
    gl.enableVertexAttribArray(icon);
    gl.vertexAttribPointer(icon, 4, gl.UNSIGNED_BYTE, false, 0, 0);
    gl.vertexAttribDivisor(icon, 1);
    gl.bindVertexArray(null);
  }

  private listen(): void {
    this.stop?.();
    this.stop = this.options.units.subscribe(() => {
      this.farthest = farthestMove(this.options.units);
      this.refresh();
    });
  }

  private upload(gl: WebGL2RenderingContext): void {
    const { parts } = this;
    const { theme, scale, units } = this.options;
    const atlasFor = `${theme} ${scale} ${devicePixelRatio}`;
    if (this.atlasFor !== atlasFor) {
      this.atlasFor = atlasFor;
      this.uploadAtlas(gl, parts!.atlas);
    }
    if (!this.changed) return;
    this.changed = false;
    this.fillIcons();
    gl.bindBuffer(gl.ARRAY_BUFFER, parts!.places);
    gl.bufferData(gl.ARRAY_BUFFER, units.snapshot.places, gl.DYNAMIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, parts!.icons);
    gl.bufferData(gl.ARRAY_BUFFER, this.icons, gl.DYNAMIC_DRAW);
  }

  private uploadAtlas(gl: WebGL2RenderingContext, atlas: WebGLTexture): void {
    const largest = RADII.at(-1)![1] * URGENT_RADIUS * this.options.scale * devicePixelRatio;
    const side = Math.min(256, Math.max(32, Math.ceil((largest / RADIUS_PART) * 2)));
    gl.bindTexture(gl.TEXTURE_2D, atlas);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, drawAtlas(palettes[this.options.theme], side));
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  }

  private fillCells(): void {
    SHAPES.forEach((_, shape) => {
      for (let look = 0; look < LOOKS / 4; look++) {
        const [state, alarmed, acknowledged, stale] = [look & 7, (look & 8) !== 0, (look & 16) !== 0, (look & 32) !== 0];
        const { variant, glyph } = appearance(state, alarmed, acknowledged);
        const number = VARIANTS.indexOf(variant);
        const at = (shape * (LOOKS / 4) + look) * 2;
        this.calm[at / 2] = variant === 'hollow' || variant === 'grey' ? 1 : 0;
        this.cells[at] = baseCell(shape, number, stale);
        this.cells[at + 1] = glyph === 'none' ? NO_MARK : glyphCell(glyph, shape, number, stale);
      }
    });
  }

  /** Four bytes a unit out of the snapshot's eight: cell of the shape, cell of the mark, turn of the mark, bits. */
  private fillIcons(): void {
    const { units, shapes } = this.options;
    const { count, look, organisations } = units.snapshot;
    const shapeOf = organisations.map((id) => SHAPES.indexOf(shapes.get(id) ?? 'triangle'));
    const hidden = this.hideOwn && this.ownUnit !== undefined ? units.rowOfUnit(this.ownUnit) : undefined;
    if (this.icons.length < count * 4) this.icons = new Uint8Array(Math.ceil(count * 1.5) * 4);
    this.rings = { emergency: false, alarm: false };
    this.urgent = false;
    for (let row = 0; row < count; row++) {
      const at = row * LOOK_SIZE;
      const flags = look[at + LOOK_FLAGS]!;
      const mark = look[at + LOOK_MARK]!;
      const shape = shapeOf[look[at + LOOK_ORGANISATION]! | (look[at + LOOK_ORGANISATION + 1]! << 8)] ?? 3;
      const key = look[at + LOOK_STATE]! | (mark & MARK_ALARMED ? 8 : 0) | (mark & MARK_ACKNOWLEDGED ? 16 : 0) | (flags & FLAG_STALE ? 32 : 0);
      const cell = (shape * (LOOKS / 4) + key) * 2;
      const glyph = this.cells[cell + 1]!;
      this.icons[row * 4] = this.cells[cell]!;
      this.icons[row * 4 + 1] = glyph;
      this.icons[row * 4 + 2] = isArrow(glyph) ? look[at + LOOK_COURSE]! : 0;
      this.icons[row * 4 + 3] = row === hidden ? 0 : this.bits(flags, mark, row) | (this.calm[shape * (LOOKS / 4) + key] ? BIT_CALM : 0);
    }
  }

  private bits(flags: number, mark: number, row: number): number {
    if (!(flags & FLAG_POINT)) return 0;
    const emergency = (flags & FLAG_EMERGENCY) !== 0;
    const waiting = (mark & MARK_ALARMED) !== 0 && !(mark & MARK_ACKNOWLEDGED);
    const urgent = emergency || (mark & (MARK_ALARMED | MARK_ON_INCIDENT)) !== 0;
    if (emergency) this.rings.emergency = true;
    if (waiting) this.rings.alarm = true;
    if (urgent) this.urgent = true;
    const { only, units } = this.options;
    const dimmed = only !== undefined && units.organisationOf(row) !== only;
    return BIT_SHOWN | (urgent ? BIT_URGENT : 0) | (emergency ? BIT_EMERGENCY : 0) | (waiting ? BIT_ALARMED : 0) | (dimmed && !emergency ? BIT_DIMMED : 0);
  }

  get hasWaiting(): boolean {
    return this.rings.alarm;
  }

  /** The next picture is due when the fastest unit has moved so far that it shows: seldom for a country, each frame for a street. */
  private again(map: GlMap, way: number): void {
    const pixels = this.farthest * 512 * 2 ** map.getZoom();
    const left = (1 - way) * this.options.units.snapshot.durationMs;
    const wait = pixels > 0 ? (SEEN_PX / pixels) * this.options.units.snapshot.durationMs : left;
    if (wait < 25) return map.triggerRepaint();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => map.triggerRepaint(), Math.min(wait, left) + 1);
  }
}

/** Seen from afar, those on an assignment must not drown among those at their stations. */
function calmPart(zoom: number): number {
  return Math.max(0.68, Math.min(1, 0.68 + (zoom - 5) * 0.12));
}

const ARROWS = new Set(
  SHAPES.flatMap((_, shape) => VARIANTS.flatMap((_, variant) => [false, true].map((stale) => glyphCell('arrow', shape, variant, stale)))),
);

function isArrow(cell: number): boolean {
  return ARROWS.has(cell);
}

/** MapLibre's matrix with the anchor moved to the origin, in doubles: floats of 32 bits would be off by metres at world scale. */
function anchored(matrix: ArrayLike<number>): Float32Array {
  const moved = new Float32Array(16);
  for (let at = 0; at < 12; at++) moved[at] = matrix[at]!;
  for (let row = 0; row < 4; row++) moved[12 + row] = matrix[row]! * ANCHOR.x + matrix[4 + row]! * ANCHOR.y + matrix[12 + row]!;
  return moved;
}

function farthestMove(units: UnitMirror): number {
  const { places, count } = units.snapshot;
  let farthest = 0;
  for (let at = 0; at < count * 4; at += 4) {
    farthest = Math.max(farthest, Math.abs(places[at + 2]! - places[at]!), Math.abs(places[at + 3]! - places[at + 1]!));
  }
  return farthest;
}
