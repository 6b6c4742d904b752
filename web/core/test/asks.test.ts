import { describe, expect, it } from 'vitest';
import type { Event } from '../src/gen/event_pb.ts';
import { asksOf } from '../src/views/asks.ts';
import { queueRow } from '../src/views/queue.ts';
import { DAY, event, folded, the } from './build.ts';

const reported = () => event({ case: 'incidentReported', value: {} });
const request = (toOrganisations: string[]) => event({ case: 'resourceRequested', value: { requestId: 'q', what: 'pump', toOrganisations } }, { owner: 'amb' });
const offer = (owner: string) => event({ case: 'resourceOffered', value: { offerId: 'o', requestId: 'q' } }, { owner });
const alarmed = (organisation: string) => event({ case: 'involvementChanged', value: { organisation, involvement: 3 } });
const release = () => event({ case: 'releaseRequested', value: { requestId: 'b', ofOwner: 'rtj', marking: 7 } }, { owner: 'polis' });
const media = () => event({ case: 'mediaLineProposed', value: { mediaLineId: 'm', text: 'x', parties: ['rtj', 'sos'] } });
const leased = () => event({ case: 'talkgroupLeased', value: { talkgroup: { talkgroupId: 'g' } } });
const text = (confirm: boolean) => event({ case: 'messageSent', value: { messageId: 't', text: 'x', confirm } }, { talkgroupId: 'g' });

const asked = (own: string, ...events: Event[]) => {
  const store = folded(reported(), ...events);
  return asksOf(the(store.incidents.get('i')), own, store.talkgroups).map((one) => one.kind);
};

describe('what waits for the answer of one organisation', () => {
  it.each<[string, Event[], string[]]>([
    ['a request to it by name', [request(['rtj'])], ['request']],
    ['no request to somebody else', [request(['polis'])], []],
    ['a request to everybody, when it is in it', [alarmed('rtj'), request([])], ['request']],
    ['no request to everybody, when it is not', [request([])], []],
    ['no request that it has offered to', [request(['rtj']), offer('rtj')], []],
    ['no request that it has declined', [request(['rtj']), event({ case: 'resourceDeclined', value: { requestId: 'q' } }, { owner: 'rtj' })], []],
    ['a release that is asked of it', [release()], ['release']],
    ['no release that it has refused', [release(), event({ case: 'releaseRefused', value: { requestId: 'b' } }, { owner: 'rtj' })], []],
    ['the lead that it is offered', [event({ case: 'leadOffered', value: { toOrganisation: 'rtj' } })], ['lead']],
    ['a media line', [media()], ['media']],
    ['no media line that it has answered', [media(), event({ case: 'mediaLineAnswered', value: { mediaLineId: 'm', agrees: true } }, { owner: 'rtj' })], []],
    ['a text that asks for an Uppfattat', [leased(), text(true)], ['text']],
    ['no text that asks for none', [leased(), text(false)], []],
    ['nothing when it is closed', [release(), event({ case: 'incidentClosed', value: {} })], []],
  ])('is %s', (_what, events, kinds) => expect(asked('rtj', ...events)).toEqual(kinds));

  it('is the offer on its own request, until it is accepted', () => {
    const accepted = event({ case: 'offerAccepted', value: { offerId: 'o' } }, { owner: 'amb' });
    expect([asked('amb', request([]), offer('rtj')), asked('amb', request([]), offer('rtj'), accepted)]).toEqual([['offer'], []]);
  });

  it('makes the incident one that requires something', () => {
    const store = folded(reported(), release());
    const row = (talkgroups?: typeof store.talkgroups) => queueRow(the(store.incidents.get('i')), 'rtj', undefined, DAY, talkgroups).group;
    expect([row(store.talkgroups), row()]).toEqual(['attention', 'ongoing']);
  });
});
