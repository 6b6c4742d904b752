import { plainSocket, SUBPROTOCOL } from '@samband/core';
import type { SocketLike } from '@samband/core';
import { UnitMirror } from '@samband/core/live/mirror';
import { openWorkerSocket, PageUnits, THREAD_FAILED } from '@samband/core/live/socket';
import type { SocketLike as FeedSocket } from '@samband/core/live/socket';
import type { Rectangle } from '@samband/core/live/table';

/**
 * The session's socket and the units that come over it. A thread of its own reads it, so that ten thousand units do not stop a hand on the
 * screen; where the browser gives none, the page does it itself.
 */
export class Feed {
  readonly units = new UnitMirror();
  private socket: FeedSocket | undefined;
  private hasThread = typeof Worker !== 'undefined';
  private readonly here = new PageUnits();
  private marks: [unitId: string, mark: number][] = [];

  constructor() {
    this.here.onunits = (snapshot) => this.units.apply(snapshot);
  }

  readonly open = (url: string): SocketLike => (this.hasThread ? this.threaded(url) : this.plain(url));

  setMarks(marks: [unitId: string, mark: number][]): void {
    this.marks = marks;
    if (this.socket) this.socket.setMarks?.(marks);
    else this.here.table.setMarks(marks);
  }

  forgetOutside(areas: Rectangle[]): void {
    if (this.socket) this.socket.forgetOutside?.(areas);
    else this.here.table.forgetOutside(areas);
  }

  private threaded(url: string): SocketLike {
    const worker = openWorkerSocket(url, [SUBPROTOCOL]);
    this.socket = worker;
    const self: SocketLike = {
      send: (bytes) => worker.send(bytes), close: () => worker.close(), onopen: () => {}, onmessage: () => {}, onclose: () => {},
    };
    worker.onopen = () => self.onopen();
    worker.onmessage = (bytes) => self.onmessage(bytes);
    worker.onunits = (snapshot) => this.units.apply(snapshot);
    worker.onclose = (code, reason) => {
      if (code === THREAD_FAILED) {
        this.hasThread = false;
        worker.onunits = null;
      }
      self.onclose(code, reason);
    };
    return self;
  }

  private plain(url: string): SocketLike {
    this.socket = undefined;
    this.here.table.setMarks(this.marks);
    const socket = plainSocket(url);
    const self: SocketLike = { send: socket.send, close: socket.close, onopen: () => {}, onmessage: () => {}, onclose: () => {} };
    socket.onopen = () => {
      this.here.opened();
      this.here.start();
      self.onopen();
    };
    socket.onmessage = (bytes) => {
      if (!this.here.take(bytes)) self.onmessage(bytes);
    };
    socket.onclose = (code, reason) => self.onclose(code, reason);
    return self;
  }
}
