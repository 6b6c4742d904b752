import type { Timestamp } from '@bufbuild/protobuf/wkt';

/** Milliseconds since 1970 of a timestamp of the contract; 0 where there is none. */
export function millis(time: Timestamp | undefined): number {
  return time ? Number(time.seconds) * 1000 + Math.floor(time.nanos / 1_000_000) : 0;
}

/** A timestamp of the contract. */
export function timestamp(ms: number): { seconds: bigint; nanos: number } {
  const whole = Math.round(ms);
  const seconds = Math.floor(whole / 1000);
  return { seconds: BigInt(seconds), nanos: (whole - seconds * 1000) * 1_000_000 };
}

/**
 * The hub's time, from answers to pings: of the last eight the one with the shortest way there and back is believed (Cristian 1989). A
 * terminal's own clock can be hours off; deadlines on the screen must not be.
 */
export class HubClock {
  private samples: { offset: number; roundTrip: number }[] = [];

  constructor(private readonly local: () => number = Date.now) {}

  /** An answer: when the question left and the answer came by the local clock, and the hub's time in between. */
  observe(sent: number, hubTime: number, received: number): void {
    const roundTrip = Math.max(0, received - sent);
    this.samples.push({ offset: hubTime - (sent + received) / 2, roundTrip });
    if (this.samples.length > 8) this.samples.shift();
  }

  /** A time from the hub with unknown age: counts only while nothing better is known. */
  hint(hubTime: number): void {
    if (this.samples.length === 0) this.samples.push({ offset: hubTime - this.local(), roundTrip: Number.POSITIVE_INFINITY });
  }

  /** Forgets what was measured, as after the machine has slept. */
  reset(): void {
    this.samples = [];
  }

  /** The local clock was set by so much, forward or back: the hub's was not. */
  shift(by: number): void {
    for (const sample of this.samples) sample.offset -= by;
  }

  /** Hub time minus local time, milliseconds. */
  get offset(): number {
    return this.best()?.offset ?? 0;
  }

  /** The shortest measured way there and back, milliseconds. */
  get roundTrip(): number | undefined {
    const best = this.best()?.roundTrip;
    return best === undefined || !Number.isFinite(best) ? undefined : best;
  }

  /** The newest measured way there and back, milliseconds. */
  get lastRoundTrip(): number | undefined {
    const last = this.samples.at(-1)?.roundTrip;
    return last === undefined || !Number.isFinite(last) ? undefined : last;
  }

  /** What the hub's clock shows now, milliseconds since 1970. */
  now(): number {
    return this.local() + this.offset;
  }

  private best(): { offset: number; roundTrip: number } | undefined {
    return this.samples.reduce<{ offset: number; roundTrip: number } | undefined>(
      (best, sample) => (best === undefined || sample.roundTrip <= best.roundTrip ? sample : best),
      undefined,
    );
  }
}
