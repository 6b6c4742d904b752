// Reads a place as people paste it: SWEREF 99 TM, decimal degrees with comma or point, degrees and minutes as SOS writes them.
import { fromSweref, type Place } from './sweref.ts';

export interface ParsedPlace extends Place {
  form: 'sweref' | 'decimal' | 'minutes';
}

const METRES_NORTH = String.raw`(\d ?\d{3} ?\d{3}(?:[.,]\d{1,3})?)`;
const METRES_EAST = String.raw`(\d{3} ?\d{3}(?:[.,]\d{1,3})?)`;
const BETWEEN = String.raw`[ ,;·/]+`;
const NORTH_FIRST = new RegExp(`^(?:N:? ?)?${METRES_NORTH}(?: ?m)?(?: ?N)?${BETWEEN}(?:[EÖ]:? ?)?${METRES_EAST}(?: ?m)?(?: ?[EÖ])?$`);
const EAST_FIRST = new RegExp(`^(?:[EÖ]:? ?)?${METRES_EAST}(?: ?m)?(?: ?[EÖ])?${BETWEEN}(?:N:? ?)?${METRES_NORTH}(?: ?m)?(?: ?N)?$`);
const LETTER = '([NSEÖOWV])?';
const NUMBER = String.raw`(-?\d{1,3}(?:[.,]\d+)?)`;
const DECIMAL = new RegExp(`^${LETTER} ?${NUMBER} ?°? ?${LETTER}${BETWEEN}${LETTER} ?${NUMBER} ?°? ?${LETTER}$`);
const ANGLE = String.raw`(\d{1,3}) ?° ?(\d{1,2}(?:[.,]\d+)?) ?'? ?(?:(\d{1,2}(?:[.,]\d+)?) ?" ?)?`;
const MINUTES = new RegExp(`^${LETTER} ?${ANGLE}${LETTER}[ ,;·/]*${LETTER} ?${ANGLE}${LETTER}$`);

/** Undefined where it is no place, or one that cannot be. */
export function parsePlace(text: string): ParsedPlace | undefined {
  const plain = normal(text);
  return sweref(plain) ?? minutes(plain) ?? decimal(plain);
}

function normal(text: string): string {
  return text
    .toUpperCase()
    .replace(/SWEREF ?99 ?(TM)?:?|WGS ?84:?|LAT(ITUD|ITUDE)?:?|LON(G|GITUD|GITUDE)?:?/g, ' ')
    .replace(/[º˚]/g, '°')
    .replace(/[′’‘´`]/g, "'")
    .replace(/[″”“]|''/g, '"')
    .replace(/−/g, '-')
    .replace(/M/g, ' ')
    .replace(/[()[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const value = (text: string) => Number(text.replaceAll(' ', '').replace(',', '.'));

function sweref(text: string): ParsedPlace | undefined {
  const first = NORTH_FIRST.exec(text);
  const second = first ? undefined : EAST_FIRST.exec(text);
  const north = value(first?.[1] ?? second?.[2] ?? '');
  const east = value(first?.[2] ?? second?.[1] ?? '');
  // Where the grid is used; without the limits any thirteen digits would be a place.
  if (!(north > 6_000_000 && north < 7_800_000 && east > 150_000 && east < 1_000_000)) return undefined;
  return { ...fromSweref({ north, east }), form: 'sweref' };
}

function minutes(text: string): ParsedPlace | undefined {
  const found = MINUTES.exec(text);
  if (!found) return undefined;
  const angle = (at: number) => {
    const [whole, minute, second] = [value(found[at]!), value(found[at + 1]!), value(found[at + 2] ?? '0')];
    return minute < 60 && second < 60 ? whole + minute / 60 + second / 3600 : NaN;
  };
  const place = ordered([angle(2), found[1] ?? found[5]], [angle(7), found[6] ?? found[10]]);
  return place && { ...place, form: 'minutes' };
}

function decimal(text: string): ParsedPlace | undefined {
  const found = DECIMAL.exec(text);
  if (!found) return undefined;
  const place = ordered([value(found[2]!), found[1] ?? found[3]], [value(found[5]!), found[4] ?? found[6]]);
  return place && { ...place, form: 'decimal' };
}

type Part = [value: number, letter: string | undefined];

/** Letters decide which is which; without them latitude stands first, unless only the other order lies in the north. */
function ordered(first: Part, second: Part): Place | undefined {
  const isLongitude = (letter: string | undefined) => letter !== undefined && 'EÖOWV'.includes(letter);
  const isLatitude = (letter: string | undefined) => letter === 'N' || letter === 'S';
  if ((isLongitude(first[1]) && isLongitude(second[1])) || (isLatitude(first[1]) && isLatitude(second[1]))) return undefined;
  const named = first[1] !== undefined || second[1] !== undefined;
  const swapped = named ? isLongitude(first[1]) || isLatitude(second[1]) : !isNorth(first[0], second[0]) && isNorth(second[0], first[0]);
  const [latitude, longitude] = swapped ? [second, first] : [first, second];
  const lat = latitude[0] * (latitude[1] === 'S' ? -1 : 1);
  const lon = longitude[0] * (longitude[1] === 'W' || longitude[1] === 'V' ? -1 : 1);
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : undefined;
}

function isNorth(lat: number, lon: number): boolean {
  return lat > 53 && lat < 73 && lon > 2 && lon < 33;
}
