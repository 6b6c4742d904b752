/** Puts a changed copy in the place of an entry. Never the entry itself: a list that is shown row by row tells a changed row by its being another. */
export function amend<K, T extends object>(entries: Map<K, T>, key: K | undefined, change: (before: T) => Partial<T>): void {
  if (key === undefined) return;
  const before = entries.get(key);
  if (before) entries.set(key, { ...before, ...change(before) });
}
