/**
 * Replaces an entry by one that differs in this; nothing where there is none. A new object each time, so that whoever shows the old one
 * notices: a list that is shown row by row tells a changed row by its being another object.
 */
export function amend<K, T extends object>(map: Map<K, T>, key: K | undefined, change: (before: T) => Partial<T>): void {
  if (key === undefined) return;
  const before = map.get(key);
  if (before) map.set(key, { ...before, ...change(before) });
}
