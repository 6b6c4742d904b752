import type {
  AcknowledgementMeans, CloseOutcome, EndCause, Involvement, InvolvementCause, LinkKind, MessagePriority, UnitState,
} from '../gen/common_pb.ts';
import type { AddendumIssued, AlarmDecided, ArrivalReportFiled, Event, FactStated, HazardReported, ResourceOffered, ResourceRequested, SitrepFiled, TalkgroupLeased, TotalInformationIssued, ReleaseGranted, ReleaseRequested } from '../gen/event_pb.ts';
import type { ExternalNumber, GeoPoint, GridCell, TalkgroupRef, UnitRef } from '../gen/common_pb.ts';
import type { Listener } from '../gen/session_pb.ts';
import type { Marking } from '../gen/options_pb.ts';

/** Who is meant: an organisation, or one unit of it. */
export interface PartyId {
  organisation: string;
  unitId?: string | undefined;
}

/** `organisation` or `organisation:unit`. */
export type PartyKey = string;

export function partyKey(organisation: string | undefined, unit: UnitRef | undefined): PartyKey {
  return unit?.unitId ? `${organisation ?? ''}:${unit.unitId}` : (organisation ?? '');
}

/** Who said it, and when. Times in milliseconds since 1970, the hub's. */
export interface Said {
  eventId: string;
  owner: string;
  at: number;
  /** The author's own time, where it differs much or was queued. */
  pressedAt: number;
  role?: string | undefined;
  unit?: UnitRef | undefined;
  person?: string | undefined;
}

export type FactKind = NonNullable<FactStated['value']['case']>;

export interface Fact {
  said: Said;
  /** What it is of: also where only a coarse form is shown. */
  kind: FactKind;
  stated: FactStated;
}

export interface PartyState {
  organisation: string;
  unit?: UnitRef | undefined;
  required: boolean;
  late: boolean;
  dueAt: number;
  /** When it was alarmed. */
  alarmedAt: number;
  /** Why it was added, where it was. */
  because?: string | undefined;
  replaces?: PartyKey | undefined;
  replacedBy?: PartyKey | undefined;
  deliveredAt?: number | undefined;
  displayedAt?: number | undefined;
  acknowledged?: { at: number; pressedAt: number; means: AcknowledgementMeans; heardOn?: string | undefined; by: string; counts: boolean } | undefined;
  declined?: { at: number; reason?: string | undefined } | undefined;
  overdueAt?: number | undefined;
  waived?: { at: number; reason?: string | undefined } | undefined;
  recalledAt?: number | undefined;
  recallAcknowledgedAt?: number | undefined;
  stoodDown?: boolean | undefined;
}

export interface Alarm {
  id: string;
  said: Said;
  plan?: string | undefined;
  alreadySent: boolean;
  text?: string | undefined;
  parties: Map<PartyKey, PartyState>;
  gate?: { openedAt: number; reason?: string | undefined } | undefined;
  decided?: AlarmDecided | undefined;
}

export interface TotalInformation {
  said: Said;
  issued: TotalInformationIssued;
  addenda: { said: Said; addendum: AddendumIssued }[];
}

export interface Lease {
  said: Said;
  leased: TalkgroupLeased;
  returned?: { at: number; reason?: string | undefined } | undefined;
  idleSince?: number | undefined;
}

export interface Emergency {
  id: string;
  said: Said;
  unit?: UnitRef | undefined;
  what?: string | undefined;
  location?: GeoPoint | undefined;
  area?: GridCell | undefined;
  fixAt: number;
  relayed: boolean;
  acknowledged: Map<PartyKey, { organisation: string; unit?: UnitRef | undefined; at: number }>;
  nearest: UnitRef[];
  cancelled?: { at: number; by: Said; byMistake: boolean; reason?: string | undefined } | undefined;
}

export interface Offer {
  id: string;
  said: Said;
  offered: ResourceOffered;
  acceptedAt?: number | undefined;
  /** Those that are out now. */
  deployed: UnitRef[];
  returned: UnitRef[];
  returnedAt?: number | undefined;
}

export interface ResourceRequest {
  id: string;
  said: Said;
  requested: ResourceRequested;
  declined: { said: Said; reason?: string | undefined }[];
  closed?: { said: Said; reason?: string | undefined } | undefined;
}

export interface HazardEntry {
  id: string;
  said: Said;
  reported: HazardReported;
  ended?: { said: Said; reason?: string | undefined } | undefined;
}

export interface MediaLine {
  id: string;
  said: Said;
  text?: string | undefined;
  parties: string[];
  answers: Map<string, { agrees: boolean; reason?: string | undefined; at: number }>;
  agreedAt?: number | undefined;
}

export interface ReleaseRequestEntry {
  id: string;
  said: Said;
  requested: ReleaseRequested;
  refused?: { said: Said; reason?: string | undefined } | undefined;
  grantedAs?: string | undefined;
}

export interface ReleaseEntry {
  id: string;
  said: Said;
  granted: ReleaseGranted;
  ended?: { at: number; cause: EndCause; reason?: string | undefined } | undefined;
}

export interface WithheldEntry {
  owner: string;
  marking: Marking;
  howToAsk?: string | undefined;
  /** Newest event that something was left out of. */
  eventId: string;
  at: number;
}

export interface UnitOnIncident {
  unit: UnitRef;
  owner: string;
  code?: string | undefined;
  state: UnitState;
  text?: string | undefined;
  at: number;
  outOfOrder: boolean;
  relayed: boolean;
  atBreakPoint: boolean;
  signedOff: boolean;
}

/** What of an incident this viewer was sent, folded. Never more: what is withheld is not here either. */
export interface Incident {
  id: string;
  /** Raised by every event: whoever shows it compares this. */
  revision: number;
  exercise: boolean;
  reported?: Said | undefined;
  types: string[];
  notice?: { said: Said; text?: string | undefined; from: number; until: number; ended?: { cause: EndCause; reason?: string | undefined; at: number } | undefined } | undefined;
  closed?: { said: Said; outcome: CloseOutcome; reason?: string | undefined } | undefined;
  facts: Map<string, Fact>;
  involvement: Map<string, { level: Involvement; cause: InvolvementCause; because?: string | undefined; at: number }>;
  leadOffer?: { to: string; said: Said } | undefined;
  stoodDown: Map<string, { at: number; reason?: string | undefined }>;
  alarms: Map<string, Alarm>;
  totals: Map<number, TotalInformation>;
  /** Highest version each party has said "Uppfattat" to. */
  confirmed: Map<PartyKey, { number: number; at: number; organisation: string; unit?: UnitRef | undefined }>;
  prompts: { unit?: UnitRef | undefined; at: number }[];
  arrivalReports: { said: Said; report: ArrivalReportFiled }[];
  sitreps: { said: Said; report: SitrepFiled }[];
  units: Map<string, UnitOnIncident>;
  leases: Map<string, Lease>;
  noTalkgroup?: { at: number; fallback: TalkgroupRef[] } | undefined;
  emergencies: Map<string, Emergency>;
  requests: Map<string, ResourceRequest>;
  offers: Map<string, Offer>;
  hazards: Map<string, HazardEntry>;
  mediaLines: Map<string, MediaLine>;
  releaseRequests: Map<string, ReleaseRequestEntry>;
  releases: Map<string, ReleaseEntry>;
  desks: Map<string, { desk?: string | undefined; person?: string | undefined; at: number }>;
  numbers: { said: Said; number: ExternalNumber }[];
  links: Map<string, { said: Said; other: string; kind: LinkKind; reason?: string | undefined }>;
  withheld: Map<string, WithheldEntry>;
  /** Everything received of it, by id, in order of arrival. */
  events: Map<string, Event>;
  /** Local time the newest event came in, milliseconds. */
  receivedAt: number;
}

export interface TalkgroupMessage {
  id: string;
  said: Said;
  text?: string | undefined;
  priority: MessagePriority;
  confirm: boolean;
  delivered: number;
  displayed: number;
  confirmed: Map<PartyKey, { organisation: string; unit?: UnitRef | undefined; at: number }>;
}

export interface TalkgroupState {
  id: string;
  revision: number;
  messages: Map<string, TalkgroupMessage>;
  listeners: Listener[];
  clearedAt: number;
  events: Map<string, Event>;
}

export interface UnitOwnState {
  id: string;
  revision: number;
  owner: string;
  unit?: UnitRef | undefined;
  onDuty: boolean;
  signedOff: boolean;
  covert: boolean;
  code?: string | undefined;
  state: UnitState;
  text?: string | undefined;
  crewSize?: number | undefined;
  capabilities: string[];
  at: number;
  events: Map<string, Event>;
}

export interface PoolState {
  id: string;
  revision: number;
  leased: Map<string, { name?: string | undefined; at: number }>;
  warning?: { free: number; total: number; at: number } | undefined;
  events: Map<string, Event>;
}

export function emptyIncident(id: string): Incident {
  return {
    id, revision: 0, exercise: false, types: [], facts: new Map(), involvement: new Map(), stoodDown: new Map(), alarms: new Map(),
    totals: new Map(), confirmed: new Map(), prompts: [], arrivalReports: [], sitreps: [], units: new Map(), leases: new Map(),
    emergencies: new Map(), requests: new Map(), offers: new Map(), hazards: new Map(), mediaLines: new Map(),
    releaseRequests: new Map(), releases: new Map(), desks: new Map(), numbers: [], links: new Map(), withheld: new Map(),
    events: new Map(), receivedAt: 0,
  };
}
