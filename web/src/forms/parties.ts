import type { Names } from '@samband/core';
import type { Choice } from './types.ts';

/** Everybody who can be alarmed, as one types them. */
export function partyChoices(names: Names): Choice[] {
  const deployment = names.deployment;
  if (!deployment) return [];
  const organisations = deployment.organisations
    .filter((one) => !one.nobody)
    .map((one) => ({ value: one.id ?? '', label: `${one.shortName ?? one.id ?? ''} (${one.name ?? ''})` }));
  const units = deployment.units.map((one) => ({
    value: `${one.organisation ?? ''}:${one.unitId ?? ''}`,
    label: `${one.callSign ?? ''} ${one.kind ?? ''} ${one.locality ?? ''} (${names.short(one.organisation)})`,
  }));
  return [...organisations, ...units];
}

const plain = (word: string) => word.toLowerCase().replaceAll(/[\s-]/g, '');

/** The party that is meant by what was typed: call sign, unit number, or organisation. Only a sure one. */
export function resolveParty(names: Names, typed: string): string | undefined {
  const deployment = names.deployment;
  const wanted = plain(typed);
  if (!deployment || wanted === '') return undefined;
  const chosen = partyChoices(names).find((one) => plain(one.label) === wanted || one.value === typed);
  if (chosen) return chosen.value;
  const organisation = deployment.organisations.find((one) => !one.nobody && [one.id, one.shortName, one.name].some((name) => plain(name ?? '') === wanted));
  if (organisation) return organisation.id;
  const keyOf = (unit: { organisation?: string; unitId?: string }) => `${unit.organisation ?? ''}:${unit.unitId ?? ''}`;
  const exact = deployment.units.find((one) => plain(one.unitId ?? '') === wanted || plain(one.callSign ?? '') === wanted);
  if (exact) return keyOf(exact);
  // The last digits are what is said on the radio: taken when only one unit has them.
  const ending = wanted.length >= 4 ? deployment.units.filter((one) => plain(one.callSign ?? '').endsWith(wanted)) : [];
  return ending.length === 1 && ending[0] ? keyOf(ending[0]) : undefined;
}

/** At most so many words are one name: "2 31-1010", "Räddningstjänsten Jämtland". */
const NAME_WORDS = 5;

/** The parties that are meant by a line of names, with commas or without; and what is nobody's name. The longest name wins. */
export function resolveParties(names: Names, typed: string): { keys: string[]; unknown: string[] } {
  const keys: string[] = [];
  const unknown: string[] = [];
  for (const part of typed.split(/[,;]/)) {
    const words = part.split(/\s+/).filter(Boolean);
    while (words.length > 0) {
      let length = Math.min(words.length, NAME_WORDS);
      // All that is left may be a whole label of the list, however long.
      let key = resolveParty(names, words.join(' '));
      if (key) length = words.length;
      while (!key && length > 0) {
        key = resolveParty(names, words.slice(0, length).join(' '));
        if (!key) length -= 1;
      }
      if (key) keys.push(key);
      else unknown.push(words[0] ?? '');
      words.splice(0, Math.max(1, length));
    }
  }
  return { keys: [...new Set(keys)], unknown };
}

/** The party that a line begins with, and what is left of the line. The longest name wins. */
export function firstParty(names: Names, typed: string): { key: string; rest: string } | undefined {
  const words = typed.split(/\s+/).filter(Boolean);
  for (let length = Math.min(words.length, NAME_WORDS); length > 0; length -= 1) {
    const key = resolveParty(names, words.slice(0, length).join(' '));
    if (key) return { key, rest: words.slice(length).join(' ') };
  }
  return undefined;
}

export function partyLabel(names: Names, key: string): string {
  const [organisation, unitId] = key.split(':');
  return unitId ? `${names.unit({ unitId })} (${names.short(organisation)})` : names.short(organisation);
}
