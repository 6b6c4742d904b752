// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { en, sv } from '../texts/index.ts';
import { language } from '../texts/language.svelte.ts';
import { age, clock, elapsed, shortClock } from './format.ts';
import { distanceAndBearing, formatPlace, parsePlace } from './place.ts';
import { findSeat, forgetSeat, identityOf, keepSeat, loginAddress, seatId } from './seat.ts';
import { sunAltitude } from './sun.ts';

describe('the sun', () => {
  it.each<[string, string, number, number, number]>([
    // Reda and Andreas, NREL/TP-560-34302 (Solar Position Algorithm), the worked example, without refraction.
    ['in Colorado, as in the worked example of NREL', '2003-10-17T19:30:30Z', 39.742476, -105.1786, 39.872],
    ['at the pole at midsummer it stands as high as the ecliptic leans', '2024-06-20T20:51:00Z', 90, 0, 23.436],
    ['at the pole at the equinox it is on the horizon', '2024-03-20T03:06:00Z', 90, 0, 0],
    ['in Östersund at midwinter noon it hardly rises', '2024-12-21T10:59:40Z', 63.1767, 14.6361, 3.387],
  ])('%s', (_what, at, latitude, longitude, degrees) => {
    expect(Math.abs(sunAltitude(Date.parse(at), latitude, longitude) - degrees)).toBeLessThan(0.03);
  });

  it('is below the horizon at midnight, and above it at midnight in Kiruna in June', () => {
    expect(sunAltitude(Date.parse('2024-12-21T23:00:00Z'), 63.18, 14.64)).toBeLessThan(-40);
    expect(sunAltitude(Date.parse('2024-06-20T22:40:00Z'), 67.86, 20.23)).toBeGreaterThan(0);
  });
});

describe('times', () => {
  const at = (hours: number, minutes: number, seconds = 0, day = 25) => new Date(2026, 10, day, hours, minutes, seconds).getTime();

  it('show seconds, and nothing where there is no time', () => {
    expect([clock(at(14, 32, 7)), clock(0), clock(undefined)]).toEqual(['14:32:07', '', '']);
  });

  it('show the day only where it is another one', () => {
    expect(shortClock(at(14, 32), at(23, 0))).toBe('14:32');
    expect(shortClock(at(14, 32, 0, 24), at(1, 0))).toMatch(/^24 nov\.? 14:32$/);
    expect(shortClock(0, at(1, 0))).toBe('');
  });

  it.each([[0, '00:00'], [41_000, '00:41'], [725_000, '12:05'], [8_070_000, '2:14:30'], [-5, '00:00'], [999, '00:00']])('%s ms last %s', (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });

  it.each([[0, '0 s'], [89_999, '89 s'], [90_000, '2 min'], [5_399_000, '90 min'], [5_400_000, '2 h'], [-1, '0 s']])('%s ms are %s old', (ms, text) => {
    expect([age(ms, sv), age(ms, en)]).toEqual([text, text]);
  });
});

describe('places', () => {
  it('are shown in SWEREF 99 TM, and nothing where there is none', () => {
    expect(formatPlace(63.1767, 14.6361)).toMatch(/^N\s7\s005\s329\W+E\s481\s679$/);
    expect([formatPlace(undefined, 14), formatPlace(63, undefined)]).toEqual(['', '']);
  });

  it('are read as they are shown', () => {
    const place = parsePlace(formatPlace(63.1767, 14.6361));
    expect(place?.latitude).toBeCloseTo(63.1767, 4);
    expect(place?.longitude).toBeCloseTo(14.6361, 4);
    expect(parsePlace('Storgatan 1')).toBeUndefined();
  });

  it('tell how far and which way', () => {
    const way = distanceAndBearing({ latitude: 63, longitude: 14 }, { latitude: 63.01, longitude: 14 });
    expect([way.bearing, Math.round(way.metres / 100)]).toEqual([0, 11]);
    expect(way.text).toMatch(/^1,1\skm N/);
  });
});

describe('a seat', () => {
  const signed = (claims: object) => `smb1.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.c2ln`;

  it.each<[string, ReturnType<typeof identityOf>]>([
    ['demo:rtj/operator', { organisation: 'rtj', role: 'operator', unitId: undefined, person: undefined, tokenExpiresAt: 0 }],
    ['demo:rtj/unit:2311010', { organisation: 'rtj', role: 'unit', unitId: '2311010', person: undefined, tokenExpiresAt: 0 }],
    ['demo:rtj/operator#Eva Öst', { organisation: 'rtj', role: 'operator', unitId: undefined, person: 'Eva Öst', tokenExpiresAt: 0 }],
    [signed({ org: 'polis', role: 'command', sub: 'Åsa Öberg', exp: 1_800_000_000 }), { organisation: 'polis', role: 'command', unitId: undefined, person: 'Åsa Öberg', tokenExpiresAt: 1_800_000_000_000 }],
    [signed({ org: 'rtj', role: 'unit', unit: '1010' }), { organisation: 'rtj', role: 'unit', unitId: '1010', person: undefined, tokenExpiresAt: 0 }],
    ...['', 'demo:', 'demo:rtj', 'demo:/operator', 'smb1', 'smb1..', 'smb1.%%%.x', 'smb1.e30.x', signed({ org: 'rtj' }), 'smb2.e30.x', 'password'].map((token): [string, undefined] => [token, undefined]),
  ])('with the token "%s" is for whom it says', (token, identity) => expect(identityOf(token)).toEqual(identity));

  it('has a name that fits an address, also where a name does not', () => {
    expect([seatId('demo:rtj/unit:2311010'), seatId('demo:räddning jh/operator'), seatId('nonsense')]).toEqual(['rtj.unit.2311010', 'r-ddning-jh.operator', 'plats']);
  });

  it('is found by the address, else it is the page’s last one', () => {
    keepSeat('terminal', { id: 'a', token: 'demo:a/unit:1' });
    keepSeat('terminal', { id: 'b', token: 'demo:b/unit:1' });
    expect([findSeat('terminal', '?plats=a')?.token, findSeat('terminal', '')?.id, findSeat('terminal', '?plats=x'), findSeat('wall', '')]).toEqual(['demo:a/unit:1', 'b', undefined, undefined]);
  });

  it('at a desk goes with its window; a terminal comes back by itself', () => {
    keepSeat('console', { id: 'desk', token: 'demo:a/operator' });
    keepSeat('terminal', { id: 'cab', token: 'demo:a/unit:1' });
    sessionStorage.clear();
    expect([findSeat('console', '?plats=desk'), findSeat('terminal', '?plats=cab')?.id]).toEqual([undefined, 'cab']);
  });

  it('that was left is not found again', () => {
    keepSeat('console', { id: 'x', token: 'demo:a/operator' });
    forgetSeat('console', 'x');
    expect([findSeat('console', '?plats=x'), findSeat('console', '')]).toEqual([undefined, undefined]);
  });

  it('logs in again where it was', () => expect(loginAddress('terminal', 'token_expired')).toBe('/?sida=terminal&varfor=token_expired'));
});

describe('the language', () => {
  it('is Swedish until somebody chooses, and is remembered', () => {
    expect(language.locale).toBe('sv');
    language.toggle();
    expect([language.locale, language.t === en, document.documentElement.lang, localStorage.getItem('samband.locale')]).toEqual(['en', true, 'en', 'en']);
    language.toggle();
    expect([language.locale, document.documentElement.lang]).toEqual(['sv', 'sv']);
  });
});
