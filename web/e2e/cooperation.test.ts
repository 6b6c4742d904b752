import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { choose, fill, say } from './desk.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.399, longitude: 13.0815 };
const SOS = 'sos-alarm/operator';

describe('organisations at the same incident', () => {
  const hub = new TestHub();
  let sos: SeatAt;
  let fire: SeatAt;
  let police: SeatAt;
  let county: SeatAt;
  let engine: SeatAt;
  let incident = '';

  beforeAll(async () => {
    await hub.start();
    incident = (await hub.submit(SOS, undefined, {
      case: 'reportIncident', value: { types: ['Brand ute'], facts: [{ value: { case: 'address', value: { street: 'Björnänge', municipality: 'Åre' } } }] },
    })).incidentId ?? '';
    [sos, fire, police, county, engine] = [
      await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'raddning'), await SeatAt.at(hub, 'polis'), await SeatAt.at(hub, 'lansstyrelsen'),
      await SeatAt.at(hub, 'fordon', { viewport: TOUCH, place: ARE }),
    ];
    await choose(sos, incident);
  });
  afterAll(async () => {
    for (const seat of [sos, fire, police, county, engine]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('alarms with a talkgroup of its own, which the console joins with one press and the alarmed vehicle by itself', async () => {
    await say(sos, 'larma 2312110 raddning-jamtland polis-nord');
    await fill(sos, 'alarm', { reason: 'gräsbrand', dueSeconds: '600' });
    await engine.byId('acknowledge').click();
    await engine.byId('takeover').waitFor({ state: 'detached' });
    for (const seat of [fire, police]) await choose(seat, incident);
    for (const seat of [sos, fire, police]) await seat.page.keyboard.press('Alt+3');
    const group = (await sos.page.locator('[data-testid="talkgroups"] .name').textContent()) ?? '';
    expect(group).toMatch(/RAPS/);
    expect(await engine.byId('card').textContent()).toContain(group);
    await sos.byId('talkgroups').getByRole('button', { name: 'Anslut' }).click();
    const listeners = sos.byId('talkgroups').getByText('Lyssnar').locator('..');
    await expect.poll(() => listeners.textContent()).toContain('2 31-2110');
    expect(await listeners.textContent()).toContain('SOS');
    // Presence is told to everybody in it, not only to whoever came last.
    await fire.byId('talkgroups').getByRole('button', { name: 'Anslut' }).click();
    await expect.poll(() => listeners.textContent()).toContain('RTJ operatör');
  });

  it('writes a text that asks for Uppfattat, and sees that the vehicle gave it', async () => {
    await sos.byId('talkgroups').getByRole('button', { name: /^Skriv/ }).click();
    await fill(sos, 'message', { text: 'Vinden har vänt mot byn', confirm: true });
    await engine.byId('message').filter({ hasText: 'Vinden har vänt mot byn' }).waitFor();
    await engine.byId('message').getByRole('button', { name: 'Uppfattat' }).click();
    await engine.byId('message').waitFor({ state: 'detached' });
    await sos.page.locator('.texts li', { hasText: 'Vinden har vänt' }).filter({ hasText: 'uppfattat av' }).filter({ hasText: '2 31-2110' }).waitFor();
  });

  it('asks for a resource, is offered it, takes it, has it on the task and sends it home', async () => {
    await say(fire, 'begär Avspärrning av Björnängevägen');
    await fill(fire, 'request', { quantity: '1', to: ['Polisregion Nord'] });
    const asked = police.byId('requests').locator('li', { hasText: 'Avspärrning' }).first();
    await asked.getByRole('button', { name: 'Erbjud resurs' }).click();
    await fill(police, 'offer', { units: ['10-4210'] });
    const answer = fire.byId('requests').locator('li.offer');
    await answer.filter({ hasText: '10-4210' }).getByRole('button', { name: 'Anta' }).click();
    await police.byId('requests').locator('li.offer', { hasText: 'antaget' }).getByRole('button', { name: 'Sätt in' }).click();
    await answer.filter({ hasText: 'insatt: 10-4210' }).getByRole('button', { name: 'Sänd hem' }).click();
    await fill(fire, 'returnResource', { reason: 'vägen är fri' });
    await police.byId('requests').locator('li.offer', { hasText: 'åter' }).waitFor();
    // Nothing is left to press on what has gone home.
    await expect.poll(() => answer.getByRole('button').count()).toBe(0);
  });

  it('says no to a request, with the reason, and the request stands until it is closed', async () => {
    await say(fire, 'begär Helikopter');
    await fill(fire, 'request', { to: ['Polisregion Nord'] });
    const asked = police.byId('requests').locator('li', { hasText: 'Helikopter' }).first();
    await asked.getByRole('button', { name: 'Avböj begäran' }).click();
    await fill(police, 'declineRequest', { reason: 'ingen i luften' });
    const mine = fire.byId('requests').locator('li', { hasText: 'Helikopter' }).first();
    await mine.filter({ hasText: 'avböjd av' }).filter({ hasText: 'ingen i luften' }).waitFor();
    await mine.getByRole('button', { name: 'Avsluta begäran' }).click();
    await fill(fire, 'closeRequest', { reason: 'löst på annat sätt' });
    await police.byId('requests').locator('li.done', { hasText: 'Helikopter' }).waitFor();
  });

  it('warns of a hazard on every screen, and takes the warning back when it is over', async () => {
    await say(fire, 'fara Gasol vid ladan');
    await fill(fire, 'hazard', { standOff: '100' });
    await police.page.locator('[data-testid="detail"] li', { hasText: 'Gasol vid ladan' }).waitFor();
    await engine.page.locator('[data-testid="card"] .urgent li', { hasText: 'Gasol vid ladan' }).filter({ hasText: '100' }).waitFor();
    await fire.byId('detail').getByRole('button', { name: 'Faran över' }).click();
    await fill(fire, 'endHazard', { reason: 'flaskan är kyld' });
    await police.page.locator('[data-testid="detail"] li.done', { hasText: 'Gasol vid ladan' }).waitFor();
    await engine.page.locator('[data-testid="card"] .urgent li', { hasText: 'Gasol vid ladan' }).waitFor({ state: 'detached' });
  });

  it('proposes a line for the press, and calls it agreed only when all have said so', async () => {
    await say(sos, 'media Gräsbrand vid Björnänge, inga skadade');
    await fill(sos, 'mediaLine', {});
    const line = sos.page.locator('[data-testid="detail"] li', { hasText: 'Gräsbrand vid Björnänge' });
    await line.filter({ hasText: 'väntar på' }).waitFor();
    for (const seat of [fire, police]) {
      expect(await line.textContent()).not.toContain('godkänd av alla');
      await seat.page.locator('[data-testid="detail"] li', { hasText: 'Gräsbrand vid Björnänge' }).getByRole('button', { name: 'Svara om medietext' }).click();
      await fill(seat, 'answerMedia', { agrees: true });
    }
    await line.filter({ hasText: 'godkänd av alla' }).waitFor();
  });

  it('shows what two organisations say of one thing beside each other, each with its owner', async () => {
    for (const seat of [sos, fire]) await seat.page.keyboard.press('Alt+1');
    for (const [seat, count] of [[sos, '1'], [fire, '3']] as const) {
      await say(seat, 'uppgift');
      const form = seat.page.locator('[data-form="fact"]');
      await form.locator('[name="kind"]').selectOption('casualties');
      await fill(seat, 'fact', { count });
    }
    for (const seat of [sos, fire, police]) {
      if (seat === police) await police.page.keyboard.press('Alt+1');
      await expect.poll(() => seat.page.locator('[data-testid="facts"] dd[data-kind="casualties"]').count()).toBe(2);
    }
    const said = await police.page.locator('[data-testid="facts"] dd[data-kind="casualties"]').allTextContents();
    expect(said.some((one) => one.includes('3') && one.includes('RTJ'))).toBe(true);
    expect(said.some((one) => one.includes('1') && one.includes('SOS'))).toBe(true);
  });

  it('draws in the county board, which sees nothing before and the incident after', async () => {
    expect(await county.page.locator(`[data-id="${incident}"]`).count()).toBe(0);
    expect(await county.holds('Björnänge')).toBe(false);
    await say(sos, 'dra-in');
    await fill(sos, 'involve', { organisation: 'lansstyrelsen-z', reason: 'torka i hela länet' });
    await choose(county, incident);
    expect(await county.byId('head').textContent()).toContain('Brand ute');
  });

  it('offers the lead, and only whoever has taken it can close', async () => {
    await say(sos, 'ledning');
    await fill(sos, 'offerLead', { organisation: 'raddning-jamtland' });
    await fire.byId('head').getByText('Ledningen är erbjuden').waitFor();
    await say(fire, 'avsluta');
    await expect.poll(() => fire.page.locator('#command-told').textContent()).not.toBe('');
    await fire.page.locator('#command-line').fill('');
    await say(fire, 'ta-ledning');
    await expect.poll(() => fire.page.locator('[data-testid="head"] li.lead').allTextContents()).toHaveLength(1);
    await expect.poll(() => sos.page.locator('[data-testid="head"] li.lead').textContent()).not.toContain('SOS');
    await say(fire, 'avsluta');
    await fire.page.locator('[data-form="close"]').waitFor();
    await fire.page.keyboard.press('Escape');
  });

  it('gives the talkgroup back, and nobody listens in it any more', async () => {
    await sos.page.keyboard.press('Alt+3');
    await sos.byId('talkgroups').getByRole('button', { name: 'Återlämna talgrupp' }).click();
    await sos.page.locator('[data-testid="talkgroups"] article.returned').waitFor();
    await expect.poll(() => engine.page.locator('[data-testid="card"] .group').count()).toBe(0);
  });
});
