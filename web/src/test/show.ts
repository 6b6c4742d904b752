import { render } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import type { Component } from 'svelte';
import type { Desk } from '../console/desk.svelte.ts';
import type { Cab } from '../terminal/cab.svelte.ts';
import Under from './Under.svelte';

export interface Shown {
  element: HTMLElement;
  /** What is written there, in one line. */
  readonly text: string;
  /** The one element that fits; a test that finds none, or several, says so. */
  find<E extends HTMLElement = HTMLElement>(selector: string): E;
  all<E extends HTMLElement = HTMLElement>(selector: string): E[];
  /** The button with this name. */
  button(name: string | RegExp): HTMLButtonElement;
  unmount(): void;
}

const line = (element: Element) => (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
const nameOf = (element: Element) => element.getAttribute('aria-label') ?? line(element);

/** Shows a part of a screen; what it is given is read anew whenever the session changes. */
export function show<P extends Record<string, unknown>>(part: Component<P>, give: () => P, under: { desk?: Desk; cab?: Cab } = {}): Shown {
  const { container, unmount } = render(Under, { props: { of: part as unknown as Component<Record<string, unknown>>, give, ...under } });
  flushSync();
  const all = <E extends HTMLElement>(selector: string) => [...container.querySelectorAll<E>(selector)];
  const one = <E extends HTMLElement>(found: E[], what: string): E => {
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${what} in: ${container.innerHTML}`);
    return found[0];
  };
  return {
    element: container, all, unmount,
    get text() {
      return line(container);
    },
    find: (selector) => one(all(selector), selector),
    button: (name) => one(all<HTMLButtonElement>('button').filter((button) => (typeof name === 'string' ? nameOf(button) === name : name.test(nameOf(button)))), String(name)),
  };
}

/** Presses, and lets the screen follow. */
export function press(element: HTMLElement): void {
  element.click();
  flushSync();
}

export function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

export function choose(field: HTMLSelectElement, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
}

/** True: the screen has done something with it itself. */
export function key(element: HTMLElement, name: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  flushSync();
  return event.defaultPrevented;
}
