import { Client, Names, networksOf, ownOutstanding, queue } from '@samband/core';
import type { Action, Identity, Incident, LinkStatus, Network, Pressed, QueueRow, Said, TalkgroupState } from '@samband/core';
import type { LinkState } from '@samband/core/gen/session_pb';
import { getContext, setContext } from 'svelte';
import { language } from '../texts/language.svelte.ts';
import type { Voice } from './describe.ts';
import type { Feed } from './feed.ts';

const KEY = Symbol('session');

/** How long the hub may be gone before a screen falls back to the reserve page, milliseconds. */
export const RESERVE_AFTER_MS = 20_000;
/** How often incidents that are long over are let go, milliseconds of the hub's clock. */
const SWEEP_MS = 60_000;

/** What holds somebody back from leaving. `go` leaves all the same. */
export interface Leaving {
  /** `signed_out`: of their own will. Otherwise the token is no longer good. */
  why: string;
  go: () => void;
}

/**
 * The client as Svelte sees it. The client's own objects are plain and change in place; whoever shows them reads them through here, where
 * `revision` rises at most once a frame and `now` once a second.
 */
export class Session {
  /** Rises when anything is different. */
  revision = $state(0);
  /** Hub time, milliseconds; ticks with the seconds of the hub's clock. */
  now = $state(0);
  private scheduled = false;
  private readonly holders: (() => string | undefined)[] = [];
  private sweptAt = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;

  readonly names: Names = $derived.by(() => {
    this.deploymentRevision;
    return new Names(this.client.deployment);
  });
  private deploymentRevision = $state(0);
  private knownDeployment: unknown;

  readonly voice: Voice = $derived({ names: this.names, t: language.t });
  readonly link: LinkStatus = $derived.by(() => {
    this.revision;
    return { ...this.client.link.status };
  });
  readonly linkState: LinkState | undefined = $derived.by(() => {
    this.revision;
    return this.client.link.linkState;
  });
  /** Networks behind gateways, as long as there is a hub to tell of them. */
  readonly networks: Network[] = $derived(this.link.kind === 'live' ? networksOf(this.linkState) : []);
  readonly identity: Identity | undefined = $derived.by(() => {
    this.revision;
    return this.client.identity;
  });
  readonly rows: QueueRow[] = $derived.by(() => {
    this.revision;
    const { organisation, unitId, role } = this.own;
    // A vehicle, and whoever only looks, does not answer for the organisation.
    const answers = unitId === undefined && role !== 'viewer';
    return queue(this.client.store.incidents.values(), organisation, unitId, this.now, answers ? this.client.store.talkgroups : undefined);
  });
  readonly actions: Action[] = $derived.by(() => {
    this.revision;
    return this.client.outbox.actions.map((one) => ({ ...one }));
  });
  readonly unsent: number = $derived.by(() => {
    this.revision;
    return this.client.outbox.unsent;
  });
  /** Somebody wants to leave, or has to, and something is not sent. */
  leaving = $state.raw<Leaving | undefined>();
  /** Another page of this seat has the storage: this one keeps nothing. */
  isElsewhere = $state(false);
  /** A part of this page could not be fetched: the hub has another version by now. */
  isOutdated = $state(false);
  /** The hub is gone for so long that what is shown must not look alive. */
  readonly isGone: boolean = $derived.by(() => {
    this.now;
    const status = this.link;
    if (status.kind === 'live') return false;
    if (status.kind === 'ended') return true;
    const since = this.client.link.lostSince ?? this.startedAt;
    return Date.now() - since > RESERVE_AFTER_MS;
  });
  readonly startedAt = Date.now();

  constructor(
    readonly client: Client,
    /** Where the units are. */
    readonly feed: Feed,
  ) {
    client.on('change', () => this.schedule());
    this.tick();
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  get own(): { organisation: string; unitId: string | undefined; role: string } {
    const identity = this.identity;
    return { organisation: identity?.organisation ?? '', unitId: identity?.unitId, role: identity?.role ?? '' };
  }

  /** The incident as it is now: a new object for every change, so that whoever shows it notices. */
  incident(id: string | undefined): Incident | undefined {
    this.revision;
    const incident = this.client.store.incidents.get(id ?? '');
    return incident ? { ...incident } : undefined;
  }

  /** The talkgroup as it is now: a new object for every change. */
  talkgroup(id: string | undefined): TalkgroupState | undefined {
    this.revision;
    const talkgroup = this.client.store.talkgroups.get(id ?? '');
    return talkgroup ? { ...talkgroup } : undefined;
  }

  outstanding(incident: Incident): ReturnType<typeof ownOutstanding> {
    const { organisation, unitId } = this.own;
    return ownOutstanding(incident, organisation, unitId, this.now);
  }

  press(pressed: Pressed): Promise<Action> {
    return this.client.press(pressed);
  }

  /** What a network is called, with whose it is where that is needed to tell two apart. */
  network({ name, organisation, shared }: Network): string {
    return shared ? `${name} (${this.names.short(organisation)})` : name;
  }

  /** Who said it: organisation, and unit or role where they are known. */
  by(said: Said): string {
    const unit = said.unit ? this.names.unit(said.unit) : '';
    return [this.names.short(said.owner), unit].filter(Boolean).join(' ');
  }

  stop(): void {
    clearInterval(this.ticking);
    void this.client.stop();
  }

  /** The incident that this gives is in front of somebody: it is not let go, however long it has been over. */
  hold(which: () => string | undefined): void {
    this.holders.push(which);
  }

  private tick(): void {
    this.client.expire();
    this.now = Math.floor(this.client.now() / 1000) * 1000;
    // Also after a clock that was set back.
    if (Math.abs(this.now - this.sweptAt) < SWEEP_MS) return;
    this.sweptAt = this.now;
    this.client.letGo(new Set(this.holders.map((which) => which()).filter((id) => id !== undefined)));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const run = () => {
      this.scheduled = false;
      this.revision += 1;
      if (this.client.deployment !== this.knownDeployment) {
        this.knownDeployment = this.client.deployment;
        this.deploymentRevision += 1;
      }
    };
    // A page in the background gets no frames, and must still sound its alarm.
    if (document.visibilityState === 'visible') requestAnimationFrame(run);
    else setTimeout(run, 50);
  }
}

export function provideSession(session: Session): void {
  setContext(KEY, session);
}

export function useSession(): Session {
  return getContext<Session>(KEY);
}
