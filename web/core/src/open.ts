import { MemoryStorage, openStorage } from './storage.ts';
import type { Opened } from './storage.ts';

/** A page that is reloaded lets go of its storage a moment after the next one has begun: so long is it waited for, milliseconds. */
const CLAIM_MS = 1_500;
/** A browser that has not opened its storage by then will not; the page starts all the same, milliseconds. */
const OPEN_MS = 6_000;

/** As much of the browser's lock manager as is used. */
export type Locks = Pick<LockManager, 'request'>;

/**
 * Opens the storage of this name for this page alone. Two pages on one storage would each forget and send what is the other's: the second one
 * keeps nothing, and neither does one whose browser does not answer.
 */
export async function openAlone(name: string, locks: Locks | undefined = globalThis.navigator?.locks, open = openStorage): Promise<Opened> {
  if (!(await claim(name, locks))) return { storage: new MemoryStorage(), volatile: true, isElsewhere: true };
  const opening = open(name);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), OPEN_MS)));
  const opened = await Promise.race([opening, late]);
  clearTimeout(timer);
  if (opened) return opened;
  // Should it come after all, it is not held on to.
  void opening.then(({ storage }) => storage.close());
  return { storage: new MemoryStorage(), volatile: true };
}

/** Holds the name until the page ends. True where the browser has no such thing: nothing is known of others then. */
function claim(name: string, locks: Locks | undefined): Promise<boolean> {
  if (!locks) return Promise.resolve(true);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), CLAIM_MS);
  return new Promise((resolve) => {
    const held = () => {
      clearTimeout(timer);
      resolve(true);
      return new Promise(() => undefined);
    };
    locks.request(name, { signal: patience.signal }, held).catch(() => resolve(!patience.signal.aborted));
  });
}
