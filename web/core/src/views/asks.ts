import { Involvement } from '../gen/common_pb.ts';
import type { Incident, TalkgroupState } from '../state/model.ts';

/** What somebody waits for an answer to. */
export type AskKind = 'release' | 'request' | 'offer' | 'lead' | 'media' | 'text';

export interface Ask {
  kind: AskKind;
  /** Of what was asked: the same as long as it is not answered. */
  id: string;
}

/** What others have asked of this organisation in an incident and it has not answered; also in the texts of the incident's talkgroups. */
export function asksOf(incident: Incident, own: string, talkgroups: ReadonlyMap<string, TalkgroupState>): Ask[] {
  if (incident.closed) return [];
  const asks: Ask[] = [];
  for (const one of incident.releaseRequests.values()) {
    if (one.requested.ofOwner === own && !one.refused && !one.grantedAs) asks.push({ kind: 'release', id: one.id });
  }
  asks.push(...resources(incident, own));
  if (incident.leadOffer?.to === own) asks.push({ kind: 'lead', id: incident.leadOffer.said.eventId });
  for (const one of incident.mediaLines.values()) {
    if (one.parties.includes(own) && !one.answers.has(own) && !one.agreedAt && one.said.owner !== own) asks.push({ kind: 'media', id: one.id });
  }
  for (const lease of incident.leases.values()) {
    const group = lease.returned ? undefined : talkgroups.get(lease.leased.talkgroup?.talkgroupId ?? '');
    for (const one of group?.messages.values() ?? []) {
      if (one.confirm && one.said.owner !== own && !one.confirmed.has(own)) asks.push({ kind: 'text', id: one.id });
    }
  }
  return asks;
}

function resources(incident: Incident, own: string): Ask[] {
  const asks: Ask[] = [];
  const offers = [...incident.offers.values()];
  // Asked of nobody by name it is asked of everybody who is in it.
  const isIn = (incident.involvement.get(own)?.level ?? Involvement.NONE) >= Involvement.ALARMED;
  for (const one of incident.requests.values()) {
    if (one.closed) continue;
    const isOurs = one.said.owner === own;
    if (isOurs) {
      for (const offer of offers) if (offer.offered.requestId === one.id && !offer.acceptedAt && !offer.returnedAt && offer.said.owner !== own) asks.push({ kind: 'offer', id: offer.id });
      continue;
    }
    const to = one.requested.toOrganisations;
    const isAnswered = one.declined.some((no) => no.said.owner === own) || offers.some((offer) => offer.offered.requestId === one.id && offer.said.owner === own);
    if (!isAnswered && (to.length > 0 ? to.includes(own) : isIn)) asks.push({ kind: 'request', id: one.id });
  }
  return asks;
}
