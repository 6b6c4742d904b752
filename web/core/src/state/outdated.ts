import { millis } from '../clock.ts';
import type { Event } from '../gen/event_pb.ts';
import type { ScopeKey, ScopeKind, Store } from './store.ts';

/** As few are left lying: a scope is not written anew for each event that has become old. */
const AT_LEAST = 16;

/** What an event says anew each time it is said; undefined: each stands for itself. As the hub counts what is in force. */
function keyOf(kind: ScopeKind, { body }: Event): string | undefined {
  if (kind === 'unit') return body.case ?? '';
  if (kind === 'pool') return body.case === 'poolLeaseChanged' ? `lease ${body.value.talkgroup?.talkgroupId ?? ''}` : (body.case ?? '');
  return undefined;
}

/** What of a scope still says something: what is newer than `before`, and of the older the last of its kind. A text of then is history. */
export function stillSaid(kind: ScopeKind, events: readonly Event[], before: number): Event[] {
  const newest = new Map<string, Event>();
  for (const event of events) {
    const key = keyOf(kind, event);
    if (key !== undefined) newest.set(key, event);
  }
  const last = new Set(newest.values());
  return events.filter((event) => millis(event.envelope?.hubTime) >= before || last.has(event));
}

/** Talkgroups, units and pools with much that says nothing any more, and what of each is to stay. */
export function outdated(store: Store, before: number): { scope: ScopeKey; events: Event[] }[] {
  const kinds = [['talkgroup', store.talkgroups], ['unit', store.units], ['pool', store.pools]] as const;
  return kinds.flatMap(([kind, states]) => [...states.values()].flatMap((state): { scope: ScopeKey; events: Event[] }[] => {
    if (state.events.size < AT_LEAST) return [];
    const events = stillSaid(kind, [...state.events.values()], before);
    return state.events.size - events.length < AT_LEAST ? [] : [{ scope: `${kind}:${state.id}`, events }];
  }));
}
