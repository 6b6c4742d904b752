import type { MessageInitShape } from '@bufbuild/protobuf';
import { call, timestamp, uuidv7 } from '@samband/core';
import { Hub as HubService } from '@samband/core/gen/session_pb';
import { type CommandSchema } from '@samband/core/gen/command_pb';
import type { Accepted, Outcome } from '@samband/core/gen/command_pb';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOYMENT, GATEWAY, ROOT, SAMBAND } from './places.ts';

type CommandInit = MessageInitShape<typeof CommandSchema>;

/** A hub of its own, on loopback, with its own data. */
export class TestHub {
  private child: ChildProcess | undefined;
  people = '127.0.0.1:0';
  devices = '127.0.0.1:0';
  private readonly data = mkdtempSync(join(tmpdir(), 'samband-e2e-'));

  constructor(private readonly more: string[] = ['--demo-tokens']) {}

  get base(): string {
    return `http://${this.people}`;
  }

  async start(): Promise<this> {
    const args = ['serve', '--deployment', DEPLOYMENT, '--data', this.data, '--people', this.people, '--devices', this.devices, '--grace-s', '1', ...this.more];
    const child = spawn(SAMBAND, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let errors = '';
    child.stderr?.on('data', (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-4000)));
    await new Promise<void>((ready, failed) => {
      let said = '';
      child.stdout?.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        const match = /people (\S+), devices (\S+)/.exec(said);
        if (match?.[1] && match[2]) {
          this.people = match[1];
          this.devices = match[2];
          ready();
        }
      });
      child.once('exit', (code) => failed(new Error(`the hub ended with ${code}: ${errors}`)));
    });
    return this;
  }

  /** Ends it; `hard` as a power cut does. */
  async stop(hard = false): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(hard ? 'SIGKILL' : 'SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** A command beside the screens, as another system would send it. */
  async submit(as: string, incidentId: string | undefined, body: NonNullable<CommandInit['body']>): Promise<Accepted> {
    const command: CommandInit = { commandId: uuidv7(), pressedAt: timestamp(Date.now()), body, ...(incidentId ? { incidentId } : {}) };
    const outcome: Outcome = await call(this.base, `demo:${as}`, HubService.method.submit, command);
    if (outcome.result.case !== 'accepted') throw new Error(`${body.case}: ${outcome.result.value?.message ?? 'no answer'}`);
    return outcome.result.value;
  }

  /** A text alarm, as SOS Alarm's own system writes it. */
  textAlarm(file: string): void {
    execFileSync(GATEWAY, ['sos', '--as', 'sos-alarm/gateway', '--hub', `http://${this.devices}`, join(DEPLOYMENT, 'larm', file)], { cwd: ROOT });
  }
}
