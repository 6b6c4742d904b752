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
    await page.locator('[data-testid="form"] :focus').waitFor();
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
    // What was created is in front by itself.
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
      // The last answer opens the gate, a moment after it is seen.
      const isOpen = async (): Promise<boolean> => (await sos.byId('gate').first().getAttribute('data-gate')) === 'open';
      await expect.poll(async () => (await first.count()) > 0 || (await isOpen())).toBe(true);
      if (await isOpen()) break;
      await page.keyboard.press('1');
      await expect.poll(() => page.locator('tr[data-stage="acknowledged"], tr[data-stage="relayed_not_counted"]').count()).toBeGreaterThan(before);
    }
    expect(await sos.byId('gate').first().getAttribute('data-gate')).toBe('open');
    expect(await sos.byId('gate').first().textContent()).toContain('alla krävda har kvitterat');
  });

  it('sends the total information, and the vehicle says Uppfattat', async () => {
    const { page } = sos;
    await page.keyboard.press('F8');
    await page.locator('[data-testid="form"] :focus').waitFor();
    await page.keyboard.type('Samling vid Undersåkers kyrka');
    await page.keyboard.press('Control+Enter');
    // The gate has made a version of its own: the one that is meant is the one with the text.
    await expect.poll(() => fire.byId('card').textContent()).toContain('Samling vid Undersåkers kyrka');
    await fire.byId('understand').click();
    await fire.byId('understand').waitFor({ state: 'detached' });
    await page.locator('[data-testid="total"] .holders li', { hasText: '2 31-2110' }).filter({ hasText: /v\d/ }).waitFor();
    expect(await fire.byId('card').textContent()).toContain('Samling vid Undersåkers kyrka');
  });

  it('follows the status, and asks the first on scene for its report', async () => {
    await expect.poll(() => fire.byId('next').textContent()).toContain('U');
    await fire.byId('next').click();
    await sos.page.locator('.units li', { hasText: '2 31-2110' }).filter({ hasText: 'på väg' }).waitFor();
    await expect.poll(() => fire.byId('next').textContent()).toContain('F');
    await fire.byId('next').click();
    // It opens by itself.
    const began = Date.now();
    await fire.byId('report').waitFor();
    await fire.page.getByRole('button', { name: 'Fordon', exact: true }).click();
    await fire.page.getByRole('button', { name: 'Fastklämd', exact: true }).click();
    await fire.page.getByRole('button', { name: 'Inget hot', exact: true }).click();
    await fire.page.getByRole('button', { name: '2', exact: true }).click();
    await fire.page.getByRole('button', { name: 'SÄND', exact: true }).click();
    await sos.page.locator('[data-testid="arrival"]', { hasText: 'Fordon' }).waitFor();
    expect(Date.now() - began).toBeLessThan(20_000);
    // The other organisation's crew has it at the same time.
    await expect.poll(() => ambulance.byId('takeover').or(ambulance.byId('card')).first().textContent()).toContain('Trafikolycka');
  });

  it('corrects the report, and the earlier text stays', async () => {
    await fire.byId('report-button').click();
    await fire.page.getByRole('button', { name: 'Vägen spärrad', exact: true }).click();
    await fire.page.getByRole('button', { name: 'SÄND', exact: true }).click();
    await sos.page.locator('[data-testid="arrival"]', { hasText: 'Vägen spärrad' }).waitFor();
    expect(await sos.page.locator('[data-testid="arrival"].old').count()).toBe(1);
  });

  it('raises an emergency by holding, is heard by all, and ends it', async () => {
    const button = fire.page.getByRole('button', { name: 'NÖD håll 2 s' });
    await button.hover();
    await fire.page.mouse.down();
    await fire.page.waitForTimeout(300);
    await fire.page.mouse.up();
    expect(await fire.byId('distress').count()).toBe(0);
    await fire.page.mouse.down();
    await fire.page.waitForTimeout(2300);
    await fire.page.mouse.up();
    await fire.page.locator('[data-testid="distress"][data-sent="true"]').waitFor();
    await sos.byId('emergency').waitFor();
    await sos.byId('emergency').getByRole('button', { name: 'Uppfattat' }).click();
    await expect.poll(() => fire.byId('distress').textContent()).toContain('SOS');
    await fire.page.getByRole('button', { name: 'Avsluta nödlarmet' }).click();
    await fire.page.getByRole('button', { name: /Loss, oskadd/ }).hover();
    await fire.page.mouse.down();
    await fire.page.waitForTimeout(2300);
    await fire.page.mouse.up();
    await fire.byId('distress').waitFor({ state: 'detached' });
    await sos.byId('emergency').waitFor({ state: 'detached' });
  });

  it('shows everything in the log, in order, and why who was alarmed', async () => {
    await sos.page.keyboard.press('Alt+2');
    const log = await sos.byId('timeline').textContent();
    for (const said of ['LARM till', 'KVITTERAR', 'GRINDEN', 'TOTALINFORMATION', 'ANKOMSTRAPPORT', 'NÖDLARM']) expect(log).toContain(said);
    const times = await sos.page.locator('[data-testid="timeline"] time').allTextContents();
    expect([...times].sort().reverse()).toEqual(times);
    await sos.page.keyboard.press('Alt+4');
    await expect.poll(() => sos.byId('decision').textContent()).toContain('trafikolycka');
    await sos.page.getByRole('searchbox', { name: 'Sök enhet eller organisation' }).fill('Vakt 01');
    await expect.poll(() => sos.byId('decision').textContent()).toContain('fanns inte med');
  });

  it('is left by each, and closed by the one who leads', async () => {
    const { page } = sos;
    const id = await page.locator('[data-testid="queue"] [aria-current="true"]').getAttribute('data-id');
    for (const organisation of ['raddning-jamtland', 'region-jh', 'polis-nord']) {
      await hub.submit(`${organisation}/operator`, id ?? '', { case: 'standDown', value: { reason: 'klart' } }).catch(() => undefined);
    }
    await page.keyboard.press('Alt+1');
    await page.keyboard.press('Alt+Shift+X');
    await page.getByTestId('form').waitFor();
    await page.keyboard.press('Control+Enter');
    // In two steps: a slip of the hand closes nothing.
    expect(await page.getByTestId('form').count()).toBe(1);
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-testid="head"]', { hasText: 'Avslutad' }).waitFor();
    await expect.poll(() => fire.byId('card').count()).toBe(0);
  });

  it('takes in a text alarm of another system without alarming anybody twice', async () => {
    hub.textAlarm('01-trad-over-vag.txt');
    await sos.page.locator('[data-testid="queue"] [data-id]', { hasText: 'Hinder på väg' }).click();
    await expect.poll(() => sos.byId('matrix').first().textContent()).toContain('sänt av annat system');
    expect(await fire.byId('takeover').count()).toBe(0);
  });
});
