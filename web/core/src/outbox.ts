import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestamp } from './clock.ts';
import { CommandSchema, RefusalCode, RefusedSchema } from './gen/command_pb.ts';
import type { Accepted, Command, Outcome, Refused } from './gen/command_pb.ts';
import { uuidv7 } from './ids.ts';
import type { Storage, StoredAction } from './storage.ts';
import { commandIn } from './stored.ts';

/** What the hub should do: the body, and what it concerns. */
export type CommandBody = NonNullable<MessageInitShape<typeof CommandSchema>['body']>;

export interface Pressed {
  body: CommandBody;
  incidentId?: string | undefined;
  raise?: MessageInitShape<typeof CommandSchema>['raise'] | undefined;
  shareWith?: string[] | undefined;
  /** What is to follow on the incident that comes of it: kept with it, and sent when the hub has named the incident, by whichever page then lives. */
  then?: { body: CommandBody } | undefined;
}

/** Where an action is on its way. */
export type ActionState = 'queued' | 'sent' | 'waiting_for_hub' | 'accepted' | 'refused';

/** Something that was pressed, until its outcome has been seen. */
export interface Action {
  readonly commandId: string;
  readonly kind: string;
  readonly incidentId?: string | undefined;
  readonly at: number;
  readonly urgent: boolean;
  /** What follows when it is accepted. */
  readonly then?: { readonly kind: string } | undefined;
  /** It has been on the wire: the hub may have it, whatever came back. Kept over a reload for what is urgent. */
  wasSent?: boolean | undefined;
  state: ActionState;
  /** False: it is only in this page's memory. */
  isKept: boolean;
  accepted?: Accepted | undefined;
  refused?: { code: RefusalCode; message: string; facts: { name: string; value: string }[] } | undefined;
}

interface Entry extends Action {
  readonly then?: StoredAction['then'];
  /** Its place in the storage; undefined: it is not there. */
  seq: number | undefined;
  /** It is kept, or cannot be: it may be sent. */
  isReady: boolean;
  bytes: Uint8Array;
  /** What the bytes say. */
  command: Command;
  principal?: string | undefined;
  /** Why the hub could not take it, while it waits for that. */
  heldFor?: RefusalCode | undefined;
  settle: ((action: Action) => void)[];
}

/** The hub cannot take it now, and may later: the action stays. */
const LATER: ReadonlySet<RefusalCode> = new Set([RefusalCode.NOT_STORED, RefusalCode.STORAGE_FULL, RefusalCode.OVERLOADED]);
/** What a hub still takes when its disk is full (`taken_when_full` there): it overtakes what must wait until there is room. */
const TAKEN_WHEN_FULL: ReadonlySet<string> = new Set([
  'reportIncident', 'raiseAlarm', 'addParties', 'acknowledge', 'decline', 'recallAlarm', 'openGate', 'waiveParty',
  'raiseEmergency', 'acknowledgeEmergency', 'cancelEmergency',
]);
/** Milliseconds until such an action is tried again. */
const LATER_MS = 3_000;
/** What was accepted is shown as done for so long, milliseconds. */
const DONE_MS = 20_000;
/** A disk that has not answered by then is taken for broken: nothing that was pressed waits for it longer, milliseconds. */
const KEEP_MS = 2_000;

/**
 * Keeps everything that was pressed until the hub has answered it, over reloads and power cuts, and sends it in order: one at a time, so
 * that a lost connection never lets a later one overtake. Emergencies go first.
 */
export class Outbox {
  private entries: Entry[] = [];
  private inFlight: Entry | undefined;
  private connected = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private aside: StoredAction[] = [];
  /** Who presses, as the hub tells people apart: what another one left here is not sent in this one's name. */
  principal: string | undefined;
  /** What is written down does not outlive the page. */
  isVolatile = false;

  constructor(
    private readonly storage: Storage,
    private readonly send: (command: Command) => boolean,
    private readonly changed: () => void,
    /** The hub's clock: the time of a press counts for deadlines, and a tablet's own clock can be hours off. */
    private readonly hubNow: () => number = Date.now,
    /** Name or staff number of who presses. */
    public person: string | undefined = undefined,
  ) {}

  /** What an earlier page had not sent. */
  restore(stored: StoredAction[]): void {
    for (const one of stored) {
      const command = one.setAside ? undefined : commandIn(one.bytes, one.commandId);
      if (command && one.principal === this.principal) {
        this.entries.push({ ...one, command, state: one.refused ? 'refused' : 'queued', isKept: !this.isVolatile, isReady: true, settle: [] });
      } else if (one.setAside || !one.refused) this.aside.push(one);
    }
    this.entries.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    this.changed();
  }

  /** Everything on its way, done a moment ago, or refused and not yet read; oldest first. */
  get actions(): readonly Action[] {
    return this.entries;
  }

  /** What was found here and is not sent: another person's, or not readable. It stays until somebody has taken care of it. */
  get setAside(): readonly StoredAction[] {
    return this.aside;
  }

  /** Somebody has taken care of what was set aside. */
  discardSetAside(): void {
    // What cannot be removed is shown again by the next page.
    for (const { seq } of this.aside) this.storage.removeAction(seq).catch(() => undefined);
    this.aside = [];
    this.changed();
  }

  /** What has not been answered, as it would be kept. */
  get unsentActions(): StoredAction[] {
    return this.entries.filter(isUnsent).map((one) => storedOf(one, one.seq ?? 0));
  }

  /** Not yet answered by the hub. */
  get unsent(): number {
    return this.entries.filter(isUnsent).length;
  }

  /** Takes what was pressed. Resolves when it is kept; the answer comes with `outcome`. */
  async press(pressed: Pressed): Promise<{ action: Action; outcome: Promise<Action> }> {
    const at = Date.now();
    const pressedAt = this.hubNow();
    const then = pressed.then && withoutCommand(this.written(pressed.then, at, pressedAt));
    const { command, ...written } = this.written(pressed, at, pressedAt);
    const stored = {
      ...written,
      at,
      urgent: ['raiseEmergency', 'cancelEmergency'].includes(written.kind),
      incidentId: pressed.incidentId,
      principal: this.principal,
      ...(then ? { then } : {}),
    };
    // On the screen at once; on the wire when it is kept, so that a power cut in between cannot have sent what is then forgotten.
    const entry: Entry = { ...stored, command, seq: undefined, state: 'queued', isKept: !this.isVolatile, isReady: false, settle: [] };
    this.entries.push(entry);
    this.changed();
    const outcome = new Promise<Action>((settle) => entry.settle.push(settle));
    await this.keep(entry, stored);
    this.pump();
    return { action: entry, outcome };
  }

  private written(pressed: Pressed, at: number, pressedAt: number): { command: Command; commandId: string; kind: string; bytes: Uint8Array } {
    const command = create(CommandSchema, {
      commandId: uuidv7(at),
      pressedAt: timestamp(pressedAt),
      body: pressed.body,
      ...(pressed.incidentId === undefined ? {} : { incidentId: pressed.incidentId }),
      ...(pressed.raise === undefined ? {} : { raise: pressed.raise }),
      shareWith: pressed.shareWith ?? [],
      ...(this.person === undefined ? {} : { person: this.person }),
    });
    return { command, commandId: command.commandId ?? '', kind: pressed.body.case ?? '', bytes: toBinary(CommandSchema, command) };
  }

  /** Writes it down. The disk is full, slow, or the browser refuses: it is sent all the same, and the screen says that a reload would lose it. */
  private async keep(entry: Entry, stored: Omit<StoredAction, 'seq'>): Promise<void> {
    const written = this.storage.addAction(stored).then(
      (seq) => this.keptAs(entry, seq),
      () => undefined,
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([written, new Promise((late) => (timer = setTimeout(late, KEEP_MS)))]);
    clearTimeout(timer);
    entry.isReady = true;
    if (entry.seq !== undefined) return;
    entry.isKept = false;
    this.changed();
  }

  private keptAs(entry: Entry, seq: number): void {
    entry.seq = seq;
    entry.isKept = !this.isVolatile;
    // Written down so late that it had been answered: what is stored follows.
    if (!this.entries.includes(entry)) this.unstore(entry);
    else if (entry.state === 'refused') this.storeRefused(entry);
    else if (entry.state === 'accepted') this.unstore(entry);
    this.changed();
  }

  /** What an action says. */
  commandOf(commandId: string): Command | undefined {
    return this.entries.find((one) => one.commandId === commandId)?.command;
  }

  /** A session stands, or no longer does. What was under way is sent again: the hub knows it by its id. */
  setConnected(connected: boolean): void {
    this.connected = connected;
    for (const one of this.entries) if (one.state === 'sent' || one.state === 'waiting_for_hub') one.state = 'queued';
    this.inFlight = undefined;
    clearTimeout(this.retry);
    if (connected) this.pump();
    this.changed();
  }

  /** An answer of the hub. False: to no action of this outbox. */
  outcome(outcome: Outcome): boolean {
    const entry = this.entries.find((one) => one.commandId === outcome.commandId && isUnsent(one));
    if (!entry) return false;
    if (this.inFlight === entry) this.inFlight = undefined;
    const result = outcome.result;
    if (result.case === 'accepted') this.accept(entry, result.value);
    // An answer this page does not know is an answer: waiting for another would hold back everything behind it.
    else this.refuse(entry, result.case === 'refused' ? result.value : create(RefusedSchema));
    this.changed();
    this.pump();
    return true;
  }

  /** A refusal has been read. */
  dismiss(commandId: string): void {
    const entry = this.entries.find((one) => one.commandId === commandId && one.state === 'refused');
    if (!entry) return;
    this.entries = this.entries.filter((one) => one !== entry);
    this.unstore(entry);
    this.changed();
  }

  /** Takes back what was pressed by mistake. False: it has been sent, or is gone, and what it did is to be undone at the hub. */
  takeBack(commandId: string): boolean {
    const entry = this.entries.find((one) => one.commandId === commandId && one.state === 'queued' && !one.wasSent);
    if (!entry) return false;
    this.entries = this.entries.filter((one) => one !== entry);
    this.unstore(entry);
    this.changed();
    this.pump();
    return true;
  }

  private accept(entry: Entry, accepted: Accepted): void {
    entry.state = 'accepted';
    entry.accepted = accepted;
    // What is to follow is written down before that which it follows is forgotten: a page that dies in between asks again, and gets the same answer.
    if (entry.then) void this.follow(entry, accepted.incidentId);
    else this.unstore(entry);
    for (const settle of entry.settle) settle(entry);
    setTimeout(() => {
      this.entries = this.entries.filter((one) => one !== entry);
      this.changed();
    }, DONE_MS);
  }

  private async follow(entry: Entry, incidentId: string | undefined): Promise<void> {
    const { then, at } = entry;
    if (!then || incidentId === undefined || this.entries.some((one) => one.commandId === then.commandId)) return this.unstore(entry);
    const command = commandIn(then.bytes, then.commandId);
    if (!command) return this.unstore(entry);
    command.incidentId = incidentId;
    const { principal } = entry;
    const stored = { commandId: then.commandId, kind: then.kind, bytes: toBinary(CommandSchema, command), at, urgent: false, incidentId, principal };
    const next: Entry = { ...stored, command, seq: undefined, state: 'queued', isKept: !this.isVolatile, isReady: false, settle: [] };
    this.entries.push(next);
    this.changed();
    await this.keep(next, stored);
    if (next.seq !== undefined) this.unstore(entry);
    this.pump();
  }

  private refuse(entry: Entry, refused: Refused): void {
    const code = refused.code ?? RefusalCode.UNSPECIFIED;
    if (LATER.has(code)) {
      entry.state = 'waiting_for_hub';
      entry.heldFor = code;
      clearTimeout(this.retry);
      this.retry = setTimeout(() => {
        for (const one of this.entries) if (one.state === 'waiting_for_hub') one.state = 'queued';
        this.pump();
        this.changed();
      }, LATER_MS);
      return;
    }
    entry.state = 'refused';
    const facts = refused.facts.map((fact) => ({ name: fact.name ?? '', value: fact.value ?? '' }));
    entry.refused = { code, message: refused.message ?? '', facts };
    this.storeRefused(entry);
    for (const settle of entry.settle) settle(entry);
  }

  private storeRefused(entry: Entry): void {
    if (entry.seq === undefined) return;
    // Where it cannot be written the refusal is read on this page, and the hub refuses it once more on the next.
    this.storage.putAction(storedOf(entry, entry.seq)).catch(() => undefined);
  }

  private storeSent(entry: Entry): void {
    // Where it cannot be written the next page takes it for unsent; taken back there, it stands at the hub and is ended as any other.
    if (entry.seq !== undefined) this.storage.putAction({ ...storedOf(entry, entry.seq), wasSent: true }).catch(() => undefined);
  }

  private unstore({ seq }: Entry): void {
    // What cannot be removed is sent once more by the next page, and gets the first answer.
    if (seq !== undefined) this.storage.removeAction(seq).catch(() => undefined);
  }

  private pump(): void {
    if (!this.connected || this.inFlight) return;
    const waiting = this.entries.filter((one) => one.state === 'queued');
    // One that the hub could not store, or that is being written down, holds the others back, but never an emergency.
    const held = this.entries.filter((one) => one.state === 'waiting_for_hub');
    const isPassed = (one: Entry) => held.every((first) => overtakes(one, first));
    const next = waiting.find((one) => one.urgent && one.isReady) ?? waiting.find(isPassed);
    if (!next?.isReady) return;
    if (!this.send(next.command)) return;
    next.state = 'sent';
    if (next.urgent && !next.wasSent) this.storeSent(next);
    next.wasSent = true;
    this.inFlight = next;
    this.changed();
  }
}

const isUnsent = ({ state }: Action) => state !== 'accepted' && state !== 'refused';

/** Whether an action may go before one that waits for the hub: for room on its disk, only what needs none. */
function overtakes(one: Entry, first: Entry): boolean {
  return first.heldFor === RefusalCode.STORAGE_FULL && TAKEN_WHEN_FULL.has(one.kind) && !TAKEN_WHEN_FULL.has(first.kind);
}

/** An action as it is kept. */
function storedOf({ commandId, bytes, at, urgent, kind, incidentId, principal, then, wasSent, refused }: Entry, seq: number): StoredAction {
  return { commandId, bytes, at, urgent, kind, incidentId, principal, then, wasSent, seq, refused };
}

const withoutCommand = ({ commandId, kind, bytes }: { commandId: string; kind: string; bytes: Uint8Array }) => ({ commandId, kind, bytes });
