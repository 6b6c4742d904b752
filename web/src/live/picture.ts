import { placesOf, titleOf } from '@samband/core';
import type { QueueRow } from '@samband/core';
import { MARK_ACKNOWLEDGED, MARK_ALARMED, MARK_ON_INCIDENT } from '@samband/core/live/table';
import type { Rectangle } from '@samband/core/live/table';
import type { MapIncident, MapOrganisation, MapPlace } from '../map/types.ts';
import { hazardText } from './describe.ts';
import type { Session } from './session.svelte.ts';

/** Metres in a degree of latitude. */
const DEGREE_M = 111_195;

/** A rectangle around a point. */
function square(latitude: number, longitude: number, sideM: number): Rectangle {
  const north = sideM / 2 / DEGREE_M;
  const east = north / Math.cos((latitude * Math.PI) / 180);
  return { south: latitude - north, north: latitude + north, west: longitude - east, east: longitude + east };
}

/** How pressing an incident is on the map: not its priority, which is each organisation's own. */
function severity(row: QueueRow): 1 | 2 | 3 {
  if (row.group === 'emergency' || row.own.length > 0 || row.overdue > 0) return 1;
  return row.group === 'notice' ? 3 : 2;
}

/** The incidents that have a place, as the map shows them. */
export function mapIncidents(rows: readonly QueueRow[]): MapIncident[] {
  return rows.flatMap((row, at): MapIncident[] => {
    if (row.group === 'closed') return [];
    const place = placesOf(row.incident)[0];
    if (!place) return [];
    const where = place.squareM ? { area: square(place.latitude, place.longitude, place.squareM) } : { lat: place.latitude, lon: place.longitude };
    return [{
      id: row.incident.id, title: titleOf(row.incident), ...where, number: row.ownPriority ?? String(at + 1), severity: severity(row),
      unacknowledged: row.own.length > 0 || row.acknowledged < row.parties, exercise: row.incident.exercise,
    }];
  });
}

/** Hazards and break points with a place. */
export function mapPlaces(session: Session): MapPlace[] {
  const places: MapPlace[] = [];
  for (const row of session.rows) {
    if (row.group === 'closed') continue;
    for (const one of row.incident.hazards.values()) {
      const { location, hazard } = one.reported;
      if (one.ended || location?.latitude === undefined || location.longitude === undefined) continue;
      places.push({
        id: one.id, kind: 'hazard', lat: location.latitude, lon: location.longitude, text: hazardText(session.voice, hazard),
        ...(hazard?.standOffM ? { standOffM: hazard.standOffM } : {}),
      });
    }
    for (const fact of row.incident.facts.values()) {
      if (fact.stated.value.case !== 'breakPoint') continue;
      const { location, description } = fact.stated.value.value;
      if (location?.latitude === undefined || location.longitude === undefined) continue;
      places.push({ id: fact.said.eventId, kind: 'breakPoint', lat: location.latitude, lon: location.longitude, text: description ?? '' });
    }
  }
  return places;
}

/** What the incidents say of units, beside their places. */
export function unitMarks(rows: readonly QueueRow[]): [string, number][] {
  const marks = new Map<string, number>();
  for (const row of rows) {
    if (row.group === 'closed') continue;
    for (const id of row.incident.units.keys()) marks.set(id, (marks.get(id) ?? 0) | MARK_ON_INCIDENT);
    for (const view of row.alarms) {
      for (const party of view.rows) {
        const id = party.unit?.unitId;
        if (!id) continue;
        const mark = party.stage === 'waiting' || party.stage === 'overdue' ? MARK_ALARMED : party.stage === 'acknowledged' ? MARK_ACKNOWLEDGED : 0;
        if (mark) marks.set(id, (marks.get(id) ?? 0) | mark | MARK_ON_INCIDENT);
      }
    }
  }
  return [...marks];
}

export function mapOrganisations(session: Session): MapOrganisation[] {
  return (session.names.deployment?.organisations ?? [])
    .filter((one) => !one.nobody)
    .map((one) => ({ id: one.id ?? '', name: one.name ?? '', ...(one.shortName ? { shortName: one.shortName } : {}), kind: one.kind ?? '' }));
}

/** Where the deployment's units can be. */
export function groundOf(session: Session): Rectangle | undefined {
  const ground = session.names.deployment?.ground;
  if (ground?.south === undefined || ground.west === undefined || ground.north === undefined || ground.east === undefined) return undefined;
  return { south: ground.south, west: ground.west, north: ground.north, east: ground.east };
}
