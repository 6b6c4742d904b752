import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { OutcomeSchema, RefusalCode } from '../src/gen/command_pb.ts';
import type { Command } from '../src/gen/command_pb.ts';
import { Outbox } from '../src/outbox.ts';
import type { Pressed } from '../src/outbox.ts';
import { openStorage } from '../src/storage.ts';
import type { Storage } from '../src/storage.ts';
import { the } from './build.ts';
import { breakable, freshName, turns } from './idb.ts';

const fire: Pressed = { body: { case: 'reportIncident', value: { types: ['Brand'] } }, then: { body: { case: 'raiseAlarm', value: { plan: 'auto', parties: [] } } } };

/** A page that has what an earlier one kept. */
async function page(name: string, wrap: (storage: Storage) => Storage = (storage) => storage) {
  const storage = wrap((await openStorage(name)).storage);
  const wire: Command[] = [];
  const outbox = new Outbox(storage, (command) => {
    wire.push(command);
    return true;
  }, () => undefined);
  outbox.restore((await storage.load()).actions);
  const answer = async (result: { incidentId: string } | RefusalCode) => {
    const commandId = the(the(wire.at(-1)).commandId);
    outbox.outcome(create(OutcomeSchema, { commandId, result: typeof result === 'object' ? { case: 'accepted', value: result } : { case: 'refused', value: { code: result } } }));
    await turns();
  };
  return { storage, wire, outbox, answer, kinds: () => wire.map((one) => one.body.case) };
}

describe('what follows on an incident that is not made yet', () => {
  it('is sent when the hub has named it', async () => {
    const here = await page(freshName());
    here.outbox.setConnected(true);
    await here.outbox.press(fire);
    expect(here.outbox.actions.map((one) => [one.kind, one.then?.kind])).toEqual([['reportIncident', 'raiseAlarm']]);
    await here.answer({ incidentId: 'new' });
    expect([here.kinds(), here.wire[1]?.incidentId, here.wire[1]?.pressedAt]).toEqual([['reportIncident', 'raiseAlarm'], 'new', here.wire[0]?.pressedAt]);
    await here.answer({ incidentId: 'new' });
    expect((await here.storage.load()).actions).toEqual([]);
  });

  it('is sent by the next page, when this one was reloaded before the hub had either', async () => {
    const name = freshName();
    const first = await page(name);
    await first.outbox.press(fire);
    first.storage.close();
    const second = await page(name);
    second.outbox.setConnected(true);
    await second.answer({ incidentId: 'new' });
    expect([second.kinds(), second.wire[1]?.incidentId]).toEqual([['reportIncident', 'raiseAlarm'], 'new']);
  });

  it('is sent once, under one id, also when the page died between the two', async () => {
    const name = freshName();
    const first = await page(name, (storage) => {
      const torn = breakable(storage);
      torn.broken.add('removeAction');
      return torn;
    });
    first.outbox.setConnected(true);
    await first.outbox.press(fire);
    await first.answer({ incidentId: 'new' });
    first.storage.close();
    const second = await page(name);
    expect(second.outbox.actions.map((one) => one.kind)).toEqual(['reportIncident', 'raiseAlarm']);
    second.outbox.setConnected(true);
    await second.answer({ incidentId: 'new' });
    expect([second.kinds(), second.wire[1]?.commandId]).toEqual([['reportIncident', 'raiseAlarm'], first.wire[1]?.commandId]);
  });

  it('does not follow on a refusal', async () => {
    const here = await page(freshName());
    here.outbox.setConnected(true);
    await here.outbox.press(fire);
    await here.answer(RefusalCode.NOT_PERMITTED);
    expect([here.kinds(), here.outbox.actions.map((one) => one.state)]).toEqual([['reportIncident'], ['refused']]);
  });
});
