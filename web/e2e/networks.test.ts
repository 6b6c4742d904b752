import { Link, plainSocket } from '@samband/core';
import type { WebSocketConstructor } from '@samband/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { axe, closeBrowser, SeatAt } from './browser.ts';
import { TestHub } from './hub.ts';

const TOUCH = { width: 1280, height: 800 };

/** A gateway that only tells how its network is. */
class Gateway {
  private readonly link: Link;

  constructor(hub: TestHub, token: string) {
    const open = (url: string) => plainSocket(url, WebSocket as unknown as WebSocketConstructor);
    const greeting = () => ({ token: `demo:${token}`, client: 'gateway' });
    this.link = new Link(`${hub.base.replace('http', 'ws')}/v1/session`, open, greeting, { frame: () => undefined, status: () => undefined });
    this.link.start();
  }

  async tell(name: string, up: boolean): Promise<void> {
    await expect.poll(() => this.link.send({ case: 'network', value: { name, up } })).toBe(true);
  }

  stop(): void {
    this.link.stop();
  }
}

describe('a network behind a gateway', () => {
  const hub = new TestHub();
  let gateway: Gateway;
  let desk: SeatAt;
  let crew: SeatAt;
  let fire: SeatAt;

  beforeAll(async () => {
    await hub.start();
    gateway = new Gateway(hub, 'sos-alarm/gateway');
    // An ambulance for which the gateway speaks, and a desk that it does not concern.
    [desk, crew, fire] = [await SeatAt.at(hub, 'sos'), await SeatAt.at(hub, 'ambulansbil', { viewport: TOUCH }), await SeatAt.at(hub, 'raddning')];
  });
  afterAll(async () => {
    gateway?.stop();
    for (const seat of [desk, crew, fire]) await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('is quiet while it is reached: in what the desk opens at its link', async () => {
    await gateway.tell('Rakel', true);
    await desk.byId('networks').getByText('1 nät').click();
    await desk.byId('networks').getByText(/^Rakel: kontakt sedan \d\d:\d\d$/).waitFor();
    expect(await desk.byId('network-down').count()).toBe(0);
    await desk.byId('networks').getByText('1 nät').click();
  });

  it('is a band on the desk and in the vehicle when the gateway says that it is gone, until it is back', async () => {
    await gateway.tell('Rakel', false);
    for (const seat of [desk, crew]) {
      await seat.byId('network-down').getByText(/^Rakel: ingen kontakt sedan \d\d:\d\d$/).waitFor();
      expect(await axe(seat.page)).toEqual([]);
    }
    await gateway.tell('Rakel', true);
    for (const seat of [desk, crew]) await seat.byId('network-down').waitFor({ state: 'detached' });
  });

  it('is gone when its gateway is, and nobody is told whom it does not concern', async () => {
    gateway.stop();
    for (const seat of [desk, crew]) await seat.byId('network-down').waitFor();
    expect(fire.frames.some((frame) => frame.includes('Rakel'))).toBe(false);
    expect(desk.frames.some((frame) => frame.includes('Rakel'))).toBe(true);
    expect(await fire.byId('networks').count()).toBe(0);
  });
});
