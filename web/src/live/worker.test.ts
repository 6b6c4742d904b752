import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const SOURCE = readFileSync(new URL('../../public/sw.js', import.meta.url), 'utf8');

/** A browser's caches, in the order they were made. */
class Caches {
  readonly all = new Map<string, Map<string, string>>();

  async open(name: string) {
    const files = this.all.get(name) ?? new Map<string, string>();
    this.all.set(name, files);
    return {
      addAll: async (paths: string[]) => paths.forEach((path) => files.set(path, `${name}${path}`)),
      match: async (path: string) => files.get(path),
    };
  }

  keys = async () => [...this.all.keys()];
  delete = async (name: string) => this.all.delete(name);
  match = async (path: string) => [...this.all.values()].map((files) => files.get(path)).find((file) => file !== undefined);
}

/** Installs a version of the worker, and gives what asks it for a file. */
async function install(caches: Caches, version: string, files: string[]) {
  const listeners = new Map<string, (event: object) => void>();
  const self = {
    addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
    skipWaiting: async () => undefined, clients: { claim: async () => undefined }, location: { origin: 'http://hub' },
  };
  const source = SOURCE.replace('__VERSION__', version).replace('__FILES__', JSON.stringify(files));
  new Function('self', 'caches', 'fetch', source)(self, caches, async () => 'gone');
  const wait = async (name: string) => {
    let until: Promise<unknown> = Promise.resolve();
    listeners.get(name)?.({ waitUntil: (work: Promise<unknown>) => (until = work) });
    await until;
  };
  await wait('install');
  await wait('activate');
  return async (path: string) => {
    let answer: Promise<unknown> | undefined;
    listeners.get('fetch')?.({ request: { url: `http://hub${path}`, method: 'GET', mode: 'no-cors' }, respondWith: (response: Promise<unknown>) => (answer = response) });
    return answer;
  };
}

describe('the worker that keeps the pages', () => {
  it('has the parts of an open page also after the hub was upgraded, once', async () => {
    const caches = new Caches();
    await install(caches, 'v1', ['/', '/assets/map-1.js']);
    const second = await install(caches, 'v2', ['/', '/assets/map-2.js']);
    expect([await second('/assets/map-1.js'), await second('/assets/map-2.js')]).toEqual(['v1/assets/map-1.js', 'v2/assets/map-2.js']);
    const third = await install(caches, 'v3', ['/', '/assets/map-3.js']);
    expect([await third('/assets/map-1.js'), await third('/assets/map-2.js'), await caches.keys()]).toEqual(['gone', 'v2/assets/map-2.js', ['v2', 'v3']]);
  });
});
