import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnitRefSchema, UnitState } from '../src/gen/common_pb.ts';
import { DeploymentSchema } from '../src/gen/directory_pb.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { factGroups, FACT_ORDER, placesOf } from '../src/views/facts.ts';
import { Names } from '../src/views/names.ts';
import { alarmView, alarmViews } from '../src/views/party.ts';
import { CLOSED_SHOWN_MS, placeOf, queue, QUEUE_GROUPS, queueRow, titleOf } from '../src/views/queue.ts';
import type { QueueGroup } from '../src/views/queue.ts';
import { briefings, holders, newestMaterial } from '../src/views/totals.ts';
import { bodyOf } from './arbitrary.ts';
import { alarmed, alarmOf, at, DAY, event, folded, incidentOf, party, the, unit } from './build.ts';
import type { Body } from './build.ts';

const NOW = DAY + 100_000;
const fact = (value: Extract<Body, { case: 'factStated' }>['value'], owner = 'sos', seconds?: number) =>
  event({ case: 'factStated', value }, { owner, ...(seconds === undefined ? {} : { hubTime: at(seconds) }) });
const reported = () => event({ case: 'incidentReported', value: { types: ['Brand'] } }, { hubTime: at(0) });

describe('the incident list', () => {
  const rtj = (unitId?: string) => alarmed(party('rtj', unitId));
  const yes = (organisation: string, unitId?: string) => event({ case: 'acknowledged', value: { alarmId: 'a', organisation, ...(unitId ? { unit: unit(unitId) } : {}) } });
  const no = () => event({ case: 'declined', value: { alarmId: 'a', organisation: 'rtj' } });
  const late = () => event({ case: 'acknowledgementOverdue', value: { alarmId: 'a', organisation: 'rtj', dueAt: at(60) } });
  const distress = () => event({ case: 'emergencyRaised', value: { emergencyId: 'n' } });
  const over = () => event({ case: 'emergencyCancelled', value: { emergencyId: 'n' } });
  const closed = () => event({ case: 'incidentClosed', value: {} });
  const notice = () => event({ case: 'advanceNoticeIssued', value: { types: ['Vind'] } });
  const noticeOver = () => event({ case: 'advanceNoticeEnded', value: {} });

  it.each<[string, () => Event[], who: string, QueueGroup]>([
    ['a new incident', () => [reported()], 'rtj', 'ongoing'],
    ['our own alarm that waits for us', () => [reported(), rtj()], 'rtj', 'own_unacknowledged'],
    ['somebody else’s alarm that waits for them', () => [reported(), rtj()], 'sos', 'ongoing'],
    ['an alarm we have acknowledged', () => [reported(), rtj(), yes('rtj')], 'rtj', 'ongoing'],
    ['an alarm to one of our units is the unit’s to acknowledge', () => [reported(), rtj('1010')], 'rtj', 'ongoing'],
    ['somebody has not answered in time', () => [reported(), rtj(), late()], 'sos', 'attention'],
    ['somebody has declined', () => [reported(), rtj(), no()], 'sos', 'attention'],
    ['somebody declined and then took it', () => [reported(), rtj(), no(), yes('rtj')], 'sos', 'ongoing'],
    ['a unit in distress', () => [reported(), distress()], 'sos', 'emergency'],
    ['a unit in distress goes before our own alarm', () => [reported(), rtj(), distress()], 'rtj', 'emergency'],
    ['the distress is over', () => [reported(), distress(), over()], 'sos', 'ongoing'],
    ['a unit in distress in a closed incident', () => [reported(), closed(), distress()], 'sos', 'emergency'],
    ['a closed incident', () => [reported(), rtj(), closed()], 'rtj', 'closed'],
    ['an advance notice', () => [notice()], 'sos', 'notice'],
    ['an advance notice that is over', () => [notice(), noticeOver()], 'sos', 'closed'],
    ['an advance notice of which only the end was told', () => [noticeOver()], 'sos', 'closed'],
    ['an advance notice that happened', () => [notice(), reported()], 'sos', 'ongoing'],
  ])('%s', (_what, events, who, group) => {
    expect(queueRow(incidentOf(...events()), who, undefined, NOW).group).toBe(group);
  });

  it('shows a unit its own alarm as one to acknowledge', () => {
    expect(queueRow(incidentOf(reported(), rtj('1010')), 'rtj', '1010', NOW).group).toBe('own_unacknowledged');
    expect(queueRow(incidentOf(reported(), rtj('1010')), 'rtj', '1030', NOW).group).toBe('ongoing');
  });

  const named = (id: string, seconds: number, ...bodies: Body[]) => [
    event({ case: 'incidentReported', value: {} }, { incidentId: id, hubTime: at(seconds) }), ...bodies.map((body) => event(body, { incidentId: id })),
  ];
  const ids = (events: Event[], now = NOW) => queue(folded(...events).incidents.values(), 'rtj', undefined, now).map((row) => row.incident.id);

  it('has what is most pressing first, then the newest', () => {
    const distressed: Body = { case: 'emergencyRaised', value: { emergencyId: 'n' } };
    const ours: Body = { case: 'alarmRaised', value: { alarmId: 'a', parties: [party('rtj')] } };
    expect(ids([...named('old', 1), ...named('new', 9), ...named('ours', 2, ours), ...named('distress', 0, distressed)])).toEqual(['distress', 'ours', 'new', 'old']);
  });

  it('has one order also for those of the same second', () => {
    expect(ids([...named('b', 5), ...named('a', 5)])).toEqual(['a', 'b']);
  });

  it('drops what was closed half a day ago, and keeps what is open for as long as it is', () => {
    const events = [...named('closed', 0, { case: 'incidentClosed', value: {} }), ...named('open', 0)];
    expect(ids(events)).toEqual(['open', 'closed']);
    expect(ids(events, NOW + CLOSED_SHOWN_MS + 10_000_000)).toEqual(['open']);
  });

  it('knows every group it sorts into', () => expect(new Set(QUEUE_GROUPS).size).toBe(6));

  it('counts those who are waited for, not those who have left', () => {
    const incident = incidentOf(reported(), alarmed(party('rtj'), party('amb'), party('polis')), yes('amb'), late(), event({ case: 'stoodDown', value: { organisation: 'polis' } }));
    expect(queueRow(incident, 'sos', undefined, NOW)).toMatchObject({ acknowledged: 1, parties: 2, overdue: 1 });
  });

  it('has each organisation’s own priority, and none in common', () => {
    const incident = incidentOf(fact({ value: { case: 'priority', value: { value: '1' } } }, 'sos'), fact({ value: { case: 'priority', value: { value: '2B' } } }, 'amb'));
    const row = queueRow(incident, 'amb', undefined, NOW);
    expect([row.ownPriority, row.priorities]).toEqual(['2B', [{ organisation: 'amb', value: '2B' }, { organisation: 'sos', value: '1' }]]);
  });

  it('says whether anybody of ours has taken it', () => {
    const incident = incidentOf(event({ case: 'deskClaimed', value: { desk: '3' } }));
    expect([queueRow(incident, 'sos', undefined, NOW).unclaimed, queueRow(incident, 'rtj', undefined, NOW).unclaimed]).toEqual([false, true]);
  });

  it('has the types and the newest address', () => {
    const incident = incidentOf(reported(), fact({ value: { case: 'address', value: { street: 'E14', municipality: 'Åre' } } }, 'sos', 1),
      fact({ value: { case: 'address', value: { object: 'Kyrkan', locality: 'Undersåker' } } }, 'rtj', 2));
    expect([titleOf(incident), placeOf(incident)]).toEqual(['Brand', 'Kyrkan, Undersåker']);
  });
});

describe('the acknowledgement matrix', () => {
  it('has our own first, then by organisation, required before others', () => {
    const view = alarmView(alarmOf(incidentOf(alarmed(party('polis'), party('rtj', '2', { required: false }), party('rtj', '1'), party('amb')))), NOW, 'polis');
    expect(view.rows.map((row) => row.key)).toEqual(['polis', 'amb', 'rtj:1', 'rtj:2']);
  });

  it('counts down to the deadline and past it, only for those who are waited for', () => {
    const incident = incidentOf(alarmed(party('rtj'), party('amb')), event({ case: 'acknowledged', value: { alarmId: 'a', organisation: 'amb' } }));
    const left = (now: number) => alarmView(alarmOf(incident), now, 'amb').rows.map((row) => row.leftMs);
    expect([left(DAY + 20_000), left(DAY + 70_000)]).toEqual([[undefined, 40_000], [undefined, -10_000]]);
  });

  it('has the newest alarm first', () => {
    const second = event({ case: 'alarmRaised', value: { alarmId: 'b' } });
    expect(alarmViews(incidentOf(alarmed(), second), NOW, 'sos').map((view) => view.alarm.id)).toEqual(['b', 'a']);
  });
});

describe('the total information', () => {
  const version = (number: number, ids: (string | undefined)[], more: object = {}) =>
    event({ case: 'totalInformationIssued', value: { number, references: ids.map((eventId) => ({ eventId })), ...more } });
  const [first, second, other] = [
    fact({ value: { case: 'description', value: { text: 'rök' } } }), fact({ value: { case: 'description', value: { text: 'eld' } } }),
    fact({ value: { case: 'description', value: { text: 'gasol' } } }, 'rtj'),
  ];
  const id = (one: Event) => the(one.envelope?.eventId);
  const changes = (...events: Event[]) => the(briefings(incidentOf(first, second, other, ...events))[0]).lines.map((line) => [line.eventId, line.change]);

  it('marks nothing in the first version', () => expect(changes(version(1, [id(first)]))).toEqual([[id(first), 'same']]));

  it.each<[string, Event[], [Event, string][]]>([
    ['the same fact stays', [first, first], [[first, 'same']]],
    ['a newer text of the same owner is a change', [first, second], [[second, 'changed']]],
    ['the fact of another owner is another fact', [first, other], [[other, 'new'], [first, 'gone']]],
  ])('%s', (_what, [before, after], lines) => {
    expect(changes(version(1, [id(the(before))]), version(2, [id(the(after))]))).toEqual(lines.map(([one, change]) => [id(one), change]));
  });

  it('follows a hazard through its amendments', () => {
    const hazard = () => event({ case: 'hazardReported', value: { hazardId: 'h' } });
    const [was, is] = [hazard(), hazard()];
    expect(the(briefings(incidentOf(was, is, version(1, [id(was)]), version(2, [id(is)])))[0]).lines.map((line) => line.change)).toEqual(['changed']);
  });

  it('shows an older text that was not sent here as such', () => {
    expect(the(briefings(incidentOf(version(1, ['unseen'])))[0]).lines).toEqual([{ eventId: 'unseen', event: undefined, change: 'same', addendum: false }]);
  });

  it('has addenda beside what is common, and compares with both', () => {
    const addendum = event({ case: 'addendumIssued', value: { number: 1, references: [{ eventId: id(other) }] } });
    const [v2, v1] = briefings(incidentOf(first, other, version(1, [id(first)]), addendum, version(2, [id(first), id(other)])));
    expect(the(v1).lines.map((line) => line.addendum)).toEqual([false, true]);
    expect(the(v2).lines.map((line) => [line.addendum, line.change])).toEqual([[false, 'same'], [false, 'same']]);
  });

  it('tells a new shared text from an unchanged one', () => {
    const all = briefings(incidentOf(version(1, [], { sharedText: 'a' }), version(2, [], { sharedText: 'a' }), version(3, [], { sharedText: 'b' })));
    expect(all.map((one) => [one.number, one.sharedTextChanged])).toEqual([[3, true], [2, false], [1, false]]);
  });

  it('asks for an "Uppfattat" to the newest that is material', () => {
    expect(newestMaterial(incidentOf(version(1, [], { material: true }), version(2, [])))).toBe(1);
    expect(newestMaterial(incidentOf(version(1, [])))).toBe(0);
  });

  it('is held by each party in the version it has said "Uppfattat" to', () => {
    const held = event({ case: 'totalInformationConfirmed', value: { number: 2, organisation: 'rtj' } });
    const left = event({ case: 'stoodDown', value: { organisation: 'polis' } });
    const again = event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('rtj')] } });
    const list = holders(incidentOf(alarmed(party('rtj'), party('amb'), party('polis')), again, held, left), NOW, 'sos');
    expect(list.map((one) => [one.row.key, one.number])).toEqual([['rtj', 2], ['amb', 0]]);
  });
});

describe('facts on the screen', () => {
  it('have what is dangerous first, and the newest owner first', () => {
    const incident = incidentOf(fact({ value: { case: 'address', value: {} } }, 'sos', 1), fact({ value: { case: 'address', value: {} } }, 'rtj', 2), fact({ value: { case: 'hazard', value: {} } }));
    expect(factGroups(incident).map((group) => [group.kind, group.facts.map((one) => one.said.owner)])).toEqual([['hazard', ['sos']], ['address', ['rtj', 'sos']]]);
  });

  it('have a place in the order for every kind the contract knows', () => {
    const kinds = new Set<string | undefined>();
    fc.assert(fc.property(bodyOf('factStated'), (body) => {
      if (body?.case === 'factStated') kinds.add(body.value.value?.case);
    }), { numRuns: 1000 });
    kinds.delete(undefined);
    expect([...kinds].sort()).toEqual([...FACT_ORDER].sort());
  });

  it('have a place on the map: the point, or the middle of the square', () => {
    const incident = incidentOf(fact({ locationCoarse: { south: 63, west: 14, sideM: 1000 } }, 'amb', 1), fact({ value: { case: 'location', value: { latitude: 63.5, longitude: 14.5 } } }, 'sos', 2));
    const [point, square] = placesOf(incident);
    expect(point).toMatchObject({ latitude: 63.5, longitude: 14.5, owner: 'sos' });
    expect(the(square).squareM).toBe(1000);
    expect(the(square).latitude).toBeCloseTo(63.0045, 4);
    expect(the(square).longitude).toBeCloseTo(14.0099, 3);
  });

  it('have no place without both coordinates', () => {
    expect(placesOf(incidentOf(fact({ value: { case: 'location', value: { latitude: 63 } } })))).toEqual([]);
  });
});

describe('names', () => {
  const names = new Names(create(DeploymentSchema, {
    organisations: [{
      id: 'rtj', name: 'Räddningstjänsten', shortName: 'RTJ', kind: 'räddning',
      statusCodes: [
        { code: 'U', state: UnitState.EN_ROUTE }, { code: 'F', after: ['U'], state: UnitState.ON_SCENE }, { code: 'H', after: ['F', 'U'] }, { code: 'K', after: ['H', 'F'] },
      ],
    }],
    units: [{ unitId: '1010', organisation: 'rtj', callSign: '2 31-1010' }],
    markings: [{ marking: 7, text: 'Hälsa' }],
  }));

  it('are those of the deployment, and the id where it has none', () => {
    expect([names.short('rtj'), names.full('rtj'), names.shape('rtj'), names.unit({ unitId: '1010' }), names.marking(7)]).toEqual(['RTJ', 'Räddningstjänsten', 'fire', '2 31-1010', 'Hälsa']);
    expect([names.short('x'), names.full('x'), names.shape('x'), names.unit({ unitId: '9' }), names.marking(8)]).toEqual(['x', 'x', 'other', '9', undefined]);
  });

  it('are ids without a deployment, never blank and never a fault', () => {
    const none = new Names(undefined);
    expect([none.short('rtj'), none.party('rtj', create(UnitRefSchema, { unitId: '1010' })), none.party('rtj', undefined), none.codes('rtj')]).toEqual(['rtj', '1010', 'rtj', []]);
  });

  it.each([[undefined, 'U'], ['U', 'F'], ['F', 'H'], ['H', 'K'], ['K', undefined], ['X', undefined]])('after %s the next code is %s', (present, next) => {
    expect(names.nextCode('rtj', present)?.code).toBe(next);
  });
});
