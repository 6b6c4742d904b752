import { create } from '@bufbuild/protobuf';
import { timestamp } from '@samband/core';
import { OutcomeSchema, RefusalCode } from '@samband/core/gen/command_pb';
import type { Event } from '@samband/core/gen/event_pb';
import { expect, vi } from 'vitest';
import { event, party, unit } from '../../core/test/build.ts';
import { Cab } from '../terminal/cab.svelte.ts';
import { Position } from '../terminal/position.svelte.ts';
import { Stage } from './stage.ts';

export const NOW = new Date(2026, 10, 25, 12, 0, 0).getTime();
export const at = (seconds: number) => timestamp(NOW + seconds * 1000);
export const BIL = unit('2311010', '2 31-1010');
export const reported = () => event({ case: 'incidentReported', value: { types: ['Brand i byggnad'] } }, { hubTime: at(-60) });
export const alarm = (alarmId = 'a', seconds = -20, unitId = '2311010') => event({ case: 'alarmRaised', value: { alarmId, parties: [party('rtj', unitId, { dueAt: at(seconds + 60) })], alarmText: `Larm ${alarmId}` } }, { hubTime: at(seconds) });
export const recalled = (seconds: number) => event({ case: 'alarmRecalled', value: { alarmId: 'a', parties: [{ organisation: 'rtj', unit: BIL }] } }, { hubTime: at(seconds) });
export const acknowledged = (alarmId = 'a') => event({ case: 'acknowledged', value: { alarmId, organisation: 'rtj', unit: BIL } }, { owner: 'rtj', hubTime: at(1) });

export const stopClock = () => void vi.useFakeTimers({ now: NOW, toFake: ['setInterval', 'clearInterval', 'Date'] });

export async function cabOf(...events: Event[]): Promise<{ stage: Stage; cab: Cab }> {
  const stage = await Stage.live({ organisation: 'rtj', role: 'unit', unitId: '2311010' }, ...events);
  return { stage, cab: new Cab(stage.session, new Position(stage.client)) };
}

export function answer(stage: Stage, code?: RefusalCode): void {
  const commandId = stage.commands.at(-1)?.commandId ?? '';
  stage.client.outbox.outcome(create(OutcomeSchema, { commandId, result: code === undefined ? { case: 'accepted', value: {} } : { case: 'refused', value: { code } } }));
  stage.settle();
}

export async function pressed(stage: Stage, count: number): Promise<void> {
  await vi.waitFor(() => expect(stage.commands).toHaveLength(count));
  stage.settle();
}
