import { create } from '@bufbuild/protobuf';
import { Names } from '@samband/core';
import { EventSchema } from '@samband/core/gen/event_pb';
import { FactStatedSchema } from '@samband/core/gen/event_pb';
import fc from 'fast-check';
import { describe as suite, expect, it } from 'vitest';
import { again, BODY_NAMES, bodyOf, events } from '../../core/test/arbitrary.ts';
import { event } from '../../core/test/build.ts';
import type { Body } from '../../core/test/build.ts';
import { DEPLOYMENT } from '../test/deployment.ts';
import { en, sv } from '../texts/index.ts';
import { describe, factText, markingText } from './describe.ts';
import type { Voice } from './describe.ts';

const VOICES: [string, Voice][] = [
  ['Swedish', { names: new Names(DEPLOYMENT), t: sv }], ['English', { names: new Names(DEPLOYMENT), t: en }], ['Swedish without a deployment', { names: new Names(undefined), t: sv }],
];
const voice = (t = sv): Voice => ({ names: new Names(DEPLOYMENT), t });
const BROKEN = /undefined|null|NaN|\[object|function/;

suite.each(VOICES)('a line of the log in %s', (_name, spoken) => {
  it.each(BODY_NAMES)('for %s is never empty, never broken, whatever is left out of it', (name) => {
    fc.assert(fc.property(bodyOf(name), (body) => {
      const line = describe(spoken, create(EventSchema, { envelope: { owner: 'sos' }, body }));
      expect(line.trim()).not.toBe('');
      expect(line).not.toMatch(BROKEN);
      expect(line).not.toBe(spoken.t.events.lines.unknown);
    }), { numRuns: 40 });
  });

  it('for an event of a newer hub says that it cannot be shown here', () => {
    expect(describe(spoken, create(EventSchema, {}))).toBe(spoken.t.events.lines.unknown);
  });
});

it('is the same for the same event', () => {
  fc.assert(fc.property(events, (row) => {
    for (const one of row) expect(describe(voice(), again(one))).toBe(describe(voice(), one));
  }), { numRuns: 30 });
});

suite('what a dispatcher reads', () => {
  const bil = { unitId: '2311010' };
  it.each<[Body, string, string]>([
    [{ case: 'acknowledged', value: { organisation: 'rtj', unit: bil } }, '2 31-1010 KVITTERAR', '2 31-1010 ACKNOWLEDGES'],
    [{ case: 'acknowledged', value: { organisation: 'rtj', means: 2, heardOn: 'RAPS', counts: false } }, 'RTJ hörd av SOS på RAPS (räknas inte i grinden)', 'RTJ heard by SOS on RAPS (does not count in the gate)'],
    [{ case: 'acknowledgementOverdue', value: { organisation: 'rtj', unit: bil } }, 'UTEBLIVEN KVITTENS: 2 31-1010', 'OVERDUE: 2 31-1010'],
    [{ case: 'gateOpened', value: { operatorReason: 'livsfara' } }, 'GRINDEN ÖPPNAD FÖR HAND: livsfara', 'GATE OPENED BY HAND: livsfara'],
    [{ case: 'factStated', value: { value: { case: 'address', value: {} }, withdrawn: true } }, 'Adress: uppgiften är återtagen', 'Address: withdrawn'],
    [{ case: 'factStated', value: {} }, 'Uppgift (visas inte här)', 'Fact (not shown here)'],
    [{ case: 'receiptsGathered', value: { receipts: [{ unit: bil, step: 1 }, { step: 2 }] } }, 'Leveransbesked: 2 31-1010 mottaget, SOS visat', 'Receipts: 2 31-1010 delivered, SOS displayed'],
    [{ case: 'unitStateReported', value: { unit: bil, onDuty: true, code: 'K', state: 6, crewSize: 5 } }, 'Enhetens läge: 2 31-1010 – i tjänst, K, ledig, bemanning 5', 'Unit’s state: 2 31-1010 – on duty, K, available, crew 5'],
    [{ case: 'emergencyRaised', value: { unit: bil, what: 'fastklämd' } }, 'NÖDLARM 2 31-1010: fastklämd', 'EMERGENCY 2 31-1010: fastklämd'],
    [{ case: 'messageSent', value: { text: 'möts vid kyrkan' } }, 'möts vid kyrkan', 'möts vid kyrkan'],
  ])('%#', (body, swedish, english) => {
    expect([describe(voice(), event(body)), describe(voice(en), event(body))]).toEqual([swedish, english]);
  });
});

suite('a stated value', () => {
  it.each<[Extract<Body, { case: 'factStated' }>['value'], string]>([
    [{ value: { case: 'address', value: { street: 'Storgatan 1', floor: '3', locality: 'Åre', municipality: 'Åre', access: 'bakifrån' } } }, 'Storgatan 1, vån 3, Åre, väg in: bakifrån'],
    [{ value: { case: 'casualties', value: { count: 1, trapped: 2, severity: 3 } } }, '1 drabbad, 2 fastklämda, hög'],
    [{ value: { case: 'casualties', value: { count: 0 } } }, '0 drabbade'],
    [{ value: { case: 'hazard', value: { what: 'Gasol', unNumber: 1965, standOffM: 300 } } }, 'Gasol, UN 1965, håll 300 m'],
    [{ value: { case: 'threat', value: { assessment: 'beväpnad', weapons: true, level: 3 } } }, 'beväpnad, vapen, hög'],
    [{ locationCoarse: { south: 63, west: 14, sideM: 1000 } }, 'inom en ruta på 1 km'],
    [{ callerCoarse: { initials: 'AK', phoneLastTwo: '05' } }, 'AK, slutar på 05'],
    [{ patientsCoarse: { patients: [{ initials: 'LN', ageGroup: 1 }, { ageGroup: 3 }] } }, 'LN, barn; äldre'],
    [{ accessCodeCoarse: { exists: true } }, 'finns'],
    [{ healthCoarse: { severity: 2 } }, 'medel'],
  ])('%#', (value, line) => expect(factText(voice(), create(FactStatedSchema, value))).toBe(line));

  it('has a name for every marking, in each language', () => {
    expect([markingText(voice(), 7), markingText(voice(en), 7)]).toEqual(['Hälsouppgifter', 'Health']);
  });
});
