import { WebSocket } from 'ws';

/** A seat that listens to a hub and remembers every frame after it has caught up. */
export class Recorder {
  frames = [];
  heardAt = Date.now();

  constructor(base, token, wire) {
    this.base = base;
    this.token = token;
    this.wire = wire;
  }

  async open() {
    const { create, fromBinary, toBinary, ClientFrameSchema, ServerFrameSchema } = this.wire;
    const socket = new WebSocket(`${this.base.replace('http', 'ws')}/v1/session`, 'samband.v1.proto');
    this.socket = socket;
    const say = (frame) => socket.send(toBinary(ClientFrameSchema, create(ClientFrameSchema, { frame })));
    await new Promise((ready, failed) => {
      socket.on('error', failed);
      socket.on('open', () => {
        const areas = [{ south: 61, north: 66, west: 11, east: 18 }];
        say({ case: 'hello', value: { token: this.token, client: 'recorder', follow: { allIncidents: true, areas } } });
      });
      let isCaughtUp = false;
      socket.on('message', (bytes) => {
        const { frame } = fromBinary(ServerFrameSchema, new Uint8Array(bytes));
        if (frame.case === 'caughtUp') {
          isCaughtUp = true;
          ready();
        } else if (isCaughtUp && ['update', 'restart', 'map', 'affiliations'].includes(frame.case)) {
          this.frames.push(new Uint8Array(bytes));
          this.heardAt = Date.now();
        }
      });
    });
    let nonce = 0n;
    this.beat = setInterval(() => say({ case: 'ping', value: { nonce: (nonce += 1n) } }), 5000);
    return this;
  }

  silentMs() {
    return Date.now() - this.heardAt;
  }

  close() {
    clearInterval(this.beat);
    this.socket.terminate();
  }
}
