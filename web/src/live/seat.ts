import { identityOf } from '@samband/core';

export { identityOf };

/** The pages a seat can have. */
export type Page = 'console' | 'terminal' | 'wall';

/** Somebody's place at this machine: what the browser must know to begin. Several can be open beside each other, one a tab. */
export interface Seat {
  id: string;
  token: string;
}

const key = (id: string) => `samband.seat.${id}`;
const LAST = (page: Page) => `samband.last.${page}`;

/** A terminal and a wall come back by themselves after a power cut; at a desk the token is gone with the window. */
function store(page: Page): globalThis.Storage {
  return page === 'console' ? sessionStorage : localStorage;
}

/** A name for the seat of a token that fits an address. */
export function seatId(token: string): string {
  const who = identityOf(token);
  if (!who) return 'plats';
  return [who.organisation, who.role, who.unitId].filter(Boolean).join('.').replaceAll(/[^a-z0-9._-]/gi, '-');
}

export function keepSeat(page: Page, seat: Seat): void {
  store(page).setItem(key(seat.id), seat.token);
  store(page).setItem(LAST(page), seat.id);
}

/** The seat that the address names, or this page's last. */
export function findSeat(page: Page, search: string): Seat | undefined {
  try {
    const id = new URLSearchParams(search).get('plats') ?? store(page).getItem(LAST(page));
    const token = id ? store(page).getItem(key(id)) : null;
    return id && token ? { id, token } : undefined;
  } catch {
    return undefined;
  }
}

export function forgetSeat(page: Page, id: string): void {
  store(page).removeItem(key(id));
  if (store(page).getItem(LAST(page)) === id) store(page).removeItem(LAST(page));
}

/** Where somebody logs in, and comes back from. */
export function loginAddress(page: Page, why: string): string {
  return `/?sida=${page}&varfor=${why}`;
}
