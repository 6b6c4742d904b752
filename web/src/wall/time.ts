// Times as the wall writes them.

const two = (value: number) => String(value).padStart(2, '0');

/** `14:32:07`. */
export function clockText(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** `14:32`. */
export function minuteText(at: number): string {
  return clockText(at).slice(0, 5);
}

/** `00:41`, `12:07`, `2:14:30`: since when something has been going on. */
export function elapsedText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

/** `3 d 04:12`. */
export function upText(ms: number, days: (days: number) => string): string {
  const minutes = Math.floor(ms / 60_000);
  const whole = Math.floor(minutes / 1440);
  const rest = `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
  return whole > 0 ? `${days(whole)} ${rest}` : rest;
}
