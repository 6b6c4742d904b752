import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/clock.ts';
import { LinkStateSchema } from '../src/gen/session_pb.ts';
import { isRadio, networksOf } from '../src/views/networks.ts';

const told = (name: string, up: boolean, organisation = 'sos', since = 5_000) => ({ name, organisation, up, since: timestamp(since) });
const of = (...networks: object[]) => networksOf(create(LinkStateSchema, { networks }));

describe('the networks behind gateways', () => {
  it('are those the hub has told of, with since when, and those that are down first', () => {
    expect(of(told('TAK', true), told('Rakel', false, 'sos', 7_000))).toEqual([
      { name: 'Rakel', organisation: 'sos', up: false, since: 7_000, shared: false }, { name: 'TAK', organisation: 'sos', up: true, since: 5_000, shared: false },
    ]);
    expect(networksOf(undefined)).toEqual([]);
  });

  it('are down where the hub does not say that they are up, and nothing without a name', () => {
    expect(of({ name: 'Rakel' }, { up: true })).toEqual([{ name: 'Rakel', organisation: '', up: false, since: 0, shared: false }]);
  });

  it('are told apart by whose they are only where they have the same name', () => {
    expect(of(told('Rakel', true, 'sos'), told('Rakel', true, 'rtj'), told('TAK', true)).map((one) => [one.name, one.organisation, one.shared])).toEqual([
      ['Rakel', 'rtj', true], ['Rakel', 'sos', true], ['TAK', 'sos', false],
    ]);
  });

  it('are the radio by the name that the gateway gives it', () => {
    expect(of(told('Rakel', true), told('Rakel norr', true), told('TAK', true), told('Rakelbrygga', true)).filter(isRadio).map((one) => one.name)).toEqual(['Rakel', 'Rakel norr']);
  });
});
