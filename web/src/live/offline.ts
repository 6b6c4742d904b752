/** The worker is tried again after so long when it could not take everything, and then twice as long each time, milliseconds. */
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 60_000;

/** Has the browser keep the pages themselves, so that a reload works while the hub is gone. */
export async function installWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  await keepPagesAtLast();
  // Without this a browser short of space may throw away what has not been sent.
  await navigator.storage?.persist?.().catch(() => false);
}

/** Tried until it is done: a hub that is busy just then would otherwise be without pages at the next power cut. */
export async function keepPagesAtLast(pauseMs = RETRY_MS): Promise<void> {
  const again = () => setTimeout(() => void keepPagesAtLast(Math.min(pauseMs * 2, RETRY_MAX_MS)), pauseMs);
  try {
    await keepPages(again);
  } catch (error) {
    // Not a secure context, or forbidden: the page works, but not without the hub. The link's state says so.
    if (error instanceof DOMException && error.name === 'SecurityError') return;
    again();
  }
}

async function keepPages(again: () => void): Promise<void> {
  const registration = await navigator.serviceWorker.register('/sw.js');
  const worker = registration.installing;
  // One file that did not come ends the whole: without another try the next power cut would find no pages.
  worker?.addEventListener('statechange', () => {
    if (worker.state === 'redundant' && !registration.active) again();
  });
}
