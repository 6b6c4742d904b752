import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { OutcomeSchema, RefusalCode } from '../src/gen/command_pb.ts';
import type { Command } from '../src/gen/command_pb.ts';
import { Outbox } from '../src/outbox.ts';
import type { Pressed } from '../src/outbox.ts';
import { MemoryStorage, openStorage } from '../src/storage.ts';
import { freshName, storedNote, turns } from './idb.ts';

const note = (text: string): Pressed => ({ incidentId: 'i', body: { case: 'addNote', value: { note: text } } });
/** The hub answers what is under way. */
function answer(outbox: Outbox, refused?: RefusalCode): void {
  const commandId = outbox.actions.find((one) => one.state === 'sent')?.commandId ?? '';
  if (refused === undefined) outbox.outcome(create(OutcomeSchema, { commandId, result: { case: 'accepted', value: {} } }));
  else outbox.outcome(create(OutcomeSchema, { commandId, result: { case: 'refused', value: { code: refused } } }));
}

describe('what another person left at the seat', () => {
  const seat = async (name: string, principal: string) => {
    const { storage } = await openStorage(name);
    const sent: string[] = [];
    const take = ({ body }: Command) => sent.push(body.case === 'addNote' ? (body.value.note ?? '') : '') > 0;
    const outbox = new Outbox(storage, take, () => undefined);
    outbox.principal = principal;
    outbox.restore((await storage.load()).actions);
    outbox.setConnected(true);
    return { outbox, sent };
  };

  it('is not sent in this one’s name, and is sent when they are back', async () => {
    const name = freshName();
    const eva = await seat(name, 'Eva');
    eva.outbox.setConnected(false);
    await eva.outbox.press(note('Evas'));
    const bo = await seat(name, 'Bo');
    await bo.outbox.press(note('Bos'));
    expect([bo.sent, bo.outbox.unsent, bo.outbox.setAside.map((one) => one.principal)]).toEqual([['Bos'], 1, ['Eva']]);
    answer(bo.outbox);
    await turns();
    expect((await seat(name, 'Eva')).sent).toEqual(['Evas']);
  });

  it('is gone when somebody has taken care of it', async () => {
    const name = freshName();
    const eva = await seat(name, 'Eva');
    await eva.outbox.press(note('Evas'));
    await eva.outbox.press(note('also'));
    const bo = await seat(name, 'Bo');
    bo.outbox.discardSetAside();
    await turns();
    expect([bo.outbox.setAside, (await seat(name, 'Eva')).outbox.actions]).toEqual([[], []]);
  });

  it('is not shown where it had been refused: that is theirs to read', async () => {
    const name = freshName();
    const eva = await seat(name, 'Eva');
    await eva.outbox.press(note('Evas'));
    answer(eva.outbox, RefusalCode.MALFORMED);
    await turns();
    expect((await seat(name, 'Bo')).outbox.setAside).toEqual([]);
    expect((await seat(name, 'Eva')).outbox.actions.map((one) => one.state)).toEqual(['refused']);
  });

  it('nor is what cannot be read, which stands in nobody’s way', async () => {
    const name = freshName();
    const { storage } = await openStorage(name);
    await storage.addAction({ ...storedNote('x'), bytes: new Uint8Array([0xff, 0xff]) });
    await storage.addAction({ ...storedNote('y'), principal: 'Eva' });
    storage.close();
    const eva = await seat(name, 'Eva');
    expect([eva.sent, eva.outbox.setAside.map((one) => one.kind)]).toEqual([['y'], ['x']]);
  });
});

describe('a storage that does not outlive the page', () => {
  it('keeps nothing, and the action says so', async () => {
    const outbox = new Outbox(new MemoryStorage(), () => false, () => undefined);
    outbox.isVolatile = true;
    await outbox.press(note('1'));
    expect([outbox.actions[0]?.isKept, outbox.unsentActions.map((one) => one.kind)]).toEqual([false, ['addNote']]);
  });
});
