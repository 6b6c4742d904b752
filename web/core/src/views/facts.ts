import type { Fact, FactKind, Incident } from '../state/model.ts';

/** Kinds in the order whoever drives there needs them. */
export const FACT_ORDER: FactKind[] = [
  'safety', 'hazard', 'threat', 'breakPoint', 'address', 'location', 'description', 'casualties', 'health', 'patients', 'caller', 'accessCode',
  'objectCard', 'vehicle', 'suspect', 'talkgroups', 'priority', 'alarmText',
];

export interface FactGroup {
  kind: FactKind;
  /** One for each owner, newest first: they stand side by side, nothing is merged. */
  facts: Fact[];
}

/** What is stated, by kind. */
export function factGroups(incident: Incident): FactGroup[] {
  const groups = new Map<FactKind, Fact[]>();
  for (const fact of incident.facts.values()) {
    const group = groups.get(fact.kind);
    if (group) group.push(fact);
    else groups.set(fact.kind, [fact]);
  }
  return FACT_ORDER.flatMap((kind) => {
    const facts = groups.get(kind);
    return facts ? [{ kind, facts: facts.sort((a, b) => b.said.at - a.said.at) }] : [];
  });
}

/** A place of an incident, degrees WGS 84: its own location, newest first; a square where the owner shows no more. */
export interface Place {
  latitude: number;
  longitude: number;
  /** Side of the square in metres, where it is only that; the point is then its middle. */
  squareM?: number | undefined;
  owner: string;
}

export function placesOf(incident: Incident): Place[] {
  const places: (Place & { at: number })[] = [];
  for (const { kind, stated, said } of incident.facts.values()) {
    if (kind !== 'location') continue;
    const point = stated.value.case === 'location' ? stated.value.value : undefined;
    if (point?.latitude !== undefined && point.longitude !== undefined) {
      places.push({ latitude: point.latitude, longitude: point.longitude, owner: said.owner, at: said.at });
    } else if (stated.locationCoarse?.south !== undefined && stated.locationCoarse.west !== undefined) {
      places.push({ ...middle(stated.locationCoarse.south, stated.locationCoarse.west, stated.locationCoarse.sideM ?? 0), owner: said.owner, at: said.at });
    }
  }
  return places.sort((a, b) => b.at - a.at);
}

/** Metres in a degree of latitude. */
const DEGREE_M = 111_195;

function middle(south: number, west: number, sideM: number): { latitude: number; longitude: number; squareM: number } {
  const latitude = south + sideM / 2 / DEGREE_M;
  return { latitude, longitude: west + sideM / 2 / (DEGREE_M * Math.cos((latitude * Math.PI) / 180)), squareM: sideM };
}
