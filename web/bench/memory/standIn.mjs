import { createServer, request as ask } from 'node:http';
import { WebSocketServer } from 'ws';
import { later } from './later.mjs';
import { until } from '../tools.mjs';

const HOUR_MS = 3_600_000;

/** Stands in for a hub: its pages and questions are the real one's, its session says an hour's frames again and again. */
export class StandIn {
  offset = 0;
  acknowledged = 0;
  /** How many were opened so far. */
  sessions = 0;

  constructor(hub, frames, wire) {
    this.hub = new URL(hub);
    this.frames = frames;
    this.wire = wire;
  }

  async start() {
    this.server = createServer((incoming, outgoing) => this.pass(incoming, outgoing));
    this.sockets = new WebSocketServer({ server: this.server, path: '/v1/session' });
    this.sockets.on('connection', (socket) => socket.on('message', (bytes) => this.hear(socket, bytes)));
    await new Promise((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.base = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  get isOpen() {
    return this.socket?.readyState === 1;
  }

  /** Goes an hour ahead, as after a break of the line, and says that hour's frames. */
  async hour(number) {
    this.offset = number * HOUR_MS;
    const before = this.socket;
    this.socket = undefined;
    before?.terminate();
    await until('the page to come back', () => this.isOpen);
    for (const frame of this.frames) this.socket.send(later(frame, number, this.wire));
    this.say({ case: 'checkpoint', value: { resumeToken: new Uint8Array([number]) } });
    // Its next question is answered after all of this was taken in.
    const pings = this.acknowledged;
    await until('the page to take it in', () => this.acknowledged > pings);
  }

  hear(socket, bytes) {
    const { ClientFrameSchema, fromBinary } = this.wire;
    const { frame } = fromBinary(ClientFrameSchema, new Uint8Array(bytes));
    if (frame.case === 'hello') {
      const [who = '', unit] = frame.value.token.slice('demo:'.length).split(':');
      const [organisation, role] = who.split('/');
      this.socket = socket;
      const resumed = (frame.value.resumeToken?.length ?? 0) > 0;
      this.say({ case: 'welcome', value: { organisation, role, ...(unit ? { unitId: unit } : {}), contract: 1, hubTime: this.time(), resumed } });
      this.say({ case: 'caughtUp', value: {} });
      this.sessions += 1;
    } else if (frame.case === 'ping') {
      this.acknowledged += 1;
      this.say({ case: 'pong', value: { nonce: frame.value.nonce, hubTime: this.time() } });
    }
  }

  time() {
    return this.wire.timestamp(Date.now() + this.offset);
  }

  say(frame) {
    const { create, ServerFrameSchema, toBinary } = this.wire;
    if (this.isOpen) this.socket.send(toBinary(ServerFrameSchema, create(ServerFrameSchema, { frame })));
  }

  pass(incoming, outgoing) {
    const { hostname, port } = this.hub;
    const passed = ask({ hostname, port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, host: `${hostname}:${port}` } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }

  close() {
    this.sockets.close();
    this.server.closeAllConnections();
    this.server.close();
  }
}
