// @vitest-environment happy-dom
import { MARK_ACKNOWLEDGED, MARK_ALARMED, MARK_ON_INCIDENT } from '@samband/core/live/table';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import { Stage, strike } from '../test/stage.ts';
import { groundOf, mapIncidents, mapOrganisations, mapPlaces, unitMarks } from './picture.ts';
import { sound } from './sound.svelte.ts';

const place = (latitude = 63.2, incidentId = 'i') => event({ case: 'factStated', value: { value: { case: 'location', value: { latitude, longitude: 14 } } } }, { incidentId });
const reported = (incidentId = 'i') => event({ case: 'incidentReported', value: { types: ['Brand'] } }, { incidentId });

afterEach(strike);

describe('on the map', () => {
  it('are the incidents that have a place and are not closed', async () => {
    const stage = await Stage.live({ organisation: 'sos' }, reported(), place(), reported('j'), reported('k'), place(63.3, 'k'), event({ case: 'incidentClosed', value: {} }, { incidentId: 'k' }));
    expect(mapIncidents(stage.session.rows)).toMatchObject([{ id: 'i', title: 'Brand', lat: 63.2, lon: 14, severity: 2, unacknowledged: false, exercise: false }]);
  });

  it('a square is a square, never its middle as a point', async () => {
    const stage = await Stage.live({ organisation: 'sos' }, reported(), event({ case: 'factStated', value: { locationCoarse: { south: 63, west: 14, sideM: 1000 } } }));
    const [shown] = mapIncidents(stage.session.rows);
    expect(shown).not.toHaveProperty('lat');
    expect(shown?.area?.south).toBeCloseTo(63, 4);
    expect(shown?.area?.north).toBeCloseTo(63.00899, 4);
    expect([shown?.area?.west.toFixed(3), shown?.area?.east.toFixed(2)]).toEqual(['14.000', '14.02']);
  });

  it('press when somebody is waited for, most when it is us', async () => {
    const severity = async (organisation: string) => mapIncidents((await Stage.live({ organisation }, reported(), place(), alarmed(party('rtj')))).session.rows).map((one) => [one.severity, one.unacknowledged]);
    expect([await severity('rtj'), await severity('sos')]).toEqual([[[1, true]], [[2, true]]]);
  });

  it('stand hazards that are not over, and break points', async () => {
    const at = { latitude: 63, longitude: 14 };
    const hazard = (hazardId: string, location?: typeof at) => event({ case: 'hazardReported', value: { hazardId, hazard: { what: 'Gasol', standOffM: 300 }, ...(location ? { location } : {}) } });
    const stage = await Stage.live({ organisation: 'sos' }, reported(), hazard('h', at), hazard('over', at), hazard('nowhere'), event({ case: 'hazardEnded', value: { hazardId: 'over' } }),
      event({ case: 'factStated', value: { value: { case: 'breakPoint', value: { description: 'kyrkan', location: at } } } }));
    expect(mapPlaces(stage.session).map((one) => [one.kind, one.text])).toEqual([['hazard', 'Gasol, håll 300 m'], ['breakPoint', 'kyrkan']]);
  });

  it('units show what the incidents say of them', async () => {
    const stage = await Stage.live({ organisation: 'sos' }, reported(), alarmed(party('rtj', '1'), party('rtj', '2'), party('amb')),
      event({ case: 'acknowledged', value: { alarmId: 'a', organisation: 'rtj', unit: { unitId: '2' } } }), event({ case: 'unitStatusReported', value: { unit: { unitId: '3' } } }));
    expect(new Map(unitMarks(stage.session.rows))).toEqual(new Map([['3', MARK_ON_INCIDENT], ['1', MARK_ALARMED | MARK_ON_INCIDENT], ['2', MARK_ACKNOWLEDGED | MARK_ON_INCIDENT]]));
  });

  it('is everybody who is somebody, and the ground', async () => {
    const { session } = await Stage.live({ organisation: 'sos' });
    expect(mapOrganisations(session).map((one) => one.id)).toEqual(['sos', 'rtj', 'amb', 'polis', 'kommun']);
    expect(groundOf(session)).toEqual({ south: 61, west: 10, north: 65.5, east: 18 });
  });
});

describe('a sound', () => {
  const played = (kind: 'alarm' | 'emergency') => sound.played[kind];
  const node = () => ({ connect: (to: unknown) => to, start: () => undefined, stop: () => undefined, frequency: {}, gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined } });

  /** A browser that may sound. */
  class Audible {
    readonly currentTime = 0;
    readonly destination = {};
    state: AudioContextState = 'running';
    onstatechange: (() => void) | null = null;
    resume = async () => undefined;
    createOscillator = node;
    createGain = node;
  }
  let context: Audible;

  beforeEach(async () => {
    vi.stubGlobal('AudioContext', class extends Audible {
      constructor() {
        super();
        context = this;
      }
    });
    await sound.enable(false);
    context.state = 'running';
  });
  afterEach(() => vi.unstubAllGlobals());

  it('goes on until it is answered, and begins once however often it is asked for', () => {
    vi.useFakeTimers();
    const before = played('alarm');
    sound.set('alarm', true);
    sound.set('alarm', true);
    vi.advanceTimersByTime(20_000);
    expect([played('alarm') - before, sound.isSounding]).toEqual([3, true]);
    sound.set('alarm', false);
    vi.advanceTimersByTime(60_000);
    expect([played('alarm') - before, sound.isSounding]).toEqual([3, false]);
    vi.useRealTimers();
  });

  it('that is new is heard, also when an earlier one was silenced', () => {
    sound.silence();
    expect(sound.silencedUntil).toBeGreaterThan(Date.now());
    sound.set('emergency', true);
    expect(sound.silencedUntil).toBe(0);
    sound.set('emergency', false);
  });

  it('that is silenced, or that the page may not make, has not been heard', () => {
    sound.silence();
    const before = played('alarm');
    sound.once('alarm');
    sound.silencedUntil = 0;
    context.state = 'suspended';
    sound.once('alarm');
    expect(played('alarm')).toBe(before);
    context.state = 'running';
    sound.once('alarm');
    expect(played('alarm')).toBe(before + 1);
  });

  it('is not silenced for hours by a clock that was set back', () => {
    sound.silence();
    expect([sound.isSilenced(), sound.isSilenced(Date.now() - 7_200_000), sound.isSilenced(Date.now() + 61_000)]).toEqual([true, false, false]);
    sound.silencedUntil = 0;
  });

  it('is said not to be heard, where the page may not sound', async () => {
    context.state = 'suspended';
    await sound.enable();
    expect(sound.isOn).toBe(false);
  });
});
