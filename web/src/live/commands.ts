import type { Messages } from '../texts/index.ts';

/** Commands of the contract, by the name of the action that makes them. */
export const ACTION_OF: Record<string, keyof Messages['forms']['actions']> = {
  reportIncident: 'newIncident', stateFact: 'fact', addNote: 'note', addExternalNumber: 'externalNumber', claimDesk: 'claim', handOverDesk: 'handOver', linkIncident: 'link',
  involveOrganisation: 'involve', offerLead: 'offerLead', acceptLead: 'acceptLead', standDown: 'standDown', closeIncident: 'close', reopenIncident: 'reopen', raiseAlarm: 'alarm',
  addParties: 'addParties', acknowledge: 'acknowledge', decline: 'decline', waiveParty: 'waive', recallAlarm: 'recall', openGate: 'openGate', issueTotalInformation: 'totalInformation',
  confirmTotalInformation: 'confirmTotal', fileArrivalReport: 'arrivalReport', fileSitrep: 'sitrep', reportUnitStatus: 'unitStatus', leaseTalkgroup: 'lease', returnTalkgroup: 'returnTalkgroup',
  sendMessage: 'message', confirmMessage: 'confirmTotal', reportUnitState: 'unitState', signOffUnit: 'signOff', setCovert: 'covert', raiseEmergency: 'emergency',
  acknowledgeEmergency: 'acknowledgeEmergency', cancelEmergency: 'cancelEmergency', requestResource: 'request', offerResource: 'offer', declineRequest: 'declineRequest',
  acceptOffer: 'acceptOffer', deployResource: 'deploy', returnResource: 'returnResource', closeRequest: 'closeRequest', reportHazard: 'hazard', endHazard: 'endHazard',
  proposeMediaLine: 'mediaLine', answerMediaLine: 'answerMedia', issueAdvanceNotice: 'notice', amendAdvanceNotice: 'amendNotice', withdrawAdvanceNotice: 'withdrawNotice',
  convertAdvanceNotice: 'convertNotice', requestRelease: 'requestRelease', grantRelease: 'grantRelease', refuseRelease: 'refuseRelease', revokeRelease: 'revokeRelease',
};
