// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { en, sv } from '../../texts/wall.ts';
import { EMPTY_WALL, type WallData, type WallIncident } from '../data.ts';
import WallFoot from '../WallFoot.svelte';
import WallIncidents from '../WallIncidents.svelte';
import WallReserve from '../WallReserve.svelte';
import WallTop from '../WallTop.svelte';

afterEach(cleanup);

const NOW = new Date(2026, 10, 1, 14, 32, 7).getTime();
const text = (container: HTMLElement) => container.textContent!.replace(/\s+/g, ' ').trim();
const health = { lateMs: 0, frameMs: 8, memoryMb: 210, upMs: 60_000 };
const foot = (data: Partial<WallData>) =>
  text(render(WallFoot, { texts: sv, data: { ...EMPTY_WALL, ...data }, now: NOW, viewName: 'Sverige', cycling: true, following: false, health, simulated: false }).container);

describe('the wall says', () => {
  it('how old the data of each organisation are, when they are old', () => {
    const counter = (organisation: string, age: number) => ({ organisation, available: 1, enRoute: 0, onScene: 0, newestFix: NOW - age * 1000 });
    const organisations = [{ id: 'p', name: 'Polisen', kind: 'polis' }, { id: 'r', name: 'RTJ', kind: 'räddning' }];
    const shown = foot({ organisations, counters: [counter('p', 48), counter('r', 4)] });
    expect(shown).toContain('Polisen: data 48 s gammal');
    expect(shown).not.toContain('RTJ: data');
    expect(foot({ organisations, counters: [counter('r', 4)] })).toContain('Alla lägen är färska');
  });

  it('the state of its link, the free talkgroups and its own health', () => {
    expect(foot({ link: { state: 'live', since: NOW, heardAt: NOW }, raps: { free: 6, total: 20 } })).toMatch(/RAPS 6 av 20 lediga.*Ansluten.*bild 8 ms · minne 210 MB · igång 00:01/);
    expect(foot({ link: { state: 'unsure', since: NOW, heardAt: NOW - 9000 } })).toContain('Osäker (9 s)');
    expect(foot({ link: { state: 'down', since: NOW, heardAt: 0 } })).toContain('Frånkopplad sedan 14:32');
  });

  it('which networks the hub reaches, and loudly which it does not and since when', () => {
    const link = { state: 'live' as const, since: NOW, heardAt: NOW };
    const rakel = { name: 'Rakel', since: NOW };
    expect(foot({ link, networks: [{ ...rakel, up: false }, { name: 'TAK', up: true, since: NOW }] })).toMatch(/Ansluten · når TAK ⚠ ?Rakel: ingen kontakt sedan 14:32/);
    expect(foot({ link, networks: [{ ...rakel, up: true }] })).toMatch(/Ansluten · når Rakel (?!.*ingen kontakt)/);
    expect(foot({ link })).not.toContain('når');
  });

  it('what is going on, eight at most, with who has acknowledged', () => {
    const incidents = Array.from({ length: 10 }, (_, number): WallIncident => ({
      id: `i${number}`, title: `Brand ${number}`, where: 'Östersund', stage: 'larm ute', severity: 1, unacknowledged: number === 9, exercise: number === 0,
      startedAt: NOW - 41_000 - number, acknowledged: 2, alarmed: 5, talkgroupIds: [], unitIds: [],
    }));
    const { container } = render(WallIncidents, { texts: sv, incidents, hubNow: NOW, shownId: undefined });
    expect(container.querySelectorAll('li')).toHaveLength(8);
    expect(text(container)).toMatch(/Pågående \(10\).*Brand 9.*00:41.*2 av 5 har kvitterat.*och 2 till/);
  });

  it('who is in distress, first and whole, whatever else is urgent', () => {
    const base = { where: '', stage: '', severity: 1 as const, unacknowledged: true, exercise: false, acknowledged: 0, alarmed: 1, talkgroupIds: [], unitIds: [] };
    const incidents: WallIncident[] = [{ ...base, id: 'old', title: 'Storbrand', startedAt: 0 }, { ...base, id: 'n', title: 'Trafikolycka', severity: 2, unacknowledged: false, startedAt: NOW, distress: ['2 31-1010'] }];
    const { container } = render(WallIncidents, { texts: sv, incidents, hubNow: NOW, shownId: undefined });
    const [first] = container.querySelectorAll('li');
    expect([first?.className.includes('distress'), first?.querySelector('.who')?.textContent]).toEqual([true, 'NÖDLARM 2 31-1010']);
  });

  it('where to go when the hub is gone: what to do, groups and telephones, also without the deployment’s own lines', () => {
    const data = { ...EMPTY_WALL, link: { state: 'down' as const, since: NOW, heardAt: NOW }, leases: [{ group: 'RAPS-3', what: 'Brand, Åre' }], phones: [{ name: 'SOS Alarm', phone: '070-1740605' }] };
    const { container } = render(WallReserve, { texts: sv, data });
    expect(text(container)).toMatch(/Navet nås inte sedan 14:32.*Skriv ner tid.*RAPS-3 Brand, Åre.*SOS Alarm ?070-1740605/);
    expect(container.querySelector('[role=alert]')?.textContent).toBe('Navet nås inte sedan 14:32');
  });

  it('nothing is going on, rather than an empty list', () => {
    expect(text(render(WallIncidents, { texts: en, incidents: [], hubNow: NOW, shownId: undefined }).container)).toContain('No ongoing incidents');
  });

  it('the hub\'s time and each organisation\'s numbers, in the deployment\'s order', () => {
    const { container } = render(WallTop, {
      texts: sv, theme: 'dark', rem: 14, hubNow: NOW, deployment: 'Samband Jämtland',
      organisations: [{ id: 'r', name: 'RTJ', kind: 'räddning' }, { id: 'p', name: 'Polisen', kind: 'polis' }, { id: 's', name: 'SOS', kind: 'sos' }],
      counters: [
        { organisation: 'p', available: 3871, enRoute: 611, onScene: 498, newestFix: 0 },
        { organisation: 'r', available: 12, enRoute: 1, onScene: 0, newestFix: 0 },
      ],
    });
    const rows = [...container.querySelectorAll('tbody tr')].map((row) => row.textContent!.replace(/\s+/g, ' ').trim());
    expect(text(container)).toContain('14:32:07');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^RTJ ?12 ?1 ?0$/);
    expect(rows[1]).toMatch(/^Polisen ?3 871 ?611 ?498$/);
  });
});
