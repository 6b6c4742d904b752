import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.399, longitude: 13.0815 };
const UNIT = 'raddning-jamtland:2312110';

describe('a vehicle out of reach', () => {
  const hub = new TestHub();
  let sos: SeatAt;
  let fire: SeatAt;
  let incident = '';

  beforeAll(async () => {
    await hub.start();
    incident = (await hub.submit('sos-alarm/operator', undefined, {
      case: 'reportIncident', value: { types: ['Hinder på väg'], facts: [{ value: { case: 'address', value: { street: 'E14 Undersåker', municipality: 'Åre' } } }] },
    })).incidentId ?? '';
    [sos, fire] = [await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'fordon', { viewport: TOUCH, place: ARE })];
    await sos.page.locator(`[data-id="${incident}"]`).click();
    await hub.submit('sos-alarm/operator', incident, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }], alarmText: 'Träd över väg', reason: 'hinder på väg' },
    });
    await fire.byId('takeover').waitFor();
    // The pages themselves are kept once the worker has them; without that a reload needs the hub.
    await fire.page.waitForFunction(() => navigator.serviceWorker?.controller !== null, undefined, { timeout: 60_000 });
  });
  afterAll(async () => {
    for (const seat of [sos, fire]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('keeps what is pressed, shows it as not sent, and sends it once, in order, with its own time', async () => {
    await fire.context.setOffline(true);
    const pressedAt = Date.now();
    await fire.byId('acknowledge').click();
    await fire.byId('takeover').waitFor({ state: 'detached' });
    await fire.byId('next').click();
    await expect.poll(() => fire.byId('unsent').textContent()).toContain('2 väntar');
    expect(await fire.byId('card').textContent()).toContain('ej sänt ännu');
    expect(await fire.byId('own-status').textContent()).toContain('U');
    // So long that the log tells both times.
    await fire.page.waitForTimeout(23_000);
    await fire.context.setOffline(false);
    await sos.page.locator(`[data-party="${UNIT}"][data-stage="acknowledged"]`).waitFor();
    await sos.page.locator('.units li', { hasText: '2 31-2110' }).filter({ hasText: 'på väg' }).waitFor();
    await fire.byId('unsent').waitFor({ state: 'detached' });
    await sos.page.keyboard.press('Alt+2');
    const log = await sos.byId('timeline').textContent() ?? '';
    expect(log.match(/2 31-2110 KVITTERAR/g)).toHaveLength(1);
    expect(log.match(/2 31-2110 U –/g)).toHaveLength(1);
    expect(log.indexOf('2 31-2110 U –')).toBeLessThan(log.indexOf('2 31-2110 KVITTERAR'));
    const told = log.match(/(?:KVITTERAR|U –)[^(]*\(tryckt (\d\d:\d\d:\d\d)\)/g) ?? [];
    const clock = new Intl.DateTimeFormat('sv-SE', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'Europe/Stockholm' });
    const near = Array.from({ length: 8 }, (_, second) => clock.format(pressedAt + (second - 1) * 1000));
    expect(told.map((one) => near.some((time) => one.includes(time)))).toEqual([true, true]);
    await sos.page.keyboard.press('Alt+1');
  });

  it('is reloaded in the middle without the network: the assignment and the unsent are still there', async () => {
    // The gate has opened meanwhile: its version is understood first.
    await fire.byId('understand').click();
    // The hub has it: what is pressed next is the only thing that waits.
    await sos.page.locator('[data-testid="total"] .holders li', { hasText: '2 31-2110' }).filter({ hasText: /v2/ }).waitFor();
    await fire.byId('next').waitFor();
    await fire.byId('unsent').waitFor({ state: 'detached' });
    await fire.context.setOffline(true);
    await fire.byId('next').click();
    await expect.poll(() => fire.byId('unsent').textContent()).toContain('1 väntar');
    await fire.page.reload();
    await fire.byId('card').waitFor();
    expect(await fire.byId('card').textContent()).toContain('E14 Undersåker');
    await expect.poll(() => fire.byId('unsent').textContent()).toContain('1 väntar');
    await fire.byId('reserve-band').waitFor({ timeout: 40_000 });
    await fire.page.getByRole('button', { name: 'Telefon och rutin' }).click();
    const reserve = await fire.byId('reserve').textContent() ?? '';
    expect(reserve).toContain('Bilden är');
    expect(reserve).toMatch(/070-17406\d\d/);
    expect(reserve).toContain('RAPS');
    await fire.page.getByRole('button', { name: 'Visa senaste bilden' }).click();
    await fire.context.setOffline(false);
    await sos.page.locator('.units li', { hasText: '2 31-2110' }).filter({ hasText: 'framme' }).waitFor();
    await fire.byId('reserve-band').waitFor({ state: 'detached' });
  });

  it('says over the whole screen that an emergency is not sent, until it is', async () => {
    await fire.page.keyboard.press('Escape');
    if (await fire.byId('report').count()) await fire.page.getByRole('button', { name: 'Tillbaka' }).click();
    await fire.context.setOffline(true);
    await fire.page.getByRole('button', { name: 'NÖD håll 2 s' }).hover();
    await fire.page.mouse.down();
    await fire.page.waitForTimeout(2300);
    await fire.page.mouse.up();
    await fire.page.locator('[data-testid="distress"][data-sent="false"]').waitFor();
    expect(await fire.byId('distress').textContent()).toContain('NÖD EJ SÄND');
    expect(await fire.byId('distress').textContent()).toContain('RAKEL');
    await fire.page.reload();
    await fire.page.locator('[data-testid="distress"][data-sent="false"]').waitFor();
    await fire.context.setOffline(false);
    await fire.page.locator('[data-testid="distress"][data-sent="true"]').waitFor();
    await sos.byId('emergency').waitFor();
  });

  it('catches up what came meanwhile, alarms first', async () => {
    await fire.context.setOffline(true);
    await hub.submit('sos-alarm/operator', incident, { case: 'addNote', value: { sharedText: 'Medan du var borta' } });
    const second = await hub.submit('sos-alarm/operator', undefined, { case: 'reportIncident', value: { types: ['Brand ute'] } });
    await hub.submit('sos-alarm/operator', second.incidentId, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }], alarmText: 'Brand', reason: 'prov' },
    });
    await fire.context.setOffline(false);
    await expect.poll(() => fire.byId('takeover').textContent(), { timeout: 30_000 }).toContain('Brand ute');
  });
});

describe('the hub goes down', () => {
  const hub = new TestHub();
  let sos: SeatAt;

  beforeAll(async () => {
    await hub.start();
    await hub.submit('sos-alarm/operator', undefined, { case: 'reportIncident', value: { types: ['Trafikolycka'], facts: [] } });
    sos = await SeatAt.at(hub, 'sos');
    await sos.page.locator('[data-testid="queue"] [data-id]').first().click();
  });
  afterAll(async () => {
    await sos?.close();
    await closeBrowser();
    await hub.close();
  });

  it('keeps what was sent and what is half written at a console, over the reserve page', async () => {
    const { page } = sos;
    await hub.stop(true);
    await sos.link('bad');
    await page.keyboard.press('Alt+N');
    await page.locator('[data-testid="form"] [name="note"]').fill('Sänd medan navet var borta');
    await page.keyboard.press('Control+Enter');
    await sos.byId('outbox').getByText('ej sänt ännu').waitFor();
    await page.keyboard.press('Alt+S');
    await page.locator('[data-testid="form"] [name="situation"]').fill('Halvskriven');
    await sos.byId('reserve').waitFor({ timeout: 45_000 });
    await hub.start();
    await sos.link('good');
    await sos.byId('reserve').waitFor({ state: 'detached' });
    expect(await page.locator('[data-testid="form"] [name="situation"]').inputValue()).toBe('Halvskriven');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+2');
    await sos.byId('timeline').getByText('Sänd medan navet var borta').waitFor();
    await page.keyboard.press('Alt+1');
  });

  it('falls back to the reserve page, which is not a picture that looks alive, and comes back by itself', async () => {
    await sos.page.waitForFunction(() => navigator.serviceWorker?.controller !== null, undefined, { timeout: 60_000 });
    await hub.stop(true);
    await sos.link('bad');
    await sos.byId('reserve').waitFor({ timeout: 45_000 });
    const text = await sos.byId('reserve').textContent() ?? '';
    expect(text).toContain('RESERVLÄGE');
    expect(text).toContain('Trafikolycka');
    expect(text).toMatch(/070-17406\d\d/);
    // Also for somebody who opens the page now.
    await sos.page.reload();
    await sos.byId('reserve').waitFor({ timeout: 45_000 });
    await hub.start();
    await sos.byId('queue').waitFor({ timeout: 45_000 });
    await sos.link('good');
    await sos.page.locator('[data-testid="queue"] [data-id]', { hasText: 'Trafikolycka' }).waitFor();
  });
});
