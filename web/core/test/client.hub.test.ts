import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/client.ts';
import { millis } from '../src/clock.ts';
import { Involvement, Severity } from '../src/gen/common_pb.ts';
import { RefusalCode } from '../src/gen/command_pb.ts';
import { Directory } from '../src/gen/directory_pb.ts';
import { History } from '../src/gen/history_pb.ts';
import { Marking } from '../src/gen/options_pb.ts';
import { RpcError } from '../src/rpc.ts';
import { queueRow } from '../src/views/queue.ts';
import { the } from './build.ts';
import { accepted, Hub, inMemory, joined, report, samband, until, webSocket } from './hub.ts';

const hub = new Hub();
const clients: Client[] = [];

beforeAll(() => hub.start().then(() => undefined));
afterEach(async () => void (await Promise.all(clients.splice(0).map((client) => client.stop()))));
afterAll(() => hub.remove());

async function join(seat: string): Promise<Client> {
  const client = await joined(hub, seat);
  clients.push(client);
  return client;
}

const incident = (client: Client, id: string) => client.store.incidents.get(id);
const facts = (client: Client, id: string) => [...(incident(client, id)?.facts.values() ?? [])].map((fact) => `${fact.kind} ${fact.stated.value.case === undefined ? 'coarse' : 'full'}`).sort();
const fact = (value: object) => ({ case: 'stateFact' as const, value });
const alarmTo = (...parties: { organisation: string; unitId?: string; required?: boolean; dueSeconds?: number }[]) =>
  ({ case: 'raiseAlarm' as const, value: { parties, reason: 'test', withoutTalkgroup: true } });

describe('one incident, several organisations', () => {
  it('is the same with different fields: what is withheld is seen to be withheld, what is hidden is not there', async () => {
    const [amb, polis, rtj, kommun] = await Promise.all(['region-jh/operator', 'polis-nord/operator', 'raddning-jamtland/operator', 'ostersund/operator'].map(join)) as [Client, Client, Client, Client];
    const id = await report(amb);
    await accepted(amb, alarmTo({ organisation: 'polis-nord' }, { organisation: 'raddning-jamtland' }), id);
    await accepted(amb, fact({ value: { case: 'health', value: { condition: 'Skallskada', severity: Severity.HIGH } } }), id);
    await accepted(amb, fact({ value: { case: 'address', value: { street: 'Väg 321' } } }), id);
    await until(() => [amb, polis, rtj].every((client) => facts(client, id).includes('address full')), 'the address');
    expect(facts(amb, id)).toEqual(['address full', 'health full']);
    expect([facts(polis, id), [...the(incident(polis, id)).withheld.values()].map((one) => [one.owner, one.marking])]).toEqual([['address full'], [['region-jh', Marking.HEALTH]]]);
    expect([facts(rtj, id), the(incident(rtj, id)).withheld.size]).toEqual([['address full'], 0]);
    expect(incident(kommun, id)).toBeUndefined();
  });

  it('has a coarse fact go when its owner takes it back', async () => {
    const [amb, sos] = await Promise.all(['region-jh/operator', 'sos-alarm/operator'].map(join)) as [Client, Client];
    const id = await report(amb);
    await accepted(amb, alarmTo({ organisation: 'sos-alarm' }), id);
    await accepted(amb, fact({ value: { case: 'health', value: { condition: 'Hjärtsvikt', severity: Severity.MEDIUM } } }), id);
    await until(() => facts(sos, id).includes('health coarse'), 'the level');
    await accepted(amb, fact({ value: { case: 'health', value: {} }, withdraw: true }), id);
    await until(() => facts(sos, id).length === 0, 'the level to go');
  });
});

describe('an alarm', () => {
  it('goes from a desk to a vehicle, shows as delivered and displayed, and is acknowledged by its crew', async () => {
    const [sos, bil] = await Promise.all(['sos-alarm/operator', 'raddning-jamtland/unit:2311010'].map(join)) as [Client, Client];
    const id = await report(sos);
    const { alarmId } = await accepted(sos, alarmTo({ organisation: 'raddning-jamtland', unitId: '2311010', required: true, dueSeconds: 60 }), id);
    const state = () => the(incident(sos, id)).alarms.get(alarmId ?? '')?.parties.get('raddning-jamtland:2311010');
    await until(() => incident(bil, id)?.alarms.get(alarmId ?? ''), 'the alarm in the vehicle');
    expect(queueRow(the(incident(bil, id)), 'raddning-jamtland', '2311010', bil.now()).group).toBe('own_unacknowledged');
    bil.displayed(id, alarmId ?? '');
    await until(() => state()?.displayedAt, 'the device’s receipt');
    expect(state()?.acknowledged).toBeUndefined();
    await accepted(bil, { case: 'acknowledge', value: {} }, id);
    await until(() => state()?.acknowledged, 'the acknowledgement');
    await until(() => the(incident(sos, id)).alarms.get(alarmId ?? '')?.gate, 'the gate');
    await until(() => queueRow(the(incident(bil, id)), 'raddning-jamtland', '2311010', bil.now()).group === 'ongoing', 'nothing more to acknowledge in the vehicle');
  });

  it('that is called back before it was answered waits for the crew to take note of it', async () => {
    const [sos, bil] = await Promise.all(['sos-alarm/operator', 'raddning-jamtland/unit:2311020'].map(join)) as [Client, Client];
    const id = await report(sos);
    const { alarmId } = await accepted(sos, alarmTo({ organisation: 'raddning-jamtland', unitId: '2311020' }), id);
    await accepted(sos, { case: 'recallAlarm', value: { alarmId, reason: 'fel adress' } }, id);
    const group = () => incident(bil, id) && queueRow(the(incident(bil, id)), 'raddning-jamtland', '2311020', bil.now()).group;
    const recalled = () => incident(bil, id)?.alarms.get(alarmId ?? '')?.parties.get('raddning-jamtland:2311020');
    await until(() => recalled()?.recalledAt, 'the recall');
    expect(group()).toBe('own_unacknowledged');
    await accepted(bil, { case: 'acknowledge', value: {} }, id);
    await until(() => recalled()?.recallAcknowledgedAt, 'the answer to the recall');
    expect(group()).not.toBe('own_unacknowledged');
  });
});

describe('a release', () => {
  it('shows what was withheld, and takes it away again', async () => {
    const [amb, led, plc, polis] = await Promise.all(['region-jh/operator', 'region-jh/command', 'polis-nord/command', 'polis-nord/operator'].map(join)) as [Client, Client, Client, Client];
    const id = await report(amb);
    await accepted(amb, alarmTo({ organisation: 'polis-nord' }), id);
    await accepted(amb, fact({ value: { case: 'health', value: { condition: 'Armbrott' } } }), id);
    const marked = () => [...(incident(plc, id)?.withheld.values() ?? [])].some((one) => one.marking === Marking.HEALTH);
    await until(marked, 'the mark');
    const { requestId } = await accepted(plc, { case: 'requestRelease', value: { ofOwner: 'region-jh', marking: Marking.HEALTH, purpose: 'förflyttning' } }, id);
    const { releaseId } = await accepted(led, { case: 'grantRelease', value: { requestId, ground: 'OSL 10:2', reason: 'behövs', fromStart: true, minutes: 10 } }, id);
    await until(() => facts(plc, id).includes('health full'), 'what was released');
    expect([marked(), facts(polis, id)]).toEqual([false, []]);
    await accepted(led, { case: 'revokeRelease', value: { releaseId, reason: 'klart' } }, id);
    await until(() => incident(plc, id) && facts(plc, id).length === 0 && marked(), 'it to be withheld again');
    await until(() => [...(incident(plc, id)?.events.values() ?? [])].some((event) => event.body.case === 'releaseEnded'), 'the end of the release in the log');
  });
});

describe('a unit that becomes covert', () => {
  it('leaves for everybody else, and works on for its own', async () => {
    const [sos, polis, span] = await Promise.all(['sos-alarm/operator', 'polis-nord/operator', 'polis-nord/unit:1104210'].map(join)) as [Client, Client, Client];
    const id = await report(sos);
    await accepted(sos, alarmTo({ organisation: 'polis-nord', unitId: '1104210' }), id);
    await accepted(span, { case: 'reportUnitStatus', value: { code: 'FR' } }, id);
    const unit = (client: Client) => incident(client, id)?.units.get('1104210');
    await until(() => unit(sos) && unit(polis), 'the status');
    await accepted(polis, { case: 'setCovert', value: { unitId: '1104210', covert: true } });
    await until(() => unit(sos)?.signedOff, 'the sign-off');
    await accepted(span, { case: 'reportUnitStatus', value: { code: 'KL' } }, id);
    await until(() => unit(polis)?.code === 'KL', 'the status at its own desk');
    expect(unit(sos)).toMatchObject({ code: 'FR', signedOff: true });
    await accepted(polis, { case: 'setCovert', value: { unitId: '1104210', covert: false } });
  });
});

describe('a talkgroup', () => {
  it('shows who listens, carries texts and their "Uppfattat", and is joined again after a lost connection', async () => {
    const [sos, one, two] = await Promise.all(['sos-alarm/operator', 'raddning-jamtland/unit:2312110', 'raddning-jamtland/unit:2312010'].map(join)) as [Client, Client, Client];
    const id = await report(sos);
    await accepted(sos, { case: 'leaseTalkgroup', value: { talkgroupId: 'raps-3' } }, id);
    one.affiliate('raps-3');
    two.affiliate('raps-3');
    const group = (client: Client) => client.store.talkgroups.get('raps-3');
    await until(() => group(one)?.listeners.length === 2, 'both to listen');
    const { messageId } = await accepted(one, { case: 'sendMessage', value: { talkgroupId: 'raps-3', text: 'möts vid kyrkan', confirm: true } });
    await until(() => group(two)?.messages.has(messageId ?? ''), 'the text');
    await accepted(two, { case: 'confirmMessage', value: { talkgroupId: 'raps-3', messageId } });
    await until(() => group(one)?.messages.get(messageId ?? '')?.confirmed.has('raddning-jamtland:2312010'), 'the "Uppfattat"');
    two.disaffiliate('raps-3');
    await until(() => group(one)?.listeners.length === 1, 'one to be left');
  });
});

describe('the deployment', () => {
  it('has names of everybody, and is not sent a second time', async () => {
    const rtj = await join('raddning-jamtland/operator');
    const deployment = the(rtj.deployment);
    expect(deployment.organisations.map((one) => one.id)).toEqual(expect.arrayContaining(['sos-alarm', 'polis-nord', 'raddning-jamtland', 'region-jh']));
    expect([deployment.units.length > 20, deployment.plans.length > 0, deployment.reserveLines.length > 0]).toEqual([true, true, true]);
    const again = await rtj.call(Directory.method.getDeployment, { knownDigest: deployment.digest });
    expect([again.digest, again.organisations]).toEqual([deployment.digest, []]);
  });
});

describe('a question beside the session', () => {
  it('is answered with what one may see', async () => {
    const [sos, kommun] = await Promise.all(['sos-alarm/operator', 'ostersund/operator'].map(join)) as [Client, Client];
    const id = await report(sos);
    await vi.waitFor(async () => {
      const { events } = await sos.call(History.method.timeline, { incidentId: id });
      expect(events.map((event) => event.body.case)).toContain('incidentReported');
    });
    await expect(kommun.call(History.method.timeline, { incidentId: id })).rejects.toMatchObject({ failure: 'not_found' });
  });

  it('that cannot be read is told so, and one to a hub that is not there as well', async () => {
    const sos = await join('sos-alarm/operator');
    await expect(sos.call(History.method.search, { text: '' })).rejects.toMatchObject({ failure: 'invalid' });
    const lost = new Client({ base: 'http://127.0.0.1:9', token: 'demo:sos-alarm/operator', program: 'test', opened: inMemory() });
    await expect(lost.call(Directory.method.getDeployment, {})).rejects.toEqual(expect.objectContaining({ failure: 'offline' }));
  });
});

/** A token as the issuer signs it: the program makes none whose time is up. */
function sign(secret: string, claims: object): string {
  const signed = `smb1.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(secret, 'hex')]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return `${signed}.${signBytes(null, Buffer.from(signed), key).toString('base64url')}`;
}

describe('a token', () => {
  async function ended(token: string, at = hub): Promise<unknown> {
    const client = new Client({ base: at.base, token, program: 'test', opened: inMemory(), openSocket: webSocket });
    clients.push(client);
    await client.start();
    await until(() => client.link.status.kind === 'ended', 'the end');
    const asked = await client.call(Directory.method.getDeployment, {}).then(() => 'answered', (error: unknown) => (error instanceof RpcError ? error.failure : error));
    return [client.link.status.kind === 'ended' && client.link.status.reason, asked];
  }

  it.each(['nonsense', 'demo:nobody/operator', 'demo:sos-alarm/emperor', 'smb1.eyJ4IjoxfQ.AAAA'])('that is not good (%s) ends the session, and says so to questions', async (token) => {
    expect(await ended(token)).toEqual(['unauthenticated', 'unauthenticated']);
  });

  it('that was signed is taken, and tells for whom it is', async () => {
    const key = `${hub.data}/issuer.key`;
    await samband('token', '--key', key, '--new-key');
    const signed = await new Hub().start(['--token-key', `${key}.pub`]);
    try {
      const eva = await joined(signed, await samband('token', '--key', key, '--org', 'polis-nord', '--role', 'operator', '--subject', 'Eva'));
      clients.push(eva);
      expect(eva.identity).toMatchObject({ organisation: 'polis-nord', role: 'operator', person: 'Eva' });
      expect(the(eva.identity).tokenExpiresAt).toBeGreaterThan(Date.now());
      const over = sign(readFileSync(key, 'utf8').trim(), { org: 'polis-nord', role: 'operator', exp: Math.floor(Date.now() / 1000) - 60 });
      expect(await ended(over, signed)).toEqual(['token_expired', 'token_expired']);
    } finally {
      await Promise.all(clients.splice(0).map((client) => client.stop()));
      await signed.remove();
    }
  });
});

describe('what the hub refuses', () => {
  it('comes back with code and facts, each organisation that still works named', async () => {
    const sos = await join('sos-alarm/operator');
    const id = await report(sos);
    await accepted(sos, alarmTo({ organisation: 'raddning-jamtland' }, { organisation: 'region-jh' }), id);
    const action = await sos.press({ incidentId: id, body: { case: 'closeIncident', value: { outcome: 1 } } });
    expect(action.refused).toMatchObject({
      code: RefusalCode.STILL_ENGAGED, facts: [{ name: 'organisation', value: 'raddning-jamtland' }, { name: 'organisation', value: 'region-jh' }],
    });
    await until(() => incident(sos, id)?.involvement.get('sos-alarm')?.level === Involvement.LEAD, 'the lead');
  });

  it('is nothing for whoever may only look', async () => {
    const wall = await join('sos-alarm/viewer');
    const action = await wall.press({ body: { case: 'reportIncident', value: { types: ['x'] } } });
    expect(action.refused?.code).toBe(RefusalCode.NOT_PERMITTED);
  });
});

it('the hub’s clock is the client’s', async () => {
  const sos = await join('sos-alarm/operator');
  await until(() => sos.link.clock.roundTrip !== undefined, 'an answer to a ping');
  expect(Math.abs(sos.link.clock.offset)).toBeLessThan(1_000);
  expect(millis(sos.link.welcome?.hubTime)).toBeGreaterThan(Date.now() - 60_000);
});
