import { light } from '../live/theme.svelte.ts';
import type { Messages } from '../texts/index.ts';
import { ACTIONS, isOffered, start } from './actions.ts';
import type { Desk } from './desk.svelte.ts';
import { chord, keys } from './keys.svelte.ts';

interface Fixed {
  /** What its key is remembered by. */
  id: string;
  key: string;
  name: (t: Messages) => string;
  run: (desk: Desk) => void;
}

/** Keys that are no action on an incident. Each can be changed, and those that are characters can be switched off: they would act while somebody dictates. F1, F3, F5, F7, F11 and F12 are the browser's. */
export const FIXED: Fixed[] = [
  { id: 'next', key: 'F2', name: (t) => t.console.next, run: (desk) => desk.nextUnacknowledged() },
  { id: 'zone', key: 'F6', name: (t) => t.console.keys.moveZones, run: () => moveZone(1) },
  { id: 'zoneBack', key: 'Shift+F6', name: (t) => t.console.keys.moveZonesBack, run: () => moveZone(-1) },
  { id: 'silence', key: 'F9', name: (t) => t.console.sound.silence, run: (desk) => desk.silence() },
  { id: 'handover', key: 'Alt+H', name: (t) => t.console.handover.title, run: (desk) => desk.show('handover') },
  { id: 'search', key: 'Alt+Q', name: (t) => t.console.search.title, run: (desk) => desk.show('search') },
  { id: 'tabNow', key: 'Alt+1', name: (t) => t.console.tabs.now, run: (desk) => (desk.tab = 'now') },
  { id: 'tabLog', key: 'Alt+2', name: (t) => t.console.tabs.log, run: (desk) => (desk.tab = 'log') },
  { id: 'tabHelp', key: 'Alt+3', name: (t) => t.console.tabs.help, run: (desk) => (desk.tab = 'help') },
  { id: 'tabWhy', key: 'Alt+4', name: (t) => t.console.tabs.why, run: (desk) => (desk.tab = 'why') },
  { id: 'light', key: 'Alt+V', name: (t) => t.common.theme.next, run: () => light.next() },
  { id: 'commandLine', key: 'Ctrl+K', name: (t) => t.console.command.label, run: focusCommandLine },
  { id: 'commandLineCharacter', key: '/', name: (t) => t.console.command.label, run: focusCommandLine },
  { id: 'keys', key: '?', name: (t) => t.console.keys.help, run: (desk) => desk.show('keys') },
];

function focusCommandLine(): void {
  document.querySelector<HTMLInputElement>('#command-line')?.focus();
}

/** Moves the focus to the next part of the screen: in each to what has the focus there. */
function moveZone(step: number): void {
  const zones = [...document.querySelectorAll<HTMLElement>('[data-zone]')].filter((zone) => zone.offsetParent !== null);
  const at = zones.findIndex((zone) => zone.contains(document.activeElement));
  // From nowhere: forwards to the first, backwards to the last.
  const zone = zones[((at < 0 && step < 0 ? 0 : at) + step + zones.length) % zones.length];
  const target = zone?.querySelector<HTMLElement>('input, button[tabindex="0"], [role="tab"][tabindex="0"], canvas, button:not([tabindex="-1"])');
  (target ?? zone)?.focus();
}

const isTyping = (target: EventTarget | null) => target instanceof HTMLElement && (target.matches('input:not([type="checkbox"]), textarea, select') || target.isContentEditable);

/** The key of one that is fixed, as it is set; nothing where it is switched off. */
export function keyOf(one: Fixed): string | undefined {
  return keys.of(one.id, one.key) || undefined;
}

/** What its key is written as on a button. */
export function keyNamed(id: string): string | undefined {
  const one = FIXED.find((fixed) => fixed.id === id);
  return one && keyOf(one);
}

/** One place where keys become actions. */
export function onKey(desk: Desk, event: KeyboardEvent): void {
  const pressed = chord(event);
  // `?` and `/` are characters: on some keyboards with Shift, and in a field they are text.
  const character = event.key.length === 1 && !event.ctrlKey && !event.altKey ? event.key : undefined;
  if (isTyping(event.target) && (character !== undefined || !/^(Escape|F\d+|Ctrl\+|Alt\+|Shift\+F)/.test(pressed))) return;
  if (event.key === 'Escape') {
    if (desk.form) desk.close();
    else desk.sheet = undefined;
    return;
  }
  const fixed = FIXED.find((one) => [pressed, character].some((written) => written !== undefined && written === keyOf(one)));
  if (fixed) {
    event.preventDefault();
    fixed.run(desk);
    return;
  }
  const action = ACTIONS.find((one) => keys.of(one.name, one.key) === pressed);
  if (!action) return;
  event.preventDefault();
  if (isOffered(action, desk.subject)) start(desk, action);
}
