// From the hub's answer that it has the alarm to the alarm on the screen, on loopback, beside the bare way there and back on a socket to the same hub.
//   SAMBAND_BIN=../target/release/samband node bench/alarm.mjs [alarms, 200 unless said]
import { Recorder } from './memory/recorder.mjs';
import { percentile, sources, table, until } from './tools.mjs';

const ALARMS = Number(process.argv[2] ?? 200);
const WARM_UP = 10;
const TOUCH = { width: 1280, height: 800 };

const { load, close } = await sources();
const { TestHub } = await load('/e2e/hub.ts');
const { SeatAt, closeBrowser } = await load('/e2e/browser.ts');

const hub = await new TestHub().start();
const terminal = await SeatAt.at(hub, 'fordon', { viewport: TOUCH });
const desk = await SeatAt.at(hub, 'raddning');
const wire = { ...(await load('/core/src/gen/session_pb.ts')), ...(await import('@bufbuild/protobuf')) };
/** Somebody whom no alarm concerns: a socket to the hub and nothing else. */
const bare = await new Recorder(hub.base, 'demo:lansstyrelsen-z/operator', wire).open();

// Each page notes when its screen first shows an alarm: the takeover of the vehicle, the row of the desk.
const NOTE = (selector) => {
  window.shownAt = 0;
  new MutationObserver(() => {
    if (window.shownAt === 0 && document.querySelector(selector)) window.shownAt = Date.now();
  }).observe(document.body, { childList: true, subtree: true, attributes: true });
};
await terminal.page.evaluate(NOTE, '[data-testid="takeover"]');
await desk.page.evaluate(NOTE, '.row.own_unacknowledged');

/** Ping and pong of the WebSocket protocol itself. */
async function bareRoundTrip() {
  const began = performance.now();
  await new Promise((ready) => {
    bare.socket.once('pong', ready);
    bare.socket.ping();
  });
  return performance.now() - began;
}

const measured = { bare: [], terminal: [], desk: [], answer: [], whole: [] };
for (let number = 0; number < ALARMS + WARM_UP; number += 1) {
  const { incidentId } = await hub.submit('sos-alarm/operator', undefined, {
    case: 'reportIncident', value: { types: ['Trafikolycka'], facts: [{ value: { case: 'address', value: { street: `E14 ${number}`, municipality: 'Åre' } } }] },
  });
  for (const { page } of [terminal, desk]) await page.evaluate(() => { window.shownAt = 0; });
  const roundTrip = await bareRoundTrip();
  const pressed = Date.now();
  await hub.submit('sos-alarm/operator', incidentId, {
    case: 'raiseAlarm',
    value: {
      alarmText: 'Trafikolycka', reason: 'mätning', withoutTalkgroup: true,
      parties: [{ organisation: 'raddning-jamtland', required: true, dueSeconds: 600 }, { organisation: 'raddning-jamtland', unitId: '2312110', required: true, dueSeconds: 600 }],
    },
  });
  const answered = Date.now();
  const shown = async ({ page }) => {
    await page.waitForFunction(() => window.shownAt > 0, undefined, { polling: 20 });
    return page.evaluate(() => window.shownAt);
  };
  const [onTerminal, onDesk] = [await shown(terminal), await shown(desk)];
  if (number >= WARM_UP) {
    measured.bare.push(roundTrip);
    measured.answer.push(answered - pressed);
    measured.terminal.push(onTerminal - answered);
    measured.desk.push(onDesk - answered);
    measured.whole.push(Math.max(onTerminal, onDesk) - pressed);
  }
  for (const as of ['raddning-jamtland/operator', 'raddning-jamtland/unit:2312110']) await hub.submit(as, incidentId, { case: 'acknowledge', value: {} });
  await hub.submit('raddning-jamtland/operator', incidentId, { case: 'standDown', value: {} });
  await hub.submit('sos-alarm/operator', incidentId, { case: 'closeIncident', value: { outcome: 1 } });
  await until('an empty screen', async () => (await terminal.byId('takeover').count()) === 0 && (await desk.page.locator('.row.own_unacknowledged').count()) === 0);
}

const figure = (ms) => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
const line = (name, values) => {
  const middle = percentile(values, 0.5);
  return [name, ...[0.5, 0.9, 0.99].map((part) => figure(percentile(values, part))), `${(middle / percentile(measured.bare, 0.5)).toFixed(0)}`];
};
table(['what', 'p50 ms', 'p90 ms', 'p99 ms', 'p50 / bare'], [
  line('bare: ping and pong of a WebSocket to the hub', measured.bare),
  line('hub’s answer to whoever pressed (one HTTP question)', measured.answer),
  line('answer → takeover on the vehicle’s screen', measured.terminal),
  line('answer → row on the other desk’s screen', measured.desk),
  line('pressed → on both screens', measured.whole),
]);
console.log(`\n${measured.desk.length} alarms, each with an incident of its own; both screens open, without map.`);

bare.close();
await terminal.close();
await desk.close();
await closeBrowser();
await hub.close();
await close();
