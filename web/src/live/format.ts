import type { Messages } from '../texts/index.ts';

const CLOCK = new Intl.DateTimeFormat('sv-SE', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const SHORT = new Intl.DateTimeFormat('sv-SE', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('sv-SE', { day: 'numeric', month: 'short' });

/** 14:32:07. Nothing where there is no time. */
export function clock(ms: number | undefined): string {
  return ms ? CLOCK.format(ms) : '';
}

/** 14:32, with the day where it is not today's. */
export function shortClock(ms: number | undefined, now: number): string {
  if (!ms) return '';
  return new Date(ms).toDateString() === new Date(now).toDateString() ? SHORT.format(ms) : `${DAY.format(ms)} ${SHORT.format(ms)}`;
}

/** 00:41, 12:05, 2:14:30: how long something has lasted. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** "40 s", "12 min", "3 h". */
export function age(ms: number, t: Messages): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 90) return t.common.age.seconds(seconds);
  if (seconds < 5400) return t.common.age.minutes(Math.round(seconds / 60));
  return t.common.age.hours(Math.round(seconds / 3600));
}
