import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { ServerFrameSchema } from '@samband/core/gen/session_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { closeBrowser, SeatAt } from './browser.ts';
import { TestHub } from './hub.ts';
import { DIST, ROOT, SAMBAND } from './places.ts';

/** A token for a few seconds; the program signs whole hours only. */
function shortLived(seed: string, seconds: number): string {
  // A private key of Ed25519 as PKCS #8 (RFC 8410): the seed behind a fixed head.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed.trim(), 'hex')]);
  const claims = { org: 'sos-alarm', role: 'operator', exp: Math.floor(Date.now() / 1000) + seconds };
  const signed = `smb1.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const signature = sign(null, Buffer.from(signed), createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return `${signed}.${signature.toString('base64url')}`;
}

describe('signing in', () => {
  const keys = mkdtempSync(join(tmpdir(), 'samband-keys-'));
  const key = join(keys, 'issuer');
  execFileSync(SAMBAND, ['token', '--new-key', '--key', key], { cwd: ROOT });
  const issue = (...more: string[]) => execFileSync(SAMBAND, ['token', '--key', key, '--org', 'sos-alarm', '--role', 'operator', ...more], { cwd: ROOT }).toString().trim();
  const hub = new TestHub(['--token-key', `${key}.pub`]);
  let seat: SeatAt;

  beforeAll(async () => {
    await hub.start();
    seat = await SeatAt.open(hub);
  });
  afterAll(async () => {
    await seat?.close();
    await closeBrowser();
    await hub.close();
    rmSync(keys, { recursive: true, force: true });
  });

  async function login(token: string): Promise<void> {
    await seat.page.getByLabel('Behörighet (token)').fill(token);
    await seat.page.getByRole('button', { name: 'Logga in' }).click();
  }

  it('shows no seats where there is no demo, and sends whoever has no token to where one signs in', async () => {
    await seat.page.goto(`${hub.base}/console`);
    await seat.page.waitForURL(/varfor=none/);
    expect(await seat.page.getByRole('alert').textContent()).toContain('Ingen behörighet');
    expect(await seat.page.locator('a[href*="plats="]').count()).toBe(0);
  });

  it('says what is wrong with a token before and after it is sent', async () => {
    await login('nonsens');
    await seat.page.getByRole('alert').filter({ hasText: 'gäller inte här' }).waitFor();
    const good = issue();
    await login(`${good.slice(0, -4)}AAAA`);
    await seat.page.waitForURL(/varfor=unauthenticated/);
    expect(await seat.page.getByRole('alert').first().textContent()).toContain('gäller inte här');
  });

  it('lets a good one in, and a page that is signed out keeps nothing', async () => {
    await login(issue('--subject', 'operatör 3'));
    await seat.link('good');
    expect(await seat.page.locator('header').first().textContent()).toContain('operatör 3');
    await seat.page.getByRole('button', { name: 'Logga ut' }).click();
    await seat.page.waitForURL(/varfor=signed_out/);
    await seat.page.goto(`${hub.base}/console`);
    await seat.page.waitForURL(/varfor=none/);
  });

  it('leads to the same page when the token runs out in the middle, and keeps what is not sent', async () => {
    await seat.page.goto(`${hub.base}/?sida=console&varfor=none`);
    await login(shortLived(readFileSync(key, 'utf8'), 6));
    await seat.link('good');
    await seat.context.setOffline(true);
    await seat.page.keyboard.press('Alt+I');
    await seat.page.locator('[data-testid="form"] [name="types"]').fill('Skriven utan nav');
    await seat.page.keyboard.press('Control+Enter');
    await seat.byId('outbox').getByText('ej sänt ännu').waitFor();
    await seat.page.waitForTimeout(7_000);
    await seat.context.setOffline(false);
    // Not by itself: whoever has something unsent is told so first, and goes when it has been read.
    const leaving = seat.byId('leaving');
    await leaving.getByText(/gäller inte längre, och en åtgärd är inte sänd/).waitFor({ timeout: 30_000 });
    await leaving.getByRole('button', { name: 'Logga in igen' }).click();
    await seat.page.waitForURL(/varfor=token_expired/);
    expect(await seat.page.getByRole('alert').first().textContent()).toContain('gått ut');
    await login(issue());
    await seat.link('good');
    await seat.page.locator('[data-testid="queue"] [data-id]', { hasText: 'Skriven utan nav' }).waitFor();
  });
});

describe('what the browser keeps cannot be read', () => {
  const hub = new TestHub();
  let seat: SeatAt;

  beforeAll(async () => {
    await hub.start();
    seat = await SeatAt.at(hub, 'fordon', { viewport: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await seat?.close();
    await closeBrowser();
    await hub.close();
  });

  it('throws it away with a notice, and keeps the unsent until somebody has it in a file', async () => {
    await seat.page.evaluate(async () => {
      const [found] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('samband.'));
      const db = await new Promise<IDBDatabase>((ready) => { const request = indexedDB.open(found?.name ?? ''); request.onsuccess = () => ready(request.result); });
      const transaction = db.transaction(['events', 'outbox'], 'readwrite');
      transaction.objectStore('events').add({ scope: 'incident:x', bytes: 'not bytes', at: 1 });
      transaction.objectStore('outbox').add({ commandId: 'c', bytes: new Uint8Array([1]), at: 1, urgent: false, kind: 'addNote' });
      await new Promise((done) => (transaction.oncomplete = done));
      db.close();
    });
    await seat.page.reload();
    const download = seat.page.waitForEvent('download');
    await seat.byId('set-aside').getByRole('button', { name: 'Spara som fil' }).click();
    const path = await (await download).path();
    expect(readFileSync(path, 'utf8')).toContain('addNote');
    await seat.page.getByRole('alert').filter({ hasText: 'gick inte att läsa' }).waitFor();
    await seat.byId('set-aside').getByRole('button', { name: 'Ta bort härifrån' }).click();
    await seat.byId('set-aside').waitFor({ state: 'detached' });
    await seat.link('good');
  });
});

describe('a hub of another time', () => {
  let server: Server;
  let base = '';
  const hub = new TestHub();
  let contract = 2;

  beforeAll(async () => {
    const dist = resolve(DIST, '..');
    server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const file = { '/': 'index.html', '/console': 'console.html', '/terminal': 'terminal.html' }[path] ?? path.slice(1);
      const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
      if (path === '/v1/hub') {
        response.setHeader('content-type', 'application/json');
        return response.end(JSON.stringify({ name: 'x', version: '9', demo: true, seats: [{ id: 'sos', label: 'SOS', page: 'console', token: 'demo:sos-alarm/operator' }] }));
      }
      try {
        response.setHeader('content-type', types[file.split('.').pop() ?? ''] ?? 'application/octet-stream');
        return response.end(readFileSync(join(dist, file)));
      } catch {
        response.statusCode = 404;
        return response.end();
      }
    });
    new WebSocketServer({ server, path: '/v1/session' }).on('connection', (socket) => {
      socket.on('message', () => {
        const welcome = create(ServerFrameSchema, { frame: { case: 'welcome', value: { organisation: 'sos-alarm', role: 'operator', contract } } });
        socket.send(toBinary(ServerFrameSchema, welcome));
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await closeBrowser();
    server.closeAllConnections();
    server.close();
    await hub.close();
  });

  it.each([[2, 'Den här sidan är äldre än navet'], [0, 'Navet är äldre än den här sidan']])('says so in a banner (contract %i), never a blank page', async (told, text) => {
    contract = told;
    const seat = await SeatAt.open(hub);
    await seat.page.goto(`${base}/`);
    await seat.page.click('a[href$="plats=sos"]');
    await seat.byId('ended').waitFor();
    expect(await seat.byId('ended').textContent()).toContain(text);
    expect(await seat.byId('queue').count()).toBe(1);
    await seat.close();
  });
});
