// Opens the map that is to be drawn, best first, and says how its tiles are fetched.
import { addProtocol, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { FetchSource, PMTiles, Protocol, type Header } from 'pmtiles';
import { isCurrent, keepMap, keptMap, mapFolder } from './offline.ts';
import { EMBEDDED, fetchBase, type BaseSource } from './sources.ts';

export interface OpenBase {
  raster: boolean;
  tiles: string;
  minZoom: number;
  maxZoom: number;
  bounds: [west: number, south: number, east: number, north: number] | undefined;
  attribution: string;
  overview: boolean;
  /** Where it comes from. */
  from: 'hub' | 'kept' | 'embedded';
  source: BaseSource;
}

let protocol: Protocol | undefined;

/** MapLibre's thread is a file of its own beside the page (it would else be made of a blob, which the page's policy forbids). */
function prepare(): Protocol {
  if (protocol) return protocol;
  setWorkerUrl(workerUrl);
  const pages = new Protocol();
  protocol = pages;
  addProtocol('pmtiles', async (request, abort) => {
    // Only tiles are asked for in this way, and those are bytes.
    const { data } = await pages.tilev4(request, abort);
    return { data: data as Uint8Array };
  });
  return pages;
}

export async function openBase(): Promise<OpenBase> {
  const pages = prepare();
  const [asked, folder] = await Promise.all([fetchBase(), mapFolder()]);
  const kept = folder && (await keptMap(folder));
  const tries: (() => Promise<OpenBase>)[] = [];
  const fromKept = kept && (() => opened(pages, kept.base, new PMTiles(kept.source), 'kept'));
  if (fromKept && asked && isCurrent(kept, asked)) tries.push(fromKept);
  if (asked?.kind === 'wmts') tries.push(() => Promise.resolve(service(asked)));
  else if (asked) tries.push(() => opened(pages, asked, new PMTiles(new FetchSource(asked.url)), 'hub'));
  if (fromKept) tries.push(fromKept);
  tries.push(() => opened(pages, EMBEDDED, new PMTiles(new FetchSource(EMBEDDED.kind === 'wmts' ? '' : EMBEDDED.url)), 'embedded'));
  let last: unknown;
  for (const attempt of tries) {
    try {
      return await attempt();
    } catch (fault) {
      last = fault;
      console.warn('samband: a map cannot be opened, the next is tried', fault);
    }
  }
  throw last;
}

/** Keeps what is drawn for when the hub is gone. Undefined: nothing to keep, or nowhere. */
export async function keepOffline(base: OpenBase, onprogress: (part: number) => void, signal?: AbortSignal): Promise<OpenBase | undefined> {
  if (base.from !== 'hub' || base.source.kind === 'wmts') return undefined;
  const folder = await mapFolder();
  if (!folder) return undefined;
  const kept = await keepMap(base.source, { folder, onprogress, signal });
  return opened(prepare(), kept.base, new PMTiles(kept.source), 'kept');
}

function service(source: BaseSource & { kind: 'wmts' }): OpenBase {
  const { tiles, minZoom, maxZoom, attribution, overview } = source;
  return { raster: true, tiles: `${location.origin}${tiles}`, minZoom, maxZoom, bounds: undefined, attribution, overview, from: 'hub', source };
}

async function opened(pages: Protocol, source: BaseSource, file: PMTiles, from: OpenBase['from']): Promise<OpenBase> {
  // Read before it is drawn: a file that is not there, or no map, gives way to the next.
  const header: Header = await file.getHeader();
  pages.add(file);
  return {
    raster: source.kind === 'raster-pmtiles',
    tiles: `pmtiles://${file.source.getKey()}/{z}/{x}/{y}`,
    minZoom: header.minZoom,
    maxZoom: header.maxZoom,
    bounds: [header.minLon, header.minLat, header.maxLon, header.maxLat],
    attribution: source.attribution,
    overview: source.overview,
    from,
    source,
  };
}
