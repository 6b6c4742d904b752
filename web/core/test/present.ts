import { toJson } from '@bufbuild/protobuf';
import { FactStatedSchema } from '../src/gen/event_pb.ts';
import type { Incident } from '../src/state/model.ts';
import { factGroups } from '../src/views/facts.ts';
import { alarmViews } from '../src/views/party.ts';
import { queueRow } from '../src/views/queue.ts';

/** How an incident is now, as a screen would show it: nothing of how it came to be so. */
export function present(incident: Incident, organisation: string, now: number): object {
  const row = queueRow(incident, organisation, undefined, now);
  const standing = <T extends { ended?: unknown }>(all: Map<string, T>) => [...all].filter(([, one]) => !one.ended).map(([id]) => id).sort();
  return {
    group: row.group, title: row.title, place: row.place, priorities: row.priorities, exercise: incident.exercise, closed: incident.closed?.outcome,
    counts: [row.acknowledged, row.parties, row.overdue],
    alarms: alarmViews(incident, now, organisation).map((view) => [view.alarm.id, view.gate, view.required, view.requiredDone, view.rows.map((one) => [one.key, one.stage, one.holdsGate])]),
    facts: factGroups(incident).flatMap((group) => group.facts.map((fact) => [group.kind, fact.said.owner, toJson(FactStatedSchema, fact.stated)])),
    withheld: [...incident.withheld.keys()].sort(),
    involvement: [...incident.involvement].map(([who, one]) => [who, one.level]).sort(),
    left: [...incident.stoodDown.keys()].sort(),
    desks: [...incident.desks].map(([who, one]) => [who, one.desk]).sort(),
    links: [...incident.links.keys()].sort(),
    leadOffer: incident.leadOffer?.to,
    leases: [...incident.leases].filter(([, one]) => !one.returned).map(([id]) => id).sort(),
    noTalkgroup: incident.noTalkgroup?.fallback.length,
    emergencies: row.emergencies.map((one) => [one.id, [...one.acknowledged.keys()].sort()]),
    hazards: standing(incident.hazards), releases: standing(incident.releases),
    requests: [...incident.requests.values()].map((one) => [one.id, Boolean(one.closed), one.declined.length]),
    offers: [...incident.offers.values()].map((one) => [one.id, Boolean(one.acceptedAt), one.deployed.map((unit) => unit.unitId), Boolean(one.returnedAt)]),
    media: [...incident.mediaLines.values()].map((one) => [one.id, [...one.answers].map(([who, answer]) => [who, answer.agrees]), Boolean(one.agreedAt)]),
    units: [...incident.units].filter(([, one]) => !one.signedOff).map(([id, one]) => [id, one.code]).sort(),
    newest: Math.max(0, ...incident.totals.keys()), confirmed: [...incident.confirmed].map(([who, one]) => [who, one.number]).sort(),
    reports: incident.arrivalReports.map((one) => one.report.reportId), numbers: incident.numbers.length,
  };
}
