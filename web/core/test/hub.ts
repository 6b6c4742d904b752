import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import WebSocket from 'ws';
import { Client } from '../src/client.ts';
import type { ClientOptions } from '../src/client.ts';
import type { Action, CommandBody } from '../src/outbox.ts';
import { plainSocket } from '../src/socket.ts';
import type { OpenSocket, WebSocketConstructor } from '../src/socket.ts';
import { MemoryStorage } from '../src/storage.ts';
import type { Opened } from '../src/storage.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const BINARY = process.env.SAMBAND_BIN ? resolve(process.env.SAMBAND_BIN) : join(REPOSITORY, 'target/debug/samband');
const STARTS_WITHIN_MS = 20_000;

/** A hub of its own, on loopback, with a data directory that goes with it. */
export class Hub {
  readonly data = mkdtempSync(join(tmpdir(), 'samband-web-'));
  private process: ChildProcess | undefined;
  private address = '127.0.0.1:0';
  private printed = '';

  get base(): string {
    return `http://${this.address}`;
  }

  /** `arguments` of the program; it must print where it listens for people. */
  async start(more: string[] = []): Promise<this> {
    return this.run(['serve', '--data', join(this.data, 'hub'), '--demo-tokens', '--grace-s', '1', ...more]);
  }

  /** Plays the deployment's scenario and ends; resolves when it listens. */
  async demo(seconds: number, pause: number): Promise<this> {
    return this.run(['demo', '--data', join(this.data, 'hub'), '--once', '--seconds', String(seconds), '--pause', String(pause)]);
  }

  private async run(arguments_: string[]): Promise<this> {
    if (!existsSync(BINARY)) throw new Error(`no hub at ${BINARY}: build it (cargo build -p samband-hub), or name one in SAMBAND_BIN`);
    const child = spawn(BINARY, [...arguments_, '--people', this.address, '--devices', '127.0.0.1:0'], { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    this.printed = '';
    await new Promise<void>((listens, fails) => {
      const timer = setTimeout(() => fails(new Error(`the hub did not start: ${this.printed}`)), STARTS_WITHIN_MS);
      const read = (chunk: Buffer) => {
        this.printed = (this.printed + chunk.toString()).slice(-100_000);
        const address = /people (127\.0\.0\.1:\d+)/.exec(this.printed)?.[1];
        if (!address) return;
        this.address = address;
        clearTimeout(timer);
        listens();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => fails(new Error(`the hub ended with ${code}: ${this.printed}`)));
    });
    return this;
  }

  /** Ends the program; the data stays, and so does the address. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await ended;
    clearTimeout(timer);
  }

  /** When it ends by itself, as it should: a scenario that broke off would leave half of what is looked for unsaid. */
  async ended(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) await new Promise<void>((done) => child.once('exit', () => done()));
    if (child?.exitCode !== 0) throw new Error(`the hub ended with ${child?.exitCode}: ${this.printed.slice(-2000)}`);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** Runs the program once and gives what it prints. */
export async function samband(...arguments_: string[]): Promise<string> {
  const child = spawn(BINARY, arguments_, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(printed);
  return printed.trim();
}

/** A browser's socket tells of a refused connection by its close alone; this one wants the error heard as well. */
class Socket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on('error', () => undefined);
  }
}

export const webSocket: OpenSocket = (url) => plainSocket(url, Socket as unknown as WebSocketConstructor);

export function inMemory(): Opened {
  return { storage: new MemoryStorage(), volatile: true };
}

/** A client that has everything there is for it now. */
export async function joined(hub: Hub, seat: string, more: Partial<ClientOptions> = {}): Promise<Client> {
  const client = new Client({ base: hub.base, token: seat.includes('.') ? seat : `demo:${seat}`, program: 'test', opened: inMemory(), openSocket: webSocket, ...more });
  await client.start();
  await caughtUp(client);
  await until(() => client.deployment !== undefined, 'the deployment');
  return client;
}

export async function caughtUp(client: Client): Promise<void> {
  await until(() => client.link.status.kind === 'live' && client.link.status.caughtUp, 'the catch-up');
}

/** Waits until it is so; says what it waited for when it never is. */
export async function until(isSo: () => unknown, what: string, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((later) => setTimeout(later, 15));
  }
}


/** Presses, and wants the hub to have taken it. */
export async function accepted(client: Client, body: CommandBody, incidentId?: string): Promise<NonNullable<Action['accepted']>> {
  const action = await client.press({ body, incidentId });
  if (!action.accepted) throw new Error(`${body.case ?? ''} was refused: ${action.refused?.code ?? ''} ${action.refused?.message ?? ''}`);
  return action.accepted;
}

/** A new incident of the client's own, when it is in its picture: the answer to a command and what came of it are told apart. */
export async function report(client: Client, types = ['Brand i byggnad']): Promise<string> {
  const { incidentId = '' } = await accepted(client, { case: 'reportIncident', value: { types } });
  await until(() => client.store.incidents.get(incidentId)?.reported, 'the new incident');
  return incidentId;
}
