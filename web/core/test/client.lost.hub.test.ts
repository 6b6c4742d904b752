import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromBinary } from '@bufbuild/protobuf';
import { Client } from '../src/client.ts';
import { millis } from '../src/clock.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { History } from '../src/gen/history_pb.ts';
import { ClientFrameSchema } from '../src/gen/session_pb.ts';
import type { OpenSocket } from '../src/socket.ts';
import { openStorage } from '../src/storage.ts';
import { the } from './build.ts';
import { accepted, caughtUp, Hub, joined, report, until, webSocket } from './hub.ts';
import { freshName, turns } from './idb.ts';

let hub: Hub;
const clients: Client[] = [];

beforeEach(() => {
  hub = new Hub();
  return hub.start().then(() => undefined);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  await hub.remove();
});

async function page(name: string, seat: string, openSocket: OpenSocket = webSocket): Promise<Client> {
  const client = new Client({ base: hub.base, token: `demo:${seat}`, program: 'test', opened: await openStorage(name), openSocket });
  clients.push(client);
  await client.start();
  return client;
}

async function desk(seat = 'sos-alarm/operator'): Promise<Client> {
  const client = await joined(hub, seat);
  clients.push(client);
  return client;
}

const said = (event: Event) => (event.body.case === 'noteAdded' ? event.body.value.note : '');

/** Every note of the incident, as the hub has it, when the last one is among them. */
async function notes(client: Client, incidentId: string, last: string): Promise<Event[]> {
  let found: Event[] = [];
  await vi.waitFor(async () => {
    const { events } = await client.call(History.method.timeline, { incidentId, pageSize: 500 });
    found = events.filter((event) => event.body.case === 'noteAdded');
    expect(found.map(said)).toContain(last);
  }, { timeout: 5_000 });
  return found;
}
const note = (incidentId: string, text: string) => ({ incidentId, body: { case: 'addNote' as const, value: { note: text } } });

describe('a hub that is stopped and started on its data', () => {
  it('gets what was pressed meanwhile once, in order, each with the time it was pressed, also over a reload of the page', async () => {
    const name = freshName();
    const before = await page(name, 'sos-alarm/operator');
    await caughtUp(before);
    const id = await report(before);
    await until(() => before.link.clock.roundTrip !== undefined, 'the hub’s clock');
    await hub.stop();
    await until(() => before.link.status.kind !== 'live', 'the link to be lost');
    const pressed: number[] = [];
    const press = (client: Client, text: string) => {
      pressed.push(client.now());
      void client.press(note(id, text));
      return turns();
    };
    await press(before, 'ett');
    await new Promise((later) => setTimeout(later, 1_100));
    await press(before, 'två');
    clients.splice(clients.indexOf(before), 1);
    await before.stop();
    const after = await page(name, 'sos-alarm/operator');
    await press(after, 'tre');
    expect(after.outbox.actions.map((one) => one.state)).toEqual(['queued', 'queued', 'queued']);
    await hub.start();
    after.link.retryNow();
    await until(() => after.outbox.unsent === 0, 'everything to be sent');
    const found = await notes(after, id, 'tre');
    expect(found.map(said)).toEqual(['ett', 'två', 'tre']);
    found.forEach((event, at) => expect(Math.abs(millis(event.envelope?.pressedAt) - the(pressed[at]))).toBeLessThan(500));
    expect(millis(found[0]?.envelope?.hubTime) - millis(found[0]?.envelope?.pressedAt)).toBeGreaterThan(1_000);
    expect(found.every((event) => event.envelope?.clockDoubtful !== true)).toBe(true);
  });

  it('goes on where each client was: nothing is forgotten and sent anew', async () => {
    const sos = await desk();
    const id = await report(sos);
    await until(() => sos.store.incidents.has(id) && sos['resumeToken'], 'the incident, and a resume token');
    const kept = the(sos.store.incidents.get(id));
    await hub.stop();
    await until(() => sos.link.status.kind !== 'live', 'the link to be lost');
    await hub.start();
    sos.link.retryNow();
    await caughtUp(sos);
    expect([sos.link.welcome?.resumed, sos.store.incidents.get(id) === kept]).toEqual([true, true]);
    const [before] = kept.events.keys();
    await accepted(sos, { case: 'addNote', value: { note: 'efter' } }, id);
    await until(() => [...kept.events.values()].some((event) => said(event) === 'efter'), 'what came after');
    expect([...kept.events.keys()][0]).toBe(before);
  });

  it('sends a client only what it has missed', async () => {
    const [sos, rtj] = [await desk(), await desk('raddning-jamtland/operator')];
    const id = await report(sos);
    await accepted(sos, { case: 'raiseAlarm', value: { parties: [{ organisation: 'raddning-jamtland' }], reason: 'x', withoutTalkgroup: true } }, id);
    await until(() => rtj.store.incidents.get(id)?.alarms.size === 1 && rtj['resumeToken'], 'the alarm');
    const had = new Set(the(rtj.store.incidents.get(id)).events.keys());
    rtj.link.stop();
    await accepted(sos, { case: 'stateFact', value: { value: { case: 'address', value: { street: 'E14' } } } }, id);
    const fresh: string[] = [];
    rtj.on('event', (event) => fresh.push(event.body.case ?? ''));
    rtj.link.start();
    await until(() => fresh.includes('factStated'), 'the fact');
    expect([rtj.link.welcome?.resumed, had.size > 0, [...had].every((one) => rtj.store.incidents.get(id)?.events.has(one))]).toEqual([true, true, true]);
    expect(fresh).not.toContain('alarmRaised');
  });
});

describe('a connection that breaks in the middle of a command', () => {
  /** Breaks the first connection that carries a command, before or after the hub could have read it. */
  function breaking(afterMs: number): OpenSocket {
    let isBroken = false;
    return (url) => {
      const socket = webSocket(url);
      const send = socket.send;
      socket.send = (bytes) => {
        send(bytes);
        if (isBroken || fromBinary(ClientFrameSchema, bytes).frame.case !== 'submit') return;
        isBroken = true;
        const listen = socket.onmessage;
        // From here nothing comes back: the answer is lost, whatever became of the command.
        socket.onmessage = () => undefined;
        setTimeout(() => {
          socket.close();
          socket.onmessage = listen;
          socket.onclose(1006, '');
        }, afterMs);
      };
      return socket;
    };
  }

  it.each([0, 400])('(after %s ms) makes one event, however often it is sent', async (afterMs) => {
    const watching = await desk();
    const id = await report(watching);
    const client = await page(freshName(), 'sos-alarm/operator', breaking(afterMs));
    await caughtUp(client);
    const action = await client.press(note(id, 'en gång'));
    expect(action.state).toBe('accepted');
    await accepted(client, { case: 'addNote', value: { note: 'sedan' } }, id);
    expect((await notes(watching, id, 'sedan')).map(said)).toEqual(['en gång', 'sedan']);
  });
});
