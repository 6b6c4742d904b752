// Keeps the deployment's map on this machine (the browser's own file system), so that it is drawn when the hub is gone.
//
// The file lies in pieces of a few megabytes in a folder of its own version. A piece is written whole or not at all, so a download that is
// broken off goes on with the first piece that is missing. `kept.json` names the version in use and is replaced in one step, last of all.
import type { RangeResponse, Source } from 'pmtiles';
import type { BaseSource } from './sources.ts';

/** As much of FileSystemDirectoryHandle as is used. */
export interface Folder {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Folder>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FolderFile>;
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>;
  keys(): AsyncIterable<string>;
}

export interface FolderFile {
  getFile(): Promise<Blob>;
  createWritable(): Promise<{ write(data: Blob | string): Promise<void>; close(): Promise<void> }>;
}

export interface KeptMap {
  base: BaseSource;
  source: Source;
  bytes: number;
}

interface KeptFile {
  base: BaseSource;
  version: string;
  bytes: number;
  pieces: number;
}

export interface KeepOptions {
  folder: Folder;
  fetcher?: typeof fetch;
  onprogress?: (part: number) => void;
  signal?: AbortSignal;
  pieceBytes?: number;
}

const PIECE = 8 * 1024 * 1024;
const NOTE = 'kept.json';

/** Undefined where the browser has no such place, or will not let it be written. */
export async function mapFolder(): Promise<Folder | undefined> {
  try {
    const root = (await navigator.storage.getDirectory()) as unknown as Folder;
    return await root.getDirectoryHandle('map', { create: true });
  } catch {
    return undefined;
  }
}

/** The map this machine has kept, whole; undefined when there is none. */
export async function keptMap(folder: Folder): Promise<KeptMap | undefined> {
  try {
    const note = JSON.parse(await (await (await folder.getFileHandle(NOTE)).getFile()).text()) as KeptFile;
    const pieces = await piecesOf(await folder.getDirectoryHandle(note.version), note.pieces);
    const whole = new Blob(pieces);
    if (whole.size !== note.bytes) return undefined;
    return { base: note.base, bytes: note.bytes, source: blobSource(`kept-${note.version}`, whole) };
  } catch {
    return undefined;
  }
}

/** Whether what is kept is what the hub has now. */
export function isCurrent(kept: KeptMap, base: BaseSource): boolean {
  if (kept.base.kind === 'wmts' || base.kind === 'wmts') return false;
  return kept.base.url === base.url && kept.base.etag !== undefined && kept.base.etag === base.etag;
}

/** Downloads what is missing of the map, and puts it in the place of the one kept before. Throws where it cannot; call again to go on. */
export async function keepMap(base: BaseSource, options: KeepOptions): Promise<KeptMap> {
  if (base.kind === 'wmts') throw new Error('a tile service cannot be kept');
  const { folder, pieceBytes = PIECE } = options;
  const head = await fetchRange(base.url, 0, 127, options);
  const version = `v-${await digest(`${base.url} ${head.etag} ${head.total} ${pieceBytes}`)}`;
  const into = await folder.getDirectoryHandle(version, { create: true });
  const pieces = Math.ceil(head.total / pieceBytes);
  for (let number = 0; number < pieces; number++) {
    options.signal?.throwIfAborted();
    const from = number * pieceBytes;
    const to = Math.min(head.total, from + pieceBytes) - 1;
    if (!(await hasPiece(into, number, to - from + 1))) await fetchPiece(base.url, into, number, from, to, head, options);
    options.onprogress?.((number + 1) / pieces);
  }
  const whole = new Blob(await piecesOf(into, pieces));
  await check(whole, head.total);
  await write(folder, NOTE, JSON.stringify({ base: { ...base, etag: base.etag ?? head.etag }, version, bytes: head.total, pieces } satisfies KeptFile));
  await removeOthers(folder, version);
  const kept = await keptMap(folder);
  if (!kept) throw new Error('the map was written and cannot be read');
  return kept;
}

interface Head {
  total: number;
  etag: string;
}

async function fetchPiece(url: string, into: Folder, number: number, from: number, to: number, head: Head, options: KeepOptions) {
  const piece = await fetchRange(url, from, to, options);
  if (piece.etag !== head.etag || piece.total !== head.total) throw new Error('the map was changed while it was being fetched');
  if (piece.blob.size !== to - from + 1) throw new Error('a piece of the map came short');
  await write(into, pieceName(number), piece.blob);
}

async function fetchRange(url: string, from: number, to: number, { fetcher = fetch, signal }: KeepOptions) {
  const answer = await fetcher(url, { headers: { range: `bytes=${from}-${to}` }, cache: 'no-store', signal });
  const total = Number(/\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1]);
  // A whole file in answer to a range would be read into memory at once.
  if (answer.status !== 206 || !Number.isSafeInteger(total)) throw new Error(`the hub gave no part of the map (${answer.status})`);
  return { blob: await answer.blob(), total, etag: answer.headers.get('etag') ?? '' };
}

async function hasPiece(folder: Folder, number: number, bytes: number): Promise<boolean> {
  try {
    return (await (await folder.getFileHandle(pieceName(number))).getFile()).size === bytes;
  } catch {
    return false;
  }
}

async function piecesOf(folder: Folder, count: number): Promise<Blob[]> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return Promise.all(numbers.map(async (number) => (await folder.getFileHandle(pieceName(number))).getFile()));
}

async function check(whole: Blob, bytes: number): Promise<void> {
  const magic = new TextDecoder().decode(await whole.slice(0, 7).arrayBuffer());
  if (whole.size !== bytes || magic !== 'PMTiles') throw new Error('what was fetched is no map');
}

async function write(folder: Folder, name: string, data: Blob | string): Promise<void> {
  // What is written takes the file's place when it is closed, not before.
  const out = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await out.write(data);
  await out.close();
}

async function removeOthers(folder: Folder, version: string): Promise<void> {
  const old: string[] = [];
  for await (const name of folder.keys()) if (name.startsWith('v-') && name !== version) old.push(name);
  for (const name of old) await folder.removeEntry(name, { recursive: true }).catch(() => undefined);
}

function pieceName(number: number): string {
  return String(number).padStart(5, '0');
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function blobSource(key: string, blob: Blob): Source {
  return {
    getKey: () => key,
    getBytes: async (offset: number, length: number): Promise<RangeResponse> => ({ data: await blob.slice(offset, offset + length).arrayBuffer() }),
  };
}
