import type { Client } from '@samband/core';
import { timestamp } from '@samband/core';

export interface Place {
  latitude: number;
  longitude: number;
  accuracyM: number;
  courseDeg?: number | undefined;
  at: number;
}

/** The hub takes a unit's location so often at most, milliseconds. */
const REPORT_MS = 3_000;

/** Where the vehicle is, by the device's own receiver; told to the hub while the link is alive. */
export class Position {
  place = $state.raw<Place | undefined>();
  speedKmh = $state(0);
  private watch: number | undefined;
  private reportedAt = 0;

  constructor(private readonly client: Client) {}

  start(): void {
    // Not every browser has one, whatever its types say.
    if (!(navigator.geolocation as Geolocation | null | undefined)) return;
    this.watch = navigator.geolocation.watchPosition(
      (fix) => this.take(fix),
      () => {
        // Refused, or no satellites: the screen says that there is none.
        this.place = undefined;
        this.speedKmh = 0;
      },
      { enableHighAccuracy: true, maximumAge: 2_000 },
    );
  }

  stop(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
  }

  private take({ coords, timestamp: at }: GeolocationPosition): void {
    const { latitude, longitude, accuracy, speed, heading } = coords;
    this.place = { latitude, longitude, accuracyM: Math.round(accuracy), courseDeg: heading ?? undefined, at };
    this.speedKmh = Math.round((speed ?? 0) * 3.6);
    if (Date.now() - this.reportedAt < REPORT_MS) return;
    this.reportedAt = Date.now();
    this.client.locate({
      location: { latitude, longitude, accuracyM: accuracy },
      // By the hub's clock: a tablet's own can be hours off.
      fixAt: timestamp(at + this.client.link.clock.offset),
      speedKmh: this.speedKmh,
      ...(heading === null || Number.isNaN(heading) ? {} : { courseDeg: Math.round(heading) % 360 }),
    });
  }
}
