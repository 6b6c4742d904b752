import type { Event } from './gen/event_pb.ts';
import { History } from './gen/history_pb.ts';
import type { Caller } from './rpc.ts';

/** Everything of an incident that this viewer may see, oldest first; rejects where the hub cannot be asked. */
export async function pastOf(call: Caller, incidentId: string): Promise<Event[]> {
  const events: Event[] = [];
  let pageToken: Uint8Array | undefined;
  do {
    const page = await call(History.method.timeline, { incidentId, pageSize: 500, ...(pageToken ? { pageToken } : {}) });
    events.push(...page.events);
    pageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (pageToken);
  return events;
}
