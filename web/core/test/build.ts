import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestamp } from '../src/clock.ts';
import { EventSchema } from '../src/gen/event_pb.ts';
import type { EnvelopeSchema, Event, PartySchema } from '../src/gen/event_pb.ts';
import { partyKey } from '../src/state/model.ts';
import type { Alarm, Incident, PartyState } from '../src/state/model.ts';
import { Store } from '../src/state/store.ts';

/** When the tests' day begins, milliseconds. */
export const DAY = Date.UTC(2026, 10, 25, 14, 0, 0);

export type Body = NonNullable<MessageInitShape<typeof EventSchema>['body']>;
export type Envelope = Omit<MessageInitShape<typeof EnvelopeSchema>, '$typeName' | '$unknown'>;

let made = 0;

/** An event of the incident "i", of SOS, a second after the one before, unless something else is said. */
export function event(body: Body, envelope: Partial<Envelope> = {}, withheld: MessageInitShape<typeof EventSchema>['withheld'] = []): Event {
  made += 1;
  const hasScope = envelope.incidentId ?? envelope.talkgroupId ?? envelope.unitId ?? envelope.pool;
  return create(EventSchema, {
    envelope: {
      eventId: `e${made}`, owner: 'sos', hubTime: timestamp(DAY + made * 1000), ...(hasScope ? {} : { incidentId: 'i' }), ...envelope,
    },
    body, withheld,
  });
}

export const at = (seconds: number) => timestamp(DAY + seconds * 1000);
export const unit = (unitId: string, callSign = unitId) => ({ unitId, callSign });

type PartyInit = Omit<MessageInitShape<typeof PartySchema>, '$typeName' | '$unknown'>;

export function party(organisation: string, unitId?: string, more: PartyInit = {}): PartyInit {
  return { organisation, ...(unitId ? { unit: unit(unitId) } : {}), required: true, dueAt: at(60), ...more };
}

/** An alarm "a" to these parties. */
export function alarmed(...parties: PartyInit[]): Event {
  return event({ case: 'alarmRaised', value: { alarmId: 'a', parties, alarmText: 'Brand' } }, { hubTime: at(0) });
}

export function folded(...events: Event[]): Store {
  const store = new Store();
  for (const one of events) store.apply(one, DAY);
  return store;
}

export function incidentOf(...events: Event[]): Incident {
  return the(folded(...events).incidents.get('i'));
}

export function alarmOf(incident: Incident, id = 'a'): Alarm {
  return the(incident.alarms.get(id));
}

export function stateOf(incident: Incident, organisation: string, unitId?: string): PartyState {
  return the(alarmOf(incident).parties.get(partyKey(organisation, unitId ? ({ unitId } as PartyState['unit']) : undefined)));
}

export function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected something, and there is nothing');
  return value;
}
