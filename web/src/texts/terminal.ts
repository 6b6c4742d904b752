export const sv = {} as const; export const en = {} as const;
