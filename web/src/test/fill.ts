import type { Pressed } from '@samband/core';
import type { Field, Form, Values } from '../forms/types.ts';

/** What a form begins with, as the screen does it. */
export function beginning(fields: Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.name, field.value ?? (field.kind === 'switch' ? false : field.kind === 'checks' || field.kind === 'parties' ? [] : '')]));
}

/** What is sent when a dispatcher changes only these. */
export function fill(form: Form, changed: Values = {}): Pressed {
  return form.send({ ...beginning(form.fields(changed)), ...changed });
}

/** Names of the fields that have to be filled in. */
export function required(form: Form, values: Values = {}): string[] {
  return form.fields(values).filter((field) => field.required).map((field) => field.name);
}
