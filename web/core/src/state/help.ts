import { millis } from '../clock.ts';
import { EndCause } from '../gen/common_pb.ts';
import type { Event } from '../gen/event_pb.ts';
import { partyKey } from './model.ts';
import type { Emergency, Incident, Said } from './model.ts';

type Body = NonNullable<Event['body']>;

/** Folds talkgroups, emergencies, help between organisations, hazards, the media line and releases. True: it was one of these. */
export function foldHelp(incident: Incident, who: Said, body: Body): boolean {
  return (
    foldTalkgroup(incident, who, body) ||
    foldEmergency(incident, who, body) ||
    foldResource(incident, who, body) ||
    foldAgreement(incident, who, body) ||
    foldRelease(incident, who, body)
  );
}

function foldTalkgroup(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'talkgroupLeased': {
      const id = body.value.talkgroup?.talkgroupId;
      if (id) incident.leases.set(id, { said: who, leased: body.value });
      incident.noTalkgroup = undefined;
      return true;
    }
    case 'talkgroupReturned': {
      const lease = incident.leases.get(body.value.talkgroup?.talkgroupId ?? '');
      if (lease) lease.returned = { at: who.at, reason: body.value.reason };
      // There was one after all; whoever comes late is told of its return alone.
      incident.noTalkgroup = undefined;
      return true;
    }
    case 'talkgroupIdle': {
      const lease = incident.leases.get(body.value.talkgroup?.talkgroupId ?? '');
      if (lease) lease.idleSince = millis(body.value.since);
      return true;
    }
    case 'noTalkgroupFree':
      incident.noTalkgroup = { at: who.at, fallback: body.value.fallback };
      return true;
    default:
      return false;
  }
}

function foldEmergency(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'emergencyRaised': {
      const { emergencyId, unit, what, location, locationCoarse, fixAt, relayed } = body.value;
      if (!emergencyId) return true;
      const before = incident.emergencies.get(emergencyId);
      incident.emergencies.set(emergencyId, {
        ...(before ?? { acknowledged: new Map(), nearest: [] }),
        id: emergencyId, said: who, unit, what, location, area: locationCoarse, fixAt: millis(fixAt), relayed: relayed ?? false,
      } satisfies Emergency);
      return true;
    }
    case 'emergencyTold': {
      const emergency = incident.emergencies.get(body.value.emergencyId ?? '');
      emergency?.nearest.push(...body.value.units);
      return true;
    }
    case 'emergencyAcknowledged': {
      const { emergencyId, organisation, unit } = body.value;
      const emergency = incident.emergencies.get(emergencyId ?? '');
      emergency?.acknowledged.set(partyKey(organisation, unit), { organisation: organisation ?? who.owner, unit, at: who.at });
      return true;
    }
    case 'emergencyCancelled': {
      const emergency = incident.emergencies.get(body.value.emergencyId ?? '');
      if (emergency) emergency.cancelled = { at: who.at, by: who, byMistake: body.value.byMistake ?? false, reason: body.value.reason };
      return true;
    }
    default:
      return false;
  }
}

function foldResource(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'resourceRequested': {
      const id = body.value.requestId ?? '';
      incident.requests.set(id, { id, said: who, requested: body.value, declined: [] });
      return true;
    }
    case 'resourceOffered': {
      const id = body.value.offerId ?? '';
      incident.offers.set(id, { id, said: who, offered: body.value, deployed: [], returned: [] });
      return true;
    }
    case 'resourceDeclined':
      incident.requests.get(body.value.requestId ?? '')?.declined.push({ said: who, reason: body.value.reason });
      return true;
    case 'offerAccepted': {
      const offer = incident.offers.get(body.value.offerId ?? '');
      if (offer) offer.acceptedAt = who.at;
      return true;
    }
    case 'resourceDeployed':
      incident.offers.get(body.value.offerId ?? '')?.deployed.push(...body.value.units);
      return true;
    case 'resourceReturned': {
      const offer = incident.offers.get(body.value.offerId ?? '');
      if (offer) {
        offer.returned.push(...body.value.units);
        // Some may go home before the others: the help has ended when nobody is left.
        const home = new Set(body.value.units.map((unit) => unit.unitId));
        offer.deployed = offer.deployed.filter((unit) => !home.has(unit.unitId));
        if (offer.deployed.length === 0) offer.returnedAt = who.at;
      }
      return true;
    }
    case 'requestClosed': {
      const request = incident.requests.get(body.value.requestId ?? '');
      if (request) request.closed = { said: who, reason: body.value.reason };
      return true;
    }
    default:
      return false;
  }
}

function foldAgreement(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'hazardReported': {
      const id = body.value.hazardId ?? '';
      incident.hazards.set(id, { id, said: who, reported: body.value });
      return true;
    }
    case 'hazardEnded': {
      const hazard = incident.hazards.get(body.value.hazardId ?? '');
      if (hazard) hazard.ended = { said: who, reason: body.value.reason };
      return true;
    }
    case 'mediaLineProposed': {
      const { mediaLineId, text, parties } = body.value;
      const id = mediaLineId ?? '';
      incident.mediaLines.set(id, { id, said: who, text, parties, answers: new Map() });
      return true;
    }
    case 'mediaLineAnswered': {
      const { mediaLineId, organisation, agrees, reason } = body.value;
      const line = incident.mediaLines.get(mediaLineId ?? '');
      line?.answers.set(organisation ?? who.owner, { agrees: agrees ?? false, reason, at: who.at });
      return true;
    }
    case 'mediaLineAgreed': {
      const line = incident.mediaLines.get(body.value.mediaLineId ?? '');
      if (line) line.agreedAt = who.at;
      return true;
    }
    default:
      return false;
  }
}

function foldRelease(incident: Incident, who: Said, body: Body): boolean {
  switch (body.case) {
    case 'releaseRequested': {
      const id = body.value.requestId ?? '';
      incident.releaseRequests.set(id, { id, said: who, requested: body.value });
      return true;
    }
    case 'releaseRefused': {
      const request = incident.releaseRequests.get(body.value.requestId ?? '');
      if (request) request.refused = { said: who, reason: body.value.reason };
      return true;
    }
    case 'releaseGranted': {
      const id = body.value.releaseId ?? '';
      incident.releases.set(id, { id, said: who, granted: body.value });
      const request = incident.releaseRequests.get(body.value.requestId ?? '');
      if (request) request.grantedAs = id;
      return true;
    }
    case 'releaseEnded': {
      const release = incident.releases.get(body.value.releaseId ?? '');
      if (release) release.ended = { at: who.at, cause: body.value.cause ?? EndCause.UNSPECIFIED, reason: body.value.reason };
      return true;
    }
    default:
      return false;
  }
}
