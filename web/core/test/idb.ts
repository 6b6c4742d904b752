import { create, toBinary } from '@bufbuild/protobuf';
import 'fake-indexeddb/auto';
import { CommandSchema } from '../src/gen/command_pb.ts';
import { openStorage } from '../src/storage.ts';
import type { Opened, Storage, StoredAction } from '../src/storage.ts';

let names = 0;

/** A name no other test has. */
export function freshName(): string {
  names += 1;
  return `samband.test.${names}`;
}

export async function opened(name = freshName()): Promise<Opened> {
  return openStorage(name);
}

/** A note as it is kept, of this kind and with this as its id. */
export function storedNote(kind: string): Omit<StoredAction, 'seq'> {
  const bytes = toBinary(CommandSchema, create(CommandSchema, { commandId: kind, incidentId: 'i', body: { case: 'addNote', value: { note: kind } } }));
  return { commandId: kind, bytes, at: 5, urgent: false, kind, incidentId: 'i' };
}

/** A storage whose calls can be made to fail or to hang. */
export function breakable(inner: Storage): Storage & { broken: Set<keyof Storage>; hanging: Set<keyof Storage>; calls: string[] } {
  const broken = new Set<keyof Storage>();
  const hanging = new Set<keyof Storage>();
  const calls: string[] = [];
  const guard = <A extends unknown[], R>(name: keyof Storage, run: (...args: A) => Promise<R>) => (...args: A): Promise<R> => {
    calls.push(name);
    if (hanging.has(name)) return new Promise(() => undefined);
    return broken.has(name) ? Promise.reject(new DOMException('the disk is full', 'QuotaExceededError')) : run(...args);
  };
  return {
    broken, hanging, calls,
    write: guard('write', (changes) => inner.write(changes)),
    load: guard('load', () => inner.load()),
    addAction: guard('addAction', (action) => inner.addAction(action)),
    putAction: guard('putAction', (action) => inner.putAction(action)),
    removeAction: guard('removeAction', (seq) => inner.removeAction(seq)),
    forgetPicture: guard('forgetPicture', () => inner.forgetPicture()),
    close: () => inner.close(),
  };
}

/** Lets everything happen that waits for nothing but its turn; IndexedDB needs a few. */
export async function turns(count = 30): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((next) => setImmediate(next));
}
