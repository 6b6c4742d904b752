import fc from 'fast-check';
import proj4 from 'proj4';
import { describe, expect, it } from 'vitest';
import { en, sv } from '../../texts/map.ts';
import { parsePlace } from '../parsePlace.ts';
import { bearingDeg, distanceM, formatDistance, formatSweref, formatWay, formatWgs84, fromSweref, toSweref } from '../sweref.ts';

const oracle = proj4('+proj=longlat +ellps=GRS80 +no_defs', '+proj=utm +zone=33 +ellps=GRS80 +units=m +no_defs');
const place = fc.record({ lat: fc.double({ min: 54, max: 70, noNaN: true }), lon: fc.double({ min: 8, max: 26, noNaN: true }) });
const inSweden = fc.record({ lat: fc.double({ min: 55, max: 69.5, noNaN: true }), lon: fc.double({ min: 10.5, max: 21.5, noNaN: true }) });
const metre = Math.cos((63 * Math.PI) / 180) / 111_320;

describe('SWEREF 99 TM', () => {
  it('agrees with proj4 to less than a millimetre, all over Sweden and its surroundings', () => {
    fc.assert(
      fc.property(place, ({ lat, lon }) => {
        const [east, north] = oracle.forward([lon, lat]) as [number, number];
        const own = toSweref({ lat, lon });
        expect(Math.hypot(own.north - north, own.east - east)).toBeLessThan(0.001);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back to where it began', () => {
    fc.assert(
      fc.property(place, ({ lat, lon }) => {
        const back = fromSweref(toSweref({ lat, lon }));
        expect(Math.hypot(back.lat - lat, back.lon - lon)).toBeLessThan(0.001 * metre);
      }),
      { numRuns: 2000 },
    );
  });

  it('is written as people read it', () => {
    const ostersund = { lat: 63.1792, lon: 14.6357 };
    expect(formatSweref(ostersund).replaceAll('\u00a0', ' ')).toBe('N 7 005 607 · E 481 661');
    expect(formatWgs84(ostersund, sv.place).replaceAll('\u00a0', ' ')).toBe('63,1792° N 14,6357° Ö');
    expect(formatWgs84({ lat: -1.5, lon: -70 }, en.place).replaceAll('\u00a0', ' ')).toBe('1.5000° S 70.0000° W');
  });
});

describe('a pasted place', () => {
  it.each([
    ['N 7 005 607 · E 481 661', 'sweref'],
    ['7005607 481661', 'sweref'],
    ['7005607,481661', 'sweref'],
    ['7005607,4 481660,6', 'sweref'],
    ['7005607.4, 481660.6', 'sweref'],
    ['E 481661, N 7005607', 'sweref'],
    ['SWEREF 99 TM: N 7005607 E 481661', 'sweref'],
    ['n7005607 e481661', 'sweref'],
    ['63.1792, 14.6357', 'decimal'],
    ['63,1792 14,6357', 'decimal'],
    ['63,1792, 14,6357', 'decimal'],
    ['63.1792,14.6357', 'decimal'],
    ['63,1792° N 14,6357° Ö', 'decimal'],
    ['N63.1792 E14.6357', 'decimal'],
    ['14.6357 E, 63.1792 N', 'decimal'],
    ['14.6357, 63.1792', 'decimal'],
    ['Lat: 63.1792 Long: 14.6357', 'decimal'],
    ["63º 10,752'N 14º 38,142'E", 'minutes'],
    ['63° 10.752′ N, 14° 38.142′ E', 'minutes'],
    ['63°10\'45.12"N 14°38\'8.52"E', 'minutes'],
    ["N 63° 10,752' Ö 14° 38,142'", 'minutes'],
  ])('%s', (text, form) => {
    const found = parsePlace(text);
    expect(found?.form).toBe(form);
    expect(distanceM(found!, { lat: 63.1792, lon: 14.6357 })).toBeLessThan(1);
  });

  it.each(['', 'Rådhusgatan 44', '112', '2311010', '0701234567 0701234567', '63.1 N 62.2 N', '91.0 N 14.0 E', "63° 61' N 14° 10' E", '63.1', '7005607'])(
    'is not: %s', (text) => expect(parsePlace(text)).toBeUndefined(),
  );

  it('is found again in what the pages write', () => {
    fc.assert(
      fc.property(inSweden, (where) => {
        expect(distanceM(parsePlace(formatSweref(where))!, where)).toBeLessThan(0.8);
        expect(distanceM(parsePlace(formatWgs84(where, sv.place))!, where)).toBeLessThan(8);
        expect(distanceM(parsePlace(formatWgs84(where, en.place))!, where)).toBeLessThan(8);
      }),
    );
  });

  it('never fails on anything', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => void parsePlace(text)), { numRuns: 2000 });
    const sign = fc.constantFrom(..."0123456789 .,°'\"NEÖSVW-m;/".split(''));
    fc.assert(fc.property(fc.string({ unit: sign, maxLength: 40 }), (text) => void parsePlace(text)), { numRuns: 5000 });
  });
});

describe('the way from one place to another', () => {
  const station = { lat: 63.1767, lon: 14.6361 };
  it('is told in distance and direction', () => {
    expect(formatWay(station, { lat: 63.1967, lon: 14.6801 }, sv.place).replaceAll('\u00a0', ' ')).toBe('3,1 km NO');
    expect(formatWay(station, { lat: 63.1567, lon: 14.5921 }, en.place).replaceAll('\u00a0', ' ')).toBe('3.1 km SW');
  });

  it('is the same distance there and back, and a degree of latitude is 111 km', () => {
    fc.assert(fc.property(place, place, (a, b) => void expect(distanceM(a, b)).toBeCloseTo(distanceM(b, a), 3)));
    expect(distanceM({ lat: 63, lon: 15 }, { lat: 64, lon: 15 })).toBeCloseTo(111_195, -2);
    expect(bearingDeg(station, { lat: 64, lon: 14.6361 })).toBeCloseTo(0, 5);
    expect(bearingDeg({ lat: 63, lon: 15 }, { lat: 63, lon: 15.001 })).toBeCloseTo(90, 2);
  });

  it('is rounded as people say it', () => {
    const all = [4, 847, 994, 996, 9940, 9960, 41_300].map((metres) => formatDistance(metres, sv.place).replace('\u00a0', ' '));
    expect(all).toEqual(['0 m', '850 m', '990 m', '1,0 km', '9,9 km', '10 km', '41 km']);
  });
});
