// @vitest-environment happy-dom
import { create } from '@bufbuild/protobuf';
import { OutcomeSchema, RefusalCode } from '@samband/core/gen/command_pb';
import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import * as alarm from '../forms/alarm.ts';
import * as help from '../forms/help.ts';
import * as incident from '../forms/incident.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { key, press, show, type } from '../test/show.ts';
import type { Shown } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import OutboxTray from '../ui/OutboxTray.svelte';
import { Desk } from './desk.svelte.ts';
import Detail from './Detail.svelte';
import Queue from './Queue.svelte';

let stage: Stage;
let desk: Desk;
let shown: Shown;

const reported = (incidentId: string, what: string) => event({ case: 'incidentReported', value: { types: [what] } }, { incidentId });
const field = (name: string) => shown.find<HTMLInputElement & HTMLTextAreaElement>(`[name="${name}"]:not([type=checkbox])`);
const elsewhere = () => shown.all('[data-testid=form-elsewhere]').map((one) => (one.textContent ?? '').trim());

function send(): void {
  shown.find<HTMLFormElement>('[data-testid=form]').requestSubmit();
  flushSync();
}

async function answer(result: { incidentId?: string } | RefusalCode): Promise<void> {
  const commandId = stage.commands.at(-1)?.commandId ?? '';
  stage.client.outbox.outcome(create(OutcomeSchema, { commandId, result: typeof result === 'object' ? { case: 'accepted', value: result } : { case: 'refused', value: { code: result } } }));
  await new Promise((later) => setTimeout(later));
  stage.settle();
}

beforeEach(async () => {
  stage = await Stage.live({ organisation: 'sos' }, reported('i', 'Brand'), reported('j', 'Trafikolycka'), alarmed(party('rtj', '2311010'), party('amb')));
  desk = new Desk(stage.session);
  desk.select('i');
  shown = show(Detail, () => ({}), { desk });
});

const open = (make: () => void) => {
  make();
  flushSync();
};

describe('an open form', () => {
  it('says of which incident it is, and asks once more when another one is shown', async () => {
    open(() => desk.open(incident.note(desk.subject)));
    expect(shown.find('#form-title').textContent).toBe('Anteckning Brand');
    type(field('note'), 'ring igen');
    desk.select('j');
    flushSync();
    expect(elsewhere()).toEqual([expect.stringContaining('Gäller Brand, inte händelsen som visas')]);
    await hasNoBarrier(shown.find('form'));
    send();
    expect([stage.bodies, shown.all('.armed').length]).toEqual([[], 1]);
    send();
    expect(stage.commands).toMatchObject([{ incidentId: 'i', body: { case: 'addNote' } }]);
  });

  it('that was armed at one incident is not sent by one press at another', () => {
    open(() => desk.open(alarm.recall(desk.subject)));
    type(field('reason'), 'falskt');
    send();
    desk.select('j');
    flushSync();
    send();
    expect(stage.bodies).toEqual([]);
    press(shown.button('Visa den'));
    expect([desk.selectedId, elsewhere()]).toEqual(['i', []]);
  });

  it('that another one takes the place of keeps what was written, until it is sent or closed', () => {
    open(() => desk.open(incident.note(desk.subject)));
    type(field('note'), 'ring igen');
    open(() => desk.open(alarm.alarm(desk.subject)));
    type(field('parties'), '9999');
    open(() => desk.show('handover'));
    open(() => desk.open(alarm.alarm(desk.subject)));
    expect(field('parties').value).toBe('9999');
    open(() => desk.open(incident.note(desk.subject)));
    expect([field('note').value, shown.text.includes('Det du skrev senast är kvar')]).toEqual(['ring igen', true]);
    key(field('note'), 'Escape');
    open(() => desk.open(incident.note(desk.subject)));
    expect(field('note').value).toBe('');
  });

  it('does not carry what was written over to another incident, or another request', () => {
    stage.add(event({ case: 'resourceRequested', value: { requestId: 'q', what: 'röjning' } }, { owner: 'amb' }), event({ case: 'resourceRequested', value: { requestId: 'r', what: 'pump' } }, { owner: 'amb' }));
    const request = (id: string) => stage.incident().requests.get(id) as never;
    open(() => desk.open(help.declineRequest(desk.subject, request('q'))));
    type(field('reason'), 'ingen ledig');
    open(() => desk.open(help.declineRequest(desk.subject, request('r'))));
    expect(field('reason').value).toBe('');
    open(() => desk.open(incident.note(desk.subject)));
    type(field('note'), 'ring');
    desk.select('j');
    open(() => desk.open(incident.note(desk.subject)));
    expect(field('note').value).toBe('');
  });

  it('that the hub refused can be opened again as it was written', async () => {
    open(() => desk.open(incident.note(desk.subject)));
    type(field('note'), 'ring igen');
    send();
    await vi.waitFor(() => expect(stage.commands).toHaveLength(1));
    await answer(RefusalCode.NOT_PERMITTED);
    const tray = show(OutboxTray, () => ({ session: stage.session, canMend: (id: string) => desk.canMend(id), onmend: (id: string) => desk.mend(id) }));
    press(tray.button('Ändra och sänd igen'));
    stage.settle();
    expect([field('note').value, stage.session.actions]).toEqual(['ring igen', []]);
  });
});

describe('a new incident', () => {
  const create = async () => {
    open(() => desk.open(incident.newIncident(desk.subject)));
    type(field('types'), 'Brand i byggnad');
    send();
    await vi.waitFor(() => expect(stage.commands).toHaveLength(1));
  };

  it('is in front when the hub has it, and what is to be alarmed with it is told', async () => {
    await create();
    stage.settle();
    expect(show(OutboxTray, () => ({ session: stage.session })).text).toContain('Ny händelse, därefter Larma');
    await answer({ incidentId: 'new' });
    expect(desk.selectedId).toBe('new');
  });

  it('does not pull anybody away from what they have gone on to', async () => {
    await create();
    desk.select('j');
    await answer({ incidentId: 'new' });
    expect(desk.selectedId).toBe('j');
  });
});

describe('"heard"', () => {
  const pages = () => shown.all('[data-testid=heard] ol button').map((one) => (one.textContent ?? '').replaceAll(/\s+/g, ' ').trim());
  const list = () => shown.find('[data-testid=heard]');

  it('keeps whose number it is while others answer, and a number whose owner has answered does nothing', async () => {
    open(() => desk.show('heard'));
    stage.add(event({ case: 'acknowledged', value: { alarmId: 'a', organisation: 'amb' } }, { owner: 'amb' }), event({ case: 'partiesAdded', value: { alarmId: 'a', parties: [party('amb', '3261010')] } }));
    expect(pages()).toEqual(['1 AMB har svarat', '2 2311010 väntar', '3 3261010 väntar']);
    key(list(), '1');
    expect(stage.bodies).toEqual([]);
    key(list(), '2');
    await vi.waitFor(() => expect(stage.bodies).toMatchObject([{ case: 'acknowledge', value: { relayedFor: { organisation: 'rtj', unitId: '2311010' } } }]));
  });

  it('has more pages than there are digits', () => {
    stage.add(event({ case: 'partiesAdded', value: { alarmId: 'a', parties: Array.from({ length: 10 }, (_, n) => party('rtj', `23199${n}0`)) } }));
    open(() => desk.show('heard'));
    expect([pages().length, shown.text.includes('Sida 1 av 2')]).toEqual([9, true]);
    key(list(), '0');
    expect(pages().length).toBe(3);
  });
});

describe('what others ask', () => {
  it('is a number on the tab, and on the row', () => {
    expect(shown.text).not.toContain('väntar på svar');
    stage.add(event({ case: 'releaseRequested', value: { requestId: 'b', ofOwner: 'sos', marking: 7, purpose: 'x' } }, { owner: 'polis' }));
    expect(shown.find('#tab-help').textContent).toContain('1 väntar på svar');
    expect(show(Queue, () => ({}), { desk }).text).toContain('KRÄVER ÅTGÄRD');
  });
});
