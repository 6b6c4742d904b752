/** A place for people: WGS 84, degrees. */
export function formatPlace(latitude: number | undefined, longitude: number | undefined): string {
  if (latitude === undefined || longitude === undefined) return '';
  return `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
}

/** What somebody wrote as a place; undefined when it cannot be read. */
export function parsePlace(written: string): { latitude: number; longitude: number } | undefined {
  const match = /^\s*(-?\d+(?:[.,]\d+)?)[\s,;]+(-?\d+(?:[.,]\d+)?)\s*$/.exec(written);
  if (!match) return undefined;
  const [latitude, longitude] = [Number(match[1]?.replace(',', '.')), Number(match[2]?.replace(',', '.'))];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

export function distanceAndBearing(from: { latitude: number; longitude: number }, to: { latitude: number; longitude: number }): { bearing: number; text: string } {
  void from;
  void to;
  return { bearing: 0, text: '' };
}
