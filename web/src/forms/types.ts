import type { Incident, Pressed } from '@samband/core';
import type { Session } from '../live/session.svelte.ts';

export type Value = string | string[] | boolean;
export type Values = Record<string, Value>;

export interface Choice {
  value: string;
  label: string;
}

interface Common {
  name: string;
  label: string;
  required?: boolean;
  help?: string;
  /** What it begins with. */
  value?: Value;
}

export type Field =
  | (Common & { kind: 'text' | 'area' | 'number' | 'time' | 'moment' | 'place'; suggestions?: string[] })
  | (Common & { kind: 'switch' })
  | (Common & { kind: 'select'; choices: Choice[] })
  /** `grows`: what comes to be there while the form is open is chosen too, where it is among what the field begins with, and marked as new. */
  | (Common & { kind: 'checks'; choices: Choice[]; grows?: boolean })
  | (Common & { kind: 'parties' });

/** What is half written in a form. */
export interface Draft {
  values: Values;
  /** Names of parties that are typed and not chosen yet, by field. */
  typed: Record<string, string>;
  /** Choices that had been seen, by field. */
  seen: Record<string, string[]>;
}

/** A form: what is asked for, and what is sent. */
export interface Form {
  id: string;
  title: string;
  /** Said above the fields. */
  lead?: string;
  fields: (values: Values) => Field[];
  submit: string;
  /** Has to be pressed twice. */
  twoSteps?: boolean;
  send: (values: Values) => Pressed;
  /** What is sent beside it: one command says it of one thing. */
  also?: (values: Values) => Pressed[];
  /** Nothing was said: it would be sent as an empty thing, and replace what stands. */
  isEmpty?: (values: Values) => boolean;
  /** Makes an incident: it concerns none that is there, and the new one is shown when the hub has it. */
  opens?: boolean;
  /** Concerns no incident. */
  isFree?: boolean;
  /** What of the incident it is about, where there are several of a kind: what is half written for one is not another's. */
  of?: string | undefined;
}

/** What a form is made for. */
export interface Subject {
  session: Session;
  incident?: Incident | undefined;
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

export function list(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value : [];
}

export function flag(values: Values, name: string): boolean {
  return values[name] === true;
}

/** Largest whole number of the contract (uint32). */
const WHOLE_MAX = 2 ** 32 - 1;

export function whole(values: Values, name: string): number | undefined {
  const value = text(values, name)?.replaceAll(/\s/g, '');
  const number = value !== undefined && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  return number <= WHOLE_MAX ? number : undefined;
}

/** What was written, separated by commas. */
export function words(values: Values, name: string): string[] {
  return (text(values, name) ?? '').split(',').map((one) => one.trim()).filter(Boolean);
}

const JUST_NOW_MS = 5 * 60_000;

/** HH:MM as the next time the clock shows that, local. */
export function timeOfDay(written: string, now: number): number | undefined {
  const match = /^(\d{1,2})[:.]?(\d{2})$/.exec(written.trim());
  if (!match) return undefined;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  if (hours > 23 || minutes > 59) return undefined;
  const onDay = (days: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    return day.setHours(hours, minutes, 0, 0);
  };
  // A minute ago is meant as now, also over midnight; an hour ago as tomorrow.
  return [onDay(-1), onDay(0)].find((time) => time >= now - JUST_NOW_MS) ?? onDay(1);
}

/** `YYYY-MM-DD HH:MM` or `DD/MM HH:MM` as that moment, local; HH:MM alone as {@link timeOfDay} does. */
export function moment(written: string, now: number): number | undefined {
  const match = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\/(\d{1,2}))\s+(\d{1,2})[:.]?(\d{2})$/.exec(written.trim());
  if (!match) return timeOfDay(written, now);
  const [, year, month, day, dayOfMonth, monthOfYear, hours, minutes] = match;
  const on = (inYear: number) => new Date(inYear, Number(month ?? monthOfYear) - 1, Number(day ?? dayOfMonth), Number(hours), Number(minutes));
  const thisYear = new Date(now).getFullYear();
  // Without a year the one that is nearest: in December the second of January is next year's.
  const at = year ? on(Number(year)) : [thisYear - 1, thisYear, thisYear + 1].map(on).sort((a, b) => Math.abs(a.getTime() - now) - Math.abs(b.getTime() - now))[0];
  const isReal = at !== undefined && at.getDate() === Number(day ?? dayOfMonth) && at.getHours() === Number(hours) && Number(minutes) < 60;
  return isReal ? at.getTime() : undefined;
}

/** As {@link moment} reads it; nothing where there is no time. */
export function writtenMoment(ms: number | undefined): string {
  if (!ms) return '';
  const at = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function choices(table: Record<string, string>): Choice[] {
  return Object.entries(table).map(([value, label]) => ({ value, label })).sort((a, b) => a.value.localeCompare(b.value, undefined, { numeric: true }));
}

/** `organisation:unit` in its parts. */
export function partyOf(key: string): { organisation: string; unitId?: string } {
  const [organisation = '', unitId] = key.split(':');
  return unitId === undefined ? { organisation } : { organisation, unitId };
}
