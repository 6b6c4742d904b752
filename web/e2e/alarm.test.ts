import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.399, longitude: 13.0815 };

describe('an alarm, from the call to the end', () => {
  const hub = new TestHub();
  let sos: SeatAt;
  let fire: SeatAt;
  let ambulance: SeatAt;

  beforeAll(async () => {
    await hub.start();
    [sos, fire, ambulance] = [await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'fordon', { viewport: TOUCH, place: ARE }), await SeatAt.at(hub, 'ambulansbil', { viewport: TOUCH, place: ARE })];
  });
  afterAll(async () => {
    for (const seat of [sos, fire, ambulance]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('is created and sent out by keyboard within fifteen seconds', async () => {
    const { page } = sos;
    const began = Date.now();
    await page.keyboard.press('Alt+I');
    await page.keyboard.type('Trafikolycka');
    await page.keyboard.press('Tab');
    await page.keyboard.type('E14 Undersåker');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Åre');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Åre');
    await page.keyboard.press('Tab');
    await page.keyboard.type('63.3217 13.2650');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Två bilar, en fastklämd');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[data-testid="queue"] [data-id]');
    await fire.byId('takeover').waitFor();
    await ambulance.byId('takeover').waitFor();
    expect(Date.now() - began).toBeLessThan(15_000);
    await page.locator('[data-testid="queue"] [data-id]').first().click();
    await sos.byId('matrix').first().waitFor();
    expect(await page.locator('[data-party="raddning-jamtland:2312110"]').getAttribute('data-stage')).toBe('waiting');
  });

  it('fills the screen of the vehicle, and one press acknowledges', async () => {
    expect(await fire.byId('takeover').textContent()).toContain('Trafikolycka');
    await fire.byId('acknowledge').click();
    await fire.byId('takeover').waitFor({ state: 'detached' });
    await sos.page.locator('[data-party="raddning-jamtland:2312110"][data-stage="acknowledged"]').waitFor();
    // Receipts of the device are another thing than the crew's answer.
    await expect.poll(() => sos.page.locator('[data-party="raddning-jamtland:2312110"] td').nth(1).textContent()).toContain('✓');
  });

  it('takes whoever was heard on the radio in two keystrokes, and the gate opens', async () => {
    const { page } = sos;
    // Everybody who is still required is heard, one after the other.
    for (let left = 12; left > 0 && (await sos.byId('gate').first().getAttribute('data-gate')) === 'shut'; left -= 1) {
      const before = await page.locator('tr[data-stage="acknowledged"], tr[data-stage="relayed_not_counted"]').count();
      await page.keyboard.press('Alt+U');
      const first = page.locator('[data-testid="heard"] li').first();
      await first.waitFor();
      await page.keyboard.press('1');
      await expect.poll(() => page.locator('tr[data-stage="acknowledged"], tr[data-stage="relayed_not_counted"]').count()).toBeGreaterThan(before);
    }
    expect(await sos.byId('gate').first().textContent()).toContain('Grinden');
  });
});
