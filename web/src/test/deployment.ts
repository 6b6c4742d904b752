import { create } from '@bufbuild/protobuf';
import { ReportTemplate, UnitState } from '@samband/core/gen/common_pb';
import { DeploymentSchema } from '@samband/core/gen/directory_pb';
import { Marking } from '@samband/core/gen/options_pb';

const CODES = [
  { code: 'U', text: 'På väg', state: UnitState.EN_ROUTE, acknowledges: true }, { code: 'F', text: 'Framme', state: UnitState.ON_SCENE, after: ['U'] },
  { code: 'H', text: 'Hemåt', state: UnitState.RETURNING, after: ['F'] }, { code: 'K', text: 'Klar', state: UnitState.AVAILABLE, after: ['H'] },
];

/** A small county. */
export const DEPLOYMENT = create(DeploymentSchema, {
  digest: 'd', name: 'Samband Prov', ground: { south: 61, west: 10, north: 65.5, east: 18 },
  organisations: [
    { id: 'sos', name: 'SOS Alarm', shortName: 'SOS', kind: 'sos', alarmRight: true, dueSeconds: 30, phone: '070-1740605' },
    { id: 'rtj', name: 'Räddningstjänsten', shortName: 'RTJ', kind: 'räddning', alarmRight: true, phone: '070-1740607', statusCodes: CODES, reportTemplate: ReportTemplate.OSH },
    { id: 'amb', name: 'Ambulanssjukvården', shortName: 'AMB', kind: 'ambulans', alarmRight: true, statusCodes: CODES },
    { id: 'polis', name: 'Polisregion Nord', shortName: 'POLIS', kind: 'polis', alarmRight: true },
    { id: 'kommun', name: 'Kommunen', shortName: 'KOM', kind: 'kommun' },
    { id: 'radio', name: 'Öppen radio', nobody: true },
  ],
  units: [
    { unitId: '2311010', organisation: 'rtj', callSign: '2 31-1010', kind: 'släckbil', locality: 'Östersund' },
    { unitId: '2311030', organisation: 'rtj', callSign: '2 31-1030', kind: 'höjdfordon', locality: 'Östersund' },
    { unitId: '3269010', organisation: 'amb', callSign: '3 26-9010', kind: 'ambulans', locality: 'Östersund' },
    { unitId: '3261010', organisation: 'amb', callSign: '3 26-1010', kind: 'ambulans', locality: 'Åre' },
  ],
  plans: [{ name: 'brand-i-byggnad', types: ['Brand i byggnad'] }, { name: 'trafik', types: ['Trafikolycka'] }],
  talkgroups: [
    { talkgroupId: 'raps-1', name: 'RAPS-1', kind: 'raps', maySend: true, mayLease: true }, { talkgroupId: 'raps-2', name: 'RAPS-2', kind: 'raps', maySend: true, mayLease: true },
    { talkgroupId: 'ov-1', name: 'ÖVN-1', kind: 'raps', maySend: true, mayLease: true, exercise: true }, { talkgroupId: 'lyss', name: 'Lyssna', kind: 'reserv' },
  ],
  markings: [{ marking: Marking.HEALTH, key: 'halsa', text: 'Hälsouppgifter' }, { marking: Marking.CALLER, key: 'ringare', text: 'Inringare' }],
  grounds: [
    { name: 'OSL 10:2', text: 'nödvändigt', markings: [Marking.HEALTH, Marking.CALLER], receivers: ['polis', 'rtj'] },
    { name: 'OSL 10:23', text: 'grova brott', markings: [Marking.HEALTH], receivers: ['polis'] },
    { name: 'samtycke', text: 'samtycke', markings: [Marking.CALLER], receivers: ['rtj'] },
  ],
  releases: [{ marking: Marking.HEALTH, receivers: ['polis/command'] }, { marking: Marking.CALLER, receivers: ['rtj'] }],
  reserveLines: ['Larma i Rakel.', 'Skriv på papper.'], municipalities: ['Åre', 'Östersund'],
});
