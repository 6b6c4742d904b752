import type { Page } from 'playwright-core';

/** Everything a browser keeps of this hub's pages, as text: databases, local storage, caches and its own file system. */
export async function keptIn(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: string[] = [];
    const take = (value: unknown): void => {
      if (value instanceof Uint8Array || value instanceof ArrayBuffer) found.push(new TextDecoder().decode(value));
      else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) take([key, inner].find((one) => typeof one === 'object') ?? `${key}=${String(inner)}`);
      else found.push(String(value));
    };
    const asked = <T>(request: IDBRequest<T>) => new Promise<T>((ready, failed) => {
      request.onsuccess = () => ready(request.result);
      request.onerror = () => failed(request.error ?? new Error('not read'));
    });
    for (const { name } of await indexedDB.databases()) {
      const db = await asked(indexedDB.open(name ?? ''));
      for (const store of db.objectStoreNames) for (const row of await asked(db.transaction(store).objectStore(store).getAll())) take(row);
      db.close();
    }
    for (const storage of [localStorage, sessionStorage]) take({ ...storage });
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        found.push(request.url);
        // The pages and programs themselves are the same for everybody; a font or a picture says nothing.
        if (answer && /html|script|json|text/.test(answer.headers.get('content-type') ?? '')) found.push(await answer.text());
      }
    }
    return found.join('\n');
  });
}
