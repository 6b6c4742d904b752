export type Theme = 'dark' | 'day' | 'night';
export const THEMES: Theme[] = ['dark', 'day', 'night'];

class Light {
  theme = $state<Theme>('dark');

  set(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(`samband.theme.${document.documentElement.dataset.screen ?? ''}`, theme);
    } catch {
      // Kept for this page only.
    }
  }

  restore(otherwise: Theme): void {
    let kept: string | null = null;
    try {
      kept = localStorage.getItem(`samband.theme.${document.documentElement.dataset.screen ?? ''}`);
    } catch {
      // As below.
    }
    this.set(THEMES.find((one) => one === kept) ?? otherwise);
  }

  next(): void {
    this.set(THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'dark');
  }
}

export const light = new Light();
