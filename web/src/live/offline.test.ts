import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepPagesAtLast } from './offline.ts';

/** A worker that ends in a state. */
class Worker extends EventTarget {
  state = 'installing';

  end(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

describe('the pages that the browser keeps', () => {
  const register = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    register.mockReset();
    vi.stubGlobal('navigator', { serviceWorker: { register } });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('are tried again when the worker cannot be had', async () => {
    const lost = new TypeError('the script did not come');
    register.mockRejectedValueOnce(lost).mockRejectedValueOnce(lost).mockResolvedValue({ installing: null, active: {} });
    await keepPagesAtLast();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(register).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(register).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(register).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(register).toHaveBeenCalledTimes(3);
  });

  it('are tried again when one of them did not come', async () => {
    const worker = new Worker();
    register.mockResolvedValueOnce({ installing: worker, active: null }).mockResolvedValue({ installing: null, active: {} });
    await keepPagesAtLast();
    worker.end('redundant');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(register).toHaveBeenCalledTimes(2);
  });

  it('are let be where it is forbidden', async () => {
    register.mockRejectedValue(new DOMException('no', 'SecurityError'));
    await keepPagesAtLast();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(register).toHaveBeenCalledTimes(1);
  });
});
