const RAD = Math.PI / 180;

/**
 * How high the sun stands over the horizon, degrees. After the low-precision formulas of the Astronomical Almanac (about 0.01 degrees in this
 * century): enough to know whether a driver looks into the light or into the dark.
 */
export function sunAltitude(at: number, latitude: number, longitude: number): number {
  const days = at / 86_400_000 - 10_957.5;
  const meanLongitude = (280.46 + 0.9856474 * days) % 360;
  const anomaly = ((357.528 + 0.9856003 * days) % 360) * RAD;
  const ecliptic = (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RAD;
  const obliquity = (23.439 - 0.0000004 * days) * RAD;
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  const sidereal = (280.46062 + 360.98564737 * days + longitude) * RAD;
  const hourAngle = sidereal - rightAscension;
  const sine = Math.sin(latitude * RAD) * Math.sin(declination) + Math.cos(latitude * RAD) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.asin(sine) / RAD;
}
