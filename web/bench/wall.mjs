// Measures the wall from outside: how much of a second the page's own thread is busy (the debugger's TaskDuration), at rest and while the
// map is being moved, from afar and near. Needs a build that is being served:
//   npx vite build && npx vite preview --host 127.0.0.1 &     node bench/wall.mjs [http://127.0.0.1:4173]
import { chromium } from 'playwright-core';

const site = process.argv[2] ?? 'http://127.0.0.1:4173';
const SECONDS = 10;
const VIEWS = [
  ['country', 62.5, 16, 4.6],
  ['county', 63.2, 14.6, 7],
  ['town', 59.33, 18.07, 11],
];
const FLAGS = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const rows = [];
for (const units of [1000, 10_000]) rows.push(...(await measure(units)));
await browser.close();
console.log('| moving units | view | at rest, ms/s | script of it | while moving, ms/s |');
console.log('|--:|---|--:|--:|--:|');
for (const row of rows) console.log(`| ${row.units} | ${row.view} | ${row.rest} | ${row.script} | ${row.moving} |`);

async function measure(units) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`${site}/wall.html?bench=${units}`);
  await page.waitForSelector('[data-bench="done"]', { timeout: 180_000 });
  const histogram = (await page.locator('[data-bench]').innerText()).split('\n').slice(1, 3).join(' ');
  console.error(`${units} units, a picture forced each frame: ${histogram}`);
  await page.evaluate(() => document.querySelector('[data-bench]').remove());
  // The wall goes round its views by itself; held, it stays where it is put.
  await page.keyboard.press('Space');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const found = [];
  for (const [view, lat, lon, zoom] of VIEWS) {
    await page.evaluate(([lat, lon, zoom]) => {
      window.sambandMap.jumpTo({ center: [lon, lat], zoom });
    }, [lat, lon, zoom]);
    await page.waitForTimeout(4000);
    const rest = await during(session, () => page.waitForTimeout(SECONDS * 1000));
    const moving = await during(session, () => page.evaluate(pan, SECONDS));
    found.push({ units, view, rest: rest.task, script: rest.script, moving: moving.task });
  }
  await page.close();
  return found;
}

async function during(session, act) {
  const read = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  const before = await read();
  await act();
  const after = await read();
  const seconds = after.Timestamp - before.Timestamp;
  const perSecond = (name) => Math.round(((after[name] - before[name]) * 1000) / seconds);
  return { task: perSecond('TaskDuration'), script: perSecond('ScriptDuration') };
}

/** Moves the map to and fro without a pause. */
function pan(seconds) {
  const map = window.sambandMap;
  const until = performance.now() + seconds * 1000;
  return new Promise((done) => {
    const step = () => {
      if (performance.now() > until) return done();
      map.panBy([Math.sin(performance.now() / 600) * 6, 0], { duration: 0 });
      requestAnimationFrame(step);
    };
    step();
  });
}
