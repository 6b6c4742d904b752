import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { OutcomeSchema } from '../src/gen/command_pb.ts';
import type { Command } from '../src/gen/command_pb.ts';
import { Outbox } from '../src/outbox.ts';
import { openStorage } from '../src/storage.ts';
import { the } from './build.ts';
import { freshName, turns } from './idb.ts';

const distress = { body: { case: 'raiseEmergency' as const, value: {} } };

async function page(name: string) {
  const { storage } = await openStorage(name);
  const wire: Command[] = [];
  const outbox = new Outbox(storage, (command) => {
    wire.push(command);
    return true;
  }, () => undefined);
  outbox.restore((await storage.load()).actions);
  return { storage, outbox, wire };
}

describe('what was pressed by mistake', () => {
  it('is taken back as long as it was never sent: here, and by the page after a reload', async () => {
    const name = freshName();
    const first = await page(name);
    await first.outbox.press(distress);
    await first.outbox.press(distress);
    expect(first.outbox.takeBack(the(first.outbox.actions[0]).commandId)).toBe(true);
    await turns();
    first.storage.close();
    const second = await page(name);
    expect(second.outbox.actions).toHaveLength(1);
    expect(second.outbox.takeBack(the(second.outbox.actions[0]).commandId)).toBe(true);
    await turns();
    expect((await second.storage.load()).actions).toEqual([]);
    second.outbox.setConnected(true);
    expect(second.wire).toEqual([]);
  });

  it('is not, when it has been on the wire: the hub may have it, whatever came back, also after a reload', async () => {
    const name = freshName();
    const first = await page(name);
    first.outbox.setConnected(true);
    await first.outbox.press(distress);
    first.outbox.setConnected(false);
    await turns();
    const [action] = first.outbox.actions;
    expect([action?.state, first.outbox.takeBack(the(action).commandId)]).toEqual(['queued', false]);
    first.storage.close();
    const second = await page(name);
    expect(second.outbox.takeBack(the(second.outbox.actions[0]).commandId)).toBe(false);
    second.outbox.setConnected(true);
    const commandId = the(the(second.wire[0]).commandId);
    second.outbox.outcome(create(OutcomeSchema, { commandId, result: { case: 'accepted', value: {} } }));
    expect(second.outbox.takeBack(commandId)).toBe(false);
  });
});
