// The feed's life without a thread around it: owns the session's socket, keeps the map's frames to itself and hands on the rest.
import { FrameReader, MAP_FRAME_TAG } from './frames.ts';
import { Snapshots, transferables, type UnitSnapshot } from './snapshot.ts';
import { UnitTable, type Rectangle } from './table.ts';

/** What a page says to its feed. */
export type FeedOrder =
  | { kind: 'open'; socket: number; url: string; protocols: string[] }
  | { kind: 'send'; socket: number; bytes: Uint8Array }
  | { kind: 'close'; socket: number; code?: number; reason?: string }
  | { kind: 'marks'; marks: [unitId: string, mark: number][] }
  | { kind: 'forgetOutside'; areas: Rectangle[] };

/** What a feed says to its page. */
export type FeedNews =
  | { kind: 'open'; socket: number; protocol: string }
  | { kind: 'message'; socket: number; bytes: Uint8Array }
  | { kind: 'close'; socket: number; code: number; reason: string }
  | { kind: 'fault'; socket: number; text: string }
  | { kind: 'units'; snapshot: UnitSnapshot };

/** As much of a WebSocket as is used. */
export interface RawSocket {
  binaryType: string;
  readonly protocol: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
}

export interface FeedWorld {
  connect(url: string, protocols: string[]): RawSocket;
  post(news: FeedNews, handOver: ArrayBuffer[]): void;
  /** Milliseconds, not running backwards. */
  now(): number;
}

/** At most four snapshots a second. */
export const SNAPSHOT_MS = 250;
/** What an earlier session told and this one has not is forgotten after this long. */
export const CONFIRM_MS = 10_000;

const PROTOCOL_FAULT = 4002;

export class Feed {
  readonly table = new UnitTable();
  private readonly reader = new FrameReader();
  private readonly snapshots = new Snapshots(this.table);
  private socket: RawSocket | undefined;
  private number = 0;
  private posted = 0;
  private confirmBy = Infinity;

  constructor(private readonly world: FeedWorld) {}

  order(order: FeedOrder): void {
    if (order.kind === 'open') this.open(order.socket, order.url, order.protocols);
    else if (order.kind === 'marks') this.table.setMarks(order.marks);
    else if (order.kind === 'forgetOutside') this.table.forgetOutside(order.areas);
    else if (order.socket !== this.number) return;
    else if (order.kind === 'send') this.socket?.send(order.bytes);
    else this.socket?.close(order.code, order.reason);
  }

  /** To be called every SNAPSHOT_MS. */
  tick(): void {
    const now = this.world.now();
    if (now >= this.confirmBy) {
      this.confirmBy = Infinity;
      this.table.dropUnconfirmed();
    }
    this.table.settle();
    if (this.table.version === this.posted) return;
    this.posted = this.table.version;
    const snapshot = this.snapshots.take(now);
    this.world.post({ kind: 'units', snapshot }, transferables(snapshot));
  }

  private open(number: number, url: string, protocols: string[]): void {
    this.release();
    this.number = number;
    const socket = this.world.connect(url, protocols);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.table.expectAnew();
      this.confirmBy = this.world.now() + CONFIRM_MS;
      this.world.post({ kind: 'open', socket: number, protocol: socket.protocol }, []);
    };
    socket.onmessage = ({ data }) => this.message(number, data);
    socket.onclose = ({ code, reason }) => {
      this.confirmBy = Infinity;
      this.world.post({ kind: 'close', socket: number, code, reason }, []);
    };
  }

  /** A socket that a newer one replaces says nothing more. */
  private release(): void {
    const { socket } = this;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.socket = undefined;
  }

  private message(number: number, data: unknown): void {
    if (!(data instanceof ArrayBuffer)) return this.fault(number, 'a frame that is text');
    const bytes = new Uint8Array(data);
    try {
      if (bytes[0] === MAP_FRAME_TAG && this.reader.readServerFrame(bytes, this.table)) return;
    } catch (fault) {
      return this.fault(number, fault instanceof Error ? fault.message : String(fault));
    }
    this.world.post({ kind: 'message', socket: number, bytes }, [data]);
  }

  /** What cannot be read is no ground to guess: the session is closed and begun anew by whoever owns it. */
  private fault(number: number, text: string): void {
    this.world.post({ kind: 'fault', socket: number, text }, []);
    this.socket?.close(PROTOCOL_FAULT, 'unreadable frame');
  }
}
