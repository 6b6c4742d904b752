import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { choose } from './desk.ts';
import { TestHub } from './hub.ts';
import { keptIn } from './kept.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.345, longitude: 13.32 };
const SOS = 'sos-alarm/operator';

/** What one organisation says, and the seats that may have it. Words that are in no other text. */
const SECRETS: [what: string, word: string, seats: string[]][] = [
  ['the name of a patient', 'Tjäderqvist', ['ambulans', 'ambulansbefal', 'ambulansbil']],
  ['the state of a patient', 'Underbensfraktur', ['ambulans', 'ambulansbefal', 'ambulansbil']],
  ['what police think of the threat', 'Avsågat hagelgevär', ['polis', 'polisledning', 'polisbil']],
  ['a suspect', 'Svartkvist', ['polis', 'polisledning', 'polisbil']],
  ['the note of fire control', 'Egenhändigt RTJ', ['raddning', 'fordon', 'kartvagg']],
  ['the note of SOS', 'Egenhändigt SOS', ['sos']],
];
const SEATS = ['sos', 'polis', 'raddning', 'ambulans', 'lansstyrelsen', 'fordon', 'ambulansbil', 'polisbil', 'kartvagg', 'polisledning', 'ambulansbefal'];
const CONSOLES = ['sos', 'polis', 'raddning', 'ambulans', 'lansstyrelsen', 'polisledning', 'ambulansbefal'];

async function play(hub: TestHub): Promise<string> {
  const id = (await hub.submit(SOS, undefined, {
    case: 'reportIncident',
    value: {
      types: ['Trafikolycka'],
      facts: [
        { value: { case: 'address', value: { street: 'Väg 321', municipality: 'Åre' } } }, { value: { case: 'location', value: { latitude: 63.3217, longitude: 13.265 } } },
        { value: { case: 'description', value: { text: 'Bil i diket, förare kvar' } } },
      ],
    },
  })).incidentId ?? '';
  await hub.submit(SOS, id, {
    case: 'raiseAlarm',
    value: {
      alarmText: 'Trafikolycka väg 321', reason: 'prov',
      parties: [
        { organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }, { organisation: 'region-jh', unitId: '3269110', required: true, dueSeconds: 600 },
        { organisation: 'polis-nord', unitId: '1104210', required: true, dueSeconds: 600 }, { organisation: 'raddning-jamtland', required: true, dueSeconds: 600 },
      ],
    },
  });
  await hub.submit(SOS, id, { case: 'involveOrganisation', value: { organisation: 'lansstyrelsen-z', reason: 'prov' } });
  const fact = (as: string, value: Parameters<TestHub['submit']>[2] & { case: 'stateFact' }) => hub.submit(as, id, value);
  await fact('region-jh/operator', { case: 'stateFact', value: { value: { case: 'patients', value: { patients: [{ name: 'Tjäderqvist', personalNumber: '193805121239' }] } } } });
  await fact('region-jh/operator', { case: 'stateFact', value: { value: { case: 'health', value: { condition: 'Underbensfraktur' } } } });
  await fact('polis-nord/operator', { case: 'stateFact', value: { value: { case: 'threat', value: { assessment: 'Avsågat hagelgevär' } }, derived: { threat: true, instruction: 'Vänta på patrull' } } });
  await fact('polis-nord/operator', { case: 'stateFact', value: { value: { case: 'suspect', value: { name: 'Svartkvist' } } } });
  await hub.submit('raddning-jamtland/operator', id, { case: 'addNote', value: { note: 'Egenhändigt RTJ' } });
  await hub.submit(SOS, id, { case: 'addNote', value: { note: 'Egenhändigt SOS' } });
  await hub.submit(SOS, id, { case: 'openGate', value: { reason: 'prov' } }).catch(() => undefined);
  return id;
}

describe('every seat, as a machine reads it', () => {
  const hub = new TestHub();
  const seats = new Map<string, SeatAt>();
  let incident = '';

  beforeAll(async () => {
    await hub.start();
    incident = await play(hub);
    for (const name of SEATS) seats.set(name, await SeatAt.at(hub, name, ['fordon', 'ambulansbil', 'polisbil'].includes(name) ? { viewport: TOUCH, place: ARE } : {}));
  });
  afterAll(async () => {
    for (const seat of seats.values()) await seat.close();
    await closeBrowser();
    await hub.close();
  });

  const at = (name: string): SeatAt => {
    const seat = seats.get(name);
    if (!seat) throw new Error(`nobody sits at ${name}`);
    return seat;
  };

  it('an alarm in a vehicle is a dialogue with a title and a text, and its answer has the focus', async () => {
    const { page } = at('fordon');
    const dialogue = page.getByRole('alertdialog', { name: 'Trafikolycka' });
    await dialogue.waitFor();
    expect(await dialogue.evaluate((element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent)).toContain('Väg 321');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('acknowledge');
    expect(await dialogue.getByRole('button').count()).toBeGreaterThanOrEqual(2);
  });

  it('what is urgent is told by itself: an emergency on every screen that has one', async () => {
    await hub.submit('region-jh/unit:3269110', incident, { case: 'raiseEmergency', value: { what: 'hotad' } });
    await at('sos').page.getByRole('alert').filter({ hasText: 'NÖDLARM' }).waitFor();
    await at('fordon').page.getByRole('alert').filter({ hasText: '3 26-9110' }).waitFor();
    await at('ambulansbil').byId('distress').waitFor();
  });

  it('each part of a screen is a landmark with a name, and each button says what it does', async () => {
    for (const name of ['sos', 'polis', 'raddning', 'ambulans', 'lansstyrelsen']) await choose(at(name), incident);
    for (const name of SEATS) {
      const { page } = at(name);
      const tree = await page.locator('body').ariaSnapshot();
      expect(tree, name).toMatch(/- main/);
      expect(tree, name).toMatch(/- heading "[^"]+" \[level=1\]/);
      // A role without a name stands alone on its line.
      const nameless = tree.split('\n').filter((line) => /^\s*- (button|link|textbox|searchbox|combobox|checkbox|radio|slider|tab|navigation|region|form|dialog|alertdialog|table)(:|$| \[)/.test(line));
      expect(nameless.filter((line) => !/- table/.test(line)), name).toEqual([]);
    }
    for (const name of ['sos', 'polis', 'raddning']) {
      const { page } = at(name);
      for (const zone of ['Larmkö', 'Resurser', 'Händelse', 'Kommandorad']) {
        expect(await page.getByRole('navigation', { name: zone }).or(page.getByRole('region', { name: zone })).or(page.getByRole('form', { name: zone })).count(), `${name}: ${zone}`).toBeGreaterThan(0);
      }
      expect(await page.getByRole('tab').count()).toBe(4);
    }
  });

  /** What a seat has of anything: what its page shows in each of its parts, what came over the wire, and what the browser keeps. */
  async function everythingAt(name: string): Promise<{ page: string; wire: string; storage: string }> {
    const seat = at(name);
    const pages = [await seat.dom()];
    if (CONSOLES.includes(name)) {
      await choose(seat, incident);
      for (const tab of ['Alt+2', 'Alt+3', 'Alt+4', 'Alt+1']) {
        await seat.page.keyboard.press(tab);
        await seat.page.locator('[role="tabpanel"]').waitFor();
        pages.push(await seat.dom());
      }
    }
    // What is kept is written a moment after it has come.
    await expect.poll(async () => (await keptIn(seat.page)).includes('Trafikolycka'), { message: name }).toBe(true);
    return { page: pages.join('\n'), wire: Buffer.concat(seat.received).toString('utf8'), storage: await keptIn(seat.page) };
  }

  it('no seat has a word of what its organisation may not see, on the screen, on the wire or kept; and whoever may has it in all three', async () => {
    const finds: string[] = [];
    const misses: string[] = [];
    for (const name of SEATS) {
      const all = await everythingAt(name);
      for (const [what, word, may] of SECRETS) {
        for (const [where, text] of Object.entries(all)) {
          if (!may.includes(name) && text.includes(word)) finds.push(`${name} has ${what} in ${where}`);
          // The search is worth something only if it finds where there is something to be found.
          if (may[0] === name && !text.includes(word)) misses.push(`${name} lacks ${what} in ${where}`);
        }
      }
    }
    expect(finds).toEqual([]);
    expect(misses).toEqual([]);
  });
});
