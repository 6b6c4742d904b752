import { cleanup } from '@testing-library/svelte';
import axe from 'axe-core';
import { afterEach, expect } from 'vitest';
import { strike } from './stage.ts';

afterEach(() => {
  cleanup();
  strike();
  localStorage.clear();
  sessionStorage.clear();
});

/** No barrier that can be computed without a real screen; colours are looked at where there is one. */
export async function hasNoBarrier(element: Element): Promise<void> {
  const { violations } = await axe.run(element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  expect(violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}
