import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { choose, fill, say } from './desk.ts';
import { TestHub } from './hub.ts';

const SOS = 'sos-alarm/operator';

async function report(hub: TestHub, type: string, where: string): Promise<string> {
  const told = await hub.submit(SOS, undefined, {
    case: 'reportIncident', value: { types: [type], facts: [{ value: { case: 'address', value: { street: where, municipality: 'Åre' } } }] },
  });
  return told.incidentId ?? '';
}

/** In which part of the screen the focus is. */
const zone = (seat: SeatAt) => seat.page.evaluate(() => {
  const part = document.activeElement?.closest<HTMLElement>('[data-zone]');
  return part?.dataset['testid'] ?? part?.className.split(' ')[0] ?? 'nowhere';
});
const focusedRow = (seat: SeatAt) => seat.page.evaluate(() => (document.activeElement as HTMLElement).dataset['id'] ?? '');
/** The browser's way of saying that no key goes anywhere. */
const isLost = (seat: SeatAt) => seat.page.evaluate(() => document.activeElement === document.body);

describe('by keyboard alone', () => {
  const hub = new TestHub();
  let sos: SeatAt;
  let fire: SeatAt;
  const ids: string[] = [];

  beforeAll(async () => {
    await hub.start();
    for (const street of ['Kyrkvägen 1', 'Kyrkvägen 2', 'Kyrkvägen 3']) ids.unshift(await report(hub, 'Stormskada', street));
    [sos, fire] = [await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'raddning')];
    await sos.page.locator(`[data-id="${ids[0] ?? ''}"]`).waitFor();
  });
  afterAll(async () => {
    for (const seat of [sos, fire]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('F6 goes through the parts of the screen and round, Shift+F6 the other way', async () => {
    const forward: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      await sos.page.keyboard.press('F6');
      forward.push(await zone(sos));
    }
    expect(forward).toEqual(['queue', 'map', 'resources', 'detail', 'command', 'queue']);
    await sos.page.keyboard.press('Shift+F6');
    expect(await zone(sos)).toBe('command');
    await sos.page.keyboard.press('Shift+F6');
    expect(await zone(sos)).toBe('detail');
  });

  it('arrows walk the list, and what is walked to is in front of one', async () => {
    await sos.page.keyboard.press('Shift+F6');
    while ((await zone(sos)) !== 'queue') await sos.page.keyboard.press('F6');
    await sos.page.keyboard.press('Home');
    expect(await focusedRow(sos)).toBe(ids[0]);
    await sos.page.keyboard.press('ArrowDown');
    expect(await focusedRow(sos)).toBe(ids[1]);
    await sos.byId('head').getByText('Kyrkvägen 2').waitFor();
    await sos.page.keyboard.press('End');
    expect(await focusedRow(sos)).toBe(ids[2]);
    await sos.page.keyboard.press('ArrowDown');
    expect(await focusedRow(sos)).toBe(ids[2]);
    await sos.page.keyboard.press('ArrowUp');
    expect(await focusedRow(sos)).toBe(ids[1]);
    // Tab does not have to pass every row on its way out.
    await sos.page.keyboard.press('Tab');
    expect(await zone(sos)).not.toBe('queue');
  });

  it('the line alarms whom it names, and says which word it does not know', async () => {
    await choose(sos, ids[0] ?? '');
    await say(sos, 'larma 2312110 2312010');
    const form = sos.page.locator('[data-form="alarm"]');
    await form.waitFor();
    const parties = await form.locator('.chips li').allTextContents();
    const typed = await form.locator('[name="parties"]').inputValue();
    expect([...parties, typed].join(' ')).toMatch(/2\s?31-?2110|2312110/);
    await fill(sos, 'alarm', { reason: 'prov', dueSeconds: '600' });
    await sos.page.locator('[data-party="raddning-jamtland:2312110"]').waitFor();
    await sos.page.locator('[data-party="raddning-jamtland:2312010"]').waitFor();
    await say(sos, 'hört 2312010');
    await sos.page.locator('tr[data-stage="acknowledged"], tr[data-stage="relayed_not_counted"]').first().waitFor();
    await say(sos, 'notera Takplåt på vägen');
    await fill(sos, 'note', {});
    await sos.page.keyboard.press('Alt+2');
    await sos.byId('timeline').getByText('Takplåt på vägen').waitFor();
    await sos.page.keyboard.press('Alt+1');
    await say(sos, 'trolla bort');
    await expect.poll(() => sos.page.locator('#command-told').textContent()).toBe('Okänt kommando: trolla');
    expect(await sos.page.locator('#command-line').inputValue()).toBe('trolla bort');
    // What was written before comes back by arrow.
    await sos.page.keyboard.press('ArrowUp');
    await sos.page.keyboard.press('ArrowUp');
    expect(await sos.page.locator('#command-line').inputValue()).toBe('notera Takplåt på vägen');
    await sos.page.locator('#command-line').fill('');
  });

  it('the focus is never lost: not by closing a form, sending one, or pressing a button that then goes away', async () => {
    await sos.page.locator(`[data-id="${ids[1] ?? ''}"]`).focus();
    await sos.page.keyboard.press('Alt+n');
    await sos.byId('form').waitFor();
    await expect.poll(() => sos.page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await sos.page.keyboard.press('Escape');
    await sos.byId('form').waitFor({ state: 'detached' });
    await expect.poll(() => focusedRow(sos)).toBe(ids[1]);
    await sos.page.keyboard.press('Alt+n');
    await sos.byId('form').waitFor();
    await sos.page.keyboard.type('en rad');
    await sos.page.keyboard.press('Control+Enter');
    await sos.byId('form').waitFor({ state: 'detached' });
    await expect.poll(() => isLost(sos)).toBe(false);
    for (const [key, id] of [['Alt+h', 'handover'], ['Alt+q', 'search'], ['?', 'keys'], ['Alt+u', 'heard']] as const) {
      await choose(sos, ids[0] ?? '');
      await sos.page.keyboard.press(key);
      await sos.byId(id).waitFor();
      await sos.byId(id).locator('button').first().focus();
      await sos.page.keyboard.press('Escape');
      await sos.byId(id).waitFor({ state: 'detached' });
      await expect.poll(() => isLost(sos), { message: id }).toBe(false);
    }
    // A button of the bar that opens a form goes away with the bar.
    const more = sos.byId('detail').getByRole('button', { name: /^Uppgift/ });
    await more.focus();
    await sos.page.keyboard.press('Enter');
    await sos.byId('form').waitFor();
    await sos.page.keyboard.press('Escape');
    await expect.poll(() => isLost(sos)).toBe(false);
  });

  it('? lists the keys; one is changed there, and neither a letter alone nor a key in use is taken', async () => {
    await sos.page.locator(`[data-id="${ids[0] ?? ''}"]`).focus();
    await sos.page.keyboard.press('?');
    const list = sos.byId('keys');
    await list.waitFor();
    expect(await list.textContent()).toContain('F6');
    await list.getByRole('button', { name: 'Ändra: Anteckning' }).focus();
    await sos.page.keyboard.press('Enter');
    await sos.page.keyboard.press('x');
    await list.getByRole('alert').getByText('Inga enstaka bokstäver').waitFor();
    await sos.page.keyboard.press('F8');
    await list.getByRole('alert').getByText('används redan av').waitFor();
    await sos.page.keyboard.press('Alt+z');
    await expect.poll(() => list.locator('tr', { hasText: 'Anteckning' }).textContent()).toContain('Alt+Z');
    await sos.page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await sos.page.keyboard.press('Alt+n');
    expect(await sos.byId('form').count()).toBe(0);
    await sos.page.keyboard.press('Alt+z');
    await sos.page.locator('[data-form="note"]').waitFor();
    await sos.page.keyboard.press('Escape');
    await sos.page.keyboard.press('?');
    await list.getByRole('button', { name: 'Återställ' }).click();
    await expect.poll(() => list.locator('tr', { hasText: 'Anteckning' }).textContent()).toContain('Alt+N');
    await sos.page.keyboard.press('Escape');
  });

  it('F2 goes to what waits, F9 silences and answers nothing, F4 answers; it sounds until then and again for the next', async () => {
    const silence = fire.page.getByRole('button', { name: /^Tysta 60 s/ });
    expect(await fire.page.getByText('Ljud på').count()).toBe(1);
    const alarm = async (id: string) => hub.submit(SOS, id, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland', required: true, dueSeconds: 600 }], alarmText: 'Storm', reason: 'prov' },
    });
    await alarm(ids[1] ?? '');
    await silence.waitFor();
    await fire.page.keyboard.press('F9');
    await fire.page.getByRole('button', { name: /^Tystat/ }).waitFor();
    expect(await fire.page.locator(`.row.own_unacknowledged[data-id="${ids[1] ?? ''}"]`).count()).toBe(1);
    await alarm(ids[2] ?? '');
    await silence.waitFor();
    const seen: string[] = [];
    for (let press = 0; press < 2; press += 1) {
      await fire.page.keyboard.press('F2');
      seen.push((await fire.page.locator('[data-testid="queue"] [aria-current="true"]').getAttribute('data-id')) ?? '');
    }
    expect(seen.sort()).toEqual([ids[1], ids[2]].sort());
    await fire.page.keyboard.press('F4');
    await fire.page.locator('.row.own_unacknowledged').nth(1).waitFor({ state: 'detached' });
    // One is left: it still sounds.
    await silence.waitFor();
    await fire.page.keyboard.press('F2');
    await fire.page.keyboard.press('F4');
    await fire.page.getByText('Ljud på').waitFor();
    expect(await silence.count()).toBe(0);
  });
});

describe('a browser that may not sound', () => {
  const hub = new TestHub();
  let seat: SeatAt;

  beforeAll(async () => {
    await hub.start();
    seat = await SeatAt.at(hub, 'raddning', { isMute: true });
  });
  afterAll(async () => {
    await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('says LJUD AV until somebody presses, and then that it sounds', async () => {
    // Whoever came by a press has pressed already; a page that comes back by itself has not. What drives the browser here counts as a
    // press for it, so that the page itself is told to wait for a real one.
    await seat.page.addInitScript(() => {
      const pressed = new Promise<void>((so) => addEventListener('pointerdown', () => so(), { once: true, capture: true }));
      globalThis.AudioContext = class extends AudioContext {
        constructor() {
          super();
          void this.suspend();
        }
        override resume(): Promise<void> {
          return pressed.then(() => super.resume());
        }
      };
    });
    await seat.page.reload();
    await seat.link('good');
    const off = seat.page.getByRole('button', { name: /LJUD AV/ });
    await off.waitFor();
    expect(await seat.page.getByText('Ljud på').count()).toBe(0);
    await off.click();
    await seat.page.getByText('Ljud på').waitFor();
    expect(await off.count()).toBe(0);
  });
});
