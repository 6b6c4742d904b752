// Which map is drawn: the deployment's own, the copy of it that this machine has kept, or the one built into the page.

/** What the hub says at /map/sources.json, checked. */
export type BaseSource = (
  | { kind: 'pmtiles' | 'raster-pmtiles'; url: string; etag?: string }
  | { kind: 'wmts'; tiles: string; minZoom: number; maxZoom: number }
) & { overview: boolean; attribution: string };

export const EMBEDDED: BaseSource = {
  kind: 'pmtiles',
  url: '/map/jamtland.pmtiles',
  overview: true,
  attribution: '© OpenStreetMap contributors, Natural Earth, GeoNames, SCB',
};

const SOURCES_URL = '/map/sources.json';
const TIMEOUT_MS = 4000;

/** Undefined when the hub cannot be asked, or says what this page cannot draw. */
export async function fetchBase(fetcher: typeof fetch = fetch): Promise<BaseSource | undefined> {
  try {
    const answer = await fetcher(SOURCES_URL, { cache: 'no-cache', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) return undefined;
    return readBase(await answer.json());
  } catch {
    return undefined;
  }
}

export function readBase(json: unknown): BaseSource | undefined {
  const base = field(json, 'base');
  const kind = text(base, 'kind');
  const common = { overview: field(base, 'overview') === true, attribution: text(base, 'attribution') ?? '' };
  if (kind === 'pmtiles' || kind === 'raster-pmtiles') {
    const url = own(text(base, 'url'));
    if (!url) return undefined;
    const raster = kind === 'raster-pmtiles' || text(base, 'schema') === 'raster';
    return { kind: raster ? 'raster-pmtiles' : 'pmtiles', url, etag: text(base, 'etag'), ...common };
  }
  // The hub fetches a tile service itself, whatever that speaks; to the page it is tiles by number.
  const tiles = kind === 'tiles' || kind === 'wmts' ? own(text(base, 'tiles') ?? text(base, 'url')) : undefined;
  if (!tiles) return undefined;
  return { kind: 'wmts', tiles, minZoom: number(base, 'min_zoom') ?? 0, maxZoom: number(base, 'max_zoom') ?? 15, ...common };
}

/** Only this hub's own addresses: a map from elsewhere would tell elsewhere what is being looked at. */
function own(url: string | undefined): string | undefined {
  return url && /^\/(?!\/)/.test(url) ? url : undefined;
}

function field(of: unknown, key: string): unknown {
  return of !== null && typeof of === 'object' ? (of as Record<string, unknown>)[key] : undefined;
}

function text(of: unknown, key: string): string | undefined {
  const value = field(of, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(of: unknown, key: string): number | undefined {
  const value = field(of, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
