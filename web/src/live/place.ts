import { parsePlace as parse } from '../map/parsePlace.ts';
import { bearingDeg, distanceM, formatSweref, formatWay } from '../map/sweref.ts';
import { language } from '../texts/language.svelte.ts';

export interface Degrees {
  latitude: number;
  longitude: number;
}

/** A place for people: SWEREF 99 TM, as the map has it. */
export function formatPlace(latitude: number | undefined, longitude: number | undefined): string {
  return latitude === undefined || longitude === undefined ? '' : formatSweref({ lat: latitude, lon: longitude });
}

/** What somebody wrote as a place; undefined when it cannot be read. */
export function parsePlace(written: string): Degrees | undefined {
  const place = parse(written);
  return place && { latitude: place.lat, longitude: place.lon };
}

/** "3,2 km NO", and the bearing for an arrow. */
export function distanceAndBearing(from: Degrees, to: Degrees): { bearing: number; metres: number; text: string } {
  const [a, b] = [{ lat: from.latitude, lon: from.longitude }, { lat: to.latitude, lon: to.longitude }];
  return { bearing: Math.round(bearingDeg(a, b)), metres: distanceM(a, b), text: formatWay(a, b, language.t.map.place) };
}
