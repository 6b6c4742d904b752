import { fromBinary } from '@bufbuild/protobuf';
import { CommandSchema } from './gen/command_pb.ts';
import type { Command } from './gen/command_pb.ts';
import type { Kept, StoredAction } from './storage.ts';

/** What a row says, if it is the command it says it is. Rows are what some page wrote, and not always this one. */
export function commandIn(bytes: unknown, commandId: unknown): Command | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    const command = fromBinary(CommandSchema, bytes);
    return command.commandId && command.commandId === commandId ? command : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a row of the outbox can be shown and sent as it is. One that cannot would stop everything behind it at every try. */
export function isAction(row: Partial<StoredAction>): boolean {
  const { seq, commandId, bytes, at, urgent, kind, incidentId, principal, refused } = row;
  return typeof seq === 'number' && typeof at === 'number' && typeof urgent === 'boolean' && typeof kind === 'string'
    && isOptional('string', incidentId) && isOptional('string', principal) && isRefusal(refused) && commandIn(bytes, commandId) !== undefined;
}

function isRefusal(refused: unknown): boolean {
  if (refused === undefined) return true;
  const { code, message, facts } = (refused ?? {}) as Partial<NonNullable<StoredAction['refused']>>;
  const isFact = (fact: Partial<{ name: string; value: string }> | null) => typeof fact?.name === 'string' && typeof fact.value === 'string';
  return typeof code === 'number' && typeof message === 'string' && Array.isArray(facts) && facts.every(isFact);
}

const isOptional = (type: 'string' | 'number', value: unknown) => value === undefined || typeof value === type;
const isBytes = (value: unknown) => value === undefined || value instanceof Uint8Array;
const isNames = (value: unknown) => value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
const isFinite = (value: unknown) => value === undefined || Number.isFinite(value);

/** Whether everything that is kept beside the events is of its kind. */
export function isKept(kept: Kept): boolean {
  const { principal, resumeToken, deployment, heardAt, affiliated, letGo, clockOffset } = kept;
  return isOptional('string', principal) && [resumeToken, deployment].every(isBytes) && [heardAt, clockOffset].every(isFinite) && [affiliated, letGo].every(isNames);
}
