import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { HubClock, millis } from './clock.ts';
import { ClientFrameSchema, GoodbyeCode, type HelloSchema, ServerFrameSchema } from './gen/session_pb.ts';
import type { LinkState, ServerFrame, Welcome } from './gen/session_pb.ts';
import type { OpenSocket, SocketLike } from './socket.ts';

/** Contract numbers this client works with. */
export const CONTRACT = 1;

/** Why the link ended for good: somebody has to do something. */
export type EndReason = 'token_expired' | 'unauthenticated' | 'contract' | 'protocol';

/** The link as it really is. `since` in local milliseconds. */
export type LinkStatus =
  | { kind: 'connecting'; since: number; everConnected: boolean }
  /** `doubtful`: nothing was heard for longer than a heartbeat. */
  | { kind: 'live'; since: number; doubtful: boolean; heardAt: number; caughtUp: boolean }
  | { kind: 'lost'; since: number; retryAt: number; everConnected: boolean }
  | { kind: 'ended'; since: number; reason: EndReason; message: string };

/** What a session begins with. */
export type Greeting = MessageInitShape<typeof HelloSchema>;

/** Times of the link, milliseconds. */
export const TIMES = {
  ping: 5_000,
  /** Silence after which the link is doubtful. */
  doubtful: 7_000,
  /** Silence after which it is given up. */
  dead: 16_000,
  /** No Welcome within this: the hub does not answer. */
  welcome: 10_000,
  retryFirst: 500,
  retryMax: 8_000,
  /** A clock that goes back further than this was set. */
  setBack: 1_000,
};

export interface LinkEvents {
  frame(frame: ServerFrame): void;
  status(status: LinkStatus): void;
}

/** One session after another with the hub: opens, greets, listens for silence, and comes back. Knows nothing of what is said. */
export class Link {
  readonly clock: HubClock;
  status: LinkStatus;
  welcome: Welcome | undefined;
  /** What the hub told of itself last; bad news of an earlier session stands until the next has told how it is. */
  linkState: LinkState | undefined;
  /** Since when there has been no session, over all attempts. */
  lostSince: number | undefined;
  private socket: SocketLike | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private retries = 0;
  private everConnected = false;
  private pings = new Map<bigint, number>();
  private nextPing = 0;
  private nonce = 0n;
  private openedAt = 0;
  private tickedAt = 0;
  private tickedSteady = 0;
  private stopped = true;

  constructor(
    private readonly url: string,
    private readonly open: OpenSocket,
    private readonly greeting: () => Greeting,
    private readonly events: LinkEvents,
    private readonly local: () => number = Date.now,
    /** A clock that nobody sets. */
    private readonly steady: () => number = local === Date.now ? () => performance.now() : local,
  ) {
    this.clock = new HubClock(local);
    this.status = { kind: 'connecting', since: local(), everConnected: false };
  }

  /** Connects, and goes on doing so until {@link stop}. */
  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    [this.tickedAt, this.tickedSteady] = [this.local(), this.steady()];
    this.timer = setInterval(() => this.tick(), 250);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
  }

  /** Tries at once: the browser says that the network is back, or a human pressed the button. */
  retryNow(): void {
    if (this.stopped || this.status.kind !== 'lost') return;
    this.retries = 0;
    this.connect();
  }

  /** Sends a frame if the session stands. */
  send(frame: MessageInitShape<typeof ClientFrameSchema>['frame']): boolean {
    if (this.status.kind !== 'live' || !this.socket) return false;
    this.socket.send(toBinary(ClientFrameSchema, create(ClientFrameSchema, { frame })));
    return true;
  }

  private connect(): void {
    this.openedAt = this.local();
    this.pings.clear();
    this.set({ kind: 'connecting', since: this.openedAt, everConnected: this.everConnected });
    const socket = this.open(this.url);
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      const hello = this.greeting();
      const frame = { case: 'hello' as const, value: hello };
      socket.send(toBinary(ClientFrameSchema, create(ClientFrameSchema, { frame })));
    };
    socket.onmessage = (bytes) => this.socket === socket && this.receive(bytes);
    socket.onclose = () => this.socket === socket && this.lost();
  }

  private receive(bytes: Uint8Array): void {
    let frame: ServerFrame;
    try {
      frame = fromBinary(ServerFrameSchema, bytes);
    } catch {
      // Not ours: a proxy's page, a broken middlebox. Another session is the only thing that can help.
      this.socket?.close();
      return this.lost();
    }
    const now = this.local();
    if (this.status.kind === 'live') {
      this.status.heardAt = now;
      if (this.status.doubtful) this.set({ ...this.status, doubtful: false });
    }
    switch (frame.frame.case) {
      case 'welcome':
        if (!this.welcomed(frame.frame.value, now)) return;
        break;
      case 'pong': {
        const sent = this.pings.get(frame.frame.value.nonce ?? -1n);
        this.pings.delete(frame.frame.value.nonce ?? -1n);
        if (sent !== undefined) this.clock.observe(sent, millis(frame.frame.value.hubTime), now);
        break;
      }
      case 'linkState':
        this.linkState = frame.frame.value;
        break;
      case 'caughtUp':
        if (this.status.kind === 'live') this.set({ ...this.status, caughtUp: true });
        break;
      case 'goodbye':
        this.goodbye(frame.frame.value.code, frame.frame.value.message ?? '');
        break;
      default:
        break;
    }
    this.events.frame(frame);
  }

  private welcomed(welcome: Welcome, now: number): boolean {
    if ((welcome.contract ?? 0) !== CONTRACT) {
      this.end('contract', String(welcome.contract ?? 0));
      return false;
    }
    this.welcome = welcome;
    this.everConnected = true;
    this.retries = 0;
    this.clock.reset();
    this.clock.hint(millis(welcome.hubTime));
    this.set({ kind: 'live', since: now, doubtful: false, heardAt: now, caughtUp: false });
    this.ping(now);
    return true;
  }

  private goodbye(code: GoodbyeCode | undefined, message: string): void {
    switch (code) {
      case GoodbyeCode.TOKEN_EXPIRED:
        return this.end('token_expired', message);
      case GoodbyeCode.UNAUTHENTICATED:
        return this.end('unauthenticated', message);
      case GoodbyeCode.PROTOCOL_ERROR:
      case GoodbyeCode.TOO_LARGE:
        return this.end('protocol', message);
      default:
        // Draining, slow, idle, resume impossible: the socket closes, and we come back.
        return;
    }
  }

  private end(reason: EndReason, message: string): void {
    this.set({ kind: 'ended', since: this.local(), reason, message });
    this.stop();
  }

  private lost(): void {
    if (this.stopped) return;
    this.socket = undefined;
    const wait = Math.min(TIMES.retryMax, TIMES.retryFirst * 2 ** this.retries);
    this.retries = Math.min(this.retries + 1, 16);
    // Spread, so that a county's terminals do not all come at once when the hub is back.
    const retryAt = this.local() + wait * (0.5 + Math.random() / 2);
    this.lostSince ??= this.local();
    this.set({ kind: 'lost', since: this.lostSince, retryAt, everConnected: this.everConnected });
  }

  private tick(): void {
    const now = this.local();
    const steady = this.steady();
    const gone = now - this.tickedAt;
    if (gone < -TIMES.setBack) this.setBack(now, gone - (steady - this.tickedSteady));
    [this.tickedAt, this.tickedSteady] = [now, steady];
    switch (this.status.kind) {
      case 'lost':
        if (now >= this.status.retryAt) this.connect();
        return;
      case 'connecting':
        if (now - this.openedAt > TIMES.welcome) this.drop();
        return;
      case 'live': {
        const silence = now - this.status.heardAt;
        if (silence > TIMES.dead) return this.drop();
        if (silence > TIMES.doubtful && !this.status.doubtful) this.set({ ...this.status, doubtful: true });
        if (now >= this.nextPing) this.ping(now);
        return;
      }
      case 'ended':
        return;
    }
  }

  /** The device's clock was set back, as a tablet's is by its first fix: every time that was noted lies ahead, and would be waited for. */
  private setBack(now: number, by: number): void {
    // So that hub time goes on as it was, also before a session measures it again. A clock that is set forward looks just like a machine that has
    // slept, whose clock is right: nothing is shifted then.
    this.clock.shift(by);
    this.openedAt = now;
    if (this.lostSince !== undefined) this.lostSince = Math.min(this.lostSince, now);
    if (this.status.kind === 'lost') this.set({ ...this.status, since: this.lostSince ?? now, retryAt: now });
    // A new session measures the hub's time anew.
    else if (this.status.kind === 'live') this.drop();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
    this.lost();
  }

  private ping(now: number): void {
    this.nonce += 1n;
    this.nextPing = now + TIMES.ping;
    this.pings.set(this.nonce, now);
    this.send({ case: 'ping', value: { nonce: this.nonce } });
  }

  private set(status: LinkStatus): void {
    this.status = status;
    if (status.kind === 'live') this.lostSince = undefined;
    this.events.status(status);
  }
}
