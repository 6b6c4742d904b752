import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/client.ts';
import type { ClientOptions } from '../src/client.ts';
import { timestamp } from '../src/clock.ts';
import { OutcomeSchema, RefusalCode } from '../src/gen/command_pb.ts';
import { DisclosureLevel, ReceiptStep } from '../src/gen/common_pb.ts';
import { DeploymentSchema } from '../src/gen/directory_pb.ts';
import { Marking } from '../src/gen/options_pb.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { GoodbyeCode } from '../src/gen/session_pb.ts';
import { principalOf } from '../src/principal.ts';
import { openStorage } from '../src/storage.ts';
import { alarmed, event, party, the } from './build.ts';
import { breakable, freshName, storedNote, turns } from './idb.ts';
import { FakeHub } from './wire.ts';

const street = (text: string, incidentId = 'i') => event({ case: 'factStated', value: { value: { case: 'address', value: { street: text } } } }, { incidentId });
const running: Client[] = [];

/** Opens the page of this name, as after a reload. */
async function page(name: string, token = 'demo:rtj/operator', more: Partial<ClientOptions> = {}) {
  const hub = new FakeHub();
  const found = await openStorage(name);
  const storage = breakable(found.storage);
  const client = new Client({ base: 'http://hub', token, program: 'test', opened: { ...found, storage }, openSocket: hub.open, ...more });
  running.push(client);
  await client.start();
  return { hub, client, storage };
}

/** Ends the page; what it had to write is written. */
async function closed(client: Client): Promise<void> {
  await client.stop();
  await turns();
}

const bytesOf = async (name: string) => (await openStorage(name)).storage.load();
const streets = (client: Client) => [...client.store.incidents.values()].flatMap((one) => [...one.facts.values()].map((fact) => (fact.stated.value.case === 'address' ? fact.stated.value.value.street : '')));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
});
afterEach(async () => {
  for (const client of running.splice(0)) await client.stop().catch(() => undefined);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the picture over a reload', () => {
  it('is there before the hub is, and goes on from where it was', async () => {
    const name = freshName();
    const first = await page(name);
    first.hub.welcome();
    first.hub.update(street('E14'));
    first.hub.checkpoint(1, 2);
    await closed(first.client);
    const second = await page(name);
    expect(streets(second.client)).toEqual(['E14']);
    expect(second.client.heardAt).toBeGreaterThan(0);
    second.hub.welcome({ resumed: true });
    expect(second.hub.last.hello?.resumeToken).toEqual(new Uint8Array([1, 2]));
    expect(streets(second.client)).toEqual(['E14']);
  });

  it('is begun anew where the hub does not go on from there', async () => {
    const name = freshName();
    const first = await page(name);
    first.hub.welcome();
    first.hub.update(street('E14'));
    first.hub.checkpoint(1);
    await closed(first.client);
    const second = await page(name);
    second.hub.welcome({ resumed: false });
    expect(streets(second.client)).toEqual([]);
    await closed(second.client);
    expect(await bytesOf(name)).toMatchObject({ events: [], kept: { principal: 'demo:rtj/operator' } });
  });

  it('is without the token that the hub could not continue from', async () => {
    const name = freshName();
    const { hub, client } = await page(name);
    hub.welcome();
    hub.checkpoint(1);
    hub.last.goodbye(GoodbyeCode.RESUME_IMPOSSIBLE);
    hub.last.drop();
    vi.advanceTimersByTime(1_000);
    hub.last.onopen();
    expect(hub.last.hello?.resumeToken).toBeUndefined();
    await closed(client);
    expect((await bytesOf(name)).kept.resumeToken).toBeUndefined();
  });

  it('loses the bytes of what a Restart forgets', async () => {
    const name = freshName();
    const { hub, client } = await page(name);
    hub.welcome();
    hub.update(street('hemlig', 'a'));
    hub.update(street('öppen', 'b'));
    await vi.advanceTimersByTimeAsync(200);
    await turns();
    hub.last.say({ case: 'restart', value: { scope: { case: 'incidentId', value: 'a' } } });
    await closed(client);
    expect((await bytesOf(name)).events.map((one) => one.scope)).toEqual(['incident:b']);
  });

  it('of another person is never shown, not even before the hub is there', async () => {
    const name = freshName();
    const first = await page(name, 'demo:rtj/operator#Eva');
    first.hub.welcome();
    first.hub.update(street('E14'));
      await closed(first.client);
    const second = await page(name, 'demo:rtj/operator#Bo');
    expect([second.client.store.incidents.size, second.client.store.revision]).toEqual([0, 0]);
    expect((await second.storage.load()).events).toEqual([]);
  });

  it('of the same person with a new token is kept', async () => {
    const token = (exp: number) => `smb1.${btoa(JSON.stringify({ org: 'rtj', role: 'operator', sub: 'Eva', exp }))}.sig${exp}`;
    expect(principalOf(token(1))).toBe(principalOf(token(2)));
    const name = freshName();
    const first = await page(name, token(1));
    first.hub.welcome();
    first.hub.update(street('E14'));
    await closed(first.client);
    expect(streets((await page(name, token(2))).client)).toEqual(['E14']);
  });

  it('is without what a release had opened, when it ended while no page was there', async () => {
    const name = freshName();
    const first = await page(name);
    first.hub.welcome();
    const until = timestamp(Date.now() + 60_000);
    first.hub.update(event({ case: 'releaseGranted', value: { releaseId: 'r', marking: Marking.ADDRESS, level: DisclosureLevel.FULL, toOrganisation: 'rtj', toRole: 'operator', until } }));
    first.hub.update(street('hemlig'));
    await closed(first.client);
    vi.setSystemTime(Date.now() + 600_000);
    expect(JSON.stringify(streets((await page(name)).client))).not.toContain('hemlig');
  });

  it('with one event that cannot be read is begun anew, and what was not sent stays', async () => {
    const name = freshName();
    const { storage } = await openStorage(name);
    await storage.write([
      { kind: 'event', event: { scope: 'incident:i', bytes: new Uint8Array([0xff, 0xff]), at: 1 } },
      { kind: 'keep', key: 'resumeToken', value: new Uint8Array([1]) }, { kind: 'keep', key: 'affiliated', value: ['raps-1'] },
    ]);
    await storage.addAction({ ...storedNote('c'), principal: 'demo:rtj/operator' });
    storage.close();
    const { hub, client } = await page(name);
    hub.welcome();
    expect([hub.last.hello?.resumeToken, client.store.incidents.size, client.outbox.unsent, client.isAffiliated('raps-1')]).toEqual([undefined, 0, 1, true]);
    await closed(client);
    expect(await bytesOf(name)).toMatchObject({ events: [], kept: { affiliated: ['raps-1'] } });
  });
});

describe('a disk that fails', () => {
  it('does not stop what comes, and leaves no hole behind a resume token', async () => {
    const name = freshName();
    const { hub, client, storage } = await page(name);
    hub.welcome();
    storage.broken.add('write');
    hub.update(street('first', 'a'));
    await vi.advanceTimersByTimeAsync(200);
    await turns();
    storage.broken.clear();
    hub.update(street('second', 'b'));
    hub.checkpoint(9);
    await closed(client);
    const { events, kept } = await bytesOf(name);
    expect([events.map((one) => one.scope), kept.resumeToken]).toEqual([['incident:a', 'incident:b'], new Uint8Array([9])]);
  });

  it('that stays broken has the next page begin where the last good write was', async () => {
    const name = freshName();
    const { hub, client, storage } = await page(name);
    hub.welcome();
    hub.checkpoint(1);
    await vi.advanceTimersByTimeAsync(200);
    await turns();
    storage.broken.add('write');
    hub.update(street('lost'));
    hub.checkpoint(2);
    expect(streets(client)).toEqual(['lost']);
    await closed(client);
    expect(await bytesOf(name)).toMatchObject({ events: [], kept: { resumeToken: new Uint8Array([1]) } });
  });
});

describe('a session', () => {
  it('joins its talkgroups again after every connection', async () => {
    const { hub, client } = await page(freshName());
    client.affiliate('raps-1');
    client.affiliate('raps-1');
    expect(hub.welcome().of('affiliate').map((one) => one.talkgroupIds)).toEqual([['raps-1']]);
    client.disaffiliate('raps-1');
    client.affiliate('raps-2');
    hub.last.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hub.welcome({ resumed: true }).of('affiliate').map((one) => one.talkgroupIds)).toEqual([['raps-2']]);
  });

  describe('and its talkgroups', () => {
    const asked = (hub: FakeHub) => hub.last.of('affiliate').map((one) => one.talkgroupIds.join());
    const refuse = (hub: FakeHub, code: RefusalCode) => hub.last.say({ case: 'outcome', value: { result: { case: 'refused', value: { code } } } });
    const listening = (hub: FakeHub, talkgroupId: string) => hub.last.say({ case: 'affiliations', value: { talkgroupId } });
    const lease = (kind: 'talkgroupLeased' | 'talkgroupReturned', talkgroupId: string, incidentId = 'i') => event({ case: kind, value: { talkgroup: { talkgroupId } } }, { incidentId });

    it('are asked for one at a time, so that one that is refused takes no other with it', async () => {
      const { hub, client } = await page(freshName());
      for (const id of ['raps-1', 'gone', 'raps-2']) client.affiliate(id);
      hub.welcome();
      expect(asked(hub)).toEqual(['raps-1']);
      listening(hub, 'raps-1');
      refuse(hub, RefusalCode.UNKNOWN_TALKGROUP);
      expect(asked(hub)).toEqual(['raps-1', 'gone', 'raps-2']);
      expect(['raps-1', 'gone', 'raps-2'].map((id) => client.isAffiliated(id))).toEqual([true, false, true]);
    });

    it('that the hub refuses are not asked for again and again', async () => {
      const { hub, client } = await page(freshName());
      hub.welcome();
      client.affiliate('raps-1');
      refuse(hub, RefusalCode.NO_RIGHT_TO_TALKGROUP);
      client.affiliate('raps-1');
      expect(asked(hub)).toEqual(['raps-1']);
      hub.update(lease('talkgroupLeased', 'raps-1'));
      client.affiliate('raps-1');
      expect([asked(hub), client.isAffiliated('raps-1')]).toEqual([['raps-1', 'raps-1'], true]);
    });

    it('are left when every incident has given them back, and not before', async () => {
      const { hub, client } = await page(freshName());
      hub.welcome();
      for (const id of ['raps-1', 'raps-2', 'own']) client.affiliate(id);
      for (const one of [lease('talkgroupLeased', 'raps-1'), lease('talkgroupReturned', 'raps-1'), lease('talkgroupLeased', 'raps-2'), lease('talkgroupLeased', 'raps-1', 'j')]) hub.update(one);
      hub.last.say({ case: 'caughtUp', value: {} });
      expect(['raps-1', 'raps-2', 'own'].map((id) => client.isAffiliated(id))).toEqual([true, true, true]);
      hub.update(lease('talkgroupReturned', 'raps-1', 'j'));
      expect(['raps-1', 'raps-2', 'own'].map((id) => client.isAffiliated(id))).toEqual([false, true, true]);
      expect(hub.last.of('disaffiliate').map((one) => one.talkgroupIds)).toEqual([['raps-1']]);
    });
  });

  it('asks for the names again when the hub had no time for it, and no more when it has them', async () => {
    const { hub, client } = await page(freshName());
    const answers = [() => Promise.reject(new Error('busy')), () => Promise.resolve(create(DeploymentSchema, { name: 'Jämtland', digest: 'd' }))];
    const asked = vi.fn(() => the(answers.shift())());
    client.call = asked as unknown as Client['call'];
    const heartbeat = async () => {
      await vi.advanceTimersByTimeAsync(5_000);
      hub.last.say({ case: 'linkState', value: {} });
      await turns(2);
    };
    hub.welcome();
    await turns(2);
    expect([asked.mock.calls.length, client.deployment]).toEqual([1, undefined]);
    for (let n = 0; n < 6; n += 1) await heartbeat();
    expect([asked.mock.calls.length, client.deployment?.name]).toEqual([2, 'Jämtland']);
  });

  it('tells events that are new, and whether they came while somebody watched', async () => {
    const { hub, client } = await page(freshName());
    const heard: [Event, boolean][] = [];
    client.on('event', (one, live) => heard.push([one, live]));
    hub.welcome();
    const [before, after] = [street('before'), street('after')];
    hub.update(before);
    hub.last.say({ case: 'caughtUp', value: {} });
    hub.update(before);
    hub.update(after);
    expect(heard.map(([one, live]) => [one.envelope?.eventId, live])).toEqual([[before.envelope?.eventId, false], [after.envelope?.eventId, true]]);
  });

  it('asks for the map again after a connection is lost', async () => {
    const { hub, client } = await page(freshName());
    hub.welcome();
    client.follow([{ south: 62, west: 14, north: 63, east: 15 }]);
    hub.last.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    hub.last.onopen();
    expect(hub.last.hello?.follow).toMatchObject({ allIncidents: true, areas: [{ south: 62 }] });
  });

  it('has what is pressed before the hub is there carry who pressed it', async () => {
    const { hub, client } = await page(freshName(), 'demo:rtj/operator#Eva');
    void client.press({ incidentId: 'i', body: { case: 'addNote', value: { note: 'x' } } });
    await turns();
    hub.welcome({ person: 'Eva' });
    expect(hub.last.of('submit')[0]?.person).toBe('Eva');
  });

  it('takes the answer to what was pressed', async () => {
    const { hub, client } = await page(freshName());
    hub.welcome();
    const done = client.press({ incidentId: 'i', body: { case: 'addNote', value: { note: 'x' } } });
    await turns();
    const [command] = hub.last.of('submit');
    hub.last.say({ case: 'outcome', value: create(OutcomeSchema, { commandId: the(command?.commandId), result: { case: 'accepted', value: { incidentId: 'i' } } }) });
    await expect(done).resolves.toMatchObject({ state: 'accepted', accepted: { incidentId: 'i' } });
  });
});

describe('receipts of the device', () => {
  const steps = (hub: FakeHub) => hub.last.of('receipt').map((one) => [one.alarmId ?? one.messageId, one.step]);

  it('say once that the own alarm has come, and that it is on the screen', async () => {
    const { hub, client } = await page(freshName(), 'demo:rtj/unit:1010');
    hub.welcome({ role: 'unit', unitId: '1010' });
    hub.update(alarmed(party('rtj', '1010'), party('amb')));
    client.displayed('i', 'a');
    client.displayed('i', 'a');
    expect(steps(hub)).toEqual([['a', ReceiptStep.DELIVERED], ['a', ReceiptStep.DISPLAYED]]);
  });

  it('say nothing of somebody else’s alarm', async () => {
    const { hub } = await page(freshName(), 'demo:rtj/unit:1010');
    hub.welcome({ role: 'unit', unitId: '1010' });
    hub.update(alarmed(party('rtj', '1030'), party('rtj'), party('amb')));
    expect(steps(hub)).toEqual([]);
  });

  it('go when the link is back, where it was gone', async () => {
    const { hub, client } = await page(freshName());
    hub.welcome();
    hub.update(alarmed(party('rtj')));
    hub.last.drop();
    client.displayed('i', 'a');
    await vi.advanceTimersByTimeAsync(1_000);
    hub.welcome({ resumed: true });
    expect(steps(hub)).toEqual([['a', ReceiptStep.DELIVERED], ['a', ReceiptStep.DISPLAYED]]);
  });

  it('are none of a wall, which nobody need be watching', async () => {
    const { hub, client } = await page(freshName(), 'demo:rtj/viewer');
    hub.welcome({ role: 'viewer' });
    hub.update(alarmed(party('rtj')));
    client.displayed('i', 'a');
    expect(steps(hub)).toEqual([]);
  });

  it('say that a text of others has come, never an own one', async () => {
    const { hub } = await page(freshName());
    hub.welcome();
    const text = (messageId: string, owner: string) => event({ case: 'messageSent', value: { messageId } }, { talkgroupId: 'raps-1', owner });
    hub.update(text('own', 'rtj'));
    hub.update(text('theirs', 'amb'));
    expect(steps(hub)).toEqual([['theirs', ReceiptStep.DELIVERED]]);
  });
});

it('signing out forgets the picture, and keeps what has not been sent', async () => {
  const name = freshName();
  const { hub, client } = await page(name);
  hub.welcome();
  hub.update(street('E14'));
  hub.last.drop();
  void client.press({ incidentId: 'i', body: { case: 'addNote', value: { note: 'x' } } });
  await turns();
  await client.forget();
  const { events, actions, kept } = await bytesOf(name);
  expect([events, actions.length, kept]).toEqual([[], 1, {}]);
});
