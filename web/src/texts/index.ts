import * as common from './common.ts';
import * as console from './console.ts';
import * as events from './events.ts';
import * as forms from './forms.ts';
import * as map from './map.ts';
import * as refusals from './refusals.ts';
import * as start from './start.ts';
import * as terminal from './terminal.ts';
import type { Words } from './words.ts';

export const sv = {
  common: common.sv, console: console.sv, events: events.sv, forms: forms.sv, map: map.sv, refusals: refusals.sv, start: start.sv, terminal: terminal.sv,
};
export type Messages = Words<typeof sv>;
export const en: Messages = {
  common: common.en, console: console.en, events: events.en, forms: forms.en, map: map.en, refusals: refusals.en, start: start.en, terminal: terminal.en,
};
