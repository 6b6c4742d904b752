// As much of a vector tile (MVT 2.1) as the tests ask about: what its layers hold, and whether a polygon covers a point.
import { BinaryReader } from '@bufbuild/protobuf/wire';

export interface TileFeature {
  properties: Record<string, string | number>;
  /** 3: polygon. */
  type: number;
  rings: [number, number][][];
}

export interface TileLayer {
  name: string;
  extent: number;
  features: TileFeature[];
}

export function readTile(bytes: Uint8Array): TileLayer[] {
  const layers: TileLayer[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 3) layers.push(readLayer(reader.bytes()));
    else reader.skip(wire);
  }
  return layers;
}

/** Even-odd rule over all rings; the point in the tile's own units. */
export function covers(feature: TileFeature, x: number, y: number): boolean {
  let inside = false;
  for (const ring of feature.rings) {
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
      const [[ax, ay], [bx, by]] = [ring[at]!, ring[before]!];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

function readLayer(bytes: Uint8Array): TileLayer {
  const layer: TileLayer = { name: '', extent: 4096, features: [] };
  const keys: string[] = [];
  const values: (string | number)[] = [];
  const raw: Uint8Array[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1) layer.name = reader.string();
    else if (field === 2) raw.push(reader.bytes());
    else if (field === 3) keys.push(reader.string());
    else if (field === 4) values.push(readValue(reader.bytes()));
    else if (field === 5) layer.extent = reader.uint32();
    else reader.skip(wire);
  }
  layer.features = raw.map((feature) => readFeature(feature, keys, values));
  return layer;
}

function readValue(bytes: Uint8Array): string | number {
  const reader = new BinaryReader(bytes);
  const [field] = reader.tag();
  if (field === 1) return reader.string();
  if (field === 2) return reader.float();
  if (field === 3) return reader.double();
  return Number(field === 6 ? reader.sint64() : reader.uint64());
}

function readFeature(bytes: Uint8Array, keys: string[], values: (string | number)[]): TileFeature {
  const feature: TileFeature = { properties: {}, type: 0, rings: [] };
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 2) {
      const tags = numbers(reader.bytes());
      for (let at = 0; at + 1 < tags.length; at += 2) feature.properties[keys[tags[at]!]!] = values[tags[at + 1]!]!;
    } else if (field === 3) feature.type = reader.uint32();
    else if (field === 4) feature.rings = rings(numbers(reader.bytes()));
    else reader.skip(wire);
  }
  return feature;
}

function numbers(bytes: Uint8Array): number[] {
  const reader = new BinaryReader(bytes);
  const found: number[] = [];
  while (reader.pos < reader.len) found.push(reader.uint32());
  return found;
}

function rings(commands: number[]): [number, number][][] {
  const found: [number, number][][] = [];
  const unzigzag = (value: number) => (value >>> 1) ^ -(value & 1);
  let [x, y] = [0, 0];
  for (let at = 0; at < commands.length; ) {
    const command = commands[at++]!;
    if ((command & 7) === 7) continue;
    for (let count = command >>> 3; count > 0; count--) {
      x += unzigzag(commands[at++]!);
      y += unzigzag(commands[at++]!);
      if ((command & 7) === 1) found.push([]);
      found.at(-1)!.push([x, y]);
    }
  }
  return found;
}
