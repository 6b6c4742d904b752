// @vitest-environment happy-dom
import { Severity } from '@samband/core/gen/common_pb';
import type { Event } from '@samband/core/gen/event_pb';
import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { alarmed, event, party, unit } from '../../core/test/build.ts';
import { cabOf, pressed, reported } from '../test/cab.ts';
import { fill } from '../test/fill.ts';
import '../test/happy.ts';
import { press, show, type } from '../test/show.ts';
import { plain, Stage } from '../test/stage.ts';
import Report from '../terminal/Report.svelte';
import FormPanel from '../ui/FormPanel.svelte';
import * as alarm from './alarm.ts';
import * as briefing from './briefing.ts';
import * as help from './help.ts';
import type { Form } from './types.ts';

const location = { latitude: 63.3, longitude: 13.2 };
const said = {
  template: 4, majorIncident: true, exactPlace: 'E14', what: 'Trafikolycka', hazards: 'Inga', access: 'Fri väg', breakPoint: { description: 'kyrkan', location },
  casualties: { count: 3, trapped: 1, severity: Severity.HIGH }, resourcesOnScene: 'en bil', resourcesNeeded: 'Ambulans',
};
const filed = (more: object = {}): Event => event({ case: 'arrivalReportFiled', value: { reportId: 'r', unit: unit('2311010'), ...said, ...more } }, { owner: 'rtj' });
const valueOf = (form: Form, changed = {}) => (plain(fill(form, changed)) as { body: { value: object } }).body.value;

describe('a correction leaves what nobody touches as it stands', () => {
  it('of an arrival report at a desk', async () => {
    const stage = await Stage.live({ organisation: 'rtj' }, event({ case: 'incidentReported', value: {} }), filed());
    const { report } = stage.incident().arrivalReports[0]!;
    const form = briefing.arrivalReport(stage.subject(), 'r');
    expect(valueOf(form, { ...briefing.asWritten(report), access: 'Spärrad' })).toMatchObject({ unitId: '2311010', correctsReportId: 'r', ...said, access: 'Spärrad' });
    expect(valueOf(form, { ...briefing.asWritten(report), breakPoint: 'skolan', major: false })).toMatchObject({ breakPoint: { description: 'skolan' }, majorIncident: false });
  });

  it('of an arrival report in a vehicle', async () => {
    const { stage, cab } = await cabOf(reported(), event({ case: 'alarmRaised', value: { alarmId: 'a', parties: [party('rtj', '2311010')] } }), filed({ template: 1, damage: 'Rök' }));
    cab.panel = 'report';
    const shown = show(Report, () => ({}), { cab });
    press(shown.button('SÄND'));
    await pressed(stage, 1);
    expect(plain({ body: stage.bodies[0] } as never)).toMatchObject({ body: { value: { ...said, template: 1, damage: 'Rök', correctsReportId: 'r' } } });
  });

  it('of a hazard: also its place, as exact as it was', async () => {
    const exact = { latitude: 63.30000049, longitude: 13.2, accuracyM: 5 };
    const stage = await Stage.live({ organisation: 'sos' }, event({ case: 'hazardReported', value: { hazardId: 'h', hazard: { what: 'Gasol' }, location: exact } }));
    const form = help.hazard(stage.subject(), stage.incident().hazards.get('h'));
    expect([valueOf(form, { what: 'Gasol, tom' }), valueOf(form, { place: '63,1767 14,6361' })]).toMatchObject([{ location: exact }, { location: { latitude: 63.1767, longitude: 14.6361 } }]);
  });
});

describe('total information', () => {
  it('has what came while it was written, marked as new, and not what that took the place of', async () => {
    const street = (eventId: string, name: string) => event({ case: 'factStated', value: { value: { case: 'address', value: { street: name } } } }, { eventId });
    const stage = await Stage.live({ organisation: 'sos' }, event({ case: 'incidentReported', value: {} }), street('f1', 'Storgatan 1'), event({ case: 'hazardReported', value: { hazardId: 'h', hazard: { what: 'Gasol' } } }, { eventId: 'h1' }));
    const form = briefing.totalInformation(stage.subject());
    const shown = show(FormPanel, () => ({ form, session: stage.session, onclose: () => undefined }));
    press(shown.all<HTMLInputElement>('input[name=references]')[1]!);
    stage.add(street('f2', 'Storgatan 2'));
    flushSync();
    expect(shown.all('.new').map((one) => one.closest('label')?.textContent?.includes('Storgatan 2'))).toEqual([true]);
    type(shown.find('textarea'), 'gasol');
    shown.find<HTMLFormElement>('form').requestSubmit();
    expect(stage.bodies).toMatchObject([{ case: 'issueTotalInformation', value: { referenceEventIds: ['f2'] } }]);
  });
});

describe('with two alarms it is said which is meant', () => {
  const two = async (organisation: string) =>
    (await Stage.live({ organisation }, event({ case: 'incidentReported', value: {} }), alarmed(party('rtj')), event({ case: 'alarmRaised', value: { alarmId: 'b', parties: [party('rtj')] } }))).subject();

  it.each<[string, string, (subject: Awaited<ReturnType<typeof two>>) => Form]>([
    ['opening the gate', 'sos', alarm.openGate], ['declining', 'rtj', alarm.decline], ['alarming more', 'sos', (subject) => alarm.addParties(subject)],
  ])('%s', async (_what, organisation, make) => {
    const form = make(await two(organisation));
    const field = form.fields({}).find((one) => one.name === 'alarm');
    expect(field?.kind === 'select' ? field.choices.map((one) => one.value).sort() : []).toEqual(['a', 'b']);
    expect(['a', 'b'].map((id) => valueOf(form, { alarm: id, reason: 'x' }))).toMatchObject([{ alarmId: 'a' }, { alarmId: 'b' }]);
  });
});
