// Days of traffic through console, terminal and wall, and what each page's script holds after a forced collection at the end of each hour.
//   SAMBAND_BIN=../target/release/samband node bench/memory.mjs [hours, 37 unless said] [incidents an hour, 17 unless said]
//
// An hour of traffic is played to a hub once, and what each seat was sent is recorded. The pages then talk to a stand-in that says it again for
// each hour, with other ids and later times, and whose clock is an hour ahead each time. After the warm-up the pages are loaded anew, as they are
// opened in a control room that has been running: the hour after that is the first of those compared.
import { chromium } from 'playwright-core';
import { playHour } from './memory/hour.mjs';
import { Recorder } from './memory/recorder.mjs';
import { StandIn } from './memory/standIn.mjs';
import { sources, table, until } from './tools.mjs';

const HOURS = Number(process.argv[2] ?? 37);
const INCIDENTS = Number(process.argv[3] ?? 17);
/** Incidents stay for twelve hours after their end: from then on as many leave as come. */
const WARM_UP_HOURS = Math.min(13, HOURS - 1);
const SEATS = [
  ['console', 'sos', 'demo:sos-alarm/operator'],
  ['terminal', 'fordon', 'demo:raddning-jamtland/unit:2312110'],
  ['wall', 'kartvagg', 'demo:raddning-jamtland/viewer'],
];

const { load, close } = await sources();
const { TestHub } = await load('/e2e/hub.ts');
const wire = { ...(await load('/core/src/gen/session_pb.ts')), ...(await load('/core/src/clock.ts')), ...(await import('@bufbuild/protobuf')) };

const hub = await new TestHub().start();
const recorders = new Map();
for (const [, seat, token] of SEATS) recorders.set(seat, await new Recorder(hub.base, token, wire).open());
await playHour(hub, INCIDENTS);
await until('silence', () => [...recorders.values()].every((one) => one.silentMs() > 1500));
for (const one of recorders.values()) one.close();

const standIns = new Map();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-gpu', '--disable-3d-apis', '--js-flags=--expose-gc', '--enable-precise-memory-info'],
});
const pages = new Map();
for (const [kind, seat] of SEATS) {
  const standIn = await new StandIn(hub.base, recorders.get(seat).frames, wire).start();
  standIns.set(kind, standIn);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'sv-SE', serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(`${standIn.base}/`);
  await page.click(`a[href$="plats=${seat}"]`);
  const session = await context.newCDPSession(page);
  pages.set(kind, { page, session });
  await until(`${kind}: a session`, () => standIn.isOpen);
}

const measured = [];
for (let hour = 0; hour < HOURS; hour += 1) {
  const row = { hour: hour + 1 };
  if (hour === WARM_UP_HOURS) await reopen();
  await Promise.all([...standIns.values()].map((standIn) => standIn.hour(hour)));
  // Another second: the list of those that are long over is gone through with the clock's next tick.
  await new Promise((later) => setTimeout(later, 1500));
  for (const [kind, { page, session }] of pages) {
    // What is caught in the middle of a frame goes with the next: the least of three is what is held.
    const sizes = [];
    for (let pass = 0; pass < 3; pass += 1) {
      await session.send('HeapProfiler.collectGarbage');
      sizes.push((await session.send('Runtime.getHeapUsage')).usedSize);
    }
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    row[kind] = { heap: Math.min(...sizes) / 1e6, nodes, listeners: jsEventListeners, kept: await page.evaluate(countKept) };
  }
  measured.push(row);
  console.error(`hour ${hour + 1}: ${[...pages.keys()].map((kind) => `${kind} ${row[kind].heap.toFixed(1)} MB, ${row[kind].kept} events kept`).join('; ')}`);
}

async function reopen() {
  for (const [kind, { page }] of pages) {
    const session = standIns.get(kind).sessions;
    await page.reload();
    await until(`${kind}: a session after it was loaded anew`, () => standIns.get(kind).sessions > session);
  }
}

/** Events that the browser keeps of the seat. */
function countKept() {
  return indexedDB.databases().then(async (databases) => {
    let found = 0;
    for (const { name } of databases) {
      const db = await new Promise((ready) => { const request = indexedDB.open(name); request.onsuccess = () => ready(request.result); });
      if (db.objectStoreNames.contains('events')) found += await new Promise((ready) => { const request = db.transaction('events').objectStore('events').count(); request.onsuccess = () => ready(request.result); });
      db.close();
    }
    return found;
  });
}

const kinds = [...pages.keys()];
const firstHour = WARM_UP_HOURS + 1;
const shown = measured.filter(({ hour }) => hour === 1 || hour === firstHour || hour === HOURS || hour % 4 === 2);
table(['hour', ...kinds.flatMap((kind) => [`${kind} MB`, 'DOM nodes', 'listeners', 'events kept'])],
  shown.map((row) => [row.hour, ...kinds.flatMap((kind) => [row[kind].heap.toFixed(1), row[kind].nodes, row[kind].listeners, row[kind].kept])]));
const first = measured[firstHour - 1];
const last = measured.at(-1);
console.log(`\nLoaded anew before hour ${first.hour}; from then to hour ${last.hour}: ${kinds.map((kind) => `${kind} ${(((last[kind].heap - first[kind].heap) / first[kind].heap) * 100).toFixed(1)} %`).join(', ')}.`);

await browser.close();
for (const one of standIns.values()) one.close();
await hub.close();
await close();
