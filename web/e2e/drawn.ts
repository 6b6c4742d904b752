import type { Map as GlMap } from 'maplibre-gl';
import type { Page } from 'playwright-core';

interface Host extends HTMLElement {
  drawn?: GlMap;
}

/** Waits until the map is opened and has drawn everything it was given. */
export async function waitForMap(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const map = document.querySelector<Host>('.map .canvas')?.drawn;
    return map?.getLayer('incidents') && map.areTilesLoaded() && !map.isMoving();
  }, undefined, { timeout: 90_000, polling: 250 });
}

/** What a layer shows, by what its features say of themselves. */
export async function shown(page: Page, ...layers: string[]): Promise<Record<string, unknown>[]> {
  return page.evaluate((wanted) => {
    const map = document.querySelector<Host>('.map .canvas')?.drawn;
    const known = wanted.filter((layer) => map?.getLayer(layer));
    return (map?.queryRenderedFeatures(undefined, { layers: known }) ?? []).map(({ properties }) => properties as Record<string, unknown>);
  }, layers);
}

export async function centre(page: Page): Promise<{ lat: number; lon: number; zoom: number }> {
  return page.evaluate(() => {
    const map = document.querySelector<Host>('.map .canvas')?.drawn;
    const { lat = Number.NaN, lng = Number.NaN } = map?.getCenter() ?? {};
    return { lat, lon: lng, zoom: map?.getZoom() ?? Number.NaN };
  });
}

/** The list of what is in the picture, for those who do not see it. */
export async function listed(page: Page): Promise<string[]> {
  return page.locator('.map .visually-hidden li').allTextContents();
}
