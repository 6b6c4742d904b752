import { Client, openStorage } from '@samband/core';
import type { Opened, StoredAction } from '@samband/core';
import { mount } from 'svelte';
import type { Component } from 'svelte';
import '../ui/base.css';
import { Feed } from './feed.ts';
import { installWorker } from './offline.ts';
import { findSeat, forgetSeat, loginAddress } from './seat.ts';
import type { Page } from './seat.ts';
import { Session } from './session.svelte.ts';

export interface BootProps {
  session: Session;
  /** What had to be thrown away, and what became of the unsent. */
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
  const opened = await openStorage(`samband.${page}.${seat.id}`);
  if (opened.salvaged && opened.salvaged.actions.length > 0) exportActions(opened.salvaged.actions);
  const feed = new Feed();
  const client = new Client({ base: location.origin, token: seat.token, program: `${PROGRAM} ${page}`, opened, openSocket: feed.open });
  const session = new Session(client, feed);
  const signOut = (why = 'signed_out') => {
    forgetSeat(page, seat.id);
    // Signed out: nothing of the picture stays. Otherwise it waits for the next token of the same person.
    const left = why === 'signed_out' ? client.forget() : client.stop();
    void left.finally(() => location.replace(loginAddress(page, why)));
  };
  client.on('ended', (status) => {
    if (status.reason === 'token_expired' || status.reason === 'unauthenticated') signOut(status.reason);
  });
  addEventListener('online', () => client.link.retryNow());
  await client.start();
  return { session, salvaged: opened.salvaged, isVolatile: opened.volatile, signOut };
}

/** Unsent actions of a storage that could not be read are handed over as a file before they are gone. */
function exportActions(actions: StoredAction[]): void {
  const written = (bytes: unknown) => (bytes instanceof Uint8Array ? base64(bytes) : String(bytes));
  const readable = actions.map(({ bytes, then, ...rest }) => ({ ...rest, command: written(bytes), ...(then ? { then: { ...then, bytes: written(then.bytes) } } : {}) }));
  const file = new Blob([JSON.stringify({ samband: 'unsent actions', actions: readable }, undefined, 2)], { type: 'application/json' });
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(file);
  anchor.download = `samband-osant-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
