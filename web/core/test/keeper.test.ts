import { describe, expect, it } from 'vitest';
import { Keeper } from '../src/keeper.ts';
import type { Change } from '../src/storage.ts';
import { breakable, opened } from './idb.ts';

const told = (byte: number, scope: 'incident:a' | 'incident:b' = 'incident:a'): Change => ({ kind: 'event', event: { scope, bytes: new Uint8Array([byte]), at: 1 } });
const token = (byte: number): Change => ({ kind: 'keep', key: 'resumeToken', value: new Uint8Array([byte]) });

async function disk(whole: () => Change[] = () => []) {
  const storage = breakable((await opened()).storage);
  const written: Change[][] = [];
  const { write } = storage;
  storage.write = (changes) => {
    written.push(changes);
    return write(changes);
  };
  return { storage, written, keeper: new Keeper(storage, () => 7, whole) };
}

describe('a disk that fails for long', () => {
  it('gets what a restart has not forgotten, once, when it works again', async () => {
    const { storage, keeper, written } = await disk();
    storage.broken.add('write');
    keeper.queue(told(1));
    keeper.queue(told(2, 'incident:b'));
    await keeper.flush();
    keeper.queue({ kind: 'restart', scope: 'incident:a' });
    keeper.queue(told(3));
    await keeper.flush();
    storage.broken.clear();
    keeper.queue(token(1));
    await keeper.flush();
    expect(written.at(-1)?.map((one) => (one.kind === 'event' ? one.event.bytes[0] : one.kind))).toEqual([2, 'restart', 3, 'keep', 'keep']);
    expect((await storage.load()).events.map((one) => one.bytes[0])).toEqual([2, 3]);
  });

  it('has no more waiting for it than there is room for, and gets the picture whole when it works again', async () => {
    const { storage, keeper, written } = await disk(() => [told(8), token(9)]);
    await storage.write([told(0, 'incident:b'), token(0)]);
    storage.broken.add('write');
    keeper.queue(told(1));
    await keeper.flush();
    for (let n = 0; n < 6_000; n += 1) keeper.queue(told(2));
    await keeper.flush();
    await keeper.flush();
    expect(written.at(-1)).toHaveLength(2);
    storage.broken.clear();
    await keeper.flush();
    const { events, kept } = await storage.load();
    expect([events.map((one) => one.bytes[0]), kept.resumeToken]).toEqual([[8], new Uint8Array([9])]);
    keeper.queue(told(10));
    await keeper.flush();
    expect((await storage.load()).events.map((one) => one.bytes[0])).toEqual([8, 10]);
  });
});
