// Keeps an unattended page healthy: measures itself, begins anew at night when nothing happens, and when it has become slow.

export interface Health {
  /** How late the page's own timer is at worst, of late: what a person would feel as a page that hangs. Milliseconds. */
  lateMs: number;
  /** Milliseconds between two pictures, middle value of the last sample; 0: not yet measured. */
  frameMs: number;
  /** Megabytes of script memory; undefined where the browser does not tell. */
  memoryMb: number | undefined;
  upMs: number;
}

/** Later than this for as long as SLOW_FOR_MS, and the page begins anew. */
export const SLOW_MS = 1500;
export const SLOW_FOR_MS = 60_000;
/** Not more often than this: a machine that is too slow must not flicker. */
export const RELOAD_EVERY_MS = 60 * 60_000;
const NIGHT_HOUR = 4;
/** It has to have run for a while, or it would begin anew all through that minute. */
const LEAST_UP_MS = 10 * 60_000;

export class Watchdog {
  private slowSince: number | undefined;

  constructor(private readonly startedAt: number, private readonly lastReloadAt: number) {}

  /** Whether the page is to begin anew for being slow. */
  slow(now: number, lateMs: number): boolean {
    if (lateMs < SLOW_MS) this.slowSince = undefined;
    else this.slowSince ??= now;
    if (this.slowSince === undefined || now - this.slowSince < SLOW_FOR_MS) return false;
    return now - this.lastReloadAt >= RELOAD_EVERY_MS && now - this.startedAt >= SLOW_FOR_MS;
  }

  /** Whether it is the time of night for it, and nothing is going on. */
  nightly(now: number, clock: Date, idle: boolean): boolean {
    return idle && clock.getHours() === NIGHT_HOUR && now - this.startedAt >= LEAST_UP_MS && now - this.lastReloadAt >= RELOAD_EVERY_MS;
  }
}

export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Upper limits of the histogram's columns, milliseconds. */
export const BUCKETS = [9, 18, 25, 34, 51, 101, Infinity];

export interface Histogram {
  frames: number;
  seconds: number;
  counts: number[];
  median: number;
  p95: number;
  p99: number;
  worst: number;
}

export function histogram(frameMs: readonly number[]): Histogram {
  const sorted = [...frameMs].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  const counts = BUCKETS.map((limit, index) => sorted.filter((value) => value < limit && value >= (BUCKETS[index - 1] ?? 0)).length);
  return {
    frames: sorted.length, seconds: sorted.reduce((sum, value) => sum + value, 0) / 1000, counts, median: at(0.5), p95: at(0.95), p99: at(0.99),
    worst: sorted.at(-1) ?? 0,
  };
}

/** Times between pictures for this long. */
export function measureFrames(forMs: number, eachFrame: () => void): Promise<number[]> {
  return new Promise((done) => {
    const found: number[] = [];
    let before: number | undefined;
    const begun = performance.now();
    const step = (now: number) => {
      if (before !== undefined) found.push(now - before);
      before = now;
      if (now - begun >= forMs) return done(found);
      eachFrame();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}
