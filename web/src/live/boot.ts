import { Client, openAlone } from '@samband/core';
import type { Opened } from '@samband/core';
import { mount } from 'svelte';
import type { Component } from 'svelte';
import '../ui/base.css';
import { beginAgain } from './beginAgain.ts';
import { Feed } from './feed.ts';
import { installWorker } from './offline.ts';
import { findSeat, forgetSeat, loginAddress } from './seat.ts';
import type { Page } from './seat.ts';
import { Session } from './session.svelte.ts';

export interface BootProps {
  session: Session;
  /** What had to be thrown away. */
  salvaged: Opened['salvaged'];
  isVolatile: boolean;
  signOut: (why?: string) => void;
}

const PROGRAM = 'samband-web 0.1';

/** Starts a page of one of the screens: seat, storage, client, screen. Without a seat it goes to the page where one logs in. */
export async function boot(page: Page, screen: Component<BootProps>): Promise<void> {
  const props = await openSession(page);
  const target = document.getElementById('app');
  if (!props || !target) return;
  target.replaceChildren();
  mount(screen, { target, props });
}

/** The session of a page's seat, begun. Without a seat the page goes to where one logs in. */
async function openSession(page: Page): Promise<BootProps | undefined> {
  void installWorker();
  const seat = findSeat(page, location.search);
  if (!seat) {
    location.replace(loginAddress(page, 'none'));
    return undefined;
  }
  const opened = await openAlone(`samband.${page}.${seat.id}`);
  const feed = new Feed();
  const client = new Client({ base: location.origin, token: seat.token, program: `${PROGRAM} ${page}`, opened, openSocket: feed.open });
  const session = new Session(client, feed);
  session.isElsewhere = opened.isElsewhere ?? false;
  const leave = (why: string) => {
    forgetSeat(page, seat.id);
    // Signed out: nothing of the picture stays. Otherwise it waits for the next token of the same person.
    const left = why === 'signed_out' ? client.forget() : client.stop();
    void left.finally(() => location.replace(loginAddress(page, why)));
  };
  const signOut = (why = 'signed_out') => mayLeave(session, why, leave);
  client.on('ended', (status) => {
    if (status.reason === 'token_expired' || status.reason === 'unauthenticated') signOut(status.reason);
  });
  beginAgain(page, client);
  addEventListener('online', () => client.link.retryNow());
  // A part of the page that is fetched later is gone when the hub has been upgraded meanwhile.
  addEventListener('vite:preloadError', () => (session.isOutdated = true));
  await client.start();
  return { session, salvaged: opened.salvaged, isVolatile: opened.volatile, signOut };
}

/** Leaves, or where something is not sent first has somebody say so: it would lie here unseen, or be gone. */
export function mayLeave(session: Session, why: string, leave: (why: string) => void): void {
  if (session.client.outbox.unsent === 0) return leave(why);
  session.leaving = { why, go: () => leave(why) };
}
