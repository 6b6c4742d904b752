// @vitest-environment happy-dom
import { timestamp } from '@samband/core';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { event, unit } from '../../core/test/build.ts';
import { acknowledged, alarm, at, pressed, recalled, reported, stopClock } from '../test/cab.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { press, show } from '../test/show.ts';
import type { Shown } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import Terminal from './Terminal.svelte';

vi.mock('./TerminalMap.svelte', () => import('../test/Nothing.svelte'));

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

async function terminal(...events: Parameters<Stage['add']>): Promise<{ stage: Stage; shown: Shown }> {
  const stage = await Stage.live({ organisation: 'rtj', role: 'unit', unitId: '2311010' }, ...events);
  const shown = show(Terminal, () => ({ session: stage.session, salvaged: undefined, isVolatile: false, signOut: () => undefined }));
  stage.settle();
  return { stage, shown };
}
const under = (shown: Shown) => shown.find<HTMLElement & { inert: boolean }>('[data-testid=under]').inert;
const gone = (stage: Stage) => {
  stage.hub.last.drop();
  vi.advanceTimersByTime(21_000);
  stage.settle();
};

/** Held as long as it has to be. */
function hold(button: HTMLElement): void {
  vi.useFakeTimers({ now: Date.now(), toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  button.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  vi.advanceTimersByTime(2_000);
  vi.useFakeTimers({ now: Date.now(), toFake: ['setInterval', 'clearInterval', 'Date'] });
  flushSync();
}

describe('the radio one falls back on', () => {
  it('is a band of the vehicle while the hub does not reach it; other networks are the desk’s', async () => {
    const { stage, shown } = await terminal(reported());
    const told = (name: string, up: boolean) => ({ name, organisation: 'sos', up, since: timestamp(Date.now()) });
    const tell = (...networks: object[]) => {
      stage.hub.last.say({ case: 'linkState', value: { journalWritable: true, ledgerWritable: true, networks } });
      stage.settle();
      return shown.all('[data-testid=network-down] b').map((one) => one.textContent);
    };
    expect(tell(told('Rakel', false), told('TAK', false))).toEqual([expect.stringMatching(/^Rakel: ingen kontakt sedan \d\d:\d\d$/)]);
    await hasNoBarrier(shown.element);
    expect(tell(told('Rakel', true), told('TAK', false))).toEqual([]);
  });
});

describe('what lies over the screen', () => {
  it('has the next key, and nothing beneath it has: an alarm that comes while the status button has the focus', async () => {
    const { stage, shown } = await terminal(reported(), alarm(), acknowledged());
    shown.find('[data-testid=next]').focus();
    expect(under(shown)).toBe(false);
    stage.add(alarm('b', 0));
    expect([under(shown), document.activeElement]).toEqual([true, shown.find('[data-testid=acknowledge]')]);
    await hasNoBarrier(shown.element);
    press(shown.button('Kan inte ta larmet'));
    expect(document.activeElement?.textContent).toBe('Tillbaka');
    press(shown.button('Tillbaka'));
    press(shown.find('[data-testid=acknowledge]'));
    await pressed(stage, 1);
    expect([under(shown), document.activeElement?.tagName]).toEqual([false, 'MAIN']);
  });

  it('is another thing when the alarm in it is called back', async () => {
    const { stage, shown } = await terminal(reported(), alarm());
    press(shown.button('Kan inte ta larmet'));
    stage.add(recalled(-1));
    expect([shown.text.includes('LARMET ÅTERKALLAT'), document.activeElement]).toEqual([true, shown.find('[data-testid=acknowledge]')]);
  });

  it('is the own emergency, also over an alarm; it is put aside by holding, and what is beneath is reached again', async () => {
    const { stage, shown } = await terminal(reported(), alarm());
    gone(stage);
    void stage.session.press({ body: { case: 'raiseEmergency', value: {} } });
    await pressed(stage, 1);
    expect([document.activeElement?.getAttribute('data-testid'), shown.find<HTMLElement & { inert: boolean }>('.over').inert]).toEqual(['distress', true]);
    await hasNoBarrier(shown.element);
    hold(shown.button(/Lägg åt sidan/));
    stage.settle();
    expect([shown.all('[data-testid=distress]'), shown.find('[data-testid=distress-band]').textContent?.includes('NÖD EJ SÄND')]).toEqual([[], true]);
    press(shown.find('[data-testid=acknowledge]'));
    await pressed(stage, 2);
    press(shown.button('Telefon och rutin'));
    expect([shown.all('[data-testid=reserve]').length, document.activeElement?.id]).toEqual([1, 'reserve-title']);
    press(shown.button('Visa'));
    expect(shown.all('[data-testid=distress]')).toHaveLength(1);
  });

  it('is no emergency any more when it was pressed by mistake and never sent', async () => {
    const { stage, shown } = await terminal(reported(), alarm(), acknowledged());
    gone(stage);
    void stage.session.press({ body: { case: 'raiseEmergency', value: {} } });
    await pressed(stage, 1);
    hold(shown.button(/Misstag, ta tillbaka/));
    stage.settle();
    expect([shown.all('[data-testid=distress]'), stage.commands]).toEqual([[], []]);
  });
});

describe('the working screen', () => {
  const total = () => event({ case: 'totalInformationIssued', value: { number: 2, material: true } });

  it('has the next status also while something is to be understood', async () => {
    const { shown } = await terminal(reported(), alarm(), acknowledged(), total());
    expect(shown.all('[data-testid=understand], [data-testid=next]').map((one) => one.dataset.testid)).toEqual(['understand', 'next']);
  });

  it('keeps what is half written when the reserve page is looked at', async () => {
    const { stage, shown } = await terminal(reported(), alarm(), acknowledged());
    press(shown.find('[data-testid=report-button]'));
    press(shown.button('Villa'));
    gone(stage);
    press(shown.button('Telefon och rutin'));
    press(shown.button('Visa senaste bilden'));
    expect(shown.button('Villa').getAttribute('aria-pressed')).toBe('true');
  });

  it('reads nothing aloud again and again that only counts seconds', async () => {
    const { stage, shown } = await terminal(reported(), alarm(), acknowledged(), event({ case: 'emergencyRaised', value: { emergencyId: 'n', unit: unit('2311030') } }, { owner: 'rtj', hubTime: at(0) }));
    gone(stage);
    const told = () => shown.all('[role=alert], [role=status]').map((one) => one.textContent);
    const before = told();
    vi.advanceTimersByTime(7_000);
    stage.settle();
    expect(told()).toEqual(before);
  });
});
