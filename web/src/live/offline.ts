/** The worker is tried again after so long when it could not take everything, milliseconds. */
const RETRY_MS = 5_000;

/** Has the browser keep the pages themselves, so that a reload works while the hub is gone. */
export async function installWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await keepPages();
    // Without this a browser short of space may throw away what has not been sent.
    await navigator.storage?.persist?.();
  } catch {
    // Not a secure context, or forbidden: the page works, but not without the hub. The link's state says so.
  }
}

async function keepPages(): Promise<void> {
  const registration = await navigator.serviceWorker.register('/sw.js');
  const worker = registration.installing;
  // One file that did not come ends the whole: without another try the next power cut would find no pages.
  worker?.addEventListener('statechange', () => {
    if (worker.state === 'redundant' && !registration.active) setTimeout(() => void keepPages().catch(() => undefined), RETRY_MS);
  });
}
