import type { Deployment } from './gen/directory_pb.ts';

/** What a hub could not answer is not asked again at once, milliseconds. */
const AGAIN_MS = 15_000;

/** Asks for the deployment once a session, until it is answered: a screen that stands for weeks must not show ids for names as long. */
export class DeploymentQuestion {
  private isOpen = false;
  private isAsking = false;
  private askedAt = 0;

  constructor(
    private readonly ask: (knownDigest: string | undefined) => Promise<Deployment>,
    private readonly known: () => Deployment | undefined,
    private readonly told: (deployment: Deployment) => void,
    private readonly local: () => number = Date.now,
  ) {}

  /** A session stands: the register may be another. */
  welcomed(): void {
    this.isOpen = true;
    void this.fetch();
  }

  /** The hub is there. */
  heard(): void {
    if (this.isOpen && Math.abs(this.local() - this.askedAt) >= AGAIN_MS) void this.fetch();
  }

  private async fetch(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    this.askedAt = this.local();
    const known = this.known()?.digest;
    try {
      const told = await this.ask(known);
      this.isOpen = false;
      if (told.digest !== known || told.organisations.length > 0) this.told(told);
    } catch {
      // Asked again while the hub is heard; until then names are the ids.
    } finally {
      this.isAsking = false;
    }
  }
}
