import type { Change, Kept, Storage } from './storage.ts';

/** Writes to the browser's storage are gathered for so long, milliseconds. */
const GATHER_MS = 100;

/** Writes what is to be kept, in the order it happened, a moment's changes together. */
export class Keeper {
  private pending: Change[] = [];
  private writing: Promise<void> = Promise.resolve();
  private gather: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: Storage,
    /** When the hub was last heard, local milliseconds; 0 if never. */
    private readonly heardAt: () => number,
  ) {}

  keep(key: keyof Kept, value: unknown): void {
    this.queue({ kind: 'keep', key, value });
  }

  queue(change: Change): void {
    this.pending.push(change);
    this.gather ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Resolves when everything so far is written. */
  flush(): Promise<void> {
    clearTimeout(this.gather);
    this.gather = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const changes = this.pending;
    this.pending = [];
    if (changes.length === 0) return;
    // With what was told goes when: a picture without its age is not to be trusted.
    const heardAt = this.heardAt();
    if (heardAt > 0) changes.push({ kind: 'keep', key: 'heardAt', value: heardAt });
    try {
      await this.storage.write(changes);
    } catch {
      // A full or broken disk must not stop what is on the screen. Nor is anything left out of what is kept: a resume token that came after a
      // hole would have the next page continue behind it. So all of it goes with the next write, or none.
      const newest = new Map(changes.map((one) => [one.kind === 'keep' ? one.key : one, one]));
      this.pending = [...newest.values(), ...this.pending];
    }
  }
}
