// Measures the wall while it runs, and begins the page anew when it must.
import { measureFrames, middle, Watchdog, type Health } from './watch.ts';

const RELOADED_KEY = 'samband-wall-reloaded';
const SECOND = 1000;
const FRAMES_EVERY_MS = 15_000;
const FRAMES_FOR_MS = 400;

interface MemoryOf {
  memory?: { usedJSHeapSize: number };
}

export class HealthKeeper {
  health = $state<Health>({ lateMs: 0, frameMs: 0, memoryMb: undefined, upMs: 0 });
  private readonly startedAt = performance.now();
  private readonly watchdog: Watchdog;
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  private expected = performance.now() + SECOND;

  /** `idle`: whether nothing is going on; `reload`: begins the page anew. */
  constructor(private readonly idle: () => boolean, private readonly reload: () => void = () => location.reload()) {
    // The page's own clock begins at 0 with each load; what is kept over a load is the time of day.
    const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0);
    this.watchdog = new Watchdog(this.startedAt, last > 0 ? this.startedAt - (Date.now() - last) : -Infinity);
    this.timers.push(setInterval(() => this.second(), SECOND), setInterval(() => void this.frames(), FRAMES_EVERY_MS));
    setTimeout(() => void this.frames(), 3000);
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private second(): void {
    const now = performance.now();
    const lateMs = Math.max(0, now - this.expected);
    this.expected = now + SECOND;
    const used = (performance as unknown as MemoryOf).memory?.usedJSHeapSize;
    this.health = { ...this.health, lateMs, memoryMb: used === undefined ? undefined : Math.round(used / 1e6), upMs: now - this.startedAt };
    // A hidden page's timers are slowed down by the browser: that is no fault.
    const slow = !document.hidden && this.watchdog.slow(now, lateMs);
    if (slow || this.watchdog.nightly(now, new Date(), this.idle())) this.begin();
  }

  private begin(): void {
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
    this.reload();
  }

  private async frames(): Promise<void> {
    if (document.hidden) return;
    this.health.frameMs = middle(await measureFrames(FRAMES_FOR_MS, () => undefined));
  }
}
