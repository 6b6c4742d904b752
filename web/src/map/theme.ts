// Colours of what is drawn on the map. The graphics card reads no CSS: the organisations' hues repeat src/ui/tokens.css.
import { namedFlavor, type Flavor } from '@protomaps/basemaps';
import type { Theme } from './types.ts';

export interface MapPalette {
  /** Organisations, by shape: fire, ambulance, police, other. */
  hues: readonly [string, string, string, string];
  /** Inside of hollow symbols, and marks upon filled ones. */
  ink: string;
  /** Ring of who has arrived, halo of symbols. */
  light: string;
  unavailable: string;
  /** Incidents by severity, 1 to 3, and their text. */
  severity: readonly [string, string, string];
  severityText: readonly [string, string, string];
  alarm: string;
  exercise: string;
  hazard: string;
  breakPoint: string;
  text: string;
  halo: string;
  select: string;
}

const OKABE_ITO_DARK = ['#f28a4b', '#f0e442', '#56b4e9', '#e39ac3'] as const;

export const palettes: Record<Theme, MapPalette> = {
  dark: {
    hues: OKABE_ITO_DARK,
    ink: '#0b0f14', light: '#ffffff', unavailable: '#8a94a3',
    severity: ['#e3002b', '#ffa116', '#3b8ee0'], severityText: ['#ffffff', '#1c1200', '#04101c'],
    alarm: '#ff4057', exercise: '#ffe100', hazard: '#ffa116', breakPoint: '#8ecdf0',
    text: '#f2f5f9', halo: '#0b0f14', select: '#6cb6ff',
  },
  day: {
    hues: ['#a63d00', '#6d6400', '#0b5a82', '#8c2a66'],
    ink: '#ffffff', light: '#10161d', unavailable: '#6b7785',
    severity: ['#c40023', '#b45309', '#0b57b0'], severityText: ['#ffffff', '#ffffff', '#ffffff'],
    alarm: '#c40023', exercise: '#b58900', hazard: '#8a4b00', breakPoint: '#0b5a82',
    text: '#10161d', halo: '#ffffff', select: '#0b57b0',
  },
  night: {
    hues: ['#ff8a66', '#ffc2a0', '#e08a9b', '#d9a08f'],
    ink: '#120000', light: '#ffd9cf', unavailable: '#8c4a3e',
    severity: ['#c5182e', '#d9632c', '#9c4a5c'], severityText: ['#fff0ec', '#1c0500', '#fff0ec'],
    alarm: '#ff5a4a', exercise: '#ffb300', hazard: '#ff9b85', breakPoint: '#e08a9b',
    text: '#ff9b85', halo: '#0a0000', select: '#ffb3a2',
  },
};

export function flavor(theme: Theme): Flavor {
  if (theme === 'day') {
    return {
      ...namedFlavor('light'), background: '#b9d8e6', water: '#b9d8e6', earth: '#eef0ec', boundaries: '#8b8f98', highway: '#d9a441',
      city_label: '#1f2730', city_label_halo: '#ffffff', state_label: '#5c5c5c', country_label: '#4a4a4a',
      subplace_label: '#5c5c5c', ocean_label: '#35607a',
    };
  }
  // Land a step above the screens' panels, water below the land: the shore is what one steers by.
  const dark: Flavor = {
    ...namedFlavor('dark'), background: '#101c2b', water: '#16273c', earth: '#232a33', boundaries: '#667385', highway: '#4d4a44',
    major: '#454b54', minor_a: '#3b424c', minor_b: '#3b424c', link: '#454b54', other: '#343b45', buildings: '#2b333d',
    city_label: '#a9b4c2', city_label_halo: '#14191f', state_label: '#8793a3', state_label_halo: '#14191f', country_label: '#8793a3',
    subplace_label: '#8793a3', ocean_label: '#6f86a3', roads_label_major: '#9aa5b3', roads_label_minor: '#8793a3', railway: '#4a5361',
  };
  if (theme === 'dark') return dark;
  // What one steers by is set by hand: light enough to be seen, and no more.
  return {
    ...reddened(dark), background: '#060000', water: '#060000', earth: '#2a0d09', boundaries: '#8a3a2c', highway: '#6b2a1e', major: '#52211a',
    city_label: '#d9806c', subplace_label: '#b8614f', ocean_label: '#a85646', state_label: '#b8614f', country_label: '#b8614f',
    city_label_halo: '#140302', state_label_halo: '#140302', subplace_label_halo: '#140302',
  };
}

/** The same map in red light: an eye used to the dark stays so. */
function reddened(from: Flavor): Flavor {
  const red = (value: unknown): unknown => {
    if (typeof value === 'string') return redOf(value);
    if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, red(one)]));
    return value;
  };
  return red(from) as Flavor;
}

const DIM = 0.72;

function redOf(colour: string): string {
  const channels = colour.startsWith('#')
    ? [colour.slice(1, 3), colour.slice(3, 5), colour.slice(5, 7)].map((hex) => parseInt(hex, 16))
    : (colour.match(/\d+/g) ?? ['0', '0', '0']).slice(0, 3).map(Number);
  const [r, g, b] = [channels[0] ?? 0, channels[1] ?? 0, channels[2] ?? 0];
  const light = (0.3 * r + 0.59 * g + 0.11 * b) * DIM;
  return `rgb(${Math.min(255, Math.round(light * 1.25))}, ${Math.round(light * 0.42)}, ${Math.round(light * 0.36)})`;
}
