// @vitest-environment happy-dom
import { GoodbyeCode } from '@samband/core/gen/session_pb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stage, strike } from '../test/stage.ts';
import { beginAgain } from './beginAgain.ts';
import { mayLeave } from './boot.ts';
import type { Page } from './seat.ts';

const note = { incidentId: 'i', body: { case: 'addNote' as const, value: { note: 'x' } } };
const tries = new Map<string, string>();
const world = (reload: () => void) => ({
  tries: { getItem: (key: string) => tries.get(key) ?? null, setItem: (key: string, value: string) => void tries.set(key, value), removeItem: (key: string) => void tries.delete(key) }, reload,
});

async function ended(page: Page, code = GoodbyeCode.PROTOCOL_ERROR, prepare: (stage: Stage) => Promise<unknown> = async () => undefined) {
  const stage = await Stage.offline({ organisation: 'rtj' });
  const reload = vi.fn();
  beginAgain(page, stage.client, world(reload));
  stage.hub.welcome({ organisation: 'rtj' });
  await prepare(stage);
  stage.hub.last.goodbye(code);
  return reload;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  tries.clear();
  document.body.replaceChildren();
  strike();
  vi.useRealTimers();
});

describe('a session that the hub did not understand', () => {
  it.each<Page>(['wall', 'terminal', 'console'])('has the page loaded again by itself (%s)', async (page) => {
    const reload = await ended(page);
    vi.advanceTimersByTime(9_000);
    expect(reload).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20_000);
    expect(reload).toHaveBeenCalledOnce();
  });

  it('is waited for longer each time, until one stands', async () => {
    await ended('wall');
    await ended('wall');
    const reload = await ended('wall');
    vi.advanceTimersByTime(39_000);
    expect(reload).not.toHaveBeenCalled();
    vi.advanceTimersByTime(50_000);
    expect(reload).toHaveBeenCalledOnce();
    const stage = await Stage.offline({});
    beginAgain('wall', stage.client, world(reload));
    stage.hub.welcome();
    stage.hub.last.say({ case: 'caughtUp', value: {} });
    await vi.advanceTimersByTimeAsync(0);
    expect(tries.size).toBe(0);
  });

  it('takes nothing away that is not sent at a desk, or is written at the moment', async () => {
    const unsent = await ended('console', undefined, (stage) => stage.client.outbox.press(note));
    vi.advanceTimersByTime(600_000);
    expect(unsent).not.toHaveBeenCalled();
    const field = document.body.appendChild(document.createElement('input'));
    field.focus();
    const writing = await ended('terminal');
    vi.advanceTimersByTime(600_000);
    expect(writing).not.toHaveBeenCalled();
    field.blur();
    vi.advanceTimersByTime(5_000);
    expect(writing).toHaveBeenCalledOnce();
  });

  it('is another thing than a token that is no longer good', async () => {
    const reload = await ended('wall', GoodbyeCode.TOKEN_EXPIRED);
    vi.advanceTimersByTime(600_000);
    expect(reload).not.toHaveBeenCalled();
  });
});

describe('leaving', () => {
  it('is done at once when everything is sent, and otherwise when somebody says so', async () => {
    const stage = await Stage.offline({});
    const leave = vi.fn();
    mayLeave(stage.session, 'signed_out', leave);
    expect(leave).toHaveBeenCalledExactlyOnceWith('signed_out');
    await stage.client.outbox.press(note);
    mayLeave(stage.session, 'token_expired', leave);
    expect([leave.mock.calls.length, stage.session.leaving?.why]).toEqual([1, 'token_expired']);
    stage.session.leaving?.go();
    expect(leave).toHaveBeenLastCalledWith('token_expired');
  });
});
