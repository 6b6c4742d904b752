import { millis } from '../clock.ts';
import { AcknowledgementMeans, ReceiptStep } from '../gen/common_pb.ts';
import type { UnitRef } from '../gen/common_pb.ts';
import type { Event, Party } from '../gen/event_pb.ts';
import { partyKey } from './model.ts';
import type { Alarm, Incident, PartyState, Said } from './model.ts';

type Body = NonNullable<Event['body']>;

/** Folds what an event says of alarms, acknowledgements and the gate. True: it was one of these. */
export function foldAlarm(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'alarmRaised': {
      const { alarmId, parties, plan, alreadySent, alarmText } = body.value;
      const alarm = alarmOf(incident, alarmId, who);
      alarm.said = who;
      alarm.plan = plan;
      alarm.alreadySent = alreadySent ?? false;
      alarm.text = alarmText;
      for (const one of parties) party(alarm, one, who);
      return true;
    }
    case 'partiesAdded': {
      const { alarmId, parties, replaces, because } = body.value;
      const alarm = alarmOf(incident, alarmId, who);
      const replaced = replaces ? partyKey(replaces.organisation, replaces.unit) : undefined;
      for (const one of parties) {
        const added = party(alarm, one, who);
        added.because = because;
        added.replaces = replaced;
        const former = replaced ? alarm.parties.get(replaced) : undefined;
        if (former) former.replacedBy = partyKey(one.organisation, one.unit);
      }
      return true;
    }
    case 'alarmDecided':
      alarmOf(incident, body.value.alarmId, who).decided = body.value;
      return true;
    case 'receiptsGathered':
      for (const receipt of body.value.receipts) {
        const found = known(incident, receipt.alarmId, who.owner, receipt.unit);
        if (!found) continue;
        const at = millis(receipt.at);
        if (receipt.step === ReceiptStep.DISPLAYED) found.displayedAt ??= at;
        // What is displayed has been delivered, also where only the later notice came through.
        found.deliveredAt ??= at;
      }
      return true;
    default:
      return foldAnswer(incident, who, body);
  }
}

function foldAnswer(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'acknowledged': {
      const { alarmId, organisation, unit, means, heardOn, counts } = body.value;
      const found = known(incident, alarmId, organisation, unit);
      if (found) {
        found.acknowledged = {
          at: who.at, pressedAt: who.pressedAt, means: means ?? AcknowledgementMeans.OWN, heardOn, by: who.owner, counts: counts ?? true,
        };
        found.declined = undefined;
      }
      return true;
    }
    case 'declined': {
      const found = known(incident, body.value.alarmId, body.value.organisation, body.value.unit);
      if (found) {
        found.declined = { at: who.at, reason: body.value.reason };
        found.acknowledged = undefined;
      }
      return true;
    }
    case 'acknowledgementOverdue': {
      const found = known(incident, body.value.alarmId, body.value.organisation, body.value.unit);
      if (found) found.overdueAt = millis(body.value.dueAt);
      return true;
    }
    case 'overdueWithdrawn': {
      const found = known(incident, body.value.alarmId, body.value.organisation, body.value.unit);
      if (found) found.overdueAt = undefined;
      return true;
    }
    case 'partyWaived': {
      const found = known(incident, body.value.alarmId, body.value.organisation, body.value.unit);
      if (found) found.waived = { at: who.at, reason: body.value.reason };
      return true;
    }
    case 'alarmRecalled':
      for (const one of body.value.parties) {
        const found = known(incident, body.value.alarmId, one.organisation, one.unit);
        if (found) found.recalledAt = who.at;
      }
      return true;
    case 'recallAcknowledged': {
      const found = known(incident, body.value.alarmId, body.value.organisation, body.value.unit);
      if (found) found.recallAcknowledgedAt = who.at;
      return true;
    }
    case 'gateOpened':
      alarmOf(incident, body.value.alarmId, who).gate = { openedAt: who.at, reason: body.value.operatorReason };
      return true;
    default:
      return false;
  }
}

/** The alarm, made if an event of it comes before the one that raised it (that one may not be for this viewer). */
function alarmOf(incident: Incident, id: string | undefined, who: Said): Alarm {
  const key = id ?? '';
  let alarm = incident.alarms.get(key);
  if (!alarm) {
    alarm = { id: key, said: who, alreadySent: false, parties: new Map() };
    incident.alarms.set(key, alarm);
  }
  return alarm;
}

function party(alarm: Alarm, one: Party, who: Said): PartyState {
  const key = partyKey(one.organisation, one.unit);
  const before = alarm.parties.get(key);
  const state: PartyState = {
    ...before,
    organisation: one.organisation ?? '',
    unit: one.unit,
    required: one.required ?? false,
    late: one.late ?? false,
    dueAt: millis(one.dueAt),
    alarmedAt: who.at,
  };
  alarm.parties.set(key, state);
  return state;
}

/** The party an answer is of, if the viewer knows it as alarmed. */
function known(incident: Incident, alarmId: string | undefined, organisation: string | undefined, unit: UnitRef | undefined): PartyState | undefined {
  return incident.alarms.get(alarmId ?? '')?.parties.get(partyKey(organisation, unit));
}
