import { MessagePriority, ReceiptStep, UnitState } from '../gen/common_pb.ts';
import type { Event } from '../gen/event_pb.ts';
import type { Affiliations, Restart } from '../gen/session_pb.ts';
import { amend } from './amend.ts';
import { foldIncident } from './incident.ts';
import { emptyIncident, partyKey } from './model.ts';
import type { Incident, PoolState, TalkgroupState, UnitOwnState } from './model.ts';
import { said } from './said.ts';

/** What an event belongs to. */
export type ScopeKind = 'incident' | 'talkgroup' | 'unit' | 'pool';

/** `incident:ID` and so on; the name under which the browser keeps it. */
export type ScopeKey = `${ScopeKind}:${string}`;

export function scopeOf(event: Event): ScopeKey | undefined {
  const envelope = event.envelope;
  if (envelope?.incidentId) return `incident:${envelope.incidentId}`;
  if (envelope?.talkgroupId) return `talkgroup:${envelope.talkgroupId}`;
  if (envelope?.unitId) return `unit:${envelope.unitId}`;
  if (envelope?.pool) return `pool:${envelope.pool}`;
  return undefined;
}

/** Scope of a Restart; `all` for everything. */
export function restartScope(restart: Restart): ScopeKey | 'all' | undefined {
  switch (restart.scope.case) {
    case 'all':
      return 'all';
    case 'incidentId':
      return `incident:${restart.scope.value}`;
    case 'talkgroupId':
      return `talkgroup:${restart.scope.value}`;
    case 'unitId':
      return `unit:${restart.scope.value}`;
    case 'pool':
      return `pool:${restart.scope.value}`;
    default:
      return undefined;
  }
}

/** Everything the viewer was sent, folded: the one place where events become state. */
export class Store {
  readonly incidents = new Map<string, Incident>();
  readonly talkgroups = new Map<string, TalkgroupState>();
  readonly units = new Map<string, UnitOwnState>();
  readonly pools = new Map<string, PoolState>();
  /** Raised by every change. */
  revision = 0;

  /** True: it was new. */
  apply(event: Event, receivedAt: number): boolean {
    const scope = scopeOf(event);
    if (!scope) return false;
    const at = scope.indexOf(':');
    const [kind, id] = [scope.slice(0, at) as ScopeKind, scope.slice(at + 1)];
    const isNew = this.fold(kind, id, event, receivedAt);
    if (isNew) this.revision += 1;
    return isNew;
  }

  private fold(kind: ScopeKind, id: string, event: Event, receivedAt: number): boolean {
    switch (kind) {
      case 'incident':
        return foldIncident(entry(this.incidents, id, emptyIncident), event, receivedAt);
      case 'talkgroup':
        return foldTalkgroup(entry(this.talkgroups, id, emptyTalkgroup), event);
      case 'unit':
        return foldUnit(entry(this.units, id, emptyUnit), event);
      case 'pool':
        return foldPool(entry(this.pools, id, emptyPool), event);
    }
  }

  /** Who listens, whole. */
  affiliations(told: Affiliations): void {
    const talkgroup = entry(this.talkgroups, told.talkgroupId ?? '', emptyTalkgroup);
    talkgroup.listeners = told.listeners;
    talkgroup.revision += 1;
    this.revision += 1;
  }

  /** Nobody is known to listen: presence ends with the session. */
  forgetListeners(): void {
    for (const talkgroup of this.talkgroups.values()) talkgroup.listeners = [];
    this.revision += 1;
  }

  /** Every event that is folded, with its scope, and when an incident's newest came. */
  *everything(): Generator<[scope: ScopeKey, event: Event, receivedAt?: number]> {
    for (const one of this.incidents.values()) for (const event of one.events.values()) yield [`incident:${one.id}`, event, one.receivedAt];
    const others = [['talkgroup', this.talkgroups], ['unit', this.units], ['pool', this.pools]] as const;
    for (const [kind, states] of others) for (const one of states.values()) for (const event of one.events.values()) yield [`${kind}:${one.id}`, event];
  }

  /** Forgets a scope: it is sent anew. */
  restart(scope: ScopeKey | 'all'): void {
    this.revision += 1;
    if (scope === 'all') {
      this.incidents.clear();
      this.talkgroups.clear();
      this.units.clear();
      this.pools.clear();
      return;
    }
    const at = scope.indexOf(':');
    const id = scope.slice(at + 1);
    switch (scope.slice(0, at) as ScopeKind) {
      case 'incident':
        this.incidents.delete(id);
        return;
      case 'talkgroup': {
        const listeners = this.talkgroups.get(id)?.listeners ?? [];
        this.talkgroups.set(id, { ...emptyTalkgroup(id), listeners });
        return;
      }
      case 'unit':
        this.units.delete(id);
        return;
      case 'pool':
        this.pools.delete(id);
        return;
    }
  }
}

function entry<T>(map: Map<string, T>, id: string, empty: (id: string) => T): T {
  let found = map.get(id);
  if (!found) {
    found = empty(id);
    map.set(id, found);
  }
  return found;
}

function emptyTalkgroup(id: string): TalkgroupState {
  return { id, revision: 0, messages: new Map(), listeners: [], clearedAt: 0, events: new Map() };
}

function emptyUnit(id: string): UnitOwnState {
  return {
    id, revision: 0, owner: '', onDuty: false, signedOff: false, covert: false, state: UnitState.UNSPECIFIED, capabilities: [], at: 0,
    events: new Map(),
  };
}

function emptyPool(id: string): PoolState {
  return { id, revision: 0, leased: new Map(), events: new Map() };
}

/** Keeps the event; false if it was had before. */
function keep(state: { events: Map<string, Event>; revision: number }, event: Event): boolean {
  const id = event.envelope?.eventId ?? '';
  if (state.events.has(id)) return false;
  state.events.set(id, event);
  state.revision += 1;
  return true;
}

function foldTalkgroup(talkgroup: TalkgroupState, event: Event): boolean {
  if (!keep(talkgroup, event)) return false;
  const who = said(event);
  const body = event.body;
  switch (body.case) {
    case 'messageSent': {
      const { messageId, text, priority, confirm } = body.value;
      const id = messageId ?? '';
      talkgroup.messages.set(id, {
        id, said: who, text, priority: priority ?? MessagePriority.ROUTINE, confirm: confirm ?? false, delivered: 0, displayed: 0,
        confirmed: new Map(),
      });
      break;
    }
    case 'messageReceipts':
      for (const receipt of body.value.receipts) {
        const isDisplayed = receipt.step === ReceiptStep.DISPLAYED;
        amend(talkgroup.messages, receipt.messageId, ({ displayed, delivered }) => (isDisplayed ? { displayed: displayed + 1 } : { delivered: delivered + 1 }));
      }
      break;
    case 'messageConfirmed': {
      const { messageId, organisation, unit } = body.value;
      const by = { organisation: organisation ?? who.owner, unit, at: who.at };
      amend(talkgroup.messages, messageId, ({ confirmed }) => ({ confirmed: new Map(confirmed).set(partyKey(organisation, unit), by) }));
      break;
    }
    case 'talkgroupCleared':
      talkgroup.clearedAt = who.at;
      talkgroup.messages.clear();
      break;
    default:
      break;
  }
  return true;
}

function foldUnit(unit: UnitOwnState, event: Event): boolean {
  if (!keep(unit, event)) return false;
  const who = said(event);
  const body = event.body;
  unit.owner = who.owner;
  switch (body.case) {
    case 'unitStateReported': {
      const told = body.value;
      unit.unit = told.unit ?? unit.unit;
      unit.onDuty = told.onDuty ?? unit.onDuty;
      unit.code = told.code ?? unit.code;
      unit.state = told.state ?? unit.state;
      unit.text = told.text ?? unit.text;
      unit.crewSize = told.crewSize ?? unit.crewSize;
      if (told.capabilities.length > 0) unit.capabilities = told.capabilities;
      unit.signedOff = false;
      unit.at = who.at;
      break;
    }
    case 'unitSignedOff':
      unit.unit = body.value.unit ?? unit.unit;
      // To its own it works on; to everybody else it has gone home.
      unit.covert = body.value.covert ?? false;
      unit.signedOff = !unit.covert;
      unit.at = who.at;
      break;
    case 'unitSignedOn':
      unit.unit = body.value.unit ?? unit.unit;
      unit.covert = false;
      unit.signedOff = false;
      unit.at = who.at;
      break;
    default:
      break;
  }
  return true;
}

function foldPool(pool: PoolState, event: Event): boolean {
  if (!keep(pool, event)) return false;
  const who = said(event);
  const body = event.body;
  if (body.case === 'poolLeaseChanged' && body.value.talkgroup?.talkgroupId) {
    if (body.value.leased) pool.leased.set(body.value.talkgroup.talkgroupId, { name: body.value.talkgroup.name, at: who.at });
    else pool.leased.delete(body.value.talkgroup.talkgroupId);
    pool.warning = undefined;
  } else if (body.case === 'poolNearlyExhausted') {
    pool.warning = { free: body.value.free ?? 0, total: body.value.total ?? 0, at: who.at };
  }
  return true;
}
