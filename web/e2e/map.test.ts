import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { shown, waitForMap } from './drawn.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.345, longitude: 13.32 };
const SOS = 'sos-alarm/operator';

describe('the map of a vehicle', () => {
  const hub = new TestHub();
  let engine: SeatAt;
  const fetched: string[] = [];

  beforeAll(async () => {
    await hub.start();
    const { incidentId } = await hub.submit(SOS, undefined, {
      case: 'reportIncident',
      value: {
        types: ['Hinder på väg'],
        facts: [{ value: { case: 'address', value: { street: 'E14 Undersåker', municipality: 'Åre' } } }, { value: { case: 'location', value: { latitude: 63.3217, longitude: 13.265 } } }],
      },
    });
    await hub.submit(SOS, incidentId, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }], alarmText: 'Träd över väg', reason: 'prov' },
    });
    engine = await SeatAt.open(hub, { viewport: TOUCH, place: ARE, hasMap: true });
    engine.page.on('request', (request) => fetched.push(request.url()));
    await engine.page.goto(`${hub.base}/`);
    await engine.page.click('a[href$="plats=fordon"]');
    await engine.link('good');
    await engine.byId('acknowledge').click();
    await engine.byId('card').waitFor();
    await waitForMap(engine.page);
  });
  afterAll(async () => {
    await engine?.close();
    await closeBrowser();
    await hub.close();
  });

  it('shows vehicle and target, and says that it has no roads', async () => {
    await expect.poll(async () => (await shown(engine.page, 'own')).length, { timeout: 60_000 }).toBe(1);
    await expect.poll(async () => (await shown(engine.page, 'incidents')).length).toBe(1);
    await engine.page.locator('.map .sources', { hasText: 'Översiktskarta – inga vägar' }).waitFor();
    expect(await engine.page.locator('.map .sources').textContent()).toContain('OpenStreetMap');
  });

  it('does not fetch the letters of other languages until a name has one, and then draws with them', async () => {
    const others = () => fetched.filter((url) => url.includes('latin-ext')).length;
    expect(others()).toBe(0);
    const { incidentId } = await hub.submit(SOS, undefined, {
      case: 'reportIncident', value: { types: ['Šaldi rastá'], facts: [{ value: { case: 'location', value: { latitude: 63.33, longitude: 13.3 } } }] },
    });
    await hub.submit(SOS, incidentId, { case: 'involveOrganisation', value: { organisation: 'raddning-jamtland', reason: 'prov' } });
    await expect.poll(others, { timeout: 60_000 }).toBeGreaterThan(0);
    await expect.poll(async () => (await shown(engine.page, 'incidents')).map((one) => one['text']), { timeout: 60_000 }).toContain('Šaldi rastá');
  });

  it('is kept in the machine, and drawn from there when the page is opened without the network', async () => {
    await engine.page.waitForFunction(() => navigator.serviceWorker?.controller !== null);
    const kept = () => engine.page.evaluate(async () => {
      try {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('map');
        return (await (await folder.getFileHandle('kept.json')).getFile()).text();
      } catch {
        return '';
      }
    });
    await expect.poll(kept, { timeout: 60_000 }).toContain('"bytes"');
    await engine.context.setOffline(true);
    await engine.page.reload();
    await engine.byId('card').waitFor();
    await waitForMap(engine.page);
    await expect.poll(async () => (await shown(engine.page, 'incidents')).length, { timeout: 60_000 }).toBeGreaterThan(0);
    // Land, water and names are there, not only what the page puts on top of them.
    const drawn = await engine.page.evaluate(() => {
      const host = document.querySelector<HTMLElement & { drawn?: { queryRenderedFeatures(): { source: string }[] } }>('.map .canvas');
      return new Set(host?.drawn?.queryRenderedFeatures().map(({ source }) => source)).size;
    });
    expect(drawn).toBeGreaterThan(1);
    await engine.page.locator('.map .sources', { hasText: 'Översiktskarta – inga vägar' }).waitFor();
    expect(await engine.page.locator('.map .notice').count()).toBe(0);
    await engine.context.setOffline(false);
    await engine.link('good');
  });
});
