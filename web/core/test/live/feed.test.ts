import { create, toBinary } from '@bufbuild/protobuf';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerFrameSchema } from '../../src/gen/session_pb.ts';
import { CONFIRM_MS, Feed, type FeedNews, type FeedOrder, type RawSocket } from '../../src/live/feedCore.ts';
import { PageUnits, SocketThread, THREAD_FAILED, type SocketLike, type WorkerLike } from '../../src/live/socket.ts';
import type { UnitSnapshot } from '../../src/live/snapshot.ts';

class FakeSocket implements RawSocket {
  binaryType = 'blob';
  protocol = 'samband.v1.proto';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: Uint8Array[] = [];
  closed: [number?, string?] | undefined;
  constructor(readonly url: string, readonly protocols: string[]) {}
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }
  close(code?: number, reason?: string): void {
    this.closed = [code, reason];
  }
  /** What the hub sends: a buffer of its own each time, as a WebSocket gives it. */
  receive(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer });
  }
}

const mapFrame = (unitId: string, south = 63) =>
  toBinary(ServerFrameSchema, create(ServerFrameSchema, {
    frame: { case: 'map', value: {
      key: true, cell: { south, west: 14.5, sideDeg: 0.25 },
      units: [{ unitId, callSign: unitId, organisation: 'rtj', latitudeE5: south * 1e5 + 100, longitudeE5: 1_460_000, state: 1 }],
    } },
  }));
const pong = toBinary(ServerFrameSchema, create(ServerFrameSchema, { frame: { case: 'pong', value: { nonce: 7n } } }));

let sockets: FakeSocket[];
let now: number;
let feed: Feed;
let thread: SocketThread;
let worker: WorkerLike;
let isTerminated: boolean;

/** A thread that is none: orders and news go straight through. */
beforeEach(() => {
  sockets = [];
  now = 0;
  isTerminated = false;
  worker = { onmessage: null, onerror: null, postMessage: (order: FeedOrder) => feed.order(order), terminate: () => void (isTerminated = true) };
  feed = new Feed({
    connect: (url, protocols) => {
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket;
    },
    post: (data: FeedNews) => worker.onmessage?.({ data }),
    now: () => now,
  });
  thread = new SocketThread(worker);
});

function listen(socket: SocketLike) {
  const heard = { opened: 0, messages: [] as Uint8Array[], closed: [] as [number, string][], snapshots: [] as UnitSnapshot[] };
  socket.onopen = () => void heard.opened++;
  socket.onmessage = (bytes) => void heard.messages.push(bytes);
  socket.onclose = (code, reason) => void heard.closed.push([code, reason]);
  socket.onunits = (snapshot) => void heard.snapshots.push(snapshot);
  return heard;
}

describe('the feed', () => {
  it('opens, sends, and passes on what is no map frame', () => {
    const socket = thread.open('ws://127.0.0.1/v1/session', ['samband.v1.proto']);
    const heard = listen(socket);
    expect(sockets[0]).toMatchObject({ url: 'ws://127.0.0.1/v1/session', protocols: ['samband.v1.proto'], binaryType: 'arraybuffer' });
    sockets[0]!.onopen!();
    socket.send(new Uint8Array([1, 2]));
    sockets[0]!.receive(pong);
    sockets[0]!.receive(mapFrame('a'));
    expect(heard.opened).toBe(1);
    expect(sockets[0]!.sent).toEqual([new Uint8Array([1, 2])]);
    expect(heard.messages).toEqual([pong]);
    sockets[0]!.onclose!({ code: 1006, reason: 'gone' });
    expect(heard.closed).toEqual([[1006, 'gone']]);
  });

  it('posts a snapshot when something has changed, and none otherwise', () => {
    const heard = listen(thread.open('ws://127.0.0.1', []));
    sockets[0]!.receive(mapFrame('a'));
    sockets[0]!.receive(mapFrame('b', 64));
    feed.tick();
    feed.tick();
    expect(heard.snapshots).toHaveLength(1);
    expect(heard.snapshots[0]!.names.map((name) => name.id)).toEqual(['a', 'b']);
    expect(heard.snapshots[0]!.counts[0]).toMatchObject({ organisation: 'rtj', units: 2 });
  });

  it('keeps what is on the map over a new session, and drops what it does not confirm', () => {
    listen(thread.open('ws://127.0.0.1', []));
    sockets[0]!.onopen!();
    sockets[0]!.receive(mapFrame('a'));
    sockets[0]!.receive(mapFrame('b', 64));
    const heard = listen(thread.open('ws://127.0.0.1', []));
    expect(sockets[0]!.closed).toBeDefined();
    sockets[1]!.onopen!();
    sockets[1]!.receive(mapFrame('b', 64));
    feed.tick();
    expect(heard.snapshots.at(-1)!.count).toBe(2);
    now = CONFIRM_MS;
    feed.tick();
    expect(heard.snapshots.at(-1)!.count).toBe(1);
  });

  it('hears nothing more of a socket that was replaced', () => {
    const first = listen(thread.open('ws://127.0.0.1', []));
    const old = sockets[0]!;
    const oldHandlers = { ...old };
    const second = listen(thread.open('ws://127.0.0.1', []));
    oldHandlers.onmessage?.({ data: pong.slice().buffer });
    expect(old.onmessage).toBeNull();
    expect(first.messages).toHaveLength(0);
    expect(second.messages).toHaveLength(0);
  });

  it('closes the session at a frame it cannot read', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    listen(thread.open('ws://127.0.0.1', []));
    sockets[0]!.receive(new Uint8Array([0x52, 3, 0x22, 0x7f, 0]));
    expect(sockets[0]!.closed?.[0]).toBe(4002);
    sockets[0]!.onmessage!({ data: 'text' });
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });

  it('takes marks and forgets areas that are followed no more', () => {
    const socket = thread.open('ws://127.0.0.1', []);
    const heard = listen(socket);
    socket.setMarks!([['a', 1]]);
    sockets[0]!.receive(mapFrame('a'));
    sockets[0]!.receive(mapFrame('b', 64));
    socket.forgetOutside!([{ south: 62, west: 14, north: 63.2, east: 15 }]);
    feed.tick();
    expect(heard.snapshots[0]!.count).toBe(1);
    expect(heard.snapshots[0]!.look[3]).toBe(1);
  });

  it('tells of a thread that fails as of a link that is down', () => {
    const heard = listen(thread.open('ws://127.0.0.1', []));
    sockets[0]!.onopen!();
    worker.onerror!({ message: 'no thread' });
    expect([heard.closed, isTerminated]).toEqual([[[THREAD_FAILED, 'no thread']], true]);
    sockets[0]!.onmessage!({ data: new Uint8Array(mapFrame('a')).buffer });
    feed.tick();
    expect(heard.snapshots).toEqual([]);
  });
});

describe('units without a thread', () => {
  it('takes map frames and leaves the rest', () => {
    const units = new PageUnits();
    const snapshots: UnitSnapshot[] = [];
    units.onunits = (snapshot) => void snapshots.push(snapshot);
    expect(units.take(pong)).toBe(false);
    expect(units.take(mapFrame('a'))).toBe(true);
    units.tick(0);
    units.tick(250);
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]!.count).toBe(1);
  });
});
