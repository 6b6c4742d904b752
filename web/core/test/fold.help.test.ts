import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { EndCause, MessagePriority, ReceiptStep, UnitState } from '../src/gen/common_pb.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { AffiliationsSchema, RestartSchema } from '../src/gen/session_pb.ts';
import { restartScope, scopeOf } from '../src/state/store.ts';
import { at, DAY, event, folded, incidentOf, the, unit } from './build.ts';
import type { Body } from './build.ts';

const BIL = unit('1010', '2 31-1010');
const of = (owner: string, body: Body) => event(body, { owner });

describe('a unit in distress', () => {
  const raised = (more: object = {}) => of('rtj', { case: 'emergencyRaised', value: { emergencyId: 'n', unit: BIL, what: 'fastklämd', fixAt: at(-90), ...more } });
  const emergency = (...events: Event[]) => the(incidentOf(raised(), ...events).emergencies.get('n'));

  it('is known with where it was last, and how old that is', () => {
    expect(emergency()).toMatchObject({ unit: { unitId: '1010' }, what: 'fastklämd', fixAt: DAY - 90_000, relayed: false });
  });

  it('is known by its square, where the owner shows no more', () => {
    const coarse = incidentOf(raised({ locationCoarse: { south: 63, west: 14, sideM: 1000 } })).emergencies.get('n');
    expect(coarse).toMatchObject({ location: undefined, area: { sideM: 1000 } });
  });

  it('names everybody who is near and everybody who has understood', () => {
    const told = of('amb', { case: 'emergencyTold', value: { emergencyId: 'n', units: [unit('9110')] } });
    const seen = of('amb', { case: 'emergencyAcknowledged', value: { emergencyId: 'n', organisation: 'amb' } });
    const byUnit = of('rtj', { case: 'emergencyAcknowledged', value: { emergencyId: 'n', organisation: 'rtj', unit: unit('1030') } });
    const one = emergency(told, seen, byUnit);
    expect([one.nearest.map((near) => near.unitId), [...one.acknowledged.keys()]]).toEqual([['9110'], ['amb', 'rtj:1030']]);
  });

  it('stands until it is cancelled, with why', () => {
    expect(emergency().cancelled).toBeUndefined();
    const cancelled = of('rtj', { case: 'emergencyCancelled', value: { emergencyId: 'n', byMistake: true, reason: 'fel knapp' } });
    expect(emergency(cancelled).cancelled).toMatchObject({ byMistake: true, reason: 'fel knapp' });
  });

  it('keeps who has understood when it is told again with a better place', () => {
    const seen = of('amb', { case: 'emergencyAcknowledged', value: { emergencyId: 'n', organisation: 'amb' } });
    expect(emergency(seen, raised({ location: { latitude: 63, longitude: 14 } })).acknowledged.size).toBe(1);
  });
});

describe('help between organisations', () => {
  const requested = () => of('amb', { case: 'resourceRequested', value: { requestId: 'q', what: 'röjning', quantity: 1, toOrganisations: ['rtj'] } });
  const offered = () => of('rtj', { case: 'resourceOffered', value: { offerId: 'o', requestId: 'q', what: 'släckbil' } });
  const accepted = () => of('amb', { case: 'offerAccepted', value: { offerId: 'o' } });
  const deployed = () => of('rtj', { case: 'resourceDeployed', value: { offerId: 'o', units: [BIL, unit('1030')] } });
  const returned = (...units: string[]) => of('rtj', { case: 'resourceReturned', value: { offerId: 'o', units: units.map((id) => unit(id)) } });
  const offer = (...events: Event[]) => the(incidentOf(requested(), offered(), accepted(), deployed(), ...events).offers.get('o'));

  it('is asked for, declined by some, and closed', () => {
    const no = of('polis', { case: 'resourceDeclined', value: { requestId: 'q', reason: 'ingen ledig' } });
    const closed = of('amb', { case: 'requestClosed', value: { requestId: 'q', reason: 'löst' } });
    const request = the(incidentOf(requested(), no, closed).requests.get('q'));
    expect(request).toMatchObject({ declined: [{ said: { owner: 'polis' }, reason: 'ingen ledig' }], closed: { reason: 'löst' } });
  });

  it('is offered, taken and sent', () => {
    const one = offer();
    expect([one.acceptedAt !== undefined, one.deployed.map((out) => out.unitId), one.returnedAt]).toEqual([true, ['1010', '1030'], undefined]);
  });

  it('goes home one by one: it is over when the last has', () => {
    const first = offer(returned('1010'));
    expect([first.deployed.map((out) => out.unitId), first.returnedAt]).toEqual([['1030'], undefined]);
    const both = offer(returned('1010'), returned('1030'));
    expect([both.deployed, both.returned.map((home) => home.unitId), both.returnedAt !== undefined]).toEqual([[], ['1010', '1030'], true]);
  });

  it('puts another entry in the place of the one that changed: a list on a screen tells a changed row by that', () => {
    const store = folded(requested(), offered());
    const before = the(store.incidents.get('i')).offers.get('o');
    store.apply(accepted(), DAY);
    const after = the(store.incidents.get('i')).offers.get('o');
    expect([before?.acceptedAt, after?.acceptedAt !== undefined]).toEqual([undefined, true]);
    expect(after).not.toBe(before);
  });

  it('that nobody asked for is an offer without a request', () => {
    expect(the(incidentOf(of('rtj', { case: 'resourceOffered', value: { offerId: 'o' } })).offers.get('o')).offered.requestId).toBeUndefined();
  });
});

describe('hazards and the media line', () => {
  const hazard = (what: string) => of('rtj', { case: 'hazardReported', value: { hazardId: 'h', hazard: { what } } });

  it('amend the hazard of the same id, and end it', () => {
    const ended = of('rtj', { case: 'hazardEnded', value: { hazardId: 'h', reason: 'bortröjt' } });
    const [one] = [...incidentOf(hazard('ledning'), hazard('ledning, spänningslös'), ended).hazards.values()];
    expect(one).toMatchObject({ reported: { hazard: { what: 'ledning, spänningslös' } }, ended: { reason: 'bortröjt' } });
  });

  it('wait for the answer of each party, and count when all agree', () => {
    const proposed = of('sos', { case: 'mediaLineProposed', value: { mediaLineId: 'm', text: 'Kör inte', parties: ['rtj', 'polis'] } });
    const answer = (owner: string, agrees: boolean, reason?: string) => of(owner, { case: 'mediaLineAnswered', value: { mediaLineId: 'm', organisation: owner, agrees, reason } });
    const agreed = of('sos', { case: 'mediaLineAgreed', value: { mediaLineId: 'm' } });
    const line = (...events: Event[]) => the(incidentOf(proposed, ...events).mediaLines.get('m'));
    expect([...line(answer('rtj', false, 'fel tid')).answers]).toMatchObject([['rtj', { agrees: false, reason: 'fel tid' }]]);
    expect(line(answer('rtj', false), answer('rtj', true), answer('polis', true), agreed)).toMatchObject({ agreedAt: expect.any(Number) });
    expect(line(answer('rtj', true)).agreedAt).toBeUndefined();
  });
});

describe('releases', () => {
  const asked = () => of('polis', { case: 'releaseRequested', value: { requestId: 'q', ofOwner: 'amb', marking: 7 } });
  const granted = () => of('amb', { case: 'releaseGranted', value: { releaseId: 'g', requestId: 'q', marking: 7, toOrganisation: 'polis' } });

  it('answer the request they are for', () => {
    const incident = incidentOf(asked(), granted());
    expect([incident.releaseRequests.get('q')?.grantedAs, incident.releases.get('g')?.ended]).toEqual(['g', undefined]);
  });

  it('are refused with the reason', () => {
    const refused = of('amb', { case: 'releaseRefused', value: { requestId: 'q', reason: 'begär via ledning' } });
    expect(incidentOf(asked(), refused).releaseRequests.get('q')?.refused?.reason).toBe('begär via ledning');
  });

  it('end by their time or by being taken back', () => {
    const ended = of('amb', { case: 'releaseEnded', value: { releaseId: 'g', cause: EndCause.WITHDRAWN } });
    expect(incidentOf(granted(), ended).releases.get('g')?.ended?.cause).toBe(EndCause.WITHDRAWN);
  });

  it('have answered their request also for whoever came when they were over, and was not sent the grant', () => {
    const ended = of('amb', { case: 'releaseEnded', value: { releaseId: 'g', requestId: 'q', cause: EndCause.EXPIRED } });
    expect(incidentOf(asked(), ended).releaseRequests.get('q')?.grantedAs).toBe('g');
  });
});

describe('talkgroups of an incident', () => {
  const RAPS = { talkgroupId: 'raps-1', name: 'RAPS-1' };
  const leased = () => event({ case: 'talkgroupLeased', value: { talkgroup: RAPS, companions: [{ name: 'RtjIns-1' }] } });

  it('are leased, silent for long, and returned', () => {
    const idle = event({ case: 'talkgroupIdle', value: { talkgroup: RAPS, since: at(5) } });
    const returned = event({ case: 'talkgroupReturned', value: { talkgroup: RAPS, reason: 'avslutad' } });
    expect(incidentOf(leased(), idle, returned).leases.get('raps-1')).toMatchObject({ idleSince: DAY + 5_000, returned: { reason: 'avslutad' } });
  });

  it('are in force again when they are leased again', () => {
    const returned = event({ case: 'talkgroupReturned', value: { talkgroup: RAPS } });
    expect(incidentOf(leased(), returned, leased()).leases.get('raps-1')?.returned).toBeUndefined();
  });

  it('may be none, with what remains; until there is one', () => {
    const none = event({ case: 'noTalkgroupFree', value: { fallback: [{ name: '231 Samv-1' }] } });
    expect(incidentOf(none).noTalkgroup?.fallback[0]?.name).toBe('231 Samv-1');
    expect(incidentOf(none, leased()).noTalkgroup).toBeUndefined();
    expect(incidentOf(none, event({ case: 'talkgroupReturned', value: { talkgroup: RAPS } })).noTalkgroup).toBeUndefined();
  });
});

describe('what is written on a talkgroup', () => {
  const on = (body: Body, owner = 'rtj') => event(body, { talkgroupId: 'raps-1', owner });
  const written = (messageId = 'm') => on({ case: 'messageSent', value: { messageId, text: 'möts vid kyrkan', confirm: true } });
  const group = (...events: Event[]) => the(folded(...events).talkgroups.get('raps-1'));

  it('counts deliveries and screens, and names who has understood', () => {
    const receipts = on({ case: 'messageReceipts', value: { receipts: [{ messageId: 'm', step: ReceiptStep.DELIVERED }, { messageId: 'm', step: ReceiptStep.DISPLAYED }, { messageId: 'x' }] } });
    const seen = on({ case: 'messageConfirmed', value: { messageId: 'm', organisation: 'rtj', unit: BIL } });
    const message = the(group(written(), receipts, receipts, seen, seen).messages.get('m'));
    expect(message).toMatchObject({ priority: MessagePriority.ROUTINE, confirm: true, delivered: 1, displayed: 1 });
    expect([...message.confirmed.keys()]).toEqual(['rtj:1010']);
  });

  it('is gone when the group is somebody else’s', () => {
    const state = group(written('1'), on({ case: 'talkgroupCleared', value: {} }), written('2'));
    expect([...state.messages.keys()]).toEqual(['2']);
  });

  it('is heard by those who are joined now, and by nobody known when the session is lost', () => {
    const store = folded(written());
    store.affiliations(create(AffiliationsSchema, { talkgroupId: 'raps-1', listeners: [{ organisation: 'rtj', unit: BIL }] }));
    expect(store.talkgroups.get('raps-1')?.listeners).toHaveLength(1);
    store.forgetListeners();
    expect(store.talkgroups.get('raps-1')?.listeners).toEqual([]);
  });
});

describe('a unit’s own state', () => {
  const reported = (value: Extract<Body, { case: 'unitStateReported' }>['value']) => event({ case: 'unitStateReported', value }, { unitId: '1010', owner: 'rtj' });
  const off = (covert?: boolean) => event({ case: 'unitSignedOff', value: { unit: BIL, covert } }, { unitId: '1010', owner: 'rtj' });
  const state = (...events: Event[]) => the(folded(...events).units.get('1010'));

  it('keeps what is not said again', () => {
    const both = state(reported({ unit: BIL, onDuty: true, crewSize: 5, capabilities: ['rökdykning'] }), reported({ code: 'K', state: UnitState.AVAILABLE }));
    expect(both).toMatchObject({ onDuty: true, crewSize: 5, capabilities: ['rökdykning'], code: 'K', state: UnitState.AVAILABLE });
  });

  it('is signed off to others, covert to its own, and back when it signs on', () => {
    expect(state(off())).toMatchObject({ signedOff: true, covert: false });
    expect(state(off(true))).toMatchObject({ signedOff: false, covert: true });
    const on = event({ case: 'unitSignedOn', value: { unit: BIL } }, { unitId: '1010' });
    expect(state(off(true), on)).toMatchObject({ signedOff: false, covert: false });
  });
});

describe('the pool', () => {
  const pool = (body: Body) => event(body, { pool: 'z' });
  const taken = (talkgroupId: string, leased: boolean) => pool({ case: 'poolLeaseChanged', value: { talkgroup: { talkgroupId, name: talkgroupId }, leased } });

  it('knows what is taken', () => {
    expect([...the(folded(taken('raps-1', true), taken('raps-2', true), taken('raps-1', false)).pools.get('z')).leased.keys()]).toEqual(['raps-2']);
  });

  it('warns while few are left: the warning comes after each lease, and goes when one is given back', () => {
    const few = pool({ case: 'poolNearlyExhausted', value: { free: 2, total: 20 } });
    expect(folded(taken('raps-1', true), few).pools.get('z')?.warning).toMatchObject({ free: 2, total: 20 });
    expect(folded(taken('raps-1', true), few, taken('raps-1', false)).pools.get('z')?.warning).toBeUndefined();
  });
});

describe('a Restart', () => {
  const everything = () => [
    event({ case: 'incidentReported', value: {} }), event({ case: 'incidentReported', value: {} }, { incidentId: 'j' }),
    event({ case: 'messageSent', value: { messageId: 'm' } }, { talkgroupId: 'g' }), event({ case: 'unitStateReported', value: {} }, { unitId: 'u' }),
    event({ case: 'poolNearlyExhausted', value: {} }, { pool: 'z' }),
  ];

  it.each<[string, Parameters<typeof create<typeof RestartSchema>>[1], number[]]>([
    ['of one incident forgets that one', { scope: { case: 'incidentId', value: 'i' } }, [1, 1, 1, 1]],
    ['of a talkgroup forgets what was written there', { scope: { case: 'talkgroupId', value: 'g' } }, [2, 0, 1, 1]],
    ['of a unit forgets its state', { scope: { case: 'unitId', value: 'u' } }, [2, 1, 0, 1]],
    ['of a pool forgets its leases', { scope: { case: 'pool', value: 'z' } }, [2, 1, 1, 0]],
    ['of everything forgets everything', { scope: { case: 'all', value: true } }, [0, 0, 0, 0]],
  ])('%s', (_what, init, left) => {
    const store = folded(...everything());
    const scope = restartScope(create(RestartSchema, init));
    store.restart(the(scope));
    const messages = store.talkgroups.get('g')?.messages.size ?? 0;
    expect([store.incidents.size, messages, store.units.size, store.pools.size]).toEqual(left);
  });

  it('of an incident takes the same events again', () => {
    const events = everything();
    const store = folded(...events);
    store.restart('incident:i');
    expect(store.apply(the(events[0]), DAY)).toBe(true);
  });

  it('keeps who listens: that is told apart from what was written', () => {
    const store = folded(...everything());
    store.affiliations(create(AffiliationsSchema, { talkgroupId: 'g', listeners: [{ organisation: 'rtj' }] }));
    store.restart('talkgroup:g');
    expect(store.talkgroups.get('g')?.listeners).toHaveLength(1);
  });

  it('without a scope this client knows is none', () => expect(restartScope(create(RestartSchema, {}))).toBeUndefined());

  it('and an event name the same scope', () => {
    expect(everything().map(scopeOf)).toEqual(['incident:i', 'incident:j', 'talkgroup:g', 'unit:u', 'pool:z']);
  });
});
