import type { FactStated } from '../gen/event_pb.ts';
import type { FactKind } from './model.ts';

/** Coarse forms are shown as the fact they are of. */
const COARSE = [
  ['locationCoarse', 'location'], ['callerCoarse', 'caller'], ['patientsCoarse', 'patients'], ['healthCoarse', 'health'],
  ['threatCoarse', 'threat'], ['suspectCoarse', 'suspect'], ['accessCodeCoarse', 'accessCode'], ['vehicleCoarse', 'vehicle'],
] as const;

/** The kind of a stated value, also of a coarse one. */
export function factKind(stated: FactStated): FactKind | undefined {
  return stated.value.case ?? COARSE.find(([coarse]) => stated[coarse] !== undefined)?.[1];
}
