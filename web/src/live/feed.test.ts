import { afterEach, expect, it, vi } from 'vitest';
import { Feed } from './feed.ts';

afterEach(() => vi.unstubAllGlobals());

it('a screen without a thread knows what the incidents say of the units, and forgets what it follows no more', () => {
  vi.stubGlobal('Worker', undefined);
  vi.stubGlobal('WebSocket', class {
    close = () => undefined;
  });
  const feed = new Feed();
  const { table } = feed['here'];
  const [marked, forgotten] = [vi.spyOn(table, 'setMarks'), vi.spyOn(table, 'forgetOutside')];
  feed.setMarks([['1010', 1]]);
  feed.open('ws://hub/v1/session');
  const areas = [{ south: 62, west: 14, north: 63, east: 15 }];
  feed.forgetOutside(areas);
  expect(marked.mock.calls.at(-1)).toEqual([[['1010', 1]]]);
  expect(forgotten).toHaveBeenCalledExactlyOnceWith(areas);
});
