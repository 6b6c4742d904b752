import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { ROOT, SAMBAND, DEPLOYMENT } from './places.ts';
import type { TestHub } from './hub.ts';

/** The deployment's units on its roads, telling the hub where they are, for so many seconds. */
export class Fleet {
  private readonly child: ChildProcess;

  constructor(hub: TestHub, seconds: number) {
    this.child = spawn(SAMBAND, ['fleet', '--deployment', DEPLOYMENT, '--hub', hub.people, '--seconds', String(seconds)], { cwd: ROOT, stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGTERM');
    await ended;
  }
}
