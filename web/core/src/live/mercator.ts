// Web Mercator as MapLibre counts it: the world is one unit wide, x grows east from 180 degrees west, y grows south.

export function mercatorX(longitude: number): number {
  return (longitude + 180) / 360;
}

export function mercatorY(latitude: number): number {
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) / (2 * Math.PI);
}

export function longitudeOf(x: number): number {
  return x * 360 - 180;
}

export function latitudeOf(y: number): number {
  return (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;
}

/** Places of units are told as distances from here (63 N, 16 E): a float of 32 bits is then good for a fifth of a metre in Sweden. */
export const ANCHOR = { x: mercatorX(16), y: mercatorY(63) };

const METRES_PER_DEGREE = 111_320;

/** Degrees of longitude that a square of this side spans; as the hub's grid has it, near enough for drawing. */
export function squareWidth(south: number, sideM: number): number {
  const middle = south + sideM / METRES_PER_DEGREE / 2;
  const around = 360 * METRES_PER_DEGREE * Math.cos((middle * Math.PI) / 180);
  return 360 / Math.max(1, Math.round(around / Math.max(1, sideM)));
}

export function squareHeight(sideM: number): number {
  return Math.min(180, sideM / METRES_PER_DEGREE);
}
