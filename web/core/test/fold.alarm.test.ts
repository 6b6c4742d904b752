import { describe, expect, it } from 'vitest';
import { AcknowledgementMeans, ReceiptStep } from '../src/gen/common_pb.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { alarmView, ownOutstanding, stageOf } from '../src/views/party.ts';
import type { PartyStage } from '../src/views/party.ts';
import { alarmed, alarmOf, at, DAY, event, incidentOf, party, stateOf, unit } from './build.ts';
import type { Body } from './build.ts';

const NOW = DAY + 30_000;
const BIL = unit('1010', '2 31-1010');
const raised = () => alarmed(party('rtj', '1010'), party('amb'));
const rtj = { organisation: 'rtj', unit: BIL };
const said = (body: Body) => event(body, { owner: 'rtj' });

const acknowledged = (more: object = {}) => said({ case: 'acknowledged', value: { alarmId: 'a', ...rtj, ...more } });
const declined = (reason = 'Patient ombord') => said({ case: 'declined', value: { alarmId: 'a', ...rtj, reason } });
const overdue = () => event({ case: 'acknowledgementOverdue', value: { alarmId: 'a', ...rtj, dueAt: at(60) } });
const inTime = () => event({ case: 'overdueWithdrawn', value: { alarmId: 'a', ...rtj } });
const waived = () => event({ case: 'partyWaived', value: { alarmId: 'a', ...rtj, reason: 'når inte fram' } });
const recalled = () => event({ case: 'alarmRecalled', value: { alarmId: 'a', parties: [rtj] } });
const recallSeen = () => said({ case: 'recallAcknowledged', value: { alarmId: 'a', ...rtj } });
const stoodDown = () => said({ case: 'stoodDown', value: { organisation: 'rtj' } });
const replaced = () => event({ case: 'partiesAdded', value: { alarmId: 'a', parties: [party('rtj', '1030')], replaces: rtj, because: 'ersätter' } });
const opened = (operatorReason?: string) => event({ case: 'gateOpened', value: { alarmId: 'a', operatorReason } });

/** What happened after the alarm, and where the fire engine then stands: does the gate wait for it, does its crew have to answer. */
const TABLE: [what: string, events: () => Event[], stage: PartyStage, gateWaits: boolean, crewMustAnswer: boolean][] = [
  ['nothing yet', () => [], 'waiting', true, true],
  ['it acknowledged', () => [acknowledged()], 'acknowledged', false, false],
  ['it acknowledged by its status', () => [acknowledged({ means: AcknowledgementMeans.STATUS })], 'acknowledged', false, false],
  ['somebody whose word counts heard it', () => [acknowledged({ means: AcknowledgementMeans.RELAYED, counts: true })], 'acknowledged', false, false],
  ['somebody whose word does not count heard it', () => [acknowledged({ means: AcknowledgementMeans.RELAYED, counts: false })], 'relayed_not_counted', true, false],
  ['it was heard, then answered itself', () => [acknowledged({ counts: false }), acknowledged()], 'acknowledged', false, false],
  ['it declined', () => [declined()], 'declined', true, false],
  ['it declined, then took the alarm after all', () => [declined(), acknowledged()], 'acknowledged', false, false],
  ['it acknowledged, then declined', () => [acknowledged(), declined()], 'declined', true, false],
  ['its time ran out', () => [overdue()], 'overdue', true, true],
  ['its time ran out, and it had pressed in time', () => [overdue(), acknowledged(), inTime()], 'acknowledged', false, false],
  ['it answered too late', () => [overdue(), acknowledged()], 'acknowledged', false, false],
  ['it is waived: still alarmed', () => [waived()], 'waived', false, true],
  ['it is waived, then acknowledges', () => [waived(), acknowledged()], 'acknowledged', false, false],
  ['it declined and was waived', () => [declined(), waived()], 'waived', false, false],
  ['it declined and was replaced', () => [declined(), replaced()], 'replaced', false, false],
  ['it was late and was replaced', () => [overdue(), replaced()], 'replaced', false, false],
  ['it was replaced, and heard by somebody whose word does not count', () => [overdue(), replaced(), acknowledged({ counts: false })], 'relayed_not_counted', false, false],
  ['it acknowledged and is called back', () => [acknowledged(), recalled()], 'recall_waiting', false, true],
  ['it is called back before it answered: it may be on its way', () => [recalled()], 'recall_waiting', false, true],
  ['it has taken note of being called back', () => [acknowledged(), recalled(), recallSeen()], 'recalled', false, false],
  ['its organisation left', () => [acknowledged(), stoodDown()], 'stood_down', false, false],
  ['its organisation left without an answer', () => [stoodDown()], 'stood_down', false, false],
  ['it was called back, then its organisation left', () => [recalled(), stoodDown()], 'recall_waiting', false, true],
  ['the gate was opened without it', () => [opened('livsfara')], 'waiting', false, true],
  ['the gate was opened without it, and its time ran out', () => [opened('livsfara'), overdue()], 'overdue', false, true],
];

describe('where an alarmed party stands', () => {
  it.each(TABLE)('when %s', (_what, events, stage, gateWaits, crewMustAnswer) => {
    const incident = incidentOf(raised(), ...events());
    const alarm = alarmOf(incident);
    expect(stageOf(stateOf(incident, 'rtj', '1010'), alarm)).toBe(stage);
    const row = alarmView(alarm, NOW, 'sos').rows.find((one) => one.key === 'rtj:1010');
    expect(row?.holdsGate).toBe(gateWaits);
    expect(ownOutstanding(incident, 'rtj', '1010', NOW).length > 0).toBe(crewMustAnswer);
  });

  it('is informed only, where another system has sent the alarm', () => {
    const incident = incidentOf(event({ case: 'alarmRaised', value: { alarmId: 'a', alreadySent: true, parties: [party('rtj', '1010')] } }));
    expect(stageOf(stateOf(incident, 'rtj', '1010'), alarmOf(incident))).toBe('informed');
    expect(alarmView(alarmOf(incident), NOW, 'rtj').gate).toBe('none');
    expect(ownOutstanding(incident, 'rtj', '1010', NOW)).toEqual([]);
  });

  it('keeps who heard it, where, and that it does not count', () => {
    const incident = incidentOf(raised(), event({ case: 'acknowledged', value: { alarmId: 'a', ...rtj, means: AcknowledgementMeans.RELAYED, heardOn: 'RAPS', counts: false } }, { owner: 'amb' }));
    expect(stateOf(incident, 'rtj', '1010').acknowledged).toMatchObject({ by: 'amb', heardOn: 'RAPS', counts: false, means: AcknowledgementMeans.RELAYED });
  });

  it('has acknowledged when the crew pressed, unless its clock is doubtful', () => {
    const pressedAt = at(5);
    const answer = (clockDoubtful: boolean) => incidentOf(raised(), event({ case: 'acknowledged', value: { alarmId: 'a', ...rtj } }, { owner: 'rtj', hubTime: at(90), pressedAt, clockDoubtful }));
    expect(stateOf(answer(false), 'rtj', '1010').acknowledged).toMatchObject({ at: DAY + 90_000, pressedAt: DAY + 5_000 });
    expect(stateOf(answer(true), 'rtj', '1010').acknowledged).toMatchObject({ at: DAY + 90_000, pressedAt: DAY + 90_000 });
  });

  it('names who came instead of whom, and why', () => {
    const incident = incidentOf(raised(), declined(), replaced());
    expect(stateOf(incident, 'rtj', '1030')).toMatchObject({ replaces: 'rtj:1010', because: 'ersätter' });
    expect(stateOf(incident, 'rtj', '1010').replacedBy).toBe('rtj:1030');
  });
});

describe('what devices did with an alarm', () => {
  const receipts = (...steps: [ReceiptStep, number][]) => event(
    { case: 'receiptsGathered', value: { receipts: steps.map(([step, s]) => ({ alarmId: 'a', step, unit: BIL, at: at(s) })) } }, { owner: 'rtj' });

  it.each<[string, [ReceiptStep, number][], number | undefined, number | undefined]>([
    ['delivered', [[ReceiptStep.DELIVERED, 1]], 1, undefined],
    ['delivered, then on the screen', [[ReceiptStep.DELIVERED, 1], [ReceiptStep.DISPLAYED, 4]], 1, 4],
    ['on the screen, and the notice of delivery never came', [[ReceiptStep.DISPLAYED, 4]], 4, 4],
    ['on two screens: the first counts', [[ReceiptStep.DISPLAYED, 4], [ReceiptStep.DISPLAYED, 9]], 4, 4],
  ])('%s', (_what, steps, delivered, displayed) => {
    const state = stateOf(incidentOf(raised(), receipts(...steps)), 'rtj', '1010');
    const ms = (s: number | undefined) => (s === undefined ? undefined : DAY + s * 1000);
    expect([state.deliveredAt, state.displayedAt]).toEqual([ms(delivered), ms(displayed)]);
    expect(state.acknowledged).toBeUndefined();
  });

  it('of an organisation without a unit count for its desk', () => {
    const incident = incidentOf(raised(), event({ case: 'receiptsGathered', value: { receipts: [{ alarmId: 'a', step: ReceiptStep.DELIVERED, role: 'operator', at: at(1) }] } }, { owner: 'amb' }));
    expect(stateOf(incident, 'amb').deliveredAt).toBe(DAY + 1_000);
    expect(stateOf(incident, 'rtj', '1010').deliveredAt).toBeUndefined();
  });
});

describe('the gate', () => {
  const view = (...events: Event[]) => alarmView(alarmOf(incidentOf(...events)), NOW, 'sos');
  const amb = () => event({ case: 'acknowledged', value: { alarmId: 'a', organisation: 'amb' } }, { owner: 'amb' });

  it('is shut while one required party has not answered, and counts those that have', () => {
    expect(view(raised(), amb())).toMatchObject({ gate: 'shut', required: 2, requiredDone: 1, acknowledged: 1 });
  });

  it('is open when the hub says so', () => expect(view(raised(), amb(), acknowledged(), opened()).gate).toBe('open'));
  it('is open by hand when there is a reason', () => expect(view(raised(), opened('livsfara')).gate).toBe('opened_by_hand'));
  it('does not exist over an alarm that requires nobody', () => expect(view(alarmed(party('rtj', '1010', { required: false }))).gate).toBe('none'));

  it('goes without whoever was replaced, also when that one answers after all', () => {
    expect(view(raised(), declined(), replaced(), acknowledged())).toMatchObject({ required: 2, requiredDone: 0 });
  });

  it('goes without whoever was called back, left, or was waived', () => {
    for (const gone of [recalled, stoodDown, waived]) expect(view(raised(), gone())).toMatchObject({ required: 1, gate: 'shut' });
  });

  it('never waits for a party that came after it had opened', () => {
    const late = event({ case: 'partiesAdded', value: { alarmId: 'a', parties: [party('polis', undefined, { late: true })] } });
    const after = view(raised(), acknowledged(), amb(), opened(), late);
    expect(after).toMatchObject({ gate: 'open', required: 2 });
    expect(after.rows.find((row) => row.organisation === 'polis')).toMatchObject({ stage: 'waiting', holdsGate: false });
  });
});

describe('what is known of an alarm only in part', () => {
  it('has its gate, where the alarm itself may not be seen', () => {
    const incident = incidentOf(opened());
    expect(alarmOf(incident).gate?.openedAt).toBeGreaterThan(0);
    expect(alarmView(alarmOf(incident), NOW, 'sos')).toMatchObject({ rows: [], gate: 'open' });
  });

  it('lists nobody whom an answer names and no alarm does', () => {
    expect(incidentOf(acknowledged(), declined(), overdue(), waived(), recallSeen()).alarms.size).toBe(0);
  });

  it('keeps what was answered when the alarm is told a second time', () => {
    const incident = incidentOf(raised(), acknowledged(), alarmed(party('rtj', '1010', { required: false })));
    expect(stateOf(incident, 'rtj', '1010')).toMatchObject({ required: false, acknowledged: { by: 'rtj' } });
  });

  it('keeps the decision record', () => {
    const decided = event({ case: 'alarmDecided', value: { alarmId: 'a', rule: 'brand i byggnad', considered: [{ organisation: 'polis', alerted: false }] } });
    expect(alarmOf(incidentOf(raised(), decided)).decided?.considered[0]?.alerted).toBe(false);
  });
});
