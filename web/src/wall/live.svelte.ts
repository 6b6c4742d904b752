// The wall's data out of a session: everything this viewer was told, as the wall's plain values.
import { alarmViews, placeOf } from '@samband/core';
import type { QueueRow } from '@samband/core';
import { UnitState } from '@samband/core/gen/common_pb';
import type { UnitMirror } from '@samband/core/live/mirror';
import { groundOf, mapIncidents, mapOrganisations, mapPlaces, unitMarks } from '../live/picture.ts';
import type { Session } from '../live/session.svelte.ts';
import { countersOf, EMPTY_WALL, type WallData, type WallIncident, type WallLink, type WallSource } from './data.ts';

/** The wall is read, not pressed: once a second is soon enough, and ten thousand units do not make it more often. */
const REFRESH_MS = 1000;

export class LiveWall implements WallSource {
  data = $state.raw<WallData>(EMPTY_WALL);
  readonly units: UnitMirror;
  private readonly timer: ReturnType<typeof setInterval>;
  private knownGround = '';

  constructor(private readonly session: Session) {
    this.units = session.feed.units;
    this.refresh();
    this.timer = setInterval(() => this.refresh(), REFRESH_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.session.stop();
  }

  private refresh(): void {
    const { session } = this;
    const rows = session.rows.filter((row) => row.group !== 'closed' && row.group !== 'notice');
    const ground = groundOf(session);
    const key = JSON.stringify(ground);
    if (ground && key !== this.knownGround) {
      this.knownGround = key;
      session.client.follow([ground]);
    }
    session.feed.setMarks(unitMarks(rows));
    this.data = {
      deployment: session.names.deployment?.name ?? EMPTY_WALL.deployment,
      exercise: rows.length > 0 && rows.every((row) => row.incident.exercise),
      organisations: mapOrganisations(session),
      counters: countersOf(this.units),
      incidents: wallIncidents(session, rows),
      places: mapPlaces(session),
      link: linkOf(session),
      networks: session.networks.map((network) => ({ name: session.network(network), up: network.up, since: network.since })),
      raps: raps(session),
      ground,
      reserveLines: session.names.deployment?.reserveLines ?? [],
      leases: rows.flatMap((row) => [...row.incident.leases.values()].filter((lease) => !lease.returned).map((lease) => ({ group: lease.leased.talkgroup?.name ?? '', what: [row.title, row.place].filter(Boolean).join(', ') }))),
      phones: (session.names.deployment?.organisations ?? []).flatMap((one) => (one.phone ? [{ name: one.name ?? one.id ?? '', phone: one.phone }] : [])),
      clockOffsetMs: session.client.link.clock.offset,
    };
  }
}

/** Incidents with a place or without one: the list shows both, the map those it can. */
function wallIncidents(session: Session, rows: QueueRow[]): WallIncident[] {
  const onMap = new Map(mapIncidents(rows).map((one) => [one.id, one]));
  return rows.map((row): WallIncident => {
    const shown = onMap.get(row.incident.id);
    const unitIds = new Set([...row.incident.units.keys(), ...row.alarms.flatMap((view) => view.rows.flatMap((party) => party.unit?.unitId ?? []))]);
    return {
      id: row.incident.id, title: row.title, severity: row.overdue > 0 || row.emergencies.length > 0 ? 1 : 2, unacknowledged: row.acknowledged < row.parties,
      exercise: row.incident.exercise, ...shown, where: placeOf(row.incident), stage: stage(session, row), startedAt: row.startedAt, acknowledged: row.acknowledged,
      alarmed: row.parties, distress: row.emergencies.map((one) => session.names.unit(one.unit)), talkgroupIds: [...row.incident.leases].filter(([, lease]) => !lease.returned).map(([id]) => id), unitIds: [...unitIds],
    };
  });
}

/** How far it has come, in words: what the head of the console shows as steps. */
function stage(session: Session, row: QueueRow): string {
  const words = session.voice.t.console.steps;
  const states = [...row.incident.units.values()].map((one) => one.state);
  if (row.emergencies.length > 0) return session.voice.t.console.emergency.title;
  if (states.some((state) => state === UnitState.ON_SCENE || state === UnitState.LOADED)) return words.onScene;
  if (states.includes(UnitState.EN_ROUTE)) return words.enRoute;
  const shut = alarmViews(row.incident, session.now, session.own.organisation).some((view) => view.gate === 'shut');
  if (row.incident.alarms.size > 0 && shut) return words.acknowledge;
  return row.incident.totals.size > 0 ? words.total : words.alarm;
}

function linkOf(session: Session): WallLink {
  const { client } = session;
  const status = client.link.status;
  const state = status.kind === 'live' ? (status.doubtful ? 'unsure' : 'live') : 'down';
  return { state, since: client.link.lostSince ?? status.since, heardAt: client.heardAt };
}

/** Shared talkgroups of the pool: those of the first sort, which an alarm takes. */
function raps(session: Session): WallData['raps'] {
  const groups = session.names.deployment?.talkgroups.filter((one) => one.kind === 'raps' && !one.exercise) ?? [];
  if (groups.length === 0) return undefined;
  const leased = new Set([...session.client.store.pools.values()].flatMap((pool) => [...pool.leased.keys()]));
  return { total: groups.length, free: groups.filter((one) => !leased.has(one.talkgroupId ?? '')).length };
}
