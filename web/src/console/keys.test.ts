// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import { Stage, strike } from '../test/stage.ts';
import { en, sv } from '../texts/index.ts';
import { ACTIONS, isOffered, parse, start } from './actions.ts';
import type { ActionName } from './actions.ts';
import { Desk } from './desk.svelte.ts';
import { chord, keys } from './keys.svelte.ts';
import { FIXED, onKey } from './shortcuts.ts';

const BROWSER = ['F1', 'F3', 'F5', 'F7', 'F11', 'F12', 'Ctrl+T', 'Ctrl+W', 'Ctrl+N', 'Ctrl+L', 'Alt+F4'];
const bound = [...FIXED.map((one) => one.key), ...ACTIONS.flatMap((action) => (action.key ? [action.key] : []))];

const pressed = (key: string, code: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...more });
const ALT = { altKey: true };

afterEach(() => {
  strike();
  keys.reset();
  document.body.replaceChildren();
});

describe('the keys', () => {
  it('each do one thing', () => expect(bound.filter((key, at) => bound.indexOf(key) !== at)).toEqual([]));
  it('are none of the browser’s', () => expect(bound.filter((key) => BROWSER.includes(key))).toEqual([]));
  it('are no single letters: those would act while somebody types', () => expect(bound.filter((key) => /^[a-zåäö0-9]$/i.test(key))).toEqual([]));

  it.each<[KeyboardEvent, string]>([
    [pressed('å', 'KeyA', ALT), 'Alt+A'], [pressed('X', 'KeyX', { altKey: true, shiftKey: true }), 'Alt+Shift+X'], [pressed('F8', 'F8'), 'F8'],
    [pressed('k', 'KeyK', { ctrlKey: true }), 'Ctrl+K'], [pressed('1', 'Digit1', ALT), 'Alt+1'], [pressed('F6', 'F6', { shiftKey: true }), 'Shift+F6'],
  ])('are known by their place, whatever Alt makes of them (%#)', (key, name) => expect(chord(key)).toBe(name));

  it('can be changed, and are then remembered', () => {
    expect(keys.of('note', 'Alt+N')).toBe('Alt+N');
    keys.set('note', 'Alt+Z');
    expect([keys.of('note', 'Alt+N'), localStorage.getItem('samband.keys')]).toEqual(['Alt+Z', '{"note":"Alt+Z"}']);
    keys.reset();
    expect([keys.of('note', 'Alt+N'), localStorage.getItem('samband.keys')]).toEqual(['Alt+N', null]);
  });
});

describe('the command line', () => {
  const words = ACTIONS.flatMap((action) => action.words);

  it('has each word once', () => expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]));

  it.each(ACTIONS.map((action) => [action.name]))('knows "%s" by each of its words and by its name, in both languages', (name) => {
    const action = ACTIONS.find((one) => one.name === name);
    for (const word of action?.words ?? []) expect(parse(`${word} x y`, sv)).toMatchObject({ action: { name }, argument: 'x y' });
    expect(parse(sv.forms.actions[name], sv)?.action.name).toBe(name);
    expect(parse(en.forms.actions[name].toUpperCase(), en)?.action.name).toBe(name);
  });

  it.each<[string, ActionName | undefined, string?]>([
    ['larma 2311010 2311030', 'alarm', '2311010 2311030'], ['LARMA  Polis', 'alarm', 'Polis'], ['larma', 'alarm', ''], ['larma-fler 1010', 'addParties', '1010'],
    ['lämna Bord 4', 'handOver', 'Bord 4'], ['lämna händelsen klart', 'standDown', 'klart'], ['ta Bord 3', 'claim', 'Bord 3'], ['ta ledningen', 'acceptLead', ''],
    ['hört 2 telefon', 'heard', '2 telefon'], ['kv', 'acknowledge', ''], ['kvalitet', undefined], ['larmat', undefined], ['', undefined], ['  ', undefined],
  ])('takes "%s" as %s', (line, name, argument) => {
    const found = parse(line, sv);
    expect([found?.action.name, found?.argument]).toEqual([name, argument]);
  });
});

describe('what is offered', () => {
  const offered = async (organisation: string, ...events: Parameters<typeof event>[]) => {
    const stage = await Stage.live({ organisation }, event({ case: 'incidentReported', value: {} }), ...events.map((one) => event(...one)));
    return ACTIONS.filter((action) => isOffered(action, stage.subject())).map((action) => action.name);
  };

  it('is to acknowledge only for whoever is waited for', async () => {
    const stage = await Stage.live({ organisation: 'rtj' }, event({ case: 'incidentReported', value: {} }), alarmed(party('rtj')));
    const ack = ACTIONS.find((one) => one.name === 'acknowledge');
    expect(ack && isOffered(ack, stage.subject())).toBe(true);
    expect(await offered('sos')).not.toContain('acknowledge');
  });

  it('is to close for the lead, to leave for the others, and neither when it is closed', async () => {
    const lead = [{ case: 'involvementChanged', value: { organisation: 'sos', involvement: 4 } }] as Parameters<typeof event>;
    const closed = [{ case: 'incidentClosed', value: {} }] as Parameters<typeof event>;
    expect(await offered('sos', lead)).toEqual(expect.arrayContaining(['close', 'offerLead']));
    expect(await offered('sos', lead)).not.toContain('standDown');
    expect(await offered('rtj', lead)).toContain('standDown');
    expect(await offered('sos', lead, closed)).toContain('reopen');
    expect(await offered('sos', lead, closed)).not.toContain('close');
  });

  it('is nothing of an incident where there is none', async () => {
    const stage = await Stage.live({ organisation: 'sos' });
    const names = ACTIONS.filter((action) => isOffered(action, stage.subject('none'))).map((action) => action.name);
    expect(names).toEqual(['newIncident', 'message', 'emergency', 'notice', 'unitState', 'signOff']);
  });

  it('is to make a unit covert only for command', async () => {
    const covert = ACTIONS.filter((one) => one.name === 'covert');
    const offers = async (role: string) => isOffered(covert[0] ?? ACTIONS[0]!, (await Stage.live({ organisation: 'polis', role })).subject('none'));
    expect([covert.length, await offers('command'), await offers('operator')]).toEqual([1, true, false]);
  });
});

describe('a key at the desk', () => {
  let stage: Stage;
  let desk: Desk;
  const press = (key: KeyboardEvent, target: HTMLElement = document.body) => {
    document.body.append(target === document.body ? '' : target);
    Object.defineProperty(key, 'target', { value: target });
    onKey(desk, key);
    return key.defaultPrevented;
  };

  beforeEach(async () => {
    stage = await Stage.live({ organisation: 'rtj' }, event({ case: 'incidentReported', value: {} }), alarmed(party('rtj'), party('amb')));
    desk = new Desk(stage.session);
    desk.select('i');
  });

  it('acknowledges, opens forms, and shows sheets', () => {
    expect(press(pressed('F4', 'F4'))).toBe(true);
    expect(stage.bodies).toMatchObject([{ case: 'acknowledge', value: { alarmId: 'a' } }]);
    press(pressed('n', 'KeyN', ALT));
    expect(desk.form?.id).toBe('note');
    press(pressed('?', 'Minus', { shiftKey: true }));
    expect([desk.sheet, desk.form]).toEqual(['keys', undefined]);
    press(pressed('Escape', 'Escape'));
    expect(desk.sheet).toBeUndefined();
  });

  it('acknowledges each alarm that is shown by its name, and a recall too; none that comes later', () => {
    stage.add(event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('rtj')] } }), event({ case: 'alarmRecalled', value: { alarmId: 'a', parties: [{ organisation: 'rtj' }] } }));
    press(pressed('F4', 'F4'));
    stage.add(event({ case: 'alarmRaised', value: { alarmId: 'c', parties: [party('rtj')] } }));
    expect(stage.bodies).toMatchObject([{ case: 'acknowledge', value: { alarmId: 'a' } }, { case: 'acknowledge', value: { alarmId: 'b' } }]);
  });

  it('does nothing where it makes no sense, and nothing else either', () => {
    expect([press(pressed('x', 'KeyX', { altKey: true, shiftKey: true })), desk.form, stage.commands]).toEqual([true, undefined, []]);
    expect(press(pressed('q', 'KeyQ'))).toBe(false);
  });

  it('is text where somebody types, unless it can be no text', () => {
    const field = document.createElement('textarea');
    expect([press(pressed('?', 'Minus', { shiftKey: true }), field), press(pressed('/', 'Digit7', { shiftKey: true }), field), press(pressed('N', 'KeyN', { shiftKey: true }), field)]).toEqual([false, false, false]);
    expect([press(pressed('n', 'KeyN', ALT), field), desk.form?.id]).toEqual([true, 'note']);
  });

  it('is the one it was changed to', () => {
    keys.set('note', 'Alt+Z');
    expect([press(pressed('n', 'KeyN', ALT)), desk.form]).toEqual([false, undefined]);
    press(pressed('z', 'KeyZ', ALT));
    expect(desk.form?.id).toBe('note');
  });

  it('that is a character can be changed, and switched off', () => {
    keys.set('keys', 'Alt+Z');
    keys.set('commandLineCharacter', '');
    expect([press(pressed('?', 'Minus', { shiftKey: true })), press(pressed('/', 'Digit7', { shiftKey: true })), desk.sheet]).toEqual([false, false, undefined]);
    press(pressed('z', 'KeyZ', ALT));
    expect(desk.sheet).toBe('keys');
    keys.set('search', 'Alt+Y');
    expect([press(pressed('q', 'KeyQ', ALT)), press(pressed('y', 'KeyY', ALT)), desk.sheet]).toEqual([false, true, 'search']);
  });

  it('goes through what waits, one after the other', () => {
    stage.add(event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('rtj')] } }, { incidentId: 'j' }));
    const seen = [0, 1, 2].map(() => {
      press(pressed('F2', 'F2'));
      return desk.selectedId;
    });
    expect(new Set(seen)).toEqual(new Set(['i', 'j']));
    expect(seen[0]).toBe(seen[2]);
  });

  it('acknowledges for whoever was heard, by number and way; a number only of a list that can be seen', () => {
    const heard = ACTIONS.find((one) => one.name === 'heard');
    if (heard) start(desk, heard, '1 telefon');
    expect([stage.bodies, desk.sheet]).toEqual([[], 'heard']);
    if (heard) start(desk, heard, '1 telefon');
    expect(stage.bodies).toMatchObject([{ case: 'acknowledge', value: { alarmId: 'a', relayedFor: { organisation: 'rtj' }, heardOn: 'telefon' } }]);
    if (heard) start(desk, heard, '9');
    expect(desk.sheet).toBe('heard');
  });

  it('acknowledges for whoever was heard by call sign or name, and shows the list where it is not sure who is meant', () => {
    stage.add(event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('rtj', '2311010')] } }));
    const heard = ACTIONS.find((one) => one.name === 'heard');
    if (heard) for (const who of ['31-1010 telefon', 'AMB', '1010']) start(desk, heard, who);
    expect([stage.bodies, desk.sheet]).toMatchObject([[
      { value: { alarmId: 'b', relayedFor: { organisation: 'rtj', unitId: '2311010' }, heardOn: 'telefon' } }, { value: { alarmId: 'a', relayedFor: { organisation: 'amb' }, heardOn: 'radio' } },
    ], 'heard']);
  });

  it('begins a form with what was written on the command line', () => {
    const alarm = ACTIONS.find((one) => one.name === 'alarm');
    if (alarm) start(desk, alarm, '2311010 9999');
    expect(desk.preset).toEqual({ parties: '2311010 9999', plan: '-' });
  });

  it('of silence silences', async () => {
    const { sound } = await import('../live/sound.svelte.ts');
    const silence = vi.spyOn(sound, 'silence');
    press(pressed('F9', 'F9'));
    expect(silence).toHaveBeenCalledOnce();
  });
});
