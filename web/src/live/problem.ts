import { RpcError } from '@samband/core';
import type { Messages } from '../texts/index.ts';

/** Why a question to the hub was not answered, in the language of the screen. */
export function problemText(error: unknown, t: Messages): string {
  return error instanceof RpcError ? t.common.problems[error.failure] : t.common.problems.unknown;
}
