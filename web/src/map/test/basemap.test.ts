import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PMTiles, type Source } from 'pmtiles';
import { describe, expect, it } from 'vitest';
import { mercatorX, mercatorY } from '../../../core/src/live/mercator.ts';
import { covers, readTile, type TileLayer } from './mvt.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** A file in memory, read as the hub or a tablet's own disk would give it. */
class BufferSource implements Source {
  private readonly bytes: Buffer;
  constructor(private readonly path: string) {
    this.bytes = readFileSync(resolve(root, path));
  }
  getKey(): string {
    return this.path;
  }
  getBytes(offset: number, length: number) {
    const data = this.bytes.buffer.slice(this.bytes.byteOffset + offset, this.bytes.byteOffset + offset + length) as ArrayBuffer;
    return Promise.resolve({ data });
  }
}

async function tileAt(file: PMTiles, z: number, lat: number, lon: number) {
  const [x, y] = [mercatorX(lon) * 2 ** z, mercatorY(lat) * 2 ** z];
  const answer = await file.getZxy(z, Math.floor(x), Math.floor(y));
  const layers = answer ? readTile(new Uint8Array(answer.data)) : [];
  const layer = (name: string): TileLayer => layers.find((one) => one.name === name) ?? { name, extent: 4096, features: [] };
  return { layer, inTile: (extent: number): [number, number] => [(x % 1) * extent, (y % 1) * extent] };
}

async function isWater(file: PMTiles, z: number, lat: number, lon: number): Promise<boolean> {
  const { layer, inTile } = await tileAt(file, z, lat, lon);
  const water = layer('water');
  const [x, y] = inTile(water.extent);
  return water.features.some((feature) => covers(feature, x, y));
}

describe.each([
  ['the embedded map of Jämtland', 'web/public/map/jamtland.pmtiles', 800_000],
  ['the overview map of Sweden', 'examples/jamtland/karta/base.pmtiles', 6_500_000],
])('%s', (_, path, most) => {
  const source = new BufferSource(path);
  const file = new PMTiles(source);

  it('has the layers and fields of the Protomaps schema, zooms 0 to 10, and its licences', async () => {
    const header = await file.getHeader();
    expect([header.minZoom, header.maxZoom]).toEqual([0, 10]);
    const metadata = (await file.getMetadata()) as { vector_layers: { id: string; fields: Record<string, string> }[]; attribution: string };
    const fields = Object.fromEntries(metadata.vector_layers.map((layer) => [layer.id, Object.keys(layer.fields)]));
    expect(Object.keys(fields).sort()).toEqual(['boundaries', 'earth', 'places', 'roads', 'water']);
    expect(fields['places']).toEqual(expect.arrayContaining(['kind', 'kind_detail', 'min_zoom', 'name', 'population_rank']));
    expect(metadata.attribution).toBe('© OpenStreetMap contributors, Natural Earth, GeoNames, SCB');
  });

  it('is small enough, and says nothing of the machine it was made on', async () => {
    const { data } = await source.getBytes(0, most + 1);
    expect(data.byteLength).toBeLessThanOrEqual(most);
    expect(/\/(home|tmp|work|root|usr)\b/.exec(JSON.stringify(await file.getMetadata()))).toBeNull();
  });

  it('has Östersund by name where it lies', async () => {
    const { layer, inTile } = await tileAt(file, 9, 63.1792, 14.6357);
    const places = layer('places');
    const town = places.features.find((feature) => feature.properties['name'] === 'Östersund');
    const [x, y] = inTile(places.extent);
    expect(town?.properties['kind']).toBe('locality');
    expect(Math.hypot(town!.rings[0]![0]![0] - x, town!.rings[0]![0]![1] - y)).toBeLessThan(places.extent / 40);
  });

  it('has no land in the Norwegian Sea, nor anything else that lies around the world', async () => {
    for (const z of [3, 4, 6]) {
      const { layer, inTile } = await tileAt(file, z, 66, 8);
      const earth = layer('earth');
      const [x, y] = inTile(earth.extent);
      expect(earth.features.filter((feature) => covers(feature, x, y))).toEqual([]);
    }
  });

  it('has Storsjön as water, and Frösön and the town as land', async () => {
    expect(await isWater(file, 10, 63.2, 14.3)).toBe(true);
    expect(await isWater(file, 6, 63.2, 14.3)).toBe(true);
    expect(await isWater(file, 10, 63.19, 14.55)).toBe(false);
    expect(await isWater(file, 10, 63.175, 14.66)).toBe(false);
  });
});
