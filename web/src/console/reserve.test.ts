// @vitest-environment happy-dom
import { flushSync, tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { press, show, type } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import Console from './Console.svelte';

vi.mock('./ConsoleMap.svelte', () => import('../test/Nothing.svelte'));

const NOW = new Date(2026, 10, 25, 12, 0, 0).getTime();
beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

it('the reserve page lies over the console: what is half written, and where one was, is there when the hub is back', async () => {
  const stage = await Stage.live({ organisation: 'sos' }, event({ case: 'incidentReported', value: { types: ['Brand'] } }), alarmed(party('amb')));
  const shown = show(Console, () => ({ session: stage.session, salvaged: undefined, isVolatile: false, signOut: () => undefined }));
  press(shown.find('[data-id=i]'));
  dispatchEvent(new KeyboardEvent('keydown', { key: 'n', code: 'KeyN', altKey: true }));
  flushSync();
  const note = () => shown.find<HTMLTextAreaElement>('[name=note]');
  type(note(), 'ring igen');
  note().focus();
  stage.hub.last.drop();
  vi.advanceTimersByTime(21_000);
  stage.settle();
  const console = shown.find<HTMLElement & { inert: boolean }>('.console');
  expect([console.inert, document.activeElement?.id]).toEqual([true, 'reserve-title']);
  await hasNoBarrier(shown.element);
  // Nothing happens beneath it.
  dispatchEvent(new KeyboardEvent('keydown', { key: 'l', code: 'KeyL', altKey: true }));
  flushSync();
  press(shown.button('Försök nu'));
  stage.hub.welcome({ organisation: 'sos' });
  stage.settle();
  await tick();
  await tick();
  expect([console.inert, note().value, document.activeElement]).toEqual([false, 'ring igen', note()]);
});
