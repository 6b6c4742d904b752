// @vitest-environment happy-dom
import { RefusalCode } from '@samband/core/gen/command_pb';
import type { Event } from '@samband/core/gen/event_pb';
import { createRawSnippet, flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { event, unit } from '../../core/test/build.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { key, press, show } from '../test/show.ts';
import { acknowledged, alarm, answer, at, BIL, cabOf, NOW, pressed, recalled, reported, stopClock } from '../test/cab.ts';
import { Cab } from './cab.svelte.ts';
import Card from './Card.svelte';
import Distress from './Distress.svelte';
import Hold from './Hold.svelte';
import Takeover from './Takeover.svelte';

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

describe('an alarm over the whole screen', () => {
  /** As long as there is one; what is pressed in it is looked at in the cab. */
  function takeover(cab: Cab) {
    let shown = cab.takeover;
    return show(Takeover, () => {
      shown = cab.takeover ?? shown;
      if (!shown) throw new Error('nothing takes the screen over');
      return { ...shown };
    }, { cab });
  }

  it('has what, where, the time that is left, and one large button that has the focus', async () => {
    const { stage, cab } = await cabOf(reported(), event({ case: 'factStated', value: { value: { case: 'address', value: { street: 'Storgatan 1' } } } }), alarm());
    const shown = takeover(cab);
    for (const part of ['LARM', 'Brand i byggnad', 'Storgatan 1', 'Larm a', '40 s att kvittera']) expect(shown.text).toContain(part);
    expect(document.activeElement).toBe(shown.find('[data-testid=acknowledge]'));
    await hasNoBarrier(shown.element);
    vi.advanceTimersByTime(45_000);
    stage.settle();
    expect(shown.text).toContain('5 s för sent');
  });

  it('is acknowledged by one press, and told to the hub', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    const shown = takeover(cab);
    press(shown.button('KVITTERA'));
    await pressed(stage, 1);
    expect([stage.bodies, stage.commands[0]?.incidentId, cab.takeover]).toMatchObject([[{ case: 'acknowledge', value: { alarmId: 'a' } }], 'i', undefined]);
  });

  it('is acknowledged without the link: it goes at once, and is sent when the hub is back', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    stage.hub.last.drop();
    stage.settle();
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    expect([cab.takeover, stage.session.unsent]).toEqual([undefined, 1]);
  });

  it('is answered alone: another of the same incident is read first', async () => {
    const { stage, cab } = await cabOf(reported(), alarm('a', -20), alarm('b', -10));
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    expect([stage.bodies, cab.takeover?.row.alarmId]).toMatchObject([[{ value: { alarmId: 'a' } }], 'b']);
  });

  it('comes back when the hub would not have the answer', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    answer(stage, RefusalCode.NOT_PERMITTED);
    expect(cab.takeover?.row.alarmId).toBe('a');
  });

  it('that comes a moment after an answer is another one', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    answer(stage);
    stage.add(acknowledged());
    expect(cab.takeover).toBeUndefined();
    stage.add(alarm('b', 5));
    expect(cab.takeover?.row.alarmId).toBe('b');
  });

  it('that comes while an answer waits to be sent is another one as well', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.decline('i', 'a', 'Fordonsfel');
    await pressed(stage, 1);
    expect(cab.takeover).toBeUndefined();
    stage.add(alarm('b', -5));
    expect(cab.takeover?.row.alarmId).toBe('b');
  });

  it('does not flicker between the hub’s answer and the event that shows it', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    answer(stage);
    expect(cab.takeover).toBeUndefined();
  });

  it('that is called back says so, and is taken note of; also one that nobody had answered', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), recalled(-2));
    const shown = takeover(cab);
    expect([shown.text.startsWith('LARMET ÅTERKALLAT'), shown.all('button').map((one) => one.textContent)]).toEqual([true, ['UPPFATTAT']]);
    press(shown.button('UPPFATTAT'));
    await pressed(stage, 1);
    expect([stage.bodies, cab.takeover]).toMatchObject([[{ case: 'acknowledge', value: { alarmId: 'a' } }], undefined]);
  });

  it('that is called back after it was answered here comes back', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    answer(stage);
    stage.add(acknowledged(), recalled(3));
    expect(cab.takeover?.row.stage).toBe('recall_waiting');
  });

  it('that is called back in the same second as it was answered comes back at once, and its answer goes away at once', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.acknowledge('i', 'a');
    await pressed(stage, 1);
    answer(stage);
    stage.add(event({ case: 'acknowledged', value: { alarmId: 'a', organisation: 'rtj', unit: BIL } }, { owner: 'rtj', hubTime: at(0) }), recalled(0));
    expect(cab.takeover?.row.stage).toBe('recall_waiting');
    vi.advanceTimersByTime(1_000);
    cab.acknowledge('i', 'a');
    await pressed(stage, 2);
    answer(stage);
    expect(cab.takeover).toBeUndefined();
  });

  it('is declined with a reason, in two presses, and the way back is there', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    const shown = takeover(cab);
    press(shown.button('Kan inte ta larmet'));
    await hasNoBarrier(shown.element);
    press(shown.button('Tillbaka'));
    press(shown.button('Kan inte ta larmet'));
    press(shown.button('Patient ombord'));
    await pressed(stage, 1);
    expect(stage.bodies).toMatchObject([{ case: 'decline', value: { alarmId: 'a', reason: 'Patient ombord' } }]);
  });

  it('is the one that is due first, and never another vehicle’s', async () => {
    const { stage, cab } = await cabOf(reported(), alarm('late', -10), alarm('soon', -30), alarm('other', -50, '2311030'));
    expect(cab.takeover?.row.alarmId).toBe('soon');
    expect(stage.session.own.unitId).toBe('2311010');
  });

  it('tells the hub that it is on the screen', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    takeover(cab);
    expect(stage.hub.last.of('receipt').map((one) => one.step)).toEqual([1, 2]);
  });
});

describe('the assignment', () => {
  const status = (code: string, state: number, seconds = 5) => event({ case: 'unitStatusReported', value: { unit: BIL, code, state } }, { owner: 'rtj', hubTime: at(seconds) });

  it('has the next status of the own table, with what was pressed and is not sent', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), acknowledged());
    expect([cab.code, cab.next?.code]).toEqual([undefined, 'U']);
    cab.report('U');
    await pressed(stage, 1);
    expect([cab.code, cab.next?.code]).toEqual(['U', 'F']);
    stage.add(status('F', 2));
    answer(stage);
    expect([cab.code, cab.next?.code]).toEqual(['F', 'H']);
  });

  it('is over when the vehicle is available, when it was called back, and not because of an older status', async () => {
    const on = async (...events: Event[]) => (await cabOf(reported(), ...events)).cab.assignments.length;
    expect([await on(alarm(), status('K', 6)), await on(alarm(), recalled(1)), await on(alarm('a', 30), status('K', 6)), await on()]).toEqual([0, 0, 1, 0]);
  });

  it('is also where the vehicle was sent as help, until it goes home', async () => {
    const offer = event({ case: 'resourceOffered', value: { offerId: 'o' } });
    const deployed = event({ case: 'resourceDeployed', value: { offerId: 'o', units: [BIL, unit('2311030')] } });
    const home = (...ids: string[]) => event({ case: 'resourceReturned', value: { offerId: 'o', units: ids.map((id) => unit(id)) } });
    const on = async (...events: Event[]) => (await cabOf(reported(), offer, deployed, ...events)).cab.assignments.length;
    expect([await on(), await on(home('2311030')), await on(home('2311010')), await on(home('2311010', '2311030'))]).toEqual([1, 1, 0, 0]);
  });

  it('asks for an "Uppfattat" once', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), event({ case: 'totalInformationIssued', value: { number: 2, material: true } }));
    expect(cab.unconfirmed).toBe(2);
    cab.confirm(2);
    await pressed(stage, 1);
    expect([cab.unconfirmed, stage.bodies]).toMatchObject([0, [{ case: 'confirmTotalInformation', value: { number: 2 } }]]);
  });

  it('opens the arrival report when the hub asks this vehicle, once, and never at speed', async () => {
    const prompted = (unitId: string) => event({ case: 'arrivalReportPrompted', value: { unit: unit(unitId) } });
    const { cab } = await cabOf(reported(), alarm(), prompted('2311010'));
    cab.position.speedKmh = 50;
    cab.openPrompted();
    expect(cab.panel).toBeUndefined();
    cab.position.speedKmh = 0;
    cab.openPrompted();
    expect(cab.panel).toBe('report');
    cab.panel = undefined;
    cab.openPrompted();
    expect(cab.panel).toBeUndefined();
    const other = await cabOf(reported(), alarm(), prompted('2311030'));
    other.cab.openPrompted();
    expect(other.cab.panel).toBeUndefined();
  });

  it('is a card with what is dangerous, and its log can be shown whole', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), event({ case: 'hazardReported', value: { hazardId: 'h', hazard: { what: 'Gasol', standOffM: 300 } } }), event({ case: 'receiptsGathered', value: {} }));
    const shown = show(Card, () => ({ incident: stage.incident() }), { cab });
    expect(shown.find('.urgent').textContent).toMatch(/Gasol håll 300 m/);
    await hasNoBarrier(shown.element);
    press(shown.button('Logg'));
    press(shown.find<HTMLInputElement>('input[type=checkbox]'));
    expect(shown.text).toContain('Leveransbesked');
  });
});

describe('a button that has to be held', () => {
  const children = createRawSnippet(() => ({ render: () => '<span>NÖD</span>' }));
  const hold = () => {
    vi.useFakeTimers({ now: NOW });
    const held = vi.fn();
    return { held, shown: show(Hold, () => ({ onheld: held, children })) };
  };
  const pointer = (element: HTMLElement, type: string) => {
    element.dispatchEvent(new Event(type, { bubbles: true }));
    flushSync();
  };

  it('acts when it was held for two seconds, once', () => {
    const { held, shown } = hold();
    const button = shown.button('NÖD');
    pointer(button, 'pointerdown');
    vi.advanceTimersByTime(1_999);
    expect(held).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(held).toHaveBeenCalledOnce();
    pointer(button, 'pointerup');
    vi.advanceTimersByTime(10_000);
    expect(held).toHaveBeenCalledOnce();
  });

  it.each(['pointerup', 'pointerleave', 'pointercancel', 'blur'])('does nothing when it was brushed (%s)', (end) => {
    const { held, shown } = hold();
    pointer(shown.find('button'), 'pointerdown');
    vi.advanceTimersByTime(1_500);
    pointer(shown.find('button'), end);
    vi.advanceTimersByTime(10_000);
    expect(held).not.toHaveBeenCalled();
  });

  it('does nothing when it was pressed twice for a second', () => {
    const { held, shown } = hold();
    for (let n = 0; n < 2; n += 1) {
      pointer(shown.find('button'), 'pointerdown');
      vi.advanceTimersByTime(1_000);
      pointer(shown.find('button'), 'pointerup');
    }
    vi.advanceTimersByTime(5_000);
    expect(held).not.toHaveBeenCalled();
  });

  it('is held with the keyboard just the same', () => {
    const { held, shown } = hold();
    const button = shown.find('button');
    expect(key(button, ' ')).toBe(true);
    for (let n = 0; n < 20; n += 1) {
      vi.advanceTimersByTime(90);
      key(button, ' ', { repeat: true });
    }
    expect(held).not.toHaveBeenCalled();
    vi.advanceTimersByTime(300);
    expect(held).toHaveBeenCalledOnce();
    key(button, 'Enter');
    vi.advanceTimersByTime(500);
    button.dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }));
    vi.advanceTimersByTime(5_000);
    expect(held).toHaveBeenCalledOnce();
  });

  it('does nothing when it was taken off the screen while it was held', () => {
    const { held, shown } = hold();
    pointer(shown.find('button'), 'pointerdown');
    shown.unmount();
    vi.advanceTimersByTime(5_000);
    expect(held).not.toHaveBeenCalled();
  });
});

describe('the own emergency', () => {
  const raised = (unitId = '2311010') => event({ case: 'emergencyRaised', value: { emergencyId: 'n', unit: unit(unitId) } }, { owner: 'rtj' });
  const distress = (cab: Cab) => show(Distress, () => ({ unsent: cab.unsentEmergency, own: cab.ownEmergency }), { cab });

  it('is not sent while the hub is gone, says so, and what to do', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    stage.hub.last.drop();
    stage.settle();
    cab.raiseEmergency();
    await pressed(stage, 1);
    const shown = distress(cab);
    expect([shown.find('[data-testid=distress]').dataset.sent, shown.text]).toEqual(['false', expect.stringMatching(/NÖD EJ SÄND ANVÄND RAKEL/)]);
    await hasNoBarrier(shown.element);
  });

  it('is of the incident the vehicle is on, and of none where there is none', async () => {
    const on = await cabOf(reported(), alarm());
    on.cab.raiseEmergency();
    await pressed(on.stage, 1);
    const free = await cabOf();
    free.cab.raiseEmergency();
    await pressed(free.stage, 1);
    expect([on.stage.commands[0]?.incidentId, free.stage.commands[0]?.incidentId]).toEqual(['i', undefined]);
  });

  it('is sent when the hub has it, and says honestly whether anybody has understood', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), raised());
    const shown = distress(cab);
    expect([shown.find('[data-testid=distress]').dataset.sent, shown.text]).toEqual(['true', expect.stringMatching(/NÖDLARM SÄNT Ingen har uppfattat ännu/)]);
    stage.add(event({ case: 'emergencyAcknowledged', value: { emergencyId: 'n', organisation: 'amb' } }, { owner: 'amb' }));
    expect(shown.find('[role=status]').textContent).toBe('Uppfattat av AMB');
    await hasNoBarrier(shown.element);
  });

  it('that the hub would not take stays on the screen until somebody has read it', async () => {
    const { stage, cab } = await cabOf(reported(), alarm());
    cab.raiseEmergency();
    await pressed(stage, 1);
    answer(stage, RefusalCode.NOT_PERMITTED);
    const shown = distress(cab);
    expect(shown.text).toMatch(/NÖD EJ SÄND ANVÄND RAKEL Din roll får inte göra detta/);
    press(shown.button('Läst'));
    stage.settle();
    expect(cab.unsentEmergency).toBeUndefined();
  });

  it('that stands already is the one that stands', async () => {
    const { stage, cab } = await cabOf(reported(), alarm(), raised());
    cab.raiseEmergency();
    await pressed(stage, 1);
    answer(stage, RefusalCode.EMERGENCY_STANDS);
    expect([cab.unsentEmergency, cab.ownEmergency?.emergency.id]).toEqual([undefined, 'n']);
  });

  it('is ended by holding a reason; a mistake is told as one', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    const { stage, cab } = await cabOf(reported(), alarm(), raised());
    const shown = distress(cab);
    press(shown.button('Avsluta nödlarmet'));
    const mistake = shown.button(/Misstag/);
    mistake.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await vi.advanceTimersByTimeAsync(2_000);
    stage.settle();
    expect(stage.bodies).toMatchObject([{ case: 'cancelEmergency', value: { emergencyId: 'n', reason: 'Misstag', byMistake: true } }]);
  });

  it('of another vehicle is another’s', async () => {
    const { cab } = await cabOf(reported(), raised('2311030'));
    expect([cab.ownEmergency, cab.otherEmergencies.length]).toEqual([undefined, 1]);
  });
});
