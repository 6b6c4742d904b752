// @vitest-environment happy-dom
import { create } from '@bufbuild/protobuf';
import { RpcError } from '@samband/core';
import { HandoverListSchema, History } from '@samband/core/gen/history_pb';
import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { event } from '../../core/test/build.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { press, show } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import { Desk } from './desk.svelte.ts';
import Detail from './Detail.svelte';
import Handover from './Handover.svelte';

async function deskWith(answer: (method: unknown) => Promise<unknown>): Promise<{ stage: Stage; desk: Desk }> {
  const stage = await Stage.live(
    { organisation: 'sos' }, event({ case: 'incidentReported', value: { types: ['Brand'] } }),
    event({ case: 'releaseRequested', value: { requestId: 'b', ofOwner: 'sos', marking: 7, purpose: 'förflyttning' } }, { owner: 'polis' }),
  );
  stage.client.call = answer as never;
  return { stage, desk: new Desk(stage.session) };
}
const settled = async () => {
  await new Promise((later) => setTimeout(later));
  flushSync();
};

describe('the list for the next shift', () => {
  const items = [{ kind: 7, incidentId: 'i', organisation: 'sos', subjectId: 'raps-1' }, { kind: 5, incidentId: 'i', organisation: 'polis', subjectId: 'b' }, { kind: 10, incidentId: 'gone' }];

  it('says which group and which release, and opens also what was let go', async () => {
    const { stage, desk } = await deskWith(async () => create(HandoverListSchema, { items }));
    vi.spyOn(stage.client, 'knows').mockReturnValue(true);
    const bringBack = vi.spyOn(stage.client, 'bringBack').mockResolvedValue(undefined);
    const shown = show(Handover, () => ({}), { desk });
    await settled();
    expect(shown.all('li').map((one) => one.textContent?.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'Talgrupp Brand · RAPS-1 · SOS Öppna', 'Begäran om utlämning Brand · Hälsouppgifter, förflyttning · POLIS Öppna', 'Ej tagen gone Öppna',
    ]);
    await hasNoBarrier(shown.element);
    press(shown.all('li button')[2]!);
    await settled();
    expect([bringBack.mock.calls, desk.selectedId]).toEqual([[['gone']], 'gone']);
  });

  it('says in the language of the screen why it cannot be had', async () => {
    const { desk } = await deskWith(() => Promise.reject(new RpcError('busy', 'rate limited')));
    const shown = show(Handover, () => ({}), { desk });
    await settled();
    expect(shown.find('[role=alert]').textContent).toBe('Navet hinner inte med just nu. Försök igen.');
  });
});

it('the past that cannot be fetched is told', async () => {
  const { desk } = await deskWith((method) => (method === History.method.timeline ? Promise.reject(new RpcError('offline', 'no')) : Promise.reject(new Error('x'))));
  desk.select('i');
  desk.tab = 'log';
  const shown = show(Detail, () => ({}), { desk });
  press(shown.button('Hämta äldre lydelser'));
  await settled();
  expect(shown.find('.problem').textContent).toContain('Ingen kontakt med navet');
});
