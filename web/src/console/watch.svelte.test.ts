// @vitest-environment happy-dom
import type { Event } from '@samband/core/gen/event_pb';
import { flushSync } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import { sound } from '../live/sound.svelte.ts';
import '../test/happy.ts';
import { Stage } from '../test/stage.ts';
import { Desk } from './desk.svelte.ts';
import { Watch } from './watch.svelte.ts';

const reported = (incidentId = 'i') => event({ case: 'incidentReported', value: {} }, { incidentId });
const emergency = () => event({ case: 'emergencyRaised', value: { emergencyId: 'n' } }, { owner: 'rtj' });
const second = () => event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('amb')] } });

let end: (() => void) | undefined;
afterEach(() => {
  end?.();
  for (const kind of ['alarm', 'emergency'] as const) sound.set(kind, false);
  vi.restoreAllMocks();
});

async function watching(organisation: string, ...events: Event[]): Promise<{ stage: Stage; desk: Desk; watch: Watch; once: ReturnType<typeof vi.fn>; again: ReturnType<typeof vi.fn> }> {
  const stage = await Stage.live({ organisation }, ...events);
  const desk = new Desk(stage.session);
  const once = vi.spyOn(sound, 'once');
  let watch: Watch | undefined;
  end = $effect.root(() => {
    watch = new Watch(desk);
  });
  flushSync();
  return { stage, desk, watch: watch as Watch, once: once as never, again: vi.spyOn(sound, 'again') as never };
}

describe('a desk hears', () => {
  it('its own alarm beside an emergency, and can go there', async () => {
    const { stage, desk, watch } = await watching('amb', reported(), emergency(), alarmed(party('amb')));
    expect([watch.waiting, sound.isSounding]).toEqual([1, true]);
    stage.add(reported('j'));
    desk.select('j');
    desk.nextUnacknowledged();
    expect(desk.selectedId).toBe('i');
  });

  it('a second alarm of an incident that waits already, also when the first was silenced', async () => {
    const { stage, watch, again } = await watching('amb', reported(), alarmed(party('amb')));
    again.mockClear();
    sound.silence();
    stage.add(second());
    expect([watch.waiting, again.mock.calls, sound.silencedUntil]).toEqual([2, [['alarm']], 0]);
    stage.add(event({ case: 'alarmRecalled', value: { alarmId: 'a', parties: [{ organisation: 'amb' }] } }));
    expect(again.mock.calls.length).toBe(2);
  });

  it('what others ask of it, once for each', async () => {
    const { stage, once } = await watching('sos', reported());
    const ask = (requestId: string) => event({ case: 'releaseRequested', value: { requestId, ofOwner: 'sos', marking: 7, purpose: 'x' } }, { owner: 'polis' });
    stage.add(ask('1'));
    stage.add(reported('j'));
    expect(once.mock.calls.filter(([kind]) => kind === 'request')).toHaveLength(1);
    stage.add(ask('2'));
    expect(once.mock.calls.filter(([kind]) => kind === 'request')).toHaveLength(2);
  });

  it('who is overdue, where it can do something about it', async () => {
    const overdue = () => event({ case: 'acknowledgementOverdue', value: { alarmId: 'a', organisation: 'amb' } });
    const heard = async (organisation: string) => {
      const { stage, once } = await watching(organisation, reported(), alarmed(party('amb'), party('rtj')));
      once.mockClear();
      stage.add(overdue());
      end?.();
      return once.mock.calls.filter(([kind]) => kind === 'overdue').length;
    };
    expect([await heard('sos'), await heard('amb'), await heard('rtj')]).toEqual([1, 1, 0]);
  });
});
