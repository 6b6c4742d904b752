import { clone, create, getOption } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import type { ReflectMessage } from '@bufbuild/protobuf/reflect';
import { millis } from '../clock.ts';
import { EventSchema, WithheldSchema } from '../gen/event_pb.ts';
import type { Event } from '../gen/event_pb.ts';
import { marking as markingOption } from '../gen/options_pb.ts';
import type { Marking } from '../gen/options_pb.ts';
import type { Identity } from '../principal.ts';
import type { Incident, ReleaseEntry } from './model.ts';

/** The hub ends a release itself and sends everything anew; so long is it given, milliseconds. */
const GRACE_MS = 2_000;

/** Whom a release can be for: the hub opens it to exactly these. */
type Viewer = Pick<Identity, 'organisation' | 'role' | 'person'>;

/** Whether it is for this viewer. What it does not say, or was not told here, can be. */
function isFor({ granted: { toOrganisation, toRole, toPerson } }: ReleaseEntry, { organisation, role, person }: Viewer): boolean {
  return toOrganisation === organisation && (!toRole || toRole === role) && (!toPerson || toPerson === person);
}

/** Whether what one opens stays open by the other. */
function covers(other: ReleaseEntry, one: ReleaseEntry): boolean {
  return other.said.owner === one.said.owner && other.granted.marking === one.granted.marking && (other.granted.level ?? 0) >= (one.granted.level ?? 0);
}

/** Releases to the viewer whose time is out, and which no other one that is in force covers. */
export function lapsed(incident: Incident, viewer: Viewer, now: number): ReleaseEntry[] {
  const ours = [...incident.releases.values()].filter((one) => isFor(one, viewer) && !one.ended);
  const isOver = (one: ReleaseEntry) => now > millis(one.granted.until) + GRACE_MS;
  return ours.filter((one) => isOver(one) && !ours.some((other) => !isOver(other) && covers(other, one)));
}

/**
 * What is left of an event when the releases are over: fields of their owner with their marking are taken out, and a body that stood open by them
 * goes whole (it was raised; its fields' own markings do not say it). A mark says so. For a client that cannot hear the hub end them: a released secret does not stay on a screen because a cable was pulled.
 */
export function without(event: Event, releases: readonly ReleaseEntry[]): Event {
  const owner = event.envelope?.owner;
  const markings = releases.filter((one) => one.said.owner === owner).map((one) => one.granted.marking ?? 0);
  if (markings.length === 0) return event;
  const left = clone(EventSchema, event);
  if (left.opened.some((marking) => markings.includes(marking))) left.body = { case: undefined };
  left.opened = left.opened.filter((marking) => !markings.includes(marking));
  for (const marking of markings) {
    if (event.opened.includes(marking) || strip(reflect(EventSchema, left), marking)) left.withheld.push(create(WithheldSchema, { marking, ...(owner === undefined ? {} : { owner }) }));
  }
  return left;
}

/** Takes out every field with this marking, at any depth. True: there was one. */
function strip(message: ReflectMessage, marking: Marking): boolean {
  let found = false;
  for (const field of message.desc.fields) {
    if (!message.isSet(field)) continue;
    if (markingOf(field) === marking) {
      message.clear(field);
      found = true;
    } else if (field.fieldKind === 'message') {
      found = strip(message.get(field), marking) || found;
    } else if (field.fieldKind === 'list' && field.listKind === 'message') {
      for (const item of message.get(field)) found = strip(item as ReflectMessage, marking) || found;
    }
  }
  return found;
}

const known = new Map<DescMessage, Map<DescField, Marking>>();

function markingOf(field: DescField): Marking {
  let table = known.get(field.parent);
  if (!table) {
    table = new Map(field.parent.fields.map((one) => [one, getOption(one, markingOption)]));
    known.set(field.parent, table);
  }
  return table.get(field) ?? 0;
}
