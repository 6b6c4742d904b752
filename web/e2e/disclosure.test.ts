import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { TestHub } from './hub.ts';

describe('the same incident at two seats', () => {
  const hub = new TestHub();
  let ambulance: SeatAt;
  let police: SeatAt;
  let command: SeatAt;
  let owners: SeatAt;
  let fire: SeatAt;
  let incident = '';

  beforeAll(async () => {
    await hub.start();
    [ambulance, police, command, owners, fire] = [
      await SeatAt.at(hub, 'ambulans'), await SeatAt.at(hub, 'polis'), await SeatAt.at(hub, 'polisledning'), await SeatAt.at(hub, 'ambulansbefal'), await SeatAt.at(hub, 'raddning'),
    ];
    incident = (await hub.submit('region-jh/operator', undefined, {
      case: 'reportIncident',
      value: {
        types: ['Trafikolycka'],
        facts: [
          { value: { case: 'address', value: { street: 'Väg 321', municipality: 'Åre' } } },
          { value: { case: 'patients', value: { patients: [{ name: 'Sven Nilsson', personalNumber: '193805121239' }] } } },
          { value: { case: 'health', value: { condition: 'Armbrott, medtagen' } } },
        ],
      },
    })).incidentId ?? '';
    await hub.submit('region-jh/operator', incident, {
      case: 'raiseAlarm',
      value: { parties: [{ organisation: 'polis-nord', required: true, dueSeconds: 600 }, { organisation: 'raddning-jamtland', required: true, dueSeconds: 600 }], alarmText: 'Trafikolycka väg 321', reason: 'olycka' },
    });
    await hub.submit('region-jh/operator', incident, { case: 'stateFact', value: { value: { case: 'health', value: { condition: 'Armbrott, medtagen' } } } });
    for (const seat of [ambulance, police, command, owners, fire]) await seat.page.locator(`[data-id="${incident}"]`).click();
  });
  afterAll(async () => {
    for (const seat of [ambulance, police, command, owners, fire]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('has different fields: what is withheld is shown as withheld, what is hidden not at all', async () => {
    await expect.poll(() => ambulance.byId('facts').textContent()).toContain('Armbrott');
    await police.byId('withheld').waitFor();
    expect(await police.byId('withheld').textContent()).toContain('Hälsotillstånd');
    expect(await fire.byId('withheld').count()).toBe(0);
    for (const secret of ['Armbrott', 'Sven Nilsson', '193805121239']) {
      expect(await police.holds(secret)).toBe(false);
      expect(await command.holds(secret)).toBe(false);
      expect(await fire.holds(secret)).toBe(false);
    }
    expect(await ambulance.holds('Sven Nilsson')).toBe(true);
  });

  it('asks for it, gets it with ground and end, and loses it when it is taken back', async () => {
    await command.byId('withheld').getByRole('button', { name: /Begär ut: Hälsotillstånd/ }).click();
    await command.page.getByLabel('Ändamål').fill('Kan han förflyttas?');
    await command.page.keyboard.press('Control+Enter');
    await owners.page.keyboard.press('Alt+3');
    await owners.byId('releases').getByRole('button', { name: 'Lämna ut' }).click();
    await owners.page.getByLabel('Grund').selectOption('OSL 10:2');
    await owners.page.getByLabel('Skäl').fill('Vår personal ska fram');
    await owners.page.keyboard.press('Control+Enter');
    await owners.page.keyboard.press('Control+Enter');
    await expect.poll(() => command.byId('facts').textContent()).toContain('Armbrott');
    expect(await police.holds('Armbrott')).toBe(false);
    await command.page.keyboard.press('Alt+3');
    expect(await command.byId('releases').textContent()).toMatch(/går ut om (29|30):\d\d/);
    await owners.byId('releases').getByRole('button', { name: 'Ta tillbaka utlämning' }).click();
    await owners.page.getByLabel('Skäl').fill('klart');
    await owners.page.keyboard.press('Control+Enter');
    await owners.page.keyboard.press('Control+Enter');
    await command.page.keyboard.press('Alt+1');
    await expect.poll(() => command.byId('facts').textContent()).not.toContain('Armbrott');
    // Not only from the screen: what the browser keeps is gone too.
    await command.page.waitForTimeout(500);
    const kept = await command.page.evaluate(async () => {
      const found: string[] = [];
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise<IDBDatabase>((ready) => { const request = indexedDB.open(name ?? ''); request.onsuccess = () => ready(request.result); });
        for (const store of db.objectStoreNames) {
          const rows = await new Promise<unknown[]>((ready) => { const request = db.transaction(store).objectStore(store).getAll(); request.onsuccess = () => ready(request.result); });
          for (const row of rows) for (const value of [row, ...Object.values(row as object)]) if (value instanceof Uint8Array) found.push(new TextDecoder().decode(value));
        }
        db.close();
      }
      return found.join('\n');
    });
    expect(kept).toContain('Väg 321');
    expect(kept).not.toContain('Armbrott');
  });

  it('shows two owners beside each other when they say different things', async () => {
    await hub.submit('raddning-jamtland/operator', incident, { case: 'stateFact', value: { value: { case: 'address', value: { street: 'Väg 321 norra', municipality: 'Åre' } } } });
    await expect.poll(() => ambulance.page.locator('[data-testid="facts"] dd[data-kind="address"]').count()).toBe(2);
    expect(await ambulance.byId('facts').textContent()).toContain('flera ägare');
  });
});
