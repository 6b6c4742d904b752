import { fromBinary } from '@bufbuild/protobuf';
import { ServerFrameSchema } from '@samband/core/gen/session_pb';
import type { MapUnit } from '@samband/core/gen/session_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, SeatAt } from './browser.ts';
import { centre, listed, shown, waitForMap } from './drawn.ts';
import { Fleet } from './fleet.ts';
import { TestHub } from './hub.ts';

const SOS = 'sos-alarm/operator';
const UNDERSAKER = { latitude: 63.3217, longitude: 13.265 };
const PATROL = '10-4210';

/** Units of the map as they came over the wire. */
function mapUnits(seat: SeatAt): MapUnit[] {
  return seat.frames.flatMap((bytes) => {
    const { frame } = fromBinary(ServerFrameSchema, bytes);
    return frame.case === 'map' ? frame.value.units : [];
  });
}

describe('the wall', () => {
  const hub = new TestHub();
  let wall: SeatAt;
  let fleet: Fleet;
  let incident = '';

  beforeAll(async () => {
    await hub.start();
    fleet = new Fleet(hub, 900);
    incident = (await hub.submit(SOS, undefined, {
      case: 'reportIncident',
      value: {
        types: ['Trafikolycka'],
        facts: [{ value: { case: 'address', value: { street: 'E14 Undersåker', municipality: 'Åre' } } }, { value: { case: 'location', value: UNDERSAKER } }],
      },
    })).incidentId ?? '';
    await hub.submit(SOS, incident, {
      case: 'raiseAlarm',
      value: {
        alarmText: 'Trafikolycka', reason: 'prov',
        parties: [
          { organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }, { organisation: 'raddning-jamtland', required: true, dueSeconds: 600 },
          { organisation: 'polis-nord', unitId: '1104210', required: false, dueSeconds: 600 },
        ],
      },
    });
    await hub.submit('raddning-jamtland/unit:2312110', incident, { case: 'acknowledge', value: {} });
    await hub.submit('polis-nord/unit:1104210', incident, { case: 'acknowledge', value: {} });
    wall = await SeatAt.at(hub, 'kartvagg', { hasMap: true });
    await waitForMap(wall.page);
  });
  afterAll(async () => {
    await fleet.stop();
    await wall?.close();
    await closeBrowser();
    await hub.close();
  });

  it('stays with the county when somebody asks for it', async () => {
    await expect.poll(async () => {
      await wall.page.keyboard.press('2');
      return wall.page.locator('.view').textContent();
    }, { timeout: 60_000, interval: 500 }).toMatch(/Länet.*låst/);
    await waitForMap(wall.page);
  });

  it('shows what goes on, with who has acknowledged, in the list and on the map', async () => {
    const row = wall.page.locator('li', { hasText: 'E14 Undersåker' });
    await row.first().waitFor();
    expect(await row.first().textContent()).toContain('2/3 kv.');
    await expect.poll(async () => (await shown(wall.page, 'incidents')).map((one) => one['id']), { timeout: 60_000 }).toContain(incident);
    expect((await listed(wall.page)).filter((line) => line.startsWith('Händelse') && line.includes('Trafikolycka'))).toHaveLength(1);
  });

  it('shows its own units as points, and as squares those of which it may know no more', async () => {
    await expect.poll(async () => (await listed(wall.page)).filter((line) => line.startsWith('2 31-')).length, { timeout: 60_000 }).toBeGreaterThan(10);
    await expect.poll(async () => (await listed(wall.page)).some((line) => /AMB: \d+ enhet(er)? någonstans i rutan/.test(line)), { timeout: 60_000 }).toBe(true);
    expect((await listed(wall.page)).filter((line) => /^3 2\d-/.test(line))).toEqual([]);
    await expect.poll(async () => (await shown(wall.page, 'area-marks')).length, { timeout: 60_000 }).toBeGreaterThan(3);
    for (const { icon } of await shown(wall.page, 'area-marks')) expect(icon).toMatch(/^area\|/);
    await wall.page.keyboard.press('l');
    await expect.poll(async () => (await shown(wall.page, 'unit-labels')).length, { timeout: 60_000 }).toBeGreaterThan(3);
    const names = (await shown(wall.page, 'unit-labels')).map((one) => String(one['text']));
    expect(names.filter((name) => !name.startsWith('2 31-') && !name.startsWith(PATROL))).toEqual([]);
    // Nor is more in what was sent: of an ambulance on its own errands a square, and no point. An organisation comes with the first frame only.
    const ambulances = mapUnits(wall).filter((unit) => unit.organisation === 'region-jh');
    expect(ambulances.length).toBeGreaterThan(0);
    expect(ambulances.filter((unit) => unit.latitudeE5 !== undefined || !unit.area)).toEqual([]);
  });

  it('loses a unit that goes covert at once, and has it back when it ends', async () => {
    const seen = async () => (await listed(wall.page)).some((line) => line.includes(PATROL));
    await expect.poll(seen, { timeout: 60_000 }).toBe(true);
    await hub.submit('polis-nord/command', undefined, { case: 'setCovert', value: { unitId: '1104210', covert: true } });
    await expect.poll(seen, { timeout: 15_000 }).toBe(false);
    await expect.poll(async () => (await shown(wall.page, 'unit-labels')).some((one) => String(one['text']).startsWith(PATROL)), { timeout: 15_000 }).toBe(false);
    // And it does not come back with its next position.
    await wall.page.waitForTimeout(4000);
    expect(await seen()).toBe(false);
    await hub.submit('polis-nord/command', undefined, { case: 'setCovert', value: { unitId: '1104210', covert: false } });
    await expect.poll(seen, { timeout: 30_000 }).toBe(true);
  });

  it('stays with what its address names', async () => {
    const address = new URL(wall.page.url());
    await wall.page.goto(`${address.origin}/wall?follow=incident:${incident}`);
    await wall.link('good');
    await expect.poll(() => wall.page.locator('.view').textContent(), { timeout: 30_000 }).toContain('följer');
    await waitForMap(wall.page);
    // The list beside the map takes the right of it: what is followed lies in the middle of the rest.
    await expect.poll(async () => (await centre(wall.page)).zoom, { timeout: 30_000 }).toBeGreaterThan(8);
    const at = await centre(wall.page);
    expect(Math.abs(at.lat - UNDERSAKER.latitude)).toBeLessThan(0.15);
    await wall.page.goto(`${address.origin}/wall`);
    await wall.link('good');
  });

  it('says in red that its picture is old when the hub is gone, then what to do, and comes back by itself', async () => {
    await wall.page.locator('li', { hasText: 'E14 Undersåker' }).first().waitFor();
    await hub.stop(true);
    await wall.page.locator('.wall.old').waitFor({ timeout: 30_000 });
    expect(await wall.page.locator('.aged').textContent()).toMatch(/Bilden är \d+ s gammal/);
    await wall.page.locator('.reserve').waitFor({ timeout: 90_000 });
    const told = (await wall.page.locator('.reserve').textContent()) ?? '';
    expect(told).toContain('Navet nås inte sedan');
    expect(await wall.page.locator('.reserve li').count()).toBeGreaterThan(0);
    expect(told).toMatch(/RAPS.*070-17406\d\d/s);
    // What was known then stays to be read.
    expect(await wall.page.locator('li', { hasText: 'E14 Undersåker' }).count()).toBeGreaterThan(0);
    await hub.start();
    await wall.link('good');
    await wall.page.locator('.wall:not(.old)').waitFor();
    expect(await wall.page.locator('.reserve').count()).toBe(0);
    await wall.page.locator('li', { hasText: 'E14 Undersåker' }).first().waitFor();
  });
});
