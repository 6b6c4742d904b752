/** The shape of a table of texts: the same keys, any words. A key that is missing in English is a type error. */
export type Words<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends readonly unknown[]
      ? { [K in keyof T]: Words<T[K]> }
      : { [K in keyof T]: Words<T[K]> };
