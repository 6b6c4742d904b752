import type { Event } from './gen/event_pb.ts';
import type { Identity } from './principal.ts';
import type { Incident } from './state/model.ts';
import { ownOutstanding } from './views/party.ts';
import { CLOSED_SHOWN_MS, standingEmergencies } from './views/queue.ts';

/** As many are remembered as let go: some weeks of a county. What comes of an older one shows without its past, which can be fetched. */
const MOST = 10_000;

/** When it ended: closed, or a notice that came to nothing. Undefined: it has not. */
function endedAt(incident: Incident): number | undefined {
  return incident.closed?.said.at ?? (incident.reported ? undefined : incident.notice?.ended?.at);
}

/**
 * Whether nothing is lost on this screen by letting it go: it ended so long ago that no list shows it, nobody of the own is to answer anything,
 * and nobody is in distress.
 */
export function isLongOver(incident: Incident, { organisation, unitId }: Pick<Identity, 'organisation' | 'unitId'>, now: number): boolean {
  const ended = endedAt(incident);
  if (ended === undefined || now - ended <= CLOSED_SHOWN_MS) return false;
  return standingEmergencies(incident).length === 0 && ownOutstanding(incident, organisation, unitId, now).length === 0;
}

/** What the keeper of incidents that are over needs of the picture. */
export interface Picture {
  has(id: string): boolean;
  /** Everything of an incident that this viewer may see, oldest first. */
  past(id: string): Promise<Event[]>;
  forget(id: string): void;
  replace(id: string, events: Event[]): void;
  keep(ids: string[]): void;
}

/**
 * The incidents that a client was told and has let go. A screen that stands for months would otherwise hold every incident since its first day.
 * When something comes of one after all (somebody reopens it), it is shown at once, and its past is fetched.
 */
export class LongOver {
  private gone = new Set<string>();
  private readonly fetching = new Map<string, Promise<void>>();

  constructor(private readonly picture: Picture) {}

  restore(ids: readonly string[]): void {
    this.gone = new Set(ids);
  }

  isGone(id: string): boolean {
    return this.gone.has(id) && !this.picture.has(id);
  }

  letGo(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      // As the newest: what was let go again is remembered longest.
      this.gone.delete(id);
      this.gone.add(id);
      this.picture.forget(id);
    }
    for (const oldest of this.gone) {
      if (this.gone.size <= MOST) break;
      this.gone.delete(oldest);
    }
    this.keep();
  }

  /** The hub sends it whole, or all of them. */
  sentAnew(id: string | 'all'): void {
    const had = id === 'all' ? this.gone.size > 0 : this.gone.has(id);
    if (id === 'all') this.gone.clear();
    else this.gone.delete(id);
    if (had) this.keep();
  }

  /** Something came of it, and is in the picture already. */
  came(id: string): void {
    if (this.gone.has(id)) void this.complete(id).catch(() => undefined);
  }

  /** Those of which something came and whose past could not be fetched then. */
  retry(): void {
    for (const id of this.gone) if (this.picture.has(id)) this.came(id);
  }

  /** Fetches an incident that is not in the picture; rejects where the hub cannot be asked. */
  async bringBack(id: string): Promise<void> {
    const wasGone = this.gone.has(id);
    this.gone.add(id);
    try {
      await this.complete(id);
    } catch (error) {
      if (!wasGone) this.gone.delete(id);
      throw error;
    }
  }

  private complete(id: string): Promise<void> {
    const running = this.fetching.get(id) ?? this.fetch(id).finally(() => this.fetching.delete(id));
    this.fetching.set(id, running);
    return running;
  }

  private async fetch(id: string): Promise<void> {
    const events = await this.picture.past(id);
    // Meanwhile the hub may have begun to send it whole; that is newer.
    if (!this.gone.delete(id)) return;
    if (events.length > 0) this.picture.replace(id, events);
    this.keep();
  }

  private keep(): void {
    this.picture.keep([...this.gone]);
  }
}
