import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { CHROMIUM, PICTURES, SHOWN_PICTURES } from './places.ts';
import type { TestHub } from './hub.ts';

const FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
/** A kiosk is set up so that it sounds by itself; any other browser is silent until somebody has pressed something. */
const SOUNDS = '--autoplay-policy=no-user-gesture-required';
/** Pictures need the map; the flows do not, and a map drawn by two cores in software makes every press slow. */
const WITH_MAP = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const WITHOUT_MAP = ['--disable-gpu', '--disable-3d-apis'];

const browsers = new Map<string, Browser>();

async function openBrowser(hasMap: boolean, isMute: boolean): Promise<Browser> {
  const args = [...FLAGS, ...(hasMap ? WITH_MAP : WITHOUT_MAP), ...(isMute ? [] : [SOUNDS])];
  const open = browsers.get(args.join(' '));
  if (open) return open;
  const started = await chromium.launch({ executablePath: CHROMIUM, args });
  browsers.set(args.join(' '), started);
  return started;
}

export async function closeBrowser(): Promise<void> {
  for (const open of browsers.values()) await open.close();
  browsers.clear();
}

export interface SeatOptions {
  viewport?: { width: number; height: number };
  place?: { latitude: number; longitude: number };
  /** With a map that is drawn. */
  hasMap?: boolean;
  /** In a browser that sounds only after a press. */
  isMute?: boolean;
}

/** Somebody's place, in a browser of its own. Keeps what was said on the wire, and every fault of the page. */
export class SeatAt {
  readonly faults: string[] = [];
  /** Everything that came over the network as text or bytes, for searching. */
  readonly received: Buffer[] = [];
  /** Of it, what came in the session. */
  readonly frames: Buffer[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly hub: TestHub,
  ) {
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => {
      const frame = Buffer.from(payload);
      this.frames.push(frame);
      this.received.push(frame);
    }));
    page.on('response', (response) => {
      if (response.url().includes('/v1/')) void response.body().then((body) => this.received.push(body)).catch(() => undefined);
    });
  }

  static async open(hub: TestHub, { viewport = { width: 1920, height: 1080 }, place, hasMap = false, isMute = false }: SeatOptions = {}): Promise<SeatAt> {
    const started = await openBrowser(hasMap, isMute);
    const context = await started.newContext({
      viewport, locale: 'sv-SE', timezoneId: 'Europe/Stockholm', serviceWorkers: 'allow',
      ...(place ? { geolocation: { ...place, accuracy: 5 }, permissions: ['geolocation'] } : {}),
    });
    context.setDefaultTimeout(20_000);
    return new SeatAt(context, await context.newPage(), hub);
  }

  /** Sits down at a seat of the start page, as a visitor does. */
  static async at(hub: TestHub, seat: string, options: SeatOptions = {}): Promise<SeatAt> {
    const self = await SeatAt.open(hub, options);
    await self.page.goto(`${hub.base}/`);
    await self.page.click(`a[href$="plats=${seat}"]`);
    await self.link('good');
    return self;
  }

  /** Waits until the link is in this state. */
  async link(level: 'good' | 'warn' | 'bad'): Promise<void> {
    // The wall has a line of its own in its corner.
    const own = level === 'good' ? ', .wall .link.live' : '';
    await this.page.waitForSelector(`[data-testid="link"][data-level="${level}"]${own}`, { timeout: 40_000 });
  }

  byId(id: string) {
    return this.page.getByTestId(id);
  }

  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    const shown = join(SHOWN_PICTURES, `${name}.png`);
    await this.page.screenshot({ path: existsSync(shown) ? shown : join(PICTURES, `${name}.png`) });
  }

  /** What stands in the page, also what is not seen. */
  async dom(): Promise<string> {
    return this.page.content();
  }

  /** Whether a text came here in any form: on the wire, in the page. */
  async holds(text: string): Promise<boolean> {
    const needle = Buffer.from(text);
    return this.received.some((bytes) => bytes.includes(needle)) || (await this.dom()).includes(text);
  }

  async close(): Promise<void> {
    await this.context.close();
    expect(this.faults).toEqual([]);
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Faults of accessibility on the page as it stands: WCAG 2.2 A and AA. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    type Axe = { run(on: Document, options: object): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }> };
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
  });
}
