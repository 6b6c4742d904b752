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

export function partyLabel(names: Names, key: string): string {
  const [organisation, unitId] = key.split(':');
  return unitId ? `${names.unit({ unitId })} (${names.short(organisation)})` : names.short(organisation);
}
