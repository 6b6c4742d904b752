import type { Voice } from './describe.ts';

/** What a desk can do nothing with: identities, and words of the contract for whoever mends the program. */
const FOR_SUPPORT = new Set(['alarm_id', 'incident_id', 'emergency_id', 'field', 'expected', 'subject', 'stage', 'what', 'needed', 'current', 'number']);

const camel = (name: string) => name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** The facts of a refusal as a dispatcher says them; those that are nothing to them are left out. */
export function refusalFacts({ names, t }: Voice, facts: readonly { name: string; value: string }[]): string[] {
  const words = t.common.refusalFacts;
  return facts.flatMap(({ name, value }) => {
    if (FOR_SUPPORT.has(name)) return [];
    switch (name) {
      case 'organisation':
        return [names.short(value)];
      case 'party': {
        const [organisation, unitId] = value.split(/[:/]/);
        return [unitId ? names.unit({ unitId }) : names.short(organisation)];
      }
      case 'talkgroup_id':
      case 'fallback':
        return [names.talkgroup(value)?.name ?? value];
      case 'missing': {
        const fields: Record<string, string> = { ...t.forms.fields, majorIncident: t.forms.fields.major };
        return [words.missing(fields[camel(value)] ?? value)];
      }
      case 'minutes':
        return [words.minutes(value)];
      case 'limit':
        return [words.limit(value)];
      case 'desk':
        return [value];
      default:
        return [];
    }
  });
}
