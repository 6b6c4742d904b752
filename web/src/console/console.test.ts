// @vitest-environment happy-dom
import { timestamp } from '@samband/core';
import type { Event } from '@samband/core/gen/event_pb';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { event, party, unit } from '../../core/test/build.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { key, press, show, type } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import CommandLine from './CommandLine.svelte';
import Cooperation from './Cooperation.svelte';
import Decision from './Decision.svelte';
import { Desk } from './desk.svelte.ts';
import EmergencyBar from './EmergencyBar.svelte';
import Heard from './Heard.svelte';
import KeyList from './KeyList.svelte';
import { keys } from './keys.svelte.ts';
import Matrix from './Matrix.svelte';
import Queue from './Queue.svelte';
import Releases from './Releases.svelte';
import Scene from './Scene.svelte';
import Talkgroups from './Talkgroups.svelte';
import Total from './Total.svelte';

const NOW = new Date(2026, 10, 25, 12, 0, 0).getTime();
const at = (seconds: number) => timestamp(NOW + seconds * 1000);
const BIL = unit('2311010', '2 31-1010');
const reported = (incidentId = 'i', seconds = -60, types = ['Brand']) => event({ case: 'incidentReported', value: { types } }, { incidentId, hubTime: at(seconds) });
const alarm = (...parties: ReturnType<typeof party>[]) => event({ case: 'alarmRaised', value: { alarmId: 'a', parties, alarmText: 'Brand, Storgatan' } }, { hubTime: at(-30) });
const bil = () => ({ ...party('rtj', '2311010', { dueAt: at(30) }), unit: BIL });
const overdue = () => event({ case: 'acknowledgementOverdue', value: { alarmId: 'a', organisation: 'rtj', unit: BIL, dueAt: at(-5) } });
const acknowledged = (more: object = {}) => event({ case: 'acknowledged', value: { alarmId: 'a', organisation: 'rtj', unit: BIL, ...more } }, { owner: 'rtj', hubTime: at(-10) });

beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => {
  vi.useRealTimers();
  keys.reset();
});

async function deskOf(...events: Event[]): Promise<{ stage: Stage; desk: Desk }> {
  const stage = await Stage.live({ organisation: 'sos' }, ...events);
  const desk = new Desk(stage.session);
  desk.select('i');
  return { stage, desk };
}

describe('the acknowledgement matrix', () => {
  const matrix = (stage: Stage, desk: Desk) => show(Matrix, () => ({ incident: stage.incident() }), { desk });
  const row = (shown: ReturnType<typeof matrix>, party: string) => shown.find(`tr[data-party="${party}"]`);

  it('tells what a device did apart from what a human did', async () => {
    const receipts = event({ case: 'receiptsGathered', value: { receipts: [{ alarmId: 'a', unit: BIL, step: 1, at: at(-29) }] } }, { owner: 'rtj' });
    const { stage, desk } = await deskOf(reported(), alarm(bil(), party('amb', undefined, { dueAt: at(30) })), receipts);
    const shown = matrix(stage, desk);
    expect([...row(shown, 'rtj:2311010').querySelectorAll('td')].map((cell) => (cell.textContent ?? '').replaceAll(/\s+/g, ' ').trim())).toEqual(['✓11:59:31', '–Nej', 'väntar 30 s kvar']);
    expect(row(shown, 'rtj:2311010').textContent).toContain('krävs för grinden');
    await hasNoBarrier(shown.element);
  });

  it('says loudly and by name who has not answered', async () => {
    const { stage, desk } = await deskOf(reported(), alarm(bil(), party('amb')));
    const shown = matrix(stage, desk);
    expect(shown.all('[data-testid=overdue]')).toEqual([]);
    stage.add(overdue());
    const loud = shown.find('[data-testid=overdue]');
    expect([loud.getAttribute('role'), loud.textContent]).toEqual(['alert', 'UTEBLIVEN KVITTENS: 2 31-1010']);
    expect(row(shown, 'rtj:2311010').dataset.stage).toBe('overdue');
    await hasNoBarrier(shown.element);
    stage.add(acknowledged(), event({ case: 'overdueWithdrawn', value: { alarmId: 'a', organisation: 'rtj', unit: BIL } }));
    expect(shown.all('[data-testid=overdue]')).toEqual([]);
  });

  it('says for whom the gate waits, and when and how it opened', async () => {
    const { stage, desk } = await deskOf(reported(), alarm(bil(), party('amb')));
    const shown = matrix(stage, desk);
    const gate = () => [shown.find('[data-testid=gate]').dataset.gate, (shown.find('[data-testid=gate]').textContent ?? '').slice(1).trim()];
    expect(gate()).toEqual(['shut', 'Grinden stängd: 0/2. Väntar på AMB, 2 31-1010']);
    stage.add(acknowledged());
    expect(gate()).toEqual(['shut', 'Grinden stängd: 1/2. Väntar på AMB']);
    stage.add(event({ case: 'gateOpened', value: { alarmId: 'a', operatorReason: 'livsfara' } }, { hubTime: at(0) }));
    expect(gate()).toEqual(['opened_by_hand', 'Grinden öppnad för hand 12:00:00: livsfara']);
  });

  it('is open when all have acknowledged, and none where nobody is required', async () => {
    const open = await deskOf(reported(), alarm(bil()), acknowledged(), event({ case: 'gateOpened', value: { alarmId: 'a' } }, { hubTime: at(0) }));
    expect(matrix(open.stage, open.desk).find('[data-testid=gate]').textContent).toContain('Grinden öppen 12:00:00: alla krävda har kvitterat');
    const none = await deskOf(reported(), alarm(party('amb', undefined, { required: false })));
    expect(show(Matrix, () => ({ incident: none.stage.incident() }), { desk: none.desk }).find('[data-testid=gate]').dataset.gate).toBe('none');
  });

  it('says who heard it, where, and that it does not count', async () => {
    const { stage, desk } = await deskOf(reported(), alarm(bil()), acknowledged({ means: 2, heardOn: 'RAPS', counts: false }));
    expect(matrix(stage, desk).find('.stage').textContent?.replaceAll(/\s+/g, ' ').trim()).toBe('hörd, räknas inte 11:59:50 hörd av RTJ (RAPS)');
  });

  it('offers to replace and to waive whoever declined, as long as the gate waits', async () => {
    const { stage, desk } = await deskOf(reported(), alarm(bil()), event({ case: 'declined', value: { alarmId: 'a', organisation: 'rtj', unit: BIL, reason: 'upptagen' } }));
    const shown = matrix(stage, desk);
    expect(shown.find('.stage').textContent).toMatch(/AVBÖJT.*upptagen/s);
    press(shown.button('Larma ersättare'));
    expect(desk.form?.fields({}).find((field) => field.name === 'replaces')?.value).toBe('a|rtj:2311010');
    press(shown.button('Undanta'));
    expect(desk.form?.id).toBe('waive');
    stage.add(event({ case: 'gateOpened', value: { alarmId: 'a', operatorReason: 'x' } }));
    expect(shown.all('.acts button').map((one) => one.textContent)).toEqual(['Larma ersättare']);
  });
});

describe('the incident list', () => {
  const events = () => [
    reported('calm', -300, ['Lugn']), reported('new', -10, ['Ny']), reported('i', -60), event({ case: 'emergencyRaised', value: { emergencyId: 'n' } }, { incidentId: 'i' }),
    event({ case: 'factStated', value: { value: { case: 'priority', value: { value: '1' } } } }, { incidentId: 'new' }), event({ case: 'factStated', value: { value: { case: 'priority', value: { value: '2B' } } } }, { incidentId: 'new', owner: 'amb' }),
  ];
  const queue = (desk: Desk) => show(Queue, () => ({}), { desk });
  const rows = (shown: ReturnType<typeof queue>) => shown.all<HTMLButtonElement>('button.row');

  it('is grouped by need, with each organisation’s own priority', async () => {
    const { desk } = await deskOf(...events());
    const shown = queue(desk);
    expect(shown.all('h2').map((one) => (one.textContent ?? '').replaceAll(/\s+/g, ' ').trim())).toEqual(['NÖDLARM 1', 'PÅGÅENDE 2']);
    expect(rows(shown).map((one) => one.dataset.id)).toEqual(['i', 'new', 'calm']);
    expect(shown.find('[data-id=new] .others').textContent).toBe('AMB prio 2B · SOS prio 1');
    expect(shown.find('[data-id=new] .prio').textContent).toBe('1');
    await hasNoBarrier(shown.element);
  });

  it('is walked with the arrows, Home and End, over the groups; one row has the tab stop', async () => {
    const { desk } = await deskOf(...events());
    const shown = queue(desk);
    const walk = (name: string) => {
      key(shown.find(`[data-id="${desk.selectedId ?? ''}"]`), name);
      return [desk.selectedId, (document.activeElement as HTMLElement).dataset.id, rows(shown).filter((one) => one.tabIndex === 0).map((one) => one.dataset.id).join()];
    };
    expect(['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'ArrowUp', 'End'].map(walk)).toEqual(
      ['new', 'calm', 'calm', 'new', 'i', 'i', 'calm'].map((id) => [id, id, id]));
    expect(shown.find('[aria-current=true]').dataset.id).toBe('calm');
  });

  it('leaves other keys alone', async () => {
    const { desk } = await deskOf(...events());
    const shown = queue(desk);
    expect(key(shown.find('[data-id=i]'), 'x')).toBe(false);
  });

  it('says what an exercise is, what nobody has taken, and who is overdue', async () => {
    const { desk } = await deskOf(event({ case: 'incidentReported', value: { types: ['Brand'] } }, { exercise: true, hubTime: at(-41) }), alarm(bil()), overdue());
    const shown = queue(desk);
    for (const part of ['ÖVNING', '00:41', '0/1 kv.', '1 utebliven', 'ej tagen']) expect(shown.text).toContain(part);
  });

  it('says that there is nothing, and how to begin', async () => {
    const stage = await Stage.live({});
    expect(queue(new Desk(stage.session)).text).toBe('Inga händelser. Ny händelse: Alt+I.');
  });
});

describe('units in distress', () => {
  it('are over the whole screen until they are cancelled: who, what, how old the place is, who has understood', async () => {
    const raised = event({ case: 'emergencyRaised', value: { emergencyId: 'n', unit: BIL, what: 'fastklämd', fixAt: at(-600), relayed: true, location: { latitude: 63.2, longitude: 14 } } }, { owner: 'rtj', hubTime: at(-65) });
    const { stage, desk } = await deskOf(reported(), raised, event({ case: 'emergencyTold', value: { emergencyId: 'n', units: [unit('3269010', '3 26-9010')] } }, { owner: 'amb' }));
    const shown = show(EmergencyBar, () => ({}), { desk });
    for (const part of ['NÖDLARM 2 31-1010', 'fastklämd', '01:05', 'läget är 10 min gammalt', 'inrapporterat via radio', 'Närmast: 3 26-9010', 'INGEN har uppfattat']) expect(shown.text).toContain(part);
    await hasNoBarrier(shown.element);
    press(shown.button('Uppfattat'));
    await vi.waitFor(() => expect(stage.bodies).toMatchObject([{ case: 'acknowledgeEmergency', value: { emergencyId: 'n' } }]));
    stage.add(event({ case: 'emergencyAcknowledged', value: { emergencyId: 'n', organisation: 'sos' } }));
    expect([shown.text.includes('Uppfattat av SOS'), shown.all('button').map((one) => one.textContent)]).toEqual([true, ['Öppna']]);
    stage.add(event({ case: 'emergencyCancelled', value: { emergencyId: 'n' } }));
    expect(shown.text).toBe('');
  });
});

describe('"heard"', () => {
  it('acknowledges for whoever has the digit, on what it was heard', async () => {
    const { stage, desk } = await deskOf(reported(), alarm(bil(), party('amb')));
    desk.show('heard');
    const shown = show(Heard, () => ({}), { desk });
    expect(shown.all('ol button').map((one) => (one.textContent ?? '').replaceAll(/\s+/g, ' ').trim())).toEqual(['1 AMB väntar', '2 2 31-1010 väntar']);
    await hasNoBarrier(shown.element);
    key(shown.find('section'), '2');
    key(shown.find('section'), '9');
    await vi.waitFor(() => expect(stage.bodies).toMatchObject([{ case: 'acknowledge', value: { alarmId: 'a', relayedFor: { organisation: 'rtj', unitId: '2311010' }, heardOn: 'radio' } }]));
  });
});

describe('the command line', () => {
  const written = (shown: ReturnType<typeof show>, text: string) => {
    type(shown.find<HTMLInputElement>('input'), text);
    shown.find<HTMLFormElement>('form').requestSubmit();
    flushSync();
  };

  it('does what buttons do, says what it does not know, and brings back what was written', async () => {
    const { desk } = await deskOf(reported());
    const shown = show(CommandLine, () => ({}), { desk });
    await hasNoBarrier(shown.element);
    written(shown, 'larma 2311010');
    expect([desk.form?.id, desk.preset, shown.find<HTMLInputElement>('input').value]).toEqual(['alarm', { parties: '2311010', plan: '-' }, '']);
    written(shown, 'släck elden');
    expect(shown.find('[role=status]').textContent).toBe('Okänt kommando: släck');
    written(shown, 'avsluta');
    expect(shown.find('[role=status]').textContent).toBe('Det är för sent eller för tidigt för detta.');
    const input = shown.find<HTMLInputElement>('input');
    const back = ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown'].map((name) => {
      key(input, name);
      return input.value;
    });
    expect(back).toEqual(['avsluta', 'släck elden', 'larma 2311010', 'larma 2311010', 'släck elden']);
  });

  it('says that an incident has to be chosen first', async () => {
    const desk = new Desk((await Stage.live({})).session);
    const shown = show(CommandLine, () => ({}), { desk });
    written(shown, 'notera x');
    expect(shown.find('[role=status]').textContent).toBe('Välj en händelse först.');
    written(shown, '?');
    expect(desk.sheet).toBe('keys');
  });
});

describe('the list of keys', () => {
  const change = (shown: ReturnType<typeof show>, name: string, pressed: string, code: string, more: KeyboardEventInit) => {
    const button = shown.button(`Ändra: ${name}`);
    press(button);
    key(button, pressed, { code, ...more });
  };

  it('changes a key, and never to one that is used, nor to a single letter', async () => {
    const { desk } = await deskOf(reported());
    const shown = show(KeyList, () => ({}), { desk });
    await hasNoBarrier(shown.element);
    change(shown, 'Anteckning', 'z', 'KeyZ', { altKey: true });
    expect(keys.of('note', 'Alt+N')).toBe('Alt+Z');
    change(shown, 'Uppgift', 'z', 'KeyZ', { altKey: true });
    expect([shown.find('[role=alert]').textContent, keys.of('fact', 'Alt+P')]).toEqual(['används redan av Anteckning', 'Alt+P']);
    change(shown, 'Uppgift', 'F2', 'F2', {});
    expect(shown.find('[role=alert]').textContent).toBe('används redan av Nästa okvitterade');
    change(shown, 'Uppgift', 'q', 'KeyQ', {});
    expect([shown.find('[role=alert]').textContent, keys.of('fact', 'Alt+P')]).toEqual(['Inga enstaka bokstäver används.', 'Alt+P']);
    press(shown.button('Stäng av: Kommandorad /'));
    change(shown, 'Den här listan ?', 'y', 'KeyY', { altKey: true });
    expect([keys.of('commandLineCharacter', '/'), keys.of('keys', '?')]).toEqual(['', 'Alt+Y']);
    press(shown.button('Återställ'));
    expect(keys.of('note', 'Alt+N')).toBe('Alt+N');
  });
});

describe('the briefing', () => {
  it('marks what a version changed, and who has it', async () => {
    const hazard = () => event({ case: 'hazardReported', value: { hazardId: 'h', hazard: { what: 'Gasol' } } }, { owner: 'rtj' });
    const [was, is] = [hazard(), hazard()];
    const version = (number: number, of: Event) => event({ case: 'totalInformationIssued', value: { number, material: true, references: [{ eventId: of.envelope?.eventId }, { eventId: of.envelope?.eventId }] } });
    const { stage, desk } = await deskOf(reported(), alarm(bil(), party('sos')), was, is, version(1, was), version(2, is));
    const shown = show(Total, () => ({ incident: stage.incident() }), { desk });
    expect(shown.find('section > ul.lines').textContent?.replaceAll(/\s+/g, ' ').trim()).toBe('ändrad RTJ FARA: Gasol');
    expect(shown.all('.holders li').map((one) => one.textContent)).toEqual(['SOS –', '2 31-1010 –']);
    await hasNoBarrier(shown.element);
    press(shown.button(/^Uppfattat v2/));
    await vi.waitFor(() => expect(stage.bodies).toMatchObject([{ case: 'confirmTotalInformation', value: { number: 2 } }]));
  });
});

describe('"why were we not alarmed?"', () => {
  it('has the rule, and answers for whoever is asked about', async () => {
    const decided = event({ case: 'alarmDecided', value: { alarmId: 'a', plan: 'brand', rule: 'typ', considered: [{ organisation: 'rtj', unit: BIL, alerted: true, because: 'närmast' }, { organisation: 'amb', alerted: false, because: 'inga skadade' }] } });
    const { stage, desk } = await deskOf(reported(), alarm(bil()), decided);
    const shown = show(Decision, () => ({ incident: stage.incident() }), { desk });
    expect(shown.all('tbody tr').map((one) => [...one.children].map((cell) => cell.textContent))).toEqual([['2 31-1010', 'larmad', 'närmast'], ['AMB', 'ej larmad', 'inga skadade']]);
    await hasNoBarrier(shown.element);
    type(shown.find<HTMLInputElement>('input'), 'polis');
    expect(shown.find('[role=status]').textContent).toBe('POLIS fanns inte med i prövningen: ingen rad i planen gällde den.');
    type(shown.find<HTMLInputElement>('input'), 'amb');
    expect(shown.find('tr.sought th').textContent).toBe('AMB');
  });
});

describe('help between organisations', () => {
  it('offers each what it can do: answer, take, send, send home; and nothing when it is over', async () => {
    const requested = event({ case: 'resourceRequested', value: { requestId: 'q', what: 'motorsåg' } }, { owner: 'amb' });
    const offered = event({ case: 'resourceOffered', value: { offerId: 'o', requestId: 'q', what: 'släckbil' } });
    const { stage, desk } = await deskOf(reported(), requested, offered);
    const shown = show(Cooperation, () => ({ incident: stage.incident() }), { desk });
    const buttons = () => shown.all('[data-testid=requests] .offer button').map((one) => one.textContent);
    expect(buttons()).toEqual([]);
    stage.add(event({ case: 'offerAccepted', value: { offerId: 'o' } }, { owner: 'amb' }));
    expect(buttons()).toEqual(['Sätt in']);
    stage.add(event({ case: 'resourceDeployed', value: { offerId: 'o', units: [BIL] } }));
    expect([buttons(), shown.find('.offer').textContent]).toEqual([['Sänd hem'], expect.stringContaining('insatt: 2 31-1010')]);
    await hasNoBarrier(shown.element);
    stage.add(event({ case: 'resourceReturned', value: { offerId: 'o', units: [BIL] } }));
    expect([buttons(), shown.find('.offer').textContent]).toEqual([[], expect.stringContaining('åter')]);
  });
});

describe('what changes is shown to have changed', () => {
  it('on a talkgroup: joined, listened to, written, understood, returned', async () => {
    const on = (body: Parameters<typeof event>[0], owner = 'rtj') => event(body, { talkgroupId: 'raps-1', owner });
    const { stage, desk } = await deskOf(reported(), event({ case: 'talkgroupLeased', value: { talkgroup: { talkgroupId: 'raps-1', name: 'RAPS-1' } } }));
    const shown = show(Talkgroups, () => ({ incident: stage.incident() }), { desk });
    press(shown.button('Anslut'));
    stage.settle();
    expect(shown.button('Koppla från')).toBeDefined();
    stage.hub.last.say({ case: 'affiliations', value: { talkgroupId: 'raps-1', listeners: [{ organisation: 'rtj', unit: BIL }] } });
    stage.add(on({ case: 'messageSent', value: { messageId: 'm', text: 'möts vid kyrkan', confirm: true } }));
    for (const part of ['Lyssnar: 2 31-1010', 'möts vid kyrkan', 'begär Uppfattat']) expect(shown.text).toContain(part);
    stage.add(on({ case: 'messageConfirmed', value: { messageId: 'm', organisation: 'amb' } }, 'amb'));
    expect(shown.text).toContain('uppfattat av AMB');
    await hasNoBarrier(shown.element);
    stage.add(event({ case: 'talkgroupReturned', value: { talkgroup: { talkgroupId: 'raps-1' } } }));
    expect([shown.text.includes('återlämnad'), shown.all('button')]).toEqual([true, []]);
  });

  it('of releases: asked, granted, ended', async () => {
    const { stage, desk } = await deskOf(reported(), event({ case: 'releaseRequested', value: { requestId: 'q', ofOwner: 'sos', marking: 12, purpose: 'återringning' } }, { owner: 'polis' }));
    const shown = show(Releases, () => ({ incident: stage.incident() }), { desk });
    expect(shown.all('button').map((one) => one.textContent)).toEqual(['Lämna ut', 'Neka utlämning']);
    stage.add(event({ case: 'releaseGranted', value: { releaseId: 'g', requestId: 'q', marking: 12, toOrganisation: 'polis', until: at(600) } }));
    expect([shown.text.includes('beviljad'), shown.text.includes('går ut om 10:00'), shown.all('button').map((one) => one.textContent)]).toEqual([true, true, ['Ta tillbaka utlämning']]);
    await hasNoBarrier(shown.element);
    stage.add(event({ case: 'releaseEnded', value: { releaseId: 'g', cause: 2 } }));
    expect([shown.find('li.ended').textContent?.includes('slut'), shown.all('button')]).toEqual([true, []]);
  });

  it('of hazards and the media line', async () => {
    const { stage, desk } = await deskOf(reported(), event({ case: 'hazardReported', value: { hazardId: 'h', hazard: { what: 'Gasol' } } }), event({ case: 'mediaLineProposed', value: { mediaLineId: 'm', text: 'Kör inte', parties: ['rtj', 'polis'] } }));
    const shown = show(Cooperation, () => ({ incident: stage.incident() }), { desk });
    expect(shown.text).toContain('väntar på RTJ, POLIS');
    stage.add(event({ case: 'mediaLineAnswered', value: { mediaLineId: 'm', organisation: 'rtj', agrees: false, reason: 'fel tid' } }, { owner: 'rtj' }));
    expect([shown.text.includes('väntar på POLIS'), shown.text.includes('fel tid')]).toEqual([true, true]);
    stage.add(event({ case: 'hazardEnded', value: { hazardId: 'h' } }));
    expect(shown.all('button').map((one) => one.textContent)).not.toContain('Faran över');
  });

  it('of a unit that signs off', async () => {
    const { stage, desk } = await deskOf(reported(), event({ case: 'unitStatusReported', value: { unit: BIL, code: 'F', state: 2 } }, { owner: 'rtj' }));
    const shown = show(Scene, () => ({ incident: stage.incident() }), { desk });
    expect(shown.find('.units li').className).not.toContain('off');
    stage.add(event({ case: 'unitSignedOff', value: { unit: BIL } }, { owner: 'rtj' }));
    expect(shown.find('.units li').className).toContain('off');
    await hasNoBarrier(shown.element);
  });
});
