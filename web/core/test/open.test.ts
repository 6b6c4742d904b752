import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAlone } from '../src/open.ts';
import type { Locks } from '../src/open.ts';
import { MemoryStorage } from '../src/storage.ts';
import { freshName } from './idb.ts';

/** A browser's locks, held by one at a time; `release` is what the end of a page does. */
function browser() {
  let holder: (() => unknown) | undefined;
  const waiting: (() => void)[] = [];
  const request = (_name: string, { signal }: LockOptions, held: () => unknown) => new Promise((_resolve, reject) => {
    const take = () => {
      holder = held;
      held();
    };
    signal?.addEventListener('abort', () => reject(new DOMException('late', 'AbortError')));
    if (holder) waiting.push(take);
    else take();
  });
  return { locks: { request } as unknown as Locks, release: () => { holder = undefined; waiting.shift()?.(); } };
}

afterEach(() => void vi.useRealTimers());

describe('a storage that is opened for one page alone', () => {
  it('is memory in the second tab of a seat, which is told', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { locks } = browser();
    const name = freshName();
    const first = await openAlone(name, locks);
    const second = openAlone(name, locks);
    await vi.advanceTimersByTimeAsync(1_500);
    expect([first.volatile, (await second).volatile, (await second).isElsewhere, (await second).storage]).toEqual([false, true, true, expect.any(MemoryStorage)]);
    first.storage.close();
  });

  it('is the same again for a page that is reloaded, though the former one ends a moment later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { locks, release } = browser();
    const name = freshName();
    const before = await openAlone(name, locks);
    const after = openAlone(name, locks);
    await vi.advanceTimersByTimeAsync(300);
    before.storage.close();
    release();
    expect((await after).isElsewhere).toBeUndefined();
    (await after).storage.close();
  });

  it('is opened where the browser has no locks', async () => {
    const found = await openAlone(freshName(), undefined);
    expect(found.volatile).toBe(false);
    found.storage.close();
  });

  it('that the browser never opens does not keep the page from starting', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hanging = openAlone(freshName(), undefined, () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await hanging).toEqual({ storage: expect.any(MemoryStorage), volatile: true });
  });
});
