import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutcomeSchema, RefusalCode } from '../src/gen/command_pb.ts';
import type { Command } from '../src/gen/command_pb.ts';
import { millis } from '../src/clock.ts';
import { Outbox } from '../src/outbox.ts';
import type { Pressed } from '../src/outbox.ts';
import { MemoryStorage, openStorage } from '../src/storage.ts';
import type { Storage } from '../src/storage.ts';
import { breakable, freshName, opened, turns } from './idb.ts';
import { the } from './build.ts';

const note = (text: string): Pressed => ({ incidentId: 'i', body: { case: 'addNote', value: { note: text } } });
const acknowledged: Pressed = { incidentId: 'i', body: { case: 'acknowledge', value: { alarmId: 'a' } } };
const recalled: Pressed = { incidentId: 'i', body: { case: 'recallAlarm', value: { alarmId: 'a' } } };
const distress: Pressed = { body: { case: 'raiseEmergency', value: { what: 'fastklämd' } } };

/** A page with its outbox, and the hub at the other end of the wire. */
class Page {
  readonly wire: Command[] = [];
  isWireUp = true;
  readonly outbox: Outbox;

  constructor(readonly storage: Storage, hubNow: () => number = Date.now) {
    this.outbox = new Outbox(storage, (command) => this.take(command), () => undefined, hubNow);
  }

  static async reloaded(name: string): Promise<Page> {
    const { storage } = await openStorage(name);
    const page = new Page(storage);
    page.outbox.restore((await storage.load()).actions);
    return page;
  }

  private take(command: Command): boolean {
    if (this.isWireUp) this.wire.push(command);
    return this.isWireUp;
  }

  /** What was said in the notes that went out, and "NÖD". */
  get sent(): string[] {
    return this.wire.map(({ body }) => (body.case === 'addNote' ? (body.value.note ?? '') : body.case === 'raiseEmergency' ? 'NÖD' : String(body.case)));
  }

  /** The hub answers the newest on the wire, or another. */
  answer(refused?: RefusalCode, command = the(this.wire.at(-1))): boolean {
    const commandId = the(command.commandId);
    if (refused === undefined) return this.outbox.outcome(create(OutcomeSchema, { commandId, result: { case: 'accepted', value: {} } }));
    const value = { code: refused, message: 'no', facts: [{ name: 'field', value: 'note' }] };
    return this.outbox.outcome(create(OutcomeSchema, { commandId, result: { case: 'refused', value } }));
  }

  get states(): string[] {
    return this.outbox.actions.map((one) => one.state);
  }

  async press(...all: Pressed[]): Promise<void> {
    for (const one of all) await this.outbox.press(one);
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 10, 25, 14, 32) }));
afterEach(() => void vi.useRealTimers());

describe('what is pressed', () => {
  it('is kept before it is sent, and is on the screen before it is kept', async () => {
    const storage = breakable((await opened()).storage);
    const page = new Page(storage);
    page.outbox.setConnected(true);
    const pressing = page.outbox.press(note('1'));
    expect([page.states, page.sent]).toEqual([['queued'], []]);
    await pressing;
    expect([storage.calls, page.sent, page.states]).toEqual([['addAction'], ['1'], ['sent']]);
  });

  it('goes one at a time, in the order it was pressed', async () => {
    const page = new Page((await opened()).storage);
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'), note('3'));
    expect(page.sent).toEqual(['1']);
    page.answer();
    expect(page.sent).toEqual(['1', '2']);
    page.answer();
    page.answer();
    expect([page.sent, page.outbox.unsent]).toEqual([['1', '2', '3'], 0]);
  });

  it('keeps its order when all is pressed at once', async () => {
    const page = new Page((await opened()).storage);
    page.outbox.setConnected(true);
    await Promise.all(['1', '2', '3'].map((text) => page.outbox.press(note(text))));
    while (page.answer()) if (page.sent.length === 3) break;
    expect(page.sent).toEqual(['1', '2', '3']);
  });

  it('carries its own time by the hub’s clock, its id and who pressed', async () => {
    const page = new Page(new MemoryStorage(), () => Date.now() + 3_600_000.5);
    page.outbox.person = 'Eva';
    page.outbox.setConnected(true);
    await page.press(note('1'));
    const [command] = page.wire;
    expect(millis(command?.pressedAt)).toBe(Date.now() + 3_600_001);
    expect(command).toMatchObject({ person: 'Eva', incidentId: 'i' });
    expect(command?.commandId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('tells whoever pressed what came of it', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    const { outcome } = await page.outbox.press(note('1'));
    page.answer();
    await expect(outcome).resolves.toMatchObject({ state: 'accepted' });
  });

  it('is shown as done for a while, and then no more', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'));
    page.answer();
    expect(page.states).toEqual(['accepted']);
    vi.advanceTimersByTime(20_000);
    expect(page.states).toEqual([]);
  });
});

describe('without the hub', () => {
  it('everything waits, and goes in order when it is back', async () => {
    const page = new Page((await opened()).storage);
    await page.press(note('1'), note('2'));
    expect([page.sent, page.outbox.unsent]).toEqual([[], 2]);
    page.outbox.setConnected(true);
    page.answer();
    expect(page.sent).toEqual(['1', '2']);
  });

  it('an emergency goes before everything else', async () => {
    const page = new Page((await opened()).storage);
    await page.press(note('1'), note('2'), distress);
    page.outbox.setConnected(true);
    page.answer();
    page.answer();
    expect(page.sent).toEqual(['NÖD', '1', '2']);
  });

  it('what was under way is sent again with the same id, and nothing overtakes it', async () => {
    const page = new Page((await opened()).storage);
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'));
    page.outbox.setConnected(false);
    expect(page.states).toEqual(['queued', 'queued']);
    page.outbox.setConnected(true);
    expect(page.sent).toEqual(['1', '1']);
    expect(page.wire[1]).toEqual(page.wire[0]);
  });

  it('a wire that does not take it changes nothing', async () => {
    const page = new Page((await opened()).storage);
    page.isWireUp = false;
    page.outbox.setConnected(true);
    await page.press(note('1'));
    expect(page.states).toEqual(['queued']);
    page.isWireUp = true;
    page.outbox.setConnected(true);
    expect(page.sent).toEqual(['1']);
  });
});

describe('over a reload of the page', () => {
  it('what was not answered is there, in order, with its ids and times', async () => {
    const name = freshName();
    const before = new Page((await openStorage(name)).storage);
    before.outbox.setConnected(true);
    await before.press(note('1'), note('2'), note('3'));
    before.answer();
    await turns();
    vi.setSystemTime(Date.now() + 600_000);
    const after = await Page.reloaded(name);
    after.outbox.setConnected(true);
    expect(the(after.wire[0])).toEqual(the(before.wire[1]));
    after.answer();
    expect(after.sent).toEqual(['2', '3']);
  });

  it('what the new page presses comes after what the old one had', async () => {
    const name = freshName();
    await new Page((await openStorage(name)).storage).press(note('old'));
    const after = await Page.reloaded(name);
    await after.press(note('new'));
    after.outbox.setConnected(true);
    after.answer();
    expect(after.sent).toEqual(['old', 'new']);
  });

  it('is not sent again once it has been answered', async () => {
    const name = freshName();
    const before = new Page((await openStorage(name)).storage);
    before.outbox.setConnected(true);
    await before.press(note('1'));
    before.answer();
    await turns();
    expect((await Page.reloaded(name)).states).toEqual([]);
  });

  it('a refusal stands until somebody has read it', async () => {
    const name = freshName();
    const before = new Page((await openStorage(name)).storage);
    before.outbox.setConnected(true);
    await before.press(note('1'));
    before.answer(RefusalCode.MALFORMED);
    await turns();
    const after = await Page.reloaded(name);
    after.outbox.setConnected(true);
    expect([after.states, after.sent]).toEqual([['refused'], []]);
    expect(after.outbox.actions[0]?.refused).toEqual({ code: RefusalCode.MALFORMED, message: 'no', facts: [{ name: 'field', value: 'note' }] });
    after.outbox.dismiss(the(after.outbox.actions[0]).commandId);
    await turns();
    expect((await Page.reloaded(name)).states).toEqual([]);
  });
});

describe('a refusal', () => {
  it('lets the next one go', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'));
    page.answer(RefusalCode.NOT_PERMITTED);
    expect([page.sent, page.states]).toEqual([['1', '2'], ['refused', 'sent']]);
  });

  it('in words this page does not know is an answer, and lets the next one go', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'));
    page.outbox.outcome(create(OutcomeSchema, { commandId: the(page.wire[0]?.commandId) }));
    expect([page.sent, page.states, page.outbox.actions[0]?.refused?.code]).toEqual([['1', '2'], ['refused', 'sent'], RefusalCode.UNSPECIFIED]);
  });

  it('is dismissed by its own id only, and what is under way never is', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'));
    page.outbox.dismiss(the(page.wire[0]?.commandId));
    expect(page.states).toEqual(['sent']);
  });

  it('an answer to somebody else’s action is nobody’s', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'));
    expect(page.outbox.outcome(create(OutcomeSchema, { commandId: 'x', result: { case: 'accepted', value: {} } }))).toBe(false);
    expect([page.answer(), page.answer()]).toEqual([true, false]);
  });
});

describe('a hub that cannot store', () => {
  it.each([RefusalCode.NOT_STORED, RefusalCode.OVERLOADED])('is asked again later (%s), and nothing overtakes', async (code) => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'));
    page.answer(code);
    expect([page.sent, page.states]).toEqual([['1'], ['waiting_for_hub', 'queued']]);
    vi.advanceTimersByTime(3_000);
    expect(page.sent).toEqual(['1', '1']);
    page.answer();
    expect(page.sent).toEqual(['1', '1', '2']);
  });

  it('for want of room gets at once what it has room for, in order, and nothing else overtakes', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'), acknowledged, recalled);
    page.answer(RefusalCode.STORAGE_FULL);
    expect([page.sent, page.states]).toEqual([['1', 'acknowledge'], ['waiting_for_hub', 'queued', 'sent', 'queued']]);
    page.answer();
    page.answer();
    expect(page.sent).toEqual(['1', 'acknowledge', 'recallAlarm']);
    vi.advanceTimersByTime(3_000);
    page.answer();
    expect(page.sent).toEqual(['1', 'acknowledge', 'recallAlarm', '1', '2']);
  });

  it('for want of any room gets nothing out of order', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(acknowledged, recalled, note('1'));
    page.answer(RefusalCode.STORAGE_FULL);
    expect(page.sent).toEqual(['acknowledge']);
    vi.advanceTimersByTime(3_000);
    page.answer();
    page.answer();
    expect(page.sent).toEqual(['acknowledge', 'acknowledge', 'recallAlarm', '1']);
  });

  it('gets an emergency at once, and what waits is still tried again', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'));
    page.answer(RefusalCode.NOT_STORED);
    await page.press(distress);
    expect(page.sent).toEqual(['1', 'NÖD']);
    page.answer(RefusalCode.NOT_STORED);
    vi.advanceTimersByTime(3_000);
    page.answer();
    expect(page.sent).toEqual(['1', 'NÖD', 'NÖD', '1']);
    page.answer();
    expect(page.outbox.unsent).toBe(0);
  });

  it('that goes away meanwhile gets what waited when it is back', async () => {
    const page = new Page(new MemoryStorage());
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'));
    page.answer(RefusalCode.NOT_STORED);
    page.outbox.setConnected(false);
    vi.advanceTimersByTime(60_000);
    page.outbox.setConnected(true);
    expect(page.sent).toEqual(['1', '1']);
    page.answer();
    page.answer();
    expect(page.outbox.unsent).toBe(0);
  });
});

describe('a disk that fails', () => {
  it('does not keep what is pressed from being sent; the screen says that it is not kept', async () => {
    const storage = breakable((await opened()).storage);
    storage.broken.add('addAction');
    const page = new Page(storage);
    page.outbox.setConnected(true);
    await page.press(note('1'));
    expect([page.sent, page.outbox.actions[0]?.isKept]).toEqual([['1'], false]);
  });

  it('does not change the order', async () => {
    const storage = breakable((await opened()).storage);
    const page = new Page(storage);
    storage.broken.add('addAction');
    await page.press(note('1'));
    storage.broken.clear();
    await page.press(note('2'));
    page.outbox.setConnected(true);
    page.answer();
    expect(page.sent).toEqual(['1', '2']);
  });

  it('that never answers holds an emergency for two seconds at most', async () => {
    const storage = breakable((await opened()).storage);
    storage.hanging.add('addAction');
    const page = new Page(storage);
    page.outbox.setConnected(true);
    const pressing = page.outbox.press(distress);
    await vi.advanceTimersByTimeAsync(2_000);
    await pressing;
    expect([page.sent, page.outbox.actions[0]?.isKept]).toEqual([['NÖD'], false]);
  });

  it('that cannot forget what is done, or note a refusal, stops nothing', async () => {
    const storage = breakable((await opened()).storage);
    const page = new Page(storage);
    storage.broken.add('removeAction').add('putAction');
    page.outbox.setConnected(true);
    await page.press(note('1'), note('2'));
    page.answer();
    page.answer(RefusalCode.MALFORMED);
    await turns();
    expect(page.states).toEqual(['accepted', 'refused']);
  });

  it('never has one action’s end remove another one that is kept', async () => {
    const name = freshName();
    const storage = breakable((await openStorage(name)).storage);
    const page = new Page(storage);
    page.outbox.setConnected(true);
    storage.broken.add('addAction');
    await page.press(note('lost'));
    page.answer(RefusalCode.MALFORMED);
    storage.broken.clear();
    await page.press(note('kept'));
    storage.broken.add('addAction');
    await page.press(note('also lost'));
    page.outbox.dismiss(the(page.outbox.actions[0]).commandId);
    await turns();
    expect((await Page.reloaded(name)).states).toEqual(['queued']);
  });
});
