// A session's socket as the client core sees it, whether a thread of its own owns it or the page does.
import { FrameReader, MAP_FRAME_TAG } from './frames.ts';
import { CONFIRM_MS, SNAPSHOT_MS, type FeedNews, type FeedOrder } from './feedCore.ts';
import { Snapshots, type UnitSnapshot } from './snapshot.ts';
import { UnitTable, type Rectangle } from './table.ts';

export interface SocketLike {
  onopen: (() => void) | null;
  /** Every frame of the session but MapFrames. */
  onmessage: ((bytes: Uint8Array) => void) | null;
  onclose: ((code: number, reason: string) => void) | null;
  /** Where the units are; at most four times a second, and only when something has changed. */
  onunits?: ((snapshot: UnitSnapshot) => void) | null;
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** What the screen knows of units beside their places (table.ts, MARK_...); replaces what it knew before. */
  setMarks?(marks: [unitId: string, mark: number][]): void;
  /** After a new Follow: what is outside its areas is told no more. */
  forgetOutside?(areas: Rectangle[]): void;
}

/** As much of a Worker as is used. */
export interface WorkerLike {
  onmessage: ((event: { data: FeedNews }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  postMessage(order: FeedOrder, handOver?: Transferable[]): void;
  terminate(): void;
}

/** One thread a page: what is on the map outlives the socket, and a new session only corrects it. */
let shared: SocketThread | undefined;

export function openWorkerSocket(url: string, protocols: string[]): SocketLike {
  shared ??= new SocketThread(
    new Worker(new URL('./feed.ts', import.meta.url), { type: 'module', name: 'samband-feed' }) as unknown as WorkerLike,
  );
  return shared.open(url, protocols);
}

/** Given to onclose when the thread itself has failed; opening again on it is of no use, a plain WebSocket is. */
export const THREAD_FAILED = 4900;

export class SocketThread {
  private current: WorkerSocket | undefined;
  private number = 0;

  constructor(private readonly worker: WorkerLike) {
    worker.onmessage = ({ data }) => this.current?.news(data);
    // A thread that cannot start, or has broken, is a link that is down: whoever owns the session sees it as that.
    worker.onerror = ({ message }) => this.fail(message ?? 'the feed has failed');
  }

  /** One that goes on half broken would tell of units by numbers that mean others by now. */
  private fail(why: string): void {
    this.worker.onmessage = this.worker.onerror = null;
    this.worker.terminate();
    this.current?.onclose?.(THREAD_FAILED, why);
  }

  /** A former socket of this thread is closed and heard no more. */
  open(url: string, protocols: string[]): SocketLike {
    const number = ++this.number;
    this.current = new WorkerSocket(number, (order, handOver) => this.worker.postMessage(order, handOver));
    this.worker.postMessage({ kind: 'open', socket: number, url, protocols });
    return this.current;
  }
}

class WorkerSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((bytes: Uint8Array) => void) | null = null;
  onclose: ((code: number, reason: string) => void) | null = null;
  onunits: ((snapshot: UnitSnapshot) => void) | null = null;

  constructor(
    private readonly number: number,
    private readonly post: (order: FeedOrder, handOver?: Transferable[]) => void,
  ) {}

  send(bytes: Uint8Array): void {
    this.post({ kind: 'send', socket: this.number, bytes });
  }

  close(code?: number, reason?: string): void {
    this.post({ kind: 'close', socket: this.number, code, reason });
  }

  setMarks(marks: [unitId: string, mark: number][]): void {
    this.post({ kind: 'marks', marks });
  }

  forgetOutside(areas: Rectangle[]): void {
    this.post({ kind: 'forgetOutside', areas });
  }

  news(news: FeedNews): void {
    if (news.kind === 'units') return this.onunits?.(news.snapshot);
    if (news.socket !== this.number) return;
    if (news.kind === 'open') this.onopen?.();
    else if (news.kind === 'message') this.onmessage?.(news.bytes);
    else if (news.kind === 'close') this.onclose?.(news.code, news.reason);
    else console.warn(`samband: ${news.text}`);
  }
}

/** For a screen with few units and no thread: give it every frame; it takes the MapFrames and says so. */
export class PageUnits {
  readonly table = new UnitTable();
  onunits: ((snapshot: UnitSnapshot) => void) | null = null;
  private readonly reader = new FrameReader();
  private readonly snapshots = new Snapshots(this.table);
  private posted = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private confirming: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.timer ??= setInterval(() => this.tick(), SNAPSHOT_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    clearTimeout(this.confirming);
    this.timer = this.confirming = undefined;
  }

  /** A session begins. */
  opened(): void {
    this.table.expectAnew();
    clearTimeout(this.confirming);
    this.confirming = setTimeout(() => this.table.dropUnconfirmed(), CONFIRM_MS);
  }

  /** True when the frame was a MapFrame, which is then done with. Throws where it is one and broken. */
  take(bytes: Uint8Array): boolean {
    return bytes[0] === MAP_FRAME_TAG && this.reader.readServerFrame(bytes, this.table);
  }

  tick(now = performance.now()): void {
    this.table.settle();
    if (this.table.version === this.posted) return;
    this.posted = this.table.version;
    this.onunits?.(this.snapshots.take(now));
  }
}
