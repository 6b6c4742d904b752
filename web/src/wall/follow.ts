// What the wall's address says it is to stay with: ?follow=incident:<id> | talkgroup:<id> | organisation:<id>
import type { WallIncident } from './data.ts';

export type WallFollow = { kind: 'incident' | 'talkgroup' | 'organisation'; id: string };

export function readFollow(text: string | null): WallFollow | undefined {
  const found = /^(incident|talkgroup|organisation):(.+)$/.exec(text ?? '');
  return found ? { kind: found[1] as WallFollow['kind'], id: found[2]! } : undefined;
}

/** The incidents that are followed; undefined where it is not incidents that are. */
export function followedIncidents(follow: WallFollow | undefined, incidents: readonly WallIncident[]): WallIncident[] | undefined {
  if (follow?.kind === 'incident') return incidents.filter((incident) => incident.id === follow.id);
  if (follow?.kind === 'talkgroup') return incidents.filter((incident) => incident.talkgroupIds.includes(follow.id));
  return undefined;
}

export interface WallOptions {
  follow: WallFollow | undefined;
  /** Units to simulate; undefined: a real feed. */
  simulate: number | undefined;
  /** Measure with this many, all moving. */
  bench: number | undefined;
  /** Single-key commands can be switched off (WCAG 2.1.4): ?keys=off */
  keys: boolean;
  language: 'sv' | 'en';
  theme: 'dark' | 'day' | 'night';
}

export function readOptions(search: string): WallOptions {
  const given = new URLSearchParams(search);
  const count = (name: string, otherwise: number) => {
    const text = given.get(name);
    if (text === null) return undefined;
    const value = Number(text);
    return Number.isInteger(value) && value > 0 ? Math.min(value, 100_000) : otherwise;
  };
  const theme = given.get('theme');
  return {
    follow: readFollow(given.get('follow')),
    simulate: count('simulate', 2000),
    bench: count('bench', 10_000),
    keys: given.get('keys') !== 'off',
    language: given.get('lang') === 'en' ? 'en' : 'sv',
    theme: theme === 'day' || theme === 'night' ? theme : 'dark',
  };
}
