import type { Client, LinkStatus } from '@samband/core';
import type { Page } from './seat.ts';

/** First wait before a page whose session cannot go on is loaded again, and the longest, milliseconds. */
const FIRST_MS = 20_000;
const LONGEST_MS = 600_000;
/** How often it is looked whether it may be, milliseconds. */
const LOOK_MS = 5_000;
const TRIES = 'samband.begunAgain';

interface World {
  tries: Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;
  reload: () => void;
}

/**
 * Loads the page again when its session has ended for a reason that a newer page may not have: the hub is another version, or did not understand.
 * Nobody comes by a wall or a vehicle to press for it. Waits longer each time, and never takes away what somebody writes or has not sent.
 */
export function beginAgain(page: Page, client: Client, world: World = { tries: sessionStorage, reload: () => location.reload() }): void {
  client.on('change', () => {
    const { status } = client.link;
    if (status.kind === 'live' && status.caughtUp) world.tries.removeItem(TRIES);
  });
  client.on('ended', (status) => {
    if (!canHelp(status)) return;
    const tries = Number(world.tries.getItem(TRIES) ?? 0) || 0;
    world.tries.setItem(TRIES, String(tries + 1));
    // Spread, so that a county's terminals do not all come at once.
    setTimeout(() => {
      const looking = setInterval(() => {
        if (!mayReload(page, client)) return;
        clearInterval(looking);
        world.reload();
      }, LOOK_MS);
    }, Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 16)) * (0.5 + Math.random() / 2));
  });
}

const canHelp = ({ reason }: Extract<LinkStatus, { kind: 'ended' }>) => reason === 'contract' || reason === 'protocol';

function mayReload(page: Page, client: Client): boolean {
  const isUnsent = client.outbox.actions.some((one) => one.state !== 'accepted' && one.state !== 'refused' && (page === 'console' || !one.isKept));
  const isWriting = document.activeElement?.matches('input, textarea, select') ?? false;
  return !isUnsent && !isWriting;
}
