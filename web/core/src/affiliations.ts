import { RefusalCode } from './gen/command_pb.ts';
import type { Outcome } from './gen/command_pb.ts';
import type { Incident } from './state/model.ts';

/** Refusals that can be of a talkgroup that was to be joined; they name no command, and not always the group. */
const OF_TALKGROUP: ReadonlySet<RefusalCode> = new Set([RefusalCode.UNKNOWN_TALKGROUP, RefusalCode.NO_RIGHT_TO_TALKGROUP, RefusalCode.LIMIT_REACHED]);

/**
 * The talkgroups that this client listens to; joined again after every reconnect. One is asked for at a time: the hub takes all of a question or
 * nothing, and a refusal is then known to be of that one.
 */
export class Affiliations {
  private joined = new Set<string>();
  private waiting: string[] = [];
  private asked: string | undefined;
  /** Not asked for again on this connection: whoever joins by rule would ask without end. */
  private readonly refused = new Set<string>();

  constructor(
    private readonly send: (what: 'affiliate' | 'disaffiliate', talkgroupId: string) => boolean,
    private readonly changed: (joined: string[]) => void,
  ) {}

  restore(ids: readonly string[]): void {
    this.joined = new Set(ids);
  }

  has(id: string): boolean {
    return this.joined.has(id);
  }

  join(id: string): void {
    if (this.joined.has(id) || this.refused.has(id)) return;
    this.joined.add(id);
    this.waiting.push(id);
    this.changed([...this.joined]);
    this.ask();
  }

  leave(id: string): void {
    if (!this.joined.has(id)) return;
    this.send('disaffiliate', id);
    // There may be room for another.
    this.refused.clear();
    this.without(id);
  }

  /** A session stands: it knows of none. */
  reconnected(): void {
    this.refused.clear();
    this.asked = undefined;
    this.waiting = [...this.joined];
    this.ask();
  }

  /** The hub says who listens: this one does. */
  told(id: string): void {
    if (id !== this.asked) return;
    this.asked = undefined;
    this.ask();
  }

  /** An outcome of nothing that was pressed. */
  outcome({ commandId, result }: Outcome): void {
    if (commandId || result.case !== 'refused' || this.asked === undefined || !OF_TALKGROUP.has(result.value.code ?? 0)) return;
    this.refused.add(this.asked);
    this.without(this.asked);
  }

  /** It is leased anew: who may listen may have changed. */
  leased(id: string): void {
    this.refused.delete(id);
  }

  /** Leaves the groups that incidents had and have given back. One that no incident ever had is somebody's own choice. */
  prune(incidents: Iterable<Incident>): void {
    const [had, has] = [new Set<string>(), new Set<string>()];
    for (const { leases } of incidents) for (const [id, lease] of leases) (lease.returned ? had : has).add(id);
    for (const id of had) if (!has.has(id)) this.leave(id);
  }

  private without(id: string): void {
    this.joined.delete(id);
    this.waiting = this.waiting.filter((one) => one !== id);
    if (this.asked === id) this.asked = undefined;
    this.changed([...this.joined]);
    this.ask();
  }

  private ask(): void {
    const [next] = this.waiting;
    if (this.asked !== undefined || next === undefined || !this.send('affiliate', next)) return;
    this.waiting.shift();
    this.asked = next;
  }
}
