import type { Change, Kept, Storage } from './storage.ts';

/** Writes to the browser's storage are gathered for so long, milliseconds. */
const GATHER_MS = 100;
/** As many changes wait for a disk that fails; with more the picture is written whole once it works again. */
const MOST = 5_000;
/** As many wait for one that takes its time, as while everything is fetched. */
const MOST_WHILE_SLOW = 100_000;

/** Writes what is to be kept, in the order it happened, a moment's changes together. */
export class Keeper {
  /** Events and restarts; what is kept beside them is in `kept`, the newest of each. */
  private pending: Change[] = [];
  private kept = new Map<keyof Kept, Change>();
  private writing: Promise<void> = Promise.resolve();
  private gather: ReturnType<typeof setTimeout> | undefined;
  private isFailing = false;
  /** Too much was left out to be made up for by what is pending. */
  private isHollow = false;

  constructor(
    private readonly storage: Storage,
    /** When the hub was last heard, local milliseconds; 0 if never. */
    private readonly heardAt: () => number,
    /** The whole picture as it is now, with its resume token. */
    private readonly whole: () => Iterable<Change> = () => [],
  ) {}

  keep(key: keyof Kept, value: unknown): void {
    this.queue({ kind: 'keep', key, value });
  }

  queue(change: Change): void {
    if (change.kind === 'keep') this.kept.set(change.key, change);
    else this.add(change);
    this.gather ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Resolves when everything so far is written. */
  flush(): Promise<void> {
    clearTimeout(this.gather);
    this.gather = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private add(change: Change): void {
    if (this.isHollow) return;
    // What a restart forgets need not be written before it.
    if (change.kind === 'restart') this.pending = this.pending.filter((one) => change.scope !== 'all' && scopeOf(one) !== change.scope);
    this.pending.push(change);
    if (this.pending.length > (this.isFailing ? MOST : MOST_WHILE_SLOW)) this.giveUp();
  }

  /** Nothing of the picture waits any more: it is taken whole from what is known, when the disk works again. */
  private giveUp(): void {
    this.isHollow = true;
    this.pending = [];
  }

  private async write(): Promise<void> {
    if (this.isHollow && !(await this.fill())) return;
    const [pending, kept] = [this.pending, this.kept];
    this.pending = [];
    this.kept = new Map();
    if (pending.length === 0 && kept.size === 0) return;
    // With what was told goes when: a picture without its age is not to be trusted.
    const heardAt = this.heardAt();
    if (heardAt > 0) kept.set('heardAt', { kind: 'keep', key: 'heardAt', value: heardAt });
    try {
      await this.storage.write([...pending, ...kept.values()]);
      this.isFailing = false;
    } catch {
      // A full or broken disk must not stop what is on the screen. Nor is anything left out of what is kept: a resume token that came after a
      // hole would have the next page continue behind it. So all of it goes with the next write, or none.
      this.isFailing = true;
      this.kept = new Map([...kept, ...this.kept]);
      const newer = this.pending;
      this.pending = pending;
      for (const change of newer) this.add(change);
      if (this.pending.length > MOST) this.giveUp();
    }
  }

  /** Asks the disk with the little that makes what it has empty and honest; only where it takes that is the picture gathered. */
  private async fill(): Promise<boolean> {
    try {
      await this.storage.write([{ kind: 'restart', scope: 'all' }, { kind: 'keep', key: 'resumeToken', value: undefined }]);
    } catch {
      return false;
    }
    this.isHollow = this.isFailing = false;
    this.pending = [];
    this.kept.delete('resumeToken');
    for (const change of this.whole()) this.queue(change);
    return true;
  }
}

const scopeOf = (change: Change) => (change.kind === 'event' ? change.event.scope : change.kind === 'restart' ? change.scope : undefined);
