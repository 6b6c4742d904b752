/** Has the browser keep the pages themselves, so that a reload works while the hub is gone. */
export async function installWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('/sw.js');
    // Without this a browser short of space may throw away what has not been sent.
    await navigator.storage?.persist?.();
  } catch {
    // Not a secure context, or forbidden: the page works, but not without the hub. The link's state says so.
  }
}
