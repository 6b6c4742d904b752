import { sunAltitude } from '../live/sun.ts';
import { light } from '../live/theme.svelte.ts';
import type { Theme } from '../live/theme.svelte.ts';

/** The sun this far below the horizon is dark (civil twilight), degrees. */
const DARK_DEG = -6;

/** Light of the screen: by the sun until somebody chooses, and dimmed as far as eyes want. */
class Dimmer {
  isAuto = $state(true);
  /** Percent of the screen's own light. */
  percent = $state(100);

  follow(at: number, place: { latitude: number; longitude: number } | undefined): void {
    if (!this.isAuto) return;
    // Without a fix the middle of the deployment is near enough: the sun does not know the county.
    const { latitude, longitude } = place ?? { latitude: 63, longitude: 15 };
    const altitude = sunAltitude(at, latitude, longitude);
    const theme: Theme = altitude > 0 ? 'day' : altitude > DARK_DEG ? 'dark' : 'night';
    if (light.theme !== theme) light.set(theme);
  }
}

export const dimmer = new Dimmer();
