// What is in the picture, as a list: for those who do not see it, and for nobody to have to.
import { mercatorX, mercatorY, ANCHOR } from '@samband/core/live/mercator';
import type { UnitMirror, UnitView } from '@samband/core/live/mirror';
import { FLAG_POINT } from '@samband/core/live/snapshot';
import { MARK_ACKNOWLEDGED, MARK_ALARMED } from '@samband/core/live/table';
import type { MapTexts } from '../texts/map.ts';
import { incidentPlace } from './incidents.ts';
import type { MapBounds, MapIncident, MapOrganisation } from './types.ts';

export interface ListedLine {
  id: string;
  text: string;
}

export interface InView {
  incidents: ListedLine[];
  units: ListedLine[];
  /** Units in view beyond those listed. */
  more: number;
  areas: ListedLine[];
}

const MOST = 40;
const STATES = ['unknown', 'enRoute', 'onScene', 'loaded', 'atDestination', 'returning', 'available', 'unavailable'] as const;

export function inView(
  bounds: MapBounds, units: UnitMirror, incidents: readonly MapIncident[], organisations: readonly MapOrganisation[], texts: MapTexts, now: number,
): InView {
  const inside = (lat: number, lon: number) => lat >= bounds.south && lat <= bounds.north && lon >= bounds.west && lon <= bounds.east;
  const shortName = (id: string) => { const found = organisations.find((one) => one.id === id); return found?.shortName ?? found?.name ?? id; };
  const [west, east] = [mercatorX(bounds.west) - ANCHOR.x, mercatorX(bounds.east) - ANCHOR.x];
  const [north, south] = [mercatorY(bounds.north) - ANCHOR.y, mercatorY(bounds.south) - ANCHOR.y];
  const { places } = units.snapshot;
  const rows: number[] = [];
  for (let row = 0; row < units.count; row++) {
    const [x, y] = [places[row * 4 + 2]!, places[row * 4 + 3]!];
    if (units.flagsOf(row) & FLAG_POINT && x >= west && x <= east && y >= north && y <= south) rows.push(row);
  }
  // Those in distress and those alarmed first: a list that is cut must not lose them.
  rows.sort((a, b) => units.markOf(b) + (units.flagsOf(b) & 2) * 8 - units.markOf(a) - (units.flagsOf(a) & 2) * 8);
  return {
    incidents: incidents.flatMap((incident) => {
      const at = incidentPlace(incident);
      return at && inside(at[1], at[0]) ? [{ id: incident.id, text: incidentText(incident, texts) }] : [];
    }),
    units: rows.slice(0, MOST).map((row) => { const unit = units.view(row); return { id: unit.id, text: unitText(unit, shortName(unit.organisation), texts, now) }; }),
    more: Math.max(0, rows.length - MOST),
    areas: units.areas
      .filter((area) => inside((area.south + area.north) / 2, (area.west + area.east) / 2))
      .slice(0, MOST)
      .map((area) => ({ id: `${area.organisation} ${area.south} ${area.west}`, text: texts.areaUnits(area.unitIds.length, shortName(area.organisation)) })),
  };
}

function incidentText(incident: MapIncident, texts: MapTexts): string {
  const parts = [incident.exercise ? texts.exercise : '', `${texts.incident} ${incident.number ?? ''}`.trim(), incident.title];
  if (incident.unacknowledged) parts.push(texts.unacknowledged);
  if (incident.lat === undefined) parts.push(texts.areaOnly);
  return parts.filter((part) => part !== '').join(', ');
}

export function unitText(unit: UnitView, organisation: string, texts: MapTexts, now: number): string {
  const waiting = unit.mark & MARK_ALARMED && !(unit.mark & MARK_ACKNOWLEDGED);
  const parts = [unit.callSign, unit.kind, organisation, texts.states[STATES[unit.state] ?? 'unknown']];
  if (waiting) parts.push(texts.states.alarmed);
  if (unit.emergency) parts.unshift(texts.emergency);
  if (unit.stale) parts.push(unit.fixAt > 0 ? `${texts.stale} ${texts.ageSeconds(Math.max(0, Math.round((now - unit.fixAt) / 1000)))}` : texts.stale);
  return parts.filter((part) => part !== '').join(', ');
}
