// @vitest-environment happy-dom
import { create } from '@bufbuild/protobuf';
import { timestamp } from '@samband/core';
import { OutcomeSchema, RefusalCode } from '@samband/core/gen/command_pb';
import { GoodbyeCode } from '@samband/core/gen/session_pb';
import { Marking } from '@samband/core/gen/options_pb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { event } from '../../core/test/build.ts';
import { refusalFacts } from '../live/refusal.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { press, show } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import Banners from './Banners.svelte';
import Ended from './Ended.svelte';
import Facts from './Facts.svelte';
import LinkBadge from './LinkBadge.svelte';
import OutboxTray from './OutboxTray.svelte';
import Reserve from './Reserve.svelte';
import Timeline from './Timeline.svelte';
import Withheld from './Withheld.svelte';

const NOON = new Date(2026, 10, 25, 12, 0, 0).getTime();
const note = { incidentId: 'i', body: { case: 'addNote' as const, value: { note: 'x' } } };
const reported = () => event({ case: 'incidentReported', value: { types: ['Brand'] } }, { hubTime: timestamp(NOON - 60_000) });
const street = (text: string, owner = 'sos') => event({ case: 'factStated', value: { value: { case: 'address', value: { street: text } } } }, { owner });

beforeEach(() => void vi.useFakeTimers({ now: NOON, toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** Time passes, on the wall and on the screen. */
function later(stage: Stage, ms: number): void {
  vi.advanceTimersByTime(ms);
  stage.settle();
}

describe('the link', () => {
  const badge = (stage: Stage) => show(LinkBadge, () => ({ session: stage.session }));

  it('says that it connects, and that it never has', async () => {
    const stage = await Stage.offline({});
    const shown = badge(stage);
    expect([shown.text, shown.find('[data-testid=link]').dataset.level]).toEqual(['◐ Ansluter …', 'warn']);
    stage.hub.last.drop();
    stage.settle();
    expect([shown.text, shown.find('[data-testid=link]').dataset.level]).toEqual(['✕ Ingen kontakt med navet Försök nu', 'bad']);
    await hasNoBarrier(shown.element);
  });

  it('says that it is connected, with the delay, and that it is silent', async () => {
    const stage = await Stage.live({});
    const shown = badge(stage);
    expect([shown.text, shown.find('[data-testid=link]').dataset.level]).toEqual(['● Ansluten', 'good']);
    const [ping] = stage.hub.last.of('ping');
    stage.hub.last.say({ case: 'pong', value: { nonce: ping?.nonce ?? 0n, hubTime: timestamp(NOON) } });
    stage.settle();
    expect(shown.text).toBe('● Ansluten 0 ms');
    later(stage, 9_000);
    expect([shown.text, shown.find('[data-testid=link]').dataset.level]).toEqual(['◐ Osäker, tyst 9 s', 'warn']);
    await hasNoBarrier(shown.element);
  });

  it('says since when it is lost, and tries at once when somebody wants it to', async () => {
    const stage = await Stage.live({});
    const shown = badge(stage);
    stage.hub.last.drop();
    stage.settle();
    expect(shown.text).toBe('✕ Frånkopplad sedan 12:00 Försök nu');
    press(shown.button('Försök nu'));
    stage.settle();
    expect([stage.hub.connections.length, shown.text]).toEqual([2, '✕ Frånkopplad sedan 12:00']);
    stage.hub.welcome();
    stage.settle();
    expect(shown.text).toMatch(/Hämtar läget/);
  });

  it('has quietly which networks the hub reaches, in what one has to open', async () => {
    const stage = await Stage.live({});
    const shown = badge(stage);
    const network = (name: string, up: boolean, organisation = 'sos') => ({ name, organisation, up, since: timestamp(NOON - 60_000) });
    const tell = (...networks: object[]) => {
      stage.hub.last.say({ case: 'linkState', value: { networks } });
      stage.settle();
      return shown.text;
    };
    expect(tell(network('TAK', true), network('Rakel', true))).toBe('● Ansluten 2 nät Rakel: kontakt sedan 11:59TAK: kontakt sedan 11:59');
    expect([tell(network('Rakel', false), network('Rakel', true, 'rtj')), shown.find<HTMLDetailsElement>('details').open]).toEqual(['● Ansluten 1 av 2 nät Rakel (SOS): ingen kontakt sedan 11:59Rakel (RTJ): kontakt sedan 11:59', false]);
    await hasNoBarrier(shown.element);
    stage.hub.last.drop();
    stage.settle();
    expect(shown.text).toBe('✕ Frånkopplad sedan 12:00 Försök nu');
  });

  it('says that it has ended', async () => {
    const stage = await Stage.live({});
    stage.hub.last.goodbye(GoodbyeCode.TOKEN_EXPIRED);
    stage.settle();
    expect(badge(stage).text).toBe('✕ Avslutad');
  });
});

describe('what is not sent', () => {
  const tray = (stage: Stage) => show(OutboxTray, () => ({ session: stage.session }));
  const refuse = (stage: Stage, code: RefusalCode, ...facts: [string, string][]) => {
    const commandId = stage.commands.at(-1)?.commandId ?? '';
    const value = { code, message: 'no', facts: facts.map(([name, value]) => ({ name, value })) };
    stage.client.outbox.outcome(create(OutcomeSchema, { commandId, result: { case: 'refused', value } }));
    stage.settle();
  };

  it('says what the hub names as a desk does, and leaves the contract’s own words out', async () => {
    const { session } = await Stage.live({});
    const facts = Object.entries({ party: 'rtj:2311010', talkgroup_id: 'raps-1', missing: 'exact_place', subject: 'the line', stage: 'agreed', alarm_id: '0198' }).map(([name, value]) => ({ name, value }));
    expect(refusalFacts(session.voice, facts)).toEqual(['2 31-1010', 'RAPS-1', 'saknas: Plats']);
  });

  it('is nothing while there is nothing', async () => expect(tray(await Stage.live({})).element.querySelector('section')).toBeNull());

  it('says what it is, when it was pressed, and where it is on its way', async () => {
    const stage = await Stage.offline({});
    const shown = tray(stage);
    await stage.client.outbox.press(note);
    stage.settle();
    expect(shown.text).toBe('Anteckning tryckt 12:00:00 ej sänt ännu');
    stage.hub.welcome();
    stage.settle();
    expect(shown.find('li').dataset.state).toBe('sent');
    refuse(stage, RefusalCode.NOT_STORED);
    expect(shown.text).toBe('Anteckning tryckt 12:00:00 navet kan inte lagra, försöker igen');
    await hasNoBarrier(shown.element);
  });

  it('says that a reload would lose it, where the browser does not keep it', async () => {
    const stage = await Stage.offline({});
    vi.spyOn(stage.client['storage'], 'addAction').mockRejectedValue(new Error('full'));
    await stage.client.outbox.press(note);
    stage.settle();
    expect(tray(stage).text).toContain('behålls inte om sidan laddas om');
  });

  it('says why it was refused, with everybody the hub names, until somebody has read it', async () => {
    const stage = await Stage.live({});
    const shown = tray(stage);
    await stage.client.outbox.press({ incidentId: 'i', body: { case: 'closeIncident', value: {} } });
    refuse(stage, RefusalCode.STILL_ENGAGED, ['organisation', 'rtj'], ['organisation', 'amb']);
    expect(shown.find('[role=alert]').textContent?.replaceAll(/\s+/g, ' ').trim()).toBe('avvisat: Organisationer är kvar: de lämnar först. RTJ, AMB');
    await hasNoBarrier(shown.element);
    press(shown.button('Läst'));
    stage.settle();
    expect(shown.text).toBe('');
  });

  it('is not what the hub has', async () => {
    const stage = await Stage.live({});
    const shown = tray(stage);
    await stage.client.outbox.press(note);
    stage.client.outbox.outcome(create(OutcomeSchema, { commandId: stage.commands[0]?.commandId ?? '', result: { case: 'accepted', value: {} } }));
    stage.settle();
    expect(shown.text).toBe('');
  });
});

describe('what must be known before anything else is believed', () => {
  const banners = (stage: Stage, more: Partial<{ salvaged: { actions: never[]; reason: string }; isVolatile: boolean }> = {}) =>
    show(Banners, () => ({ session: stage.session, salvaged: undefined, isVolatile: false, ...more }));
  it('is that something is not sent, to whoever leaves, until it is sent or they insist', async () => {
    const stage = await Stage.offline({});
    vi.spyOn(stage.client['storage'], 'addAction').mockRejectedValueOnce(new Error('full'));
    await stage.client.outbox.press(note);
    await stage.client.outbox.press(note);
    const go = vi.fn();
    stage.session.leaving = { why: 'signed_out', go };
    stage.settle();
    const shown = banners(stage);
    expect(shown.text).toMatch(/^2 åtgärder är inte sända\. .* 1 av dem är inte sparade/);
    await hasNoBarrier(shown.element);
    press(shown.button('Stanna kvar'));
    expect([shown.text, go.mock.calls.length]).toEqual(['', 0]);
    stage.session.leaving = { why: 'token_expired', go };
    stage.settle();
    expect(shown.text).toMatch(/^Inloggningen gäller inte längre, och 2 åtgärder/);
    press(shown.button('Logga in igen'));
    expect(go).toHaveBeenCalledOnce();
  });

  it('is what another person left here, which is removed only when it is in a file', async () => {
    const stage = await Stage.live({});
    const saved: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => `blob:${saved.push(file as Blob)}`);
    stage.client.outbox.restore([{ seq: 1, commandId: 'c', bytes: new Uint8Array([1, 2]), at: 1, urgent: false, kind: 'addNote', principal: 'Eva' }]);
    stage.settle();
    const shown = banners(stage);
    expect([shown.text, shown.button('Ta bort härifrån').disabled]).toEqual([expect.stringMatching(/^En osänd åtgärd/), true]);
    press(shown.button('Spara som fil'));
    expect(await saved[0]?.text()).toContain('"principal": "Eva"');
    press(shown.button('Ta bort härifrån'));
    stage.settle();
    expect([shown.text, stage.client.outbox.setAside]).toEqual(['', []]);
  });

  const state = (stage: Stage, value: object) => {
    stage.hub.last.say({ case: 'linkState', value: { journalWritable: true, ledgerWritable: true, ...value } });
    stage.settle();
  };

  it.each<[object, string]>([
    [{}, ''], [{ journalWritable: false }, 'EJ LAGRAT – använd radio/telefon'], [{ ledgerWritable: false }, 'Utlämnandeloggen kan inte skrivas: bara livsviktigt visas'], [{ storageNearlyFull: true }, 'Navets disk är snart full'],
  ])('%j: %s', async (told, text) => {
    const stage = await Stage.live({});
    const shown = banners(stage);
    state(stage, told);
    expect(shown.text).toBe(text);
    await hasNoBarrier(shown.element);
  });

  it('is that a network behind a gateway cannot be reached, since when, and only to those it concerns', async () => {
    const stage = await Stage.live({});
    const concerns = (network: { name: string }) => network.name === 'Rakel';
    const [shown, few] = [banners(stage), show(Banners, () => ({ session: stage.session, salvaged: undefined, isVolatile: false, concerns }))];
    const network = (name: string, up: boolean) => ({ name, organisation: 'sos', up, since: timestamp(NOON - 60_000) });
    state(stage, { networks: [network('Rakel', false), network('TAK', false), network('SOS', true)] });
    const down = (of: typeof shown) => of.all('[data-testid=network-down]').map((one) => one.textContent);
    const silent = (name: string) => `${name}: ingen kontakt sedan 11:59 Det som sägs där kommer inte hit.`;
    expect([down(shown), down(few)]).toEqual([[silent('Rakel'), silent('TAK')], [silent('Rakel')]]);
    await hasNoBarrier(shown.element);
    state(stage, { networks: [network('Rakel', true)] });
    expect(shown.text).toBe('');
  });

  it('is not what a hub said that is gone', async () => {
    const stage = await Stage.live({});
    const shown = banners(stage);
    state(stage, { journalWritable: false });
    stage.hub.last.drop();
    stage.settle();
    expect(shown.text).toBe('');
  });

  it('is that the browser keeps nothing, or could not be read, until somebody has read it', async () => {
    const stage = await Stage.live({});
    const shown = banners(stage, { isVolatile: true, salvaged: { actions: [], reason: 'x' } });
    expect(shown.find('[role=alert]').textContent).toMatch(/gick inte att läsa.*sparar ingenting/s);
    press(shown.button('Uppfattat'));
    expect(shown.text).toBe('');
  });

  it('is that another tab has the seat, or that the page is older than the hub', async () => {
    const stage = await Stage.live({});
    stage.session.isElsewhere = stage.session.isOutdated = true;
    expect(banners(stage, { isVolatile: true }).text).toMatch(/Den här sidan är äldre än navet.*öppen i en annan flik/s);
  });
});

describe('a session that cannot go on', () => {
  it.each<[string, (stage: Stage) => void, RegExp]>([
    ['with an older hub', (stage) => stage.hub.welcome({ contract: 0 }), /Navet är äldre/], ['with a newer hub', (stage) => stage.hub.welcome({ contract: 2 }), /Den här sidan är äldre/],
    ['because neither understood the other', (stage) => stage.hub.last.goodbye(GoodbyeCode.PROTOCOL_ERROR), /förstod inte varandra/],
  ])('%s says so, and what to do', async (_what, end, text) => {
    const stage = await Stage.live({});
    const shown = show(Ended, () => ({ session: stage.session }));
    expect(shown.text).toBe('');
    stage.hub.last.drop();
    vi.advanceTimersByTime(1_000);
    end(stage);
    stage.settle();
    expect(shown.text).toMatch(text);
    await hasNoBarrier(shown.element);
  });
});

describe('the reserve page', () => {
  const leased = () => event({ case: 'talkgroupLeased', value: { talkgroup: { talkgroupId: 'raps-1', name: 'RAPS-1' }, companions: [{ name: 'RtjIns-1' }] } });

  it('has how old the picture is, talkgroups, telephones, what to do, and what was going on', async () => {
    const stage = await Stage.live({}, reported(), street('Storgatan 1'), leased());
    stage.hub.last.drop();
    later(stage, 125_000);
    const hide = vi.fn();
    const shown = show(Reserve, () => ({ session: stage.session, onhide: hide }));
    expect(shown.find('.age').textContent).toBe('Bilden är 2 min gammal (12:00)');
    for (const part of ['RAPS-1', '+ RtjIns-1', 'SOS Alarm', '070-1740605', 'Larma i Rakel.', 'Brand · Storgatan 1']) expect(shown.text).toContain(part);
    await hasNoBarrier(shown.element);
    press(shown.button('Visa senaste bilden'));
    expect(hide).toHaveBeenCalledOnce();
  });

  it('leaves out what was given back or is closed', async () => {
    const returned = event({ case: 'talkgroupReturned', value: { talkgroup: { talkgroupId: 'raps-1' } } });
    const stage = await Stage.live({}, reported(), leased(), returned, event({ case: 'incidentReported', value: { types: ['Stängd'] } }, { incidentId: 'j' }), event({ case: 'incidentClosed', value: {} }, { incidentId: 'j' }));
    const shown = show(Reserve, () => ({ session: stage.session, onhide: () => undefined }));
    expect(shown.text).not.toMatch(/RAPS-1|Stängd/);
  });

  it('says that there is no picture, and what to do all the same', async () => {
    const stage = await Stage.offline({});
    stage.client.deployment = undefined;
    const shown = show(Reserve, () => ({ session: stage.session, onhide: () => undefined }));
    expect(shown.text).toContain('Ingen bild finns sparad här.');
    expect(shown.all('ol li')).toHaveLength(3);
    expect(shown.all('button').map((one) => one.textContent)).toEqual(['Försök nu']);
  });

  it('is shown when the hub has been gone for twenty seconds, and not before', async () => {
    const stage = await Stage.live({});
    stage.hub.last.drop();
    later(stage, 19_000);
    expect(stage.session.isGone).toBe(false);
    later(stage, 3_000);
    expect(stage.session.isGone).toBe(true);
    stage.hub.connections.at(-1)?.drop();
    later(stage, 9_000);
    stage.hub.welcome();
    stage.settle();
    expect(stage.session.isGone).toBe(false);
  });
});

describe('facts', () => {
  it('of two owners stand side by side with who and when; only one’s own can be changed', async () => {
    const stage = await Stage.live({}, street('Storgatan 1'), street('Storgatan 3', 'rtj'), event({ case: 'factStated', value: { locationCoarse: { south: 63, west: 14, sideM: 1000 } } }, { owner: 'amb' }));
    const edit = vi.fn();
    const shown = show(Facts, () => ({ incident: stage.incident(), session: stage.session, onedit: edit }));
    expect(shown.all('dd[data-kind=address]').map((one) => [one.dataset.owner, one.querySelector('.value')?.textContent])).toEqual([['rtj', 'Storgatan 3'], ['sos', 'Storgatan 1']]);
    expect(shown.text).toMatch(/flera ägare, jämför/);
    expect(shown.find('dd[data-owner=amb]').textContent).toMatch(/inom en ruta på 1 km\s*förgrovat/);
    press(shown.button('Ändra: Adress'));
    expect(edit).toHaveBeenCalledWith(expect.objectContaining({ kind: 'address' }));
    await hasNoBarrier(shown.element);
  });
});

describe('what is withheld', () => {
  const mark = () => event({ case: 'noteAdded', value: {} }, { owner: 'amb' }, [{ owner: 'amb', marking: Marking.HEALTH, howToAsk: 'RAPSLed' }]);
  const asked = (owner: string, requestId = 'q') => event({ case: 'releaseRequested', value: { requestId, ofOwner: 'amb', marking: Marking.HEALTH } }, { owner });

  it('is a chip with what, whose, and how to ask', async () => {
    const stage = await Stage.live({}, mark());
    const ask = vi.fn();
    const shown = show(Withheld, () => ({ incident: stage.incident(), session: stage.session, onask: ask }));
    expect(shown.find('.chip').textContent).toMatch(/Hälsouppgifter · AMB/);
    expect(shown.find('.chip').title).toBe('Hälsouppgifter finns hos Ambulanssjukvården och visas inte här. RAPSLed');
    await hasNoBarrier(shown.element);
    press(shown.button('Begär ut: Hälsouppgifter, AMB'));
    expect(ask).toHaveBeenCalledWith(expect.objectContaining({ owner: 'amb', marking: Marking.HEALTH }));
  });

  it('that we have asked for is not asked for twice, until we were refused', async () => {
    const stage = await Stage.live({}, mark(), asked('rtj'));
    const shown = show(Withheld, () => ({ incident: stage.incident(), session: stage.session, onask: () => undefined }));
    expect(shown.all('button')).toHaveLength(1);
    stage.add(asked('sos', 'ours'));
    expect([shown.all('button').length, shown.text]).toEqual([0, expect.stringContaining('begärt')]);
    stage.add(event({ case: 'releaseRefused', value: { requestId: 'ours' } }, { owner: 'amb' }));
    expect(shown.all('button')).toHaveLength(1);
  });

  it('is nothing where nothing is', async () => {
    const stage = await Stage.live({}, reported());
    expect(show(Withheld, () => ({ incident: stage.incident(), session: stage.session })).text).toBe('');
  });
});

describe('the log', () => {
  const report = (reportId: string, correctsReportId?: string) => event({ case: 'arrivalReportFiled', value: { reportId, what: `rapport ${reportId}`, correctsReportId } }, { owner: 'rtj' });
  const late = () => event({ case: 'noteAdded', value: { note: 'sent' } }, { hubTime: timestamp(NOON), pressedAt: timestamp(NOON - 90_000) });

  it('has the newest first, what is withheld as such, what was corrected struck out, and when it was pressed', async () => {
    const stage = await Stage.live({}, reported(), report('1'), report('2', '1'), late(), event({ case: 'receiptsGathered', value: {} }), event({ case: 'noteAdded', value: {} }, { owner: 'amb' }, [{ owner: 'amb', marking: Marking.HEALTH }]));
    const shown = show(Timeline, () => ({ events: [...stage.incident().events.values()], session: stage.session, revision: stage.session.revision }));
    expect(shown.find('li.corrected').textContent).toMatch(/rapport 1.*tidigare lydelse/s);
    expect(shown.text).toContain('(tryckt 11:58:30)');
    expect(shown.text).toContain('🔒 Hälsouppgifter');
    expect(shown.text).not.toContain('Leveransbesked');
    const times = shown.all('time').map((one) => one.textContent ?? '');
    expect(times).toEqual([...times].sort().reverse());
    press(shown.find<HTMLInputElement>('input[type=checkbox]'));
    expect(shown.text).toContain('Leveransbesked');
    await hasNoBarrier(shown.element);
  });
});
