import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

/** Why a read was not answered. */
export type RpcFailure = 'offline' | 'unauthenticated' | 'token_expired' | 'not_found' | 'invalid' | 'busy' | 'unavailable';

export class RpcError extends Error {
  constructor(
    readonly failure: RpcFailure,
    message: string,
  ) {
    super(message);
  }
}

const BY_STATUS: Record<number, RpcFailure> = { 400: 'invalid', 401: 'unauthenticated', 404: 'not_found', 413: 'invalid', 429: 'busy', 503: 'unavailable' };

/** One question to the hub beside the session: history, search, the deployment. */
export async function call<M extends DescMethodUnary>(
  base: string,
  token: string,
  method: M,
  input: MessageInitShape<M['input']>,
  signal?: AbortSignal,
): Promise<MessageShape<M['output']>> {
  const url = `${base}/v1/rpc/${method.parent.typeName}/${method.name}`;
  const body = toBinary(method.input, create(method.input, input) as MessageShape<M['input']>);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-protobuf' },
      body: body as Uint8Array<ArrayBuffer>,
      signal: signal ?? AbortSignal.timeout(20_000),
      cache: 'no-store',
    });
  } catch (error) {
    throw new RpcError('offline', error instanceof Error ? error.message : 'no answer');
  }
  if (!response.ok) {
    const told = response.headers.get('samband-reason');
    const failure = told === 'token_expired' ? 'token_expired' : (BY_STATUS[response.status] ?? 'unavailable');
    throw new RpcError(failure, (await response.text()).slice(0, 300));
  }
  return fromBinary(method.output, new Uint8Array(await response.arrayBuffer())) as MessageShape<M['output']>;
}

/** A question without saying where and who asks. */
export type Caller = <M extends DescMethodUnary>(method: M, input: MessageInitShape<M['input']>) => Promise<MessageShape<M['output']>>;
