// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { event, party, unit } from '../../core/test/build.ts';
import { alarm, at, BIL, cabOf, pressed, reported, stopClock } from '../test/cab.ts';
import '../test/happy.ts';
import { press, show } from '../test/show.ts';
import Card from './Card.svelte';
import { Cab } from './cab.svelte.ts';
import { Position } from './position.svelte.ts';
import Panels from './Panels.svelte';
import Report from './Report.svelte';

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

describe('one of several assignments', () => {
  const other = (seconds = -30) => [
    event({ case: 'incidentReported', value: { types: ['Trafikolycka'] } }, { incidentId: 'j', hubTime: at(seconds) }),
    event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('rtj', '2311010')] } }, { incidentId: 'j', hubTime: at(seconds) }),
  ];
  const emergency = (incidentId: string) => event({ case: 'emergencyRaised', value: { emergencyId: 'n', unit: unit('2311030') } }, { incidentId, owner: 'rtj' });

  it('stays in front when another becomes more urgent, and after a reload', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), ...other());
    cab.pin();
    expect([cab.incident?.id, cab.assignments.map((one) => one.id)]).toEqual(['j', ['j', 'i']]);
    cab.chosenId = 'i';
    stage.add(emergency('j'));
    cab.pin();
    expect([cab.incident?.id, cab.assignments.map((one) => one.id)]).toEqual(['i', ['j', 'i']]);
    expect(new Cab(stage.session, new Position(stage.client)).incident?.id).toBe('i');
  });

  it('is put there for good when it was the only one', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.pin();
    stage.add(...other(-1), emergency('j'));
    cab.pin();
    expect(cab.incident?.id).toBe('i');
    stage.add(event({ case: 'unitStatusReported', value: { unit: BIL, code: 'K', state: 6 } }, { owner: 'rtj', hubTime: at(9) }));
    cab.pin();
    expect(cab.incident?.id).toBe('j');
  });

  it('has the report that was begun for it, also when an alarm of another comes between', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.pin();
    cab.panel = 'report';
    const shown = show(Report, () => ({}), { cab });
    press(shown.button('Villa'));
    press(shown.button('Rök'));
    press(shown.button('Inget hot'));
    stage.add(...other(-1));
    cab.chosenId = 'j';
    stage.settle();
    expect([shown.find('[data-testid=panel-of]').className.includes('elsewhere'), shown.text.includes('Gäller ett annat uppdrag: Brand i byggnad')]).toEqual([true, true]);
    press(shown.button('SÄND'));
    await pressed(stage, 1);
    expect(stage.commands).toMatchObject([{ incidentId: 'i', body: { case: 'fileArrivalReport', value: { what: 'Villa' } } }]);
  });

  it('leaves a form of another, which is kept until one is back there', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.pin();
    cab.panel = 'sitrep';
    const draft = () => cab.draft('sitrep', () => ({ text: '' }));
    draft().text = 'vägen röjd';
    stage.add(...other(-1));
    cab.acknowledge('j', 'b');
    await pressed(stage, 1);
    expect([cab.panel, cab.incident?.id]).toEqual([undefined, 'j']);
    cab.panel = 'sitrep';
    expect(draft().text).toBe('');
    cab.panel = undefined;
    cab.chosenId = 'i';
    cab.panel = 'sitrep';
    expect(draft().text).toBe('vägen röjd');
  });

  it('that the unit was added to late counts from then, not from when the alarm was sent', async () => {
    const added = event({ case: 'partiesAdded', value: { alarmId: 'a', parties: [party('rtj', '2311010')] } }, { hubTime: at(30) });
    const status = event({ case: 'unitStatusReported', value: { unit: BIL, code: 'K', state: 6 } }, { owner: 'rtj', hubTime: at(5) });
    const { cab } = await cabOf(reported(), alarm('a', -20, '2311030'), status, added);
    expect([cab.assignments.map((one) => one.id), cab.code]).toEqual([['i'], undefined]);
  });
});

describe('at speed', () => {
  it('nothing is written in a panel that was open; what was begun is still there afterwards, and an open log can be closed', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.pin();
    cab.panel = 'request';
    const shown = show(Panels, () => ({ onsignout: () => undefined }), { cab });
    press(shown.button('Ambulans'));
    cab.position.speedKmh = 50;
    stage.settle();
    expect([shown.all('[data-testid=moving]').length, shown.all('button').map((one) => one.textContent)]).toEqual([1, ['Jag är passagerare (10 min)', 'Tillbaka']]);
    press(shown.button('Jag är passagerare (10 min)'));
    stage.session.now += 1000;
    stage.settle();
    expect(shown.button('Ambulans').getAttribute('aria-pressed')).toBe('true');
    const other = await cabOf(reported(), alarm());
    other.cab.panel = 'log';
    other.cab.position.speedKmh = 50;
    const card = show(Card, () => ({ incident: other.stage.incident() }), { cab: other.cab });
    expect([card.button('Logg').disabled, card.button('Uppgifter').disabled]).toEqual([false, true]);
  });
});
