// @vitest-environment happy-dom
import { FACT_ORDER } from '@samband/core';
import { timestamp } from '@samband/core';
import type { Incident, Pressed } from '@samband/core';
import { Marking } from '@samband/core/gen/options_pb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmed, event, party } from '../../core/test/build.ts';
import type { Body } from '../../core/test/build.ts';
import { beginning, fill, required } from '../test/fill.ts';
import { plain, Stage, strike } from '../test/stage.ts';
import * as alarm from './alarm.ts';
import * as briefing from './briefing.ts';
import { fact } from './fact.ts';
import * as help from './help.ts';
import * as incident from './incident.ts';
import * as release from './release.ts';
import { timeOfDay, whole } from './types.ts';
import type { Form, Subject, Values } from './types.ts';

const rtj = { organisation: 'rtj', unit: { unitId: '2311010' } };
const events = () => [
  event({ case: 'incidentReported', value: { types: ['Brand i byggnad'] } }, { eventId: 'reported' }),
  alarmed(party('rtj', '2311010'), party('amb')),
  event({ case: 'declined', value: { alarmId: 'a', ...rtj, reason: 'upptagen' } }, { owner: 'rtj' }),
  event({ case: 'factStated', value: { value: { case: 'address', value: { street: 'Storgatan 1' } } } }, { eventId: 'address' }),
  event({ case: 'hazardReported', value: { hazardId: 'h', hazard: { what: 'Gasol', unNumber: 1965 } } }, { eventId: 'hazard', owner: 'rtj' }),
  event({ case: 'totalInformationIssued', value: { number: 1, material: true } }),
  event({ case: 'resourceRequested', value: { requestId: 'q', what: 'röjning' } }, { owner: 'amb' }),
  event({ case: 'resourceOffered', value: { offerId: 'o', requestId: 'q' } }),
  event({ case: 'mediaLineProposed', value: { mediaLineId: 'm', text: 'Kör inte', parties: ['sos'] } }, { owner: 'rtj' }),
  event({ case: 'talkgroupLeased', value: { talkgroup: { talkgroupId: 'raps-1', name: 'RAPS-1' } } }),
  event({ case: 'emergencyRaised', value: { emergencyId: 'n', ...rtj } }, { owner: 'rtj' }),
  event({ case: 'releaseRequested', value: { requestId: 'b', ofOwner: 'sos', marking: Marking.HEALTH, purpose: 'förflyttning' } }, { owner: 'polis' }),
  event({ case: 'releaseGranted', value: { releaseId: 'g', marking: Marking.HEALTH } }),
  event({ case: 'noteAdded', value: {} }, { owner: 'amb' }, [{ owner: 'amb', marking: Marking.HEALTH, howToAsk: 'RAPSLed' }]),
];

let stage: Stage;
let subject: Subject;
let here: Incident;

beforeEach(async () => {
  stage = await Stage.live({ organisation: 'sos' }, ...events());
  subject = stage.subject();
  here = stage.incident();
});
afterEach(() => {
  strike();
  localStorage.clear();
});

const the = <T>(value: T | undefined): T => value as T;
const asDesk = async (organisation: string) => (await Stage.live({ organisation }, ...events())).subject();

const TABLE: [what: string, form: () => Form | Promise<Form>, values: Values, body: Body['case'] | string, value: object, incidentId?: string | undefined][] = [
  ['alarm by the plan the hub chooses', () => alarm.alarm(subject), { alarmText: 'Brand' }, 'raiseAlarm', { plan: 'auto', parties: [], alarmText: 'Brand' }],
  ['alarm by hand', () => alarm.alarm(subject), { plan: '-', parties: ['rtj:2311030', 'amb'], dueSeconds: '45', reason: 'gasol', talkgroup: 'raps-2' }, 'raiseAlarm',
    { parties: [{ organisation: 'rtj', unitId: '2311030', required: true, dueSeconds: 45 }, { organisation: 'amb', required: true, dueSeconds: 45 }], reason: 'gasol', talkgroupId: 'raps-2' }],
  ['alarm without talkgroup, not required', () => alarm.alarm(subject), { plan: 'trafik', parties: ['polis'], required: false, talkgroup: '-' }, 'raiseAlarm', { plan: 'trafik', parties: [{ organisation: 'polis', required: false }], withoutTalkgroup: true }],
  ['more parties', () => alarm.addParties(subject), { parties: ['polis'] }, 'addParties', { alarmId: 'a', parties: [{ organisation: 'polis', required: true }] }],
  ['somebody instead of who declined', () => alarm.addParties(subject), { parties: ['rtj:2311030'], replaces: 'a|rtj:2311010', reason: 'ersätter' }, 'addParties',
    { alarmId: 'a', parties: [{ organisation: 'rtj', unitId: '2311030', required: true }], replaces: { organisation: 'rtj', unitId: '2311010' }, reason: 'ersätter' }],
  ['decline for one’s own desk', async () => alarm.decline(await asDesk('amb')), { reason: 'ingen ledig' }, 'decline', { alarmId: 'a', reason: 'ingen ledig' }],
  ['waive', () => alarm.waive(subject), { reason: 'når inte fram' }, 'waiveParty', { alarmId: 'a', party: { organisation: 'amb' }, reason: 'når inte fram' }],
  ['recall everybody', () => alarm.recall(subject), { reason: 'falskt' }, 'recallAlarm', { alarmId: 'a', parties: [{ organisation: 'amb' }, { organisation: 'rtj', unitId: '2311010' }], reason: 'falskt' }],
  ['open the gate', () => alarm.openGate(subject), { reason: 'livsfara' }, 'openGate', { alarmId: 'a', reason: 'livsfara' }],
  ['total information', () => briefing.totalInformation(subject), { sharedText: 'gasol' }, 'issueTotalInformation', { referenceEventIds: ['address', 'hazard'], sharedText: 'gasol', material: true }],
  ['"Uppfattat" for another', () => briefing.confirmTotalFor(subject), { party: 'rtj:2311010' }, 'confirmTotalInformation', { number: 1, relayedFor: { organisation: 'rtj', unitId: '2311010' } }],
  ['arrival report from a desk', async () => briefing.arrivalReport(await asDesk('rtj')), { what: 'Villa', damage: 'öppna lågor', casualties: '0', breakPoint: 'kyrkan', major: true }, 'fileArrivalReport',
    { unitId: '2311010', template: 1, majorIncident: true, what: 'Villa', damage: 'öppna lågor', breakPoint: { description: 'kyrkan' }, casualties: { count: 0 } }],
  ['a corrected arrival report', async () => briefing.arrivalReport(await asDesk('rtj'), 'r1'), { what: 'Lada' }, 'fileArrivalReport', { unitId: '2311010', template: 1, correctsReportId: 'r1', what: 'Lada' }],
  ['sitrep of the desk itself', async () => briefing.sitrep(await asDesk('rtj')), { situation: 'röjt', casualties: '2' }, 'fileSitrep', { situation: 'röjt', casualties: { count: 2 } }],
  ['status of a unit', async () => briefing.unitStatus(await asDesk('rtj')), { code: 'F', atBreakPoint: true }, 'reportUnitStatus', { unitId: '2311010', code: 'F', atBreakPoint: true }],
  ['a unit’s own state', async () => briefing.unitState(await asDesk('rtj')), { unit: '2311030', crew: '5' }, 'reportUnitState', { unitId: '2311030', onDuty: true, crewSize: 5, capabilities: [] }, undefined],
  ['sign a unit off', async () => briefing.signOff(await asDesk('rtj')), {}, 'signOffUnit', { unitId: '2311010' }, undefined],
  ['make a unit covert', async () => briefing.covert(await asDesk('rtj')), {}, 'setCovert', { unitId: '2311010', covert: true }, undefined],
  ['ask for help', () => help.request(subject), { what: 'motorsåg', quantity: '2', to: ['rtj'], reportTo: 'kyrkan' }, 'requestResource', { toOrganisations: ['rtj'], what: 'motorsåg', quantity: 2, reportTo: { description: 'kyrkan' } }],
  ['offer help', async () => help.offer(await asDesk('rtj'), here.requests.get('q')), { units: ['2311010'] }, 'offerResource', { requestId: 'q', what: 'röjning', unitIds: ['2311010'] }],
  ['decline a request', () => help.declineRequest(subject, the(here.requests.get('q'))), { reason: 'ingen ledig' }, 'declineRequest', { requestId: 'q', reason: 'ingen ledig' }],
  ['close a request', () => help.closeRequest(subject, the(here.requests.get('q'))), { reason: 'löst' }, 'closeRequest', { requestId: 'q', reason: 'löst' }],
  ['send help home', () => help.returnResource(subject, the(here.offers.get('o'))), {}, 'returnResource', { offerId: 'o', unitIds: [] }],
  ['a hazard', () => help.hazard(subject), { what: 'Gasol', unNumber: '1965', standOff: '300', place: '63,1767 14,6361' }, 'reportHazard', { hazard: { what: 'Gasol', unNumber: 1965, standOffM: 300 }, location: { latitude: 63.1767, longitude: 14.6361 } }],
  ['an amended hazard', () => help.hazard(subject, here.hazards.get('h')), { what: 'Gasol, tom' }, 'reportHazard', { hazardId: 'h', hazard: { what: 'Gasol, tom', unNumber: 1965 } }],
  ['the end of a hazard', () => help.endHazard(subject, the(here.hazards.get('h'))), { reason: 'borta' }, 'endHazard', { hazardId: 'h', reason: 'borta' }],
  ['a media line', () => help.mediaLine(subject), { text: 'Kör inte' }, 'proposeMediaLine', { text: 'Kör inte', parties: [] }],
  ['no to a media line', () => help.answerMedia(subject, the(here.mediaLines.get('m'))), { agrees: false, reason: 'fel' }, 'answerMediaLine', { mediaLineId: 'm', agrees: false, reason: 'fel' }],
  ['the next free talkgroup', () => help.lease(subject), {}, 'leaseTalkgroup', {}],
  ['a text on the incident’s talkgroup', () => help.message(subject, undefined), { text: 'möts vid kyrkan', confirm: true }, 'sendMessage', { talkgroupId: 'raps-1', text: 'möts vid kyrkan', priority: 1, confirm: true }, undefined],
  ['an emergency that was heard', async () => help.emergency(await asDesk('rtj')), { what: 'fastklämd', unit: '2311030' }, 'raiseEmergency', { unitId: '2311030', what: 'fastklämd' }],
  ['the end of an emergency', () => help.cancelEmergency(subject, the(here.emergencies.get('n'))), { reason: 'loss' }, 'cancelEmergency', { emergencyId: 'n', reason: 'loss', byMistake: false }],
  ['a note', () => incident.note(subject), { note: ' ring igen ' }, 'addNote', { note: 'ring igen' }],
  ['take to a desk', () => incident.claim(subject), { desk: 'Bord 3' }, 'claimDesk', { desk: 'Bord 3' }],
  ['hand over', () => incident.handOver(subject), { desk: 'Bord 4', remark: 'ring' }, 'handOverDesk', { toDesk: 'Bord 4', remark: 'ring' }],
  ['a number elsewhere', () => incident.externalNumber(subject), { system: 'CoordCom', number: '1312001' }, 'addExternalNumber', { number: { system: 'CoordCom', number: '1312001' } }],
  ['draw in', () => incident.involve(subject), { reason: 'storm', organisation: 'kommun' }, 'involveOrganisation', { organisation: 'kommun', reason: 'storm' }],
  ['offer the lead', () => incident.offerLead(subject), { organisation: 'rtj' }, 'offerLead', { toOrganisation: 'rtj' }],
  ['stand down', () => incident.standDown(subject), {}, 'standDown', {}],
  ['close', () => incident.close(subject), { outcome: '2', reason: 'torrkokning' }, 'closeIncident', { outcome: 2, reason: 'torrkokning' }],
  ['reopen', () => incident.reopen(subject), { reason: 'ryker' }, 'reopenIncident', { reason: 'ryker' }],
  ['ask for what is withheld', () => release.requestRelease(subject), { purpose: 'blodprov' }, 'requestRelease', { ofOwner: 'amb', marking: Marking.HEALTH, purpose: 'blodprov' }],
  ['release what was asked for', () => release.grantRelease(subject, here.releaseRequests.get('b')), { reason: 'behövs' }, 'grantRelease', { requestId: 'b', ground: 'OSL 10:2', reason: 'behövs', fromStart: true, minutes: 30 }],
  ['release unasked', () => release.grantRelease(subject), { to: 'rtj', marking: String(Marking.CALLER), ground: 'samtycke', reason: 'x', minutes: '', fromStart: false }, 'grantRelease', { marking: Marking.CALLER, toOrganisation: 'rtj', level: 3, ground: 'samtycke', reason: 'x', fromStart: false }],
  ['refuse a release', () => release.refuseRelease(subject, the(here.releaseRequests.get('b'))), { reason: 'nej' }, 'refuseRelease', { requestId: 'b', reason: 'nej' }],
  ['take a release back', () => release.revokeRelease(subject, the(here.releases.get('g'))), { reason: 'klart' }, 'revokeRelease', { releaseId: 'g', reason: 'klart' }],
];

describe('a form makes the command', () => {
  it.each(TABLE)('to %s', async (...row) => {
    const [, form, values, kind, value] = row;
    const incidentId = row.length > 5 ? undefined : 'i';
    expect(plain(fill(await form(), values))).toEqual({ ...(incidentId ? { incidentId } : {}), body: { case: kind, value } });
  });
});

describe('a new incident', () => {
  const values = { types: 'Brand i byggnad, Lägenhet, ', street: 'Storgatan 1', municipality: 'Åre', place: '63,1767 14,6361', description: 'rök', hazard: 'gasol', casualties: '2', callerPhone: '070-1740605', priority: '1' };

  it('has what was said on the telephone, as facts', () => {
    expect(plain(fill(incident.newIncident(subject), { ...values, plan: '' }))).toEqual({
      body: {
        case: 'reportIncident',
        value: {
          types: ['Brand i byggnad', 'Lägenhet'], exercise: false,
          facts: [
            { value: { case: 'address', value: { street: 'Storgatan 1', municipality: 'Åre' } } }, { value: { case: 'location', value: { latitude: 63.1767, longitude: 14.6361 } } },
            { value: { case: 'description', value: { text: 'rök' } } }, { value: { case: 'hazard', value: { what: 'gasol' } } }, { value: { case: 'casualties', value: { count: 2 } } },
            { value: { case: 'caller', value: { phone: '070-1740605' } } }, { value: { case: 'priority', value: { value: '1' } } },
          ],
        },
      },
    });
  });

  it('is alarmed by plan when the hub has it, unless somebody chose not to', () => {
    const next = (plan: string) => fill(incident.newIncident(subject), { ...values, plan }).then;
    expect(plain(next('auto') as Pressed)).toEqual({ body: { case: 'raiseAlarm', value: { plan: 'auto', alarmText: 'rök', parties: [] } } });
    expect(next('')).toBeUndefined();
  });

  it('is not alarmed by whoever may not alarm', async () => {
    const form = incident.newIncident((await Stage.live({ organisation: 'kommun' })).subject());
    expect(form.fields({}).map((field) => field.name)).not.toContain('plan');
  });
});

describe('a notice', () => {
  it('has its types and times', () => {
    const form = incident.notice({ session: stage.session });
    stage.session.now = new Date(2026, 10, 25, 12, 0).getTime();
    const pressed = fill(form, { types: 'Vind,', text: 'byar', validUntil: '18:00', organisations: ['rtj'] });
    expect(plain(pressed)).toEqual({ body: { case: 'issueAdvanceNotice', value: { types: ['Vind'], text: 'byar', validUntil: { seconds: new Date(2026, 10, 25, 18, 0).getTime() / 1000, nanos: 0 }, organisations: ['rtj'], exercise: false } } });
  });

  it.each<[string, string, Date, Date]>([
    ['06:00', '18:00', new Date(2026, 10, 26, 6), new Date(2026, 10, 26, 18)], ['28/11 22:00', '04:00', new Date(2026, 10, 28, 22), new Date(2026, 10, 29, 4)],
    ['2026-12-24 06:00', '2/1 06.00', new Date(2026, 11, 24, 6), new Date(2027, 0, 2, 6)],
  ])('from %s until %s ends after it begins', (validFrom, validUntil, from, until) => {
    stage.session.now = new Date(2026, 10, 25, 12, 0).getTime();
    const { value } = fill(incident.notice({ session: stage.session }), { types: 'Vind', text: 'byar', validFrom, validUntil }).body as { value: { validFrom: { seconds: bigint }; validUntil: { seconds: bigint } } };
    expect([value.validFrom, value.validUntil].map((one) => Number(one.seconds) * 1000)).toEqual([from.getTime(), until.getTime()]);
  });

  it('that stands keeps its times when something else of it is amended', async () => {
    const [from, until] = [new Date(2026, 10, 27, 6).getTime(), new Date(2026, 10, 29, 18).getTime()];
    const other = await Stage.live({ organisation: 'sos' }, event({ case: 'advanceNoticeIssued', value: { types: ['Vind'], text: 'byar', validFrom: timestamp(from), validUntil: timestamp(until) } }));
    expect(fill(incident.notice(other.subject()), { text: 'hårda byar' }).body).toMatchObject({ value: { validFrom: timestamp(from), validUntil: timestamp(until) } });
  });

  it('that stands is amended, and begins with what it says', async () => {
    const other = await Stage.live({ organisation: 'sos' }, event({ case: 'advanceNoticeIssued', value: { types: ['Vind'], text: 'byar' } }));
    const form = incident.notice(other.subject());
    expect([form.id, fill(form, { validUntil: '18:00' }).body]).toMatchObject(['amendNotice', { case: 'amendAdvanceNotice', value: { types: ['Vind'], text: 'byar' } }]);
    expect(fill(incident.withdrawNotice(other.subject()), { reason: 'lugnt' }).body).toMatchObject({ case: 'withdrawAdvanceNotice', value: { reason: 'lugnt' } });
  });
});

it('everybody is called back from every alarm', async () => {
  const two = await Stage.live({ organisation: 'sos' }, ...events(), event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('polis')] } }));
  const form = alarm.recall(two.subject());
  const values = { ...beginning(form.fields({})), reason: 'falskt' };
  expect([form.send(values), ...(form.also?.(values) ?? [])].map((one) => (one.body.case === 'recallAlarm' ? [one.body.value.alarmId, one.body.value.parties?.length] : []))).toEqual([['b', 1], ['a', 2]]);
});

it('two incidents are linked, the duplicate first', async () => {
  const both = await Stage.live({ organisation: 'sos' }, ...events(), event({ case: 'incidentReported', value: { types: ['Rök'] } }, { incidentId: 'j' }));
  expect(plain(fill(incident.link(both.subject()), { reason: 'samma' }))).toEqual({ incidentId: 'i', body: { case: 'linkIncident', value: { otherIncidentId: 'j', kind: 2, reason: 'samma' } } });
});

describe('a fact', () => {
  it.each<[string, Values, object]>([
    ['address', { street: 'A', floor: '3' }, { street: 'A', floor: '3' }], ['location', { place: '63,1767 14,6361' }, { latitude: 63.1767, longitude: 14.6361 }],
    ['caller', { name: 'Eva', phone: '070' }, { name: 'Eva', phone: '070' }], ['patients', { name: 'Sven', personalNumber: '193805121239' }, { patients: [{ name: 'Sven', personalNumber: '193805121239' }] }],
    ['health', { condition: 'stabil', severity: '2' }, { condition: 'stabil', severity: 2 }], ['casualties', { count: '0', trapped: '1' }, { count: 0, trapped: 1 }],
    ['hazard', { what: 'gas', standOff: '50' }, { what: 'gas', standOffM: 50 }], ['threat', { assessment: 'hot', weapons: true, severity: '3' }, { assessment: 'hot', weapons: true, level: 3 }],
    ['safety', { instruction: 'vänta' }, { instruction: 'vänta', threat: true }], ['suspect', { name: 'Nils', description: 'lång' }, { name: 'Nils', description: 'lång' }],
    ['accessCode', { doorCode: '1234' }, { doorCode: '1234' }], ['objectCard', { text: 'tak', reference: 'K1' }, { text: 'tak', reference: 'K1' }],
    ['vehicle', { registration: 'ABC123' }, { registration: 'ABC123' }], ['breakPoint', { description: 'kyrkan', place: '63,1767 14,6361' }, { description: 'kyrkan', location: { latitude: 63.1767, longitude: 14.6361 } }],
    ['talkgroups', { names: 'RAPS-1, RAPS-2,' }, { names: ['RAPS-1', 'RAPS-2'] }], ['priority', { value: '1' }, { value: '1' }],
    ['description', { text: 'rök' }, { text: 'rök' }], ['alarmText', { text: 'brand' }, { text: 'brand' }],
  ])('of kind %s', (kind, values, value) => {
    const form = fact(subject, kind as Parameters<typeof fact>[1]);
    expect(plain(fill(form, { kind, ...values }))).toEqual({ incidentId: 'i', shareWith: [], body: { case: 'stateFact', value: { value: { case: kind, value } } } });
    expect(plain(fill(form, { kind, ...values, withdraw: true }))).toEqual({ incidentId: 'i', shareWith: [], body: { case: 'stateFact', value: { value: { case: kind, value: {} }, withdraw: true } } });
  });

  it('of which nothing is said is not sent: it would replace what stands', () => {
    for (const kind of FACT_ORDER) expect([kind, fact(subject, kind).isEmpty?.({ kind })]).toEqual([kind, true]);
    const form = fact(subject, 'casualties');
    expect([form.isEmpty?.({ kind: 'casualties', count: '0' }), form.isEmpty?.({ kind: 'casualties', withdraw: true })]).toEqual([false, false]);
  });

  it('of a threat carries the warning that may be shared, as a fact of its own', () => {
    const sent = fill(fact(subject, 'threat'), { kind: 'threat', assessment: 'beväpnad', derived: 'vänta', breakPoint: 'kyrkan', shareWith: ['rtj'] });
    expect(plain(sent)).toMatchObject({ shareWith: ['rtj'], body: { value: { derived: { threat: true, instruction: 'vänta' }, derivedBreakPoint: { description: 'kyrkan' } } } });
  });
});

describe('what has to be filled in', () => {
  it('is what the hub would refuse without', async () => {
    expect(required(incident.newIncident(subject))).toEqual(['types']);
    expect([required(alarm.alarm(subject), { plan: 'auto' }), required(alarm.alarm(subject), { plan: '-' })]).toEqual([[], ['parties', 'reason']]);
    for (const form of [alarm.openGate(subject), alarm.waive(subject), alarm.recall(subject), alarm.decline(await asDesk('amb'))]) expect(required(form)).toContain('reason');
    expect([required(incident.withdrawNotice(subject)), required(help.declineRequest(subject, the(here.requests.get('q'))))]).toEqual([['reason'], ['reason']]);
    expect([required(help.answerMedia(subject, the(here.mediaLines.get('m')))), required(help.answerMedia(subject, the(here.mediaLines.get('m'))), { agrees: false })]).toEqual([[], ['reason']]);
    expect(required(release.grantRelease(subject, here.releaseRequests.get('b')))).toEqual(['ground', 'reason']);
  });

  it('is somebody to call back: nobody would mean everybody', () => expect(required(alarm.recall(subject))).toContain('parties'));

  it('has to be pressed twice where it cannot be undone', async () => {
    const forms = [alarm.openGate(subject), alarm.waive(subject), alarm.recall(subject), alarm.decline(await asDesk('amb')), incident.close(subject), incident.standDown(subject), release.grantRelease(subject), help.emergency(subject)];
    expect(forms.filter((form) => !form.twoSteps).map((form) => form.id)).toEqual([]);
  });

  it('is offered only where it can be: grounds that bear this marking to this receiver', () => {
    const form = release.grantRelease(subject);
    const grounds = (values: Values) => form.fields(values).flatMap((field) => (field.kind === 'select' && field.name === 'ground' ? field.choices.map((one) => one.value) : []));
    expect(grounds({ marking: String(Marking.HEALTH), to: 'polis' })).toEqual(['OSL 10:2', 'OSL 10:23']);
    expect(grounds({ marking: String(Marking.HEALTH), to: 'rtj' })).toEqual(['OSL 10:2']);
    expect(grounds({ marking: String(Marking.HEALTH), to: 'kommun' })).toEqual([]);
  });

  it('offers talkgroups of the same kind: an exercise gets those of exercises', async () => {
    const exercise = await Stage.live({ organisation: 'sos' }, event({ case: 'incidentReported', value: {} }, { exercise: true }));
    const groups = (form: Form) => form.fields({}).flatMap((field) => (field.kind === 'select' && field.name === 'talkgroup' ? field.choices.map((one) => one.value) : []));
    expect([groups(help.lease(subject)), groups(help.lease(exercise.subject()))]).toEqual([['', 'raps-1', 'raps-2'], ['', 'ov-1']]);
    expect(groups(alarm.alarm(exercise.subject()))).toEqual(['', 'ov-1', '-']);
  });
});

describe('a time of day', () => {
  const at = (hours: number, minutes: number, day = 25) => new Date(2026, 10, day, hours, minutes).getTime();
  const now = at(14, 30);
  it.each<[string, number | undefined]>([
    ['15:00', at(15, 0)], ['1500', at(15, 0)], ['15.00', at(15, 0)], [' 9:05 ', at(9, 5, 26)], ['14:28', at(14, 28)], ['14:30', now], ['14:24', at(14, 24, 26)], ['00:00', at(0, 0, 26)],
    ['24:00', undefined], ['12:60', undefined], ['klockan tre', undefined], ['', undefined], ['7', undefined],
  ])('"%s" is the next time the clock shows that', (written, expected) => expect(timeOfDay(written, now)).toBe(expected));

  it('a minute ago is now, also over midnight', () => expect(timeOfDay('23:58', at(0, 1, 26))).toBe(at(23, 58, 25)));
  it('is the wall’s time on the day the clock changes', () => {
    const before = new Date(2026, 9, 24, 22, 0).getTime();
    expect(timeOfDay('06:00', before)).toBe(new Date(2026, 9, 25, 6, 0).getTime());
  });
});

it.each<[string, number | undefined]>([['0', 0], [' 12 ', 12], ['1 000', 1000], ['4294967295', 4294967295], ['4294967296', undefined], ['-1', undefined], ['1,5', undefined], ['två', undefined], ['1e3', undefined], ['', undefined]])(
  'the whole number "%s" is %s', (written, number) => expect(whole({ n: written }, 'n')).toBe(number));
