import { newestMaterial, ownOutstanding } from '@samband/core';
import type { Action, Emergency, Incident, PartyRow } from '@samband/core';
import { RefusalCode } from '@samband/core/gen/command_pb';
import { UnitState } from '@samband/core/gen/common_pb';
import type { StatusCodeEntry } from '@samband/core/gen/directory_pb';
import { getContext, setContext } from 'svelte';
import type { Session } from '../live/session.svelte.ts';
import type { Position } from './position.svelte.ts';

export type Panel = 'report' | 'sitrep' | 'more' | 'status' | 'request' | 'hazard' | 'text' | 'light' | 'log' | 'facts' | 'cannot' | undefined;

/** Panels that take the place of the card, and are of the incident they were opened at. */
const FORMS: readonly Panel[] = ['report', 'more', 'status', 'request', 'hazard', 'sitrep', 'text', 'light'];
/** Speed from which nobody at the wheel may be made to read, km/h. */
const MOVING_KMH = 10;
const PASSENGER_MS = 10 * 60_000;
/** Two clocks are never quite the same: an alarm this much newer than an answer may still be what was answered, milliseconds. */
const SAME_MOMENT_MS = 1_000;
/** An incident that is sent anew is back by then, milliseconds. */
const MISSING_MS = 5_000;
const CHOSEN = 'samband.terminal.chosen';

/** What the crew has in front of it. What was pressed here counts here at once; whether the hub has it is told beside. */
export class Cab {
  private chosen = $state<string | undefined>();
  private shownPanel = $state<Panel>();
  /** The incident the open panel is of: another alarm may take the screen over before it is sent. */
  private panelOf = $state<string | undefined>();
  /** What is written and not sent, by panel and incident: whoever is called away comes back to it. */
  private readonly drafts = new Map<string, object>();
  private missingSince = 0;
  private passengerUntil = $state(0);
  /** Prompts that have opened the report already. */
  private prompted = new Set<string>();

  constructor(
    readonly session: Session,
    readonly position: Position,
  ) {
    this.chosen = this.remembered;
    session.hold(() => this.chosen);
    session.hold(() => this.panelOf);
  }

  get chosenId(): string | undefined {
    return this.chosen;
  }

  /** Kept over a reload: the card and the status button must not be another incident's when the page is back. */
  set chosenId(id: string | undefined) {
    this.chosen = id;
    if (id !== undefined) localStorage.setItem(`${CHOSEN}.${this.unitId}`, id);
  }

  /** By vehicle: a browser can be the seat of several. */
  private get remembered(): string | undefined {
    return localStorage.getItem(`${CHOSEN}.${this.unitId}`) ?? undefined;
  }

  get panel(): Panel {
    return this.shownPanel;
  }

  set panel(panel: Panel) {
    // From one form to the next it stays what it was opened for.
    if (!this.hasForm) this.panelOf = this.incident?.id;
    this.shownPanel = panel;
    if (!this.hasForm) this.panelOf = undefined;
  }

  get hasForm(): boolean {
    return this.shownPanel !== undefined && FORMS.includes(this.shownPanel);
  }

  /** What the open form is of. */
  readonly subject: Incident | undefined = $derived.by(() => this.session.incident(this.panelOf));

  /** What is being written in a panel, of the panel's incident. */
  draft<D extends object>(panel: Panel, begin: () => D): D {
    const key = `${panel}|${this.panelOf}`;
    const kept = this.drafts.get(key) as D | undefined;
    const draft = kept ?? begin();
    this.drafts.set(key, draft);
    return draft;
  }

  /** It was sent: the next one begins empty. */
  sent(panel: Panel): void {
    this.drafts.delete(`${panel}|${this.panelOf}`);
    this.panel = undefined;
  }

  get unitId(): string {
    return this.session.own.unitId ?? '';
  }

  /** Incidents this unit is on: alarmed to and not released from, newest first. */
  readonly assignments: Incident[] = $derived.by(() => this.session.rows.filter((row) => row.group !== 'closed' && this.isOn(row.incident))
      // Not by need: what a finger is about to press stays where it is.
      .sort((a, b) => b.startedAt - a.startedAt || a.incident.id.localeCompare(b.incident.id)).map((row) => ({ ...row.incident })));

  readonly incident: Incident | undefined = $derived.by(() => this.assignments.find((one) => one.id === this.chosenId) ?? this.assignments[0]);

  /** What fills the screen until it is answered: the oldest alarm or recall that waits for this unit and was not answered here. */
  readonly takeover: { incident: Incident; row: PartyRow } | undefined = $derived.by(() => {
    const { organisation, unitId } = this.session.own;
    const waiting = this.session.rows.flatMap((row) =>
      ownOutstanding(row.incident, organisation, unitId, this.session.now).map((party) => ({ incident: { ...row.incident }, row: party })));
    return waiting
      .filter(({ incident, row }) => !this.pendingAnswer(incident.id, row))
      .sort((a, b) => a.row.state.dueAt - b.row.state.dueAt)[0];
  });

  /** The own emergency that stands: as the hub tells it. */
  readonly ownEmergency: { incident: Incident; emergency: Emergency } | undefined = $derived.by(() =>
    this.emergencies.find(({ emergency }) => emergency.unit?.unitId === this.unitId));

  readonly otherEmergencies = $derived.by(() => this.emergencies.filter(({ emergency }) => emergency.unit?.unitId !== this.unitId));

  private readonly emergencies = $derived.by(() => this.session.rows.flatMap((row) => row.emergencies.map((emergency) => ({ incident: row.incident, emergency }))));

  /** An emergency pressed here that the hub does not have: not yet, or it would not take it and nobody has read that. */
  readonly unsentEmergency: Action | undefined = $derived.by(() =>
    this.session.actions.find((one) => one.kind === 'raiseEmergency' && (isOnItsWay(one) || (one.refused !== undefined && one.refused.code !== RefusalCode.EMERGENCY_STANDS))));

  /** Somebody has put the own emergency aside, to a band: the alarm, the status and the reserve page are reached again. */
  isDistressAside = $state(false);

  /** Lies over everything. */
  readonly hasDistress: boolean = $derived.by(() => (this.unsentEmergency !== undefined || this.ownEmergency !== undefined) && !this.isDistressAside);

  /** The version that asks for an "Uppfattat" of this unit; 0 if none does. */
  readonly unconfirmed: number = $derived.by(() => {
    const incident = this.incident;
    if (!incident) return 0;
    const key = `${this.session.own.organisation}:${this.unitId}`;
    const newest = newestMaterial(incident);
    const pending = this.session.actions.some((one) => one.kind === 'confirmTotalInformation' && one.incidentId === incident.id && isOnItsWay(one));
    return !pending && (incident.confirmed.get(key)?.number ?? 0) < newest ? Math.max(...incident.totals.keys()) : 0;
  });

  /** The unit's present code on the incident, with what was pressed here and is not sent. */
  readonly code: string | undefined = $derived.by(() => {
    const pressed = this.pressedCode;
    if (pressed) return pressed;
    const incident = this.incident;
    const onIncident = incident?.units.get(this.unitId);
    const alarmedAt = this.alarmedAt(incident);
    if (onIncident && onIncident.at >= alarmedAt) return onIncident.code;
    return undefined;
  });

  readonly next: StatusCodeEntry | undefined = $derived.by(() => (this.incident ? this.session.names.nextCode(this.session.own.organisation, this.code) : undefined));

  readonly isMoving: boolean = $derived.by(() => {
    this.session.now;
    return this.position.speedKmh > MOVING_KMH && Date.now() > this.passengerUntil;
  });

  /** The newest code pressed here that the hub has not answered yet. */
  private readonly pressedCode: string | undefined = $derived.by(() => {
    const waiting = this.session.actions.filter((one) => one.kind === 'reportUnitStatus' && one.incidentId === this.incident?.id && isOnItsWay(one));
    const body = this.session.client.outbox.commandOf(waiting.at(-1)?.commandId ?? '')?.body;
    return body?.case === 'reportUnitStatus' ? body.value.code : undefined;
  });

  /** When this unit was alarmed, the last time: it may have been added long after the alarm was sent. */
  alarmedAt(incident: Incident | undefined): number {
    let at = 0;
    for (const alarm of incident?.alarms.values() ?? []) {
      for (const party of alarm.parties.values()) if (party.unit?.unitId === this.unitId) at = Math.max(at, party.alarmedAt);
    }
    return at;
  }

  /** An answer that was pressed here and is still on its way. */
  pendingAnswer(incidentId: string, row: PartyRow): Action | undefined {
    const { alarmedAt, recalledAt, acknowledged } = row.state;
    const isOfThis = (pressedAt: number) => {
      // It has become the acknowledgement that was there before the recall.
      if (recalledAt !== undefined && acknowledged && pressedAt <= acknowledged.at) return false;
      // What came after it was pressed, it does not answer.
      return pressedAt >= (recalledAt ?? alarmedAt) - SAME_MOMENT_MS;
    };
    return this.session.actions.find((one) =>
      one.incidentId === incidentId && one.state !== 'refused' && this.answers(one, row.alarmId) && isOfThis(this.session.client.link.clock.offset + one.at));
  }

  /** One that names no alarm (an earlier page's) answers every alarm of its incident. */
  private answers(action: Action, alarmId: string): boolean {
    const body = this.session.client.outbox.commandOf(action.commandId)?.body;
    if (body?.case !== 'acknowledge' && body?.case !== 'decline') return false;
    return body.value.alarmId === undefined || body.value.alarmId === alarmId;
  }

  /** Names what was on the screen: sent hours later, it must not answer an alarm or a recall that nobody here has seen. */
  acknowledge(incidentId: string, alarmId: string): void {
    void this.session.press({ incidentId, body: { case: 'acknowledge', value: { alarmId } } });
    this.chosenId = incidentId;
    if (this.hasForm && this.panelOf !== incidentId) this.panel = undefined;
  }

  /** Holds on to what is on the card until it is over or somebody chooses another; to be called whenever anything changes. */
  pin(): void {
    const { link, now } = this.session;
    const [first] = this.assignments;
    // Which vehicle it is may be known only when the hub has said so.
    this.chosen ??= this.remembered;
    if ((link.kind === 'live' && !link.caughtUp) || !first) return;
    if (this.assignments.some((one) => one.id === this.chosen)) {
      this.missingSince = 0;
      return;
    }
    // What is sent anew is gone for a moment.
    if (this.chosen !== undefined && !this.session.incident(this.chosen)) {
      this.missingSince ||= now;
      if (now - this.missingSince < MISSING_MS) return;
    }
    this.missingSince = 0;
    this.chosenId = first.id;
  }

  decline(incidentId: string, alarmId: string, reason: string): void {
    void this.session.press({ incidentId, body: { case: 'decline', value: { alarmId, reason } } });
    this.panel = undefined;
  }

  report(code: string, atBreakPoint = false): void {
    const incident = this.hasForm ? this.subject : this.incident;
    this.panel = undefined;
    if (!incident) {
      void this.session.press({ body: { case: 'reportUnitState', value: { onDuty: true, code, capabilities: [] } } });
      return;
    }
    void this.session.press({ incidentId: incident.id, body: { case: 'reportUnitStatus', value: { code, ...(atBreakPoint ? { atBreakPoint: true } : {}) } } });
  }

  confirm(number: number): void {
    if (this.incident) void this.session.press({ incidentId: this.incident.id, body: { case: 'confirmTotalInformation', value: { number } } });
  }

  raiseEmergency(): void {
    this.isDistressAside = false;
    const place = this.position.place;
    const location = place ? { location: { latitude: place.latitude, longitude: place.longitude, accuracyM: place.accuracyM } } : {};
    void this.session.press({ ...(this.incident ? { incidentId: this.incident.id } : {}), body: { case: 'raiseEmergency', value: { ...location } } });
  }

  cancelEmergency(incidentId: string, emergencyId: string, reason: string, byMistake: boolean): void {
    void this.session.press({ incidentId, body: { case: 'cancelEmergency', value: { emergencyId, reason, byMistake } } });
  }

  /** Pressed by mistake, and never sent. */
  takeBackEmergency(commandId: string): void {
    this.session.client.outbox.takeBack(commandId);
  }

  passenger(): void {
    this.passengerUntil = Date.now() + PASSENGER_MS;
  }

  /** Opens the report when the hub asks this unit for it, once for each time. */
  openPrompted(): void {
    const incident = this.incident;
    const prompt = incident?.prompts.at(-1);
    if (!incident || !prompt || prompt.unit?.unitId !== this.unitId || incident.arrivalReports.length > 0) return;
    const key = `${incident.id}|${prompt.at}`;
    if (this.prompted.has(key) || this.isMoving || this.panel) return;
    this.prompted.add(key);
    this.panel = 'report';
  }

  private isOn(incident: Incident): boolean {
    const status = incident.units.get(this.unitId);
    let at = 0;
    for (const alarm of incident.alarms.values()) {
      for (const party of alarm.parties.values()) {
        if (party.unit?.unitId !== this.unitId || party.recalledAt || party.stoodDown || party.declined) continue;
        at = Math.max(at, party.alarmedAt);
      }
    }
    const isDone = status !== undefined && status.at >= at && (status.state === UnitState.AVAILABLE || status.signedOff);
    const isDeployed = [...incident.offers.values()].some((offer) => !offer.returnedAt && offer.deployed.some((unit) => unit.unitId === this.unitId));
    return (at > 0 || status !== undefined || isDeployed) && !isDone;
  }
}

/** Pressed, and not answered by the hub. */
function isOnItsWay(action: Action): boolean {
  return action.state !== 'accepted' && action.state !== 'refused';
}

const KEY = Symbol('cab');

export function provideCab(cab: Cab): void {
  setContext(KEY, cab);
}

export function useCab(): Cab {
  return getContext<Cab>(KEY);
}
