import type { Alarm, Incident, PartyKey, PartyState } from '../state/model.ts';
import { partyKey } from '../state/model.ts';

/** Where a party stands with an alarm, most pressing first. */
export type PartyStage =
  | 'overdue' | 'declined' | 'waiting' | 'recall_waiting' | 'acknowledged' | 'relayed_not_counted' | 'waived' | 'replaced' | 'recalled' | 'stood_down' | 'informed';

export interface PartyRow {
  key: PartyKey;
  alarmId: string;
  organisation: string;
  unit: PartyState['unit'];
  state: PartyState;
  stage: PartyStage;
  /** Milliseconds until it is due; negative when past; undefined where nothing is waited for. */
  leftMs?: number | undefined;
  /** The gate waits for it now. */
  holdsGate: boolean;
}

export interface AlarmView {
  alarm: Alarm;
  rows: PartyRow[];
  required: number;
  requiredDone: number;
  acknowledged: number;
  overdue: number;
  /** `none`: nobody is required, or another system sent it. */
  gate: 'none' | 'shut' | 'open' | 'opened_by_hand';
}

export function stageOf(state: PartyState, alarm: Alarm): PartyStage {
  // Also whoever had not answered may have set out: every recalled party takes note of it.
  if (state.recalledAt) return state.recallAcknowledgedAt ? 'recalled' : 'recall_waiting';
  if (state.stoodDown) return 'stood_down';
  if (state.acknowledged) return state.acknowledged.counts || !state.required ? 'acknowledged' : 'relayed_not_counted';
  if (state.waived) return 'waived';
  if (state.replacedBy) return 'replaced';
  if (state.declined) return 'declined';
  if (alarm.alreadySent || !state.dueAt) return 'informed';
  if (state.overdueAt) return 'overdue';
  return 'waiting';
}

const PRESSING: PartyStage[] = ['overdue', 'declined', 'relayed_not_counted', 'recall_waiting', 'waiting'];

/** Whether somebody still has to do something about it. */
export function isOutstanding(stage: PartyStage): boolean {
  return PRESSING.includes(stage);
}

/** The acknowledgement matrix of one alarm: organisation by organisation, its own first, required before the others. */
export function alarmView(alarm: Alarm, now: number, own: string): AlarmView {
  const rows = [...alarm.parties.entries()].map(([key, state]): PartyRow => {
    const stage = stageOf(state, alarm);
    const waits = stage === 'waiting' || stage === 'overdue';
    const isInGate = state.required && !state.late && !state.replacedBy && !alarm.gate;
    return {
      key, alarmId: alarm.id, organisation: state.organisation, unit: state.unit, state, stage,
      leftMs: waits && state.dueAt ? state.dueAt - now : undefined,
      holdsGate: isInGate && isOutstanding(stage) && stage !== 'recall_waiting',
    };
  });
  const rank = (row: PartyRow) => (row.organisation === own ? 0 : 1);
  rows.sort((a, b) =>
    rank(a) - rank(b) || a.organisation.localeCompare(b.organisation) || Number(b.state.required) - Number(a.state.required) ||
    (a.unit?.callSign ?? '').localeCompare(b.unit?.callSign ?? ''));
  // Whose place was taken is out of the gate, also when it answers after all.
  const isOut = (row: PartyRow) => row.state.replacedBy !== undefined || ['recalled', 'recall_waiting', 'stood_down', 'waived'].includes(row.stage);
  const required = rows.filter((row) => row.state.required && !row.state.late && !isOut(row));
  const requiredDone = required.filter((row) => row.stage === 'acknowledged').length;
  const gate = alarm.gate ? (alarm.gate.reason ? 'opened_by_hand' : 'open') : alarm.alreadySent || required.length === 0 ? 'none' : 'shut';
  return {
    alarm, rows, required: required.length, requiredDone, gate,
    acknowledged: rows.filter((row) => row.stage === 'acknowledged').length,
    overdue: rows.filter((row) => row.stage === 'overdue').length,
  };
}

/** All alarms of an incident, newest first. */
export function alarmViews(incident: Incident, now: number, own: string): AlarmView[] {
  return [...incident.alarms.values()].sort((a, b) => b.said.at - a.said.at).map((alarm) => alarmView(alarm, now, own));
}

/** What waits for the sender's own answer: alarms, and recalls. */
export function ownOutstanding(incident: Incident, organisation: string, unitId: string | undefined, now: number): PartyRow[] {
  const own = partyKey(organisation, unitId ? ({ unitId } as PartyState['unit']) : undefined);
  const rows: PartyRow[] = [];
  for (const alarm of incident.alarms.values()) {
    for (const row of alarmView(alarm, now, organisation).rows) {
      // The gate goes without who is waived; it stays alarmed, and has to answer.
      const isAwaited = ['waiting', 'overdue', 'recall_waiting'].includes(row.stage) || (row.stage === 'waived' && !row.state.declined);
      if (row.key === own && isAwaited) rows.push(row);
    }
  }
  return rows;
}
