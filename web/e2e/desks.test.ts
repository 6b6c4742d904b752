import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { choose, fill, say } from './desk.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.399, longitude: 13.0815 };
const SOS = 'sos-alarm/operator';
const FIRE = 'raddning-jamtland/operator';

const street = (name: string) => ({ value: { case: 'address' as const, value: { street: name, municipality: 'Åre' } } });

describe('desks of one organisation, and what goes from shift to shift', () => {
  const hub = new TestHub();
  let first: SeatAt;
  let second: SeatAt;
  const ids = { roof: '', tree: '', again: '' };

  beforeAll(async () => {
    await hub.start();
    const report = async (types: string[], where: string) => (await hub.submit(SOS, undefined, { case: 'reportIncident', value: { types, facts: [street(where)] } })).incidentId ?? '';
    ids.roof = await report(['Stormskada'], 'Kyrkvägen 2');
    ids.tree = await report(['Hinder på väg'], 'E14 Undersåker');
    ids.again = await report(['Hinder på väg'], 'E14 vid kyrkan');
    [first, second] = [await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'sos')];
  });
  afterAll(async () => {
    for (const seat of [first, second]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  const row = (seat: SeatAt, id: string) => seat.page.locator(`[data-testid="queue"] [data-id="${id}"]`);

  it('one desk takes an incident, and the other sees who has it', async () => {
    expect(await row(second, ids.roof).textContent()).toContain('ej tagen');
    await choose(first, ids.roof);
    await say(first, 'ta Bord 1');
    await fill(first, 'claim', {});
    await choose(second, ids.roof);
    await second.byId('head').locator('li', { hasText: 'SOS' }).filter({ hasText: 'Bord 1' }).waitFor();
    await expect.poll(() => row(second, ids.roof).textContent()).not.toContain('ej tagen');
  });

  it('hands it over to the other desk, with a remark that stands in the log', async () => {
    await say(first, 'lämna Bord 2');
    await fill(first, 'handOver', { remark: 'Takplåt lös, kommunen är på väg' });
    for (const seat of [first, second]) await seat.byId('head').locator('li', { hasText: 'SOS' }).filter({ hasText: 'Bord 2' }).waitFor();
    await second.page.keyboard.press('Alt+2');
    await second.byId('timeline').getByText('Takplåt lös').waitFor();
  });

  it('says at the change of shift what is urgent, most urgent first, and opens it', async () => {
    await hub.submit(SOS, ids.tree, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 5 }], alarmText: 'Träd', reason: 'prov' },
    });
    await hub.submit('raddning-jamtland/unit:2312010', undefined, { case: 'raiseEmergency', value: { what: 'hot' } });
    await row(first, ids.tree).filter({ hasText: '1 utebliven' }).waitFor();
    await first.byId('emergency').waitFor();
    await first.page.keyboard.press('Alt+h');
    const list = first.byId('handover').locator('li');
    await list.first().waitFor();
    const lines = await list.allTextContents();
    expect(lines[0]).toContain('Nödlarm');
    const at = (kind: string) => lines.findIndex((line) => line.includes(kind));
    expect(at('Utebliven kvittens')).toBeGreaterThan(0);
    expect(at('Ej tagen')).toBeGreaterThan(at('Utebliven kvittens'));
    // What somebody has taken is told as taken, not as free.
    expect(lines.some((line) => line.includes('Ej tagen') && line.includes('Kyrkvägen'))).toBe(false);
    await list.filter({ hasText: 'Utebliven kvittens' }).getByRole('button', { name: 'Öppna' }).click();
    await first.byId('head').getByText('E14 Undersåker').waitFor();
    expect(await first.byId('overdue').textContent()).toContain('2 31-2110');
  });

  it('links two reports of one thing, and leads from each to the other', async () => {
    await choose(first, ids.again);
    await say(first, 'koppla');
    await fill(first, 'link', { other: ids.tree, linkKind: '2', reason: 'samma träd' });
    await first.page.keyboard.press('Alt+3');
    await first.byId('links').filter({ hasText: 'dubblett av' }).getByRole('button', { name: 'Öppna' }).click();
    await first.byId('head').getByText('E14 Undersåker').waitFor();
    await first.page.keyboard.press('Alt+3');
    await first.byId('links').getByRole('button', { name: 'Öppna' }).click();
    await first.byId('head').getByText('E14 vid kyrkan').waitFor();
  });

  it('finds an old text, and nothing of what this organisation may not see', async () => {
    await hub.submit(SOS, ids.roof, { case: 'addNote', value: { sharedText: 'Takstolarna knakar' } });
    await hub.submit(SOS, ids.roof, { case: 'involveOrganisation', value: { organisation: 'polis-nord', reason: 'avspärrning' } });
    await hub.submit('polis-nord/operator', ids.roof, { case: 'stateFact', value: { value: { case: 'threat', value: { assessment: 'Boende har hotat grannar' } } } });
    await hub.submit('polis-nord/operator', ids.roof, { case: 'addNote', value: { note: 'Känd adress sedan tidigare' } });
    await first.page.keyboard.press('Alt+q');
    const look = async (words: string) => {
      await first.page.getByLabel('Ord, minst två bokstäver').fill(words);
      await first.page.keyboard.press('Enter');
    };
    await look('Takstolarna');
    await first.byId('search').locator('li', { hasText: 'Takstolarna knakar' }).waitFor();
    for (const hidden of ['hotat grannar', 'Känd adress']) {
      await look(hidden);
      await first.byId('search').getByText('Inget som du får se.').waitFor();
      expect(await first.byId('search').locator('li').count()).toBe(0);
    }
    await look('Takstolarna');
    await first.byId('search').locator('li', { hasText: 'Takstolarna' }).getByRole('button', { name: 'Öppna' }).click();
    await first.byId('head').getByText('Kyrkvägen 2').waitFor();
  });
});

describe('before it happens, and for practice', () => {
  const hub = new TestHub();
  let county: SeatAt;
  let sos: SeatAt;
  let engine: SeatAt;
  let ambulance: SeatAt;

  beforeAll(async () => {
    await hub.start();
    [county, sos, engine, ambulance] = [
      await SeatAt.at(hub, 'lansstyrelsen'), await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'fordon', { viewport: TOUCH, place: ARE }),
      await SeatAt.at(hub, 'ambulansbil', { viewport: TOUCH, place: ARE }),
    ];
  });
  afterAll(async () => {
    for (const seat of [county, sos, engine, ambulance]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('an advance notice is issued, is seen as one, and becomes an incident', async () => {
    await say(county, 'förvarning');
    const until = new Intl.DateTimeFormat('sv-SE', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Stockholm' }).format(Date.now() + 3 * 3_600_000);
    await fill(county, 'notice', { types: 'Klass 2-varning vind', text: 'Stormbyar i fjällen', validUntil: until, organisations: ['SOS Alarm', 'Räddningstjänsten Jämtland'] });
    const notice = sos.page.locator('[data-testid="queue"] .row.notice', { hasText: 'Klass 2-varning vind' });
    await notice.click();
    expect(await sos.byId('head').locator('.notice').textContent()).toContain('Stormbyar i fjällen');
    await choose(county, (await notice.getAttribute('data-id')) ?? '');
    await say(county, 'gör-till-händelse');
    await sos.page.locator('[data-testid="queue"] .row.ongoing', { hasText: 'Klass 2-varning vind' }).waitFor();
    await notice.waitFor({ state: 'detached' });
    await sos.byId('head').locator('.steps').waitFor();
  });

  it('an exercise is marked over console and terminal as long as it is in front of one, and nothing else is', async () => {
    const stripe = (seat: SeatAt) => seat.page.locator('.stripe');
    const drill = (await hub.submit(SOS, undefined, { case: 'reportIncident', value: { types: ['Brand i byggnad'], exercise: true, facts: [street('Övningsfältet')] } })).incidentId ?? '';
    await hub.submit(SOS, drill, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }], alarmText: 'Övning', reason: 'övning' },
    });
    // The alarm itself says so, before anything else is read.
    expect(await engine.byId('takeover').textContent()).toContain('ÖVNING');
    await engine.byId('acknowledge').click();
    await engine.byId('card').waitFor();
    await stripe(engine).waitFor();
    await choose(sos, drill);
    await stripe(sos).waitFor();
    expect(await sos.page.locator('.mode').textContent()).toBe('ÖVNING');
    await sos.page.locator('[data-testid="queue"] .row:not(.selected)').first().click();
    await stripe(sos).waitFor({ state: 'detached' });
    expect(await sos.page.locator('.mode').textContent()).toBe('SKARPT');
    // Who is not in it has no word of it.
    for (const seat of [ambulance, county]) {
      expect(await stripe(seat).count()).toBe(0);
      expect(await seat.page.getByText('ÖVNING', { exact: true }).count()).toBe(0);
    }
    const real = (await hub.submit(FIRE, undefined, { case: 'reportIncident', value: { types: ['Trafikolycka'], facts: [street('E14 Duved')] } })).incidentId ?? '';
    await hub.submit(FIRE, real, {
      case: 'raiseAlarm', value: { parties: [{ organisation: 'region-jh', unitId: '3269110', required: true, dueSeconds: 600 }], alarmText: 'Trafikolycka', reason: 'olycka' },
    });
    expect(await ambulance.byId('takeover').textContent()).not.toContain('ÖVNING');
    expect(await stripe(ambulance).count()).toBe(0);
  });
});
