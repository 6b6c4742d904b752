import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PMTiles } from 'pmtiles';
import { beforeEach, describe, expect, it } from 'vitest';
import { isCurrent, keepMap, keptMap, type Folder, type FolderFile } from '../offline.ts';
import { fetchBase, readBase, type BaseSource } from '../sources.ts';

/** The browser's own file system, in memory: what is written is there when it is closed, not before. */
class MemoryFolder implements Folder {
  readonly folders = new Map<string, MemoryFolder>();
  readonly files = new Map<string, Blob>();
  async getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Folder> {
    let found = this.folders.get(name);
    if (!found && !options?.create) throw new DOMException('none', 'NotFoundError');
    if (!found) this.folders.set(name, (found = new MemoryFolder()));
    return found;
  }
  async getFileHandle(name: string, options?: { create?: boolean }): Promise<FolderFile> {
    if (!this.files.has(name) && !options?.create) throw new DOMException('none', 'NotFoundError');
    if (!this.files.has(name)) this.files.set(name, new Blob([]));
    return {
      getFile: async () => this.files.get(name)!,
      createWritable: async () => {
        let written: Blob | string = '';
        return { write: async (data) => void (written = data), close: async () => void this.files.set(name, new Blob([written])) };
      },
    };
  }
  async removeEntry(name: string): Promise<void> {
    this.folders.delete(name);
    this.files.delete(name);
  }
  async *keys(): AsyncIterable<string> {
    yield* [...this.folders.keys(), ...this.files.keys()];
  }
}

const map = readFileSync(resolve(import.meta.dirname, '../../../public/map/jamtland.pmtiles'));
const PIECE = 100_000;
const base: BaseSource = { kind: 'pmtiles', url: '/map/base.pmtiles', etag: '"one"', overview: true, attribution: '© OSM' };

/** A hub that serves ranges of a file. */
function hub(bytes: Buffer, etag: string, upset: { failFrom?: number; whole?: boolean } = {}) {
  const asked: string[] = [];
  const fetcher = (async (_: string, init: RequestInit) => {
    const range = new Headers(init.headers).get('range')!;
    asked.push(range);
    const [from, to] = /bytes=(\d+)-(\d+)/.exec(range)!.slice(1).map(Number) as [number, number];
    if (upset.failFrom !== undefined && from >= upset.failFrom) throw new TypeError('network is gone');
    if (upset.whole) return new Response(new Uint8Array(bytes), { status: 200, headers: { etag } });
    const part = bytes.subarray(from, Math.min(to + 1, bytes.length));
    return new Response(new Uint8Array(part), { status: 206, headers: { etag, 'content-range': `bytes ${from}-${from + part.length - 1}/${bytes.length}` } });
  }) as unknown as typeof fetch;
  return { fetcher, asked };
}

let folder: MemoryFolder;
beforeEach(() => void (folder = new MemoryFolder()));

describe('a map that is kept', () => {
  it('is whole, can be read without the hub, and tells what it is', async () => {
    const parts: number[] = [];
    const { fetcher } = hub(map, '"one"');
    await keepMap(base, { folder, fetcher, pieceBytes: PIECE, onprogress: (part) => parts.push(part) });
    expect(parts.at(-1)).toBe(1);
    expect(parts).toHaveLength(Math.ceil(map.length / PIECE));
    const kept = await keptMap(folder);
    expect(kept).toMatchObject({ base, bytes: map.length });
    expect((await new PMTiles(kept!.source).getHeader()).maxZoom).toBe(10);
    expect((await new PMTiles(kept!.source).getZxy(6, 34, 17))!.data.byteLength).toBeGreaterThan(1000);
  });

  it('goes on where a download was broken off', async () => {
    await expect(keepMap(base, { folder, fetcher: hub(map, '"one"', { failFrom: 3 * PIECE }).fetcher, pieceBytes: PIECE })).rejects.toThrow(/gone/);
    expect(await keptMap(folder)).toBeUndefined();
    const { fetcher, asked } = hub(map, '"one"');
    await keepMap(base, { folder, fetcher, pieceBytes: PIECE });
    expect(asked.slice(0, 2)).toEqual(['bytes=0-127', `bytes=${3 * PIECE}-${4 * PIECE - 1}`]);
    expect((await keptMap(folder))!.bytes).toBe(map.length);
  });

  it('stays in use until a newer one is whole, and then goes', async () => {
    await keepMap(base, { folder, fetcher: hub(map, '"one"').fetcher, pieceBytes: PIECE });
    const newer = { ...base, etag: '"two"' };
    await expect(keepMap(newer, { folder, fetcher: hub(map, '"two"', { failFrom: PIECE }).fetcher, pieceBytes: PIECE })).rejects.toThrow();
    expect((await keptMap(folder))!.base).toEqual(base);
    await keepMap(newer, { folder, fetcher: hub(map, '"two"').fetcher, pieceBytes: PIECE });
    const kept = (await keptMap(folder))!;
    expect(isCurrent(kept, newer)).toBe(true);
    expect(isCurrent(kept, base)).toBe(false);
    expect(folder.folders.size).toBe(1);
  });

  it('is refused when it changes on the way, is no map, or comes without parts', async () => {
    let first = true;
    const [one, two] = [hub(map, '"one"').fetcher, hub(map, '"two"').fetcher];
    const changing = ((url: string, init: RequestInit) => { const ask = first ? one : two; first = false; return ask(url, init); }) as unknown as typeof fetch;
    await expect(keepMap(base, { folder, fetcher: changing, pieceBytes: PIECE })).rejects.toThrow(/changed/);
    await expect(keepMap(base, { folder, fetcher: hub(Buffer.alloc(PIECE), '"x"').fetcher, pieceBytes: PIECE })).rejects.toThrow(/no map/);
    await expect(keepMap(base, { folder, fetcher: hub(map, '"one"', { whole: true }).fetcher, pieceBytes: PIECE })).rejects.toThrow(/no part/);
    expect(await keptMap(folder)).toBeUndefined();
  });

  it('is not taken for a map when a piece of it is missing', async () => {
    await keepMap(base, { folder, fetcher: hub(map, '"one"').fetcher, pieceBytes: PIECE });
    [...folder.folders.values()][0]!.files.delete('00002');
    expect(await keptMap(folder)).toBeUndefined();
  });
});

describe('what the hub says of its map', () => {
  it.each([
    [{ kind: 'pmtiles', url: '/map/base.pmtiles', schema: 'protomaps', overview: true, attribution: 'a', etag: 'e' }, { kind: 'pmtiles', overview: true, etag: 'e' }],
    [{ kind: 'pmtiles', url: '/map/base.pmtiles', schema: 'raster', attribution: 'a' }, { kind: 'raster-pmtiles', overview: false }],
    [{ kind: 'raster-pmtiles', url: '/map/base.pmtiles' }, { kind: 'raster-pmtiles', attribution: '' }],
    [{ kind: 'tiles', url: '/map/tiles/{z}/{x}/{y}', schema: 'raster', overview: false, attribution: 'a', min_zoom: 2, max_zoom: 12 }, { kind: 'wmts', tiles: '/map/tiles/{z}/{x}/{y}', minZoom: 2, maxZoom: 12 }],
    [{ kind: 'wmts', tiles: '/map/tiles/{z}/{x}/{y}', max_zoom: 14 }, { kind: 'wmts', tiles: '/map/tiles/{z}/{x}/{y}', maxZoom: 14 }],
  ])('%j', (said, expected) => expect(readBase({ base: said })).toMatchObject(expected));

  it.each([undefined, null, 7, {}, { base: {} }, { base: { kind: 'mystery', url: '/x' } }, { base: { kind: 'pmtiles' } },
    { base: { kind: 'pmtiles', url: 'https://elsewhere.example/x' } }, { base: { kind: 'wmts', tiles: '//elsewhere.example/{z}' } }])(
    'is refused: %j', (said) => expect(readBase(said)).toBeUndefined(),
  );

  it('is nothing when the hub is gone', async () => {
    expect(await fetchBase((() => Promise.reject(new TypeError('gone'))) as unknown as typeof fetch)).toBeUndefined();
    expect(await fetchBase((async () => new Response('', { status: 404 })) as unknown as typeof fetch)).toBeUndefined();
    expect(await fetchBase((async () => new Response('no json')) as unknown as typeof fetch)).toBeUndefined();
  });
});
