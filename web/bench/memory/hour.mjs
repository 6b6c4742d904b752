const SOS = 'sos-alarm/operator';
const FIRE = 'raddning-jamtland/operator';
const UNITS = [['raddning-jamtland', '2312110'], ['region-jh', '3269110']];

/** An hour of a county: incidents that are reported, alarmed, answered, worked with and closed. */
export async function playHour(hub, incidents) {
  for (let number = 0; number < incidents; number += 1) await playIncident(hub, number);
}

async function playIncident(hub, number) {
  const { incidentId } = await hub.submit(SOS, undefined, {
    case: 'reportIncident',
    value: {
      types: ['Trafikolycka'],
      facts: [
        { value: { case: 'address', value: { street: `E14 ${number}`, municipality: 'Åre' } } }, { value: { case: 'location', value: { latitude: 63.3 + number / 100, longitude: 13.2 } } },
        { value: { case: 'description', value: { text: 'Två bilar, en person fastklämd, bränsle på vägen' } } }, { value: { case: 'casualties', value: { count: 2, trapped: 1 } } },
        { value: { case: 'caller', value: { name: 'Karin Lund', phone: '070-1740611' } } }, { value: { case: 'priority', value: { value: '1' } } },
      ],
    },
  });
  const say = (as, body) => hub.submit(as, incidentId, body);
  const { talkgroupId } = await say(SOS, {
    case: 'raiseAlarm',
    value: {
      alarmText: 'Trafikolycka E14', reason: 'mätning',
      parties: [...UNITS.map(([organisation, unitId]) => ({ organisation, unitId, required: true, dueSeconds: 600 })), { organisation: 'polis-nord', required: false, dueSeconds: 600 }],
    },
  });
  const crews = UNITS.map(([organisation, unitId]) => `${organisation}/unit:${unitId}`);
  for (const crew of crews) await say(crew, { case: 'acknowledge', value: {} });
  await say('polis-nord/operator', { case: 'acknowledge', value: {} });
  await say(SOS, { case: 'issueTotalInformation', value: { sharedText: `Samling vid kyrkan ${number}`, material: true, referenceEventIds: [] } });
  for (const crew of crews) await say(crew, { case: 'reportUnitStatus', value: { code: 'U' } });
  for (const crew of crews) await say(crew, { case: 'reportUnitStatus', value: { code: 'F' } });
  await say(crews[0], { case: 'fileArrivalReport', value: { template: 1, what: 'Två personbilar', damage: 'En fastklämd', hazards: 'Bränsle', resourcesNeeded: 'Bärgare' } });
  await say(crews[0], { case: 'reportHazard', value: { hazard: { what: 'Bränsle på vägen', standOffM: 50 }, location: { latitude: 63.3 + number / 100, longitude: 13.2 } } });
  await say(FIRE, { case: 'requestResource', value: { what: 'Avspärrning', quantity: 1, toOrganisations: ['polis-nord'] } });
  for (let line = 0; line < 4; line += 1) {
    if (talkgroupId) await hub.submit(crews[0], undefined, { case: 'sendMessage', value: { talkgroupId, text: `Läget oförändrat ${line}`, priority: 1, confirm: false } }).catch(() => undefined);
    await say(line % 2 ? FIRE : SOS, { case: 'addNote', value: { sharedText: `Anteckning ${line} om läget på platsen` } });
  }
  await say(crews[0], { case: 'fileSitrep', value: { situation: 'En person losstagen, vägen avstängd', measures: 'Sanering' } });
  for (const crew of crews) await say(crew, { case: 'reportUnitStatus', value: { code: 'K' } }).catch(() => undefined);
  for (const [organisation] of [...UNITS, ['polis-nord']]) await say(`${organisation}/operator`, { case: 'standDown', value: {} }).catch(() => undefined);
  await say(SOS, { case: 'closeIncident', value: { outcome: 1 } });
  for (const [organisation, unitId] of UNITS) await hub.submit(`${organisation}/unit:${unitId}`, undefined, { case: 'reportUnitState', value: { onDuty: true, capabilities: [] } }).catch(() => undefined);
}
