import { create, fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { CloseOutcome, EndCause, Involvement, InvolvementCause, LinkKind, Severity, UnitState } from '../src/gen/common_pb.ts';
import { EventSchema } from '../src/gen/event_pb.ts';
import { Marking } from '../src/gen/options_pb.ts';
import { said } from '../src/state/said.ts';
import { alarmed, at, DAY, event, folded, incidentOf, party, stateOf, the, unit } from './build.ts';
import type { Body } from './build.ts';

const BIL = unit('1010', '2 31-1010');
const fact = (value: Extract<Body, { case: 'factStated' }>['value'], owner = 'sos') => event({ case: 'factStated', value }, { owner });
const street = (text: string, owner?: string) => fact({ value: { case: 'address', value: { street: text } } }, owner);

describe('an incident', () => {
  it('has its types, its reporter, and is an exercise when it is one', () => {
    const incident = incidentOf(event({ case: 'incidentReported', value: { types: ['Brand i byggnad', 'Lägenhet'] } }, { exercise: true }));
    expect(incident).toMatchObject({ types: ['Brand i byggnad', 'Lägenhet'], exercise: true, reported: { owner: 'sos' } });
  });

  it('stays an exercise when a later event does not say so', () => {
    expect(incidentOf(event({ case: 'incidentReported', value: {} }, { exercise: true }), street('E14')).exercise).toBe(true);
  });

  it('is closed with outcome and reason, and opened again', () => {
    const closed = () => event({ case: 'incidentClosed', value: { outcome: CloseOutcome.FALSE_ALARM, reason: 'torrkokning' } });
    expect(incidentOf(closed()).closed).toMatchObject({ outcome: CloseOutcome.FALSE_ALARM, reason: 'torrkokning' });
    expect(incidentOf(closed(), event({ case: 'incidentReopened', value: {} })).closed).toBeUndefined();
  });

  it('keeps every number it has in other systems', () => {
    const number = (system: string) => event({ case: 'externalNumberAdded', value: { number: { system, number: '1' } } });
    expect(incidentOf(number('CoordCom'), number('Zenit')).numbers.map((one) => one.number.system)).toEqual(['CoordCom', 'Zenit']);
  });

  it('is at the desk of each organisation that took it, until that is handed over', () => {
    const incident = incidentOf(
      event({ case: 'deskClaimed', value: { desk: 'Bord 3', person: 'Eva' } }),
      event({ case: 'deskClaimed', value: { desk: 'Insats' } }, { owner: 'rtj' }),
      event({ case: 'deskHandedOver', value: { fromDesk: 'Bord 3', toDesk: 'Bord 4' } }),
    );
    expect([...incident.desks].map(([owner, one]) => [owner, one.desk])).toEqual([['sos', 'Bord 4'], ['rtj', 'Insats']]);
  });

  it('is linked by whoever linked it, and only that one takes the link away', () => {
    const link = (owner: string, unlinked = false) => event({ case: 'incidentLinked', value: { otherIncidentId: 'j', kind: LinkKind.DUPLICATE, unlinked } }, { owner });
    expect([...incidentOf(link('sos'), link('rtj', true)).links.values()]).toMatchObject([{ other: 'j', kind: LinkKind.DUPLICATE }]);
    expect(incidentOf(link('sos'), link('sos', true)).links.size).toBe(0);
  });
});

describe('who is involved', () => {
  const involved = (organisation: string, involvement: Involvement) =>
    event({ case: 'involvementChanged', value: { organisation, involvement, cause: InvolvementCause.ALARM_PLAN, because: 'plan' } });

  it('is the newest that was said of each', () => {
    const incident = incidentOf(involved('rtj', Involvement.NEAR), involved('rtj', Involvement.ALARMED));
    expect(incident.involvement.get('rtj')).toMatchObject({ level: Involvement.ALARMED, because: 'plan' });
  });

  it('leaves, and is back when it is drawn in again', () => {
    const left = () => event({ case: 'stoodDown', value: { organisation: 'rtj', reason: 'klart' } }, { owner: 'rtj' });
    expect(incidentOf(left()).stoodDown.get('rtj')?.reason).toBe('klart');
    expect(incidentOf(left(), involved('rtj', Involvement.NEAR)).stoodDown.size).toBe(0);
    expect(incidentOf(left(), involved('rtj', Involvement.NONE)).stoodDown.size).toBe(1);
  });

  it('leaves with all its parties, and no other organisation does', () => {
    const incident = incidentOf(alarmed(party('rtj', '1010'), party('rtj'), party('amb')), event({ case: 'stoodDown', value: {} }, { owner: 'rtj' }));
    expect([stateOf(incident, 'rtj', '1010').stoodDown, stateOf(incident, 'rtj').stoodDown, stateOf(incident, 'amb').stoodDown]).toEqual([true, true, undefined]);
  });

  it('is offered the lead, and has it when it is the lead', () => {
    const offered = event({ case: 'leadOffered', value: { toOrganisation: 'rtj' } });
    expect(incidentOf(offered).leadOffer?.to).toBe('rtj');
    expect(incidentOf(offered, involved('polis', Involvement.LEAD)).leadOffer?.to).toBe('rtj');
    expect(incidentOf(offered, involved('rtj', Involvement.LEAD)).leadOffer).toBeUndefined();
  });
});

describe('facts', () => {
  it('of several owners stand side by side', () => {
    const incident = incidentOf(street('Rådhusgatan 44'), street('Rådhusgatan 46', 'rtj'));
    expect([...incident.facts.keys()]).toEqual(['address|sos', 'address|rtj']);
  });

  it('are replaced whole by their owner', () => {
    const incident = incidentOf(fact({ value: { case: 'address', value: { street: 'Storgatan 1', floor: '3' } } }), street('Storgatan 2'));
    const { value } = the(incident.facts.get('address|sos')).stated;
    expect(value.case === 'address' && [value.value.street, value.value.floor]).toEqual(['Storgatan 2', undefined]);
  });

  it('are gone when their owner takes them back, and the other owner’s stays', () => {
    const incident = incidentOf(street('A'), street('B', 'rtj'), fact({ value: { case: 'address', value: {} }, withdrawn: true }));
    expect([...incident.facts.keys()]).toEqual(['address|rtj']);
  });

  it.each<[string, Extract<Body, { case: 'factStated' }>['value'], string]>([
    ['a square instead of the place', { locationCoarse: { south: 63, west: 14, sideM: 1000 } }, 'location'],
    ['initials instead of the caller', { callerCoarse: { initials: 'AK' } }, 'caller'],
    ['age groups instead of patients', { patientsCoarse: { patients: [] } }, 'patients'],
    ['a level instead of the condition', { healthCoarse: { severity: Severity.HIGH } }, 'health'],
    ['a level instead of the threat', { threatCoarse: { weapons: true } }, 'threat'],
    ['initials instead of the suspect', { suspectCoarse: { initials: 'NF' } }, 'suspect'],
    ['that a code exists', { accessCodeCoarse: { exists: true } }, 'accessCode'],
    ['the last two of the plate', { vehicleCoarse: { registrationLastTwo: '23' } }, 'vehicle'],
  ])('show %s as the fact it is of, and take it back like it', (_what, value, kind) => {
    expect([...incidentOf(fact(value)).facts.values()]).toMatchObject([{ kind }]);
    expect(incidentOf(fact(value), fact({ ...value, withdrawn: true })).facts.size).toBe(0);
  });

  it('of which nothing may be seen are no facts', () => {
    expect(incidentOf(fact({})).facts.size).toBe(0);
    expect(incidentOf(fact({ withdrawn: true })).facts.size).toBe(0);
  });
});

describe('what is withheld', () => {
  const marks = (...ids: [owner: string, marking: Marking][]) => event({ case: 'factStated', value: {} }, {}, ids.map(([owner, marking]) => ({ owner, marking, howToAsk: 'ring' })));

  it('is one entry for each owner and marking, with how to ask', () => {
    const incident = incidentOf(marks(['amb', Marking.HEALTH], ['amb', Marking.CALLER]), marks(['amb', Marking.HEALTH], ['polis', Marking.HEALTH]));
    expect([...incident.withheld.keys()]).toEqual([`amb|${Marking.HEALTH}`, `amb|${Marking.CALLER}`, `polis|${Marking.HEALTH}`]);
    expect(the(incident.withheld.get(`amb|${Marking.HEALTH}`)).howToAsk).toBe('ring');
  });

  it('tells when something was left out last', () => {
    const [first, second] = [marks(['amb', Marking.HEALTH]), marks(['amb', Marking.HEALTH])];
    expect([...incidentOf(first, second).withheld.values()]).toMatchObject([{ eventId: second.envelope?.eventId }]);
  });
});

describe('total information', () => {
  const version = (number: number, material = true) => event({ case: 'totalInformationIssued', value: { number, material } });
  const understood = (number: number, who: object = { organisation: 'rtj', unit: BIL }) => event({ case: 'totalInformationConfirmed', value: { number, ...who } }, { owner: 'rtj' });

  it('has its addenda, and keeps them when the version is told again', () => {
    const addendum = event({ case: 'addendumIssued', value: { number: 1, references: [{ eventId: 'x' }] } }, { owner: 'amb' });
    const incident = incidentOf(version(1), addendum, version(1));
    expect(the(incident.totals.get(1)).addenda.map((one) => one.said.owner)).toEqual(['amb']);
  });

  it('drops an addendum to a version that may not be seen', () => {
    expect(incidentOf(event({ case: 'addendumIssued', value: { number: 3 } })).totals.size).toBe(0);
  });

  it('is held in the highest version somebody has said "Uppfattat" to', () => {
    expect(incidentOf(understood(2), understood(1)).confirmed.get('rtj:1010')?.number).toBe(2);
    expect(incidentOf(understood(2, { organisation: 'amb' })).confirmed.get('amb')?.number).toBe(2);
  });
});

describe('reports and units', () => {
  const status = (code: string, state: UnitState) => event({ case: 'unitStatusReported', value: { unit: BIL, code, state } }, { owner: 'rtj' });

  it('keep the first report beside the one that corrects it', () => {
    const report = (reportId: string, correctsReportId?: string) => event({ case: 'arrivalReportFiled', value: { reportId, correctsReportId } }, { owner: 'rtj' });
    expect(incidentOf(report('1'), report('2', '1')).arrivalReports.map((one) => one.report.reportId)).toEqual(['1', '2']);
  });

  it('have the newest status of each unit', () => {
    const incident = incidentOf(status('U', UnitState.EN_ROUTE), status('F', UnitState.ON_SCENE));
    expect([...incident.units.values()]).toMatchObject([{ code: 'F', state: UnitState.ON_SCENE, owner: 'rtj', signedOff: false }]);
  });

  it('show a unit as signed off until it signs on or reports again', () => {
    const off = () => event({ case: 'unitSignedOff', value: { unit: BIL } }, { owner: 'rtj' });
    const on = () => event({ case: 'unitSignedOn', value: { unit: BIL } }, { owner: 'rtj' });
    const isOff = (...events: Parameters<typeof incidentOf>) => the(incidentOf(...events).units.get('1010')).signedOff;
    expect([isOff(status('U', 1), off()), isOff(status('U', 1), off(), on()), isOff(status('U', 1), off(), status('F', 2))]).toEqual([true, false, false]);
  });

  it('keep a status whose unit may not be seen from making a unit without a name', () => {
    expect(incidentOf(event({ case: 'unitStatusReported', value: { code: 'U' } })).units.size).toBe(0);
  });

  it('keep who was asked for the arrival report, and each sitrep', () => {
    const incident = incidentOf(event({ case: 'arrivalReportPrompted', value: { unit: BIL } }), event({ case: 'sitrepFiled', value: { situation: 'röjt' } }));
    expect([incident.prompts[0]?.unit?.unitId, incident.sitreps[0]?.report.situation]).toEqual(['1010', 'röjt']);
  });
});

describe('an advance notice', () => {
  const notice = () => event({ case: 'advanceNoticeIssued', value: { types: ['Vind'], text: 'Stormbyar', validFrom: at(0), validUntil: at(3600) } });

  it('has its text and times, and is no incident', () => {
    const incident = incidentOf(notice());
    expect(incident).toMatchObject({ types: ['Vind'], notice: { text: 'Stormbyar', from: DAY, until: DAY + 3_600_000 } });
    expect(incident.reported).toBeUndefined();
  });

  it('ends with its cause', () => {
    const ended = event({ case: 'advanceNoticeEnded', value: { cause: EndCause.EXPIRED } });
    expect(incidentOf(notice(), ended).notice?.ended?.cause).toBe(EndCause.EXPIRED);
  });

  it('becomes an incident, and is over as a notice', () => {
    const incident = incidentOf(notice(), event({ case: 'incidentReported', value: { types: ['Hinder på väg'] } }));
    expect(incident).toMatchObject({ types: ['Hinder på väg'], notice: { ended: { cause: EndCause.CONVERTED } } });
  });
});

describe('what this page does not know', () => {
  it('an event without a body is kept among the events, and is no fault', () => {
    const unknown = create(EventSchema, { envelope: { eventId: 'x', incidentId: 'i' } });
    expect(incidentOf(unknown).events.size).toBe(1);
  });

  it('a kind of event of a newer hub is kept, with what it brings', () => {
    // Field 900 of the event: bytes of a kind that is not invented yet; envelope with id "x" and incident "i".
    const bytes = new Uint8Array([0x0a, 0x06, 0x0a, 0x01, 0x78, 0x12, 0x01, 0x69, 0xa2, 0x38, 0x01, 0x00]);
    const newer = fromBinary(EventSchema, bytes);
    expect(newer.body.case).toBeUndefined();
    expect(incidentOf(newer).events.get('x')?.$unknown?.[0]?.no).toBe(900);
  });

  it('an event of no scope changes nothing', () => {
    const store = folded(create(EventSchema, { envelope: { eventId: 'x' }, body: { case: 'incidentReported', value: {} } }));
    expect([store.revision, store.incidents.size]).toEqual([0, 0]);
  });

  it('who said it, when that may not be seen, is nobody, and not a fault', () => {
    expect(said(create(EventSchema, {}))).toEqual({ eventId: '', owner: '', at: 0, pressedAt: 0, role: undefined, unit: undefined, person: undefined });
  });
});

it('the same event twice changes nothing', () => {
  const once = street('E14');
  const store = folded(once);
  const before = store.revision;
  expect([store.apply(once, DAY + 99), store.revision, store.incidents.get('i')?.revision, store.incidents.get('i')?.receivedAt]).toEqual([false, before, 1, DAY]);
});
