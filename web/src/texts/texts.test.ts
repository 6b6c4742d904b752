import { CommandSchema, RefusalCode, RefusalCodeSchema } from '@samband/core/gen/command_pb';
import { EndCauseSchema, InvolvementSchema, SeveritySchema, UnitStateSchema, CloseOutcomeSchema, LinkKindSchema, ReportTemplateSchema, MessagePrioritySchema, AgeGroupSchema, ReceiptStepSchema } from '@samband/core/gen/common_pb';
import { HandoverKindSchema } from '@samband/core/gen/history_pb';
import { MarkingSchema } from '@samband/core/gen/options_pb';
import { FACT_ORDER, QUEUE_GROUPS } from '@samband/core';
import { describe, expect, it } from 'vitest';
import { ACTION_OF } from '../live/commands.ts';
import { en, sv } from './index.ts';
import * as wall from './wall.ts';

type Leaf = string | ((...args: number[]) => string);

/** Every text by its path. */
function leaves(table: unknown, path = ''): [string, Leaf][] {
  if (typeof table === 'string' || typeof table === 'function') return [[path, table as Leaf]];
  return Object.entries(table as object).flatMap(([key, value]) => leaves(value, path ? `${path}.${key}` : key));
}

const SWEDISH = new Map(leaves({ ...sv, wall: wall.sv }));
const ENGLISH = new Map(leaves({ ...en, wall: wall.en }));
/** The Swedish names of markings come with the deployment, out of the file that was signed. Chips are whatever the crews of a language say. */
const ALONE = /^common\.markings\.|^terminal\.(reports|cannotReasons|reinforcementChips|needs|emergencyReasons)\b/;
/** Said by saying nothing: a state that is none, a line that is unchanged. */
const EMPTY = /\.0$|^console\.total\.changes\.same$/;

const said = (leaf: Leaf | undefined) => String(typeof leaf === 'function' ? leaf(11, 22, 33, 44) : (leaf ?? ''));
const numbers = (text: string) => [...text.matchAll(/\d\d+/g)].map(([found]) => found).filter((found) => /^(11|22|33|44)$/.test(found)).sort();

describe('Swedish and English', () => {
  it('have the same texts', () => {
    const keys = (table: Map<string, Leaf>) => [...table.keys()].filter((key) => !ALONE.test(key)).sort();
    expect(keys(ENGLISH)).toEqual(keys(SWEDISH));
  });

  it.each([['Swedish', SWEDISH], ['English', ENGLISH]])('have no empty text and none that is broken: %s', (_name, table) => {
    const bad = [...table].filter(([key, leaf]) => (said(leaf).trim() === '' && !EMPTY.test(key)) || /undefined|NaN|\[object/.test(said(leaf)));
    expect(bad.map(([key]) => key)).toEqual([]);
  });

  it('say the same figures and names', () => {
    const different = [...SWEDISH].filter(([key, leaf]) => !ALONE.test(key) && typeof leaf === 'function' && String(numbers(said(leaf))) !== String(numbers(said(ENGLISH.get(key)))));
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('leave status letters and "Uppfattat" as they are', () => {
    expect([said(ENGLISH.get('terminal.understand')), said(SWEDISH.get('terminal.understand'))]).toEqual(['UPPFATTAT v11', 'UPPFATTAT v11']);
  });
});

describe.each([['Swedish', sv], ['English', en]])('in %s there is a word', (_name, t) => {
  it('for every refusal', () => {
    for (const { number } of RefusalCodeSchema.values) expect(t.refusals[number as RefusalCode]?.length ?? 0).toBeGreaterThan(3);
    expect(Object.keys(t.refusals)).toHaveLength(RefusalCodeSchema.values.length);
  });

  it('for every fact, group of the list, involvement, state and end', () => {
    for (const kind of FACT_ORDER) expect(t.events.facts[kind]).toBeTruthy();
    for (const group of QUEUE_GROUPS) expect(t.console.groups[group]).toBeTruthy();
    const tables: [{ values: { number: number }[] }, readonly (string | undefined)[] | Record<string, string>][] = [
      [InvolvementSchema, t.common.involvement], [UnitStateSchema, t.common.unitState], [EndCauseSchema, t.events.lines.endCause], [CloseOutcomeSchema, t.events.lines.outcome],
      [LinkKindSchema, t.events.lines.linkKind], [SeveritySchema, t.events.value.severity], [AgeGroupSchema, t.events.value.ageGroup], [ReceiptStepSchema, t.events.lines.receiptStep],
      [HandoverKindSchema, t.console.handover.kinds], [CloseOutcomeSchema, t.forms.options.outcome], [LinkKindSchema, t.forms.options.linkKind],
      [SeveritySchema, t.forms.options.severity], [MessagePrioritySchema, t.forms.options.messagePriority], [ReportTemplateSchema, t.forms.options.template],
      [ReportTemplateSchema, t.terminal.reports as unknown as Record<string, string>],
    ];
    for (const [schema, table] of tables) {
      for (const { number } of schema.values) if (number > 0) expect((table as Record<number, unknown>)[number]).toBeTruthy();
    }
  });

  it('for everything that can be done', () => {
    for (const field of CommandSchema.oneofs[0]?.fields ?? []) {
      const action = ACTION_OF[field.localName];
      expect(action, field.localName).toBeDefined();
      expect(action && t.forms.actions[action]).toBeTruthy();
    }
  });
});

it('English has a word for every marking that can be withheld', () => {
  for (const { number } of MarkingSchema.values) if (number > 2) expect(en.common.markings[number], String(number)).toBeTruthy();
});
