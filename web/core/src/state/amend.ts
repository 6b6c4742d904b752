/**
 * Replaces an entry by one that differs in this; nothing where there is none. A new object each time, so that whoever shows the old one
 * notices: a screen compares entries by which object they are.
 */
export function amend<T extends object>(map: Map<string, T>, id: string | undefined, change: (before: T) => Partial<T>): void {
  const before = map.get(id ?? '');
  if (before) map.set(id ?? '', { ...before, ...change(before) });
}
