import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestamp } from '../src/clock.ts';
import type { Event } from '../src/gen/event_pb.ts';
import { ClientFrameSchema, GoodbyeCode, ServerFrameSchema } from '../src/gen/session_pb.ts';
import type { ClientFrame, Hello } from '../src/gen/session_pb.ts';
import { CONTRACT } from '../src/link.ts';
import type { SocketLike } from '../src/socket.ts';
import { the } from './build.ts';

type Sent<K> = Extract<ClientFrame['frame'], { case: K }> extends { value: infer V } ? V : never;
type ServerFrameInit = MessageInitShape<typeof ServerFrameSchema>['frame'];

/** One connection, from the hub's end. */
export class Connection implements SocketLike {
  onopen = (): void => {};
  onmessage = (_bytes: Uint8Array): void => {};
  onclose = (_code: number, _reason: string): void => {};
  readonly received: ClientFrame[] = [];
  isClosedByClient = false;

  constructor(readonly url: string) {}

  send(bytes: Uint8Array): void {
    this.received.push(fromBinary(ClientFrameSchema, bytes));
  }

  close(): void {
    this.isClosedByClient = true;
  }

  say(frame: ServerFrameInit): void {
    this.raw(toBinary(ServerFrameSchema, create(ServerFrameSchema, { frame })));
  }

  raw(bytes: Uint8Array): void {
    this.onmessage(bytes);
  }

  /** The network is gone. */
  drop(): void {
    this.onclose(1006, '');
  }

  goodbye(code: GoodbyeCode | undefined, message = 'because'): void {
    this.say({ case: 'goodbye', value: { code, message } });
  }

  get hello(): Hello | undefined {
    const frame = this.received[0]?.frame;
    return frame?.case === 'hello' ? frame.value : undefined;
  }

  of<K extends NonNullable<ClientFrame['frame']['case']>>(kind: K): Sent<K>[] {
    return this.received.flatMap(({ frame }) => (frame.case === kind ? [frame.value as Sent<K>] : []));
  }
}

/** A hub that does what the test says. */
export class FakeHub {
  readonly connections: Connection[] = [];

  readonly open = (url: string): SocketLike => {
    const connection = new Connection(url);
    this.connections.push(connection);
    return connection;
  };

  get last(): Connection {
    return the(this.connections.at(-1));
  }

  /** Takes the newest connection. */
  welcome(more: Partial<{ resumed: boolean; contract: number; hubTime: number; unitId: string; role: string; organisation: string; person: string }> = {}): Connection {
    const { hubTime = Date.now(), ...rest } = more;
    this.last.onopen();
    this.last.say({ case: 'welcome', value: { organisation: 'rtj', role: 'operator', contract: CONTRACT, hubTime: timestamp(hubTime), ...rest } });
    return this.last;
  }

  update(event: Event): void {
    this.last.say({ case: 'update', value: { event } });
  }

  checkpoint(...resumeToken: number[]): void {
    this.last.say({ case: 'checkpoint', value: { resumeToken: new Uint8Array(resumeToken) } });
  }
}
