import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, closeBrowser, SeatAt } from './browser.ts';
import { fill } from './desk.ts';
import { listed, waitForMap } from './drawn.ts';
import { Fleet } from './fleet.ts';
import { TestHub } from './hub.ts';

const DESK = { width: 1920, height: 1080 };
const TOUCH = { width: 1280, height: 800 };
const SMALL = { width: 1024, height: 768 };
const ARE = { latitude: 63.345, longitude: 13.32 };
/** Pictures are made anew only when asked for: they differ from machine to machine. */
const TAKES_PICTURES = process.env.SAMBAND_PICTURES === '1';

/** A storm in the middle of it: what the screens are looked at with. */
async function storm(hub: TestHub): Promise<{ tree: string; roof: string }> {
  const sos = 'sos-alarm/operator';
  const tree = (await hub.submit(sos, undefined, {
    case: 'reportIncident',
    value: {
      types: ['Trafikolycka', 'Personbil mot träd'],
      facts: [
        { value: { case: 'address', value: { street: 'E14 vid Undersåker', municipality: 'Åre' } } },
        { value: { case: 'location', value: { latitude: 63.3217, longitude: 13.265 } } },
        { value: { case: 'description', value: { text: 'Personbil har kört in i nedfallet träd, föraren sitter kvar' } } },
        { value: { case: 'casualties', value: { count: 1, trapped: 1 } } },
        { value: { case: 'caller', value: { name: 'Karin Lund', phone: '070-1740611' } } },
        { value: { case: 'priority', value: { value: '1' } } },
      ],
    },
  })).incidentId ?? '';
  const alarm = await hub.submit(sos, tree, {
    case: 'raiseAlarm',
    value: {
      alarmText: 'Trafikolycka, bil mot träd, fastklämd. E14 Undersåker', reason: 'för hand',
      parties: [
        { organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }, { organisation: 'raddning-jamtland', unitId: '2312010', required: true, dueSeconds: 5 },
        { organisation: 'region-jh', unitId: '3269110', required: true, dueSeconds: 600 }, { organisation: 'polis-nord', unitId: '1104210', required: false, dueSeconds: 600 },
      ],
    },
  });
  await hub.submit('raddning-jamtland/unit:2312110', tree, { case: 'acknowledge', value: {} });
  await hub.submit('raddning-jamtland/unit:2312110', tree, { case: 'reportUnitStatus', value: { code: 'U' } });
  await hub.submit('region-jh/unit:3269110', tree, { case: 'decline', value: { alarmId: alarm.alarmId, reason: 'Patient ombord' } });
  await hub.submit('polis-nord/command', tree, {
    case: 'stateFact', value: { value: { case: 'threat', value: { assessment: 'Kan vara beväpnad', weapons: true } }, derived: { threat: true, instruction: 'Närma er inte bilen, vänta på patrull 4210' }, derivedBreakPoint: { description: 'Undersåkers kyrka' } },
  });
  await hub.submit('raddning-jamtland/unit:2312110', tree, { case: 'reportUnitStatus', value: { code: 'F' } });
  await hub.submit('raddning-jamtland/unit:2312110', tree, {
    case: 'fileArrivalReport', value: { template: 1, what: 'En personbil mot gran', damage: 'Föraren fastklämd', hazards: 'Spänningssatt ledning på marken', resourcesNeeded: 'Elbolag' },
  });
  await hub.submit(sos, tree, { case: 'issueTotalInformation', value: { sharedText: 'Samling vid Undersåkers kyrka. Håll 50 m till ledningen.', material: true, referenceEventIds: [] } });
  await hub.submit('raddning-jamtland/operator', tree, { case: 'requestResource', value: { what: 'Avspärrning av E14', quantity: 1, toOrganisations: ['polis-nord'] } });
  await hub.submit('raddning-jamtland/unit:2312110', tree, { case: 'reportHazard', value: { hazard: { what: 'Ledning nere', standOffM: 50 }, location: { latitude: 63.322, longitude: 13.262 } } });
  const roof = (await hub.submit(sos, undefined, { case: 'reportIncident', value: { types: ['Stormskada'], facts: [
    { value: { case: 'address', value: { street: 'Centrumvägen 8', municipality: 'Ragunda' } } }, { value: { case: 'location', value: { latitude: 63.109, longitude: 16.354 } } },
  ] } })).incidentId ?? '';
  await hub.submit('lansstyrelsen-z/operator', undefined, {
    case: 'issueAdvanceNotice', value: { types: ['Klass 2-varning vind'], text: 'Stormbyar i fjällen', validUntil: { seconds: BigInt(Math.floor(Date.now() / 1000) + 20_000), nanos: 0 }, organisations: ['sos-alarm', 'raddning-jamtland'] },
  });
  return { tree, roof };
}

describe('every screen', () => {
  const hub = new TestHub();
  let ids = { tree: '', roof: '' };
  const seats: SeatAt[] = [];

  beforeAll(async () => {
    await hub.start();
    ids = await storm(hub);
    // One party is to be overdue.
    await new Promise((later) => setTimeout(later, 6000));
  });
  afterAll(async () => {
    for (const seat of seats) await seat.close();
    await closeBrowser();
    await hub.close();
  });

  async function open(name: string, viewport = DESK): Promise<SeatAt> {
    const seat = await SeatAt.at(hub, name, { viewport, place: ARE, hasMap: TAKES_PICTURES });
    seats.push(seat);
    return seat;
  }

  /** Looks at a screen as a machine does, and keeps a picture for eyes. */
  async function look(seat: SeatAt, name: string): Promise<void> {
    expect(await axe(seat.page), name).toEqual([]);
    if (!TAKES_PICTURES) return;
    await seat.page.waitForTimeout(4000);
    await seat.picture(name);
  }

  /** Until the screen has this light: by the key or the button that its user has. */
  async function light(seat: SeatAt, theme: string): Promise<void> {
    for (let tries = 0; tries < 3 && (await seat.page.locator('html').getAttribute('data-theme')) !== theme; tries += 1) {
      await seat.page.getByRole('button', { name: /Byt ljus/ }).click();
    }
    expect(await seat.page.locator('html').getAttribute('data-theme')).toBe(theme);
  }

  async function cabLight(seat: SeatAt, name: string): Promise<void> {
    await seat.page.getByRole('button', { name: 'Ljus', exact: true }).click();
    await seat.page.getByRole('button', { name, exact: true }).click();
    await seat.page.getByRole('button', { name: 'Tillbaka' }).click();
  }

  it('start', async () => {
    const seat = await SeatAt.open(hub, { viewport: TOUCH });
    seats.push(seat);
    await seat.page.goto(`${hub.base}/`);
    await seat.page.locator('a[href$="plats=sos"]').waitFor();
    await look(seat, 'start');
    await light(seat, 'day');
    await look(seat, 'start-day');
    await seat.page.goto(`${hub.base}/?sida=console&varfor=token_expired`);
    await seat.page.getByRole('alert').waitFor();
    await look(seat, 'login');
  });

  it('console: the state, the log, cooperation, the decision; by day and night, in both languages', { timeout: TAKES_PICTURES ? 400_000 : 120_000 }, async () => {
    const seat = await open('sos');
    const { page } = seat;
    await page.locator(`[data-id="${ids.tree}"]`).click();
    await seat.byId('overdue').waitFor();
    await look(seat, 'console');
    for (const [key, name] of [['Alt+2', 'log'], ['Alt+3', 'cooperation'], ['Alt+4', 'decision']] as const) {
      await page.keyboard.press(key);
      await look(seat, `console-${name}`);
    }
    await page.keyboard.press('Alt+1');
    await page.keyboard.press('Alt+I');
    await seat.byId('form').waitFor();
    await look(seat, 'console-new');
    await page.keyboard.press('Escape');
    for (const [key, id] of [['Alt+U', 'heard'], ['Alt+H', 'handover'], ['Alt+Q', 'search'], ['?', 'keys']] as const) {
      await page.keyboard.press(key);
      await seat.byId(id).waitFor();
      await look(seat, `console-${id}`);
      await page.keyboard.press('Escape');
    }
    for (const theme of ['day', 'night']) {
      await light(seat, theme);
      await look(seat, `console-${theme}`);
    }
    await page.getByRole('button', { name: 'English' }).click();
    await look(seat, 'console-en');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  /** What stands outside its own part is cut off: nothing of it may. */
  async function isWhole(seat: SeatAt, part: string): Promise<boolean> {
    return seat.page.locator(part).evaluate((element) => {
      const { right } = element.getBoundingClientRect();
      return [...element.querySelectorAll('header *')].every((one) => one.getBoundingClientRect().right <= right + 1);
    });
  }

  it('console: what another organisation sees of the same', async () => {
    const police = await open('polis', TOUCH);
    await police.page.locator(`[data-id="${ids.tree}"]`).click();
    expect(await isWhole(police, '[data-testid="resources"]')).toBe(true);
    await look(police, 'console-police');
    const county = await open('lansstyrelsen', SMALL);
    await look(county, 'console-county');
    await county.page.setViewportSize(DESK);
    const fire = await open('raddning', SMALL);
    await fire.page.locator(`[data-id="${ids.tree}"]`).click();
    await fire.byId('head').waitFor();
    await look(fire, 'console-small');
  });

  it('console: what is withheld, and what is asked and released', async () => {
    const owner = 'region-jh/operator';
    await hub.submit(owner, ids.tree, { case: 'stateFact', value: { value: { case: 'health', value: { condition: 'Bäckenfraktur' } } } });
    const seat = await open('polisledning');
    await seat.page.locator(`[data-id="${ids.tree}"]`).click();
    await seat.byId('withheld').waitFor();
    await seat.byId('withheld').scrollIntoViewIfNeeded();
    await look(seat, 'console-withheld');
    await seat.byId('withheld').getByRole('button', { name: /Begär ut: Hälsotillstånd/ }).click();
    await fill(seat, 'requestRelease', { purpose: 'Kan hen förflyttas?' });
    const asked = await open('ambulansbefal');
    await asked.page.locator(`[data-id="${ids.tree}"]`).click();
    await asked.page.locator('#tab-help .count').waitFor();
    await asked.page.keyboard.press('Alt+3');
    await asked.byId('releases').getByRole('button', { name: 'Lämna ut' }).click();
    await asked.byId('form').waitFor();
    await look(asked, 'console-release');
  });

  it('console: an exercise', async () => {
    const id = (await hub.submit('sos-alarm/operator', undefined, { case: 'reportIncident', value: { types: ['Övningsbrand'], exercise: true } })).incidentId ?? '';
    const seat = await open('sos');
    await seat.page.locator(`[data-id="${id}"]`).click();
    await seat.page.locator('.stripe').waitFor();
    await look(seat, 'console-exercise');
  });

  it('terminal: takeover, card, report, more, light; by day and night', { timeout: TAKES_PICTURES ? 400_000 : 120_000 }, async () => {
    for (const other of seats.splice(0)) await other.close();
    const idle = await open('polisbil', TOUCH);
    await idle.byId('takeover').waitFor();
    await look(idle, 'terminal-takeover');
    const seat = await open('fordon', TOUCH);
    await seat.byId('understand').waitFor();
    for (const [button, name] of [['Mörkt', 'dark'], ['Dag', 'day'], ['Natt', 'night']] as const) {
      await cabLight(seat, button);
      await look(seat, `terminal-${name}`);
    }
    await seat.byId('understand').click();
    for (const [button, id, name] of [['report-button', 'report', 'report'], ['more-button', 'more', 'more']] as const) {
      await seat.byId(button).click();
      await seat.byId(id).waitFor();
      await look(seat, `terminal-${name}`);
      await seat.page.getByRole('button', { name: 'Tillbaka' }).click();
    }
    await seat.page.setViewportSize(SMALL);
    await look(seat, 'terminal-small');
    await seat.page.setViewportSize({ width: 800, height: 1280 });
    await look(seat, 'terminal-portrait');
    await seat.page.setViewportSize(TOUCH);
    await seat.page.getByRole('button', { name: 'NÖD håll 2 s' }).hover();
    await seat.page.mouse.down();
    await seat.page.waitForTimeout(2300);
    await seat.page.mouse.up();
    await seat.page.locator('[data-testid="distress"][data-sent="true"]').waitFor();
    await look(seat, 'terminal-emergency');
    const desk = await open('sos');
    await desk.byId('emergency').waitFor();
    await look(desk, 'console-emergency');
    await idle.byId('other-emergency').waitFor();
  });

  it('terminal: in English, and out of reach with an emergency that is not sent', { timeout: TAKES_PICTURES ? 400_000 : 120_000 }, async () => {
    const seat = await open('ambulansbil', TOUCH);
    await seat.page.waitForFunction(() => navigator.serviceWorker?.controller !== null, undefined, { timeout: 60_000 });
    await seat.byId('more-button').click();
    await seat.page.getByRole('button', { name: 'English' }).click();
    await look(seat, 'terminal-en');
    await seat.page.getByRole('button', { name: 'Svenska' }).click();
    await seat.page.getByRole('button', { name: 'Tillbaka' }).click();
    await seat.context.setOffline(true);
    await seat.byId('reserve-band').waitFor({ timeout: 45_000 });
    await look(seat, 'terminal-reserve');
    await seat.page.getByRole('button', { name: 'NÖD håll 2 s' }).hover();
    await seat.page.mouse.down();
    await seat.page.waitForTimeout(2300);
    await seat.page.mouse.up();
    await seat.page.locator('[data-testid="distress"][data-sent="false"]').waitFor();
    await look(seat, 'terminal-unsent');
  });

  it('wall', { timeout: TAKES_PICTURES ? 400_000 : 120_000 }, async () => {
    // With the county's units on the roads, for the picture.
    const fleet = TAKES_PICTURES ? new Fleet(hub, 120) : undefined;
    // Alone: a browser without a graphics card draws few maps at a time.
    for (const other of seats.splice(0)) await other.close();
    const seat = await open('kartvagg');
    if (TAKES_PICTURES) {
      await waitForMap(seat.page);
      await seat.page.keyboard.press('2');
      await expect.poll(async () => (await listed(seat.page)).length, { timeout: 60_000 }).toBeGreaterThan(8);
    }
    await seat.page.waitForTimeout(1500);
    await look(seat, 'wall');
    await seat.page.keyboard.press('n');
    await look(seat, 'wall-night');
    await fleet?.stop();
  });

  it('reserve', async () => {
    // Alone: what a page keeps for later it fetches beside everything else.
    for (const other of seats.splice(0)) await other.close();
    const seat = await open('raddning');
    await seat.page.waitForFunction(() => navigator.serviceWorker?.controller !== null, undefined, { timeout: 60_000 });
    await hub.stop();
    await seat.byId('reserve').waitFor({ timeout: 45_000 });
    await look(seat, 'reserve');
  });

  it('wall without the hub', async () => {
    await hub.start();
    for (const other of seats.splice(0)) await other.close();
    const seat = await open('kartvagg');
    await hub.stop();
    await seat.page.locator('.reserve').waitFor({ timeout: 90_000 });
    await look(seat, 'wall-reserve');
  });
});
