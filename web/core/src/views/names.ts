import type { UnitRef } from '../gen/common_pb.ts';
import type { Deployment, OrganisationEntry, StatusCodeEntry, TalkgroupEntry, UnitEntry } from '../gen/directory_pb.ts';
import type { Marking } from '../gen/options_pb.ts';

/** What organisation kinds look like everywhere: shape and hue. */
export type OrganisationShape = 'fire' | 'ambulance' | 'police' | 'other';

const SHAPES: Record<string, OrganisationShape> = { räddning: 'fire', ambulans: 'ambulance', polis: 'police' };

/** What things are called in this deployment. Without one, everything is called by its id: wrong for nobody, and never blank. */
export class Names {
  private readonly organisations: Map<string, OrganisationEntry>;
  private readonly units: Map<string, UnitEntry>;
  private readonly markings: Map<Marking, string>;
  private readonly talkgroups: Map<string, TalkgroupEntry>;

  constructor(readonly deployment: Deployment | undefined) {
    this.organisations = new Map(deployment?.organisations.map((one) => [one.id ?? '', one]));
    this.units = new Map(deployment?.units.map((one) => [one.unitId ?? '', one]));
    this.markings = new Map(deployment?.markings.map((one) => [one.marking ?? 0, one.text ?? '']));
    this.talkgroups = new Map(deployment?.talkgroups.map((one) => [one.talkgroupId ?? '', one]));
  }

  entry(organisation: string | undefined): OrganisationEntry | undefined {
    return this.organisations.get(organisation ?? '');
  }

  /** What fits a column. */
  short(organisation: string | undefined): string {
    return this.entry(organisation)?.shortName ?? organisation ?? '';
  }

  full(organisation: string | undefined): string {
    return this.entry(organisation)?.name ?? organisation ?? '';
  }

  shape(organisation: string | undefined): OrganisationShape {
    return SHAPES[this.entry(organisation)?.kind ?? ''] ?? 'other';
  }

  unitEntry(unitId: string | undefined): UnitEntry | undefined {
    return this.units.get(unitId ?? '');
  }

  /** Call sign of a unit. */
  unit(unit: UnitRef | { unitId?: string | undefined; callSign?: string | undefined } | undefined): string {
    return unit?.callSign ?? this.units.get(unit?.unitId ?? '')?.callSign ?? unit?.unitId ?? '';
  }

  /** A party: the call sign, or the organisation itself. */
  party(organisation: string | undefined, unit: UnitRef | undefined): string {
    return unit?.unitId ? this.unit(unit) : this.short(organisation);
  }

  marking(marking: Marking | undefined): string | undefined {
    return this.markings.get(marking ?? 0);
  }

  talkgroup(id: string | undefined): TalkgroupEntry | undefined {
    return this.talkgroups.get(id ?? '');
  }

  codes(organisation: string | undefined): readonly StatusCodeEntry[] {
    return this.entry(organisation)?.statusCodes ?? [];
  }

  code(organisation: string | undefined, code: string | undefined): StatusCodeEntry | undefined {
    return this.codes(organisation).find((one) => one.code === code);
  }

  /**
   * The code that usually comes next. Without an assignment the one that begins it; after the last none. Of several the one that most often
   * does: the first in the organisation's own table that has the present code foremost among those before it.
   */
  nextCode(organisation: string | undefined, present: string | undefined): StatusCodeEntry | undefined {
    const codes = this.codes(organisation);
    if (present === undefined) return codes.find((one) => one.after.length === 0);
    return codes.find((one) => one.after[0] === present) ?? codes.find((one) => one.after.includes(present));
  }
}
