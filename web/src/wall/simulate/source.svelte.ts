// Feeds the wall from the simulated country.
import { UnitMirror } from '@samband/core/live/mirror';
import { countersOf, EMPTY_WALL, type WallData, type WallIncident, type WallSource } from '../data.ts';
import { INCIDENTS } from './incidents.ts';
import type { SimNews, SimOrder } from './worker.ts';
import { SIM_ORGANISATIONS } from './world.ts';

export interface SimulateOptions {
  units: number;
  /** All of them drive, nothing happens: for measuring. */
  allMove: boolean;
}

export class SimulatedWall implements WallSource {
  readonly units = new UnitMirror();
  data = $state.raw<WallData>(EMPTY_WALL);
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'samband-simulated' });
  private readonly startedAt = Date.now();
  private incidents: readonly WallIncident[] = [];

  constructor(private readonly options: SimulateOptions) {
    this.incidents = this.incidentsWith({});
    this.data = this.make();
    this.worker.onmessage = ({ data }: MessageEvent<SimNews>) => {
      if (data.kind === 'incidents') this.incidents = this.incidentsWith(data.unitIds);
      else this.units.apply(data.snapshot);
      this.data = this.make();
    };
    this.worker.postMessage({ kind: 'start', options: { units: options.units, seed: 112, allMove: options.allMove } } satisfies SimOrder);
  }

  stop(): void {
    this.worker.terminate();
  }

  private make(): WallData {
    return {
      deployment: 'Samband Jämtland',
      exercise: false,
      organisations: SIM_ORGANISATIONS,
      counters: countersOf(this.units),
      incidents: this.incidents,
      places: [],
      link: { state: 'live', since: this.startedAt, heardAt: Date.now() },
      networks: [],
      raps: { free: 14, total: 20 },
      ground: { south: 61.5, west: 11.8, north: 65.2, east: 17.2 },
      reserveLines: ['Leda över RAPS-1 och telefon.', 'Räddningsledaren ringer larmcentralen: 010-000 00 00.'],
      leases: [], phones: [],
      clockOffsetMs: 0,
    };
  }

  private incidentsWith(unitIds: Record<string, string[]>): WallIncident[] {
    if (this.options.allMove) return [];
    return INCIDENTS.map(({ ageS, ...incident }, number) => ({
      ...incident, unacknowledged: incident.acknowledged < incident.alarmed && incident.stage === 'larm ute',
      startedAt: this.startedAt - ageS * 1000, talkgroupIds: [`raps-${number + 1}`], unitIds: unitIds[incident.id] ?? [],
    }));
  }
}
