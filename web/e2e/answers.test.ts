import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { choose, fill, say } from './desk.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };
const ARE = { latitude: 63.399, longitude: 13.0815 };
const FIRE = 'raddning-jamtland:2312110';
const LATE = 'raddning-jamtland:2312010';
const AMBULANCE = 'region-jh:3269110';

describe('an alarm that not everybody takes', () => {
  const hub = new TestHub();
  let sos: SeatAt;
  let fire: SeatAt;
  let ambulance: SeatAt;
  const row = (party: string, stage: string) => sos.page.locator(`[data-party="${party}"][data-stage="${stage}"]`);

  beforeAll(async () => {
    await hub.start();
    const incident = (await hub.submit('sos-alarm/operator', undefined, { case: 'reportIncident', value: { types: ['Brand ute'] } })).incidentId ?? '';
    await hub.submit('sos-alarm/operator', incident, {
      case: 'raiseAlarm',
      value: {
        alarmText: 'Brand ute', reason: 'prov',
        parties: [FIRE, LATE, AMBULANCE].map((party) => ({ organisation: party.split(':')[0], unitId: party.split(':')[1], required: true, dueSeconds: 600 })),
      },
    });
    [sos, fire, ambulance] = [await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'fordon', { viewport: TOUCH, place: ARE }), await SeatAt.at(hub, 'ambulansbil', { viewport: TOUCH, place: ARE })];
    await choose(sos, incident);
  });
  afterAll(async () => {
    for (const seat of [sos, fire, ambulance]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('is declined in the vehicle with a reason, which the desk sees', async () => {
    await ambulance.byId('takeover').waitFor();
    await ambulance.page.getByRole('button', { name: 'Kan inte ta larmet' }).click();
    await ambulance.page.getByRole('button', { name: 'Patient ombord' }).click();
    await ambulance.byId('takeover').waitFor({ state: 'detached' });
    await row(AMBULANCE, 'declined').waitFor();
    expect(await row(AMBULANCE, 'declined').textContent()).toContain('Patient ombord');
  });

  it('goes on without whoever is waived, and the gate still waits for the others', async () => {
    await row(AMBULANCE, 'declined').getByRole('button', { name: 'Undanta' }).click();
    await fill(sos, 'waive', { reason: 'Annan ambulans på väg' }, 2);
    await row(AMBULANCE, 'waived').waitFor();
    expect(await sos.byId('gate').first().getAttribute('data-gate')).toBe('shut');
  });

  it('opens its gate by hand, in two presses, with the reason', async () => {
    await fire.byId('acknowledge').click();
    await row(FIRE, 'acknowledged').waitFor();
    await sos.page.keyboard.press('Alt+Shift+G');
    await fill(sos, 'openGate', { reason: 'Livsfara' }, 2);
    await expect.poll(() => sos.byId('gate').first().getAttribute('data-gate')).toBe('opened_by_hand');
    expect(await sos.byId('gate').first().textContent()).toContain('Livsfara');
  });

  it('is called back, and every vehicle takes note of it', async () => {
    await say(sos, 'återkalla Falskt larm');
    await fill(sos, 'recall', {}, 2);
    await row(FIRE, 'recall_waiting').waitFor();
    await expect.poll(() => fire.byId('takeover').textContent()).toContain('LARMET ÅTERKALLAT');
    await fire.page.getByRole('button', { name: 'UPPFATTAT' }).click();
    await fire.byId('takeover').waitFor({ state: 'detached' });
    await row(FIRE, 'recalled').waitFor();
    await row(LATE, 'recall_waiting').waitFor();
  });
});
