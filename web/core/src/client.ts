import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { ReceiptStep } from './gen/common_pb.ts';
import { DeploymentSchema, Directory } from './gen/directory_pb.ts';
import type { Deployment } from './gen/directory_pb.ts';
import { EventSchema } from './gen/event_pb.ts';
import type { Event } from './gen/event_pb.ts';
import { GoodbyeCode } from './gen/session_pb.ts';
import type { AreaSchema, LocationReportSchema, MapFrame, ServerFrame } from './gen/session_pb.ts';
import { Affiliations } from './affiliations.ts';
import { DeploymentQuestion } from './deployment.ts';
import { Keeper } from './keeper.ts';
import { Expiry } from './expiry.ts';
import { isLongOver, LongOver } from './longOver.ts';
import { Link } from './link.ts';
import type { LinkStatus } from './link.ts';
import { Outbox } from './outbox.ts';
import type { Action, Pressed } from './outbox.ts';
import { pastOf } from './past.ts';
import { identityOf, principalOf } from './principal.ts';
import type { Identity } from './principal.ts';
import { Receipts } from './receipts.ts';
import { call } from './rpc.ts';
import type { Caller } from './rpc.ts';
import { plainSocket } from './socket.ts';
import type { OpenSocket } from './socket.ts';
import { CLOSED_SHOWN_MS } from './views/queue.ts';
import { outdated } from './state/outdated.ts';
import { restartScope, scopeOf, Store } from './state/store.ts';
import type { ScopeKey } from './state/store.ts';
import type { Change, Kept, Opened, Storage } from './storage.ts';

export interface ClientOptions {
  /** Where the hub is: `http://host:port`. */
  base: string;
  token: string;
  /** Name and version of the program, for the operator's list. */
  program: string;
  opened: Opened;
  openSocket?: OpenSocket;
  local?: () => number;
}

export interface ClientEvents {
  /** Something of state, link or outbox is different; at most once a turn. */
  change: () => void;
  /** An event came in that was new; not for those that were kept from before. `live`: after the catch-up. */
  event: (event: Event, live: boolean) => void;
  map: (frame: MapFrame) => void;
  /** The token is no longer good, or the hub is another version. */
  ended: (status: Extract<LinkStatus, { kind: 'ended' }>) => void;
}

/** A session with the hub as an application sees it: what is known, what was pressed, and whether the link is alive. */
export class Client {
  readonly store = new Store();
  readonly link: Link;
  readonly outbox: Outbox;
  deployment: Deployment | undefined;
  identity: Identity | undefined;
  /** Local time anything was last heard of the hub, also by an earlier page; 0 if never. */
  heardAt = 0;
  private readonly keeper: Keeper;
  private readonly receipts: Receipts;
  private resumeToken: Uint8Array | undefined;
  private readonly affiliations = new Affiliations(
    (kind, id) => this.link.send({ case: kind, value: { talkgroupIds: [id] } }),
    (joined) => {
      this.keeper.keep('affiliated', joined);
      this.changed();
    },
  );
  private readonly register: DeploymentQuestion;
  private areas: MessageInitShape<typeof AreaSchema>[] = [];
  private told = false;
  private readonly expiry = new Expiry(this.store, ({ id, receivedAt }, events) => this.replace(`incident:${id}`, events, receivedAt));
  private readonly longOver = new LongOver({
    has: (id) => this.store.incidents.has(id),
    past: (id) => pastOf(this.call, id),
    forget: (id) => this.begin(`incident:${id}`),
    replace: (id, events) => {
      // What came while it was fetched is not lost by it.
      const fetched = new Set(events.map((event) => event.envelope?.eventId));
      const newer = [...(this.store.incidents.get(id)?.events.values() ?? [])].filter((event) => !fetched.has(event.envelope?.eventId));
      this.replace(`incident:${id}`, [...events, ...newer], this.heardAt);
    },
    keep: (ids) => this.keeper.keep('letGo', ids),
  });
  private readonly storage: Storage;
  private readonly listeners: { [K in keyof ClientEvents]: Set<ClientEvents[K]> } = {
    change: new Set(), event: new Set(), map: new Set(), ended: new Set(),
  };

  constructor(private readonly options: ClientOptions) {
    this.identity = identityOf(options.token);
    this.storage = options.opened.storage;
    const url = `${options.base.replace(/^http/, 'ws')}/v1/session`;
    this.link = new Link(
      url,
      options.openSocket ?? ((address) => plainSocket(address)),
      () => ({
        token: options.token,
        client: options.program,
        follow: { allIncidents: true, areas: this.areas },
        ...(this.resumeToken ? { resumeToken: this.resumeToken } : {}),
      }),
      { frame: (frame) => this.frame(frame), status: (status) => this.status(status) },
      options.local ?? Date.now,
    );
    this.keeper = new Keeper(this.storage, () => this.heardAt, () => this.whole());
    this.register = new DeploymentQuestion(
      (knownDigest) => this.call(Directory.method.getDeployment, knownDigest === undefined ? {} : { knownDigest }),
      () => this.deployment,
      (told) => {
        this.deployment = told;
        this.keeper.keep('deployment', toBinary(DeploymentSchema, told));
        this.changed();
      },
      options.local,
    );
    this.receipts = new Receipts((of, step) => this.link.send({ case: 'receipt', value: { ...of, step } }), options.local);
    this.outbox = new Outbox(this.storage, (command) => this.link.send({ case: 'submit', value: command }), () => this.changed(), () => this.now(), this.identity?.person);
    this.outbox.principal = principalOf(options.token);
    this.outbox.isVolatile = options.opened.volatile;
  }

  on<K extends keyof ClientEvents>(name: K, listener: ClientEvents[K]): () => void {
    this.listeners[name].add(listener);
    return () => this.listeners[name].delete(listener);
  }

  /** Shows what was kept, then connects. */
  async start(): Promise<void> {
    await this.restore();
    this.link.start();
  }

  /**
   * Takes what releases had opened out of the picture when their time is out; to be called now and then. While the link is alive the hub has
   * done it before.
   */
  expire(): void {
    if (this.identity) this.expiry.run(this.identity, this.now());
  }

  /**
   * Lets go of incidents that are long over (see {@link isLongOver}) and of what else is outdated, from memory and from what the browser keeps; to be
   * called now and then. Never of those in `held`, which are in front of somebody.
   */
  letGo(held: ReadonlySet<string>): void {
    const { identity } = this;
    if (!identity || this.link.status.kind !== 'live' || !this.link.status.caughtUp) return;
    this.longOver.retry();
    const unsent = new Set(this.outbox.actions.map((one) => one.incidentId));
    const over = [...this.store.incidents.values()].filter((one) => !held.has(one.id) && !unsent.has(one.id) && isLongOver(one, identity, this.now()));
    this.longOver.letGo(over.map((one) => one.id));
    for (const { scope, events } of outdated(this.store, this.now() - CLOSED_SHOWN_MS)) this.replace(scope, events, this.heardAt);
  }

  /** Whether an incident can be shown: it is here, or was and can be fetched. */
  knows(id: string): boolean {
    return this.store.incidents.has(id) || this.longOver.isGone(id);
  }

  /** Fetches an incident that is not here any more; rejects while the hub cannot be asked. */
  async bringBack(id: string): Promise<void> {
    if (!this.store.incidents.has(id)) await this.longOver.bringBack(id);
  }

  /** Ends the session; what was not sent stays. */
  async stop(): Promise<void> {
    this.link.stop();
    await this.keeper.flush();
    this.storage.close();
  }

  /** Hub time, milliseconds. */
  now(): number {
    return this.link.clock.now();
  }

  /** Takes what was pressed: kept first, then sent. Resolves with the answer, which may be hours away. */
  async press(pressed: Pressed): Promise<Action> {
    const { outcome } = await this.outbox.press(pressed);
    return outcome;
  }

  /** Joins a talkgroup; again after every reconnect, until {@link disaffiliate}, its return, or the hub's no. */
  affiliate(talkgroupId: string): void {
    this.affiliations.join(talkgroupId);
  }

  disaffiliate(talkgroupId: string): void {
    this.affiliations.leave(talkgroupId);
  }

  isAffiliated(talkgroupId: string): boolean {
    return this.affiliations.has(talkgroupId);
  }

  /** Which parts of the map are to come. */
  follow(areas: MessageInitShape<typeof AreaSchema>[]): void {
    this.areas = areas;
    this.link.send({ case: 'follow', value: { allIncidents: true, areas } });
  }

  /** Where the own unit is. Not kept: the newest counts, and it comes again. */
  locate(report: MessageInitShape<typeof LocationReportSchema>): void {
    this.link.send({ case: 'location', value: report });
  }

  /** An alarm is on the screen now: the other side may know. */
  displayed(incidentId: string, alarmId: string): void {
    this.receipts.add({ incidentId, alarmId }, ReceiptStep.DISPLAYED, this.identity);
  }

  /** A text is on the screen now. */
  messageDisplayed(talkgroupId: string, messageId: string): void {
    this.receipts.add({ talkgroupId, messageId }, ReceiptStep.DISPLAYED, this.identity);
  }

  /** A question beside the session. */
  call: Caller = (method, input) => call(this.options.base, this.options.token, method, input);

  /** Forgets the picture and starts with another. */
  async forget(): Promise<void> {
    this.link.stop();
    await this.keeper.flush();
    await this.storage.forgetPicture();
    this.storage.close();
  }

  private async restore(): Promise<void> {
    const { events, actions, kept } = await this.storage.load();
    const whose = principalOf(this.options.token);
    if (kept.principal !== undefined && kept.principal !== whose) {
      // Somebody else's picture: not to be seen by this one, not even for a moment.
      await this.storage.forgetPicture();
    } else {
      this.takeKept(kept);
      try {
        for (const stored of events) this.store.apply(fromBinary(EventSchema, stored.bytes), stored.at);
      } catch {
        // One broken event makes the whole picture doubtful: a fresh one is a second away.
        this.restart('all');
      }
    }
    this.keeper.keep('principal', whose);
    // What does not say whose it is came from whose picture this was.
    // Also what ended while this page was not there: not even a moment of it is painted.
    this.expire();
    this.outbox.restore(actions.map((one) => ({ ...one, principal: one.principal ?? kept.principal })));
    this.changed();
  }

  private takeKept(kept: Kept): void {
    this.resumeToken = kept.resumeToken;
    this.heardAt = kept.heardAt ?? 0;
    this.affiliations.restore(kept.affiliated ?? []);
    this.longOver.restore(kept.letGo ?? []);
    if (kept.clockOffset !== undefined) this.link.clock.hint(Date.now() + kept.clockOffset);
    if (kept.deployment) {
      try {
        this.deployment = fromBinary(DeploymentSchema, kept.deployment);
      } catch {
        this.deployment = undefined;
      }
    }
  }

  private frame(frame: ServerFrame): void {
    const { case: kind, value } = frame.frame;
    this.heardAt = this.options.local?.() ?? Date.now();
    switch (kind) {
      case 'welcome':
        this.identity = {
          organisation: value.organisation ?? '',
          role: value.role ?? '',
          unitId: value.unitId,
          person: value.person,
          tokenExpiresAt: value.tokenExpiresAt ? Number(value.tokenExpiresAt.seconds) * 1000 : 0,
        };
        this.outbox.person = value.person;
        if (!value.resumed) this.restart('all');
        this.store.forgetListeners();
        this.affiliations.reconnected();
        this.outbox.setConnected(true);
        this.receipts.reconnected();
        this.register.welcomed();
        break;
      case 'update':
        if (value.event) this.event(value.event);
        return;
      case 'restart': {
        const scope = restartScope(value);
        if (scope) this.restart(scope);
        break;
      }
      case 'checkpoint':
        this.resumeToken = value.resumeToken;
        this.keeper.keep('resumeToken', value.resumeToken);
        return;
      case 'outcome':
        if (!this.outbox.outcome(value)) this.affiliations.outcome(value);
        return;
      case 'affiliations':
        this.store.affiliations(value);
        this.affiliations.told(value.talkgroupId ?? '');
        break;
      case 'caughtUp':
        this.affiliations.prune(this.store.incidents.values());
        break;
      case 'map':
        for (const listener of this.listeners.map) listener(value);
        return;
      case 'goodbye':
        // Where it cannot be continued from there it is begun anew; with the same token it would end the same way again.
        if (value.code === GoodbyeCode.RESUME_IMPOSSIBLE) {
          this.resumeToken = undefined;
          this.keeper.keep('resumeToken', undefined);
        }
        break;
      case 'linkState':
        this.keeper.keep('heardAt', this.heardAt);
        this.keeper.keep('clockOffset', this.link.clock.offset);
        this.register.heard();
        break;
      case 'pong':
        break;
      default:
        // A frame this client does not know: a newer hub. Nothing is lost by not knowing it.
        break;
    }
    this.changed();
  }

  private event(event: Event): void {
    if (!this.store.apply(event, this.heardAt)) return;
    const scope = scopeOf(event);
    if (scope) this.keeper.queue({ kind: 'event', event: { scope, bytes: toBinary(EventSchema, event), at: this.heardAt } });
    this.receipts.came(event, this.identity);
    if (event.envelope?.incidentId) this.longOver.came(event.envelope.incidentId);
    const live = this.link.status.kind === 'live' && this.link.status.caughtUp;
    if (event.body.case === 'talkgroupLeased') this.affiliations.leased(event.body.value.talkgroup?.talkgroupId ?? '');
    // Not while catching up: another incident that has the group now may come after the one that gave it back.
    if (live && event.body.case === 'talkgroupReturned') this.affiliations.prune(this.store.incidents.values());
    for (const listener of this.listeners.event) listener(event, live);
    this.changed();
  }

  /** The hub sends a scope anew, or all of them. */
  private restart(scope: ScopeKey | 'all'): void {
    const whole = scope === 'all' || scope.startsWith('incident:') ? scope.replace('incident:', '') : undefined;
    if (whole !== undefined) this.expiry.sentAnew(whole);
    this.begin(scope);
    if (whole !== undefined) this.longOver.sentAnew(whole);
    if (scope !== 'all') return;
    this.resumeToken = undefined;
    this.keeper.keep('resumeToken', undefined);
  }

  /** Forgets a scope, here and in what is kept. */
  private begin(scope: ScopeKey | 'all'): void {
    this.store.restart(scope);
    this.keeper.queue({ kind: 'restart', scope });
    this.changed();
  }

  /** Puts other events in the place of a scope's. Nobody is told of them as news. */
  private replace(scope: ScopeKey, events: Event[], at: number): void {
    this.begin(scope);
    for (const event of events) {
      this.store.apply(event, at);
      this.keeper.queue({ kind: 'event', event: { scope, bytes: toBinary(EventSchema, event), at } });
    }
  }

  private status(status: LinkStatus): void {
    if (status.kind === 'lost' || status.kind === 'ended') this.outbox.setConnected(false);
    if (status.kind === 'ended') for (const listener of this.listeners.ended) listener(status);
    this.changed();
  }

  /** The picture as it is, for a storage that has lost it. */
  private *whole(): Iterable<Change> {
    for (const [scope, event, receivedAt] of this.store.everything()) {
      yield { kind: 'event', event: { scope, bytes: toBinary(EventSchema, event), at: receivedAt ?? this.heardAt } };
    }
    yield { kind: 'keep', key: 'resumeToken', value: this.resumeToken };
  }

  private changed(): void {
    if (this.told) return;
    this.told = true;
    queueMicrotask(() => {
      this.told = false;
      for (const listener of this.listeners.change) listener();
    });
  }
}
