import { create, fromBinary, ScalarType, toBinary } from '@bufbuild/protobuf';
import type { DescField, DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { timestamp } from '../src/clock.ts';
import { EventSchema } from '../src/gen/event_pb.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { DAY } from './build.ts';

/** Few enough that references meet what they refer to. */
const WORDS = fc.constantFrom('a', 'b', 'c', 'sos', 'rtj', 'polis');

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return WORDS;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.BYTES:
      return fc.constant(new Uint8Array([1]));
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return fc.double({ min: -90, max: 90, noNaN: true });
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return fc.bigInt(0n, 9n);
    default:
      return fc.nat(9);
  }
}

function single(field: DescField): fc.Arbitrary<unknown> {
  if (field.message) return message(field.message);
  if (field.enum) return fc.constantFrom(...field.enum.values.map((value) => value.number));
  return scalar(field.scalar ?? ScalarType.STRING);
}

/** Any message of the kind: each field may be missing, as after redaction. */
export function message(of: DescMessage, always: readonly string[] = []): fc.Arbitrary<Record<string, unknown>> {
  if (of.typeName === 'google.protobuf.Timestamp') return fc.integer({ min: -100, max: 100 }).map((s) => timestamp(DAY + s * 1000));
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const member of of.members) {
    if (member.kind === 'oneof') {
      fields[member.localName] = fc.oneof(...member.fields.map((field) => single(field).map((value) => ({ case: field.localName, value }))));
    } else {
      fields[member.localName] = member.fieldKind === 'list' ? fc.array(single(member), { maxLength: 3 }) : single(member);
    }
  }
  return fc.record(fields, { requiredKeys: always.filter((name) => name in fields) });
}

const BODIES = EventSchema.oneofs[0]?.fields ?? [];

/** Names of everything that can have happened. */
export const BODY_NAMES: string[] = BODIES.map((field) => field.localName);

export function bodyOf(name: string): fc.Arbitrary<MessageInitShape<typeof EventSchema>['body']> {
  const field = BODIES.find((one) => one.localName === name);
  if (!field) throw new Error(`no event is called ${name}`);
  return single(field).map((value) => ({ case: name, value }) as MessageInitShape<typeof EventSchema>['body']);
}

const scope = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom({ incidentId: 'i' }, { incidentId: 'j' }) },
  { weight: 1, arbitrary: fc.constant({ talkgroupId: 'a' }) },
  { weight: 1, arbitrary: fc.constant({ unitId: 'a' }) },
  { weight: 1, arbitrary: fc.constant({ pool: 'z' }) },
);

/** Any event, redacted in any way. Its id is set by whoever puts events in a row. */
const anyEvent: fc.Arbitrary<Omit<MessageInitShape<typeof EventSchema>, '$typeName'>> = fc
  .record({
    body: fc.constantFrom(...BODY_NAMES).chain(bodyOf),
    scope,
    owner: fc.option(WORDS, { nil: undefined }),
    seconds: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined }),
    exercise: fc.option(fc.boolean(), { nil: undefined }),
    withheld: fc.array(message(the(EventSchema.fields.find((field) => field.localName === 'withheld')?.message)), { maxLength: 2 }),
  })
  .map(({ body, scope: where, owner, seconds, exercise, withheld }) => ({
    envelope: {
      ...where, ...(owner === undefined ? {} : { owner }), ...(exercise === undefined ? {} : { exercise }),
      ...(seconds === undefined ? {} : { hubTime: timestamp(DAY + seconds * 1000) }),
    },
    body, withheld,
  }));

function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the contract has no such thing');
  return value;
}

/** A row of events as a hub could send them: each with an id of its own. */
export const events: fc.Arbitrary<Event[]> = fc.array(anyEvent, { maxLength: 25 }).map((row) =>
  row.map((init, n) => create(EventSchema, { ...init, envelope: { ...init.envelope, eventId: `e${n}` } } as MessageInitShape<typeof EventSchema>)));

/** The event as it comes over the wire a second time: equal, and another object. */
export function again(event: Event): Event {
  return fromBinary(EventSchema, toBinary(EventSchema, event));
}
