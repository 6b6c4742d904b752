import type { Attachment } from 'svelte/attachments';

/** How many places one can be sent back to. */
const REMEMBERED = 12;

const isSeen = (element: HTMLElement) => element.isConnected && element.getClientRects().length > 0;

/**
 * Gives the focus back when what had it is taken off the screen: a form that was sent, a button that has done its work. Without it the next key
 * goes to nobody, and whoever works by keyboard begins at the top of the page. It goes to where it was last that is still there.
 */
export const keepFocus: Attachment<HTMLElement> = (root) => {
  let had: HTMLElement[] = [];
  const took = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement) had = [...had.filter((one) => one !== target && one.isConnected), target].slice(-REMEMBERED);
  };
  const mend = () => {
    const last = had.at(-1);
    // A focus that somebody put down, by a press beside everything, stays down.
    if (document.activeElement !== document.body || !last || isSeen(last)) return;
    const zone = root.querySelector<HTMLElement>('[data-zone][tabindex]');
    (had.findLast(isSeen) ?? zone)?.focus();
  };
  // What is taken away and put back in the same turn has not gone: looked at when the turn is over.
  const observer = new MutationObserver(() => setTimeout(mend));
  root.addEventListener('focusin', took);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', took);
  };
};

/** Takes the focus when it comes to the screen: what lies over everything else is also where the next key goes. */
export const takeFocus: Attachment<HTMLElement> = (element) => element.focus();
