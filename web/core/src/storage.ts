import { deleteDB, openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { ScopeKey } from './state/store.ts';
import { isAction, isKept } from './stored.ts';

/** A command that the hub has not answered yet, as it is kept. */
export interface StoredAction {
  seq: number;
  commandId: string;
  /** The command as it will be sent: encoded once, when it was pressed. */
  bytes: Uint8Array;
  /** When it was pressed, local milliseconds. */
  at: number;
  /** Goes before everything else. */
  urgent: boolean;
  /** What it was, for people: the name of its body. */
  kind: string;
  incidentId?: string | undefined;
  /** Whose it is (see `principalOf`): it is sent under no other name. */
  principal?: string | undefined;
  /** Could not be read: it is never sent, and stays as it was found until somebody has saved it. */
  setAside?: boolean | undefined;
  /** What follows on the incident that comes of it; its command names none yet. */
  then?: { commandId: string; kind: string; bytes: Uint8Array } | undefined;
  /** It has been on the wire. */
  wasSent?: boolean | undefined;
  /** Refused by the hub: kept until somebody has read it. */
  refused?: { code: number; message: string; facts: { name: string; value: string }[] } | undefined;
}

export interface StoredEvent {
  scope: ScopeKey;
  bytes: Uint8Array;
  /** When it came, local milliseconds. */
  at: number;
}

/** What the browser keeps beside events and actions. */
export interface Kept {
  /** Whose picture this is: another one's is thrown away. */
  principal?: string | undefined;
  resumeToken?: Uint8Array | undefined;
  deployment?: Uint8Array | undefined;
  /** When the hub was last heard, local milliseconds. */
  heardAt?: number | undefined;
  affiliated?: string[] | undefined;
  /** Incidents that were told and let go, oldest first. */
  letGo?: string[] | undefined;
  /** Hub time minus local time, for deadlines while the hub is gone. */
  clockOffset?: number | undefined;
}

interface Schema extends DBSchema {
  events: { key: number; value: StoredEvent; indexes: { scope: string } };
  outbox: { key: number; value: Omit<StoredAction, 'seq'> & { seq?: number } };
  kept: { key: keyof Kept; value: unknown };
}

/** A change of the picture, in the order it happened. */
export type Change =
  | { kind: 'event'; event: StoredEvent }
  | { kind: 'restart'; scope: ScopeKey | 'all' }
  | { kind: 'keep'; key: keyof Kept; value: unknown };

/** Where a client keeps its picture and what it has not sent. */
export interface Storage {
  /** Everything of one moment; all of it or nothing. */
  write(changes: Change[]): Promise<void>;
  load(): Promise<{ events: StoredEvent[]; actions: StoredAction[]; kept: Kept }>;
  addAction(action: Omit<StoredAction, 'seq'>): Promise<number>;
  putAction(action: StoredAction): Promise<void>;
  removeAction(seq: number): Promise<void>;
  /** Forgets the picture, not what has not been sent. */
  forgetPicture(): Promise<void>;
  close(): void;
}

/** What was found when the storage was opened. */
export interface Opened {
  storage: Storage;
  /** It could not be read and was made anew; what had not been sent is in it again, set aside where it could not be read itself. */
  salvaged?: { actions: StoredAction[]; reason: string } | undefined;
  /** Nothing survives a reload: the browser does not keep anything. */
  volatile: boolean;
  /** Another page of this seat has the storage. */
  isElsewhere?: boolean | undefined;
}

const VERSION = 1;

async function database(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db) {
      const events = db.createObjectStore('events', { autoIncrement: true });
      events.createIndex('scope', 'scope');
      db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      db.createObjectStore('kept');
    },
    // Another page has to renew it: that page does not start while this one holds on. What is pressed here is then sent, and not kept.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** Opens what the browser keeps under this name. What cannot be read is thrown away, but never what has not been sent. */
export async function openStorage(name: string): Promise<Opened> {
  let db: IDBPDatabase<Schema>;
  try {
    db = await database(name);
  } catch (error) {
    return renewed(name, await salvageFrom(name), error);
  }
  const storage = new BrowserStorage(db);
  try {
    const { actions, events, kept } = await storage.load();
    const isEvent = (row: StoredEvent | undefined) => row?.bytes instanceof Uint8Array;
    if (actions.every((row) => row.setAside || isAction(row)) && events.every(isEvent) && isKept(kept)) return { storage, volatile: false };
    const reason = 'the stored picture cannot be read';
    return { storage, salvaged: { actions: await storage.renew(actions), reason }, volatile: false };
  } catch (error) {
    const actions = await salvage(db);
    storage.close();
    return renewed(name, actions, error);
  }
}

async function salvage(db: Pick<IDBPDatabase<Schema>, 'getAll'>): Promise<StoredAction[]> {
  try {
    const found = (await db.getAll('outbox')) as (StoredAction | null)[];
    return found.filter((action) => action !== null && typeof action === 'object');
  } catch {
    return [];
  }
}

/** What has not been sent, out of a storage of another version: a newer page was here before. */
async function salvageFrom(name: string): Promise<StoredAction[]> {
  try {
    const db = await openDB<Schema>(name);
    const actions = await salvage(db);
    db.close();
    return actions;
  } catch {
    return [];
  }
}

/** What can be read is sent as if nothing had happened; the rest is never sent, and stays until somebody has it in a file. */
function sorted(action: StoredAction): StoredAction {
  return action.setAside || isAction(action) ? action : { ...action, setAside: true };
}

async function renewed(name: string, found: StoredAction[], error: unknown): Promise<Opened> {
  const reason = error instanceof Error ? error.message : String(error);
  const actions = found.map(sorted);
  const salvaged = { actions, reason };
  try {
    await deleteDB(name);
    const storage = new BrowserStorage(await database(name));
    await storage.renew(actions);
    return { storage, salvaged, volatile: false };
  } catch {
    // Private windows of some browsers keep nothing: better a client that forgets at reload, and says so, than none.
    const storage = new MemoryStorage();
    for (const { seq: _, ...action } of actions) await storage.addAction(action);
    return { storage, salvaged, volatile: true };
  }
}

class BrowserStorage implements Storage {
  constructor(private readonly db: IDBPDatabase<Schema>) {}

  async write(changes: Change[]): Promise<void> {
    const transaction = this.db.transaction(['events', 'kept'], 'readwrite', { durability: 'relaxed' });
    const events = transaction.objectStore('events');
    const kept = transaction.objectStore('kept');
    const requests: Promise<unknown>[] = [transaction.done];
    try {
      for (const change of changes) {
        switch (change.kind) {
          case 'event':
            requests.push(events.add(change.event));
            break;
          case 'restart':
            if (change.scope === 'all') requests.push(events.clear());
            else for (const key of await events.index('scope').getAllKeys(change.scope)) requests.push(events.delete(key));
            break;
          case 'keep':
            requests.push(change.value === undefined ? kept.delete(change.key) : kept.put(change.value, change.key));
            break;
        }
      }
    } catch (error) {
      // Half a moment must not stand. Each request of the transaction is told so; whoever called is told once.
      transaction.abort();
      await Promise.allSettled(requests);
      throw error;
    }
    await Promise.all(requests);
  }

  async load(): Promise<{ events: StoredEvent[]; actions: StoredAction[]; kept: Kept }> {
    const transaction = this.db.transaction(['events', 'outbox', 'kept']);
    const [events, actions, keys, values] = await Promise.all([
      transaction.objectStore('events').getAll(),
      transaction.objectStore('outbox').getAll(),
      transaction.objectStore('kept').getAllKeys(),
      transaction.objectStore('kept').getAll(),
    ]);
    const kept: Kept = Object.fromEntries(keys.map((key, at) => [key, values[at]]));
    return { events, actions: actions as StoredAction[], kept };
  }

  /** Begins without a picture, with these actions, in one transaction: a power cut in between loses none of them. */
  async renew(found: StoredAction[]): Promise<StoredAction[]> {
    const actions = found.map(sorted);
    const transaction = this.db.transaction(['events', 'outbox', 'kept'], 'readwrite', { durability: 'strict' });
    const outbox = transaction.objectStore('outbox');
    const requests = [transaction.objectStore('events').clear(), transaction.objectStore('kept').clear(), ...actions.map((one) => outbox.put(one))];
    await Promise.all([...requests, transaction.done]);
    return actions;
  }

  async addAction(action: Omit<StoredAction, 'seq'>): Promise<number> {
    // Strict: what is shown as kept must survive a power cut; the default only hands it to the operating system.
    const transaction = this.db.transaction('outbox', 'readwrite', { durability: 'strict' });
    const seq = await transaction.store.add(action);
    await transaction.done;
    return seq;
  }

  async putAction(action: StoredAction): Promise<void> {
    await this.db.put('outbox', action);
  }

  async removeAction(seq: number): Promise<void> {
    await this.db.delete('outbox', seq);
  }

  async forgetPicture(): Promise<void> {
    const transaction = this.db.transaction(['events', 'kept'], 'readwrite');
    void transaction.objectStore('events').clear();
    void transaction.objectStore('kept').clear();
    await transaction.done;
  }

  close(): void {
    this.db.close();
  }
}

/** Keeps nothing over a reload. */
export class MemoryStorage implements Storage {
  private events: StoredEvent[] = [];
  private actions = new Map<number, StoredAction>();
  private kept: Kept = {};
  private next = 1;

  async write(changes: Change[]): Promise<void> {
    for (const change of changes) {
      if (change.kind === 'event') this.events.push(change.event);
      else if (change.kind === 'keep') this.kept = { ...this.kept, [change.key]: change.value };
      else this.events = change.scope === 'all' ? [] : this.events.filter((event) => event.scope !== change.scope);
    }
  }

  async load(): Promise<{ events: StoredEvent[]; actions: StoredAction[]; kept: Kept }> {
    return { events: [...this.events], actions: [...this.actions.values()], kept: { ...this.kept } };
  }

  async addAction(action: Omit<StoredAction, 'seq'>): Promise<number> {
    const seq = this.next;
    this.next += 1;
    this.actions.set(seq, { ...action, seq });
    return seq;
  }

  async putAction(action: StoredAction): Promise<void> {
    this.actions.set(action.seq, action);
  }

  async removeAction(seq: number): Promise<void> {
    this.actions.delete(seq);
  }

  async forgetPicture(): Promise<void> {
    this.events = [];
    this.kept = {};
  }

  close(): void {}
}
