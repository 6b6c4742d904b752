import { millis } from '../clock.ts';
import { EndCause } from '../gen/common_pb.ts';
import type { Event } from '../gen/event_pb.ts';
import { amend } from './amend.ts';
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
      const { talkgroup, reason } = body.value;
      amend(incident.leases, talkgroup?.talkgroupId, () => ({ returned: { at: who.at, reason } }));
      // There was one after all; whoever comes late is told of its return alone.
      incident.noTalkgroup = undefined;
      return true;
    }
    case 'talkgroupIdle': {
      const { talkgroup, since } = body.value;
      amend(incident.leases, talkgroup?.talkgroupId, () => ({ idleSince: millis(since) }));
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
      const { emergencyId, units } = body.value;
      amend(incident.emergencies, emergencyId, (before) => ({ nearest: [...before.nearest, ...units] }));
      return true;
    }
    case 'emergencyAcknowledged': {
      const { emergencyId, organisation, unit } = body.value;
      const by = { organisation: organisation ?? who.owner, unit, at: who.at };
      amend(incident.emergencies, emergencyId, (before) => ({ acknowledged: new Map(before.acknowledged).set(partyKey(organisation, unit), by) }));
      return true;
    }
    case 'emergencyCancelled': {
      const { emergencyId, byMistake, reason } = body.value;
      amend(incident.emergencies, emergencyId, () => ({ cancelled: { at: who.at, by: who, byMistake: byMistake ?? false, reason } }));
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
    case 'resourceDeclined': {
      const { requestId, reason } = body.value;
      amend(incident.requests, requestId, (before) => ({ declined: [...before.declined, { said: who, reason }] }));
      return true;
    }
    case 'offerAccepted':
      amend(incident.offers, body.value.offerId, () => ({ acceptedAt: who.at }));
      return true;
    case 'resourceDeployed': {
      const { offerId, units } = body.value;
      amend(incident.offers, offerId, (before) => ({ deployed: [...before.deployed, ...units] }));
      return true;
    }
    case 'resourceReturned': {
      const { offerId, units } = body.value;
      // Some may go home before the others: the help has ended when nobody is left.
      const home = new Set(units.map((unit) => unit.unitId));
      amend(incident.offers, offerId, (before) => {
        const deployed = before.deployed.filter((unit) => !home.has(unit.unitId));
        return { returned: [...before.returned, ...units], deployed, ...(deployed.length === 0 ? { returnedAt: who.at } : {}) };
      });
      return true;
    }
    case 'requestClosed': {
      const { requestId, reason } = body.value;
      amend(incident.requests, requestId, () => ({ closed: { said: who, reason } }));
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
      const { hazardId, reason } = body.value;
      amend(incident.hazards, hazardId, () => ({ ended: { said: who, reason } }));
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
      const answer = { agrees: agrees ?? false, reason, at: who.at };
      amend(incident.mediaLines, mediaLineId, (before) => ({ answers: new Map(before.answers).set(organisation ?? who.owner, answer) }));
      return true;
    }
    case 'mediaLineAgreed':
      amend(incident.mediaLines, body.value.mediaLineId, () => ({ agreedAt: who.at }));
      return true;
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
      const { requestId, reason } = body.value;
      amend(incident.releaseRequests, requestId, () => ({ refused: { said: who, reason } }));
      return true;
    }
    case 'releaseGranted': {
      const id = body.value.releaseId ?? '';
      incident.releases.set(id, { id, said: who, granted: body.value });
      amend(incident.releaseRequests, body.value.requestId, () => ({ grantedAs: id }));
      return true;
    }
    case 'releaseEnded': {
      const { releaseId, cause, reason, requestId } = body.value;
      amend(incident.releases, releaseId, () => ({ ended: { at: who.at, cause: cause ?? EndCause.UNSPECIFIED, reason } }));
      // Whoever comes later is sent the end and no longer the grant: the request was answered all the same.
      amend(incident.releaseRequests, requestId, () => ({ grantedAs: releaseId }));
      return true;
    }
    default:
      return false;
  }
}
