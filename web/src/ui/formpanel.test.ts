// @vitest-environment happy-dom
import { create } from '@bufbuild/protobuf';
import { OutcomeSchema } from '@samband/core/gen/command_pb';
import { Marking } from '@samband/core/gen/options_pb';
import { flushSync, tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import * as alarm from '../forms/alarm.ts';
import { fact } from '../forms/fact.ts';
import * as help from '../forms/help.ts';
import * as incident from '../forms/incident.ts';
import * as release from '../forms/release.ts';
import type { Form, Subject, Values } from '../forms/types.ts';
import { hasNoBarrier } from '../test/happy.ts';
import { choose, key, press, show, type } from '../test/show.ts';
import type { Shown } from '../test/show.ts';
import { Stage } from '../test/stage.ts';
import FormPanel from './FormPanel.svelte';

let stage: Stage;
let close: ReturnType<typeof vi.fn<() => void>>;

beforeEach(async () => {
  stage = await Stage.live({ organisation: 'sos' }, event({ case: 'incidentReported', value: {} }), alarmed(party('rtj', '2311010'), party('amb')));
  close = vi.fn<() => void>();
});

function open(make: (subject: Subject) => Form, preset: Values = {}): Shown {
  const form = make(stage.subject());
  return show(FormPanel, () => ({ form, session: stage.session, onclose: close, preset }));
}

const send = (shown: Shown) => {
  shown.find<HTMLFormElement>('form').requestSubmit();
  flushSync();
};
const field = (shown: Shown, name: string) => shown.find<HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement>(`[name="${name}"]:not([type=checkbox])`);
const problems = (shown: Shown) => shown.all('[role=alert]').map((one) => one.textContent);
const chips = (shown: Shown) => shown.all('.chips li').map((one) => (one.textContent ?? '').replaceAll(/\s+/g, ' ').trim());

describe('a form', () => {
  it('has the focus in its first field, a name, and help where it is needed', async () => {
    const shown = open(help.hazard);
    await tick();
    await tick();
    expect(document.activeElement).toBe(field(shown, 'what'));
    expect(shown.find('form').getAttribute('aria-labelledby')).toBe('form-title');
    expect(document.getElementById(field(shown, 'place').getAttribute('aria-describedby') ?? '')?.textContent).toMatch(/SWEREF/);
    await hasNoBarrier(shown.element);
  });

  it('sends what was written, and closes', () => {
    const shown = open(incident.note);
    type(field(shown, 'note'), 'ring igen');
    send(shown);
    expect([close.mock.calls.length, stage.bodies]).toMatchObject([1, [{ case: 'addNote', value: { note: 'ring igen' } }]]);
  });

  it('is sent by Ctrl+Enter, also out of a field of several lines', () => {
    const shown = open(incident.note);
    type(field(shown, 'note'), 'x');
    expect(key(field(shown, 'note'), 'Enter', { ctrlKey: true })).toBe(true);
    expect(stage.bodies).toHaveLength(1);
  });

  it('is closed by Escape and by its button, and sends nothing', () => {
    const shown = open(incident.note);
    type(field(shown, 'note'), 'x');
    key(field(shown, 'note'), 'Escape');
    press(shown.button('Avbryt Esc'));
    expect([close.mock.calls.length, stage.bodies]).toEqual([2, []]);
  });

  it('says what is missing, goes there, and sends nothing', async () => {
    const shown = open(help.message as unknown as (subject: Subject) => Form);
    send(shown);
    expect([problems(shown), field(shown, 'text').getAttribute('aria-invalid'), document.activeElement?.getAttribute('name'), stage.bodies]).toEqual([['Behöver fyllas i'], 'true', 'text', []]);
    await hasNoBarrier(shown.element);
    type(field(shown, 'text'), 'möts vid kyrkan');
    send(shown);
    expect(stage.bodies).toHaveLength(1);
  });

  it('says that nothing is filled in, instead of replacing what stands with nothing', () => {
    const shown = open((subject) => fact(subject, 'address'));
    send(shown);
    expect([problems(shown), stage.bodies, close.mock.calls.length]).toEqual([['Inget är ifyllt'], [], 0]);
    type(field(shown, 'street'), 'Storgatan 1');
    send(shown);
    expect(stage.bodies).toMatchObject([{ case: 'stateFact' }]);
  });

  it.each([['place', 'kyrkan', 'Läget går inte att tolka'], ['standOff', 'femtio', 'Väntade ett helt tal'], ['unNumber', '99999999999', 'Väntade ett helt tal']])('says that %s cannot be "%s"', (name, written, problem) => {
    const shown = open(help.hazard);
    type(field(shown, 'what'), 'Gasol');
    type(field(shown, name), written);
    send(shown);
    expect([problems(shown), stage.bodies]).toEqual([[problem], []]);
    type(field(shown, name), '');
    send(shown);
    expect(stage.bodies).toHaveLength(1);
  });

  it('says that a time is none', () => {
    const shown = open(help.request);
    type(field(shown, 'what'), 'motorsåg');
    type(field(shown, 'wantedAt'), 'snart');
    send(shown);
    expect([problems(shown), stage.bodies]).toEqual([['Väntade HH:MM'], []]);
  });

  it('sends what follows when the hub has taken the first', async () => {
    const shown = open(incident.newIncident);
    type(field(shown, 'types'), 'Brand i byggnad');
    send(shown);
    await vi.waitFor(() => expect(stage.bodies).toHaveLength(1));
    stage.client.outbox.outcome(create(OutcomeSchema, { commandId: stage.commands[0]?.commandId ?? '', result: { case: 'accepted', value: { incidentId: 'new' } } }));
    await vi.waitFor(() => expect(stage.commands[1]).toMatchObject({ incidentId: 'new', body: { case: 'raiseAlarm', value: { plan: 'auto' } } }));
  });
});

describe('what cannot be undone', () => {
  const armed = (shown: Shown) => shown.find('button[type=submit]').textContent?.startsWith('Tryck en gång till');

  it('is pressed twice', () => {
    const shown = open(alarm.openGate);
    type(field(shown, 'reason'), 'livsfara');
    send(shown);
    expect([armed(shown), stage.bodies, close.mock.calls.length]).toEqual([true, [], 0]);
    send(shown);
    expect([stage.bodies, close.mock.calls.length]).toMatchObject([[{ case: 'openGate', value: { alarmId: 'a', reason: 'livsfara' } }], 1]);
  });

  it('is pressed twice again when something was changed in between', () => {
    const shown = open(alarm.openGate);
    type(field(shown, 'reason'), 'livsfara');
    send(shown);
    type(field(shown, 'reason'), 'annat');
    expect(armed(shown)).toBe(false);
    send(shown);
    expect(stage.bodies).toEqual([]);
  });

  it('is not confirmed by a key that is held down', () => {
    const shown = open(alarm.openGate);
    type(field(shown, 'reason'), 'livsfara');
    expect([key(field(shown, 'reason'), 'Enter', { ctrlKey: true }), key(field(shown, 'reason'), 'Enter', { ctrlKey: true, repeat: true })]).toEqual([true, true]);
    expect(key(field(shown, 'reason'), 'Enter', { repeat: true })).toBe(true);
    expect([armed(shown), stage.bodies]).toEqual([true, []]);
  });

  it('does not begin before everything is filled in', () => {
    const shown = open(alarm.openGate);
    send(shown);
    expect([armed(shown), problems(shown)]).toEqual([false, ['Behöver fyllas i']]);
  });
});

describe('parties', () => {
  const write = (shown: Shown, text: string) => {
    type(field(shown, 'parties'), text);
    return key(field(shown, 'parties'), 'Enter');
  };

  it('are chips, each with a button that takes it away', async () => {
    const shown = open(alarm.addParties);
    expect(write(shown, '2 31-1030')).toBe(true);
    write(shown, 'polis');
    write(shown, 'POLIS');
    expect([chips(shown), field(shown, 'parties').value]).toEqual([['2 31-1030 (RTJ) ×', 'POLIS ×'], '']);
    await hasNoBarrier(shown.element);
    press(shown.button('Stäng POLIS'));
    send(shown);
    expect(stage.bodies).toMatchObject([{ case: 'addParties', value: { parties: [{ organisation: 'rtj', unitId: '2311030' }] } }]);
  });

  it('that nobody is stay as they were written, and nothing is sent', () => {
    const shown = open(alarm.addParties);
    write(shown, '2311030 9999');
    expect([chips(shown), field(shown, 'parties').value, problems(shown)]).toEqual([['2 31-1030 (RTJ) ×'], '9999', ['Ingen sådan enhet eller organisation']]);
    send(shown);
    expect([stage.bodies, problems(shown)]).toEqual([[], ['Ingen sådan enhet eller organisation']]);
    type(field(shown, 'parties'), '');
    send(shown);
    expect(stage.bodies).toHaveLength(1);
  });

  it('that were written and not added yet are sent as well', () => {
    const shown = open(alarm.addParties);
    type(field(shown, 'parties'), 'polis');
    send(shown);
    expect(stage.bodies).toMatchObject([{ value: { parties: [{ organisation: 'polis' }] } }]);
  });

  it('are at least one', () => {
    const shown = open(alarm.addParties);
    send(shown);
    expect(problems(shown)).toEqual(['Välj minst en']);
  });

  it('come from the command line as they were typed there', () => {
    const shown = open(alarm.alarm, { parties: '2311030 9999', plan: '-' });
    expect([chips(shown), field(shown, 'parties').value, problems(shown), field(shown, 'plan').value]).toEqual([['2 31-1030 (RTJ) ×'], '9999', ['Ingen sådan enhet eller organisation'], '-']);
  });
});

describe('choices', () => {
  it('that depend on another choice are never one that is no longer there', () => {
    const shown = open(release.grantRelease);
    choose(field(shown, 'to'), 'polis');
    choose(field(shown, 'ground'), 'OSL 10:23');
    choose(field(shown, 'to'), 'rtj');
    expect(field(shown, 'ground').value).toBe('OSL 10:2');
    type(field(shown, 'reason'), 'behövs');
    send(shown);
    send(shown);
    expect(stage.bodies).toMatchObject([{ case: 'grantRelease', value: { marking: Marking.HEALTH, toOrganisation: 'rtj', ground: 'OSL 10:2' } }]);
  });

  it('of which there is none cannot be sent', () => {
    const shown = open(release.grantRelease);
    choose(field(shown, 'to'), 'kommun');
    type(field(shown, 'reason'), 'behövs');
    send(shown);
    expect(problems(shown)).toEqual(['Behöver fyllas i']);
  });

  it('of another kind of fact bring its own fields', () => {
    const shown = open(fact as (subject: Subject) => Form);
    choose(field(shown, 'kind'), 'hazard');
    type(field(shown, 'what'), 'Gasol');
    send(shown);
    expect(stage.bodies).toMatchObject([{ case: 'stateFact', value: { value: { case: 'hazard', value: { what: 'Gasol' } } } }]);
  });

  it('of several are all chosen to be called back, and can be taken off', async () => {
    const shown = open(alarm.recall);
    const boxes = shown.all<HTMLInputElement>('input[name=parties]');
    expect(boxes.map((box) => box.checked)).toEqual([true, true]);
    for (const box of boxes) press(box);
    type(field(shown, 'reason'), 'falskt');
    send(shown);
    expect([problems(shown), stage.bodies]).toEqual([['Välj minst en'], []]);
    await hasNoBarrier(shown.element);
  });
});
