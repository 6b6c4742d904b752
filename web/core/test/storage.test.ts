import { deleteDB, openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { MemoryStorage, openStorage } from '../src/storage.ts';
import type { StoredEvent } from '../src/storage.ts';
import { freshName, opened, storedNote as action } from './idb.ts';

const stored = (scope: StoredEvent['scope'], byte = 1): StoredEvent => ({ scope, bytes: new Uint8Array([byte]), at: 7 });

/** A database as some other page left it. */
async function left(name: string, version: number, fill: (db: Awaited<ReturnType<typeof openDB>>) => Promise<unknown>, stores = ['events', 'outbox', 'kept']): Promise<void> {
  const db = await openDB(name, version, {
    upgrade(made) {
      if (stores.includes('events')) made.createObjectStore('events', { autoIncrement: true }).createIndex('scope', 'scope');
      if (stores.includes('outbox')) made.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      if (stores.includes('kept')) made.createObjectStore('kept');
    },
  });
  await fill(db);
  db.close();
}

describe.each([['the browser', async () => (await opened()).storage], ['memory alone', async () => new MemoryStorage()]])('what is kept in %s', (_where, make) => {
  it('is everything of one moment, in the order it happened', async () => {
    const storage = await make();
    await storage.write([
      { kind: 'event', event: stored('incident:old') }, { kind: 'restart', scope: 'all' }, { kind: 'event', event: stored('incident:a', 1) },
      { kind: 'event', event: stored('incident:b', 2) }, { kind: 'restart', scope: 'incident:a' }, { kind: 'event', event: stored('incident:a', 3) },
      { kind: 'keep', key: 'heardAt', value: 9 }, { kind: 'keep', key: 'principal', value: 'x' }, { kind: 'keep', key: 'principal', value: undefined },
    ]);
    const { events, kept } = await storage.load();
    expect(events.map((one) => [one.scope, one.bytes[0]])).toEqual([['incident:b', 2], ['incident:a', 3]]);
    expect([kept.heardAt, kept.principal]).toEqual([9, undefined]);
  });

  it('has actions in the order they were pressed, and drops those that are done', async () => {
    const storage = await make();
    const first = await storage.addAction(action('one'));
    const second = await storage.addAction(action('two'));
    await storage.removeAction(first);
    await storage.putAction({ ...action('two'), seq: second, refused: { code: 5, message: 'no', facts: [] } });
    expect((await storage.load()).actions).toMatchObject([{ kind: 'two', seq: second, refused: { code: 5 } }]);
    expect(second).toBeGreaterThan(first);
  });

  it('forgets the picture, and never what has not been sent', async () => {
    const storage = await make();
    await storage.addAction(action('one'));
    await storage.write([{ kind: 'event', event: stored('incident:a') }, { kind: 'keep', key: 'resumeToken', value: new Uint8Array([1]) }]);
    await storage.forgetPicture();
    const { events, actions, kept } = await storage.load();
    expect([events, actions.length, kept]).toEqual([[], 1, {}]);
  });
});

describe('a database that cannot be used', () => {
  it('is none when it is as this page left it', async () => {
    const name = freshName();
    const first = await opened(name);
    await first.storage.addAction(action('one'));
    first.storage.close();
    const again = await opened(name);
    expect([again.salvaged, again.volatile, (await again.storage.load()).actions.length]).toEqual([undefined, false, 1]);
  });

  it.each<[string, (name: string) => Promise<void>, sent: string[], aside?: string[]]>([
    ['whose events are no bytes', (name) => left(name, 1, async (db) => {
      await db.add('events', { scope: 'incident:a', bytes: 'text' });
      await db.add('outbox', action('one'));
    }), ['one']],
    ['whose events are nothing at all', (name) => left(name, 1, async (db) => {
      await db.add('events', null);
      await db.add('outbox', action('one'));
    }), ['one']],
    ['one of whose actions is no bytes', (name) => left(name, 1, async (db) => {
      await db.add('outbox', action('one'));
      await db.add('outbox', { ...action('two'), bytes: [1, 2] });
    }), ['one'], ['two']],
    ['one of whose actions is no command', (name) => left(name, 1, async (db) => {
      await db.add('outbox', { ...action('two'), bytes: new Uint8Array([0xff, 0xff]) });
      await db.add('outbox', action('one'));
    }), ['one'], ['two']],
    ['one of whose actions is another command than it says', (name) => left(name, 1, (db) => db.add('outbox', { ...action('one'), commandId: 'two' })), [], ['one']],
    ['one of whose refusals is none', (name) => left(name, 1, (db) => db.add('outbox', { ...action('one'), refused: { code: 'x' } })), [], ['one']],
    ['whose resume token is no bytes', (name) => left(name, 1, async (db) => {
      await db.put('kept', 'text', 'resumeToken');
      await db.add('outbox', action('one'));
    }), ['one']],
    ['whose talkgroups are no list', (name) => left(name, 1, (db) => db.put('kept', 7, 'affiliated')), []],
    ['whose incidents that were let go are no names', (name) => left(name, 1, (db) => db.put('kept', [null], 'letGo')), []],
    ['whose clock is no number', (name) => left(name, 1, (db) => db.put('kept', Number.NaN, 'clockOffset')), []],
    ['that lacks what this page keeps its picture in', (name) => left(name, 1, (db) => db.add('outbox', action('one')), ['outbox']), ['one']],
    ['that lacks everything', (name) => left(name, 1, async () => undefined, []), []],
    ['of a newer page', (name) => left(name, 9, (db) => db.add('outbox', action('one'))), ['one']],
    ['of a newer page that keeps its actions elsewhere', (name) => left(name, 9, async () => undefined, ['kept']), []],
  ])('%s is made anew; what was not sent stays, and what of it cannot be read is set aside', async (_what, make, sent, aside = []) => {
    const name = freshName();
    await make(name);
    const found = await openStorage(name);
    expect([found.volatile, found.salvaged?.reason === '']).toEqual([false, false]);
    const { events, actions, kept } = await found.storage.load();
    const kinds = (isAside: boolean) => actions.filter((one) => Boolean(one.setAside) === isAside).map((one) => one.kind);
    expect([events, kept, kinds(false), kinds(true)]).toEqual([[], {}, sent, aside]);
    await found.storage.addAction(action('new'));
    found.storage.close();
    const again = await openStorage(name);
    expect([again.salvaged, (await again.storage.load()).actions.length]).toEqual([undefined, sent.length + aside.length + 1]);
  });

  it('is memory where the browser keeps nothing, and the page is told', async () => {
    const real = globalThis.indexedDB;
    const refusing = { ...real, open: () => { throw new DOMException('private', 'SecurityError'); }, deleteDatabase: () => { throw new DOMException('private', 'SecurityError'); } };
    Object.defineProperty(globalThis, 'indexedDB', { value: refusing, configurable: true, writable: true });
    try {
      const found = await openStorage(freshName());
      expect([found.volatile, found.storage]).toEqual([true, expect.any(MemoryStorage)]);
    } finally {
      Object.defineProperty(globalThis, 'indexedDB', { value: real, configurable: true, writable: true });
    }
  });

  it('lets another page renew it, instead of keeping that page from starting', async () => {
    const name = freshName();
    const open = await opened(name);
    await deleteDB(name);
    await expect(open.storage.addAction(action('one'))).rejects.toThrow();
    expect((await openStorage(name)).salvaged).toBeUndefined();
  });
});

it('a write that fails leaves all of it out, and is told once', async () => {
  const { storage } = await opened();
  const unwritable = { kind: 'keep', key: 'heardAt', value: () => undefined } as const;
  await expect(storage.write([{ kind: 'event', event: stored('incident:a') }, unwritable])).rejects.toThrow();
  expect((await storage.load()).events).toEqual([]);
});
