import type { Event } from './gen/event_pb.ts';
import type { Identity } from './principal.ts';
import { lapsed, without } from './state/expire.ts';
import type { Incident } from './state/model.ts';
import type { Store } from './state/store.ts';

/** Takes out of the picture what releases had opened when their time is out, for a client that cannot hear the hub do it. */
export class Expiry {
  /** Releases whose content was taken out here. */
  private readonly done = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly replace: (incident: Incident, events: Event[]) => void,
  ) {}

  run(identity: Identity, now: number): void {
    for (const incident of [...this.store.incidents.values()]) {
      const over = lapsed(incident, identity, now).filter((one) => !this.done.has(one.id));
      if (over.length === 0) continue;
      for (const one of over) this.done.add(one.id);
      this.replace(incident, [...incident.events.values()].map((event) => without(event, over)));
    }
  }

  /** An incident is sent anew, or all are: what was taken out may come again. */
  sentAnew(id: string | 'all'): void {
    if (id === 'all') this.done.clear();
    else for (const release of this.store.incidents.get(id)?.releases.keys() ?? []) this.done.delete(release);
  }
}
