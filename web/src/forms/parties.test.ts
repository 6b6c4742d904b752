import { Names } from '@samband/core';
import { describe, expect, it } from 'vitest';
import { DEPLOYMENT } from '../test/deployment.ts';
import { partyChoices, partyLabel, resolveParties, resolveParty } from './parties.ts';

const names = new Names(DEPLOYMENT);

describe('who is meant by what was typed', () => {
  it.each<[string, string | undefined]>([
    ['2 31-1010', 'rtj:2311010'], ['2311010', 'rtj:2311010'], ['231-1010', 'rtj:2311010'], ['2 31 1010', 'rtj:2311010'],
    ['rtj', 'rtj'], ['RTJ', 'rtj'], ['Räddningstjänsten', 'rtj'], ['polis', 'polis'], ['SOS Alarm', 'sos'], ['rtj:2311010', 'rtj:2311010'],
    // The last digits, as on the radio: only where one unit has them.
    ['1030', 'rtj:2311030'], ['9010', 'amb:3269010'], ['31-1030', 'rtj:2311030'], ['1010', undefined], ['010', undefined], ['10', undefined],
    ['', undefined], ['   ', undefined], ['9999', undefined], ['nonsense', undefined],
    // Nobody listens at open radio: it cannot be alarmed.
    ['Öppen radio', undefined], ['radio', undefined],
  ])('"%s" is %s', (typed, party) => expect(resolveParty(names, typed)).toBe(party));

  it('is whoever was chosen from the list, for everybody in it', () => {
    for (const choice of partyChoices(names)) expect(resolveParty(names, choice.label)).toBe(choice.value);
    expect(partyChoices(names).map((one) => one.value)).not.toContain('radio');
  });

  it('is nobody before the deployment is known', () => {
    expect([resolveParty(new Names(undefined), 'rtj'), partyChoices(new Names(undefined))]).toEqual([undefined, []]);
  });
});

describe('a line of names', () => {
  it.each<[string, string[], string[]]>([
    ['2311010 2311030', ['rtj:2311010', 'rtj:2311030'], []],
    ['2 31-1010 2 31-1030', ['rtj:2311010', 'rtj:2311030'], []],
    ['2 31-1010, polis; 9010', ['rtj:2311010', 'polis', 'amb:3269010'], []],
    ['SOS Alarm polis', ['sos', 'polis'], []],
    ['rtj RTJ', ['rtj'], []],
    ['rtj 9999 polis', ['rtj', 'polis'], ['9999']],
    ['1010', [], ['1010']],
    ['2 31-1010 släckbil Östersund (RTJ)', ['rtj:2311010'], []],
    ['  ', [], []],
  ])('"%s" is %s, and nobody is called %s', (typed, keys, unknown) => expect(resolveParties(names, typed)).toEqual({ keys, unknown }));
});

it('a party is shown by its call sign and whose it is', () => {
  expect([partyLabel(names, 'rtj:2311010'), partyLabel(names, 'rtj'), partyLabel(names, 'x:9')]).toEqual(['2 31-1010 (RTJ)', 'RTJ', '9 (x)']);
});
