// The graphics card's part of the unit layer: one square for each unit, moved between two places by a single number.
import { ATLAS_COLUMNS, ATLAS_ROWS } from './atlas.ts';

/** What is drawn in a pass. */
export const PASS_CALM = 0;
export const PASS_ENGAGED = 6;
export const PASS_URGENT = 1;
/** Rings are drawn around those whose flags have this bit; see unitLayer.ts. */
export const PASS_EMERGENCY_RING = 2;
export const PASS_ALARM_RING = 3;
export const PASS_SELECTED = 4;
export const PASS_OWN = 5;

/** In place of a mark's cell: there is none, and nothing is looked up. */
export const NO_MARK = 255;

/** Bits of the last byte of an instance. */
export const BIT_SHOWN = 1;
export const BIT_URGENT = 2;
export const BIT_EMERGENCY = 4;
export const BIT_ALARMED = 8;
export const BIT_DIMMED = 16;
/** On no assignment: drawn first, and small where the whole country is seen. */
export const BIT_CALM = 32;

const VERTEX = `#version 300 es
precision highp float;
precision highp int;
in vec2 a_corner;
in vec4 a_place;
in vec4 a_icon;
uniform mat4 u_matrix;
uniform vec2 u_half;
uniform float u_way;
uniform float u_turn;
uniform int u_pass;
uniform int u_row;
uniform float u_ring;
out vec2 v_at;
out vec2 v_marked;
flat out float v_base;
flat out float v_mark;
flat out float v_alpha;

bool wanted(int bits) {
  if ((bits & ${BIT_SHOWN}) == 0) return false;
  bool urgent = (bits & ${BIT_URGENT}) != 0;
  bool calm = (bits & ${BIT_CALM}) != 0;
  if (u_pass == ${PASS_CALM}) return calm && !urgent;
  if (u_pass == ${PASS_ENGAGED}) return !calm && !urgent;
  if (u_pass == ${PASS_URGENT}) return urgent;
  if (u_pass == ${PASS_EMERGENCY_RING}) return (bits & ${BIT_EMERGENCY}) != 0;
  if (u_pass == ${PASS_ALARM_RING}) return (bits & ${BIT_ALARMED}) != 0;
  return gl_InstanceID == u_row;
}

void main() {
  int bits = int(a_icon.w);
  if (!wanted(bits)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  gl_Position = u_matrix * vec4(mix(a_place.xy, a_place.zw, u_way), 0.0, 1.0);
  gl_Position.xy += a_corner * u_half * gl_Position.w;
  bool ring = u_pass >= ${PASS_EMERGENCY_RING} && u_pass <= ${PASS_OWN};
  v_base = ring ? u_ring : a_icon.x;
  v_mark = ring ? ${NO_MARK}.0 : a_icon.y;
  v_alpha = (bits & ${BIT_DIMMED}) != 0 ? 0.35 : 1.0;
  v_at = vec2(a_corner.x, -a_corner.y);
  float turn = a_icon.z * 0.02454369260617026 - u_turn;
  float c = cos(turn), s = sin(turn);
  v_marked = vec2(c * v_at.x + s * v_at.y, c * v_at.y - s * v_at.x);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_at;
in vec2 v_marked;
flat in float v_base;
flat in float v_mark;
flat in float v_alpha;
uniform sampler2D u_atlas;
out vec4 colour;

vec4 cell(float number, vec2 at) {
  vec2 corner = vec2(mod(number, ${ATLAS_COLUMNS}.0), floor(number / ${ATLAS_COLUMNS}.0));
  return texture(u_atlas, (corner + clamp(at * 0.5 + 0.5, 0.01, 0.99)) / vec2(${ATLAS_COLUMNS}.0, ${ATLAS_ROWS}.0));
}

void main() {
  vec4 under = cell(v_base, v_at);
  if (v_mark < ${NO_MARK}.0) {
    vec4 over = cell(v_mark, v_marked);
    under = over + under * (1.0 - over.a);
  }
  colour = under * v_alpha;
}`;

export interface UnitProgram {
  program: WebGLProgram;
  corner: number;
  place: number;
  icon: number;
  uniform: Record<'u_matrix' | 'u_half' | 'u_way' | 'u_turn' | 'u_pass' | 'u_row' | 'u_ring' | 'u_atlas', WebGLUniformLocation | null>;
}

export function buildProgram(gl: WebGL2RenderingContext): UnitProgram {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type);
    // Both are null on a context that is lost: it will be built anew when the context is back.
    if (!shader) break;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the unit layer's program does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  const at = (name: string) => gl.getUniformLocation(program, name);
  return {
    program,
    corner: gl.getAttribLocation(program, 'a_corner'),
    place: gl.getAttribLocation(program, 'a_place'),
    icon: gl.getAttribLocation(program, 'a_icon'),
    uniform: {
      u_matrix: at('u_matrix'), u_half: at('u_half'), u_way: at('u_way'), u_turn: at('u_turn'), u_pass: at('u_pass'), u_row: at('u_row'),
      u_ring: at('u_ring'), u_atlas: at('u_atlas'),
    },
  };
}
