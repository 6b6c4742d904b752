/** Keys of the actions, changeable in the settings (WCAG 2.1.4: no single letters are used, and every key can be changed). */
const STORE = 'samband.keys';

/** `Alt+Shift+KeyX` from what was pressed: by the key's place, so that Alt does not turn å into something else. */
export function chord(event: KeyboardEvent): string {
  const key = /^(Key|Digit)/.test(event.code) ? event.code.replace(/^(Key|Digit)/, '') : event.key;
  return [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', key].filter(Boolean).join('+');
}

class Keys {
  private changed = $state<Record<string, string>>({});

  constructor() {
    try {
      this.changed = JSON.parse(localStorage.getItem(STORE) ?? '{}') as Record<string, string>;
    } catch {
      this.changed = {};
    }
  }

  of(id: string, otherwise: string | undefined): string | undefined {
    return this.changed[id] ?? otherwise;
  }

  set(id: string, key: string): void {
    this.changed = { ...this.changed, [id]: key };
    localStorage.setItem(STORE, JSON.stringify(this.changed));
  }

  reset(): void {
    this.changed = {};
    localStorage.removeItem(STORE);
  }
}

export const keys = new Keys();
