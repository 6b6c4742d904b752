import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/clock.ts';
import { DisclosureLevel } from '../src/gen/common_pb.ts';
import { EventSchema } from '../src/gen/event_pb.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { Marking } from '../src/gen/options_pb.ts';
import { lapsed, without } from '../src/state/expire.ts';
import { Store } from '../src/state/store.ts';

const NOW = 1_700_000_000_000;
const POLIS = { organisation: 'polis', role: 'operator', person: 'Eva' };
type Grant = Partial<{ toOrganisation: string; toRole: string; toPerson: string; level: DisclosureLevel }>;
let next = 0;

function event(owner: string, body: Event['body']): Event {
  next += 1;
  const made = create(EventSchema, { envelope: { eventId: String(next), incidentId: 'i', owner, hubTime: timestamp(NOW) } });
  made.body = body;
  return made;
}

function granted(store: Store, id: string, minutes: number, more: Grant = {}): void {
  const { body } = create(EventSchema, {
    body: { case: 'releaseGranted', value: { releaseId: id, marking: Marking.HEALTH, level: DisclosureLevel.FULL, toOrganisation: 'polis', until: timestamp(NOW + minutes * 60_000), ...more } },
  });
  store.apply(event('region', body), NOW);
}

function health(owner: string): Event {
  const { body } = create(EventSchema, { body: { case: 'factStated', value: { value: { case: 'health', value: { condition: 'armbrott' } } } } });
  return event(owner, body);
}

describe('a release whose time is out while the hub is gone', () => {
  it('takes the fields of its owner and its marking, leaves a mark, and nothing else', () => {
    const store = new Store();
    granted(store, 'r', 30);
    const incident = store.incidents.get('i');
    if (!incident) throw new Error('no incident');
    expect(lapsed(incident, POLIS, NOW + 29 * 60_000)).toEqual([]);
    const over = lapsed(incident, POLIS, NOW + 31 * 60_000);
    expect(over.map((one) => one.id)).toEqual(['r']);
    const left = without(health('region'), over);
    expect(left.body.case).toBe('factStated');
    expect(JSON.stringify(left.body.value)).not.toContain('armbrott');
    expect(left.withheld.map((one) => one.marking)).toEqual([Marking.HEALTH]);
    const others = health('sos');
    expect(without(others, over)).toBe(others);
  });

  it('takes the whole body where that stood open by it, and no other', () => {
    const store = new Store();
    granted(store, 'r', 30);
    const incident = store.incidents.get('i');
    if (!incident) throw new Error('no incident');
    const over = lapsed(incident, POLIS, NOW + 31 * 60_000);
    const raised = (...opened: Marking[]) => {
      const { body } = create(EventSchema, { body: { case: 'noteAdded', value: { note: 'armbrott' } } });
      return { ...event('region', body), opened };
    };
    const left = without(raised(Marking.HEALTH), over);
    expect([left.body.case, left.opened, left.withheld.map((one) => one.marking), left.envelope?.owner]).toEqual([undefined, [], [Marking.HEALTH], 'region']);
    expect(without(raised(Marking.SUSPECT), over).body.case).toBe('noteAdded');
  });

  it('stays while another release of the same still stands, and is not ours when it is for somebody else', () => {
    const store = new Store();
    granted(store, 'short', 10);
    granted(store, 'long', 60);
    granted(store, 'theirs', 1, { toOrganisation: 'räddning' });
    const incident = store.incidents.get('i');
    if (!incident) throw new Error('no incident');
    expect(lapsed(incident, POLIS, NOW + 20 * 60_000)).toEqual([]);
    expect(lapsed(incident, POLIS, NOW + 61 * 60_000)).toHaveLength(2);
  });

  it.each<[string, Grant]>([
    ['to another role', { toRole: 'command' }], ['to another person', { toRole: 'operator', toPerson: 'Bo' }], ['of less', { level: DisclosureLevel.COARSE }],
  ])('does not stay because of one %s', (_what, other) => {
    const store = new Store();
    granted(store, 'short', 10);
    granted(store, 'long', 60, other);
    const incident = store.incidents.get('i');
    if (!incident) throw new Error('no incident');
    expect(lapsed(incident, POLIS, NOW + 20 * 60_000).map((one) => one.id)).toEqual(['short']);
  });

  it('is none of this viewer’s when it is for another role', () => {
    const store = new Store();
    granted(store, 'theirs', 10, { toRole: 'command' });
    const incident = store.incidents.get('i');
    if (!incident) throw new Error('no incident');
    expect(lapsed(incident, POLIS, NOW + 20 * 60_000)).toEqual([]);
  });
});
