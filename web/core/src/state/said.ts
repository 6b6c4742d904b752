import { millis } from '../clock.ts';
import type { Event } from '../gen/event_pb.ts';
import type { Said } from './model.ts';

/** Who said an event, and when. */
export function said(event: Event): Said {
  const envelope = event.envelope;
  const at = millis(envelope?.hubTime);
  return {
    eventId: envelope?.eventId ?? '',
    owner: envelope?.owner ?? '',
    at,
    // A doubtful clock says nothing: the hub's own time then stands for both.
    pressedAt: envelope?.clockDoubtful || !envelope?.pressedAt ? at : millis(envelope.pressedAt),
    role: envelope?.author?.role,
    unit: envelope?.author?.unit,
    person: envelope?.author?.person,
  };
}
