import type { StoredAction } from '@samband/core';

/** Hands actions that are not sent over as a file: called from a press, which is when browsers allow it. */
export function saveActions(actions: readonly StoredAction[]): void {
  const file = new Blob([fileOf(actions)], { type: 'application/json' });
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(file);
  anchor.download = `samband-osant-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}

/** What stands in it. An action that could not be read is in it as it was found. */
export function fileOf(actions: readonly StoredAction[]): string {
  const written = (bytes: unknown) => (bytes instanceof Uint8Array ? base64(bytes) : String(bytes));
  const readable = actions.map(({ bytes, then, ...rest }) => ({ ...rest, command: written(bytes), ...(then ? { then: { ...then, bytes: written(then.bytes) } } : {}) }));
  return JSON.stringify({ samband: 'unsent actions', actions: readable }, undefined, 2);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
