import { en, sv } from './index.ts';
import type { Messages } from './index.ts';

export type Locale = 'sv' | 'en';

const KEY = 'samband.locale';

class Language {
  locale = $state<Locale>('sv');
  readonly t: Messages = $derived(this.locale === 'sv' ? sv : en);

  constructor() {
    if (typeof localStorage !== 'undefined' && localStorage.getItem(KEY) === 'en') this.set('en');
  }

  /** For this page alone, as a wall's address has it. */
  show(locale: Locale): void {
    this.locale = locale;
    if (typeof document !== 'undefined') document.documentElement.lang = locale;
  }

  set(locale: Locale): void {
    this.show(locale);
    try {
      localStorage.setItem(KEY, locale);
    } catch {
      // A browser that keeps nothing starts in Swedish next time.
    }
  }

  toggle(): void {
    this.set(this.locale === 'sv' ? 'en' : 'sv');
  }
}

/** The language of this page. */
export const language = new Language();
