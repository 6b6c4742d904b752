import type { Action } from '@samband/core';
import { FACT_ORDER } from '@samband/core';
import { RefusalCode } from '@samband/core/gen/command_pb';
import { Marking } from '@samband/core/gen/options_pb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Hub, joined, until } from '../../core/test/hub.ts';
import { Feed } from '../live/feed.ts';
import { Session } from '../live/session.svelte.ts';
import { fill } from '../test/fill.ts';
import * as alarm from './alarm.ts';
import * as briefing from './briefing.ts';
import { fact } from './fact.ts';
import * as help from './help.ts';
import * as incident from './incident.ts';
import * as release from './release.ts';
import type { Form, Subject, Values } from './types.ts';

const hub = new Hub();
const seats: Record<string, Session> = {};
const SEATS = { sos: 'sos-alarm/operator', rtj: 'raddning-jamtland/operator', bil: 'raddning-jamtland/unit:2311010', amb: 'region-jh/operator', amledn: 'region-jh/command', polledn: 'polis-nord/command', kommun: 'ostersund/operator' };

beforeAll(async () => {
  // A page in the background: nothing is drawn, everything is taken.
  vi.stubGlobal('document', { visibilityState: 'hidden', documentElement: { dataset: {} } });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  await hub.start();
  for (const [name, seat] of Object.entries(SEATS)) seats[name] = new Session(await joined(hub, seat), new Feed());
});
afterAll(async () => {
  for (const session of Object.values(seats)) session.stop();
  await hub.remove();
  vi.unstubAllGlobals();
});

function session(name: keyof typeof SEATS): Session {
  const found = seats[name];
  if (!found) throw new Error(`nobody sits at ${name}`);
  found.revision += 1;
  return found;
}

const subject = (name: keyof typeof SEATS, id?: string): Subject => ({ session: session(name), incident: session(name).incident(id) });

/** What the hub says to a form that is filled in like this. */
async function sent(name: keyof typeof SEATS, id: string | undefined, make: (subject: Subject) => Form, values: Values = {}): Promise<Action> {
  if (id) await until(() => session(name).incident(id), `${name} to have the incident`);
  return session(name).press(fill(make(subject(name, id)), values));
}

async function taken(...told: Parameters<typeof sent>): Promise<NonNullable<Action['accepted']>> {
  const action = await sent(...told);
  if (!action.accepted) throw new Error(`${action.kind} was refused: ${action.refused?.code ?? ''} ${action.refused?.message ?? ''}`);
  return action.accepted;
}

const refusal = async (...told: Parameters<typeof sent>) => RefusalCode[(await sent(...told)).refused?.code ?? 0];

async function fire(): Promise<string> {
  const form = incident.newIncident(subject('sos'));
  const values = { types: 'Brand i byggnad', street: 'Rådhusgatan 44', municipality: 'Östersund', place: '63,1767 14,6361', description: 'rök ur fönster', casualties: '1', priority: '1' };
  const { accepted } = await session('sos').press(fill(form, values));
  if (!accepted?.incidentId) throw new Error('the incident was not taken');
  const id = accepted.incidentId;
  await until(() => session('sos').incident(id)?.alarms.size === 1, 'the alarm');
  return id;
}

describe('a fire, from the call to the end, by forms alone', () => {
  let id = '';
  beforeAll(async () => void (id = await fire()));

  it('is alarmed by plan, with a talkgroup', async () => {
    await until(() => (subject('sos', id).incident?.leases.size ?? 0) > 0, 'the talkgroup');
    expect(subject('rtj', id).incident?.types).toEqual(['Brand i byggnad']);
  });

  it('is answered, added to, and waived', async () => {
    await taken('sos', id, alarm.addParties, { parties: ['polis-nord'], reason: 'avspärrning' });
    await until(() => [...(subject('sos', id).incident?.alarms.values() ?? [])].some((one) => one.parties.has('polis-nord')), 'the police');
    await taken('sos', id, alarm.waive, { party: `${[...(subject('sos', id).incident?.alarms.keys() ?? [])][0] ?? ''}|polis-nord`, reason: 'når inte fram' });
    expect(await refusal('rtj', id, alarm.openGate, { reason: 'x' })).toBe('NOT_LEAD');
    await taken('sos', id, alarm.openGate, { reason: 'livsfara' });
  });

  it('takes every kind of fact', async () => {
    const values: Values = {
      street: 'Storgatan 1', place: '63,1767 14,6361', name: 'Eva', phone: '070-1740605', condition: 'stabil', severity: '2', count: '2', what: 'Gasol', assessment: 'hot', derived: 'vänta',
      instruction: 'vänta', description: 'lång', doorCode: '1234', text: 'rök', registration: 'ABC123', names: 'RAPS-1', value: '1',
    };
    for (const kind of FACT_ORDER) await taken('sos', id, (one) => fact(one, kind), { kind, ...values });
    for (const kind of FACT_ORDER) await taken('sos', id, (one) => fact(one, kind), { kind, withdraw: true });
    await until(() => subject('sos', id).incident?.facts.size === 0, 'everything to be taken back');
  });

  it('refuses to take back a fact that was never stated', async () => {
    expect(['NOTHING_STATED', 'NOTHING_TO_DO']).toContain(await refusal('rtj', id, fact, { kind: 'address', withdraw: true }));
  });

  it('is briefed, reported and understood', async () => {
    await taken('sos', id, incident.note, { note: 'ring igen', sharedText: 'rök' });
    await taken('bil', id, briefing.arrivalReport, { what: 'Villa', damage: 'öppna lågor', hazards: 'gasol', casualties: '1', breakPoint: 'kyrkan', template: '1' });
    await taken('rtj', id, briefing.sitrep, { situation: 'släcker', casualties: '1' });
    await taken('rtj', id, briefing.unitStatus, { unit: '2311010', code: 'F' });
    await taken('rtj', id, help.hazard, { what: 'Gasol', unNumber: '1965', standOff: '300', place: '63,1767 14,6361' });
    await until(() => subject('sos', id).incident?.hazards.size === 1, 'the hazard');
    const { totalInformation } = await taken('sos', id, briefing.totalInformation, { sharedText: 'gasol på balkong' });
    await until(() => subject('sos', id).incident?.totals.has(totalInformation ?? 0), 'the version');
    await taken('sos', id, briefing.confirmTotalFor, { party: 'raddning-jamtland:2311010' });
  });

  it('asks for and gets help', async () => {
    const { requestId } = await taken('sos', id, help.request, { what: 'höjdfordon', to: ['raddning-jamtland'], reportTo: 'kyrkan', wantedAt: '23:59' });
    await until(() => subject('rtj', id).incident?.requests.has(requestId ?? ''), 'the request');
    const { offerId } = await taken('rtj', id, (one) => help.offer(one, one.incident?.requests.get(requestId ?? '')), { units: ['2311030'] });
    await until(() => subject('sos', id).incident?.offers.has(offerId ?? ''), 'the offer');
    expect((await session('sos').press({ incidentId: id, body: { case: 'acceptOffer', value: { offerId } } })).state).toBe('accepted');
    await session('rtj').press({ incidentId: id, body: { case: 'deployResource', value: { offerId } } });
    await until(() => subject('rtj', id).incident?.offers.get(offerId ?? '')?.deployed.length === 1, 'it to be sent');
    const offer = subject('rtj', id).incident?.offers.get(offerId ?? '');
    if (offer) await taken('rtj', id, (one) => help.returnResource(one, offer), { reason: 'klart' });
  });

  it('writes on its talkgroup, and agrees on what the media are told', async () => {
    await taken('sos', id, (one) => help.message(one, undefined), { text: 'möts vid kyrkan', confirm: true });
    const { mediaLineId } = await taken('sos', id, help.mediaLine, { text: 'Håll er undan' });
    await until(() => subject('rtj', id).incident?.mediaLines.has(mediaLineId ?? ''), 'the line');
    const line = subject('rtj', id).incident?.mediaLines.get(mediaLineId ?? '');
    if (line) await taken('rtj', id, (one) => help.answerMedia(one, line));
  });

  it('is at a desk, has a number elsewhere, and draws others in', async () => {
    await taken('sos', id, incident.claim, { desk: 'Bord 3' });
    await taken('sos', id, incident.handOver, { desk: 'Bord 4', remark: 'ring' });
    await taken('sos', id, incident.externalNumber, { system: 'CoordCom', number: '1312001' });
    await taken('sos', id, incident.involve, { organisation: 'lansstyrelsen-z', reason: 'storm' });
    await taken('sos', id, incident.offerLead, { organisation: 'raddning-jamtland' });
    expect(await refusal('kommun', id, incident.close, {})).toBe('NOT_LEAD');
  });

  it('is not closed while others work, then it is, and it is opened again', async () => {
    expect(await refusal('sos', id, incident.close, { reason: 'klart' })).toBe('STILL_ENGAGED');
    await taken('sos', id, incident.close, { outcome: '2', reason: 'torrkokning' });
    expect(await refusal('sos', id, fact, { kind: 'description', text: 'x' })).toBe('INCIDENT_CLOSED');
    await taken('sos', id, incident.reopen, { reason: 'ryker' });
  });
});

describe('beside an incident', () => {
  it('an emergency is raised by a desk that heard it, and ended', async () => {
    const { incidentId, emergencyId } = await taken('rtj', undefined, help.emergency, { unit: '2311020', what: 'fastklämd', place: '63,1767 14,6361' });
    await until(() => subject('rtj', incidentId).incident?.emergencies.has(emergencyId ?? ''), 'the emergency');
    const emergency = subject('rtj', incidentId).incident?.emergencies.get(emergencyId ?? '');
    if (emergency) await taken('rtj', incidentId, (one) => help.cancelEmergency(one, emergency), { reason: 'loss' });
  });

  it('a unit’s state is told, and it is signed off', async () => {
    await taken('rtj', undefined, briefing.unitState, { unit: '2311040', crew: '2', code: 'K' });
    await taken('rtj', undefined, briefing.signOff, { unit: '2311040' });
    expect(await refusal('rtj', undefined, briefing.covert, { unit: '2311020' })).not.toBe('MALFORMED');
  });

  it('a notice is issued, amended and withdrawn', async () => {
    const { incidentId } = await taken('sos', undefined, incident.notice, { types: 'Vind', text: 'byar', validUntil: '23:59', organisations: ['raddning-jamtland'] });
    await until(() => subject('sos', incidentId).incident?.notice, 'the notice');
    await taken('sos', incidentId, incident.notice, { text: 'orkan', validUntil: '23:59' });
    await taken('sos', incidentId, incident.withdrawNotice, { reason: 'lugnt' });
  });

  it('what is withheld is asked for, released and taken back', async () => {
    const { incidentId: id } = await session('amb').press({ body: { case: 'reportIncident', value: { types: ['Trafikolycka'] } } }).then((one) => one.accepted ?? { incidentId: '' });
    await taken('amb', id, alarm.alarm, { plan: '-', parties: ['polis-nord'], reason: 'x', talkgroup: '-' });
    await taken('amb', id, fact, { kind: 'health', condition: 'Armbrott', severity: '2' });
    const mark = () => [...(subject('polledn', id).incident?.withheld.values() ?? [])].find((one) => one.marking === Marking.HEALTH);
    await until(mark, 'the mark');
    const { requestId } = await taken('polledn', id, (one) => release.requestRelease(one, mark()), { purpose: 'förflyttning' });
    const request = () => subject('amledn', id).incident?.releaseRequests.get(requestId ?? '');
    await until(request, 'the request');
    const { releaseId } = await taken('amledn', id, (one) => release.grantRelease(one, request()), { ground: 'OSL 10:2', reason: 'behövs' });
    await until(() => subject('amledn', id).incident?.releases.has(releaseId ?? ''), 'the release');
    const granted = subject('amledn', id).incident?.releases.get(releaseId ?? '');
    if (granted) await taken('amledn', id, (one) => release.revokeRelease(one, granted), { reason: 'klart' });
  });

  it('two reports of the same are linked', async () => {
    const [one, two] = [await fire(), await fire()];
    await taken('sos', two, incident.link, { other: one, reason: 'samma' });
    expect(await refusal('sos', two, incident.link, { other: one, reason: 'samma' })).toBe('ALREADY_LINKED');
  });
});
