import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { choose, fill } from './desk.ts';
import { TestHub } from './hub.ts';
import { keptIn } from './kept.ts';

const OWNERS = 'region-jh/operator';
const SECRET = 'Bäckenfraktur, medvetslös';

/** Milliseconds a release stands at least: the hub counts in minutes. */
const MINUTE = 60_000;

describe('what was released for a minute', () => {
  const hub = new TestHub();
  let owner: SeatAt;
  let police: SeatAt;
  let incident = '';
  let grantedAt = 0;

  beforeAll(async () => {
    await hub.start();
    incident = (await hub.submit(OWNERS, undefined, {
      case: 'reportIncident',
      value: {
        types: ['Trafikolycka'],
        facts: [{ value: { case: 'address', value: { street: 'Väg 321', municipality: 'Åre' } } }],
      },
    })).incidentId ?? '';
    await hub.submit(OWNERS, incident, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'polis-nord', required: true, dueSeconds: 600 }], alarmText: 'Trafikolycka väg 321', reason: 'olycka' },
    });
    await hub.submit(OWNERS, incident, { case: 'stateFact', value: { value: { case: 'health', value: { condition: SECRET } } } });
    [owner, police] = [await SeatAt.at(hub, 'ambulansbefal'), await SeatAt.at(hub, 'polisledning')];
    for (const seat of [owner, police]) await choose(seat, incident);
  });
  afterAll(async () => {
    for (const seat of [owner, police]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('is seen by whoever got it, with the time that is left', async () => {
    expect(await police.holds(SECRET)).toBe(false);
    await police.byId('withheld').getByRole('button', { name: /Begär ut: Hälsotillstånd/ }).click();
    await fill(police, 'requestRelease', { purpose: 'Kan hen förflyttas?' });
    await owner.page.keyboard.press('Alt+3');
    await owner.byId('releases').getByRole('button', { name: 'Lämna ut' }).click();
    await fill(owner, 'grantRelease', { ground: 'OSL 10:2', reason: 'Vår personal ska fram', minutes: '1' }, 2);
    grantedAt = Date.now();
    await expect.poll(() => police.byId('facts').textContent()).toContain(SECRET);
    await police.page.keyboard.press('Alt+3');
    const left = async () => {
      const [, minutes, seconds] = /går ut om (\d\d):(\d\d)/.exec((await police.byId('releases').textContent()) ?? '') ?? [];
      return Number(minutes) * 60 + Number(seconds);
    };
    const before = await left();
    expect(before).toBeGreaterThan(40);
    await expect.poll(left).toBeLessThan(before);
  });

  it('is gone from the screen when the minute is over, without anybody doing anything, and from what the browser keeps', async () => {
    await police.page.keyboard.press('Alt+1');
    expect(await police.byId('facts').textContent()).toContain(SECRET);
    await expect.poll(() => police.byId('facts').textContent(), { timeout: 80_000, interval: 250 }).not.toContain(SECRET);
    const stood = Date.now() - grantedAt;
    expect(stood).toBeGreaterThan(MINUTE - 5_000);
    expect(stood).toBeLessThan(MINUTE + 10_000);
    expect(await police.dom()).not.toContain(SECRET);
    await police.byId('withheld').getByText('Hälsotillstånd').waitFor();
    await expect.poll(() => keptIn(police.page)).not.toContain(SECRET);
    expect(await keptIn(police.page)).toContain('Väg 321');
    // The owner has it as before.
    await owner.page.keyboard.press('Alt+1');
    expect(await owner.byId('facts').textContent()).toContain(SECRET);
    // And it can be asked for again.
    await police.page.keyboard.press('Alt+b');
    await police.page.locator('[data-form="requestRelease"]').waitFor();
    await police.page.keyboard.press('Escape');
  });

  it('is found no more by searching, either', async () => {
    await police.page.keyboard.press('Alt+q');
    await police.page.getByLabel('Ord, minst två bokstäver').fill('Bäckenfraktur');
    await police.page.keyboard.press('Enter');
    await police.byId('search').getByText('Inget som du får se.').waitFor();
  });
});
